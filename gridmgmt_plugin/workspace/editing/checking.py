"""What the guard looks at before a save: the ground around the edits, and the codes of edited cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.coverage.edit import Cells
from gridmgmt_plugin.core.coverage.faults import CoverageFaults
from gridmgmt_plugin.core.coverage.soundness import blocking, check_neighbourhood
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.workspace.editing.cell_codes import CodeFault, code_faults
from gridmgmt_plugin.workspace.editing.cell_save import codes_of
from gridmgmt_plugin.workspace.editing.outlines import AreaOutlines
from gridmgmt_plugin.workspace.editing.reports import GuardFault
from gridmgmt_plugin.workspace.editing.touched import TouchedCells, as_cells
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
    store = RegisterStore(workspace, workspace.info.code_layout, "unit_grid", codes_of(touched))
    wrong = [f for f in code_faults(workspace, store.register, touched, provisional) if not f.renumber]
    before, after, areas = _as_cells(workspace, touched)
    ground = check_neighbourhood(
        before, after, touched.ground_before, touched.ground_after, workspace.info.precision_m
    )
    return Findings(before, after, areas, blocking(ground), tuple(wrong))


def guard_faults(touched: TouchedCells, findings: Findings) -> tuple[GuardFault, ...]:
    """Return the findings one by one, each with its sentence and its place."""
    rows = touched.after
    assert rows.fid is not None
    assert rows.geometry is not None
    found = []
    ground = findings.ground
    for kind, first, second, place, measure in zip(
        ground.kind, ground.first, ground.second, ground.geometry, ground.measure
    ):
        positions = [int(at) for at in (first, second) if at >= 0]
        codes = tuple(str(rows["code"][at] or "–") for at in positions)
        details = {"codes": listing(codes) or "–", "measure": _rounded(float(measure))}
        where = place if place is not None or not positions else rows.geometry[positions[0]]
        found.append(
            GuardFault(
                kind=kind,
                codes=codes,
                fids=tuple(int(rows.fid[at]) for at in positions),
                place=where,
                measure=float(measure),
                message=Message(f"guard_{kind}", details),
                repairable=True,
            )
        )
    for fault in findings.codes:
        code, at = rows["code"][fault.position], fault.position
        fids = (int(rows.fid[at]),)
        codes = () if code is None else (str(code),)
        found.append(GuardFault(CODE, codes, fids, rows.geometry[at], 0.0, fault.message, repairable=True))
    return tuple(found)


def _as_cells(workspace: Workspace, touched: TouchedCells) -> tuple[Cells, Cells, tuple[str, ...]]:
    codes = np.concatenate([touched.before["area_code"], touched.after["area_code"]])
    areas = tuple(sorted({code or "" for code in codes}))
    outlines = AreaOutlines(workspace)
    return as_cells(touched.before, areas, outlines), as_cells(touched.after, areas, outlines), areas


def _rounded(measure: float) -> float:
    """Return a measure as a sentence shows it: three digits that count, no long tail."""
    return float(f"{measure:.3g}") if abs(measure) < 100 else round(measure, 1)
