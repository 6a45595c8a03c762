"""The component inventory in the window: components are read once, every click is answered from what was read."""

from __future__ import annotations

from math import isnan

import numpy as np
from qgis.core import QgsFeatureRequest, QgsGeometry, QgsPointXY, QgsProject
from qgis.PyQt.QtCore import QTimer

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.gui.frame.map_focus import MapFocus, bring_into_view
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.gui.inventory.change_dialog import ChangeDialog
from gridmgmt_plugin.gui.inventory.dock import InventoryDock
from gridmgmt_plugin.gui.inventory.survey_desk import SurveyDesk, left_out
from gridmgmt_plugin.gui.inventory.table_model import Cell
from gridmgmt_plugin.gui.people.desk import Desk, Question
from gridmgmt_plugin.jobs.inventory.change_components import Meant, NewValues, change_components
from gridmgmt_plugin.jobs.inventory.code_pairs import CodePair
from gridmgmt_plugin.jobs.inventory.component_problems import Problem
from gridmgmt_plugin.jobs.inventory.inventory import Asked, Inventory
from gridmgmt_plugin.jobs.inventory.overview import Overview, read_overview
from gridmgmt_plugin.project.i18n import language, tr
from gridmgmt_plugin.project.row_numbers import select_rows
from gridmgmt_plugin.project.shown_workspace import placed_layer, shown_layer
from gridmgmt_plugin.workspace.location import Location
from gridmgmt_plugin.workspace.rehearsal import rehearsed
from gridmgmt_plugin.workspace.workspace import Workspace

_TABLE = "component"


