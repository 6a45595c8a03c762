"""Take unit grids that exist already into the workspace: as new, by code, or in the place of those of an area."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.collecting import collecting_seldom
from gridmgmt_plugin.core.coverage.health.doctor import Diagnosis, diagnose
from gridmgmt_plugin.core.coverage.health.examine import is_coverage
from gridmgmt_plugin.core.coverage.health.shape_faults import polygonal
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.ground import Ground, some
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import RejectedRow, Report
from gridmgmt_plugin.core.unit_grids.area_fit import fit_to_areas, strays_m2
from gridmgmt_plugin.core.unit_grids.doctor_findings import BARE, CellFindings, changes_by_repair, findings
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.intake.rejections import Rejections
from gridmgmt_plugin.jobs.unit_grids.drawn_cells import read_unit_grids
from gridmgmt_plugin.jobs.unit_grids.unit_grid_cells import NEW, Situation, read_cells, situation
from gridmgmt_plugin.jobs.unit_grids.unit_grid_store import Placed, Stored, store_cells
from gridmgmt_plugin.workspace.workspace import Workspace

__all__ = ["import_unit_grids", "read_unit_grids"]

#: What reaches over an area boundary by less than this was drawn inexactly; more needs a decision.
INEXACT_M = 1.0
JOB = "importunitgrids"


@dataclass(frozen=True)
class _Combined:
    """The cells that must cover the touched areas together: the incoming ones first, then those that stay.

    ``area``: int64, position in the ground. ``numbers``, ``keys``: how reports name each. ``incoming``: how many.
    """

    geometry: np.ndarray
    area: np.ndarray
    numbers: list[int]
    keys: list[str]
    incoming: int
    staying: np.ndarray


@collecting_seldom()
def import_unit_grids(
    workspace: Workspace,
    source: Source,
    *,
    code_field: str | None = None,
    field_map: Mapping[str, str] | None = None,
    mode: str = NEW,
    scope: str | None = None,
    repair: bool = False,
    coordinates: str = "crs",
    state: str = "draft",
    author: str = "",
    progress: Progress | None = None,
) -> Report:
    """Take polygons over as unit grids when they cover their areas without gap and overlap.

    The doctor looks at them first. What is wrong is refused, with the list of cells in the error's ``report``, unless
    ``repair`` agrees to the changes that it tells. Ground that no cell covers stays bare and is told. A cell belongs
    to the area of its representative point; one that lies across a boundary is always refused. Codes must be good
    ones of that area; cells without a code are numbered.

    :param mode: ``new`` (the workspace has no unit grids), ``update`` (cells of the same code get shape and
        attributes), ``replace`` (all cells in ``scope``, an area code, give way).
    :param state: of codes that come in: ``draft``, or ``valid`` when they are in use elsewhere already.
    :raises InputError: ``unit_grids_faulty`` and ``cells_across_areas`` (details: ``report``),
        ``unit_grid_codes_faulty``, and what reading cells and comparing them with the workspace raises.
    :raises WorkspaceError: ``unit_grids_there``, ``workspace_without_unit_grids``, ``workspace_without_areas``.
    """
    progress = progress or Progress()
    rejections = Rejections(source)
    cells = read_cells(source, code_field, field_map, coordinates, workspace, rejections)
    met = situation(workspace, cells, mode, scope, rejections)
    progress.report(0.1)
    combined = _combined(source, met)
    outline = shapely.union_all(met.ground.geometry[met.touched])
    precision_m = workspace.info.precision_m
    diagnosis = diagnose(combined.geometry, outline, precision_m, progress=progress.part(0.1, 0.6))
    strays, wide = strays_m2(combined.geometry, combined.area, met.ground.geometry, INEXACT_M)
    told = findings(diagnosis, strays, wide, combined.numbers, combined.keys)
    _refuse(source, combined, diagnosis, told, strays, wide, precision_m, repair=repair)
    placed = _placed(met, combined, diagnosis, precision_m)
    progress.report(0.8)
    _reject_vanished(placed, combined, rejections, met)
    stored = store_cells(workspace, source, met, placed, mode=mode, state=state, author=author, progress=progress)
    return _report(rejections, cells.codes, met, diagnosis, told, combined, placed, stored)


def _combined(source: Source, met: Situation) -> _Combined:
    staying = np.flatnonzero(~met.replaced & np.isin(met.present_area, met.touched))
    numbers = source.row_numbers[met.cells.position].tolist() + [0] * len(staying)
    keys = [str(code or "") for code in (*met.cells.codes, *met.present["code"][staying])]
    geometry = np.concatenate([met.cells.geometry, met.present.shapes[staying]])
    area = np.concatenate([met.area, met.present_area[staying]])
    return _Combined(geometry, area, numbers, keys, len(met.cells), staying)


def _refuse(
    source: Source,
    combined: _Combined,
    diagnosis: Diagnosis,
    told: CellFindings,
    strays: np.ndarray,
    wide: np.ndarray,
    precision_m: float,
    *,
    repair: bool,
) -> None:
    """Do nothing for cells that are a sound coverage inside their areas, or whose repair was agreed to."""
    report = Report(JOB, rejected=len(source), reasons=told.counts, rejected_rows=told.rows, figures=told.figures)
    if wide.any():
        shown = some([combined.keys[i] or str(combined.numbers[i]) for i in np.flatnonzero(wide)])
        raise InputError("cells_across_areas", count=int(wide.sum()), shown=shown, report=report)
    inexact = strays > precision_m * shapely.length(combined.geometry)
    if repair or not (told.blocking or inexact.any()):
        return
    moved_m2 = round(diagnosis.repair.moved_m2 + float(strays[inexact].sum()), 3)
    count = told.blocking + int(inexact.sum())
    raise InputError("unit_grids_faulty", count=count, faults=told.summary(), moved_m2=moved_m2, report=report)


def _placed(met: Situation, combined: _Combined, diagnosis: Diagnosis, precision_m: float) -> Placed:
    """Return the cells as they will be stored, every vertex shared with the neighbours and with the areas.

    Cells of areas beside the touched ones take part, so that they get the vertices on the common boundary.
    """
    repaired = diagnosis.repair
    around, beside = cells_beside(met.ground, met.touched, met.present.shapes, met.present_area)
    shapes = np.concatenate([repaired.geometry, met.present.shapes[beside]])
    ground = np.concatenate([met.touched, around])
    place = np.full(len(met.ground), -1, dtype=np.int64)
    place[ground] = np.arange(len(ground))
    area = np.concatenate([combined.area[repaired.source], met.present_area[beside]])
    fitted = fit_to_areas(polygonal(shapes), place[area], met.ground.geometry[ground], precision_m)
    cells, part_of = shapely.get_parts(fitted.cells, return_index=True)
    real = shapely.area(cells) > 0
    cells, part_of = cells[real], part_of[real]
    if not is_coverage(cells):
        raise InputError("unit_grids_not_sound")
    of_combined = np.concatenate([repaired.source, np.full(len(beside), -1)])[part_of]
    came = (of_combined >= 0) & (of_combined < combined.incoming)
    stays = of_combined >= combined.incoming
    present = np.full(len(cells), -1, dtype=np.int64)
    present[stays] = combined.staying[of_combined[stays] - combined.incoming]
    fringe = part_of >= len(repaired.source)
    present[fringe] = beside[part_of[fringe] - len(repaired.source)]
    drawn = met.ground.geometry.copy()
    drawn[ground] = fitted.areas
    return Placed(cells, area[part_of], np.where(came, of_combined, -1), present, drawn, fitted.moved_m2)


def cells_beside(
    ground: Ground, touched: np.ndarray, shapes: np.ndarray, area: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the areas beside the touched ones that have cells, and their cells on the common boundary: int64 both.

    :param touched: int64, positions in the ground. ``area``: int64, the ground that each of ``shapes`` lies in.
    """
    others = np.setdiff1d(np.unique(area[area >= 0]), touched)
    if len(others) == 0:
        return others, np.zeros(0, dtype=np.int64)
    edge = shapely.boundary(shapely.union_all(ground.geometry[touched]))
    candidates = np.flatnonzero(np.isin(area, others))
    near = candidates[shapely.dwithin(shapes[candidates], edge, INEXACT_M / 1000)]
    return np.unique(area[near]), near


