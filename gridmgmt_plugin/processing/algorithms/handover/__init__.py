"""Algorithms about releases: delivering them, what was answered, what they held."""
