"""The knowledge base: model, validity, citation, embedding, lexical, store, catalog, search."""
