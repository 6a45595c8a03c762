"""Narrow ground beside streets: what counts as a strip, and where it is divided between those along it."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.core.geometry.measures import compactness, mean_width_m
from gridmgmt_plugin.core.geometry.segments import SharedSegments, shared_segments
from gridmgmt_plugin.core.partition.inputs import CleanInput
from gridmgmt_plugin.core.partition.model import PartitionOptions
from gridmgmt_plugin.core.partition.street_grades import segment_grades

# Half of the widest boulevard; farther away a street is not the compound's own front.
_FRONT_M = 45.0
# A line that would end this close to a vertex ends in it.
_CLOSE_M = 2.0
# Ground between the carriageways of one street: (their grade at least, how wide at most), and how much of its border
# they are at least. Wider ground between lesser streets may be a row of houses.
_MEDIANS = ((0, 25.0), (3, 40.0))
_MEDIAN_SHARE = 0.55
# How many strips side by side a line across goes on through: service road, verge, carriageway, median and back.
_SIDE_BY_SIDE = 4
# Long ground is a strip at a larger width already: (compactness below, mean width below in sliver widths). A
# rectangle ten times as long as wide has a compactness of 0.26, one eighteen times as long 0.16.
STRIPS = ((1.0, 1.0), (0.28, 2.0), (0.17, 3.0))


def is_strip(width_m: np.ndarray, shape: np.ndarray, options: PartitionOptions) -> np.ndarray:
    """Tell what is too narrow to stand alone (bool): under the sliver width, or long and little wider.

    ``width_m``: mean width; ``shape``: compactness. The long kind is the ground between two carriageways, which
    belongs to one side of the street.
    """
    strip = np.zeros(len(width_m), dtype=bool)
    for compactness_below, times in STRIPS:
        strip |= (shape < compactness_below) & (width_m < times * options.sliver_width_m)
    return strip


def band_width_m(polygons: np.ndarray) -> np.ndarray:
    """Return the shorter side of the rectangle with the same area and perimeter (float64): right for bends, too."""
    half = 0.5 * shapely.length(polygons)
    return np.asarray(0.5 * (half - np.sqrt(np.maximum(half**2 - 4.0 * shapely.area(polygons), 0.0))))


def between_carriageways(
    faces: np.ndarray, segments: SharedSegments, grade: np.ndarray, options: PartitionOptions
) -> np.ndarray:
    """Tell which faces lie between the carriageways of one street (bool): bands with major streets along both sides.

    ``grade``: int8, the street along each of the ``segments`` of the faces, −1 for none.
    """
    width, perimeter = band_width_m(faces), shapely.length(faces)
    found = np.zeros(len(faces), dtype=bool)
    for least_grade, widest_m in _MEDIANS:
        major = grade >= max(least_grade, options.major_grade)
        along = perimeter_along(segments, major, len(faces))
        found |= (width <= widest_m) & (along >= _MEDIAN_SHARE * perimeter)
    return found


def dividing_lines(
    faces: np.ndarray, compound: np.ndarray, clean: CleanInput, options: PartitionOptions
) -> np.ndarray:
    """Return LineStrings across strips, from each vertex where the neighbour changes to the other side.

    ``faces``: Polygons; ``compound``: int64, −1 for a face outside all compounds. Strips are faces by
    :func:`is_strip` and :func:`between_carriageways`, and street fronts: ground up to ``options.strip_width_m`` wide
    where one compound ends and the next begins. Undivided, a strip along several blocks or compounds would become a
    tail of one of them; where strips lie side by side a line goes on through all of them.
    """
    width, open_ground = mean_width_m(faces), compound < 0
    front = open_ground & (width < options.strip_width_m)
    segments = shared_segments(faces, options.precision_m)
    strip = is_strip(width, compactness(faces), options) | _medians(faces, open_ground, segments, clean, options)
    strip &= open_ground
    near = np.concatenate([segments.left, segments.right])
    far = np.concatenate([segments.right, segments.left])
    edge = np.concatenate([segments.coordinates, segments.coordinates])
    wanted = (near >= 0) & (front | strip)[near]
    near, far, edge = near[wanted], far[wanted], edge[wanted]
    order = np.argsort(near, kind="stable")
    near, far, edge = near[order], far[order], edge[order]
    # Who lies beyond an edge: a compound by its number, other faces by theirs after all compounds, −1 nobody.
    compounds = int(compound.max(initial=-1)) + 1
    beyond = np.where(far < 0, -1, np.where(compound[far] >= 0, compound[far], compounds + far))
    face, corner, first, second = _corners(near, beyond, edge, options.precision_m)
    at_front = (first < compounds) & (second < compounds)
    matters = strip[face] | at_front
    face, corner, first, second = face[matters], corner[matters], first[matters], second[matters]
    drawn = []
    for _ in range(_SIDE_BY_SIDE):
        number, opposite = _joined(face, near)
        other = (beyond[opposite] != first[number]) & (beyond[opposite] != second[number])
        # On a front the other side is the street, never a compound across the way.
        other &= strip[face[number]] | (beyond[opposite] >= compounds) | (beyond[opposite] < 0)
        lines, reached = _shortest(corner, number[other], edge[opposite[other]])
        stays = _staying(lines, faces[face])
        drawn.append(lines[stays])
        # The line goes on from where it arrived, if that is a strip again.
        came_from, hit = face[stays], opposite[other][reached[stays]]
        corner = shapely.get_coordinates(shapely.get_point(lines[stays], 1))
        goes_on = (far[hit] >= 0) & strip[far[hit]]
        face, corner = far[hit][goes_on], corner[goes_on]
        first = second = compounds + came_from[goes_on]
        if len(face) == 0:
            break
    return np.concatenate(drawn)


def _medians(
    faces: np.ndarray, open_ground: np.ndarray, segments: SharedSegments, clean: CleanInput, options: PartitionOptions
) -> np.ndarray:
    """Tell which faces of ``open_ground`` lie between carriageways (bool)."""
    narrow = open_ground & (band_width_m(faces) <= _MEDIANS[-1][1])
    asked = narrow[segments.left] | ((segments.right >= 0) & narrow[segments.right])
    grade = segment_grades(segments, asked, clean, options.precision_m)
    return np.asarray(narrow & between_carriageways(faces, segments, grade, options))


def perimeter_along(segments: SharedSegments, along: np.ndarray, count: int) -> np.ndarray:
    """Return how much of the perimeter of each of ``count`` faces are the segments marked in ``along`` (float64)."""
    double = along & (segments.right >= 0)
    left = np.bincount(segments.left[along], segments.length_m[along], count)
    return np.asarray(left + np.bincount(segments.right[double], segments.length_m[double], count))


def _corners(
    face: np.ndarray, beyond: np.ndarray, edge: np.ndarray, precision_m: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return (face, corner float64 (m, 2), one neighbour, the next): vertices where a face's neighbour changes."""
    point = edge.reshape(-1, 2)
    face, beyond = np.repeat(face, 2), np.repeat(beyond, 2)
    _, vertex = np.unique(np.rint(point / precision_m) @ np.array([1, 1j]), return_inverse=True)
    vertex = vertex.reshape(-1)
    order = np.lexsort((beyond, vertex, face))
    ahead, here = order[1:], order[:-1]
    changes = (face[ahead] == face[here]) & (vertex[ahead] == vertex[here]) & (beyond[ahead] != beyond[here])
    changes &= beyond[here] >= 0
    ahead, here = ahead[changes], here[changes]
    return face[ahead], point[ahead], beyond[here], beyond[ahead]


