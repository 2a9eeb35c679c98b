"""Cut provisions, rules, cases and Q&A into the passages that are indexed."""
