"""The Model Context Protocol server: other programs' assistants ask the same routes as everybody else."""
