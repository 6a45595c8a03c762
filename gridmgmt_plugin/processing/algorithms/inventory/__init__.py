"""Algorithms of the inventory of components."""
