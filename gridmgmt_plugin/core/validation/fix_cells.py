"""The unit grids under repair: one fault after the other, each where it is, in one set of cells."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.gestures.edit import Cells, CoverageEdit
from gridmgmt_plugin.core.coverage.health.faults import OUTLINE
from gridmgmt_plugin.core.coverage.health.local_repair import FaultPlace, RepairTolerance, context_margin_m
from gridmgmt_plugin.core.coverage.health.repair_check import sound_repair
from gridmgmt_plugin.core.ground import covered_extent, own_ground
from gridmgmt_plugin.core.rows import as_column
from gridmgmt_plugin.core.validation.context import Context
from gridmgmt_plugin.core.validation.rules_coverage import fault_keys

PREFIX = "unit_"
_TOUCHING_M = 0.2


class CellBench:
    """All unit grids while they are repaired. A position is that of the row; added cells follow behind.

    ``geometry``: object array; ``origin``: int64, the row that each comes from; ``alive``: bool, ``False`` for cells
    that are no more; ``heirs``: removed row → positions that got its ground, the largest share first.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self.geometry = context.geometry("unit_grid").copy()
        self.origin = np.arange(len(self.geometry))
        self.alive = ~(shapely.is_missing(self.geometry) | shapely.is_empty(self.geometry))
        self.heirs: dict[int, list[int]] = {}
        self.tolerance = RepairTolerance(
            context.settings.precision_m,
            **{name: context.parameter(name) for name in ("near_m", "gap_width_m", "min_edge_m")},
        )
        self._areas, group = np.unique(context.text("unit_grid", "area_code").astype(str), return_inverse=True)
        self._group = group.reshape(-1).astype(np.int64)
        self._outlines = outlines_of(context)
        self._tree: shapely.STRtree | None = None

    def repair(self, fault: FaultPlace) -> np.ndarray:
        """Repair one fault; return the positions that changed, came or went (int64).

        :raises InputError: what :func:`~gridmgmt_plugin.core.coverage.health.repair_check.sound_repair` raises.
        """
        at, cells = self.neighbourhood(fault)
        place = {position: here for here, position in enumerate(at.tolist())}
        local = FaultPlace(
            fault.kind, place.get(fault.first, OUTLINE), place.get(fault.second, OUTLINE), fault.geometry
        )
        edit = sound_repair(cells, local, self.tolerance, self._context.coverage_thresholds)
        return self._apply(at, edit)

    def neighbourhood(self, fault: FaultPlace) -> tuple[np.ndarray, Cells]:
        """Return the positions (int64) of the cells that a repair looks at, and the cells."""
        concerned = [at for at in (fault.first, fault.second) if at != OUTLINE and self.alive[at]]
        shapes = [*self.geometry[concerned], *([] if fault.geometry is None else [fault.geometry])]
        touching = self._within(shapely.buffer(shapely.box(*shapely.total_bounds(shapes)), _TOUCHING_M))
        reach = context_margin_m(self.tolerance)
        known = np.union1d(touching, np.array(concerned, dtype=np.int64))
        bounds = shapely.total_bounds([*self.geometry[known], *shapes])
        at = np.union1d(self._within(shapely.buffer(shapely.box(*bounds), reach)), known)
        group = self._group[self.origin[at]]
        named = {number: str(self._areas[number]) for number in np.unique(group).tolist()}
        outlines = {number: self._outlines[code] for number, code in named.items() if code in self._outlines}
        return at, Cells(self.geometry[at], group, outlines)

    def changed_rows(self) -> np.ndarray:
        """Return the rows that are still there with another shape (int64)."""
        before = self._context.geometry("unit_grid")
        rows = np.arange(len(before))
        other = np.array([one is not two for one, two in zip(before, self.geometry[rows])], dtype=bool)
        return np.asarray(np.flatnonzero(other & self.alive[rows]))

    def removed_rows(self) -> np.ndarray:
        """Return the rows whose cell is no more (int64)."""
        return np.array(sorted(self.heirs), dtype=np.int64)

    def added(self) -> np.ndarray:
        """Return the positions of the cells that were added and are there (int64)."""
        first = len(self._context.geometry("unit_grid"))
        return first + np.flatnonzero(self.alive[first:])

    def _within(self, box: Any) -> np.ndarray:
        if self._tree is None:
            self._tree = shapely.STRtree(self.geometry)
        found = self._tree.query(box)
        return np.asarray(np.sort(found[self.alive[found]]), dtype=np.int64)

    def _apply(self, at: np.ndarray, edit: CoverageEdit) -> np.ndarray:
        count = len(self.geometry)
        self.geometry[at[edit.changed]] = edit.changed_geometry
        gone = at[edit.removed]
        self.alive[gone] = False
        names = np.concatenate([at, count + np.arange(len(edit.added_geometry))])
        for local, position in zip(edit.removed.tolist(), gone.tolist()):
            self.heirs[position] = names[edit.parts_of(local)].tolist()
        if len(edit.added_geometry):
            self.geometry = np.concatenate([self.geometry, edit.added_geometry])
            self.origin = np.concatenate([self.origin, self.origin[at[edit.added_from]]])
            self.alive = np.concatenate([self.alive, np.ones(len(edit.added_geometry), dtype=bool)])
            self._tree = None
        return np.concatenate([at[edit.changed], gone, names[len(at) :]])


def outlines_of(context: Context) -> dict[str, Any]:
    """Return area code → the ground of its own that unit grids may cover: without its parts, within the extent."""
    drawn = context.area_polygons
    codes, above = context.text("area", "code"), context.text("area", "parent_code")
    parts: dict[str, list[Any]] = {}
    for code, parent in zip(codes, above):
        if code in drawn and parent in drawn and parent != code:
            parts.setdefault(parent, []).append(drawn[code])
    extent = covered_extent(context.rows("covered_extent"), context.settings.today)
    return {
        code: own_ground(drawn[code], as_column(parts.get(code, [])), extent, context.settings.precision_m)
        for code in set(context.text("unit_grid", "area_code")) & set(drawn)
    }


def coverage_faults(context: Context, kind: str) -> Iterator[tuple[tuple[str, ...], FaultPlace]]:
    """Yield the faults of one kind with the keys of the issues that they are."""
    found = context.coverage.of(kind)
    for first, second, place in zip(found.first.tolist(), found.second.tolist(), found.geometry):
        keys = fault_keys(kind, context.unit_codes, first, second, place)
        yield keys, FaultPlace(kind, first, second, place)
