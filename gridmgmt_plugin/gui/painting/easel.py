"""Everything around the brush: the scheme that is read, dock, note beside the mouse, what is drawn on the map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import shapely
from qgis.core import QgsProject, QgsRectangle
from qgis.PyQt.QtCore import QPoint, Qt, QTimer
from qgis.PyQt.QtWidgets import QApplication, QDockWidget

from gridmgmt_plugin.core.assignment.figures import GridFigures
from gridmgmt_plugin.core.assignment.model import NOBODY
from gridmgmt_plugin.core.assignment.pieces import Piece, open_pieces
from gridmgmt_plugin.core.errors import GridError, WorkspaceError
from gridmgmt_plugin.editing.painting.painted_scheme import PaintedScheme
from gridmgmt_plugin.gui.editing.base_tool import GridTool
from gridmgmt_plugin.gui.editing.desk import Desk
from gridmgmt_plugin.gui.frame.background_call import BackgroundCall
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.painting.dock import PaintDock
from gridmgmt_plugin.gui.painting.figures_text import (
    beside_mouse,
    figures_table,
    grid_label,
    ink_of,
    warnings,
    warnings_text,
)
from gridmgmt_plugin.gui.painting.mouse_note import MouseNote
from gridmgmt_plugin.gui.painting.painter import NEW, UNCHOSEN, Painter, Plan
from gridmgmt_plugin.gui.painting.view import PaintView
from gridmgmt_plugin.gui.schemes.within import within_title
from gridmgmt_plugin.jobs.responsibility.unit_loads import unit_loads
from gridmgmt_plugin.project.forms.schemes import scheme_columns, scheme_titles
from gridmgmt_plugin.project.grid_locks import keep_locks, kept_locks
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.project.map.scheme import hide_stored_outlines, shown_scheme
from gridmgmt_plugin.project.shown_workspace import shown_layers
from gridmgmt_plugin.workspace.location import Location
from gridmgmt_plugin.workspace.schema import scheme_column
from gridmgmt_plugin.workspace.workspace import Workspace

_TREE_DOCK = "gridmgmt_dock"
# A piece is shown with this much around it, at least so many metres of ground.
_AROUND, _LEAST_M = 4.0, 150.0


class Easel:
    """Belongs to one tool. ``painter``: the scheme as it was read, ``None`` before."""

    def __init__(self, desk: Desk, tool: GridTool) -> None:
        self._desk, self._tool = desk, tool
        self.painter: Painter | None = None
        self.dock = PaintDock(desk.iface.mainWindow())
        self.view = PaintView(desk.canvas, desk.layer)
        self._note = MouseNote(desk.canvas)
        self._ink = ink_of(self.dock)
        self._asking: BackgroundCall | None = None
        self._pieces: list[Piece] = []
        self._piece, self._edition = -1, 0
        #: Codes of grids that were painted since the last save.
        self._painted: set[str] = set()
        self._recount = QTimer(self.dock)
        self._recount.setSingleShot(True)
        self._recount.setInterval(0)
        self._recount.timeout.connect(self._show_state)
        self.dock.hide()
        self.dock.left.connect(desk.iface.mapCanvas().setFocus)
        self.dock.locks_chosen.connect(self.lock)
        self.dock.step_wanted.connect(self.step)
        self._is_placed = False
        QgsProject.instance().customVariablesChanged.connect(self._scheme_chosen)
        desk.layer.afterCommitChanges.connect(self._saved)
        desk.layer.afterRollBack.connect(self._given_up)
        desk.layer.undoStack().indexChanged.connect(self._history_moved)

    def close(self) -> None:
        """Take everything out of the window."""
        QgsProject.instance().customVariablesChanged.disconnect(self._scheme_chosen)
        if is_alive(self._desk.layer):
            self._desk.layer.afterCommitChanges.disconnect(self._saved)
            self._desk.layer.afterRollBack.disconnect(self._given_up)
            self._desk.layer.undoStack().indexChanged.disconnect(self._history_moved)
        self._drop()
        self.view.close()
        self._note.deleteLater()
        if is_alive(self.dock):
            self._desk.iface.removeDockWidget(self.dock)
            self.dock.deleteLater()

    # The scheme.

    def read(self) -> None:
        """Read the scheme that the map shows, unless it is read already.

        :raises WorkspaceError: ``paint_no_scheme``, or why the layer cannot be read.
        """
        scheme = shown_scheme(QgsProject.instance())
        if scheme is None or scheme_column(scheme) not in scheme_columns(self._desk.layer):
            self._drop()
            raise WorkspaceError("paint_no_scheme")
        if self.painter is not None and self.painter.scheme.scheme == scheme:
            return
        self._drop()
        QApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        try:
            self.painter = Painter(PaintedScheme(self._desk.editor, scheme))
            self.painter.scheme.lock_codes(kept_locks(QgsProject.instance(), scheme))
        finally:
            QApplication.restoreOverrideCursor()
        self._ask_loads()

    def _drop(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None
        if self.painter is not None:
            self.painter.scheme.close()
        self.painter = None
        self._forget_painted()

    def _forget_painted(self) -> None:
        """Let the map draw the stored outlines again: they are those of the unit grids."""
        self._painted.clear()
        self.view.clear_borders()
        hide_stored_outlines(QgsProject.instance(), ())

    def _history_moved(self, _: int) -> None:
        if self._painted:  # an undo while another tool has the map
            self._recount.start()

    def _scheme_chosen(self) -> None:
        if not self._tool.isActive() or self.painter is None:
            return
        if shown_scheme(QgsProject.instance()) != self.painter.scheme.scheme:
            self._tool.reset()
            if self._desk.attempt(self.read):
                self.show()
            else:
                self._desk.canvas.unsetMapTool(self._tool)

    def _ask_loads(self) -> None:
        """Read in the background what the unit grids carry; until then these figures are unknown."""
        if self._asking is not None:
            self._asking.cancel()

        def read(place: Location) -> Any:
            return unit_loads(Workspace.open(place))

        def told(loads: Any, error: GridError | None) -> None:
            self._asking = None
            if self.painter is None:
                return
            if error is not None:
                self._desk.attempt(lambda: _again(error))
                return
            self.painter.scheme.give_loads(loads)
            self.changed()

        self._asking = BackgroundCall(
            tr("Counting what the unit grids carry"), self._desk.editor.workspace.location, read, told
        )
        self._asking.start()

    def _saved(self) -> None:
        self._given_up()
        if self.painter is not None and self._tool.isActive():
            self._ask_loads()

    def _given_up(self) -> None:
        self._forget_painted()
        self.dock.show_figures("", "")
        self._tool.show_soon()

    # What is shown.

    def show(self) -> None:
        """Show the dock, beside the tree, with the scheme as it is."""
        window = self._desk.iface.mainWindow()
        if not self._is_placed:
            self._is_placed = True
            self._desk.iface.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.dock)
            tree = window.findChild(QDockWidget, _TREE_DOCK)
            if tree is not None and tree.isVisible():
                window.tabifyDockWidget(tree, self.dock)
        self.dock.show()
        self.dock.raise_()
        assert self.painter is not None
        key = self.painter.scheme.scheme
        titles = scheme_titles(shown_layers(QgsProject.instance()).get("scheme"))
        self._ink = ink_of(self.dock)
        rules = self.painter.scheme.rules
        self.dock.show_scheme(titles.get(key, key), "" if rules is None else within_title(rules.within))
        self.dock.show_figures("", "")
        self.changed()

    def hide(self) -> None:
        """Hide the dock; the scheme stays read, and borders that are not saved yet stay drawn."""
        self.clear()
        self.view.hide()
        if is_alive(self.dock):
            self.dock.hide()

    def clear(self) -> None:
        """Take the gesture off map and mouse."""
        self.view.clear()
        self._note.hide()

    def changed(self) -> None:
        """Count anew, once what waits for the mouse is done: something was painted, undone, saved."""
        self.show_target()
        self._recount.start()

    def show_target(self) -> None:
        """Say into what is painted."""
        self.dock.show_target(self._target_text())
        if self.painter is not None:
            self.dock.show_grids(self.painter.scheme.assignment, self.painter.target)

    def show_plan(self, plan: Plan, figures: Sequence[GridFigures], place: QPoint) -> None:
        """Show what a gesture would do."""
        assert self.painter is not None
        assignment = self.painter.scheme.assignment
        self.view.show_plan(assignment, plan, figures)
        told = warnings(assignment, figures, plan.move)
        self.dock.show_figures(figures_table(assignment, figures, self._ink), warnings_text(told, self._ink))
        target = tr("no grid") if plan.target == NOBODY else grid_label(assignment, plan.target)
        self._note.say(beside_mouse(assignment, figures, plan.move, target, self._note.ink), place)

    def forget_others(self) -> None:
        """Take figures away once they are not those of the last stroke: something was undone, or changed elsewhere.

        A save that is refused changes nothing, and the planner reads on what the stroke did.
        """
        edition = 0 if self.painter is None else self.painter.scheme.edition
        if edition != self._edition:
            self._edition = edition
            self.dock.show_figures("", "")

    def show_grid(self, figures: Sequence[GridFigures]) -> None:
        """Show the figures of the grid under the mouse, where a gesture would do nothing."""
        assert self.painter is not None
        assignment = self.painter.scheme.assignment
        self.view.clear_plan()
        told = warnings(assignment, figures, assignment.move([], NOBODY))
        self.dock.show_figures(figures_table(assignment, figures, self._ink), warnings_text(told, self._ink))
        self._note.hide()

    def show_problem(self, sentence: str, place: QPoint) -> None:
        """Say why the gesture as it stands could not be made."""
        self.dock.show_figures("", warnings_text([sentence], self._ink))
        self._note.say(sentence, place, is_sentence=True)

    def _target_text(self) -> str:
        if self.painter is None or self.painter.target == UNCHOSEN:
            return tr("the grid where the stroke begins")
        if self.painter.target == NEW:
            return tr("a new grid")
        if self.painter.target == NOBODY:
            return tr("no grid")
        return grid_label(self.painter.scheme.assignment, self.painter.target)

    def _show_state(self) -> None:
        """Show what is left to do, the list, and the borders that were painted."""
        if self.painter is None or not (self._tool.isActive() or self._painted):
            return
        self.painter.refresh()
        assignment = self.painter.scheme.assignment
        self._pieces = open_pieces(assignment)
        unassigned = sum(len(piece.units) for piece in self._pieces if piece.grid == NOBODY)
        self.dock.show_left(unassigned, sum(piece.grid != NOBODY for piece in self._pieces))
        self.dock.show_grids(assignment, self.painter.target)
        grids = (assignment.number(code) for code in sorted(self._painted))
        self.view.show_borders(assignment, [grid for grid in grids if grid is not None])
        hide_stored_outlines(QgsProject.instance(), self._painted)

    # What is done.

    def make(self, plan: Plan) -> None:
        """Make a plan and leave it on the map until it is drawn anew.

        :raises GridError: why it cannot be made.
        """
        assert self.painter is not None
        assignment = self.painter.scheme.assignment
        self.painter.make(plan)
        self._painted.update(assignment.grids[grid].code for grid in plan.move.grids)
        # QGIS undoes and saves the layer that is active: that must be the one that just changed.
        self._desk.iface.setActiveLayer(self._desk.layer)
        self.view.keep(assignment, plan)

    def lock(self, grids: list[int]) -> None:
        """Lock these grids and no others; the project keeps it, and balancing leaves them alone too."""
        if self.painter is not None:
            scheme = self.painter.scheme
            scheme.lock(grids)
            keep_locks(QgsProject.instance(), scheme.scheme, scheme.locked_codes)
            self.show_target()

    def step(self, by: int) -> None:
        """Go to the next open piece on the map, or the one before; from the end to the beginning."""
        if self.painter is None:
            return
        self.painter.refresh()
        assignment = self.painter.scheme.assignment
        self._pieces = open_pieces(assignment)
        if not self._pieces:
            return
        self._piece = (self._piece + by) % len(self._pieces) if self._piece >= 0 or by > 0 else len(self._pieces) - 1
        units = self._pieces[self._piece].units
        box = QgsRectangle(*shapely.total_bounds(assignment.units.shapes[units]).tolist())
        box.grow(max(_LEAST_M, _AROUND / 2 * max(box.width(), box.height())) / 2)
        canvas = self._desk.canvas
        canvas.setExtent(canvas.mapSettings().layerExtentToOutputExtent(self._desk.layer, box))
        canvas.refresh()
        self.view.show_piece(assignment, units)


def _again(error: GridError) -> None:
    raise error
