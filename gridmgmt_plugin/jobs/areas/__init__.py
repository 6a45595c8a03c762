"""A workspace from administrative areas."""
