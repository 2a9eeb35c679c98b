"""Files into the knowledge base: readers, parsers, pipeline."""
