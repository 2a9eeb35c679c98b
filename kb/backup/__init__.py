"""Back a home up into one archive, and restore it, point by point and row by row the same."""
