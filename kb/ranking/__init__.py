"""Order the provisions found for a question, and say how likely each is to answer it."""
