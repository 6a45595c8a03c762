"""What goes into a partition and what comes out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.listing import shortened
from gridmgmt_plugin.core.messages import Message

BLOCK = "街区"
COMPOUND = "院落"
ROAD = "道路"
# A little more than what the checks call nearly in one place, so that rounding does not bring it there again.
_WELD_M = 0.055


@dataclass(frozen=True)
class AreaLayer:
    """The finest administrative areas, which no cell may cross.

    ``geometry``: object array of n Polygons or MultiPolygons in planar metres, neighbours seamless.
    ``codes``: object array of n texts. ``factor``: float64 (n,), by how much cells are larger than the target there;
    ``None`` = nowhere.
    """

    geometry: np.ndarray
    codes: np.ndarray
    factor: np.ndarray | None = None


@dataclass(frozen=True)
class StreetLayer:
    """Centre lines: ``geometry``, object array of n (Multi)LineStrings; ``grade``, int8 (n,) or ``None``.

    Grades: 0 lane or unknown, 1 minor street, 2 secondary, 3 main street, 4 expressway
    (see :func:`~gridmgmt_plugin.core.partition.street_grades.grade_of_streets`).
    """

    geometry: np.ndarray
    grade: np.ndarray | None = None


@dataclass(frozen=True)
class CompoundLayer:
    """Courtyards, housing estates or parcels that stay whole (院落, 小区).

    ``geometry``: object array of n (Multi)Polygons. ``land_use``, ``grade``, ``kind``: object arrays of n texts
    or ``None``; ``kind`` is the grid kind that a cell of this compound gets, 院落 where it is missing.
    """

    geometry: np.ndarray
    land_use: np.ndarray | None = None
    grade: np.ndarray | None = None
    kind: np.ndarray | None = None


@dataclass(frozen=True)
class TargetProfile:
    """Target areas in m² by land use and by management grade; a land use goes before a grade."""

    land_use: Mapping[str, float] = field(default_factory=dict)
    grade: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def from_json(cls, content: Any) -> TargetProfile:
        """Return the profile of ``{"land_use": {"居住用地": 8000}, "grade": {"一级": 10000}}``.

        :raises InputError: ``partition_profile_invalid`` when it is built otherwise or an area is not positive.
        """
        if not isinstance(content, Mapping) or set(content) - {"land_use", "grade"}:
            raise InputError("partition_profile_invalid", value=shortened(str(content), 80))
        for table in content.values():
            if not isinstance(table, Mapping) or not all(_is_area(value) for value in table.values()):
                raise InputError("partition_profile_invalid", value=shortened(str(table), 80))
        return cls(dict(content.get("land_use", {})), dict(content.get("grade", {})))

    def targets_m2(self, land_use: np.ndarray, grade: np.ndarray, default_m2: float) -> np.ndarray:
        """Return the target of each row (float64), ``default_m2`` where neither value is in the profile."""
        by_grade = [self.grade.get(value, default_m2) for value in grade]
        return np.array([self.land_use.get(use, other) for use, other in zip(land_use, by_grade)], dtype=np.float64)


@dataclass(frozen=True)
class PartitionOptions:
    """How to cut; lengths in metres, areas in m².

    ``target_area_m2``: what a cell should have. ``min_area_m2``: cells below it are merged where a neighbour can
    take them without passing ``max_ratio`` × target; default 0.4 × target. ``max_ratio``: cells above this
    multiple of the target are cut; merging does not pass it unless there is no other way. ``least_area_m2``:
    no cell is smaller when its area has a neighbour for it (at most the minimum). ``sliver_width_m``: cells with
    a mean width (2·area / perimeter) below it are merged whatever lies between. ``strip_width_m``: ground of up
    to this mean width between a compound and a street belongs to the compound. ``dead_end_reach_m``: how far a
    dead-end lane is prolonged to cut a large block; default 0.8 × √target. ``major_grade``: streets from this
    grade on are not crossed by a merge. ``whole_compound_m2``: compounds above it may be cut (default: none).
    ``area_tolerance_m``: gaps and overlaps between areas with a smaller mean width are closed and reported; wider
    overlaps are refused. ``precision_m``: the grid of all coordinates.
    """

    target_area_m2: float = 10_000.0
    min_area_m2: float | None = None
    max_ratio: float = 1.6
    least_area_m2: float = 400.0
    sliver_width_m: float = 8.0
    strip_width_m: float = 25.0
    dead_end_reach_m: float | None = None
    major_grade: int = 2
    whole_compound_m2: float | None = None
    area_tolerance_m: float = 0.02
    precision_m: float = 0.001
    profile: TargetProfile = field(default_factory=TargetProfile)

    def __post_init__(self) -> None:
        positive = {name: getattr(self, name) for name in ("target_area_m2", "precision_m", "least_area_m2")}
        for name, value in positive.items():
            if not _is_area(value):
                raise InputError("partition_option_invalid", option=name, value=value)
        if not (math.isfinite(self.max_ratio) and self.max_ratio >= 1.2):
            raise InputError("partition_option_invalid", option="max_ratio", value=self.max_ratio)
        if self.min_area_m2 is not None and not 0 <= self.min_area_m2 < self.target_area_m2:
            raise InputError("partition_option_invalid", option="min_area_m2", value=self.min_area_m2)
        for name in ("sliver_width_m", "strip_width_m", "area_tolerance_m"):
            if not (math.isfinite(getattr(self, name)) and getattr(self, name) >= 0):
                raise InputError("partition_option_invalid", option=name, value=getattr(self, name))

    @property
    def weld_m(self) -> float:
        """Return how near two lines may run before they become one: what the checks call nearly in one place."""
        return max(_WELD_M, 2.0 * self.precision_m)

    @property
    def min_ratio(self) -> float:
        """Return the minimum as a share of the target."""
        return 0.4 if self.min_area_m2 is None else self.min_area_m2 / self.target_area_m2

    @property
    def least_m2(self) -> float:
        """Return the area below which a cell must find a neighbour: never more than the minimum itself."""
        return min(self.least_area_m2, max(self.min_ratio * self.target_area_m2, 10 * self.precision_m))

    @property
    def reach_m(self) -> float:
        """Return how far a dead end is prolonged."""
        return 0.8 * math.sqrt(self.target_area_m2) if self.dead_end_reach_m is None else self.dead_end_reach_m


@dataclass(frozen=True)
class Partition:
    """The cells of all areas, sorted by area and then from west to east; n rows.

    ``geometry``: object array of n Polygons, valid, counter-clockwise, on the precision grid.
    ``area_index``: int64 (n,), position of the cell's area in the input. ``kind``: object array of grid kinds
    (街区, 院落, 道路 or the compound's own). ``land_use``, ``grade``: object arrays, the value that covers most of
    the cell's known ground, ``None`` where nothing is known. ``block_area_m2``: float64 (n,), area of the largest
    block (a face of streets and area boundaries) that the cell has ground in.
    ``area_geometry``: object array, one per input area: the outline with exactly the vertices of its cells, moved
    by less than the precision. ``figures``: counts by name (``blocks``, ``cells``, ``cells_merged`` …).
    ``notes``: what the planner should know.
    """

    geometry: np.ndarray
    area_index: np.ndarray
    kind: np.ndarray
    land_use: np.ndarray
    grade: np.ndarray
    block_area_m2: np.ndarray
    area_geometry: np.ndarray
    figures: Mapping[str, int]
    notes: tuple[Message, ...]

    def __len__(self) -> int:
        return len(self.geometry)


def _is_area(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value) and value > 0
