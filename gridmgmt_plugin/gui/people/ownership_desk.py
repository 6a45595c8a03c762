"""权属认定 in the window: the list and its marks on the map, a case by a click, a ruling."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan
from pathlib import Path
from typing import Any

from qgis.core import Qgis, QgsFeatureRequest, QgsGeometry, QgsPointXY, QgsProject, QgsRectangle, QgsWkbTypes
from qgis.gui import QgsRubberBand
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QFileDialog

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.gui.frame.author import known_author
from gridmgmt_plugin.gui.frame.background_call import BackgroundCall
from gridmgmt_plugin.gui.frame.colours import ALARM
from gridmgmt_plugin.gui.frame.map_focus import MapFocus
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.gui.issues.job_task import JobTask
from gridmgmt_plugin.gui.people.ask_tool import AskTool
from gridmgmt_plugin.gui.people.meeting_sheet import write_meeting_sheet
from gridmgmt_plugin.gui.people.ownership_dialogs import CaseDialog, RulingDialog
from gridmgmt_plugin.gui.people.ownership_dock import OwnershipDock
from gridmgmt_plugin.jobs.people.ownership import Desk, Dispute, open_case, read_desk, rule
from gridmgmt_plugin.project.attributes import is_null
from gridmgmt_plugin.project.i18n import language, tr
from gridmgmt_plugin.project.shown_workspace import shown_layer
from gridmgmt_plugin.workspace.light.places import Place
from gridmgmt_plugin.workspace.workspace import Workspace

ACTION = "ownership"
_SHEET = "ownership.pdf"
_HEIGHT_PX, _MARK_PX, _MARK_WIDTH_PX, _NEAR_PX = 260, 14, 3, 10


class OwnershipDesk:
    """Answers ``ownership``: shows and hides the dock, and keeps list and marks up to date."""

    def __init__(self, shell: Shell) -> None:
        self._shell, self._session = shell, shell.session
        self._canvas = shell.iface.mapCanvas()
        self._focus = MapFocus(shell.iface)
        self._reading: BackgroundCall | None = None
        self._task: JobTask | None = None
        self._marks: Any = None
        self._tool = AskTool(self._canvas)
        self._tool.asked.connect(lambda point: shell.attempt(lambda: self._picked(point)))
        window = shell.iface.mainWindow()
        self.dock = OwnershipDock(window)
        self._tool.deactivated.connect(lambda: self.dock.picker.setChecked(False))
        self.dock.hide()
        self.dock.chosen.connect(self._show)
        self.dock.shown.connect(self._mark)
        self.dock.case_wanted.connect(lambda dispute: shell.attempt(lambda: self._open_case(dispute)))
        self.dock.ruling_wanted.connect(lambda dispute: shell.attempt(lambda: self._rule(dispute)))
        self.dock.pick_wanted.connect(self._pick)
        self.dock.sheet_wanted.connect(self._print)
        self.dock.left.connect(shell.iface.mapCanvas().setFocus)
        self.dock.visibilityChanged.connect(self._visibility_changed)
        shell.iface.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self.dock)
        window.resizeDocks([self.dock], [_HEIGHT_PX], Qt.Orientation.Vertical)
        self._session.changed.connect(self.refresh)
        self._session.data_changed.connect(self.refresh)

    def trigger(self, key: str, checked: bool) -> None:  # noqa: ARG002, FBT001  serves one action
        """Show or hide the dock."""
        self.dock.setUserVisible(checked)
        if checked:
            self.refresh()

    def close(self) -> None:
        """Take dock, marks and tool out of QGIS."""
        if self._reading is not None:
            self._reading.cancel()
        if self._task is not None:
            self._task.drop()
        self._reading = self._task = None
        self._session.changed.disconnect(self.refresh)
        self._session.data_changed.disconnect(self.refresh)
        self._clear_marks()
        self._focus.forget_mark()
        if is_alive(self._tool):
            self._pick(False)
            self._tool.deleteLater()
        if is_alive(self.dock):
            self.dock.visibilityChanged.disconnect(self._visibility_changed)
            self._shell.iface.removeDockWidget(self.dock)
            self.dock.deleteLater()

    def refresh(self) -> None:
        """Read the desk again, in the background; while it is hidden nothing is read."""
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        location = self._session.location
        if location is None:
            self._pick(False)  # there is nothing left to be picked
        if self.dock.isHidden():
            return
        if location is None:
            self.dock.show_desk(Desk((), ()), tr("No workspace is open."))
            return
        self._reading = BackgroundCall(
            tr("Reading the ownership desk"), location, lambda at: read_desk(Workspace.open(at)), self._read
        )
        self._reading.start()

    def _read(self, desk: Desk | None, error: GridError | None) -> None:
        self._reading = None
        if not is_alive(self.dock):
            return
        if error is not None:
            self.dock.show_desk(Desk((), ()), error.text(language()))
        elif desk is not None:
            self.dock.show_desk(desk)

    # On the map.

    def _show(self, dispute: Dispute) -> None:
        self._focus.show_place(Place("component", dispute.component, dispute.name, -1), None)

    def _mark(self, disputes: list[Dispute]) -> None:
        self._clear_marks()
        layer = shown_layer(QgsProject.instance(), "component")
        spots = [QgsPointXY(d.x, d.y) for d in disputes if not isnan(d.x)]
        if layer is None or not spots or self.dock.isHidden():
            return
        self._marks = QgsRubberBand(self._canvas, QgsWkbTypes.GeometryType.PointGeometry)
        self._marks.setColor(QColor(ALARM))
        self._marks.setIcon(QgsRubberBand.IconType.ICON_CIRCLE)
        self._marks.setIconSize(_MARK_PX)
        self._marks.setWidth(_MARK_WIDTH_PX)
        self._marks.setToGeometry(QgsGeometry.fromMultiPointXY(spots), layer)

    def _clear_marks(self) -> None:
        if is_alive(self._marks):
            self._canvas.scene().removeItem(self._marks)
        self._marks = None

    def _pick(self, on: bool) -> None:  # noqa: FBT001  a signal hands it over
        if on:
            self._canvas.setMapTool(self._tool)
        elif self._canvas.mapTool() is self._tool:
            self._shell.iface.actionPan().trigger()
            self._canvas.unsetMapTool(self._tool)

    def _picked(self, point: QgsPointXY) -> None:
        """Open a case about the component nearest to a click."""
        layer = shown_layer(QgsProject.instance(), "component")
        if layer is None:
            return
        place, reach = self._tool.toLayerCoordinates(layer, point), _NEAR_PX * self._canvas.mapUnitsPerPixel()
        around = QgsRectangle(place.x() - reach, place.y() - reach, place.x() + reach, place.y() + reach)
        spot = QgsGeometry.fromPointXY(place)
        found = sorted(
            layer.getFeatures(QgsFeatureRequest(around)), key=lambda feature: feature.geometry().distance(spot)
        )
        if not found:
            self._shell.tell(Message("no_component_there"), Qgis.MessageLevel.Warning)
            return
        code, name = (("" if is_null(found[0][f]) else str(found[0][f])) for f in ("code", "name"))
        self._ask_case(code, name, "", "")

    # What is written.

    def _open_case(self, dispute: Dispute) -> None:
        self._ask_case(dispute.component, dispute.name, dispute.claims, dispute.interim_code)

    def _ask_case(self, component: str, name: str, claims: str, interim: str) -> None:
        self._session.refuse_pending_edits()
        author, window = known_author(self._shell.iface.mainWindow()), self._shell.iface.mainWindow()
        about = " ".join(filter(None, (component, name)))
        dialog = CaseDialog(about, self.dock.departments, claims, interim, window)
        try:
            if not dialog.agreed():
                return
            named, acting = dialog.named(), str(dialog.interim.currentData() or "")
            day = dialog.day.date().toString("yyyy-MM-dd")
        finally:
            dialog.deleteLater()
        self._write(
            tr("Opening a case"),
            lambda w: open_case(w, component, claims=named, interim=acting, opened_on=day, author=author),
            Message("case_opened", {"component": component}),
        )

    def _rule(self, dispute: Dispute) -> None:
        self._session.refuse_pending_edits()
        author, window = known_author(self._shell.iface.mainWindow()), self._shell.iface.mainWindow()
        dialog = RulingDialog(
            " ".join(filter(None, (dispute.component, dispute.name))), self.dock.departments, window
        )
        try:
            if not dialog.agreed():
                return
            owner, shown = str(dialog.owner.currentData()), dialog.owner.currentText().split("  ")[0]
            document, text = dialog.document.text(), dialog.ruling.toPlainText()
            day = dialog.day.date().toString("yyyy-MM-dd")
        finally:
            dialog.deleteLater()
        component = dispute.component
        self._write(
            tr("Writing the ruling"),
            lambda w: rule(w, component, owner, ruling=text, document_no=document, ruled_on=day, author=author),
            Message("ownership_ruled", {"component": component, "owner": shown}),
        )

    def _print(self, disputes: list[Dispute]) -> None:
        """Ask where the meeting sheet goes, and write it in the background."""
        location, window = self._session.location, self._shell.iface.mainWindow()
        given, _ = QFileDialog.getSaveFileName(window, tr("Meeting sheet"), _SHEET, "PDF (*.pdf)")
        if not given or location is None:
            return
        path = Path(given).with_suffix(".pdf")

        def job(_: Progress) -> Path:
            info = Workspace.open(location).info
            write_meeting_sheet(disputes, path, info.county_name or info.county_code, info.classification)
            return path

        def done(_: Any, error: GridError | None) -> None:
            self._task = None
            if error is not None:
                self._shell.tell(error.message, Qgis.MessageLevel.Warning)
                return
            self._shell.tell(Message("sheet_written", {"path": path.name}), Qgis.MessageLevel.Success)

        self._task = JobTask(tr("Writing the meeting sheet"), job, done).start()

    def _write(self, title: str, deed: Callable[[Workspace], Report], said: Message) -> None:
        location = self._session.location
        if location is None:
            return

        def job(_: Progress) -> Report:
            return deed(Workspace.open(location))

        def done(_: Any, error: GridError | None) -> None:
            self._task = None
            if error is not None:
                self._shell.tell(error.message, Qgis.MessageLevel.Warning)
                return
            self._shell.tell(said, Qgis.MessageLevel.Success)
            self._session.reload()

        self._task = JobTask(title, job, done).start()

    def _visibility_changed(self, *_: object) -> None:
        hidden = self.dock.isHidden()
        self._shell.action(ACTION).setChecked(not hidden)
        if hidden:
            self._clear_marks()
            self._pick(False)
