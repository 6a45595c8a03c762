"""Strips of street between compounds, divided where one compound ends and the next begins."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.core.geometry.measures import mean_width_m
from gridmgmt_plugin.core.geometry.segments import shared_segments
from gridmgmt_plugin.core.partition.model import PartitionOptions

# Half of the widest boulevard; farther away a street is not the compound's own front.
_FRONT_M = 40.0


def dividing_lines(faces: np.ndarray, compound: np.ndarray, options: PartitionOptions) -> np.ndarray:
    """Return LineStrings across the strips: from a vertex between two compounds to the nearest open edge.

    ``faces``: Polygons; ``compound``: int64, −1 for a face outside all compounds. A strip is such a face whose
    mean width is below ``options.strip_width_m``. Without these lines a whole street front would go to one of
    the compounds along it.
    """
    strip = (compound < 0) & (mean_width_m(faces) < options.strip_width_m)
    segments = shared_segments(faces, options.precision_m)
    swapped = np.concatenate([segments.left, segments.right]), np.concatenate([segments.right, segments.left])
    near, far = swapped
    coordinates = np.concatenate([segments.coordinates, segments.coordinates])
    of_strip = (near >= 0) & strip[near]
    near, far, coordinates = near[of_strip], far[of_strip], coordinates[of_strip]
    beyond = np.where(far >= 0, compound[far], -1)
    walls = beyond >= 0
    face, corner = _corners(near[walls], beyond[walls], coordinates[walls], options.precision_m)
    open_face, open_edges = _open_edges(near[~walls], coordinates[~walls])
    if len(face) == 0 or len(open_face) == 0:
        return np.empty(0, dtype=object)
    place = np.minimum(np.searchsorted(open_face, face), len(open_face) - 1)
    matched = open_face[place] == face
    lines = shapely.shortest_line(shapely.points(corner[matched]), open_edges[place[matched]])
    host = faces[face[matched]]
    length = shapely.length(lines)
    fits = (length > 0) & (length < _FRONT_M)
    lines, host, length = lines[fits], host[fits], length[fits]
    # The line must stay in its strip: at a bend the nearest street may lie behind another compound.
    stays = shapely.length(shapely.intersection(lines, host)) > 0.999 * length
    return np.asarray(lines[stays])


def _corners(
    face: np.ndarray, compound: np.ndarray, coordinates: np.ndarray, precision_m: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return (face, corner float64 (m, 2)): vertices of a strip where edges of two compounds meet."""
    point = coordinates.reshape(-1, 2)
    face, compound = np.repeat(face, 2), np.repeat(compound, 2)
    _, number = np.unique(np.rint(point / precision_m) @ np.array([1, 1j]), return_inverse=True)
    number = number.reshape(-1)
    order = np.lexsort((compound, number, face))
    same = (face[order][1:] == face[order][:-1]) & (number[order][1:] == number[order][:-1])
    changes = same & (compound[order][1:] != compound[order][:-1])
    chosen = order[1:][changes]
    return face[chosen], point[chosen]


def _open_edges(face: np.ndarray, coordinates: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the sorted faces that have edges away from compounds, and these edges of each as MultiLineString."""
    order = np.argsort(face, kind="stable")
    owners, number = np.unique(face[order], return_inverse=True)
    if len(owners) == 0:
        return owners, np.empty(0, dtype=object)
    lines = shapely.linestrings(coordinates[order])
    return owners, shapely.multilinestrings(lines, indices=number.reshape(-1))
