"""The publicity desk: Q&A drafts, their review, export and publication."""
