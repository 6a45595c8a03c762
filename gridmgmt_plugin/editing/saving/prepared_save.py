"""What a save of unit grids writes: worked out before others are kept off, and anew where they were first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gridmgmt_plugin.core.codes.standing import prefix_and_tail
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.rows import as_column
from gridmgmt_plugin.editing.saving import foreseen
from gridmgmt_plugin.editing.saving.cell_codes import code_faults, free_code, provisional_codes
from gridmgmt_plugin.editing.saving.changed_by_jobs import after_jobs
from gridmgmt_plugin.editing.saving.changed_next_door import after_cuts_next_door, lines_since_read
from gridmgmt_plugin.editing.saving.checking import check_cells, guard_faults
from gridmgmt_plugin.editing.saving.edited_cells import touched_cells
from gridmgmt_plugin.editing.saving.edits import Edits
from gridmgmt_plugin.editing.saving.reports import Refusal, SaveRefused
from gridmgmt_plugin.editing.saving.rows.row_checks import refuse_grids_across
from gridmgmt_plugin.editing.saving.version_conflicts import refuse_overtaken
from gridmgmt_plugin.editing.saving.versions import ReadVersions
from gridmgmt_plugin.project.i18n import language
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.cell_change import CellChange, follow_cells
from gridmgmt_plugin.workspace.changes.gestures import Gesture
from gridmgmt_plugin.workspace.changes.lineage import Causes, causes_of
from gridmgmt_plugin.workspace.changes.painted_grids import PaintedGrids, paint_grids
from gridmgmt_plugin.workspace.changes.touched_cells import TouchedCells
from gridmgmt_plugin.workspace.register_store import RegisterStore
from gridmgmt_plugin.workspace.workspace import Workspace


@dataclass(frozen=True, eq=False)
class PreparedSave:
    """What is written. ``touched``: the cells with the codes of the edits. ``versions``: those that count as read.
    ``gestures``: what of them is ours, where a colleague was done next door. ``coded``: the cells with their final
    codes. ``painted``: what became of responsibility grids. ``change``: everything that follows.
    """

    touched: TouchedCells
    versions: ReadVersions
    gestures: Sequence[Gesture]
    coded: CodedCells
    painted: PaintedGrids
    change: CellChange


@dataclass(frozen=True, eq=False)
class CodedCells:
    """Cells with their final codes, and the register that knows them. ``recoded``: provisional and final code."""

    touched: TouchedCells
    store: RegisterStore
    recoded: tuple[tuple[str, str], ...]


def prepare_save(workspace: Workspace, edits: Edits) -> PreparedSave:
    """Return what a save writes if what is stored stays as it is read here; nothing is written.

    :raises SaveRefused: ``save_rows_overtaken``, ``save_refused_faults``, ``save_grid_across_area``.
    :raises InputError: what the register says against a code.
    """
    touched = touched_cells(workspace, edits.pending)
    since = lines_since_read(workspace, touched, edits.versions)
    followed = after_cuts_next_door(workspace, touched, edits, since)
    if followed is not None:
        edits, touched = followed, touched_cells(workspace, followed.pending)
    touched, versions = after_jobs(touched, edits.versions, since)
    refuse_overtaken(touched, versions)
    workspace.read_ahead([*foreseen.of_checks(touched), *foreseen.of_what_follows(touched)])
    _refuse_faults(workspace, touched, edits)
    refuse_grids_across(workspace, touched)
    painted = paint_grids(workspace, touched, edits.steps, edits.act, language())
    coded = _coded(workspace, painted.touched, edits.gestures, edits.act)
    causes = Causes(causes_of(edits.gestures))
    change = follow_cells(workspace, coded.touched, coded.store, causes, edits.act, settled_grids=painted.codes)
    return PreparedSave(touched, versions, edits.gestures, coded, painted, change)


def _refuse_faults(workspace: Workspace, touched: TouchedCells, edits: Edits) -> None:
    findings = check_cells(workspace, touched, provisional_codes(edits.gestures))
    if findings:
        faults = guard_faults(touched, findings)
        raise SaveRefused(Refusal(Message("save_refused_faults", {"count": len(faults)}), faults))


def _coded(workspace: Workspace, touched: TouchedCells, gestures: Sequence[Gesture], act: Act) -> CodedCells:
    """Give final codes.

    :raises SaveRefused: ``save_refused_faults`` when a code is at fault now that was not a moment ago.
    """
    store = RegisterStore(workspace, workspace.info.code_layout, "unit_grid", touched.codes)
    faults = code_faults(workspace, store.register, touched, provisional_codes(gestures))
    recoded: list[tuple[str, str]] = []
    if faults:
        if not all(fault.renumber for fault in faults):
            raise SaveRefused(Refusal(Message("save_refused_faults", {"count": len(faults)})))
        codes, areas = touched.after["code"].copy(), touched.after["area_code"]
        heads = [
            prefix_and_tail(store.register.layout, areas[at], codes[at])[0] for at in (one.position for one in faults)
        ]
        store = RegisterStore(workspace, workspace.info.code_layout, "unit_grid", touched.codes, heads)
        store.register.claim([c for c in codes[touched.added] if c not in store.register], at=act.at, by=act.by)
        for fault in faults:
            old = codes[fault.position]
            codes[fault.position] = free_code(workspace, store.register, areas[fault.position], old, act.at, act.by)
            recoded.append((old, codes[fault.position]))
        touched = replace(touched, after=touched.after.with_columns(code=codes))
    return CodedCells(_with_known_origins(touched), store, tuple(recoded))


def _with_known_origins(touched: TouchedCells) -> TouchedCells:
    """Return the cells without the origins that new ones took over from a form or a copy: only the ground tells."""
    stored = {code for code in touched.before["code"] if code is not None}
    origins = touched.after["prior_code"].copy()
    codes = touched.after["code"][touched.added]
    origins[touched.added] = as_column(
        named if named in stored and named != code else None for named, code in zip(origins[touched.added], codes)
    )
    return replace(touched, after=touched.after.with_columns(prior_code=origins))
