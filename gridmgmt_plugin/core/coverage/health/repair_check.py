"""Whether a repair holds: the fault is gone, no other came, and no ground was lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.gestures.edit import Cells, CoverageEdit, apply_edit
from gridmgmt_plugin.core.coverage.health.examine import examine
from gridmgmt_plugin.core.coverage.health.faults import OUTLINE, CoverageFaults
from gridmgmt_plugin.core.coverage.health.local_repair import FaultPlace, RepairTolerance, repair_fault
from gridmgmt_plugin.core.coverage.health.shape_faults import polygonal, polygons_only
from gridmgmt_plugin.core.errors import InputError

# Uncovered ground belongs to no cell: which one is nearest says nothing.
BARE = ("gap", "hole", "uncovered")
# An area-conserving repair may lose the last digits of an overlay.
_LOST_M2 = 1e-3

Key = tuple[str, int, int]


def sound_repair(
    cells: Cells, fault: FaultPlace, tolerance: RepairTolerance, thresholds: Mapping[str, Any]
) -> CoverageEdit:
    """Return a repair that holds: of the place of the fault alone, else of what is wrong around it too.

    :raises InputError: what :func:`~.local_repair.repair_fault` and :func:`refuse_unsound_repair` raise.
    """
    edit = repair_fault(cells, fault, tolerance)
    try:
        refuse_unsound_repair(cells, edit, fault, tolerance, thresholds)
    except InputError:
        edit = repair_fault(cells, fault, tolerance, around=True)
        refuse_unsound_repair(cells, edit, fault, tolerance, thresholds)
    return edit


def refuse_unsound_repair(
    cells: Cells, edit: CoverageEdit, fault: FaultPlace, tolerance: RepairTolerance, thresholds: Mapping[str, Any]
) -> None:
    """Do nothing when a repair holds.

    :param thresholds: keyword arguments of :func:`~.examine.examine`, those that found the fault.
    :raises InputError: ``fix_does_not_hold`` when the fault is still there, ``fix_makes_another`` when another one
        came, ``fix_loses_ground`` when ground within the areas is uncovered now.
    """
    after = apply_edit(cells, edit)
    names = _names_after(cells, edit)
    outline = local_outline(cells)
    before_faults = examine(cells.geometry, outline, tolerance.precision_m, **thresholds)
    after_faults = examine(after.geometry, outline, tolerance.precision_m, **thresholds)
    old = _counted(before_faults, _heirs(cells, edit))
    new = _counted(after_faults, names)
    if any(number > old[key] for key, number in new.items()):
        raise InputError("fix_makes_another")
    beyond_m2 = _beyond_m2(after)
    if fault.kind == "overshoot":
        if beyond_m2 >= _beyond_m2(cells) - _LOST_M2:
            raise InputError("fix_does_not_hold")
    elif new[_key(fault)] >= _counted(before_faults, np.arange(len(cells)))[_key(fault)] > 0:
        raise InputError("fix_does_not_hold")
    if beyond_m2 > _beyond_m2(cells) + _LOST_M2 or _lost_m2(cells, after) > _LOST_M2:
        raise InputError("fix_loses_ground")


def local_outline(cells: Cells) -> Any:
    """Return what the areas of a neighbourhood cover near it, ``None`` where the outline of one is not known.

    Ground of cells further off counts as uncovered in it, before a repair as after.
    """
    if not set(cells.group.tolist()) <= set(cells.outlines):
        return None
    window = shapely.box(*shapely.total_bounds(cells.geometry))
    near = [shapely.intersection(outline, window) for outline in cells.outlines.values()]
    return polygonal(np.array([shapely.union_all(near)], dtype=object))[0]


def _names_after(cells: Cells, edit: CoverageEdit) -> np.ndarray:
    stays = np.ones(len(cells), dtype=bool)
    stays[edit.removed] = False
    return np.concatenate([np.flatnonzero(stays), len(cells) + np.arange(len(edit.added_geometry))])


def _heirs(cells: Cells, edit: CoverageEdit) -> np.ndarray:
    """Return for each cell before who has its faults now: itself, or the cell that got most of its ground."""
    heirs = np.arange(len(cells))
    for position in edit.removed.tolist():
        parts = edit.parts_of(position)
        heirs[position] = parts[0] if len(parts) else OUTLINE
    return heirs


def _key(fault: FaultPlace) -> Key:
    if fault.kind in BARE:
        return "bare", OUTLINE, OUTLINE
    low, high = sorted((fault.first, fault.second))
    return fault.kind, low, high


def _counted(found: CoverageFaults, names: np.ndarray) -> Counter[Key]:
    """Return how often each pair of cells has each kind of fault."""
    named = np.append(names, OUTLINE)  # −1 stays −1
    faults = zip(found.kind.tolist(), named[found.first].tolist(), named[found.second].tolist())
    return Counter(_key(FaultPlace(kind, first, second, None)) for kind, first, second in faults)


def _beyond_m2(cells: Cells) -> float:
    """Return the ground that cells have beyond the outline of their group."""
    total = 0.0
    sound = polygonal(cells.geometry)
    for group, outline in cells.outlines.items():
        mine = sound[cells.group == group]
        total += float(shapely.area(polygons_only(shapely.difference(mine, outline))).sum())
    return total


def _lost_m2(before: Cells, after: Cells) -> float:
    """Return the ground within the outlines that was covered before and is not now."""
    covered = shapely.union_all(polygonal(before.geometry))
    left = shapely.difference(covered, shapely.union_all(polygonal(after.geometry)))
    if not before.outlines or left.is_empty:
        return float(left.area)
    return sum(float(shapely.intersection(left, outline).area) for outline in before.outlines.values())
