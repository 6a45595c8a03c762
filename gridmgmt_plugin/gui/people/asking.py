"""查责 in the window: the tool, the dock and the questions between them."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsCoordinateTransform, QgsPointXY, QgsProject
from qgis.PyQt.QtCore import Qt

from gridmgmt_plugin.core.class_catalogues import classes_of
from gridmgmt_plugin.core.duty.place_answer import PlaceAnswer
from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.gui.frame.background_call import BackgroundCall
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.gui.people.answers_dock import AnswersDock
from gridmgmt_plugin.gui.people.ask_tool import AskedMark, AskTool
from gridmgmt_plugin.jobs.people.ask_place import Where, ask_place
from gridmgmt_plugin.project.i18n import language, tr
from gridmgmt_plugin.project.shown_workspace import CATALOGUES_PROPERTY, shown_layer, shown_layers
from gridmgmt_plugin.workspace.light.finding import find_records
from gridmgmt_plugin.workspace.light.places import AREA_LEVELS, HEADINGS, Place
from gridmgmt_plugin.workspace.workspace import Workspace

ACTION = "ask_here"
_KINDS = ("component", "event")
_MOST_CHOICES = 20


class Asking:
    """Answers ``ask_here``: with its check mark the tool is in hand and the dock is open."""

    def __init__(self, shell: Shell) -> None:
        self._shell, self._session = shell, shell.session
        self._canvas = shell.iface.mapCanvas()
        self._asked: Where | None = None
        self._asking: BackgroundCall | None = None
        self._searching: BackgroundCall | None = None
        self._mark = AskedMark(self._canvas)
        self._tool = AskTool(self._canvas)
        self._tool.setAction(shell.action(ACTION))
        self._tool.asked.connect(self._clicked)
        self.dock = AnswersDock(shell.iface.mainWindow())
        self.dock.searched.connect(self._search)
        self.dock.changed.connect(self._ask_again)
        self.dock.wanted.connect(self._follow)
        self.dock.left.connect(shell.iface.mapCanvas().setFocus)
        self.dock.closed.connect(self._lay_down)
        shell.iface.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.dock)
        if shell.has_action("tree"):  # one behind the other: below each other neither has room
            tree: Any = shell.controller("tree")
            shell.iface.mainWindow().tabifyDockWidget(tree.dock, self.dock)
        self._is_leading = False
        self._session.place_shown.connect(self._place_shown)
        self._session.changed.connect(self._workspace_changed)
        self._session.data_changed.connect(self._ask_again)
        self._workspace_changed()

    def trigger(self, key: str, checked: bool) -> None:  # noqa: ARG002, FBT001  serves one action
        """Take the tool up or lay it down; the dock stays until it is closed."""
        if not checked:
            self._lay_down()
            return
        self.dock.setUserVisible(True)
        self._canvas.setMapTool(self._tool)

    def close(self) -> None:
        """Take dock, tool and marks out of QGIS."""
        self._drop_questions()
        self._mark.clear()
        self._session.place_shown.disconnect(self._place_shown)
        self._session.changed.disconnect(self._workspace_changed)
        self._session.data_changed.disconnect(self._ask_again)
        if is_alive(self._tool):
            self._lay_down()
            self._tool.deleteLater()
        if is_alive(self.dock):
            self._shell.iface.removeDockWidget(self.dock)
            self.dock.deleteLater()

    # What is asked.

    def _clicked(self, point: QgsPointXY) -> None:
        layer = shown_layer(QgsProject.instance(), "unit_grid")
        if layer is not None:
            place = self._tool.toLayerCoordinates(layer, point)
            self._ask(Where(place.x(), place.y()))

    def _place_shown(self, place: Place) -> None:
        """Answer for what the tree, the search or the locator bar went to, while the dock is seen."""
        is_seen = self._is_leading or (self.dock.isVisible() and not self.dock.visibleRegion().isEmpty())
        if is_seen and place.level not in HEADINGS:
            table = "area" if place.level in AREA_LEVELS else place.level
            self._ask(Where(table=table, code=place.code, scheme=self._session.scheme or ""))

    def _follow(self, table: str, code: str, scheme: str) -> None:
        """Go on to what a link names: on the map, where it lies there, and with its own answer."""
        tree: Any = self._shell.controller("tree")
        if scheme and scheme != self._session.scheme:
            self._ask(Where(table=table, code=code, scheme=scheme))  # the tree shows another scheme
            return
        summary = tree.dock.model.summary
        levels = AREA_LEVELS if table == "area" else (table,)
        known = [p for p in summary.places if p.code == code and p.level in levels] if summary is not None else []
        self._go_to(known[0] if known else Place(table, code, "", -1))

    def _go_to(self, place: Place) -> None:
        """Show a place in the tree and on the map; the answer comes with it, and this dock stays in front."""
        tree: Any = self._shell.controller("tree")
        self._is_leading = True
        tree.go_to(place)
        self._is_leading = False
        self.dock.setUserVisible(True)

    def _search(self, text: str) -> None:
        location = self._session.location
        if location is None:
            return
        tree: Any = self._shell.controller("tree")
        summary = tree.dock.model.summary
        hits = [summary.places[at] for at in summary.find(text)] if summary is not None else []

        def found(records: tuple[Place, ...] | None, error: GridError | None) -> None:
            self._searching = None
            if error is not None:
                self.dock.show_failure(error.text(language()))
                return
            places = [*hits, *(records or ())]
            exact = [place for place in places if text in (place.code, place.name)]
            chosen = exact if len(exact) == 1 else places
            if len(chosen) == 1:
                self._go_to(chosen[0])
            else:
                self.dock.show_choices(chosen[:_MOST_CHOICES])

        if self._searching is not None:
            self._searching.cancel()
        self._searching = BackgroundCall(tr("Searching"), location, lambda at: find_records(at, text), found)
        self._searching.start()

    def _ask_again(self) -> None:
        if self._asked is not None:
            self._ask(self._asked)

    def _ask(self, where: Where) -> None:
        location, scheme = self._session.location, self._session.scheme or ""
        if location is None:
            return
        self._asked = where
        at, classes = self.dock.moment(), self.dock.chosen_classes()

        def answered(answer: PlaceAnswer | None, error: GridError | None) -> None:
            self._asking = None
            if error is not None:
                self._mark.clear()
                self.dock.show_failure(error.text(language()))
            elif answer is not None:
                self._show(answer)

        if self._asking is not None:
            self._asking.cancel()
        self._asking = BackgroundCall(
            tr("Asking who answers"),
            location,
            lambda place: ask_place(Workspace.open(place), where, at=at, scheme=scheme, classes=classes),
            answered,
        )
        self._asking.start()

    def _show(self, answer: PlaceAnswer) -> None:
        edited = [layer for layer in shown_layers(QgsProject.instance()).values() if layer.isModified()]
        note = tr("What is not saved yet is not looked at: {layers}.")
        self.dock.show_answer(answer, note.format(layers=tr(", ").join(e.name() for e in edited)) if edited else "")
        layer = shown_layer(QgsProject.instance(), "unit_grid")
        if answer.x is None or answer.y is None or layer is None:
            self._mark.clear()
            return
        there = QgsCoordinateTransform(
            layer.crs(), self._canvas.mapSettings().destinationCrs(), QgsProject.instance()
        )
        self._mark.show(layer, there.transform(QgsPointXY(answer.x, answer.y)), answer.cell)

    # The workspace that is open.

    def _workspace_changed(self) -> None:
        self._drop_questions()
        self._asked = None
        self._mark.clear()
        self.dock.show_hint()
        if self._session.location is None:
            self._lay_down()
            self.dock.set_classes(())
        else:
            self.dock.set_classes(_classes())

    def _drop_questions(self) -> None:
        for call in (self._asking, self._searching):
            if call is not None:
                call.cancel()
        self._asking = self._searching = None

    def _lay_down(self) -> None:
        if self._canvas.mapTool() is self._tool:
            self._shell.iface.actionPan().trigger()
        self._canvas.unsetMapTool(self._tool)
        self._mark.clear()


def _classes() -> list[tuple[str, str, str]]:
    """Return the classes that the workspace knows, as (kind, code, what is shown)."""
    layer = shown_layer(QgsProject.instance(), "unit_grid")
    named = str(layer.customProperty(CATALOGUES_PROPERTY) or "") if layer is not None else ""
    titles, found = {"component": tr("component "), "event": tr("event ")}, []
    for kind, catalogue in zip(_KINDS, named.split("|")):
        if catalogue:
            for entry in classes_of(catalogue):
                found.append((kind, entry["code"], f"{titles[kind]}{entry['code']} {entry[language()]}"))
    return found
