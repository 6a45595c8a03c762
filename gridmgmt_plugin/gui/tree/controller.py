"""The dock with the tree, wired to the open workspace, to the map and to the menu."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.core import Qgis, QgsProject
from qgis.PyQt.QtCore import Qt, QTimer

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.gui.frame.background_call import BackgroundCall
from gridmgmt_plugin.gui.frame.map_focus import MapFocus
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.gui.map.case_clusters import CaseClusters
from gridmgmt_plugin.gui.opening.recent import remember_name
from gridmgmt_plugin.gui.state.follower import StateFollower
from gridmgmt_plugin.gui.tree.locator import GridLocator
from gridmgmt_plugin.gui.tree.tree_dock import WORKSPACE, TreeDock
from gridmgmt_plugin.project.i18n import language, tr
from gridmgmt_plugin.project.map.scheme import show_scheme
from gridmgmt_plugin.project.settings import is_on, layout_key, remember, remembered
from gridmgmt_plugin.workspace.counts.kept import forget_counts
from gridmgmt_plugin.workspace.counts.log_lines import forget_lines
from gridmgmt_plugin.workspace.light.answers import Answer, read_answers
from gridmgmt_plugin.workspace.light.finding import find_records, is_worth_looking
from gridmgmt_plugin.workspace.light.places import PERSON, Place, Summary
from gridmgmt_plugin.workspace.light.state import WorkspaceState, read_state
from gridmgmt_plugin.workspace.light.summary import read_summary
from gridmgmt_plugin.workspace.location import Location

_SCHEME = "tree_scheme"
_VISIBLE, _WIDENED = layout_key("tree_visible"), layout_key("tree_widened")
_RELAYOUT_MS = 300
# What a file that is dropped on the dock can be, the commonest first.
_IMPORTS = ("import_cases", "import_components", "import_posts", "import_tables", "import_lanes", "import_unit_grids")
_START_ACTIONS = ("open_sample", "open_workspace", "open_postgis", "create_workspace", "manual")


class Tree:
    """Answers ``tree``: shows and hides the dock, and keeps it up to date."""

    def __init__(self, shell: Shell) -> None:
        self._shell, self._session = shell, shell.session
        self._focus = MapFocus(shell.iface)
        self._reading: BackgroundCall | None = None
        self._searching: BackgroundCall | None = None
        self._asking: BackgroundCall | None = None
        self._asked: Place | None = None
        self._clusters = CaseClusters()
        self._is_closed = False
        window = shell.iface.mainWindow()
        actions = [shell.action(key) for key in _START_ACTIONS if shell.has_action(key)]
        self.dock = TreeDock(actions, self._open, window)
        self.dock.left.connect(shell.iface.mapCanvas().setFocus)
        self.dock.place_wanted.connect(self._show_place)
        self.dock.place_reached.connect(self._ask_who_answers)
        self.dock.form_wanted.connect(self._open_form)
        self.dock.scheme_chosen.connect(self._choose_scheme)
        self.dock.refresh_wanted.connect(self._read_anew)
        self.dock.refresh_wanted.connect(self._session.read_anew)
        self.dock.search_wanted.connect(self._search)
        self.dock.card.wanted.connect(self._follow_answer)
        self._state = StateFollower(shell, self.dock.state)
        self._locator = GridLocator(self._what_to_search, self.go_to)
        shell.iface.registerLocatorFilter(self._locator)
        self.dock.file_dropped.connect(lambda path: QTimer.singleShot(0, lambda: self._take(path)))
        shell.iface.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.dock)
        window.restoreDockWidget(self.dock)
        self.dock.setUserVisible(is_on(_VISIBLE, default=True))
        self.dock.visibilityChanged.connect(self._visibility_changed)
        self._visibility_changed()
        self.dock.closed.connect(lambda: remember(_VISIBLE, False))
        self._session.changed.connect(self._workspace_changed)
        self._session.data_changed.connect(self.refresh)
        self._workspace_changed()

    def trigger(self, key: str, checked: bool) -> None:  # noqa: ARG002, FBT001  serves one action
        """Show or hide the dock."""
        self.dock.setUserVisible(checked)
        remember(_VISIBLE, checked)

    def close(self) -> None:
        """Take the dock out of QGIS."""
        self._is_closed = True
        self._focus.forget_mark()
        self._drop_reading()
        self._clusters.stop()
        self._state.close()
        self._shell.iface.deregisterLocatorFilter(self._locator)
        self._session.changed.disconnect(self._workspace_changed)
        self._session.data_changed.disconnect(self.refresh)
        if is_alive(self.dock):
            self.dock.themes.close_down()
            self.dock.visibilityChanged.disconnect(self._visibility_changed)
            self.dock.remember_state()
            self._shell.iface.removeDockWidget(self.dock)
            self.dock.deleteLater()

    def refresh(self) -> None:
        """Read the tree again, in the background."""
        location, scheme = self._session.location, remembered(_SCHEME)
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        if location is None:
            return
        if self.dock.model.summary is None:
            self.dock.show_reading(location)
        title = tr("Reading the grid tree")

        def read(place: Location) -> tuple[Summary, WorkspaceState | None]:
            summary = read_summary(place, scheme)
            try:
                return summary, read_state(place)
            except GridError:  # who may not read the register of releases sees the tree all the same
                return summary, None

        self._reading = BackgroundCall(title, location, read, self._read)
        self._reading.start()

    def _read_anew(self) -> None:
        """Read the tree and count everything again, whatever is known of it."""
        if self._session.location is not None:
            forget_counts(self._session.location)
            forget_lines(self._session.location)
        self.refresh()

    def _drop_reading(self) -> None:
        for call in (self._reading, self._searching, self._asking):
            if call is not None:
                call.cancel()
        self._reading = self._searching = self._asking = None
        if is_alive(self.dock):
            self.dock.search.set_looking(is_looking=False)

    def _workspace_changed(self) -> None:
        self.dock.model.show_summary(None)
        self._asked = None
        self._focus.forget_mark()
        self._clusters.stop()
        if self._session.location is None:
            self._drop_reading()
            self.dock.show_nothing()
        else:
            self.refresh()

    def _read(self, read: tuple[Summary, WorkspaceState | None] | None, error: GridError | None) -> None:
        self._reading, location = None, self._session.location
        summary, state = read if read is not None else (None, None)
        if error is not None:
            self.dock.show_failure(error.text(language()))
            self._shell.tell(error.message, Qgis.MessageLevel.Warning)
        elif summary is not None and location is not None:
            self._session.scheme = summary.scheme
            remember_name(location, summary.county)
            show_scheme(QgsProject.instance(), summary.scheme)
            self.dock.show_summary(summary, location)
            self.dock.themes.refresh()
            self._clusters.fill(summary, location)
            self._state.show_state(state)
            if self._asked is not None:  # it may have another name now, and somebody else answer
                self._ask_who_answers(self._known(self._asked.level, self._asked.code) or self._asked)
            # QGIS's start page, which has just made way for the map, left the new dock the least width.
            QTimer.singleShot(_RELAYOUT_MS, self._widen)

    def _widen(self) -> None:
        """Make room for the figures, once; from then on the width is the planner's."""
        if not self._is_closed and not is_on(_WIDENED, default=False):
            width, whole = self.dock.wanted_width(), self._session.shows_all()
            self._shell.iface.mainWindow().resizeDocks([self.dock], [width], Qt.Orientation.Horizontal)
            remember(_WIDENED, True)
            if whole:  # the map has lost what the dock has gained; where the planner has gone meanwhile it stays
                QTimer.singleShot(0, self._session.zoom_to_all)

    def _take(self, path: Path) -> None:
        """Open a workspace that was dropped on the dock; ask what any other file is to be imported as."""
        if path.suffix.lower() == WORKSPACE:
            self._open(path)
        elif self._shell.has_action(_IMPORTS[0]):
            jobs: Any = self._shell.controller(_IMPORTS[0])
            jobs.offer(str(path), [key for key in _IMPORTS if self._shell.has_action(key)])

    def _open(self, given: Path | Location) -> None:
        self._shell.attempt(lambda: self._session.open(given))

    def _choose_scheme(self, key: str) -> None:
        remember(_SCHEME, key)
        self.refresh()

    def go_to(self, place: Place) -> None:
        """Go to a place in the tree and on the map, and say who answers for it."""
        self.dock.setUserVisible(True)
        self.dock.show_in_tree(place)
        self._show_place(place)

    def _show_place(self, place: Place) -> None:
        self._session.place_shown.emit(place)
        self._ask_who_answers(place)
        if place.level != PERSON and not self._focus.show_place(place, self._scheme):
            self._shell.tell(Message("place_not_on_map", {"code": place.code}), Qgis.MessageLevel.Warning)

    def _ask_who_answers(self, place: Place) -> None:
        location, scheme = self._session.location, self._scheme
        self._asked = place
        if self._asking is not None:
            self._asking.cancel()
        if location is None:
            return

        def answered(answers: tuple[Answer, ...] | None, error: GridError | None) -> None:
            self._asking = None
            if self._is_closed:
                return
            if error is not None:
                self.dock.card.show_failure(place, error.text(language()))
            elif answers is not None:
                self.dock.card.show_answers(place, answers)

        title = tr("Asking who answers")
        self._asking = BackgroundCall(title, location, lambda at: read_answers(at, place, scheme), answered)
        self._asking.start()

    def _follow_answer(self, level: str, code: str) -> None:
        self.go_to(self._known(level, code) or Place(level, code, "", -1))

    def _known(self, level: str, code: str) -> Place | None:
        """Return a place of the tree as it is known now."""
        return self.dock.model.place(self.dock.model.index_of_key((level, code)))

    def _search(self, text: str) -> None:
        """Look for components, cases and houses too; what the tree holds is shown already."""
        location = self._session.location
        if self._searching is not None:
            self._searching.cancel()
            self._searching = None
            self.dock.search.set_looking(is_looking=False)
        if location is None or not is_worth_looking(text):
            return

        def found(records: tuple[Place, ...] | None, error: GridError | None) -> None:
            self._searching = None
            if self._is_closed:
                return
            self.dock.search.set_looking(is_looking=False)
            if error is not None:
                self._shell.tell(error.message, Qgis.MessageLevel.Warning)
            elif records is not None:
                self.dock.show_records(text, records)

        title = tr("Searching")
        self.dock.search.set_looking(is_looking=True)
        self._searching = BackgroundCall(title, location, lambda at: find_records(at, text), found)
        self._searching.start()

    def _what_to_search(self) -> tuple[Summary | None, Location | None]:
        return self.dock.model.summary, self._session.location

    def _open_form(self, place: Place) -> None:
        if not self._focus.open_form(place, self._scheme):
            self._shell.tell(Message("place_not_on_map", {"code": place.code}), Qgis.MessageLevel.Warning)

    @property
    def _scheme(self) -> str | None:
        summary = self.dock.model.summary
        return None if summary is None else summary.scheme

    def _visibility_changed(self, *_: object) -> None:
        # Behind another dock's tab it is not visible, but not hidden either.
        self._shell.action("tree").setChecked(not self.dock.isHidden())
