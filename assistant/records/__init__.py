"""Case records of a village: redacted before they are found, their originals sealed, erased for good."""
