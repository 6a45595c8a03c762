"""What a move does to the grids involved: every figure old and new, and whether a grid falls apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.assignment.contiguity import parts_of
from gridmgmt_plugin.core.assignment.model import Assignment, Move


@dataclass(frozen=True)
class Figure:
    """A load of a grid before and after, in pieces, m² or m.

    ``is_partial``: some units have none that is known; ``is_unknown``: no unit has.
    """

    before: float
    after: float
    is_partial: bool = False
    is_unknown: bool = False


@dataclass(frozen=True, eq=False)
class GridFigures:
    """One grid before and after a move. ``loads``: as in the units; ``units``: how many it has.

    ``parts``: into how many parts it falls. ``detached``: int64, the units outside its expected parts afterwards.
    """

    grid: int
    units: Figure
    loads: Mapping[str, Figure]
    parts: Figure
    detached: np.ndarray

    @property
    def is_torn(self) -> bool:
        """Tell whether the grid falls apart into more parts than it is expected to have."""
        return len(self.detached) > 0


def figures_of(assignment: Assignment, move: Move) -> list[GridFigures]:
    """Return the figures of every grid that gains or loses, those that gain first, then by code."""
    gaining = set(move.after.tolist())
    grids = sorted(move.grids, key=lambda grid: (grid not in gaining, assignment.grids[grid].code))
    return [grid_figures(assignment, move, grid) for grid in grids]


def grid_figures(assignment: Assignment, move: Move, grid: int) -> GridFigures:
    """Return the figures of one grid before and after a move; an empty move tells how it stands now."""
    before, after = assignment.members(grid), assignment.after(move, grid)
    units = assignment.units
    loads = {name: _figure(load[before], load[after]) for name, load in units.loads.items()}
    parts_before = parts_of(units.graph, before)
    parts_after = parts_of(units.graph, after)
    expected = assignment.grids[grid].expected_parts
    return GridFigures(
        grid,
        Figure(float(len(before)), float(len(after))),
        loads,
        Figure(float(_count(parts_before)), float(_count(parts_after))),
        after[beyond_expected(parts_after, units.loads.get("area"), after, expected)],
    )


def beyond_expected(parts: np.ndarray, area_m2: np.ndarray | None, members: np.ndarray, expected: int) -> np.ndarray:
    """Return which members (bool) lie outside the ``expected`` largest parts, by area where it is known, else by
    number.

    :param parts: int64 per member, as :func:`parts_of` numbers them. ``area_m2``: of all units.
    """
    if _count(parts) <= expected:
        return np.zeros(len(parts), dtype=bool)
    size = np.bincount(parts, weights=None if area_m2 is None else np.nan_to_num(area_m2[members]))
    kept = np.argsort(-size, kind="stable")[:expected]
    return ~np.isin(parts, kept)


def _count(parts: np.ndarray) -> int:
    return int(parts.max(initial=-1)) + 1


def _figure(before: np.ndarray, after: np.ndarray) -> Figure:
    missing = np.isnan(np.concatenate([before, after]))
    unknown = len(missing) > 0 and bool(missing.all())
    return Figure(float(np.nansum(before)), float(np.nansum(after)), bool(missing.any()), unknown)
