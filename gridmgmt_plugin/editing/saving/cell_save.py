"""Save edited unit grids: everything that follows from them in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.editing.gestures.buffer import PendingEdits
from gridmgmt_plugin.editing.saving import foreseen
from gridmgmt_plugin.editing.saving.edits import Edits
from gridmgmt_plugin.editing.saving.kept_apart import keep_apart, parts_of
from gridmgmt_plugin.editing.saving.prepared_save import PreparedSave, prepare_save
from gridmgmt_plugin.editing.saving.reports import Refusal, SaveRefused, SaveReport
from gridmgmt_plugin.editing.saving.rows.references import new_references, refuse_gone_references
from gridmgmt_plugin.editing.saving.versions import ReadVersions
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.cell_change import Written, write_cells
from gridmgmt_plugin.workspace.changes.gestures import NATIVE, Gesture
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.reads.asked import Asked
from gridmgmt_plugin.workspace.reads.worked_out import WorkedOut, as_it_is_now, work_out
from gridmgmt_plugin.workspace.transaction import Transaction
from gridmgmt_plugin.workspace.workspace import Workspace

SAVE_CELLS = "save_unit_grids"


@dataclass(frozen=True, eq=False)
class Saved:
    """What a save wrote into its own table. ``inserted``: their new row numbers, int64."""

    report: SaveReport
    change: TableChange
    inserted: np.ndarray


def save_cells(
    workspace: Workspace, pending: PendingEdits, versions: ReadVersions, gestures: Sequence[Gesture], author: str
) -> tuple[Saved, ReadVersions]:
    """Check and write edits of cells; return with it the versions that count as read before it.

    What is written is worked out before anybody is kept off. Then everything that it depends on is held and read once
    more, with one question: where a colleague was done in between, all is worked out and checked anew from that.

    :param workspace: in one state, which is let go.
    :raises SaveRefused: ``save_rows_overtaken``, ``save_refused_faults``, ``save_grid_across_area``,
        ``save_reference_gone``;
        ``save_neighbours_moved`` where what a colleague left touches what is not held: once more will do.
    :raises GridError: what keeps the workspace from being written. Nothing is written in either case.
    """
    edits = Edits(pending, versions, gestures, Act.now(SAVE_CELLS, author))
    before = work_out(workspace, partial(prepare_save, edits=edits))
    with workspace.transaction(author, SAVE_CELLS) as transaction:
        prepared = _as_it_is_now(transaction, workspace, edits, before)
        written = _write(transaction, edits, prepared)
    change = prepared.change
    report = SaveReport(
        table="unit_grid",
        changed=len(change.cells.updated),
        added=len(change.cells.inserted),
        removed=len(change.cells.deleted),
        recoded=prepared.coded.recoded,
        retired=change.retired,
        discarded=change.discarded,
        moved_points=change.moved_points,
        tables_changed=written.tables,
        notes=(*_notes(prepared), *prepared.painted.notes),
    )
    return Saved(report, change.cells, written.inserted), prepared.versions


def _as_it_is_now(
    transaction: Transaction, workspace: Workspace, edits: Edits, before: WorkedOut[PreparedSave]
) -> PreparedSave:
    """Keep others off, and return what is to be written to what is stored then."""
    layout = workspace.info.code_layout
    held = parts_of(before.result.touched, layout)
    # New cells come out of stored ones, and name what these do.
    references = new_references("unit_grid", replace(edits.pending, added=()))
    parents = {one.parent for one in references}

    def hold(reads: Sequence[Asked]) -> list[Rows]:
        every = [*(one.read for one in references), *reads]
        found = keep_apart(transaction, held, edits.steps, every, parents)
        refuse_gone_references(workspace, "unit_grid", references, found[: len(references)])
        return found[len(references) :]

    prepared = as_it_is_now(
        transaction,
        workspace,
        partial(prepare_save, edits=edits),
        hold,
        before,
        lambda prepared, found: _other_numbers(prepared, found, layout),
    )
    if not parts_of(prepared.touched, layout) <= held:
        raise SaveRefused(Refusal(Message("save_neighbours_moved")))
    return prepared


def _other_numbers(prepared: PreparedSave, found: Sequence[Rows], code_layout: str) -> list[Asked]:
    """Return the reads that find other numbers for new cells in place of those that stored ones bear now."""
    touched = prepared.coded.touched
    new = set(touched.after["code"][touched.added])
    taken = {str(code) for rows in found if "code" in rows for code in rows["code"] if code in new}
    return foreseen.of_other_numbers(taken, code_layout) if taken else []


def _write(transaction: Transaction, edits: Edits, prepared: PreparedSave) -> Written:
    change, painted = prepared.change, prepared.painted
    # A retired code may name cells of several communities as what came after it.
    transaction.hold_rows("code_register", change.register.before)
    kinds = tuple(dict.fromkeys(gesture.kind for gesture in prepared.gestures)) or (NATIVE,)
    written = write_cells(
        transaction,
        change,
        edits.act,
        kinds,
        gestures=prepared.gestures,
        final=dict(prepared.coded.recoded),
        otherwise=NATIVE,
        beside=painted.parts,
    )
    painted.log(transaction, edits.act)
    return written


def _notes(prepared: PreparedSave) -> tuple[Message, ...]:
    coded, change = prepared.coded, prepared.change
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
