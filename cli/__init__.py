"""The `fengqiao` command: puts the layers together. Nothing imports this package."""
