"""The guard of a layer that is edited: what QGIS is about to save is checked, and then saved by us, or not at all."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import replace
from typing import Any

from qgis.core import Qgis, QgsMessageLog, QgsProject, QgsVectorLayer

from gridmgmt_plugin.core.errors import GridError, WorkspaceError
from gridmgmt_plugin.core.listing import told
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.editing.gestures.buffer import PendingEdits, read_pending, row_numbers
from gridmgmt_plugin.editing.gestures.editor import GridEditor
from gridmgmt_plugin.editing.gestures.journal import GridJournal
from gridmgmt_plugin.editing.gestures.readiness import refuse_transaction_modes
from gridmgmt_plugin.editing.saving.accepted import AcceptedVersions
from gridmgmt_plugin.editing.saving.cell_codes import provisional_codes
from gridmgmt_plugin.editing.saving.cell_save import Saved, save_cells
from gridmgmt_plugin.editing.saving.edited_cells import touched_cells
from gridmgmt_plugin.editing.saving.emptied_buffer import empty_buffer
from gridmgmt_plugin.editing.saving.masking import masked_note, masked_rows, without_people
from gridmgmt_plugin.editing.saving.repair import apply_repair, repair_of
from gridmgmt_plugin.editing.saving.reports import Refusal, RepairProposal, SaveRefused, SaveReport
from gridmgmt_plugin.editing.saving.rows.rehoming import Homes
from gridmgmt_plugin.editing.saving.rows.row_save import save_rows
from gridmgmt_plugin.editing.saving.versions import ReadVersions
from gridmgmt_plugin.editing.saving.veto import Veto
from gridmgmt_plugin.project.i18n import language
from gridmgmt_plugin.project.shown_workspace import TABLE_PROPERTY
from gridmgmt_plugin.project.stored_rows import show_stored
from gridmgmt_plugin.workspace.patience import refuse_while_waiting
from gridmgmt_plugin.workspace.workspace import Workspace

CELLS = "unit_grid"
_NEIGHBOURS_MOVED = "save_neighbours_moved"
_PART_HELD = "workspace_part_held"
_MORE_TRIES = 4
# In memory as long as nobody guards the layer: the versions of the rows whose edits wait.
_HANDED_DOWN = "gridmgmt/versions_of_edits"


class SaveGuard:
    """Stands behind QGIS's Save of one layer of a workspace, whoever calls it and whatever tool made the edits.

    A fault, a lock, a row that somebody else changed: the save is refused with nothing written and every edit and
    undo step in place, and ``refused`` is told why and where. Otherwise everything is written in one transaction of
    ours, QGIS finds nothing left to do, and ``saved`` is told what was written once the layer shows it.
    """

    def __init__(
        self,
        layer: QgsVectorLayer,
        workspace: Workspace,
        journal: GridJournal | None,
        author: Callable[[], str],
        refused: Callable[[Refusal], None],
        saved: Callable[[SaveReport], None],
    ) -> None:
        self.layer = layer
        self.workspace = workspace
        self.table = str(layer.customProperty(TABLE_PROPERTY))
        self._journal = journal or GridJournal(layer)
        self._author, self._refused, self._saved = author, refused, saved
        self._veto = Veto(layer)
        #: What the planner has seen of rows that others changed meanwhile, and decided about.
        self.accepted = AcceptedVersions(layer)
        self._versions = ReadVersions(workspace, self.table, self.accepted.standing)
        self._report: SaveReport | None = None
        self._homes: Homes = {}
        # QGIS's numbers of the stored rows that commands of the undo stack are about, done or undone, and the table's
        # numbers of those that a guard before this one knew.
        self._in_stack: set[int] = set()
        self._taken_over: set[int] = set()

    def attach(self) -> None:
        """Guard the layer from now on; edits that wait in it already keep the versions that they began with."""
        self.layer.editingStarted.connect(self._editing_started)
        self.layer.beforeCommitChanges.connect(self._before_commit)
        self.layer.afterCommitChanges.connect(self._after_commit)
        self.layer.afterRollBack.connect(self._rolled_back)
        for signal in self._edits():
            signal.connect(self._edited)
        if self.layer.isEditable():
            self._editing_started()
        handed_down = self.layer.customProperty(_HANDED_DOWN)
        self.layer.removeCustomProperty(_HANDED_DOWN)
        if handed_down and self.layer.isEditable() and self.layer.undoStack().count():
            versions = json.loads(handed_down)
            self._versions.take_over(versions)
            self._taken_over.update(map(int, versions))

    def detach(self) -> None:
        """Leave the layer to QGIS alone, or to the guard of a newer plugin: what waits in it is not lost."""
        self.sweep()
        if self.layer.isEditable() and self.layer.undoStack().count():
            with suppress(GridError):  # of a server that does not answer nobody knows which rows these are
                _, rows = self._rows_of_edits()
                self.layer.setCustomProperty(_HANDED_DOWN, json.dumps(self._versions.handed_down(rows)))
        self.layer.editingStarted.disconnect(self._editing_started)
        self.layer.beforeCommitChanges.disconnect(self._before_commit)
        self.layer.afterCommitChanges.disconnect(self._after_commit)
        self.layer.afterRollBack.disconnect(self._rolled_back)
        for signal in self._edits():
            signal.disconnect(self._edited)

    @property
    def versions(self) -> ReadVersions:
        """Return the versions that count as read."""
        return self._versions

    @property
    def journal(self) -> GridJournal:
        """Return the gestures of the layer."""
        return self._journal

    def pending(self) -> PendingEdits:
        """Return the edits that wait, without those of rows that the planner knows to be gone.

        :raises WorkspaceError: ``editing_layer_silent``.
        """
        pending = read_pending(self.layer, self._journal.row_numbers)
        return pending.without(self._versions.known_gone(pending.stored_rows))

    def sweep(self) -> None:
        """Clear up after a refused save; call it before every gesture, undo and job."""
        self._veto.sweep()

    def reread(self) -> None:
        """Take note of what a job or a take-back of ours wrote; rows of edits that stand or can be brought back keep
        what they were.
        """
        if self.layer.isEditable():
            self.sweep()
            _, rows = self._rows_of_edits()
            self._versions.read(keep=rows)

    def learn(self, rows: Rows, in_forms: Collection[int]) -> list[int]:
        """Take note of what a colleague wrote: rows of edits that stand or can be brought back, here or in an open
        form, keep what they were.

        Return the rows with unsaved edits here.

        :param rows: numbers and versions of rows, as :meth:`.ReadVersions.learn` takes them.
        :raises WorkspaceError: ``editing_layer_silent``; nothing is taken note of then.
        """
        if not self.layer.isEditable():
            return []
        self.sweep()
        edited, kept = self._rows_of_edits()
        self._versions.learn(rows, kept, in_forms)
        return edited

    def propose_repair(self) -> RepairProposal:
        """Return what would clear the faults of the edits, with the m² that each cell gains and loses.

        :raises InputError: ``mend_nothing`` when nothing is wrong, ``mend_by_hand`` when only a planner can tell.
        """
        self.sweep()
        touched = touched_cells(self.workspace, self.pending())
        return repair_of(self.layer, self.workspace, touched, provisional_codes(self._journal.done()))

    def repair(self, proposal: RepairProposal, editor: GridEditor) -> None:
        """Carry a repair out in the edit buffer: one undo step for ground and codes.

        :raises InputError: when the cells have changed since it was proposed; nothing is changed then.
        """
        self.sweep()
        apply_repair(self.layer, self.workspace, self._journal, proposal, editor)

    def save_again(self) -> bool:
        """Save once more and go on editing; tell whether it was saved."""
        self.sweep()
        return bool(self.layer.commitChanges(False))

    def save_with_homes(self, homes: Homes) -> bool:
        """Save again, with the planner's word where the unit grids of deleted grids go; tell whether it was saved."""
        self._homes = homes
        try:
            return self.save_again()
        finally:
            self._homes = {}

    def _editing_started(self) -> None:
        if not self.layer.isEditable():
            return
        self._in_stack.clear()
        self._taken_over.clear()
        try:
            self._versions.read()
        except GridError as error:
            self._refused(Refusal(error.message))

    def _rolled_back(self) -> None:
        """Begin anew: what was discarded was made of rows as they were then, and must not be done once more."""
        self.layer.undoStack().clear()
        self._editing_started()

    def _edits(self) -> tuple[Any, ...]:
        return self.layer.attributeValueChanged, self.layer.geometryChanged, self.layer.featureDeleted

    def _edited(self, fid: int, *_: Any) -> None:
        if fid >= 0:
            self._in_stack.add(fid)

    def _rows_of_edits(self) -> tuple[list[int], list[int]]:
        """Return the rows whose edits stand, and these with those whose edits undo or redo can bring back: all of
        them were read before.
        """
        known = row_numbers(self.layer, self._in_stack)
        edited = read_pending(self.layer, known).stored_rows
        return edited, sorted({*edited, *known.values(), *self._taken_over})

    def _before_commit(self, *_: Any) -> None:
        self._veto.sweep()
        self._report = None
        if not self.layer.isModified():
            return
        saved: Saved | None = None
        refusal = Refusal(Message("save_failed", {"reason": "–"}))
        try:
            saved = self._save(self.pending())
        except SaveRefused as error:
            refusal = error.refusal
        except GridError as error:
            refusal = Refusal(error.message)
        except Exception as error:
            # Anything else would let QGIS write the edits by itself, unchecked and row by row.
            trace = told(traceback.format_exc(), language())
            QgsMessageLog.logMessage(trace, "gridmgmt", Qgis.MessageLevel.Critical)
            refusal = Refusal(Message("save_failed", {"reason": f"{type(error).__name__}: {error}"}))
        finally:
            if saved is None:
                self._veto.plant()
        if saved is None:
            self._refused(refusal)
            return
        self._report = saved.report
        change = saved.change
        self._versions.wrote(*(part.tolist() for part in (change.updated.fids, saved.inserted, change.deleted.fids)))
        empty_buffer(self.layer)

    def _after_commit(self) -> None:
        self._in_stack.clear()
        self._taken_over.clear()
        self._versions.settle()
        if self._report is None:
            return
        report, self._report = self._report, None
        show_stored(self.layer)
        self._saved(report)

    def _save(self, pending: PendingEdits) -> Saved:
        refuse_while_waiting(self.workspace.title)
        refuse_transaction_modes(self.layer.project() or QgsProject.instance())
        if pending.restructured:
            raise SaveRefused(Refusal(Message("save_columns_changed")))
        masked = without_people(self.table, pending)
        author = self._author()
        has_waited = False
        for is_last in (*(False,) * _MORE_TRIES, True):
            try:
                with self.workspace.reading() as workspace:
                    rows = masked_rows(workspace, self.table, masked)
                    saved = self._write(workspace, masked.pending, author)
                break
            except SaveRefused as refused:
                # What a colleague left next door lies in communities that were not held.
                if refused.refusal.code != _NEIGHBOURS_MOVED or is_last:
                    raise
            except WorkspaceError as error:
                # Many save in one community: once more at the end of the queue.
                if error.code != _PART_HELD or has_waited or is_last:
                    raise
                has_waited = True
        notes = (*saved.report.notes, *masked_note(self.table, masked))
        return replace(saved, report=replace(saved.report, notes=notes, details=rows))

    def _write(self, workspace: Workspace, pending: PendingEdits, author: str) -> Saved:
        if self.table != CELLS:
            return save_rows(workspace, self.table, pending, self._versions, author, self._homes)
        saved, self._versions = save_cells(workspace, pending, self._versions, self._journal.done(), author)
        return saved
