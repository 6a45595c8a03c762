"""Gestures on a coverage: a line, a ring or a place in, a plain edit with lineage out."""
