"""From what the user gave to what can be computed with: bad areas are refused, other bad shapes counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.geometry.finite import finite
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.partition.model import COMPOUND, AreaLayer, CompoundLayer, PartitionOptions, StreetLayer

_LINES, _POLYGONS = (1, 5), (3, 6)
# Degrees look like a district of less than this many "square metres" inside the range of longitude and latitude.
_DEGREES_AREA = 25.0


@dataclass(frozen=True)
class CleanInput:
    """Usable single-part geometries near the areas, with their attributes row by row."""

    areas: np.ndarray
    codes: np.ndarray
    factor: np.ndarray
    streets: np.ndarray
    street_grade: np.ndarray
    compounds: np.ndarray
    compound_land_use: np.ndarray
    compound_grade: np.ndarray
    compound_kind: np.ndarray
    compound_whole: np.ndarray
    buildings: np.ndarray
    roads: np.ndarray
    extent: shapely.Geometry | None
    notes: tuple[Message, ...]


def clean_input(
    areas: AreaLayer,
    streets: StreetLayer | None,
    compounds: CompoundLayer | None,
    buildings: np.ndarray | None,
    road_areas: np.ndarray | None,
    covered_extent: shapely.Geometry | None,
    options: PartitionOptions,
) -> CleanInput:
    """Return the input in single parts, without what lies outside the areas.

    :raises InputError: ``partition_no_areas``, ``partition_area_unusable``, ``partition_not_metres``,
        ``partition_extent_unusable``.
    """
    outlines = _clean_areas(areas)
    notes: list[Message] = []
    nothing = np.empty(0, dtype=object)
    lines, line_row = _usable_parts(nothing if streets is None else streets.geometry, _LINES, "streets", notes)
    line_row, lines = _near(outlines, lines, line_row)
    grade = np.zeros(len(lines), dtype=np.int8)
    if streets is not None and streets.grade is not None:
        grade = np.asarray(streets.grade, dtype=np.int8)[line_row]
    polygons, row = _usable_parts(nothing if compounds is None else compounds.geometry, _POLYGONS, "compounds", notes)
    row, polygons = _near(outlines, polygons, row)
    limit = np.inf if options.whole_compound_m2 is None else options.whole_compound_m2
    return CleanInput(
        outlines,
        np.asarray(areas.codes, dtype=object),
        np.ones(len(outlines)) if areas.factor is None else np.asarray(areas.factor, dtype=np.float64),
        lines,
        grade,
        polygons,
        _column(None if compounds is None else compounds.land_use, row, None),
        _column(None if compounds is None else compounds.grade, row, None),
        _column(None if compounds is None else compounds.kind, row, COMPOUND),
        shapely.area(polygons) <= limit,
        _near(outlines, *_usable_parts(_layer(buildings), _POLYGONS, "buildings", notes))[1],
        _near(outlines, *_usable_parts(_layer(road_areas), _POLYGONS, "road_areas", notes))[1],
        _clean_extent(covered_extent),
        tuple(notes),
    )


def _layer(geometry: np.ndarray | None) -> np.ndarray:
    return np.empty(0, dtype=object) if geometry is None else geometry


def _column(values: np.ndarray | None, row: np.ndarray, missing: str | None) -> np.ndarray:
    column = np.full(len(row), missing, dtype=object)
    if values is not None:
        given = np.asarray(values, dtype=object)[row]
        filled = np.array([bool(value) for value in given], dtype=bool)
        column[filled] = given[filled]
    return column


def _clean_areas(areas: AreaLayer) -> np.ndarray:
    geometry = np.asarray(areas.geometry, dtype=object)
    codes = np.asarray(areas.codes, dtype=object)
    if len(geometry) == 0 or len(geometry) != len(codes):
        raise InputError("partition_no_areas", geometries=len(geometry), codes=len(codes))
    good = finite(geometry) & np.isin(shapely.get_type_id(geometry), _POLYGONS)
    good &= ~shapely.is_empty(geometry)
    good[good] = shapely.is_valid(geometry[good])
    if not good.all():
        raise InputError("partition_area_unusable", count=int((~good).sum()), codes=_some(codes[~good]))
    flat = shapely.force_2d(geometry)
    west, south, east, north = shapely.total_bounds(flat)
    in_degrees = west >= -180 and east <= 180 and south >= -90 and north <= 90
    if in_degrees and shapely.area(flat).sum() < _DEGREES_AREA:
        raise InputError("partition_not_metres")
    return np.asarray(flat)


def _clean_extent(extent: shapely.Geometry | None) -> shapely.Geometry | None:
    if extent is None:
        return None
    one = np.array([extent], dtype=object)
    usable = finite(one)[0] and shapely.get_type_id(extent) in _POLYGONS and shapely.is_valid(extent)
    if not usable or extent.is_empty:
        raise InputError("partition_extent_unusable")
    return shapely.force_2d(extent)


def _usable_parts(
    geometry: np.ndarray, types: tuple[int, int], layer: str, notes: list[Message]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the single parts of the usable rows and the row of each; tell how many rows are not usable."""
    rows = np.asarray(geometry, dtype=object)
    good = finite(rows) & ~shapely.is_empty(rows)
    good[good] = np.isin(shapely.get_type_id(rows[good]), types)
    if types == _LINES:
        good[good] = shapely.length(rows[good]) > 0
    name = Message(f"partition_layer_{layer}")
    if not good.all():
        notes.append(Message("partition_rows_skipped", {"layer": name, "count": int((~good).sum())}))
    position = np.flatnonzero(good)
    usable = shapely.force_2d(rows[position])
    if types == _POLYGONS:
        broken = ~shapely.is_valid(usable)
        if broken.any():
            usable[broken] = shapely.make_valid(usable[broken])
            notes.append(Message("partition_rows_repaired", {"layer": name, "count": int(broken.sum())}))
    parts, owner = shapely.get_parts(usable, return_index=True)
    nested = shapely.get_type_id(parts) > types[0]  # make_valid may give a collection of a multipolygon
    if nested.any():
        deeper, back = shapely.get_parts(parts, return_index=True)
        parts, owner = deeper, owner[back]
    wanted = shapely.get_type_id(parts) == types[0]
    return parts[wanted], position[owner[wanted]]


def _near(outlines: np.ndarray, parts: np.ndarray, row: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if len(parts) == 0:
        return row, parts
    near = np.unique(shapely.STRtree(parts).query(outlines, predicate="intersects")[1])
    return row[near], parts[near]


def _some(codes: Iterable[object]) -> str:
    return listing(codes, most=5)
