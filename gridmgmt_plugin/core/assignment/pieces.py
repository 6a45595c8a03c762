"""What is left to do in a scheme: unit grids in no grid, and parts of grids that lie apart from the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.assignment.figures import beyond_expected
from gridmgmt_plugin.core.assignment.model import NOBODY, Assignment


@dataclass(frozen=True, eq=False)
class Piece:
    """Units that hang together, int64, ascending. ``grid``: the one that they lie apart from, :data:`NOBODY` for
    unassigned ones.
    """

    grid: int
    units: np.ndarray


def open_pieces(assignment: Assignment) -> list[Piece]:
    """Return all pieces, the unassigned ones first, then by code of the grid, within these by first unit.

    It looks at every unit; ask for it when a planner does, not at each movement of the mouse.
    """
    parts = assignment.units.graph.components(assignment.grid_of)
    order = np.argsort(parts, kind="stable")
    units_of_part = np.split(order, np.cumsum(np.bincount(parts))[:-1]) if len(parts) else []
    of_grid: dict[int, list[np.ndarray]] = {}
    for units in units_of_part:
        of_grid.setdefault(int(assignment.grid_of[units[0]]), []).append(units)
    found = [Piece(NOBODY, units) for units in of_grid.pop(NOBODY, [])]
    for grid in sorted(of_grid, key=lambda at: assignment.grids[at].code):
        found += _detached(assignment, grid, of_grid[grid])
    return found


def _detached(assignment: Assignment, grid: int, parts: Sequence[np.ndarray]) -> list[Piece]:
    expected = assignment.grids[grid].expected_parts
    if len(parts) <= expected:
        return []
    members = np.concatenate(parts)
    number = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    beyond = beyond_expected(number, np.array(shapely.area(assignment.units.shapes)), members, expected)
    return [Piece(grid, part) for at, part in enumerate(parts) if beyond[number == at].any()]
