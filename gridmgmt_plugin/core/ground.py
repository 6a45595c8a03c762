"""The ground that unit grids cover: the finest areas, and what areas keep for themselves beside their parts.

Where a street office has communities, but these do not fill it (a community without a shape, ground that no community
has taken over), the rest belongs to the street office itself. It is given cells like any other ground.

The tables ``area`` and ``covered_extent`` are read here for everybody: rows count from their ``valid_from`` to their
``valid_to``, and ground lies inside the covered extent where one is drawn and in force; else all of it is covered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core import clock, columns
from gridmgmt_plugin.core.coverage.graph.edges import edge_table
from gridmgmt_plugin.core.coverage.health.shape_faults import polygonal, polygons_only
from gridmgmt_plugin.core.geometry.measures import mean_width_m
from gridmgmt_plugin.core.geometry.parts import one_polygon
from gridmgmt_plugin.core.listing import shortened
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows, as_column

_SHOWN = 5
_WORTH_TELLING_M2 = 1.0


@dataclass(frozen=True)
class Clash:
    """An area whose parts follow other boundaries than it does itself: ground without cells, ground beyond it."""

    code: str
    uncovered_m2: float
    beyond_m2: float


@dataclass(frozen=True)
class Ground:
    """The ground for unit grids; n rows, the finest areas first, then the rests of areas that have parts.

    ``geometry``: object array of Polygons and MultiPolygons that do not overlap. ``codes``: object array of n texts,
    the area whose cells are drawn there. ``row``: int64 (n,), position of that area in the input. ``rest``: bool
    (n,), the ground is what the parts of the area leave. ``clashes``: areas whose boundary their parts do not keep.
    """

    geometry: np.ndarray
    codes: np.ndarray
    row: np.ndarray
    rest: np.ndarray
    clashes: tuple[Clash, ...]

    def __len__(self) -> int:
        return len(self.codes)

    def take(self, kept: np.ndarray) -> Ground:
        """Return the rows under a boolean mask or at positions."""
        return Ground(self.geometry[kept], self.codes[kept], self.row[kept], self.rest[kept], self.clashes)

    def within(self, extent: shapely.Geometry | None, precision_m: float) -> Ground:
        """Return the ground inside a covered extent; ``None`` leaves it whole."""
        if extent is None:
            return self
        inside = polygons_only(shapely.intersection(self.geometry, extent, grid_size=precision_m))
        some_left = ~shapely.is_empty(inside)
        return replace(self, geometry=inside).take(some_left)

    def notes(self) -> tuple[Message, ...]:
        """Return what the planner should know: rests that count as ground of their own, boundaries that disagree."""
        notes = []
        if self.rest.any():
            codes = self.codes[self.rest].tolist()
            area_m2 = round(float(shapely.area(self.geometry[self.rest]).sum()), 1)
            notes.append(Message("ground_rest", {"count": len(codes), "shown": some(codes), "area_m2": area_m2}))
        if self.clashes:
            details = {
                "count": len(self.clashes),
                "shown": some([clash.code for clash in self.clashes]),
                "uncovered_m2": round(sum(clash.uncovered_m2 for clash in self.clashes)),
                "beyond_m2": round(sum(clash.beyond_m2 for clash in self.clashes)),
            }
            notes.append(Message("ground_levels_clash", details))
        return tuple(notes)


def rows_in_force(rows: Rows, day: date | None = None) -> np.ndarray:
    """Tell which rows are valid on a day (default: today) by ``valid_from`` and ``valid_to``, both included."""
    today = np.asarray(np.datetime64(day or clock.today(), "D"))
    return columns.in_force(columns.days(rows, "valid_from"), columns.days(rows, "valid_to"), today)


def areas_in_force(areas: Rows, day: date | None = None) -> np.ndarray:
    """Return the positions (int64) of the areas that are drawn and in force on a day (default: today)."""
    shapes = columns.geometries(areas)
    there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    return np.flatnonzero(there & rows_in_force(areas, day))


def covered_extent(extents: Rows, day: date | None = None) -> shapely.Geometry | None:
    """Return what the rows of ``covered_extent`` in force on a day (default: today) cover together, made valid.

    ``None`` when none is drawn: then unit grids cover the areas whole.
    """
    shapes = polygonal(columns.geometries(extents))[rows_in_force(extents, day)]
    shapes = shapes[~shapely.is_empty(shapes)]
    return shapely.union_all(shapes) if len(shapes) else None


def own_ground(
    area: shapely.Geometry, parts: np.ndarray, extent: shapely.Geometry | None, precision_m: float
) -> shapely.Geometry:
    """Return the ground that may be given to cells of an area itself: without its parts, inside the extent.

    :param parts: object array of shapes, ``None`` among them. An empty Polygon when nothing is left.
    """
    there = parts[~(shapely.is_missing(parts) | shapely.is_empty(parts))]
    if len(there) and _is_tiled(area, there):
        return shapely.Polygon()
    own = shapely.difference(area, shapely.union_all(there)) if len(there) else area
    if extent is not None:
        own = shapely.intersection(own, extent, grid_size=precision_m)
    return polygons_only(as_column([own]))[0]


def unit_ground(areas: Rows, extents: Rows, precision_m: float, day: date | None = None) -> Ground:
    """Return the ground that unit grids cover on a day (default: today); see :func:`finest_ground`.

    :param areas: the ``area`` table, :param extents: the ``covered_extent`` table; ``row`` of the result counts in
        ``areas``.
    """
    at = areas_in_force(areas, day)
    codes, parents = columns.texts(areas, "code")[at], columns.texts(areas, "parent_code")[at]
    parents[parents == codes] = ""  # nobody is a part of itself
    shapes = polygonal(columns.geometries(areas))[at]
    found = finest_ground(codes, columns.or_none(parents), shapes, precision_m)
    return replace(found, row=at[found.row]).within(covered_extent(extents, day), precision_m)


def finest_ground(
    codes: Sequence[Any] | np.ndarray, parents: Sequence[Any] | np.ndarray, geometry: np.ndarray, precision_m: float
) -> Ground:
    """Return the ground for unit grids of areas at any level.

    An area without parts is ground as it is. Of an area with parts the rest beside them is ground too, unless it is
    a seam, or one of the narrow strips that arise where two levels were drawn from different lines (the numbers are
    those of ``layouts/ground.json``); strips are told as clashes and stay without cells.

    :param codes: n texts. ``parents``: n texts or ``None``, the code of the area above.
    :param geometry: object array of n Polygons or MultiPolygons, metres; areas without a shape are no ground.
    :param precision_m: grid of the coordinates.
    """
    code = as_column(codes)
    parent = as_column(parents)
    there = ~(shapely.is_missing(geometry) | shapely.is_empty(geometry))
    above = {value for value in parent[there] if value is not None}
    has_parts = np.array([value in above for value in code], dtype=bool)
    finest = np.flatnonzero(there & ~has_parts)
    filled: shapely.Geometry | None = None
    shapes, rows, clashes = [], [], []
    for whole in np.flatnonzero(there & has_parts):
        parts = geometry[there & (parent == code[whole])]
        if _is_tiled(geometry[whole], parts):
            continue  # the usual case, and far quicker to tell than a difference
        filled = shapely.union_all(geometry[finest]) if filled is None else filled
        rest, clash = _rest(str(code[whole]), geometry[whole], shapely.union_all(parts), filled, precision_m)
        if rest is not None:
            shapes.append(rest)
            rows.append(whole)
        if clash is not None:
            clashes.append(clash)
    row = np.concatenate([finest, np.array(rows, dtype=np.int64)])
    is_rest = np.arange(len(row)) >= len(finest)
    return Ground(np.concatenate([geometry[finest], as_column(shapes)]), code[row], row, is_rest, tuple(clashes))


def _is_tiled(area: Any, parts: np.ndarray) -> bool:
    """Tell whether parts tile an area vertex by vertex: their borders add up to its own, side by side."""
    table = edge_table(as_column([area, *parts]))
    side = np.where(table.inside_left, 1.0, -1.0)
    side[table.owner == 0] *= -1.0
    return not np.bincount(table.edge_id, weights=side).any()


def _rest(
    code: str, area: Any, parts: Any, filled: Any, precision_m: float
) -> tuple[shapely.Geometry | None, Clash | None]:
    """Return the ground that an area keeps beside its parts, and how far the boundaries of the two disagree."""
    limits = load_json("layouts/ground.json")
    taken = shapely.union(parts, filled)
    pieces = _pieces(shapely.difference(area, taken, grid_size=precision_m))
    beyond_m2 = float(shapely.area(shapely.difference(parts, area)))
    pieces_m2 = shapely.area(pieces)
    wide = mean_width_m(pieces) >= limits["seam_width_m"]
    if beyond_m2 > max(_WORTH_TELLING_M2, limits["level_clash_share"] * float(pieces_m2[wide].sum())):
        wide &= ~shapely.is_empty(shapely.buffer(pieces, -limits["clash_width_m"] / 2.0))
    uncovered_m2 = float(pieces_m2[~wide].sum())
    clash = Clash(code, uncovered_m2, beyond_m2) if max(uncovered_m2, beyond_m2) > _WORTH_TELLING_M2 else None
    kept = pieces[wide]
    if len(kept) == 0:
        return None, clash
    return one_polygon(kept), clash


def _pieces(geometry: Any) -> np.ndarray:
    parts = shapely.get_parts(polygons_only(as_column([geometry])))
    return np.asarray(parts[~shapely.is_empty(parts)])


def some(values: Sequence[str], most: int = _SHOWN) -> str:
    """Return a few of the values as text for a sentence."""
    return ", ".join(shortened(value, 80) for value in values[:most]) + (" …" if len(values) > most else "")
