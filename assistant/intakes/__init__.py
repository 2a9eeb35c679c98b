"""Matters handed over from the chat to a village's mediators: redacted to read, sealed as they were told."""
