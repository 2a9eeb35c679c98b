"""Find, resolve, format and verify citations of provisions."""
