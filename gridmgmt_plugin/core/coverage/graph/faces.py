"""Faces: the pieces into which boundaries cut the plane, and which polygons cover each of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.graph.edges import edge_table
from gridmgmt_plugin.core.geometry.linework import faces_of, node_lines


@dataclass(frozen=True)
class Faces:
    """Pieces of the plane that share every vertex with their neighbours.

    ``geometry``: object array of n Polygons, in a fixed order that depends on the shapes only.
    ``point``: object array of n Points, one inside each.
    """

    geometry: np.ndarray
    point: np.ndarray

    def __len__(self) -> int:
        return len(self.geometry)

    def take(self, selection: np.ndarray) -> Faces:
        """Return the faces at a boolean mask or at positions."""
        return Faces(self.geometry[selection], self.point[selection])

    def neighbours(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return ``(first, second, shared length)`` of faces with a common edge, each pair once."""
        return edge_table(self.geometry).neighbours()

    def covered_by(self, polygons: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the pairs ``(face, polygon)`` where the polygon covers the face, sorted by face, then polygon.

        The polygons' boundaries must be among the lines that made the faces.
        """
        face, polygon = shapely.STRtree(polygons).query(self.point, predicate="intersects")
        order = np.lexsort((polygon, face))
        return face[order].astype(np.int64), polygon[order].astype(np.int64)


def faces_of_lines(lines: np.ndarray, precision_m: float) -> Faces:
    """Snap-round lines to a grid of ``precision_m`` and return the faces between them.

    Snap rounding (Hobby 1999, as in GEOS OverlayNG) puts every vertex and every crossing on the grid and makes
    a line pass through each of them that it touches, so no near-miss is left. Dangling lines bound no face.
    """
    return faces_between(node_lines(lines, precision_m))


def faces_between(noded: np.ndarray) -> Faces:
    """Return the faces between LineStrings that meet at end points only."""
    pieces = faces_of(noded)
    return Faces(pieces, shapely.point_on_surface(pieces))


def is_thin(geometry: np.ndarray, width_m: float) -> np.ndarray:
    """Return whether no circle of diameter ``width_m`` fits into each polygon."""
    return np.asarray(shapely.is_empty(shapely.buffer(geometry, -width_m / 2, quad_segs=4)))
