"""What happens when the planner asks something of the staffing board, or lets a person go on a grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import Qgis, QgsFeatureRequest, QgsGeometry, QgsProject, QgsRectangle

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.gui.frame.map_focus import MapFocus
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.gui.people.assign_dialog import AssignDialog
from gridmgmt_plugin.gui.people.board_dock import BoardDock
from gridmgmt_plugin.gui.people.desk import Desk
from gridmgmt_plugin.gui.people.dragging import DraggedPerson, PersonTarget
from gridmgmt_plugin.gui.people.end_dialog import EndDialog, named_post
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.project.shown_workspace import shown_layer
from gridmgmt_plugin.workspace.light.lists import WorkspaceLists, read_lists
from gridmgmt_plugin.workspace.light.places import AREA_LEVELS, LANE, RESPONSIBILITY_GRID, Place
from gridmgmt_plugin.workspace.location import Location

if TYPE_CHECKING:
    from gridmgmt_plugin.core.posts.board import Board, BoardLine

_HAND_OVER, _REFORM, _EXPORT = "hand_over_posts", "reform_department", "export_posts"
_TAKING = (RESPONSIBILITY_GRID, LANE, *AREA_LEVELS)


class Staff(Desk):
    """Answers ``staff``: the dock, and persons that are dropped on the map or in the tree."""

    ACTION, HEIGHT_PX = "staff", 310

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell, BoardDock(shell.iface.mainWindow()))
        self._focus = MapFocus(shell.iface)
        self._lists = WorkspaceLists()
        self._targets: list[PersonTarget] = []
        self._connect()

    def close(self) -> None:
        """Take the dock out of QGIS; map and tree take no persons any more."""
        for target in self._targets:
            if is_alive(target):
                target.leave()
        self._focus.forget_mark()
        super().close()

    def refresh(self) -> None:
        """Read the board again, in the background; while it is hidden nothing is read."""
        location = self._session.location
        self._errands.forget_question()
        if location is None:
            self.dock.show_offices(())
            self.dock.show_nothing(tr("No workspace is open."))
            return
        if self.dock.isHidden():
            return
        day, office = self.dock.chosen_day(), self.dock.chosen_office()

        def read(at: Location) -> tuple[Board, WorkspaceLists]:
            from gridmgmt_plugin.jobs.people.staff_board import read_board  # noqa: PLC0415  heavy
            from gridmgmt_plugin.workspace.workspace import Workspace  # noqa: PLC0415  heavy

            return read_board(Workspace.open(at), day, office), read_lists(at)

        self._errands.ask(tr("Reading the staffing board"), location, read, self._read)

    def assign(self, place: Place, scheme: str, person: str = "") -> None:
        """Ask which post a person gets at a place, and give it.

        :param place: a grid, a lane or an area. :param scheme: of a grid. :param person: id of who was dragged.
        :raises GridError: when an act is still being written, unsaved edits wait, or nobody says who is working.
        """
        author = self._errands.prepare(self._shell.iface.mainWindow())
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

    def end(self, line: BoardLine) -> None:
        """Ask with which day and why the post of a line ends, and end it.

        :raises GridError: when an act is still being written, unsaved edits wait, or nobody says who is working.
        """
        window = self._shell.iface.mainWindow()
        author = self._errands.prepare(window)
        named = named_post(line.person, line.role, line.place.name or line.place.code)
        dialog = EndDialog([named], self.dock.chosen_day(), "staff", window)
        try:
            if not dialog.agreed():
                return
            day, reason = dialog.chosen()
        finally:
            dialog.deleteLater()

        def end(workspace: Any, progress: Progress) -> Any:
            from gridmgmt_plugin.jobs.people.end_posts import end_posts  # noqa: PLC0415  heavy

            return end_posts(workspace, [line.post], day, reason, author, progress)

        self._errands.act(tr("Ending posts"), end, lambda report: report.notes)

    # Showing.

    def _connect(self) -> None:
        dock, shell = self.dock, self._shell
        dock.board_wanted.connect(self.refresh)
        dock.place_wanted.connect(self._show_place)
        dock.assign_wanted.connect(lambda row: row is not None and shell.attempt(lambda: self._assign_row(row)))
        dock.end_wanted.connect(lambda line: shell.attempt(lambda: self.end(line)))
        dock.hand_over_wanted.connect(lambda person: self._open(_HAND_OVER, {"PERSON": person or None}))
        dock.reform_wanted.connect(lambda: self._open(_REFORM, {}))
        dock.export_wanted.connect(lambda: self._open(_EXPORT, {}))
        canvas = shell.iface.mapCanvas()
        for widget in (canvas.viewport(), canvas):
            self._targets.append(PersonTarget(widget, lambda _: True, self._dropped_on_map))
        if shell.has_action("tree"):
            tree: Any = shell.controller("tree")
            view = tree.dock.tree
            self._targets.append(PersonTarget(view.viewport(), self._is_place, self._dropped_in_tree))

    def _read(self, read: tuple[Board, WorkspaceLists] | None, error: GridError | None) -> None:
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
        def assign(workspace: Any, progress: Progress) -> Any:
            from gridmgmt_plugin.jobs.people.staff_board import NewPost, assign_person  # noqa: PLC0415  heavy

            return assign_person(workspace, NewPost(*given), author, progress)

        self._errands.act(tr("Assigning a person"), assign, lambda _: [Message("person_assigned", told)])


def _level_of(table: str, code: str) -> str:
    """Return the level in the tree of what posts are for: areas by the length of their code."""
    if table != "area":
        return table
    return {6: AREA_LEVELS[0], 9: AREA_LEVELS[1]}.get(len(code), AREA_LEVELS[2])
