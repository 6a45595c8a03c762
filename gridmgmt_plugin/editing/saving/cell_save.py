"""Save edited unit grids: everything that follows from them in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.editing.saving.cell_codes import code_faults, free_code, provisional_codes
from gridmgmt_plugin.editing.saving.reports import Refusal, SaveRefused, SaveReport
from gridmgmt_plugin.editing.saving.version_conflicts import refuse_moved_neighbours, refuse_overtaken
from gridmgmt_plugin.editing.saving.versions import ReadVersions
from gridmgmt_plugin.workspace.changes.change_log import cell_lines, row_lines
from gridmgmt_plugin.workspace.changes.followers import grid_notes, moved_points, rebuilt_grids, void_exemptions
from gridmgmt_plugin.workspace.changes.gestures import NATIVE, Gesture
from gridmgmt_plugin.workspace.changes.lineage import Lineage, causes_of, closed_cells, lineage_of, settle_codes
from gridmgmt_plugin.workspace.changes.save_record import SaveRecord, write_record
from gridmgmt_plugin.workspace.changes.successors import history_rows
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.changes.touched_cells import TouchedCells
from gridmgmt_plugin.workspace.register_store import RegisterStore, now_text
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
    """Cells with their final codes, and the register as it has to become."""

    touched: TouchedCells
    lineage: Lineage
    store: RegisterStore
    history: TableChange
    recoded: tuple[tuple[str, str], ...]
    retired: tuple[str, ...]
    discarded: tuple[str, ...]


def save_cells(
    workspace: Workspace, touched: TouchedCells, versions: ReadVersions, gestures: Sequence[Gesture], author: str
) -> Saved:
    """Write the edits of cells that passed the guard.

    :raises SaveRefused: ``save_rows_overtaken``, ``save_neighbours_moved``, ``save_refused_faults``: nothing written.
    :raises GridError: what keeps the workspace from being written; nothing written.
    """
    at = now_text()
    refuse_overtaken(touched, versions)
    with workspace.transaction(author, SAVE_CELLS) as transaction:
        # Nobody else can write from here on; what the guard looked at must still be so.
        transaction.hold("unit_grid")
        transaction.hold("code_register")
        refuse_moved_neighbours(workspace, touched)
        coded = _coded(workspace, touched, gestures, at, author)
        cells = _cell_change(coded, versions)
        before, after, added, removed = coded.store.rows()
        register = TableChange("code_register", before=before, updated=after, inserted=added, deleted=removed)
        points = moved_points(workspace, coded.touched)
        grids = rebuilt_grids(workspace, coded.touched)
        exemptions = void_exemptions(workspace, coded.lineage.gone)
        changes = [cells, register, coded.history, grids, *points, exemptions]
        changes = [change for change in changes if change]
        lines = cell_lines(cells, gestures, dict(coded.recoded), at, author)
        numbers = [change.write(transaction) for change in changes]
        transaction.insert("change_log", lines)
        if exemptions:
            transaction.insert("change_log", row_lines(exemptions, SAVE_CELLS, at, author))
        kinds = tuple(dict.fromkeys(gesture.kind for gesture in gestures)) or (NATIVE,)
        record = SaveRecord("unit_grid", kinds, len(cells.updated) + len(cells.deleted) + len(cells.inserted))
        if changes:
            write_record(transaction, record, changes, numbers, at, author)
    inserted = dict(zip((change.table for change in changes), numbers)).get("unit_grid", np.empty(0, dtype=np.int64))
    moved = sum(len(change.updated) for change in points)
    report = SaveReport(
        table="unit_grid",
        changed=len(cells.updated),
        added=len(cells.inserted),
        removed=len(cells.deleted),
        recoded=coded.recoded,
        retired=coded.retired,
        discarded=coded.discarded,
        moved_points=moved,
        tables_changed=tuple(dict.fromkeys([*(change.table for change in changes), "change_log", "take_back"])),
        notes=(*_notes(coded, moved, len(exemptions.deleted)), *grid_notes(workspace, coded.touched, grids)),
    )
    return Saved(report, cells, inserted)


def _coded(workspace: Workspace, touched: TouchedCells, gestures: Sequence[Gesture], at: str, author: str) -> _Coded:
    """Give final codes and enter them into the register.

    :raises SaveRefused: ``save_refused_faults`` when a code is at fault now that was not a moment ago.
    """
    store = RegisterStore(workspace, workspace.info.code_layout, "unit_grid", codes_of(touched))
    faults = code_faults(workspace, store.register, touched, provisional_codes(gestures))
    recoded: list[tuple[str, str]] = []
    if faults:
        if not all(fault.renumber for fault in faults):
            raise SaveRefused(Refusal(Message("save_refused_faults", {"count": len(faults)})))
        store = RegisterStore(workspace, workspace.info.code_layout, "unit_grid")
        codes, areas = touched.after["code"].copy(), touched.after["area_code"]
        store.register.claim([c for c in codes[touched.added] if c not in store.register], at=at, by=author)
        for fault in faults:
            old = codes[fault.position]
            codes[fault.position] = free_code(workspace, store.register, areas[fault.position], old, at, author)
            recoded.append((old, codes[fault.position]))
        touched = replace(touched, after=touched.after.with_columns(code=codes))
    lineage = lineage_of(touched)
    causes = causes_of(gestures)
    closed = closed_cells(store.register, touched, lineage, workspace.info.precision_m)
    history = _history(touched, closed, lineage, causes)
    retired, discarded = settle_codes(store.register, lineage, causes, at, author)
    return _Coded(touched, lineage, store, history, tuple(recoded), retired, discarded)


def codes_of(touched: TouchedCells) -> set[str]:
    """Return every code that the touched cells bear or bore."""
    before = touched.before["code"][np.concatenate([touched.changed, touched.removed])]
    after = touched.after["code"][np.concatenate([touched.now(touched.changed), touched.added])]
    return {str(code) for code in (*before, *after) if code is not None}


def _history(touched: TouchedCells, closed: np.ndarray, lineage: Lineage, causes: dict[str, str]) -> TableChange:
    if len(closed) == 0:
        return TableChange("unit_grid_history")
    rows = touched.before.take(closed)
    heirs = [list(lineage.heirs.get(code, ())) for code in rows["code"]]
    kinds = [causes.get(code, NATIVE) for code in rows["code"]]
    return TableChange("unit_grid_history", inserted=history_rows(rows, heirs, NATIVE).with_columns(cause=kinds))


def _cell_change(coded: _Coded, versions: ReadVersions) -> TableChange:
    """Return what is written to ``unit_grid``."""
    touched, register = coded.touched, coded.store.register
    now = touched.now(touched.changed)
    before, after = touched.before.take(touched.changed), touched.after.take(now)
    new = touched.after.take(touched.added)
    born = set(coded.lineage.born)
    states = {code: register.state(code) for code in {*after["code"], *new["code"]} if code in born}
    # A state is not set in a form: it comes with the code, and with the handover of a package.
    after = after.with_columns(state=[states.get(code, s) for code, s in zip(after["code"], before["state"])])
    differs = {name: _differing(before[name], after[name]) for name in after.columns if name != "row_version"}
    columns = [name for name, mask in differs.items() if mask.any()]
    moved = np.isin(touched.changed, touched.reshaped)
    same = ~moved
    for mask in differs.values():
        same &= ~mask
    kept = np.flatnonzero(~same)
    assert before.fid is not None
    updated = Rows(
        {**{name: after[name][kept] for name in columns}, "row_version": versions.of(before.fid[kept].tolist())},
        after.geometry[kept] if moved.any() else None,
        before.fid[kept],
    )
    gone = touched.before.take(touched.removed)
    assert gone.fid is not None
    return TableChange(
        "unit_grid",
        before=before.take(kept),
        updated=updated,
        deleted=gone.with_columns(row_version=versions.of(gone.fid.tolist())),
        inserted=_new_rows(new, coded),
    )


def _new_rows(new: Rows, coded: _Coded) -> Rows:
    """Return new cells as they are inserted: with state, date, and the code that they came from."""
    stored = {code for code in coded.touched.before["code"] if code is not None}
    parents: dict[str, str] = {}
    for parent, heirs in coded.lineage.heirs.items():
        for heir in heirs:
            parents.setdefault(heir, parent)
    prior = [
        named if named in stored and named != code else parents.get(code)
        for named, code in zip(new["prior_code"], new["code"])
    ]
    columns: dict[str, Any] = {name: column for name, column in new.columns.items() if name != "row_version"}
    columns["state"] = as_column(coded.store.register.state(code) for code in new["code"])
    columns["valid_from"] = as_column(day or date.today().isoformat() for day in new["valid_from"])
    columns["prior_code"] = as_column(prior)
    return Rows(columns, new.geometry)


def _differing(old: np.ndarray, new: np.ndarray) -> np.ndarray:
    return np.array([one != two for one, two in zip(old, new)], dtype=bool)


def _notes(coded: _Coded, moved: int, exemptions: int) -> tuple[Message, ...]:
    notes = [Message("save_code_replaced", {"old": old, "new": new}) for old, new in coded.recoded]
    if coded.retired:
        notes.append(Message("save_codes_retired", {"count": len(coded.retired), "codes": ", ".join(coded.retired)}))
    if moved:
        notes.append(Message("save_points_moved", {"count": moved}))
    if exemptions:
        notes.append(Message("save_exemptions_void", {"count": exemptions}))
    touched = coded.touched
    kept = zip(touched.before["code"][touched.changed], touched.after["code"][touched.now(touched.changed)])
    before, after = touched.before["state"][touched.changed], touched.after["state"][touched.now(touched.changed)]
    states = sum(code == new and old != given for (code, new), old, given in zip(kept, before, after))
    if touched.not_taken + states:
        notes.append(Message("save_values_derived", {"count": touched.not_taken + states}))
    return tuple(notes)
