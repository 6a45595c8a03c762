"""Cells brought in line with the areas that they belong to: nothing across a boundary, every vertex shared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.graph.faces import Faces, faces_between, is_thin
from gridmgmt_plugin.core.coverage.graph.labels import NOBODY, FaceGraph
from gridmgmt_plugin.core.coverage.graph.tips import without_tips
from gridmgmt_plugin.core.coverage.health.examine import is_coverage
from gridmgmt_plugin.core.coverage.health.shape_faults import polygonal, polygons_only
from gridmgmt_plugin.core.geometry.finite import xy_of_points
from gridmgmt_plugin.core.geometry.linework import dissolve, node_lines
from gridmgmt_plugin.core.geometry.parts import as_multi
from gridmgmt_plugin.core.locate import locate_points


@dataclass(frozen=True)
class FittedCells:
    """``cells``: object array of n polygons, none across an area boundary; ``areas``: object array of the m areas
    with the vertices of their cells. ``moved_m2``: ground that changed hands. What needed nothing is the same object.
    """

    cells: np.ndarray
    areas: np.ndarray
    moved_m2: float


def area_of_cells(cells: np.ndarray, areas: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Return the position of the area that each cell's representative point lies in, int64, −1 for none.

    A cell without ground (missing, empty, collapsed, coordinates that are no numbers) lies in none.
    """
    points = shapely.point_on_surface(polygonal(cells))
    return locate_points(*xy_of_points(points), areas, codes)


def strays_m2(
    cells: np.ndarray, area: np.ndarray, areas: np.ndarray, width_m: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return how much of each cell lies in other areas than its own (float64, m²), and where that is wide (bool).

    :param area: int64 per cell, −1 for none. ``width_m``: what is thinner came by inexact drawing.
    """
    sound = polygonal(cells)
    stray = np.zeros(len(cells))
    wide = np.zeros(len(cells), dtype=bool)
    shapely.prepare(areas)
    cell, other = shapely.STRtree(areas).query(sound, predicate="intersects")
    foreign = (area[cell] >= 0) & (area[cell] != other)
    cell, other = cell[foreign], other[foreign]
    common = polygons_only(shapely.intersection(sound[cell], areas[other]))
    np.add.at(stray, cell, shapely.area(common))
    thick = ~shapely.is_empty(common)
    thick[thick] = ~is_thin(common[thick], width_m)
    wide[cell[thick]] = True
    return stray, wide


def fit_to_areas(cells: np.ndarray, area: np.ndarray, areas: np.ndarray, precision_m: float) -> FittedCells:
    """Return cells that end exactly where their areas end.

    Cells and areas are noded together. A face of a cell beyond its area goes to the cell of that area with which it
    shares the longest edge; bare rounding slivers likewise. Ground that no cell of the area touches stays bare. Tips
    go (:func:`~.tips.without_tips`), but for those that the areas' own borders have. Areas whose cells fit already,
    and that border on none whose cells do not, stay as they are to the last bit.

    :param cells: object array of n polygons that form a coverage; ``area``: int64 (n,), their areas in ``areas``.
    """
    work = _to_be_fitted(cells, area, areas, precision_m)
    if not work.any():
        return FittedCells(cells, areas, 0.0)
    if work.all():
        return _fitted(cells, area, areas, precision_m)
    place = np.cumsum(work) - 1
    mine = work[area]
    found = _fitted(cells[mine], place[area[mine]], areas[work], precision_m)
    fitted_cells, fitted_areas = cells.copy(), areas.copy()
    fitted_cells[mine], fitted_areas[work] = found.cells, found.areas
    return FittedCells(fitted_cells, fitted_areas, found.moved_m2)


def _to_be_fitted(cells: np.ndarray, area: np.ndarray, areas: np.ndarray, precision_m: float) -> np.ndarray:
    """Tell which areas have cells that do not tile them vertex by vertex, or border on one that has: bool (m,)."""
    if len(cells) == 0 or bool((area < 0).any()) or not is_coverage(cells):
        return np.ones(len(areas), dtype=bool)
    tiled = as_multi(dissolve(cells, area, len(areas)))
    stored = as_multi(areas)
    loose = ~shapely.equals_exact(shapely.normalize(tiled), shapely.normalize(stored), 0.0)
    work: np.ndarray = loose.copy()
    if loose.any():
        beside = shapely.STRtree(areas).query(areas[loose], predicate="dwithin", distance=precision_m)[1]
        work[beside] = True
    return work


def _fitted(cells: np.ndarray, area: np.ndarray, areas: np.ndarray, precision_m: float) -> FittedCells:
    borders = shapely.boundary(areas)
    drawn = without_tips(
        node_lines(np.append(shapely.boundary(cells), borders), precision_m),
        lambda noded: _drawn(faces_between(noded), cells, area, areas, precision_m),
        lambda drawn: [drawn.cells],
        precision_m,
        shapely.multilinestrings(shapely.get_parts(borders)),
    )
    return FittedCells(_kept_where_equal(cells, drawn.cells), _kept_where_equal(areas, drawn.areas), drawn.moved_m2)


def _drawn(faces: Faces, cells: np.ndarray, area: np.ndarray, areas: np.ndarray, precision_m: float) -> FittedCells:
    owner, home = _first_cover(faces, cells), _first_cover(faces, areas)
    held = owner != NOBODY
    stray = held & (home != np.where(held, area[owner], NOBODY))
    bare = ~held & (home != NOBODY)
    bare[bare] = is_thin(faces.geometry[bare], 2 * precision_m)
    seeking = (stray & (home != NOBODY)) | bare
    label = np.where(stray, NOBODY, owner)
    if seeking.any():
        graph = FaceGraph(*faces.neighbours(), shapely.area(faces.geometry))
        label = graph.spread(label, seeking, _allowed(np.flatnonzero(seeking), home, area))
    return FittedCells(
        dissolve(faces.geometry, label, len(cells)),
        dissolve(faces.geometry, home, len(areas)),
        float(shapely.area(faces.geometry[stray]).sum()),
    )


def _first_cover(faces: Faces, polygons: np.ndarray) -> np.ndarray:
    face, polygon = faces.covered_by(polygons)
    first = np.full(len(faces), NOBODY, dtype=np.int64)
    first[face[::-1]] = polygon[::-1]
    return first


def _allowed(faces: np.ndarray, home: np.ndarray, area: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs (face, cell) in which the cell belongs to the area that the face lies in."""
    order = np.argsort(area, kind="stable")
    start = np.searchsorted(area[order], home[faces], side="left")
    end = np.searchsorted(area[order], home[faces], side="right")
    counts = end - start
    offsets = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.repeat(faces, counts), order[np.repeat(start, counts) + offsets]


def _kept_where_equal(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Return ``after`` with the objects of ``before`` where the two have the same vertices."""
    same = shapely.equals_exact(shapely.normalize(before), shapely.normalize(after), 0.0)
    result = after.copy()
    result[same] = before[same]
    return result