def _joined(face: np.ndarray, near: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return every pair of a corner and an edge of its face, as positions in ``face`` and in the sorted ``near``."""
    start, end = np.searchsorted(near, face, side="left"), np.searchsorted(near, face, side="right")
    count = end - start
    number = np.repeat(np.arange(len(face)), count)
    offset = np.arange(len(number)) - np.repeat(np.cumsum(count) - count, count)
    return number, start[number] + offset


def _shortest(corner: np.ndarray, number: np.ndarray, edge: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return for each corner the shortest line to its edges (sorted by ``number``), and the position of that edge.

    ``None`` and −1 where it has none.
    """
    lines, reached = np.full(len(corner), None, dtype=object), np.full(len(corner), -1, dtype=np.int64)
    if len(number) == 0:
        return lines, reached
    start = edge[:, 0]
    step = edge[:, 1] - start
    along = ((corner[number] - start) * step).sum(axis=1) / np.maximum((step**2).sum(axis=1), 1e-12)
    foot = start + np.clip(along, 0.0, 1.0)[:, None] * step
    distance = np.hypot(*(foot - corner[number]).T)
    order = np.lexsort((distance, number))
    first = order[np.r_[True, number[order][1:] != number[order][:-1]]]
    fits = (distance[first] > 0.01) & (distance[first] < _FRONT_M)
    first = first[fits]
    if len(first):
        end = at_vertex(foot[first], start[first], start[first] + step[first])
        lines[number[first]] = shapely.linestrings(np.stack([corner[number[first]], end], axis=1))
        reached[number[first]] = first
    return lines, reached


def at_vertex(foot: np.ndarray, tail: np.ndarray, head: np.ndarray) -> np.ndarray:
    """Return each ``foot`` on an edge from ``tail`` to ``head``, moved to an end of the edge that is close.

    All float64 (n, 2). Two vertices a hand's breadth apart help nobody.
    """
    for end in (tail, head):
        close = np.hypot(*(foot - end).T) < _CLOSE_M
        foot = np.where(close[:, None], end, foot)
    return foot


def _staying(lines: np.ndarray, host: np.ndarray) -> np.ndarray:
    """Tell which lines stay in their strip (bool): at a bend the nearest edge may lie behind something else."""
    stays = ~shapely.is_missing(lines)
    inside = shapely.length(shapely.intersection(lines[stays], host[stays]))
    stays[stays] = inside > 0.999 * shapely.length(lines[stays])
    return np.asarray(stays)
