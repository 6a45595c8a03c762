"""Open a workspace in a database: it is asked behind the window, and its first layers are opened there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qgis.core import Qgis
from qgis.PyQt.QtCore import QTimer

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.gui.frame.background_call import BackgroundCall
from gridmgmt_plugin.gui.frame.background_task import when_nobody_waits
from gridmgmt_plugin.gui.frame.message_door import Tell
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.project.i18n import locale_tag, tr
from gridmgmt_plugin.workspace.location import PostgresLocation

if TYPE_CHECKING:
    from gridmgmt_plugin.project.layers import LayerOpening
    from gridmgmt_plugin.workspace.postgis.outline import SchemaOutline
    from gridmgmt_plugin.workspace.workspace import Workspace

# What is due at once comes before the planner's clicks and before the window is painted.
_PAUSE_MS = 20
_SHOWN_AFTER_MS = 500


@dataclass(frozen=True)
class OpenedDatabase:
    """A workspace whose first layers are open."""

    workspace: Workspace
    layers: LayerOpening


Done = Callable[["OpenedDatabase | None", "GridError | None"], None]


class DatabaseOpening:
    """One opening. ``on_done(opened, error)`` is called once in the window's thread, not at all after :meth:`cancel`.

    The window lives on meanwhile, and the opening waits for what waits in it. Only where all tables have to be opened
    at once, or QGIS gets no further connection, each layer keeps it waiting as long as QGIS asks the server about it.

    :param tell: how it says after half a second that it goes on, with a way out; ``None`` where who asked shows that.
    """

    def __init__(self, location: PostgresLocation, on_done: Done, tell: Tell | None = None) -> None:
        self._on_done: Done | None = on_done
        self._location, self._tell = location, tell
        self._told: Any = None
        self._soon = QTimer()
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._say)
        self._opened: OpenedDatabase | None = None
        title = tr("Connecting to {place}").format(place=location.label)
        self._call = BackgroundCall(title, location, _asked, self._begin)

    def start(self) -> None:
        """Begin; returns at once."""
        if self._tell is not None:
            self._soon.start(_SHOWN_AFTER_MS)
        self._call.start()

    def cancel(self) -> None:
        """Open nothing more; nobody is told, and layers that QGIS is opening go as soon as they stand."""
        self._on_done = None
        self._call.cancel()
        self._let_go()
        self._be_quiet()

    def _say(self) -> None:
        if self._tell is not None:
            goes_on = Message("database_being_opened", {"place": self._location.place})
            way_out = ("gridmgmt_opening_cancel", tr("Cancel"), self.cancel)
            self._told = self._tell(goes_on, Qgis.MessageLevel.Info, buttons=[way_out])

    def _be_quiet(self) -> None:
        self._soon.stop()
        if is_alive(self._told):
            self._told.dismiss()

    def _begin(self, found: tuple[Workspace, SchemaOutline] | None, error: GridError | None) -> None:
        from gridmgmt_plugin.project.layers import LayerOpening  # noqa: PLC0415  needs shapely

        if found is None:
            self._end(None, error)
            return
        self._opened = OpenedDatabase(found[0], LayerOpening(found[0], locale_tag(), found[1]))
        try:
            self._opened.layers.begin_apart()
        except GridError as refused:
            self._end(None, refused)
            return
        self._go_on_soon()

    def _go_on_soon(self) -> None:
        QTimer.singleShot(_PAUSE_MS, lambda: when_nobody_waits(self._go_on))

    def _go_on(self) -> None:
        if self._on_done is None or self._opened is None:
            return
        if not self._opened.layers.waits:
            self._end(self._opened, None)
            return
        try:
            if self._opened.layers.is_ready:
                self._opened.layers.open_next()
        except GridError as error:
            self._end(None, error)
            return
        self._go_on_soon()

    def _let_go(self) -> None:
        opened, self._opened = self._opened, None
        if opened is not None:
            opened.layers.let_go()

    def _end(self, opened: OpenedDatabase | None, error: GridError | None) -> None:
        if error is not None:
            self._let_go()
        self._be_quiet()
        on_done, self._on_done = self._on_done, None
        if on_done is not None:
            on_done(opened, error)


def _asked(location: PostgresLocation) -> tuple[Workspace, SchemaOutline]:
    from gridmgmt_plugin.project.layers import outline_of  # noqa: PLC0415  these need shapely
    from gridmgmt_plugin.workspace.workspace import Workspace  # noqa: PLC0415

    return Workspace.open(location), outline_of(location)
