"""The grids of one scheme as painting needs them: which there are, who belongs to which, where each may go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gridmgmt_plugin.core.assignment.model import ANY_ZONE, NOBODY, Grid
from gridmgmt_plugin.core.responsibility.boundaries import (
    common_area,
    digits_within,
    narrowed,
    one_zone_each,
    usual_digits,
    zones_of_areas,
    zones_of_grids,
)
from gridmgmt_plugin.core.responsibility.scheme_rules import ZONE, SchemeRules
from gridmgmt_plugin.core.rows import Rows

#: The columns of ``responsibility_grid`` and of ``area`` that are needed.
GRID_COLUMNS = ("code", "name", "alias", "area_code", "expected_parts")
AREA_COLUMNS = ("code", "zone", "parent_code")
_COMMUNITY_DIGITS = 12


@dataclass(frozen=True, eq=False)
class SchemeGrids:
    """``grids``: each with the area and zone that it stays in. ``grid_of``: int64 (n,), the grid of each unit grid or
    ``NOBODY``. ``zone``: int64 (n,), the zone of each unit grid. ``keeps_zones``: whether grids stay in zones.
    ``digits``: how many digits the codes of the areas have that new grids are numbered under.
    """

    grids: list[Grid]
    grid_of: np.ndarray
    zone: np.ndarray
    keeps_zones: bool
    digits: int

    def fresh(self, code: str, area_code: str, unit: int) -> Grid:
        """Return a grid that is made around a unit grid, under its code."""
        return Grid(code, area_code, int(self.zone[unit]) if self.keeps_zones else ANY_ZONE, is_new=True)


def scheme_grids(
    stored: Rows,
    areas: Rows,
    area_code: np.ndarray,
    assigned: np.ndarray,
    rules: SchemeRules | None,
    made: Mapping[str, Grid],
) -> SchemeGrids:
    """Return the grids of a scheme.

    :param stored: the scheme's grids, with :data:`GRID_COLUMNS`. ``areas``: all areas, with :data:`AREA_COLUMNS`.
    :param area_code, assigned: object arrays (n,), the area and the grid's code of each unit grid, or ``None``.
    :param rules: what the scheme asks of its grids, ``None`` where nobody said; then the grids themselves show in
        which areas they stay. ``made``: code → grid, of those that are not stored yet.
    """
    zone_of = zones_of_areas(areas)
    zone = np.unique([zone_of.get(code, "") for code in area_code], return_inverse=True)[1].reshape(-1)
    grids = _grids(stored, area_code, assigned, made)
    number = {grid.code: at for at, grid in enumerate(grids)}
    grid_of = np.array([NOBODY if code is None else number[code] for code in assigned], dtype=np.int64)
    if rules is None:
        digits = usual_digits(grid.area_code for grid in grids)
        kept = zones_of_grids(grid_of, zone, len(grids)) if digits < _COMMUNITY_DIGITS else None
    else:
        digits = digits_within(rules.within)
        grids = _ruled(grids, area_code, grid_of, digits, rules)
        kept = one_zone_each(grid_of, zone, len(grids)) if rules.within == ZONE else None
    if kept is not None:
        grids = [replace(grid, zone=at) for grid, at in zip(grids, kept.tolist())]
    return SchemeGrids(grids, grid_of, zone.astype(np.int64), kept is not None, digits)


def _grids(stored: Rows, area_code: np.ndarray, assigned: np.ndarray, made: Mapping[str, Grid]) -> list[Grid]:
    """Return the grids that are stored, those made since, and codes that unit grids name beyond."""
    grids = {
        str(row["code"]): Grid(
            str(row["code"]),
            str(row["area_code"] or ""),
            ANY_ZONE,
            str(row["alias"] or row["name"] or ""),
            max(int(row["expected_parts"] or 1), 1),
        )
        for row in stored.records()
        if row["code"]
    }
    named = {str(code) for code in assigned if code is not None}
    for code in sorted(named - grids.keys()):
        grids[code] = made.get(code, Grid(code))
    return [
        grid if grid.area_code else replace(grid, area_code=common_area(area_code[assigned == grid.code]))
        for grid in grids.values()
    ]


def _ruled(
    grids: Sequence[Grid], area_code: np.ndarray, grid_of: np.ndarray, digits: int, rules: SchemeRules
) -> list[Grid]:
    """Return the grids with the areas that the scheme's rule leaves them; one that need not hang together may fall
    into as many parts as there are unit grids.
    """
    order = np.argsort(grid_of, kind="stable")
    members = np.split(order, np.searchsorted(grid_of[order], np.arange(len(grids))))[1:]
    parts = 1 if rules.contiguous else len(grid_of) + 1
    return [
        replace(
            grid,
            area_code=narrowed(grid.area_code, area_code[units], digits),
            expected_parts=max(grid.expected_parts, parts),
        )
        for grid, units in zip(grids, members)
    ]
