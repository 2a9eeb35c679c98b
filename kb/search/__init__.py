"""Analyse a query, recall, fuse, explain."""
