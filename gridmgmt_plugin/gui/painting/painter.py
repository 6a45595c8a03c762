"""What the planner paints into, and what each way of painting would do: plans, made by nobody yet."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
import shapely

from gridmgmt_plugin.core.assignment.model import NOBODY, Move
from gridmgmt_plugin.core.assignment.splitting import far_side, grid_to_split
from gridmgmt_plugin.core.assignment.stroke_reach import pushed
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.editing.painting.painted_scheme import PaintedScheme
from gridmgmt_plugin.workspace.changes.gestures import Gesture

#: In place of the number of a grid: the next stroke makes a grid; the grid where the next stroke begins.
NEW, UNCHOSEN = -2, -3


class Mode(Enum):
    """How the unit grids are named."""

    BRUSH = "brush"
    CLICK = "click"
    RECTANGLE = "rectangle"
    POLYGON = "polygon"
    COMMUNITY = "community"
    PUSH = "push"
    SPLIT = "split"
    MERGE = "merge"


@dataclass(frozen=True)
class Plan:
    """What a gesture would do. ``kind``: under which the undo list has it; ``target``: the grid that gains.

    ``ended``: grids that would be no more.
    """

    kind: str
    move: Move
    target: int
    ended: tuple[int, ...] = ()


class Painter:
    """One scheme, and the grid that strokes go to: ``target`` is its number, ``NOBODY``, ``NEW`` or ``UNCHOSEN``."""

    def __init__(self, scheme: PaintedScheme) -> None:
        self.scheme = scheme
        self.target = UNCHOSEN
        self._target_code = ""

    def choose(self, target: int) -> None:
        """Paint into this grid from now on."""
        self.target = target
        self._target_code = self.scheme.assignment.grids[target].code if target >= 0 else ""

    def refresh(self) -> bool:
        """Take in what others changed; the target stays the same grid. Return whether anything was."""
        changed = self.scheme.refresh()
        if changed and self.target >= 0:
            number = self.scheme.assignment.number(self._target_code)
            self.choose(UNCHOSEN if number is None else number)
        return changed

    def pick(self, unit: int) -> None:
        """Paint from now on into the grid that a unit grid belongs to, or into none."""
        self.choose(int(self.scheme.assignment.grid_of[unit]))

    def aim(self, unit: int) -> int:
        """Return the grid that a stroke goes to which begins at a unit grid.

        :raises InputError: ``paint_no_target`` when none is chosen and the unit grid is in none.
        """
        if self.target == NEW:
            return self.scheme.new_grid(unit)
        if self.target != UNCHOSEN:
            return self.target
        here = int(self.scheme.assignment.grid_of[unit])
        if here == NOBODY:
            raise InputError("paint_no_target")
        return here

    # Plans.

    def painted(self, units: np.ndarray, target: int) -> Plan:
        """Return what giving unit grids to a grid, or to none, does."""
        return Plan("erase" if target == NOBODY else "paint", self.scheme.assignment.move(units, target), target)

    def border_at(self, unit: int, x: float, y: float) -> tuple[int, int] | None:
        """Return the grid of a unit grid and the one across the border nearest to a place in it, if there is any."""
        taker = self.scheme.reach.across_border(self.scheme.assignment, unit, x, y)
        return None if taker is None else (int(self.scheme.assignment.grid_of[unit]), taker)

    def pushed(self, swept: np.ndarray, source: int, taker: int) -> Plan:
        """Return what pushing the border of ``taker`` into ``source`` over these unit grids does."""
        units = pushed(self.scheme.assignment, swept, source, taker)
        return Plan("push", self.scheme.assignment.move(units, taker), taker)

    def split(self, line: shapely.LineString) -> Plan:
        """Return what cutting a grid along a line does: the smaller side becomes a grid.

        :raises InputError: ``paint_split_nowhere``, ``paint_split_does_not_part``, ``paint_locked``,
            ``code_sequence_full``.
        """
        assignment = self.scheme.assignment
        grid = grid_to_split(assignment, self.scheme.reach, line)
        if grid in assignment.locked:
            raise InputError("paint_locked", grid=assignment.grids[grid].code)
        units = far_side(assignment, self.scheme.reach, grid, line)
        target = self.scheme.new_grid(int(units[0]))
        return Plan("split_grid", assignment.move(units, target), target)

    def merged(self, unit: int) -> Plan | None:
        """Return what giving the whole grid of a unit grid to the target does, ``None`` where there is nothing to do.

        :raises InputError: ``paint_no_target``.
        """
        assignment, grid = self.scheme.assignment, int(self.scheme.assignment.grid_of[unit])
        if self.target < 0:
            raise InputError("paint_no_target")
        if grid in (NOBODY, self.target):
            return None
        move = assignment.move(assignment.members(grid), self.target)
        ended = (grid,) if len(move.units) == assignment.size(grid) else ()
        return Plan("merge_grids", move, self.target, ended)

    def make(self, plan: Plan) -> Gesture:
        """Make a plan: one undo step. A grid that was new is the target from then on.

        :raises GridError: why it cannot be made; nothing is changed then.
        """
        gesture = self.scheme.write(plan.move, plan.kind, plan.ended)
        if self.target == NEW:
            self.choose(plan.target)
        return gesture