def _reject_vanished(placed: Placed, combined: _Combined, rejections: Rejections, met: Situation) -> None:
    lost = np.setdiff1d(np.arange(combined.incoming), placed.incoming)
    rejections.add(met.cells.position[lost], "cell_vanished", met.cells.codes[lost])


def _report(
    rejections: Rejections,
    keys: np.ndarray,
    met: Situation,
    diagnosis: Diagnosis,
    told: CellFindings,
    combined: _Combined,
    placed: Placed,
    stored: Stored,
) -> Report:
    notes = [*met.cells.notes, *met.ground.notes(), *diagnosis.repair.notes, *stored.notes]
    bare = diagnosis.repair.remaining.of("gap", *BARE)
    if len(bare) and not diagnosis.repair.changed:  # a repair tells it itself
        area_m2 = float(bare.measure.sum())
        notes.append(Message("coverage_ground_left_bare", {"count": len(bare), "area_m2": area_m2}))
    listed: tuple[RejectedRow, ...] = ()
    if diagnosis.repair.changed:
        listed = changes_by_repair(diagnosis, combined.numbers, combined.keys)
        moved = {"moved_m2": round(diagnosis.repair.moved_m2, 3), "count": len(listed)}
        notes.append(Message("unit_grids_repaired", moved))
    if placed.moved_m2 > 0.01:
        notes.append(Message("unit_grids_fitted", {"moved_m2": round(placed.moved_m2, 3)}))
    reasons = rejections.counts()
    return Report(
        JOB,
        accepted=stored.count,
        rejected=sum(reasons.values()),
        reasons=reasons,
        rejected_rows=(*rejections.listed(keys), *listed),
        figures={"rows": len(keys), **told.figures, **stored.figures},
        notes=tuple(notes),
    )
