"""The search systems that are measured side by side, one a module."""
