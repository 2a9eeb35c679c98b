"""Keep the vector store equal to the catalog."""
