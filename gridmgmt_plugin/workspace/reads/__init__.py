"""Reads as values: asked for together, noted, and asked for once more."""
