"""Save edited unit grids: everything that follows from them in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.rows import as_column
from gridmgmt_plugin.editing.saving import foreseen
from gridmgmt_plugin.editing.saving.cell_codes import code_faults, free_code, provisional_codes
from gridmgmt_plugin.editing.saving.kept_apart import keep_apart
from gridmgmt_plugin.editing.saving.reports import Refusal, SaveRefused, SaveReport
from gridmgmt_plugin.editing.saving.row_checks import refuse_grids_across
from gridmgmt_plugin.editing.saving.version_conflicts import refuse_moved_neighbours, refuse_overtaken
from gridmgmt_plugin.editing.saving.versions import ReadVersions
from gridmgmt_plugin.project.i18n import language
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.cell_change import CellChange, follow_cells, write_cells
from gridmgmt_plugin.workspace.changes.gestures import NATIVE, Gesture
from gridmgmt_plugin.workspace.changes.lineage import Causes, causes_of
from gridmgmt_plugin.workspace.changes.painted_grids import paint_grids
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.changes.touched_cells import TouchedCells
from gridmgmt_plugin.workspace.register_store import RegisterStore
from gridmgmt_plugin.workspace.workspace import Workspace

SAVE_CELLS = "save_unit_grids"


@dataclass(frozen=True, eq=False)
class Saved:
    """What a save wrote into its own table. ``inserted``: their new row numbers, int64."""

    report: SaveReport
    change: TableChange
    inserted: np.ndarray


@dataclass(frozen=True, eq=False)
class _Coded:
    """Cells with their final codes, and the register that knows them. ``recoded``: provisional and final code."""

    touched: TouchedCells
    store: RegisterStore
    recoded: tuple[tuple[str, str], ...]


def save_cells(
    workspace: Workspace, touched: TouchedCells, versions: ReadVersions, gestures: Sequence[Gesture], author: str
) -> Saved:
    """Write the edits of cells that passed the guard.

    :raises SaveRefused: ``save_rows_overtaken``, ``save_neighbours_moved``, ``save_grid_across_area``,
        ``save_refused_faults``: nothing written.
    :raises GridError: what keeps the workspace from being written; nothing written.
    """
    act = Act.now(SAVE_CELLS, author)
    refuse_overtaken(touched, versions)
    steps = [gesture.grids for gesture in gestures if gesture.grids is not None]
    with workspace.transaction(author, SAVE_CELLS) as transaction:
        # Nobody else can write here from now on; what the guard looked at must still be so.
        keep_apart(transaction, touched, steps, workspace.info.code_layout)
        with workspace.reading_under(transaction) as now:
            now.read_ahead(foreseen.of_what_follows(touched))
            refuse_moved_neighbours(now, touched)
            refuse_grids_across(now, touched)
            painted = paint_grids(now, touched, steps, act, language())
            coded = _coded(now, painted.touched, gestures, act)
            causes = Causes(causes_of(gestures))
            change = follow_cells(now, coded.touched, coded.store, causes, act, settled_grids=painted.codes)
        # A retired code may name cells of several communities as what came after it.
        transaction.hold_rows("code_register", change.register.before)
        kinds = tuple(dict.fromkeys(gesture.kind for gesture in gestures)) or (NATIVE,)
        written = write_cells(
            transaction,
            change,
            act,
            kinds,
            gestures=gestures,
            final=dict(coded.recoded),
            otherwise=NATIVE,
            beside=painted.parts,
        )
        painted.log(transaction, act)
    report = SaveReport(
        table="unit_grid",
        changed=len(change.cells.updated),
        added=len(change.cells.inserted),
        removed=len(change.cells.deleted),
        recoded=coded.recoded,
        retired=change.retired,
        discarded=change.discarded,
        moved_points=change.moved_points,
        tables_changed=written.tables,
        notes=(*_notes(coded, change), *painted.notes),
    )
    return Saved(report, change.cells, written.inserted)


def _coded(workspace: Workspace, touched: TouchedCells, gestures: Sequence[Gesture], act: Act) -> _Coded:
    """Give final codes.

    :raises SaveRefused: ``save_refused_faults`` when a code is at fault now that was not a moment ago.
    """
    store = RegisterStore(workspace, workspace.info.code_layout, "unit_grid", touched.codes)
    faults = code_faults(workspace, store.register, touched, provisional_codes(gestures))
    recoded: list[tuple[str, str]] = []
    if faults:
        if not all(fault.renumber for fault in faults):
            raise SaveRefused(Refusal(Message("save_refused_faults", {"count": len(faults)})))
        store = RegisterStore(workspace, workspace.info.code_layout, "unit_grid")
        codes, areas = touched.after["code"].copy(), touched.after["area_code"]
        store.register.claim([c for c in codes[touched.added] if c not in store.register], at=act.at, by=act.by)
        for fault in faults:
            old = codes[fault.position]
            codes[fault.position] = free_code(workspace, store.register, areas[fault.position], old, act.at, act.by)
            recoded.append((old, codes[fault.position]))
        touched = replace(touched, after=touched.after.with_columns(code=codes))
    return _Coded(_with_known_origins(touched), store, tuple(recoded))


def _with_known_origins(touched: TouchedCells) -> TouchedCells:
    """Return the cells without the origins that new ones took over from a form or a copy: only the ground tells."""
    stored = {code for code in touched.before["code"] if code is not None}
    origins = touched.after["prior_code"].copy()
    codes = touched.after["code"][touched.added]
    origins[touched.added] = as_column(
        named if named in stored and named != code else None for named, code in zip(origins[touched.added], codes)
    )
    return replace(touched, after=touched.after.with_columns(prior_code=origins))


def _notes(coded: _Coded, change: CellChange) -> tuple[Message, ...]:
    notes = [Message("save_code_replaced", {"old": old, "new": new}) for old, new in coded.recoded]
    if change.retired:
        told = {"count": len(change.retired), "codes": ", ".join(change.retired)}
        notes.append(Message("save_codes_retired", told))
    if change.moved_points:
        notes.append(Message("save_points_moved", {"count": change.moved_points}))
    notes += change.notes
    touched = coded.touched
    kept = zip(touched.before["code"][touched.changed], touched.after["code"][touched.now(touched.changed)])
    before, after = touched.before["state"][touched.changed], touched.after["state"][touched.now(touched.changed)]
    states = sum(code == new and old != given for (code, new), old, given in zip(kept, before, after))
    if touched.not_taken + states:
        notes.append(Message("save_values_derived", {"count": touched.not_taken + states}))
    return tuple(notes)
