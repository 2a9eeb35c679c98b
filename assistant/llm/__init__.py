"""A language model behind an OpenAI-compatible endpoint: what it is sent, what it may cost, what is read of it."""
