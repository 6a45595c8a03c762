"""Where colleagues edit right now: on the map, for the state panel, and in a word to who begins a gesture there."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from qgis.core import Qgis, QgsGeometry, QgsPointXY, QgsProject, QgsRectangle, QgsVectorLayer, QgsWkbTypes
from qgis.PyQt.QtCore import QTimer

from gridmgmt_plugin.core._compat import missing_libraries
from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.gui.beside.edits_telling import EDITING, EditsTelling
from gridmgmt_plugin.gui.beside.overlay import COLOURS, Mark, Overlay
from gridmgmt_plugin.gui.beside.words import on_the_map, warning
from gridmgmt_plugin.gui.frame.background_call import BackgroundCall
from gridmgmt_plugin.gui.frame.map_focus import MapFocus
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.project.settings import is_on, remember
from gridmgmt_plugin.project.shown_workspace import placed_layer
from gridmgmt_plugin.workspace.location import Location, PostgresLocation
from gridmgmt_plugin.workspace.news.news import OWN_MARK, News
from gridmgmt_plugin.workspace.presence.colleagues import Colleagues
from gridmgmt_plugin.workspace.presence.presence import Presence, Whereabouts, presence_of

#: The kind of news by which a newcomer asks what is edited.
ASKING = "who_edits"
_SHOWN = "colleagues_on_map"
_LOOK_MS = 5000
# So near to a line or a point a gesture begins on it.
_NEAR_PX = 5.0


class PresenceWatch:
    """Lives from the first workspace to the end of the window.

    ``on_change``: called when colleagues come, move on or go.

    A file tells nothing of who edits it, so nothing is shown there.
    """

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._overlay: Overlay | None = None
        self._telling = EditsTelling(shell.channel, self._told)
        self._colleagues = Colleagues(OWN_MARK)
        self._where: dict[Presence, Whereabouts] = {}
        self._colours: dict[str, int] = {}
        self._own = Presence("", OWN_MARK, "")
        #: What was said of a colleague, by his program and since when he edits.
        self._warned: dict[tuple[str, str], Any] = {}
        self._location: Location | None = None
        self._reading: BackgroundCall | None = None
        self.on_change: list[Callable[[], None]] = []
        self._silence = QTimer()
        self._silence.setInterval(_LOOK_MS)
        self._silence.timeout.connect(self._forget_silent)
        shell.channel.arrived.connect(self._hear)
        shell.session.changed.connect(self._follow)
        shell.session.leaving.connect(self._leave)
        self._follow()

    def trigger(self, key: str, checked: bool) -> None:  # noqa: FBT001  it answers no action
        """Do nothing: no action asks for it."""

    def close(self) -> None:
        """Take everything off the map, listen no longer, and say good-bye: nobody would tell when the edits end."""
        self._telling.say_goodbye()
        self._shell.channel.arrived.disconnect(self._hear)
        self._shell.session.changed.disconnect(self._follow)
        self._shell.session.leaving.disconnect(self._leave)
        self._forget()
        if self._overlay is not None:
            self._overlay.close()
            self._overlay = None

    def present(self) -> list[tuple[Presence, Whereabouts]]:
        """Return who has unsaved edits now and where, the earliest first."""
        return [(one, self._where.get(one, Whereabouts())) for one in self._colleagues.present]

    def colour_of(self, presence: Presence) -> str:
        """Return the colour of a colleague on the map."""
        return COLOURS[self._colours.get(presence.program, 0) % len(COLOURS)]

    @property
    def is_on_map(self) -> bool:
        """Tell whether the planner wants to see on the map where colleagues edit."""
        return is_on(_SHOWN, default=True)

    def show_on_map(self, shown: bool) -> None:  # noqa: FBT001  Qt's signal hands it over by position
        """Show on the map where colleagues edit, or no longer; remembered."""
        remember(_SHOWN, shown)
        self._draw()

    def zoom_to(self, presence: Presence) -> None:
        """Go to where a colleague edits."""
        layer, box = self._layer(), presence.box
        if layer is not None and box is not None:
            MapFocus(self._shell.iface).show_geometry(QgsGeometry.fromRect(QgsRectangle(*box)), layer)

    def warn_at(self, point: QgsPointXY) -> None:
        """Say once of each colleague that he edits where a gesture begins, at a point of the map."""
        layer = self._layer()
        if layer is None or not self._where:
            return
        canvas = self._shell.iface.mapCanvas()
        place = canvas.mapSettings().mapToLayerCoordinates(layer, point)
        near = _NEAR_PX * canvas.mapUnitsPerPixel()
        for presence, where in self.present():
            if any(_meets(shape, place, near) for shape in where.shapes):
                self._warn(presence)

    # What is open.

    def _follow(self) -> None:
        self._forget()
        location = self._shell.session.location
        if isinstance(location, PostgresLocation) and not missing_libraries():
            self._location = location
            self._telling.follow(location)
            self._silence.start()
            self._shell.channel.send(ASKING, {})

    def _leave(self, tables: Sequence[str]) -> None:
        if any(edited.table in tables for edited in self._own.edits):
            self._telling.say_goodbye()

    def _forget(self) -> None:
        self._telling.follow(None)
        self._silence.stop()
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        self._location = None
        self._own = Presence("", OWN_MARK, "")
        self._warned.clear()
        if self._colleagues.forget_all():
            self._changed()

    # What is heard.

    def _hear(self, news: Sequence[News]) -> None:
        if self._location is None:
            return
        is_other = False
        for one in news:
            if one.kind == ASKING:
                self._telling.say_again()
            elif one.kind == EDITING:
                presence = presence_of(one.sender, one.who, one.content)
                is_other |= presence is not None and self._colleagues.hear(presence, time.monotonic())
        if is_other:
            self._changed()
        else:
            self._read_where()

    def _forget_silent(self) -> None:
        if self._colleagues.forget_silent(time.monotonic()):
            self._changed()

    def _changed(self) -> None:
        present = self._colleagues.present
        self._where = {one: self._where[one] for one in present if one in self._where}
        programs = [one.program for one in present]
        self._colours = {program: at for program, at in self._colours.items() if program in programs}
        for program in programs:
            free = (at for at in range(len(programs)) if at not in self._colours.values())
            self._colours.setdefault(program, next(free, 0))
        self._withdraw_of_gone()
        self._warn_of_same_rows()
        self._read_where()
        self._draw()

    def _read_where(self) -> None:
        """Read in the background where those are of whom it is not known."""
        wanted = [one for one in self._colleagues.present if one not in self._where]
        if not wanted or self._location is None or self._reading is not None:
            return

        def read(place: Location) -> dict[Presence, Whereabouts]:
            from gridmgmt_plugin.workspace.presence.whereabouts import read_whereabouts  # noqa: PLC0415  needs shapely

            return read_whereabouts(place, wanted)

        title = tr("Looking where colleagues edit")
        self._reading = BackgroundCall(title, self._location, read, self._read, asks_login=False)
        self._reading.start()

    def _read(self, found: dict[Presence, Whereabouts] | None, error: GridError | None) -> None:
        self._reading = None
        if found is None or error is not None:
            return  # tried again as soon as somebody is heard
        self._where.update(found)
        self._changed()

    def _draw(self) -> None:
        marks = [
            Mark(on_the_map(presence), self.colour_of(presence), where.shapes) for presence, where in self.present()
        ]
        if marks and self._overlay is None:
            self._overlay = Overlay(self._shell.iface.mapCanvas())
        if self._overlay is not None:
            self._overlay.show(marks if self.is_on_map else (), self._layer())
        for tell in self.on_change:
            tell()

    @staticmethod
    def _layer() -> QgsVectorLayer | None:
        """Return a layer that has the frame of the workspace."""
        return placed_layer(QgsProject.instance(), "area")

    # A word to whoever edits the same.

    def _told(self, own: Presence) -> None:
        self._own = own
        self._warn_of_same_rows()

    def _warn_of_same_rows(self) -> None:
        own = {edited.table: set(edited.rows) for edited in self._own.edits}
        for presence in self._colleagues.present:
            if any(own.get(edited.table, set()).intersection(edited.rows) for edited in presence.edits):
                self._warn(presence)

    def _warn(self, presence: Presence) -> None:
        told = presence.program, presence.since
        if told not in self._warned:
            self._warned[told] = self._shell.tell(warning(presence), Qgis.MessageLevel.Info)

    def _withdraw_of_gone(self) -> None:
        """Take away what was said of a colleague who has saved since, or has gone."""
        present = {(one.program, one.since) for one in self._colleagues.present}
        for told, item in self._warned.items():
            if told not in present and item is not None:
                self._shell.withdraw(item)
                self._warned[told] = None


def _meets(body: bytes, place: QgsPointXY, near: float) -> bool:
    shape = QgsGeometry()
    shape.fromWkb(body)
    if shape.type() == QgsWkbTypes.GeometryType.PolygonGeometry:
        return bool(shape.contains(place))
    return bool(shape.distance(QgsGeometry.fromPointXY(place)) <= near)
