"""The chat of the legal-aid desk: understand, find, compose or have a model write, check, stream, remember."""
