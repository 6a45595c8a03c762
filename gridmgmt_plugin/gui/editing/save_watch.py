"""The conversation about a save: why it was refused and where, what to do about it, and taking a save back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import shapely
from qgis.core import Qgis, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtGui import QKeySequence

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message, tongue_of
from gridmgmt_plugin.core.plurals import counted
from gridmgmt_plugin.core.validation.catalogue import rule_infos
from gridmgmt_plugin.editing.gestures.editor import GridEditor
from gridmgmt_plugin.editing.saving.guard import SaveGuard
from gridmgmt_plugin.editing.saving.reports import GuardFault, Refusal, SaveReport
from gridmgmt_plugin.editing.saving.version_conflicts import OVERTAKEN
from gridmgmt_plugin.gui.editing.rehoming_dialog import RehomingDialog
from gridmgmt_plugin.gui.editing.repair_dialog import RepairDialog
from gridmgmt_plugin.gui.editing.rubber import Area, Look, Rubber, as_qgis
from gridmgmt_plugin.gui.frame.author import known_author
from gridmgmt_plugin.gui.frame.background_call import LOGIN_REFUSED
from gridmgmt_plugin.gui.frame.dialog_buttons import is_wanted
from gridmgmt_plugin.gui.frame.map_focus import MapFocus
from gridmgmt_plugin.gui.frame.pending_edits import pending_layers
from gridmgmt_plugin.gui.frame.qt import QShortcut, is_alive
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.gui.opening.database_login import ask_login, share_login
from gridmgmt_plugin.gui.opening.open_tables import fill_empty_tables
from gridmgmt_plugin.gui.overtaken.desk import OvertakenDesk
from gridmgmt_plugin.project.forms.field_widgets import gesture_names
from gridmgmt_plugin.project.i18n import language, tr
from gridmgmt_plugin.project.shown_workspace import TABLE_PROPERTY, shown_layers
from gridmgmt_plugin.project.stored_rows import show_stored
from gridmgmt_plugin.workspace.changes.take_back import SavedChange, last_save, take_back_last
from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.news.fresh import Fresh
from gridmgmt_plugin.workspace.workspace import Workspace

# Places are drawn this much larger, so that a point or a gap of a millimetre can be seen.
_HALO_PX = 6.0
# So many faults are read behind the button for details; all are on the map.
_FAULTS_READ = 50
# Opens the window about rows that a colleague changed meanwhile, as long as a save is refused for them.
_COMPARE_KEYS = "Ctrl+Alt+B"
Button = tuple[str, str, Any]


class SaveWatch:
    """Guards every layer of the open workspace, and speaks for the guards.

    :param editor: the gestures on the layer of unit grids, ``None`` while the map does not show it.
    """

    def __init__(self, shell: Shell, workspace: Workspace, editor: GridEditor | None) -> None:
        self._shell = shell
        self.workspace = workspace
        self._editor = editor
        self._rubber = Rubber(shell.iface.mapCanvas())
        self._focus = MapFocus(shell.iface)
        self._refusal: Refusal | None = None
        self._refused_table = ""
        self._told: Any = None
        self._shown = -1
        self._overtaken = OvertakenDesk(shell)
        self._shortcut = QShortcut(QKeySequence(_COMPARE_KEYS), self._window)
        self._shortcut.setEnabled(False)
        self._shortcut.activated.connect(self._compare)
        self.guards: dict[str, SaveGuard] = {}
        for table, layer in shown_layers(QgsProject.instance()).items():
            self._guard(table, layer)
        if editor is not None:
            editor.before_gesture.append(self.guards["unit_grid"].sweep)
            editor.layer.undoStack().indexChanged.connect(self._forget_places)

    def close(self) -> None:
        """Leave the layers to QGIS alone."""
        self._overtaken.close()
        self._forget_places()
        self._shortcut.deleteLater()
        for guard in self.guards.values():
            if is_alive(guard.layer):
                guard.detach()
        self.guards.clear()
        if self._editor is not None and is_alive(self._editor.layer):
            self._editor.layer.undoStack().indexChanged.disconnect(self._forget_places)

    def let_go(self, tables: Sequence[str]) -> None:
        """Let go of layers that are about to be removed; the others stay guarded."""
        if self._refused_table in tables:
            self._forget_places()
        for table in tables:
            self._overtaken.let_go(table)
            guard = self.guards.pop(table, None)
            if guard is not None:
                guard.detach()
        if self._editor is not None and "unit_grid" in tables:
            self._editor.layer.undoStack().indexChanged.disconnect(self._forget_places)
            self._editor = None

    def take_back(self) -> None:
        """Take the last save back, after the planner has read which one it is.

        :raises GridError: why it cannot be taken back; nothing was written.
        """
        pending = [layer.name() for layer in pending_layers()]
        if pending:  # saved now, they would be the save that is taken back
            raise WorkspaceError("take_back_edits_pending", layers=tr(", ").join(pending))
        saved = last_save(self.workspace)
        if saved is not None and not self._agreed(saved):
            return
        report = take_back_last(self.workspace, known_author(self._window))
        self._show_written(report.tables_changed, None)
        self._shell.tell(report.message, Qgis.MessageLevel.Success)

    def edited(self) -> list[str]:
        """Return the tables whose layers are being edited."""
        return [table for table, guard in self.guards.items() if is_alive(guard.layer) and guard.layer.isEditable()]

    def learn(
        self, written: Collection[str], fresh: Fresh, in_forms: Mapping[str, Collection[int]]
    ) -> dict[str, list[int]]:
        """Take note of what a colleague wrote, so that it is built upon and not taken for a conflict; return table →
        rows with unsaved edits.

        :param written: the tables; ``fresh``: what was read of those that are edited. ``in_forms``: table → rows of
            which open forms hold what was typed before.
        :raises WorkspaceError: ``editing_layer_silent``.
        """
        edited = {
            table: self.guards[table].learn(rows, in_forms.get(table, ()))
            for table, rows in fresh.versions.items()
            if table in self.guards
        }
        if self._editor is not None:
            self._editor.learn(written, fresh.versions.get("unit_grid"))
        return edited

    @property
    def _window(self) -> Any:
        return self._shell.iface.mainWindow()

    def _guard(self, table: str, layer: QgsVectorLayer) -> None:
        def refused(refusal: Refusal) -> None:
            # QGIS tells of the refusal as well, a moment later and without a reason: ours comes on top of it.
            QTimer.singleShot(0, lambda: self._refused(layer, refusal))

        journal = self._editor.journal if self._editor is not None and layer is self._editor.layer else None
        guard = SaveGuard(layer, self.workspace, journal, lambda: known_author(self._window), refused, self._saved)
        guard.attach()
        self.guards[table] = guard

    # A save that was made.

    def _saved(self, report: SaveReport) -> None:
        self._forget_places()
        self._show_written(report.tables_changed, report.table)
        to_look_at = report.recoded or report.details
        level = Qgis.MessageLevel.Warning if to_look_at else Qgis.MessageLevel.Success
        self._shell.tell(_together((report.message, *report.notes)), level, also=report.details)

    def _show_written(self, tables: Sequence[str], own: str | None) -> None:
        layers = shown_layers(QgsProject.instance())
        for table in tables:
            layer = layers.get(table)
            if layer is None or table == own or not layer.isValid():
                continue
            show_stored(layer)
            if table in self.guards:
                self.guards[table].reread()
        fill_empty_tables()
        if self._editor is not None:
            self._editor.invalidate()
        if own is None:  # after a save QGIS itself says that the data has changed
            self._shell.session.data_changed.emit()

    # A save that was refused.

    def _refused(self, layer: QgsVectorLayer, refusal: Refusal) -> None:
        if not is_alive(layer):
            return
        _withdraw_qgis_message(self._shell.iface.messageBar(), layer)
        self._refusal, self._shown = refusal, -1
        self._refused_table = str(layer.customProperty(TABLE_PROPERTY))
        self._draw_places(refusal.faults, layer)
        if refusal.homeless:
            self._tell(layer, refusal.message)
            self._ask_homes(layer)
            return
        count = len(refusal.faults)
        what = _short_name(refusal.faults[0]) if count else ""
        of_cells = count and self._refused_table == "unit_grid" and refusal.code != OVERTAKEN
        self._tell(layer, Message("guard_refused", {"what": what, "count": count}) if of_cells else refusal.message)

    def _tell(self, layer: QgsVectorLayer, message: Message) -> None:
        refusal = self._refusal
        if refusal is None:
            return
        buttons: list[Button] = []
        if refusal.code == OVERTAKEN:
            buttons.append(("gridmgmt_compare", tr("Side by side…"), self._compare))
        self._shortcut.setEnabled(refusal.code == OVERTAKEN)
        editor = self._editor
        if refusal.repairable and editor is not None and layer is editor.layer:
            buttons.append(("gridmgmt_repair", tr("Repair…"), lambda: self._repair(layer, editor)))
        if refusal.places:
            text = tr("Show place") if len(refusal.places) == 1 else tr("Next place")
            buttons.append(("gridmgmt_next_place", text, lambda: self._show_next(layer)))
        if refusal.homeless:
            buttons.append(("gridmgmt_rehome", tr("Where do they go…"), lambda: self._ask_homes(layer)))
        if refusal.code == LOGIN_REFUSED:
            buttons.append(("gridmgmt_log_in", tr("Log in…"), lambda: self._log_in(layer)))
        if refusal.faults:
            buttons.append(("gridmgmt_roll_back", tr("Discard the edits…"), lambda: self._roll_back(layer)))
        faults = [fault.message for fault in refusal.faults[:_FAULTS_READ]]
        also = faults if len(faults) > 1 else ()
        self._told = self._shell.tell(message, Qgis.MessageLevel.Critical, buttons=buttons, also=also)

    def _compare(self) -> None:
        """Show what a colleague saved and what is edited here side by side."""
        guard = self.guards.get(self._refused_table)
        if guard is not None:
            self._shell.attempt(lambda: self._overtaken.open(guard))

    def _show_next(self, layer: QgsVectorLayer) -> None:
        if self._refusal is None:
            return
        faults = [fault for fault in self._refusal.faults if fault.place is not None]
        self._shown = (self._shown + 1) % len(faults)
        fault = faults[self._shown]
        self._draw_places(faults, layer)
        self._focus.show_geometry(as_qgis(fault.place), layer)
        details = {"number": self._shown + 1, "count": len(faults), "what": fault.message}
        self._tell(layer, Message("guard_place", details))

    def _draw_places(self, faults: Sequence[GuardFault], layer: QgsVectorLayer) -> None:
        halo = _HALO_PX * self._shell.iface.mapCanvas().mapUnitsPerPixel()
        places = [shapely.buffer(fault.place, halo) for fault in faults if fault.place is not None]
        self._rubber.draw_areas([Area(place, Look.TROUBLE) for place in places], layer)

    def _repair(self, layer: QgsVectorLayer, editor: GridEditor) -> None:
        def repair() -> None:
            guard = self.guards["unit_grid"]
            proposal = guard.propose_repair()
            dialog = RepairDialog(proposal, self._window)
            try:
                if not dialog.agreed():
                    return
            finally:
                dialog.deleteLater()
            guard.repair(proposal, editor)
            layer.triggerRepaint()
            self._shell.tell(Message("guard_repaired"), Qgis.MessageLevel.Success)

        self._shell.attempt(repair)

    def _ask_homes(self, layer: QgsVectorLayer) -> None:
        """Ask where the unit grids of deleted responsibility grids go, and save with that."""
        refusal, guard = self._refusal, self.guards.get("responsibility_grid")
        if refusal is None or guard is None or guard.layer is not layer:
            return
        dialog = RehomingDialog(refusal.homeless, self._window)
        try:
            if dialog.agreed():
                guard.save_with_homes(dialog.homes())
        finally:
            dialog.deleteLater()

    def _log_in(self, layer: QgsVectorLayer) -> None:
        """Ask for the login that the database accepts by now, and save with it."""
        location = self.workspace.location
        known = ask_login(location) if isinstance(location, PostgresLocation) else None
        if known is not None and is_alive(layer):
            share_login(known)
            layer.commitChanges(False)

    def _roll_back(self, layer: QgsVectorLayer) -> None:
        count = layer.undoStack().index()
        text = tr(
            "Discard all edits in “{layer}” since the last save ({count} {count:step|steps})? They cannot be"
            " brought back."
        )
        question = counted(text, layer=layer.name(), count=count)
        if is_wanted("gridmgmt_roll_back_question", question, tr("Discard"), self._window):
            layer.rollBack(False)
            self._forget_places()
            self._shell.tell(Message("guard_rolled_back", {"layer": layer.name()}))

    def _forget_places(self, *_: object) -> None:
        """Let go of the refusal: the edits are others now, and its buttons would lead nowhere."""
        self._refusal, self._shown = None, -1
        self._shortcut.setEnabled(False)
        self._rubber.clear()
        told, self._told = self._told, None
        if told is not None:
            self._shell.withdraw(told)

    # Questions.

    def _agreed(self, saved: SavedChange) -> bool:
        question = tr(
            "Take back the save of {at} by {by}? It changed {rows} {rows:row|rows}: {gestures}.",
            at=saved.at.replace("T", " "),
            by=saved.by or "–",
            rows=saved.rows,
            gestures=listing(_gesture_names(saved.gestures)),
        )
        return is_wanted("gridmgmt_take_back_question", question, tr("Take back"), self._window)


def _short_name(fault: GuardFault) -> str:
    """Return what a fault is, without the cells that have it: there is little room beside the buttons."""
    rule = rule_infos().get(f"unit_{fault.kind}")
    tongue = language()
    return fault.message.text(tongue).rstrip("。.") if rule is None else rule.title[tongue_of(tongue)]


def _gesture_names(kinds: Iterable[str]) -> list[str]:
    """Return the names of gestures, each once, in the order of their first appearance."""
    known = dict(gesture_names(tongue_of(language())))
    return [known.get(kind, kind) for kind in dict.fromkeys(kinds) if kind]


def _together(messages: Sequence[Message]) -> Message:
    """Return several sentences as one message."""
    text = messages[0]
    for more in messages[1:]:
        text = Message("two_sentences", {"first": text, "second": more})
    return text


def _withdraw_qgis_message(bar: Any, layer: QgsVectorLayer) -> None:
    """Take away what QGIS says about the refused save: it would stay below ours, without a reason."""
    item = bar.currentItem()
    if item is not None and item.level() != Qgis.MessageLevel.Success and layer.name() in item.text():
        bar.popWidget(item)
