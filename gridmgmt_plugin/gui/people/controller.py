"""What happens when the planner asks something of the staffing board, or lets a person go on a grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import Qgis, QgsFeatureRequest, QgsGeometry, QgsProject, QgsRectangle
from qgis.PyQt.QtCore import Qt

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.gui.frame.author import known_author
from gridmgmt_plugin.gui.frame.background_call import BackgroundCall
from gridmgmt_plugin.gui.frame.map_focus import MapFocus
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.gui.issues.job_task import JobTask
from gridmgmt_plugin.gui.people.assign_dialog import AssignDialog
from gridmgmt_plugin.gui.people.board_dock import BoardDock
from gridmgmt_plugin.gui.people.dragging import DraggedPerson, PersonTarget
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.project.shown_workspace import shown_layer
from gridmgmt_plugin.workspace.light.lists import WorkspaceLists, read_lists
from gridmgmt_plugin.workspace.light.places import AREA_LEVELS, LANE, RESPONSIBILITY_GRID, Place
from gridmgmt_plugin.workspace.location import Location

if TYPE_CHECKING:
    from gridmgmt_plugin.core.posts.board import Board

_HEIGHT_PX = 280
_HAND_OVER, _REFORM, _EXPORT = "hand_over_posts", "reform_department", "export_posts"
_TAKING = (RESPONSIBILITY_GRID, LANE, *AREA_LEVELS)


class Staff:
    """Answers ``staff``: the dock, and persons that are dropped on the map or in the tree."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._focus = MapFocus(shell.iface)
        self._reading: BackgroundCall | None = None
        self._task: JobTask | None = None
        self._lists = WorkspaceLists()
        self._targets: list[PersonTarget] = []
        self.dock = BoardDock(shell.iface.mainWindow())
        self._connect()
        shell.iface.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self.dock)
        shell.iface.mainWindow().resizeDocks([self.dock], [_HEIGHT_PX], Qt.Orientation.Vertical)

    def trigger(self, key: str, checked: bool) -> None:  # noqa: ARG002, FBT001  serves one action
        """Show or hide the dock."""
        self.dock.setUserVisible(checked)
        if checked:
            self.refresh()

    def close(self) -> None:
        """Take the dock out of QGIS; map and tree take no persons any more."""
        for running in (self._reading, self._task):
            if isinstance(running, BackgroundCall):
                running.cancel()
            elif running is not None:
                running.drop()
        self._reading = self._task = None
        for target in self._targets:
            if is_alive(target):
                target.leave()
        self._shell.session.changed.disconnect(self.refresh)
        self._shell.session.data_changed.disconnect(self.refresh)
        self._focus.forget_mark()
        if is_alive(self.dock):
            self.dock.visibilityChanged.disconnect(self._mark_action)
            self._shell.iface.removeDockWidget(self.dock)
            self.dock.deleteLater()

    def refresh(self) -> None:
        """Read the board again, in the background; while it is hidden nothing is read."""
        location = self._shell.session.location
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        if self.dock.isHidden():
            return
        if location is None:
            self.dock.show_nothing(tr("No workspace is open."))
            return
        day, office = self.dock.chosen_day(), self.dock.chosen_office()

        def read(at: Location) -> tuple[Board, WorkspaceLists]:
            from gridmgmt_plugin.jobs.people.staff_board import read_board  # noqa: PLC0415  heavy
            from gridmgmt_plugin.workspace.workspace import Workspace  # noqa: PLC0415  heavy

            return read_board(Workspace.open(at), day, office), read_lists(at)

        self._reading = BackgroundCall(tr("Reading the staffing board"), location, read, self._read)
        self._reading.start()

    def assign(self, place: Place, scheme: str, person: str = "") -> None:
        """Ask which post a person gets at a place, and give it.

        :param place: a grid, a lane or an area. :param scheme: of a grid. :param person: id of who was dragged.
        :raises GridError: when nobody says who is working, or unsaved edits wait.
        """
        self._shell.session.refuse_pending_edits()
        author = known_author(self._shell.iface.mainWindow())
        target = "area" if place.level in AREA_LEVELS else place.level
        title = place.name or place.code
        dialog = AssignDialog(title, target, self._lists.persons, person, self._shell.iface.mainWindow())
        try:
            if not dialog.agreed():
                return
            given = (dialog.chosen_person(), target, place.code, scheme if target == RESPONSIBILITY_GRID else "")
            choices = (str(dialog.role.currentData()), str(dialog.turn.currentData()))
            hours = tuple(line.text().strip() for line in (dialog.weekdays, dialog.start, dialog.end))
            day, name = dialog.chosen_day(), dialog.person.currentText().split("  ")[0]
        finally:
            dialog.deleteLater()
        self._write((*given, *choices, *hours, day), author, {"person": name, "place": title})

    # Showing.

    def _connect(self) -> None:
        dock, shell = self.dock, self._shell
        dock.board_wanted.connect(self.refresh)
        dock.left.connect(shell.iface.mapCanvas().setFocus)
        dock.place_wanted.connect(self._show_place)
        dock.assign_wanted.connect(lambda row: row is not None and shell.attempt(lambda: self._assign_row(row)))
        dock.hand_over_wanted.connect(lambda person: self._open(_HAND_OVER, {"PERSON": person or None}))
        dock.reform_wanted.connect(lambda: self._open(_REFORM, {}))
        dock.export_wanted.connect(lambda: self._open(_EXPORT, {}))
        dock.visibilityChanged.connect(self._mark_action)
        shell.session.changed.connect(self.refresh)
        shell.session.data_changed.connect(self.refresh)
        canvas = shell.iface.mapCanvas()
        for widget in (canvas.viewport(), canvas):
            self._targets.append(PersonTarget(widget, lambda _: True, self._dropped_on_map))
        if shell.has_action("tree"):
            tree: Any = shell.controller("tree")
            view = tree.dock.tree
            self._targets.append(PersonTarget(view.viewport(), self._is_place, self._dropped_in_tree))

    def _read(self, read: tuple[Board, WorkspaceLists] | None, error: GridError | None) -> None:
        self._reading = None
        if not is_alive(self.dock):
            return
        if error is not None:
            self.dock.show_nothing(error.message.text())
            self._shell.tell(error.message, Qgis.MessageLevel.Warning)
        elif read is not None:
            board, self._lists = read
            areas = [(area.code, area.name) for area in self._lists.areas if area.level == "street_office"]
            self.dock.show_offices(areas)
            self.dock.show_board(board, dict(self._lists.schemes))

    def _show_place(self, place: Any) -> None:
        """Go to a place of the board on the map."""
        shown = Place(_level_of(place.table, place.code), place.code, place.name, -1)
        if not self._focus.show_place(shown, place.scheme or self._shell.session.scheme):
            self._shell.tell(Message("place_not_on_map", {"code": place.code}), Qgis.MessageLevel.Warning)

    def _open(self, key: str, values: dict[str, Any]) -> None:
        if self._shell.has_action(key):
            jobs: Any = self._shell.controller(key)
            self._shell.attempt(lambda: jobs.trigger_with(key, values))

    # Assigning.

    def _assign_row(self, row: Any) -> None:
        place = row.what.place
        self.assign(Place(_level_of(place.table, place.code), place.code, place.name, -1), place.scheme)

    def _is_place(self, position: Any) -> bool:
        place = self._place_in_tree(position)
        return place is not None and place.level in _TAKING

    def _place_in_tree(self, position: Any) -> Place | None:
        tree: Any = self._shell.controller("tree")
        found: Place | None = tree.dock.model.place(tree.dock.tree.indexAt(position))
        return found

    def _dropped_in_tree(self, person: DraggedPerson, position: Any) -> None:
        place = self._place_in_tree(position)
        if place is not None:
            scheme = self._shell.session.scheme or ""
            self._shell.attempt(lambda: self.assign(place, scheme, person.id))

    def _dropped_on_map(self, person: DraggedPerson, position: Any) -> None:
        place = self._grid_at(position)
        if place is None:
            self._shell.tell(Message("drop_outside_grids"), Qgis.MessageLevel.Warning)
            return
        scheme = self._shell.session.scheme or ""
        self._shell.attempt(lambda: self.assign(place, scheme, person.id))

    def _grid_at(self, position: Any) -> Place | None:
        """Return the responsibility grid of the chosen scheme under a point of the canvas."""
        layer, canvas = shown_layer(QgsProject.instance(), RESPONSIBILITY_GRID), self._shell.iface.mapCanvas()
        if layer is None:
            return None
        point = canvas.mapSettings().mapToLayerCoordinates(
            layer, canvas.getCoordinateTransform().toMapCoordinates(position)
        )
        place = QgsGeometry.fromPointXY(point)
        request = QgsFeatureRequest(QgsRectangle(point, point))
        for feature in layer.getFeatures(request):
            if feature["scheme"] == self._shell.session.scheme and feature.geometry().intersects(place):
                return Place(RESPONSIBILITY_GRID, str(feature["code"]), str(feature["name"] or ""), -1)
        return None

    def _write(self, given: tuple[str, ...], author: str, told: dict[str, str]) -> None:
        location = self._shell.session.location

        def job(progress: Any) -> Any:
            from gridmgmt_plugin.jobs.people.staff_board import NewPost, assign_person  # noqa: PLC0415  heavy
            from gridmgmt_plugin.workspace.workspace import Workspace  # noqa: PLC0415  heavy

            assert location is not None
            return assign_person(Workspace.open(location), NewPost(*given), author, progress)

        def done(_: Any, error: GridError | None) -> None:
            self._task = None
            if error is not None:
                self._shell.tell(error.message, Qgis.MessageLevel.Warning)
                return
            self._shell.session.reload()
            self._shell.tell(Message("person_assigned", told), Qgis.MessageLevel.Success)

        self._task = JobTask(tr("Assigning a person"), job, done).start()

    def _mark_action(self, *_: object) -> None:
        # Behind another dock's tab it is not visible, but not hidden either.
        self._shell.action("staff").setChecked(not self.dock.isHidden())


def _level_of(table: str, code: str) -> str:
    """Return the level in the tree of what posts are for: areas by the length of their code."""
    if table != "area":
        return table
    return {6: AREA_LEVELS[0], 9: AREA_LEVELS[1]}.get(len(code), AREA_LEVELS[2])
