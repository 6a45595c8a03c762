"""Geometry rules that one examination of the coverage answers: overlaps, gaps, near-misses, broken rings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.health.faults import KINDS, OUTLINE, CoverageFaults
from gridmgmt_plugin.core.coverage.health.shape_faults import vertex_faults
from gridmgmt_plugin.core.messages import Message, catalogue
from gridmgmt_plugin.core.rows import as_column
from gridmgmt_plugin.core.validation.context import Context
from gridmgmt_plugin.core.validation.issue import Issue
from gridmgmt_plugin.core.validation.rule import Rule, rule

# Uncovered ground belongs to no object: its key is its place.
_BARE = ("gap", "hole", "uncovered")


def place_key(geometry: Any) -> str:
    """Return the key of ground without an object, ``@x,y`` in whole metres of a point inside it."""
    point = shapely.point_on_surface(geometry)
    return f"@{np.floor(shapely.get_x(point)):.0f},{np.floor(shapely.get_y(point)):.0f}"


def fault_keys(kind: str, codes: np.ndarray, first: int, second: int, place: Any) -> tuple[str, ...]:
    """Return the keys of the issue that a fault of the coverage becomes.

    :param codes: the codes of the unit grids, "" for none. ``first``, ``second``: see :class:`CoverageFaults`.
    """
    if kind in _BARE:
        return (place_key(place),)
    near = codes[first] if first != OUTLINE else ""
    return (near,) if second == OUTLINE else (near, codes[second])


def _coverage_rule(kind: str) -> Rule:
    def check(context: Context) -> Iterator[Issue]:
        found = context.coverage.of(kind)
        if kind == "spike":
            found = _drawn_spikes(context, found)
        codes = context.unit_codes
        for first, second, place, measure, reason in zip(
            found.first, found.second, found.geometry, found.measure, found.reason
        ):
            keys = fault_keys(kind, codes, first, second, place)
            details: dict[str, Any] = {"near": (codes[first] if first != OUTLINE else "") or "–"}
            if kind == "invalid_ring":
                known = f"ring_{reason}" in catalogue()
                details["reason"] = Message(f"ring_{reason}" if known else "ring_other", {"reason": reason})
            value = None if kind in ("empty", "invalid_ring") else float(measure)
            yield context.issue(f"unit_{kind}", "unit_grid", keys, place, value, **details)

    return check


def _drawn_spikes(context: Context, found: CoverageFaults) -> CoverageFaults:
    """Return the spikes without those that the outline of the unit grid's own area has."""
    areas = context.area_polygons
    shapes = as_column(areas.values())
    given = vertex_faults(shapes, context.coverage_thresholds["spike_angle_deg"], 0.0).of("spike")
    codes = np.array(list(areas), dtype=object)[given.first] if len(given) else np.empty(0, dtype=object)
    own = set(zip(codes.tolist(), _places(given.geometry, context.settings.precision_m)))
    of = context.text("unit_grid", "area_code")[found.first].tolist()
    at = _places(found.geometry, context.settings.precision_m)
    return found.where(np.array([place not in own for place in zip(of, at)], dtype=bool))


def _places(points: np.ndarray, precision_m: float) -> list[tuple[float, float]]:
    return [(x, y) for x, y in np.rint(shapely.get_coordinates(points) / precision_m).tolist()]


for _kind in KINDS:
    rule(f"unit_{_kind}")(_coverage_rule(_kind))
