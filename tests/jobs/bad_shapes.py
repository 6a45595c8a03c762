"""Shapes that no job can use, with the reason that the row is refused for."""

from __future__ import annotations

import numpy as np
import shapely


def ring(*points):
    """Return a polygon with these vertices, whatever they are."""
    return shapely.Polygon([*points, points[0]])


# Reason → what polygon layers hold of it.
BAD_POLYGONS = {
    "null": (None, "geometry_missing"),
    "empty": (shapely.Polygon(), "geometry_missing"),
    "empty_parts": (shapely.MultiPolygon(), "geometry_missing"),
    "there_and_back": (ring((10, 10), (20, 20), (10, 10)), "invalid_ring"),
    "flat": (ring((10, 10), (20, 20), (30, 30)), "invalid_ring"),
    "one_place": (ring((10, 10), (10, 10), (10, 10)), "invalid_ring"),
    "infinite": (ring((10, 10), (np.inf, 20), (30, 10)), "invalid_ring"),
    "minus_infinite": (ring((10, -np.inf), (20, 20), (30, 10)), "invalid_ring"),
    "nan": (ring((10, 10), (20, np.nan), (30, 10)), "invalid_ring"),
    "line": (shapely.LineString([(10, 10), (20, 20)]), "not_a_polygon"),
    "collection": (shapely.GeometryCollection([shapely.Point(1, 1)]), "not_a_polygon"),
}
BAD_LINES = {
    "null": (None, "lane_segment_without_line"),
    "empty": (shapely.LineString(), "lane_segment_without_line"),
    "one_place": (shapely.LineString([(10, 10), (10, 10)]), "lane_segment_without_line"),
    "infinite": (shapely.LineString([(10, 10), (np.inf, 10)]), "lane_segment_without_line"),
    "nan": (shapely.LineString([(10, 10), (20, np.nan)]), "lane_segment_without_line"),
    "point": (shapely.Point(10, 10), "lane_segment_without_line"),
}
BAD_POINTS = {
    "null": None,
    "empty": shapely.Point(),
    "empty_parts": shapely.MultiPoint(),
    "infinite": shapely.Point(np.inf, 20),
    "minus_infinite": shapely.Point(10, -np.inf),
    "nan": shapely.Point(np.nan, 20),
    "endless_line": shapely.LineString([(10, 10), (np.inf, 10)]),
}
