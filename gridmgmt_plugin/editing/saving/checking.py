"""What the guard looks at before a save: the ground around the edits, and the codes of edited cells."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.gestures.edit import Cells
from gridmgmt_plugin.core.coverage.health.faults import CoverageFaults
from gridmgmt_plugin.core.coverage.health.soundness import blocking, check_neighbourhood
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.editing.saving import foreseen
from gridmgmt_plugin.editing.saving.cell_codes import CodeFault, code_faults
from gridmgmt_plugin.editing.saving.edited_cells import as_cells
from gridmgmt_plugin.editing.saving.reports import GuardFault
from gridmgmt_plugin.workspace.changes.outlines import AreaOutlines
from gridmgmt_plugin.workspace.changes.touched_cells import TouchedCells
from gridmgmt_plugin.workspace.register_store import RegisterStore
from gridmgmt_plugin.workspace.workspace import Workspace

CODE = "code"


@dataclass(frozen=True, eq=False)
class Findings:
    """What is wrong with edited cells. ``ground``: faults of the coverage, positions in ``TouchedCells.after``.
    ``codes``: faults of codes that cannot be put right without asking. ``areas``: area code of each group.
    """

    before: Cells
    after: Cells
    areas: tuple[str, ...]
    ground: CoverageFaults
    codes: tuple[CodeFault, ...]

    def __bool__(self) -> bool:
        return len(self.ground) + len(self.codes) > 0


def check_cells(workspace: Workspace, touched: TouchedCells, provisional: set[str]) -> Findings:
    """Check the touched cells against each other and their neighbours, their areas and the code register.

    :param provisional: codes that the plugin gave in this session and may replace.
    """
    workspace.read_ahead(foreseen.of_checks(touched))
    store = RegisterStore(workspace, workspace.info.code_layout, "unit_grid", touched.codes)
    outlines = AreaOutlines(workspace)
    outlines.of(touched.areas)  # all of them at once
    placed = with_areas(touched, outlines)
    elsewhere = areas_put_right(touched, placed)
    wrong = [f for f in code_faults(workspace, store.register, touched, provisional) if not f.renumber]
    wrong += [
        CodeFault(at, Message("cell_area_elsewhere", {"area": touched.after["area_code"][at], "holds": holds}))
        for at, holds in elsewhere.items()
        if touched.after["area_code"][at] and at not in {fault.position for fault in wrong}
    ]
    before, after, areas = _as_cells(placed, outlines)
    ground = check_neighbourhood(
        before, after, touched.ground_before, touched.ground_after, workspace.info.precision_m
    )
    return Findings(before, after, areas, blocking(ground), tuple(sorted(wrong, key=lambda fault: fault.position)))


def with_areas(touched: TouchedCells, outlines: AreaOutlines) -> TouchedCells:
    """Return the cells with the areas that they lie in, where an edit gave them none or one that holds less than
    half of them. An area that a cell had before the edits is not doubted, nor one where no outline is known.
    """
    doubted = np.concatenate([touched.now(touched.regrouped), touched.added])
    codes = touched.after["area_code"].copy()
    shapes = touched.after.shapes
    for at in doubted.tolist():
        if shapes[at] is not None and not shapes[at].is_empty:
            codes[at] = _area_of(outlines, shapely.make_valid(shapes[at]), codes[at])
    return replace(touched, after=touched.after.with_columns(area_code=codes))


def areas_put_right(touched: TouchedCells, placed: TouchedCells) -> dict[int, str]:
    """Return position in ``after`` → area of the cells that :func:`with_areas` gave another one."""
    pairs = zip(touched.after["area_code"], placed.after["area_code"])
    return {at: new for at, (old, new) in enumerate(pairs) if old != new}


def _area_of(outlines: AreaOutlines, shape: shapely.Geometry, given: str | None) -> str | None:
    half_m2 = shapely.area(shape) / 2
    own = outlines.of([given]).get(given) if given else None
    if own is not None and shapely.covers(own, shape):  # quick, and nearly always so
        return given
    if own is not None and shapely.area(shapely.intersection(own, shape)) >= half_m2:
        return given
    around = outlines.of(outlines.meeting(shape.bounds))
    shared_m2 = {code: float(shapely.area(shapely.intersection(ground, shape))) for code, ground in around.items()}
    holds = max(shared_m2, key=lambda code: shared_m2[code], default=given)
    return holds if holds is not None and shared_m2.get(holds, 0.0) > 0 else given


def guard_faults(touched: TouchedCells, findings: Findings) -> tuple[GuardFault, ...]:
    """Return the findings one by one, each with its sentence and its place."""
    rows = touched.after
    fids, shapes = rows.fids, rows.shapes
    found = []
    ground = _told(findings.ground)
    for kind, first, second, place, measure in zip(
        ground.kind, ground.first, ground.second, ground.geometry, ground.measure
    ):
        positions = [int(at) for at in (first, second) if at >= 0]
        codes = tuple(str(rows["code"][at] or "–") for at in positions)
        details = {"codes": listing(codes) or "–", "measure": _rounded(float(measure))}
        where = place if place is not None or not positions else shapes[positions[0]]
        found.append(
            GuardFault(
                kind=kind,
                codes=codes,
                fids=tuple(int(fids[at]) for at in positions),
                place=where,
                measure=float(measure),
                message=Message(f"guard_{kind}", details),
                repairable=True,
            )
        )
    for fault in findings.codes:
        code, at = rows["code"][fault.position], fault.position
        codes = () if code is None else (str(code),)
        found.append(GuardFault(CODE, codes, (int(fids[at]),), shapes[at], 0.0, fault.message, repairable=True))
    return tuple(found)


def _as_cells(touched: TouchedCells, outlines: AreaOutlines) -> tuple[Cells, Cells, tuple[str, ...]]:
    areas = touched.areas
    return as_cells(touched.before, areas, outlines), as_cells(touched.after, areas, outlines), areas


def _told(ground: CoverageFaults) -> CoverageFaults:
    """Return the faults without the vertices that cells on the same ground lack: the overlap says it all."""
    laid = np.isin(ground.kind, ["overlap", "duplicate"])
    pairs = {frozenset(pair) for pair in zip(ground.first[laid].tolist(), ground.second[laid].tolist())}
    twice = np.isin(ground.kind, ["duplicate"])
    doubled = {*ground.first[twice].tolist(), *ground.second[twice].tolist()}
    ends = zip(ground.kind, ground.first.tolist(), ground.second.tolist())
    told = [
        kind != "missing_vertex" or not (frozenset((one, two)) in pairs or {one, two} & doubled)
        for kind, one, two in ends
    ]
    return _taken(ground, np.array(told, dtype=bool))


def _taken(ground: CoverageFaults, which: np.ndarray) -> CoverageFaults:
    return CoverageFaults(**{field.name: getattr(ground, field.name)[which] for field in fields(ground)})


def _rounded(measure: float) -> float:
    """Return a measure as a sentence shows it: three digits that count, no long tail."""
    return float(f"{measure:.3g}") if abs(measure) < 100 else round(measure, 1)