class InventoryDesk(Desk):
    """Answers ``component_inventory``: shows and hides the dock, and keeps it up to date."""

    ACTION, HEIGHT_PX = "component_inventory", 330

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell, InventoryDock(shell.iface.mainWindow()))
        self._focus = MapFocus(shell.iface)
        self._inventory: Inventory | None = None
        self._trial = Question()
        self.dock.bar.asked.connect(self._answer)
        self.dock.counted.connect(self._select)
        self.dock.chosen.connect(self._show)
        self.dock.change_wanted.connect(lambda: shell.attempt(self._change))
        self._survey = SurveyDesk(shell, self._errands)
        self.dock.survey_wanted.connect(lambda: shell.attempt(self._send_out))
        self.dock.intake_wanted.connect(lambda: shell.attempt(self._survey.take_in))
        shell.iface.mapCanvas().selectionChanged.connect(self._follow_selection)
        self.dock.visibilityChanged.connect(self._shown)
        self._selection = QTimer()
        self._selection.setSingleShot(True)
        self._selection.timeout.connect(self._selected_anew)

    def close(self) -> None:
        """Take dock and mark out of QGIS."""
        self._shell.iface.mapCanvas().selectionChanged.disconnect(self._follow_selection)
        self._selection.stop()
        self._trial.forget()
        self._survey.close()
        if is_alive(self.dock):
            self.dock.visibilityChanged.disconnect(self._shown)
        self._focus.forget_mark()
        super().close()

    def refresh(self) -> None:
        """Read the components again, in the background; while the dock is hidden nothing is read."""
        location, scheme = self._session.location, self._session.scheme or None
        self._errands.forget_question()
        self._is_reading = False
        if location is None:
            self.dock.bar.forget()
            self._forget(tr("No workspace is open."))
            return
        if self.dock.isHidden():
            self._forget("")  # it is read when somebody looks again
            return
        self._is_reading = True

        self._errands.ask(
            tr("Reading the components"), location, lambda at: read_overview(Workspace.open(at), scheme), self._read
        )

    def _read(self, found: Overview | None, error: GridError | None) -> None:
        self._is_reading = False
        if not is_alive(self.dock):
            return
        if error is not None:
            self._forget(error.text(language()))
        elif found is not None:
            self._inventory = found.inventory
            self.dock.bar.offer(found.inventory)
            self.dock.show_problems(found.problems, found.pairs)
            self._selected_anew(always=True)

    def _forget(self, why: str) -> None:
        self._inventory = None
        self.dock.show_nothing(why)

    def _question(self) -> Asked:
        only = frozenset(self._selected().tolist()) if self.dock.bar.selected.isChecked() else None
        asked: Asked = self.dock.bar.question(only)
        return asked

    def _answer(self) -> None:
        """Show the counts of what is asked now."""
        if self._inventory is not None:
            rows, columns = self.dock.bar.chosen_kinds()
            self.dock.show_counts(self._inventory.table(rows, columns, self._question()), self._inventory)

    # On the map.

    def _selected(self) -> np.ndarray:
        """Return the row numbers of the components that are selected on the map."""
        layer = placed_layer(QgsProject.instance(), _TABLE)
        if layer is None or not layer.selectedFeatureCount():
            return np.zeros(0, dtype=np.int64)
        request = QgsFeatureRequest(layer.selectedFeatureIds()).setFlags(QgsFeatureRequest.Flag.NoGeometry)
        request.setSubsetOfAttributes(["fid"], layer.fields())
        numbers = (feature["fid"] for feature in layer.getFeatures(request))
        return np.array([int(number) for number in numbers if isinstance(number, int)], dtype=np.int64)

    def _follow_selection(self, layer: object) -> None:
        if not self.dock.isHidden() and layer is placed_layer(QgsProject.instance(), _TABLE):
            self._selection.start(0)  # one gesture may select in several steps

    def _selected_anew(self, *, always: bool = False) -> None:
        layer = placed_layer(QgsProject.instance(), _TABLE)
        self.dock.show_selected(0 if layer is None else layer.selectedFeatureCount())
        if always or self.dock.bar.selected.isChecked():
            self._answer()

    def _select(self, cell: Cell) -> None:
        """Select the components of a cell and show them; what is counted stays, where it follows the selection."""
        layer = shown_layer(QgsProject.instance(), _TABLE)
        if self._inventory is None or layer is None or self.dock.bar.selected.isChecked():
            return
        kinds = zip(self.dock.bar.chosen_kinds(), (cell.row, cell.column))
        numbers = self._inventory.row_numbers(
            self._question(), {kind: word for kind, word in kinds if word is not None}
        )
        select_rows(layer, numbers.tolist())
        bring_into_view(layer)
        self._shell.iface.setActiveLayer(layer)
        if layer.selectedFeatureCount():
            self._shell.iface.mapCanvas().zoomToSelected(layer)

    def _show(self, problem: Problem | CodePair) -> None:
        layer = shown_layer(QgsProject.instance(), _TABLE)
        if layer is None or problem.fid < 0:
            return
        if not self.dock.bar.selected.isChecked():
            select_rows(layer, [problem.fid])
        bring_into_view(layer)
        if not isnan(problem.x):
            self._focus.show_geometry(QgsGeometry.fromPointXY(QgsPointXY(problem.x, problem.y)), layer)

    # What is written.

    def _change(self) -> None:
        """Ask what the components that are selected on the map become, and write it."""
        inventory = self._inventory
        if inventory is None:
            return
        window = self._shell.iface.mainWindow()
        author = self._errands.prepare(window)
        meant = Meant(numbers=tuple(self._selected().tolist()))
        dialog = ChangeDialog(len(meant.numbers), inventory.departments(), window)
        try:
            dialog.changed.connect(self._trial.forget)
            dialog.asked.connect(lambda: self._try_out(dialog, meant))
            if not dialog.agreed():
                return
            new, (reason, day) = NewValues(**dialog.values()), dialog.because()
        finally:
            self._trial.forget()
            dialog.deleteLater()
        self._errands.act(
            tr("Changing components"),
            lambda workspace, progress: change_components(
                workspace, meant, new, reason=reason, on=day, author=author, progress=progress
            ),
            lambda report: report.notes,
        )

    def _send_out(self) -> None:
        """Write what is counted into a survey layer."""
        if self._inventory is not None:
            numbers = self._inventory.row_numbers(self._question(), {})
            self._survey.send_out(Meant(numbers=tuple(numbers.tolist())))

    def _try_out(self, dialog: ChangeDialog, meant: Meant) -> None:
        """Have told in the dialog what the change would do; nothing is written."""
        location = self._session.location
        if location is None:
            return
        new, (reason, day) = NewValues(**dialog.values()), dialog.because()

        def trial(at: Location) -> Report:
            return change_components(rehearsed(Workspace.open(at)), meant, new, reason=reason, on=day)

        def told(report: Report | None, error: GridError | None) -> None:
            if not is_alive(dialog):
                return
            if error is not None:
                dialog.tell(error.text(language()), is_possible=False)
            elif report is not None:
                sentences = [note.text(language()) for note in report.notes]
                dialog.tell(" ".join([*sentences, *left_out(report)]), is_possible=report.accepted > 0)

        self._trial.ask(tr("Working out what will happen…"), location, trial, told)

    def _shown(self, is_visible: bool) -> None:  # noqa: FBT001  Qt's signal hands it over by position
        """Read again what was given up while nobody looked."""
        if is_visible and self._inventory is None and not self._is_reading and self._session.location is not None:
            self.refresh()
