"""Coverages: what is wrong with a set of polygons that should tile an area, and how it is repaired."""
