"""Fix issues in the edit buffer of the unit grids: each one an undo step, checked again before it counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.gestures.edit import CoverageEdit
from gridmgmt_plugin.core.coverage.health.examine import examine
from gridmgmt_plugin.core.coverage.health.local_repair import FaultPlace, RepairTolerance, context_margin_m
from gridmgmt_plugin.core.coverage.health.repair_check import local_outline, sound_repair
from gridmgmt_plugin.core.errors import GridError, InputError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.validation.catalogue import default_parameters
from gridmgmt_plugin.core.validation.fix_attempt import FaultRef
from gridmgmt_plugin.core.validation.fix_cells import PREFIX
from gridmgmt_plugin.editing.gestures.editor import GridEditor
from gridmgmt_plugin.editing.gestures.neighbourhood import Neighbourhood
from gridmgmt_plugin.gui.issues.dialogs import CellLine
from gridmgmt_plugin.project.i18n import tr

_NEAR_M = 0.5
_THRESHOLDS = ("gap_width_m", "near_m", "sliver_width_m", "spike_angle_deg", "min_edge_m")


@dataclass(frozen=True, eq=False)
class BufferFix:
    """One fix that was worked out: the neighbourhood that it was made from, and the edit."""

    near: Neighbourhood
    edit: CoverageEdit

    def cells(self) -> list[CellLine]:
        """Return what each cell gains and loses."""
        lines = []
        before, edit = self.near.cells.geometry, self.edit
        for position, shape in zip(edit.changed.tolist(), edit.changed_geometry):
            gained = float(shapely.difference(shape, before[position]).area)
            lost = float(shapely.difference(before[position], shape).area)
            lines.append(CellLine(str(self.near.code[position] or "–"), gained, lost))
        lines += [CellLine(tr("new"), float(shape.area), 0.0) for shape in edit.added_geometry]
        removed = [(str(self.near.code[at] or "–"), float(before[at].area)) for at in edit.removed.tolist()]
        return lines + [CellLine(code, 0.0, area_m2, tr("goes")) for code, area_m2 in removed]


class BufferFixer:
    """Works on the cells as they are in the edit buffer of one layer."""

    def __init__(self, editor: GridEditor) -> None:
        self._editor = editor
        parameters: Mapping[str, Any] = default_parameters()
        self._thresholds: dict[str, Any] = {name: float(parameters[name]) for name in _THRESHOLDS}
        self._tolerance = RepairTolerance(
            editor.tolerance.precision_m,
            *(self._thresholds[name] for name in ("near_m", "gap_width_m", "min_edge_m")),
        )

    def plan(self, ref: FaultRef) -> BufferFix:
        """Return a fix that holds, with nothing done yet.

        :raises InputError: ``fix_by_hand``, ``fix_gone``, or why no repair holds.
        """
        if not ref.rule.startswith(PREFIX) or ref.place is None:
            raise InputError("fix_save_first")
        kind = ref.rule[len(PREFIX) :]
        near = self._around(shapely.Point(ref.place).buffer(_NEAR_M))
        fault = self._fault(near, kind, ref.place)
        where = fault.geometry if fault.geometry is not None else near.cells.geometry[fault.first]
        near = self._around(shapely.buffer(where, _NEAR_M))
        fault = self._fault(near, kind, ref.place)
        return BufferFix(near, sound_repair(near.cells, fault, self._tolerance, self._thresholds))

    def plan_all(
        self, refs: Sequence[FaultRef]
    ) -> tuple[list[tuple[FaultRef, BufferFix]], list[tuple[FaultRef, Message]]]:
        """Return what can be fixed, each by itself, and what cannot and why, with nothing done yet.

        Of two that lie side by side the first may settle the second, which :meth:`apply` tells then.
        """
        plans: list[tuple[FaultRef, BufferFix]] = []
        refused: list[tuple[FaultRef, Message]] = []
        for ref in refs:
            try:
                plans.append((ref, self.plan(ref)))
            except GridError as error:
                refused.append((ref, error.message))
        return plans, refused

    def apply(self, refs: Sequence[FaultRef]) -> tuple[list[FaultRef], list[tuple[FaultRef, Message]]]:
        """Fix one issue after the other, each an undo step; return what was done, and what was not and why."""
        done: list[FaultRef] = []
        refused: list[tuple[FaultRef, Message]] = []
        for ref in refs:
            try:
                fix = self.plan(ref)
                self._editor.apply(fix.near, fix.edit)
            except GridError as error:
                refused.append((ref, error.message))
            else:
                done.append(ref)
        return done, refused

    def _around(self, place: shapely.Geometry) -> Neighbourhood:
        """Return the cells at a place, those that touch them, and those within reach of a repair."""
        near = self._editor.neighbourhood(tuple(shapely.bounds(place).tolist()))
        if len(near) == 0:
            raise InputError("fix_gone")
        reach = context_margin_m(self._tolerance)
        minx, miny, maxx, maxy = shapely.total_bounds(near.cells.geometry).tolist()
        return self._editor.neighbourhood((minx - reach, miny - reach, maxx + reach, maxy + reach))

    def _fault(self, near: Neighbourhood, kind: str, place: tuple[float, float]) -> FaultPlace:
        outline = local_outline(near.cells)
        found = examine(near.cells.geometry, outline, self._tolerance.precision_m, **self._thresholds).of(kind)
        if len(found) == 0:
            raise InputError("fix_gone")
        point = shapely.Point(place)
        far = [np.inf if shape is None else shapely.distance(shape, point) for shape in found.geometry]
        at = int(np.argmin(far))
        if far[at] > _NEAR_M:
            raise InputError("fix_gone")
        return FaultPlace(kind, int(found.first[at]), int(found.second[at]), found.geometry[at])
