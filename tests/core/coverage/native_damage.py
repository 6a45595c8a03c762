"""What editing tools that do not know of the neighbours leave behind, at random and reproducible."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import ops

from gridmgmt_plugin.core.coverage.gestures.edit import Cells

Damaged = tuple[Cells, np.ndarray, np.ndarray]  # after, touched before, touched after


def replaced(cells: Cells, position: int, geometry: object) -> Cells:
    """Return the cells with one geometry replaced and nothing else."""
    changed = cells.geometry.copy()
    changed[position] = geometry
    return Cells(changed, cells.group, cells.outlines)


def _with_ring(polygon: shapely.Polygon, ring: np.ndarray) -> shapely.Polygon:
    return shapely.Polygon(ring, [shapely.get_coordinates(hole) for hole in shapely.get_rings(polygon)[1:]])


def move_in_one_cell(cells: Cells, rng: np.random.Generator) -> Damaged | None:
    """Move a vertex in one cell only, by a hair or by metres."""
    at = int(rng.integers(len(cells)))
    ring = shapely.get_coordinates(shapely.get_exterior_ring(cells.geometry[at]))[:-1]
    if len(ring) == 0:
        return None
    angle, reach = rng.uniform(0, 2 * np.pi), 10.0 ** rng.uniform(-4, 1.5)
    vertex = int(rng.integers(len(ring)))
    if _is_free(cells, ring[vertex]):
        return None
    ring[vertex] += reach * np.array([np.cos(angle), np.sin(angle)])
    return replaced(cells, at, _with_ring(cells.geometry[at], ring)), np.array([at]), np.array([at])


def drop_in_one_cell(cells: Cells, rng: np.random.Generator) -> Damaged | None:
    """Delete a vertex from one cell only."""
    at = int(rng.integers(len(cells)))
    ring = shapely.get_coordinates(shapely.get_exterior_ring(cells.geometry[at]))[:-1]
    vertex = int(rng.integers(len(ring)))
    if len(ring) < 4 or _is_free(cells, ring[vertex]):
        return None
    after = replaced(cells, at, _with_ring(cells.geometry[at], np.delete(ring, vertex, axis=0)))
    return after, np.array([at]), np.array([at])


def split_one_cell(cells: Cells, rng: np.random.Generator) -> Damaged | None:
    """Split a cell by a line without telling its neighbours, as the native tool does."""
    at = int(rng.integers(len(cells)))
    middle = shapely.get_coordinates(shapely.point_on_surface(cells.geometry[at]))[0]
    angle = rng.uniform(0, np.pi)
    way = 1e4 * np.array([np.cos(angle), np.sin(angle)])
    pieces = np.array(ops.split(cells.geometry[at], shapely.LineString([middle - way, middle + way])).geoms)
    ends = shapely.get_coordinates(pieces)
    if len(pieces) < 2 or not any(_inside_an_edge(cells, at, end) for end in ends):
        return None
    after = replaced(cells, at, pieces[0])
    count = len(cells)
    more = Cells(
        np.concatenate([after.geometry, pieces[1:]]),
        np.concatenate([cells.group, np.full(len(pieces) - 1, cells.group[at])]),
        cells.outlines,
    )
    return more, np.array([at]), np.concatenate([[at], np.arange(count, count + len(pieces) - 1)])


def delete_a_cell(cells: Cells, rng: np.random.Generator) -> Damaged | None:
    """Delete a cell."""
    at = int(rng.integers(len(cells)))
    stays = np.arange(len(cells)) != at
    after = Cells(cells.geometry[stays], cells.group[stays], cells.outlines)
    return after, np.array([at]), np.zeros(0, dtype=np.int64)


def duplicate_a_cell(cells: Cells, rng: np.random.Generator) -> Damaged | None:
    """Paste a cell onto itself."""
    at = int(rng.integers(len(cells)))
    after = Cells(
        np.append(cells.geometry, cells.geometry[at : at + 1]),
        np.append(cells.group, cells.group[at]),
        cells.outlines,
    )
    return after, np.zeros(0, dtype=np.int64), np.array([len(cells)])


def reshape_one_cell(cells: Cells, rng: np.random.Generator) -> Damaged | None:
    """Give a bite to a cell or take one from it, the neighbours unasked."""
    at = int(rng.integers(len(cells)))
    corner = shapely.get_coordinates(cells.geometry[at])[0]
    bite = shapely.buffer(shapely.Point(corner), rng.uniform(0.5, 15), quad_segs=2)
    make = shapely.union if rng.random() < 0.5 else shapely.difference
    changed = make(cells.geometry[at], bite)
    if changed.geom_type != "Polygon" or changed.is_empty:
        return None
    exchanged = shapely.intersection(shapely.symmetric_difference(changed, cells.geometry[at]), bite)
    return (replaced(cells, at, changed), np.array([at]), np.array([at])) if exchanged.area > 0.01 else None


DAMAGES = {
    function.__name__: function
    for function in (
        move_in_one_cell,
        drop_in_one_cell,
        split_one_cell,
        delete_a_cell,
        duplicate_a_cell,
        reshape_one_cell,
    )
}


def damaged(cells: Cells, seed: int, kind: str) -> Damaged | None:
    """Return the cells with damage of one kind; ``None`` where that seed does none."""
    return DAMAGES[kind](cells, np.random.default_rng(seed))


def _is_free(cells: Cells, vertex: np.ndarray) -> bool:
    """Return whether only one cell has the vertex: then it is the border's, and changing it may be no damage."""
    return sum(bool((shapely.get_coordinates(cell) == vertex).all(axis=1).any()) for cell in cells.geometry) < 2


def _inside_an_edge(cells: Cells, at: int, end: np.ndarray) -> bool:
    """Return whether a place is a new vertex on the edge of another cell."""
    others = np.delete(cells.geometry, at)
    near = shapely.distance(others, shapely.Point(end)) < 1e-6
    return bool(near.any()) and not (shapely.get_coordinates(cells.geometry) == end).all(axis=1).any()
