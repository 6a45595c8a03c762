"""权属认定 in the window: the list and its marks on the map, a case by a click, a ruling."""

from __future__ import annotations

from math import isnan
from pathlib import Path
from typing import Any

from qgis.core import Qgis, QgsFeatureRequest, QgsGeometry, QgsPointXY, QgsProject, QgsRectangle, QgsWkbTypes
from qgis.gui import QgsRubberBand
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QFileDialog

from gridmgmt_plugin.core.duty.disputes import Dispute
from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.gui.frame.colours import ALARM
from gridmgmt_plugin.gui.frame.map_focus import MapFocus
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.gui.opening.recent import working_folder
from gridmgmt_plugin.gui.people.ask_tool import AskTool
from gridmgmt_plugin.gui.people.desk import Desk
from gridmgmt_plugin.gui.people.ownership_dialogs import CaseDialog, RulingDialog
from gridmgmt_plugin.gui.people.ownership_dock import OwnershipDock
from gridmgmt_plugin.jobs.people.ownership import Desk as Ownership
from gridmgmt_plugin.jobs.people.ownership import open_case, read_desk, rule
from gridmgmt_plugin.project.attributes import is_null
from gridmgmt_plugin.project.i18n import language, tr
from gridmgmt_plugin.project.papers.meeting_sheet import write_meeting_sheet
from gridmgmt_plugin.project.shown_workspace import shown_layer
from gridmgmt_plugin.workspace.light.places import Place
from gridmgmt_plugin.workspace.workspace import Workspace

_SHEET = "ownership.pdf"
_MARK_PX, _MARK_WIDTH_PX, _NEAR_PX = 14, 3, 10


class OwnershipDesk(Desk):
    """Answers ``ownership``: shows and hides the dock, and keeps list and marks up to date."""

    ACTION, HEIGHT_PX = "ownership", 260

    def __init__(self, shell: Shell) -> None:
        self._canvas = shell.iface.mapCanvas()
        self._focus = MapFocus(shell.iface)
        self._marks: Any = None
        self._tool = AskTool(self._canvas)
        super().__init__(shell, OwnershipDock(shell.iface.mainWindow()))
        self._tool.asked.connect(lambda point: shell.attempt(lambda: self._picked(point)))
        self._tool.deactivated.connect(lambda: self.dock.picker.setChecked(False))
        self.dock.chosen.connect(self._show)
        self.dock.shown.connect(self._mark)
        self.dock.case_wanted.connect(lambda dispute: shell.attempt(lambda: self._open_case(dispute)))
        self.dock.ruling_wanted.connect(lambda dispute: shell.attempt(lambda: self._rule(dispute)))
        self.dock.pick_wanted.connect(self._pick)
        self.dock.sheet_wanted.connect(lambda disputes: shell.attempt(lambda: self._print(disputes)))

    def close(self) -> None:
        """Take dock, marks and tool out of QGIS."""
        self._clear_marks()
        self._focus.forget_mark()
        if is_alive(self._tool):
            self._pick(False)
            self._tool.deleteLater()
        super().close()

    def refresh(self) -> None:
        """Read the desk again, in the background; while it is hidden nothing is read."""
        self._errands.forget_question()
        location = self._session.location
        if location is None:
            self._pick(False)  # there is nothing left to be picked
            self.dock.show_desk(Ownership((), ()), tr("No workspace is open."))
            return
        if self.dock.isHidden():
            return
        self._errands.ask(
            tr("Reading the ownership desk"), location, lambda at: read_desk(Workspace.open(at)), self._read
        )

    def _read(self, desk: Ownership | None, error: GridError | None) -> None:
        if not is_alive(self.dock):
            return
        if error is not None:
            self.dock.show_desk(Ownership((), ()), error.text(language()))
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
        window = self._shell.iface.mainWindow()
        author = self._errands.prepare(window)
        about = " ".join(filter(None, (component, name)))
        dialog = CaseDialog(about, self.dock.departments, claims, interim, window)
        try:
            if not dialog.agreed():
                return
            named, acting = dialog.named(), str(dialog.interim.currentData() or "")
            day = dialog.day.date().toString("yyyy-MM-dd")
        finally:
            dialog.deleteLater()
        self._errands.act(
            tr("Opening a case"),
            lambda w, _: open_case(w, component, claims=named, interim=acting, opened_on=day, author=author),
            lambda report: report.notes,
        )

    def _rule(self, dispute: Dispute) -> None:
        window = self._shell.iface.mainWindow()
        author = self._errands.prepare(window)
        about = " ".join(filter(None, (dispute.component, dispute.name)))
        dialog = RulingDialog(about, self.dock.departments, window)
        try:
            if not dialog.agreed():
                return
            owner, document = str(dialog.owner.currentData()), dialog.document.text()
            text = dialog.ruling.toPlainText()
            day = dialog.day.date().toString("yyyy-MM-dd")
        finally:
            dialog.deleteLater()
        component = dispute.component
        self._errands.act(
            tr("Writing the ruling"),
            lambda w, _: rule(w, component, owner, ruling=text, document_no=document, ruled_on=day, author=author),
            lambda report: report.notes,
        )

    def _print(self, disputes: list[Dispute]) -> None:
        """Ask where the meeting sheet goes, and write it in the background."""
        window = self._shell.iface.mainWindow()
        given, _ = QFileDialog.getSaveFileName(
            window, tr("Meeting sheet"), str(working_folder() / _SHEET), "PDF (*.pdf)"
        )
        if not given:
            return
        path = Path(given).with_suffix(".pdf")

        def write(workspace: Workspace, _: Progress) -> None:
            info = workspace.info
            write_meeting_sheet(disputes, path, info.county_name or info.county_code, info.classification)

        self._errands.read_out(tr("Writing the meeting sheet"), write, Message("sheet_written", {"path": path.name}))

    def _mark_action(self, *_: object) -> None:
        super()._mark_action()
        if self.dock.isHidden():
            self._clear_marks()
            self._pick(False)
