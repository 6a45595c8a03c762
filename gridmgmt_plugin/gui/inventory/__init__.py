"""The window of the inventory of components."""
