"""Retrieval benchmarks and their data loaders."""
