"""Unit grids of a package that are to take the place of others: sound ground, held against what stays around them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.health.examine import examine, is_coverage
from gridmgmt_plugin.core.coverage.health.faults import CoverageFaults
from gridmgmt_plugin.core.coverage.health.shape_faults import polygonal
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.ground import some
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.report import RejectedRow, Report
from gridmgmt_plugin.core.unit_grids.area_fit import fit_to_areas, strays_m2
from gridmgmt_plugin.core.unit_grids.doctor_findings import fault_row
from gridmgmt_plugin.jobs.handover.coming_back.other_cells import JOB, OtherCells
from gridmgmt_plugin.jobs.unit_grids.import_unit_grids import INEXACT_M, cells_beside

_UNSOUND = ("empty", "invalid_ring", "multipart", "duplicate", "overlap", "overshoot")
# A package of ours may have been handed over with near misses: its own check tells them and does not refuse them.
_UNSOUND_OF_OTHERS = (*_UNSOUND, "near_miss", "missing_vertex")
_BARE = ("gap", "hole", "uncovered")
_OUTSIDE, _ACROSS = "outside_district", "cell_across_areas"
_WORTH_TELLING_M2 = 0.01


@dataclass(frozen=True, eq=False)
class SoundCells:
    """``shapes``: object array (n,), of each unit grid of the package; ``staying``: of each that stays beside them
    (:attr:`.OtherCells.left`); ``ground``: outlines of the ground with the vertices of the cells. What is not drawn
    otherwise is the object that is stored.
    """

    shapes: np.ndarray
    staying: np.ndarray
    ground: np.ndarray
    notes: tuple[Message, ...]


def sound_cells(found: OtherCells, precision_m: float, *, is_ours: bool) -> SoundCells:
    """Return the unit grids as they are stored.

    :param is_ours: a package that passed the check of its own workspace keeps every vertex while its cells meet.
    :raises InputError: ``package_back_cells_refused`` with the list of faults (details: ``report``).
    """
    dirty, count = found.dirty, len(found.rows)
    shapes = found.rows.shapes.copy()
    kept = ~(found.new | found.reshaped)
    shapes[kept] = found.present.shapes[found.at[kept]]
    every = np.concatenate([shapes, found.present.shapes[found.left]])
    area = np.concatenate([found.area, found.present_area[found.left]])
    codes = [str(code or "–") for code in (*found.rows["code"], *found.present["code"][found.left])]
    _refuse_outside(found)
    mine = np.flatnonzero(np.isin(area, dirty))
    faults = examine(every[mine], shapely.union_all(found.ground.geometry[dirty]), precision_m)
    _refuse_unsound(found, faults, every, area, mine, codes, precision_m, is_ours=is_ours)
    around, beside = cells_beside(found.ground, dirty, every, area)
    work = np.concatenate([mine, beside])
    ground, notes = found.ground.geometry, _bare(found, faults)
    if not (is_ours and is_coverage(every[work])):
        every[work], ground, moved_m2 = _fitted(
            found, every, area, work, np.concatenate([dirty, around]), precision_m
        )
        if moved_m2 > _WORTH_TELLING_M2:
            notes.append(Message("unit_grids_fitted", {"moved_m2": round(moved_m2, 3)}))
    return SoundCells(every[:count], every[count:], ground, tuple(notes))


def _refuse_outside(found: OtherCells) -> None:
    lost = (found.area < 0) & (found.new | found.reshaped)
    _refuse([RejectedRow(0, str(code), _OUTSIDE) for code in found.rows["code"][lost]])


def _refuse_unsound(
    found: OtherCells,
    faults: CoverageFaults,
    every: np.ndarray,
    area: np.ndarray,
    mine: np.ndarray,
    codes: list[str],
    precision_m: float,
    *,
    is_ours: bool,
) -> None:
    """Refuse cells that overlap, reach beyond their area or are no polygons.

    :param mine: int64, those that ``faults`` were looked for among; ``every``, ``area``, ``codes``: of all.
    """
    told = faults.of(*(_UNSOUND if is_ours else _UNSOUND_OF_OTHERS))
    keys = [codes[at] for at in mine.tolist()]
    rows = [fault_row(told, at, [0] * len(keys), keys) for at in range(len(told))]
    strays, _ = strays_m2(every[mine], area[mine], found.ground.geometry, INEXACT_M)
    across = strays > precision_m * shapely.length(every[mine])
    rows += [
        RejectedRow(0, keys[at], _ACROSS, f"{strays[at]:.1f}", {"area_m2": f"{strays[at]:.1f}"})
        for at in np.flatnonzero(across).tolist()
    ]
    _refuse(rows)


def _refuse(rows: list[RejectedRow]) -> None:
    """Do nothing for no rows.

    :raises InputError: ``package_back_cells_refused``.
    """
    if not rows:
        return
    reasons = {reason: sum(row.reason == reason for row in rows) for reason in dict.fromkeys(r.reason for r in rows)}
    report = Report(JOB, rejected=len(rows), reasons=reasons, rejected_rows=tuple(rows))
    shown, first = some(list(dict.fromkeys(row.key for row in rows))), rows[0]
    raise InputError("package_back_cells_refused", count=len(rows), shown=shown, reason=first.message, report=report)


def _fitted(
    found: OtherCells, every: np.ndarray, area: np.ndarray, work: np.ndarray, ground: np.ndarray, precision_m: float
) -> tuple[np.ndarray, np.ndarray, float]:
    """Return cells that share every vertex with each other and their ground, that ground, and how many m² moved.

    :param work: int64, the cells that take part; ``ground``: int64, their areas.
    :raises InputError: ``package_back_cells_faulty`` where they cannot be brought together.
    """
    place = np.full(len(found.ground), -1, dtype=np.int64)
    place[ground] = np.arange(len(ground))
    fitted = fit_to_areas(polygonal(every[work]), place[area[work]], found.ground.geometry[ground], precision_m)
    whole = (shapely.get_num_geometries(fitted.cells) == 1) & (shapely.area(fitted.cells) > 0)
    if not whole.all() or not is_coverage(fitted.cells):
        raise InputError("package_back_cells_faulty")
    outlines = found.ground.geometry.copy()
    outlines[ground] = fitted.areas
    return shapely.get_geometry(fitted.cells, 0), outlines, fitted.moved_m2


def _bare(found: OtherCells, faults: CoverageFaults) -> list[Message]:
    """Return what to tell of ground that no cell covers in the areas that are drawn anew."""
    bare = faults.of(*_BARE)
    if not len(bare):
        return []
    told = {"count": len(bare), "area_m2": float(bare.measure.sum()), "shown": found.areas}
    return [Message("package_back_ground_bare", told)]
