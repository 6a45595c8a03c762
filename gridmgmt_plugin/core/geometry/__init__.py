"""Geometry helpers shared by the algorithms: noding, shared segments, measures; planar metres throughout."""
