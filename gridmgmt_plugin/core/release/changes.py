"""What changed between two releases: rows added, removed, reshaped, noded, reassigned or with other values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.release.frozen import FrozenLayer

ADDED, REMOVED, RESHAPED, REASSIGNED, CHANGED = "added", "removed", "reshaped", "reassigned", "changed"
# A neighbour's new corner is a vertex here: the ground is the same, its outline is written otherwise.
NODED = "noded"
# Columns that say who answers; another value there is a reassignment, not a mere correction.
_ASSIGNMENTS = (
    "responsibility_grid",
    "area_code",
    "responsible_code",
    "fallback_code",
    "supervisor_code",
    "operator_code",
    "managing_street_code",
    "manager_code",
    "members",
    "unit_count",
)
# Figures that follow from the geometry say nothing of their own; they go with a reshaping, where there is one.
_DERIVED = ("area_m2", "length_m", "centre_x", "centre_y")
# The two of a place: one alone could not be told in another system of coordinates.
_PLACE = ("centre_x", "centre_y")
# Each edge is measured at this share of its length.
_DENSIFY = 0.1


@dataclass(frozen=True)
class Change:
    """One change of one object.

    ``before`` and ``after``: the values that differ, as JSON, or ``""``; ``geometry_before``, ``geometry_after``: the
    object's geometry in the base and now, ``None`` where it was not there.
    """

    layer: str
    code: str
    change: str
    before: str
    after: str
    geometry_before: shapely.Geometry | None
    geometry_after: shapely.Geometry | None


def compare(
    base: Mapping[str, FrozenLayer], now: Mapping[str, FrozenLayer], precision_m: float
) -> tuple[Change, ...]:
    """Return every change from ``base`` to ``now``, by layer and code; without a base everything is added.

    An object that was both reshaped and reassigned gives two changes. Together they tell every value that differs:
    the base with the changes in it is what is now.
    """
    found: list[Change] = []
    for layer in sorted({*base, *now}):
        found += _compare_layer(layer, base.get(layer), now.get(layer), precision_m)
    return tuple(found)


@dataclass(frozen=True)
class _Row:
    content: str
    digest: str
    geometry: shapely.Geometry | None

    @property
    def values(self) -> dict[str, Any]:
        """Return what is told of the row, column → value."""
        values: dict[str, Any] = json.loads(self.content)
        return values

    def is_same(self, other: _Row) -> bool:
        """Tell whether nothing of a row has changed."""
        return self.digest == other.digest and self.content == other.content


def _compare_layer(layer: str, base: FrozenLayer | None, now: FrozenLayer | None, precision_m: float) -> list[Change]:
    before, after = _by_key(base, precision_m), _by_key(now, precision_m)
    found = []
    for key in sorted({*before, *after}):
        old, new = before.get(key), after.get(key)
        if old is not None and new is not None and old.is_same(new):
            continue
        if old is None and new is not None:
            found.append(Change(layer, key, ADDED, "", new.content, None, new.geometry))
        elif new is None and old is not None:
            found.append(Change(layer, key, REMOVED, old.content, "", old.geometry, None))
        elif old is not None and new is not None:
            found += _compare_rows(layer, key, old, new, precision_m)
    return found


def _by_key(layer: FrozenLayer | None, precision_m: float) -> dict[str, _Row]:
    if layer is None:
        return {}
    geometry = layer.rows.geometry
    shapes = [None] * len(layer.keys) if geometry is None else list(geometry)
    rows = map(_Row, layer.content, layer.digests(precision_m), shapes)
    return dict(zip(layer.keys, rows))


def _compare_rows(layer: str, key: str, old: _Row, new: _Row, precision_m: float) -> list[Change]:
    was, is_ = old.values, new.values
    differing = {name for name in {*was, *is_} if was.get(name) != is_.get(name)}
    if differing.intersection(_PLACE):
        differing.update(_PLACE)
    redrawn = old.digest != new.digest
    drawn = NODED if redrawn and same_ground(old.geometry, new.geometry, precision_m) else RESHAPED
    derived = differing.intersection(_DERIVED) if redrawn else set[str]()
    assigned = differing.intersection(_ASSIGNMENTS)
    others = differing - derived - assigned
    groups = ((drawn, redrawn, derived), (REASSIGNED, bool(assigned), assigned), (CHANGED, bool(others), others))
    return [
        Change(layer, key, change, _picked(was, names), _picked(is_, names), old.geometry, new.geometry)
        for change, happened, names in groups
        if happened
    ]


def same_ground(before: shapely.Geometry | None, after: shapely.Geometry | None, precision_m: float) -> bool:
    """Tell whether two outlines or lines differ in vertices alone: nowhere further apart than the precision."""
    if before is None or after is None or not (before.is_valid and after.is_valid):
        return False
    if before.is_empty or after.is_empty or shapely.get_dimensions(before) != shapely.get_dimensions(after):
        return False
    if shapely.get_dimensions(before) != 2:
        # Measured between the vertices, too: two lines may have all their vertices in common and differ between them.
        return bool(shapely.hausdorff_distance(before, after, densify=_DENSIFY) <= precision_m)
    for side, other in ((before, after), (after, before)):
        own = _vertices_not_in(side, other)
        if not shapely.dwithin(shapely.points(own), shapely.boundary(other), precision_m).all():
            return False
    apart = shapely.symmetric_difference(before, after).area
    return bool(apart <= precision_m * max(before.length, after.length))


def _vertices_not_in(side: shapely.Geometry, other: shapely.Geometry) -> np.ndarray:
    """Return (n, 2) the vertices that only one of two geometries has."""
    known = set(map(tuple, shapely.get_coordinates(other).tolist()))
    own = [xy for xy in map(tuple, shapely.get_coordinates(side).tolist()) if xy not in known]
    return np.array(own, dtype=float).reshape(-1, 2)


def _picked(values: Mapping[str, Any], names: set[str]) -> str:
    return _json({name: values.get(name) for name in names}) if names else ""


def _json(values: Mapping[str, Any]) -> str:
    return json.dumps(dict(values), ensure_ascii=False, sort_keys=True)
