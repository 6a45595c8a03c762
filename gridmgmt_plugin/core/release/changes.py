"""What changed between two releases: rows added, removed, reshaped, noded, reassigned or with other values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.release.frozen import FrozenLayer, geometry_digests
from gridmgmt_plugin.core.rows import Rows

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
    geometry: shapely.Geometry | None

    @property
    def values(self) -> dict[str, Any]:
        """Return what is told of the row, column → value."""
        values: dict[str, Any] = json.loads(self.content)
        return values


@dataclass(frozen=True)
class _Side:
    """A layer then or now; ``place``: key → position."""

    layer: FrozenLayer
    place: Mapping[str, int]

    @classmethod
    def of(cls, layer: FrozenLayer | None) -> _Side:
        layer = layer or FrozenLayer((), Rows())
        return cls(layer, dict(zip(layer.keys, range(len(layer)))))

    @property
    def shapes(self) -> np.ndarray:
        """Return the geometries, ``None`` for rows without one."""
        shapes = self.layer.geometry
        return np.full(len(self.layer), None, dtype=object) if shapes is None else shapes

    def content(self, key: str) -> str:
        """Return what is told of the row of a key."""
        return self.layer.content[self.place[key]]

    def row(self, key: str) -> _Row:
        """Return the row of a key."""
        shapes = self.layer.geometry
        return _Row(self.content(key), None if shapes is None else shapes[self.place[key]])


def _compare_layer(layer: str, base: FrozenLayer | None, now: FrozenLayer | None, precision_m: float) -> list[Change]:
    before, after = _Side.of(base), _Side.of(now)
    redrawn = _redrawn(before, after, precision_m)
    found = []
    for key in sorted({*before.place, *after.place}):
        if key not in before.place:
            new = after.row(key)
            found.append(Change(layer, key, ADDED, "", new.content, None, new.geometry))
        elif key not in after.place:
            old = before.row(key)
            found.append(Change(layer, key, REMOVED, old.content, "", old.geometry, None))
        elif key in redrawn or before.content(key) != after.content(key):
            rows = before.row(key), after.row(key)
            found += _compare_rows(layer, key, *rows, precision_m, is_redrawn=key in redrawn)
    return found


def _redrawn(before: _Side, after: _Side, precision_m: float) -> set[str]:
    """Return the keys of what has another outline or line on the precision grid; most have the very same vertices."""
    keys = [key for key in after.place if key in before.place]
    old, new = (side.shapes[[side.place[key] for key in keys]] for side in (before, after))
    same = shapely.equals_exact(old, new) | (shapely.is_missing(old) & shapely.is_missing(new))
    others = np.flatnonzero(~np.asarray(same, dtype=bool))
    digests = (geometry_digests(side[others], len(others), precision_m) for side in (old, new))
    return {keys[at] for at, one, two in zip(others.tolist(), *digests) if one != two}


def _compare_rows(
    layer: str, key: str, old: _Row, new: _Row, precision_m: float, *, is_redrawn: bool
) -> list[Change]:
    was, is_ = old.values, new.values
    differing = {name for name in {*was, *is_} if was.get(name) != is_.get(name)}
    if differing.intersection(_PLACE):
        differing.update(_PLACE)
    drawn = NODED if is_redrawn and same_ground(old.geometry, new.geometry, precision_m) else RESHAPED
    derived = differing.intersection(_DERIVED) if is_redrawn else set[str]()
    assigned = differing.intersection(_ASSIGNMENTS)
    others = differing - derived - assigned
    groups = ((drawn, is_redrawn, derived), (REASSIGNED, bool(assigned), assigned), (CHANGED, bool(others), others))
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
