"""Texts to sparse vectors of terms."""
