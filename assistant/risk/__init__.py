"""Risks that come before everything else, found by written rules."""
