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
from gridmgmt_plugin.gui.tree.tree_dock import WORKSPACE, TreeDock
from gridmgmt_plugin.project.i18n import language, tr
from gridmgmt_plugin.project.map.scheme import show_scheme
from gridmgmt_plugin.project.settings import is_on, layout_key, remember, remembered
from gridmgmt_plugin.workspace.light.summary import Place, Summary, read_summary
from gridmgmt_plugin.workspace.location import Location

_SCHEME = "tree_scheme"
_VISIBLE, _WIDENED = layout_key("tree_visible"), layout_key("tree_widened")
_RELAYOUT_MS = 300
# What a file that is dropped on the dock can be, the commonest first.
_IMPORTS = ("import_cases", "import_components", "import_posts", "import_tables", "import_lanes", "import_unit_grids")
_START_ACTIONS = ("open_sample", "open_workspace", "open_postgis", "create_workspace")


class Tree:
    """Answers ``tree``: shows and hides the dock, and keeps it up to date."""

    def __init__(self, shell: Shell) -> None:
        self._shell, self._session = shell, shell.session
        self._focus = MapFocus(shell.iface)
        self._reading: BackgroundCall | None = None
        self._clusters = CaseClusters()
        self._is_closed = False
        window = shell.iface.mainWindow()
        actions = [shell.action(key) for key in _START_ACTIONS if shell.has_action(key)]
        self.dock = TreeDock(actions, self._open, window)
        self.dock.place_wanted.connect(self._show_place)
        self.dock.form_wanted.connect(self._open_form)
        self.dock.scheme_chosen.connect(self._choose_scheme)
        self.dock.refresh_wanted.connect(self.refresh)
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
        self._drop_reading()
        self._clusters.stop()
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
        self._drop_reading()
        if location is None:
            return
        if self.dock.model.summary is None:
            self.dock.show_reading(location)
        title = tr("Reading the grid tree")
        self._reading = BackgroundCall(title, location, lambda place: read_summary(place, scheme), self._read)
        self._reading.start()

    def _drop_reading(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def _workspace_changed(self) -> None:
        self.dock.model.show_summary(None)
        self._clusters.stop()
        if self._session.location is None:
            self._drop_reading()
            self.dock.show_nothing()
        else:
            self.refresh()

    def _read(self, summary: Summary | None, error: GridError | None) -> None:
        self._reading, location = None, self._session.location
        if error is not None:
            self.dock.show_failure(error.text(language()))
            self._shell.tell(error.message, Qgis.MessageLevel.Warning)
        elif summary is not None and location is not None:
            self._session.scheme = summary.scheme
            show_scheme(QgsProject.instance(), summary.scheme)
            self.dock.show_summary(summary, location)
            self.dock.themes.refresh()
            self._clusters.fill(summary)
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

    def _show_place(self, place: Place) -> None:
        if not self._focus.show_place(place, self._scheme):
            self._shell.tell(Message("place_not_on_map", {"code": place.code}), Qgis.MessageLevel.Warning)

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
