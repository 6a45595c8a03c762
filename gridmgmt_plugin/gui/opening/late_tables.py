"""The tables of a database that are not opened yet: what the planner turns to, and the rest while he does nothing."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from qgis.core import Qgis, QgsLayerTree, QgsLayerTreeNode, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QObject, QTimer
from qgis.PyQt.QtGui import QCursor
from qgis.PyQt.QtWidgets import QApplication

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.gui.frame.background_call import LOGIN_REFUSED, LOGINS_LOCKED, BackgroundCall
from gridmgmt_plugin.gui.frame.message_door import Tell
from gridmgmt_plugin.gui.opening.name_lists import NameLists
from gridmgmt_plugin.gui.opening.open_tables import renew_ledgers, renew_waiting
from gridmgmt_plugin.project.answering import is_far, refuse_unreadable
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.project.postponed import (
    begin_to_open,
    has_all_rows,
    is_as_stored,
    is_being_opened,
    is_postponed,
    knows_all_rows,
    open_postponed,
    stands_ready,
    write_as_opened,
)
from gridmgmt_plugin.project.schema_relations import relations
from gridmgmt_plugin.project.shown_workspace import TABLE_PROPERTY, placed_layer, shown_layers
from gridmgmt_plugin.workspace.location import Location, PostgresLocation

if TYPE_CHECKING:
    from gridmgmt_plugin.workspace.postgis.outline import SchemaOutline

# The planner does nothing when his mouse has lain still so long, and so many times as long as the last opening took,
# for which the window stood still.
_STILL_S, _TIMES = 1.0, 10
_LOOKS_MS = 500
# On a quick network several tables are opened at a time: the window stands still no longer than this for all.
_AT_A_TIME_S = 0.1
_AT_MOST = 8
# On a slow one they are opened apart, so many at a time.
_APART_AT_MOST = 3
_HELD = "workspace_locked"
# So many seconds later, times _TIMES, it is asked again what the server has refused or left unanswered.
_REFUSED_S = 10.0
_LEDGERS, _ITEMS = "ledger", "ledger_item"
# Windows of QGIS that read a layer by its name: processing tools, models, layouts. They know of no table that waits.
_READS_BY_NAME = ("QgsProcessingAlgorithmDialogBase", "QgsModelDesignerDialog", "QgsLayoutDesignerDialog")


@dataclass(frozen=True)
class _Readable:
    """Tables that can be read now; ``apart``: QGIS shall open them over connections of their own."""

    tables: list[str]
    apart: bool


class LateTables(QObject):
    """Opens the tables of the shown workspace that wait for it, until none does or :meth:`stop` is called."""

    def __init__(self, iface: Any, location: PostgresLocation, tell: Tell) -> None:
        super().__init__()
        self._iface, self._location, self._tell = iface, location, tell
        self._view = iface.layerTreeView()
        self._asking: BackgroundCall | None = None
        self._mouse = QCursor.pos()
        self._moved, self._took_s = time.monotonic(), 0.0
        self._names, self._renews_from_s = NameLists(location), 0.0
        self._ledgers_wait = self._leaves_some = self._is_hurried = False
        self._has_room = True
        self._still = QTimer(self)
        self._still.timeout.connect(self._look)

    def start(self) -> None:
        """Follow the planner from now on."""
        project = QgsProject.instance()
        project.writeMapLayer.connect(write_as_opened)
        project.layerTreeRoot().visibilityChanged.connect(self._shown)
        self._view.currentLayerChanged.connect(self._chosen)
        self._ledgers_wait = any(self._waits(name) for name in (_LEDGERS, _ITEMS))
        for layer in self._waiting():
            layer.beforeEditingStarted.connect(partial(self._edited, layer))
        self._names.start()
        self._still.start(_LOOKS_MS)
        self._shown(project.layerTreeRoot())

    def stop(self) -> None:
        """Open no more."""
        project = QgsProject.instance()
        if not self._leaves_some:
            project.writeMapLayer.disconnect(write_as_opened)
        project.layerTreeRoot().visibilityChanged.disconnect(self._shown)
        self._view.currentLayerChanged.disconnect(self._chosen)
        self._still.stop()
        self._names.stop()
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None

    def finish(self) -> None:
        """Open all that waits: nobody will open it later.

        Where that cannot be done, a project that is saved holds the tables all the same.
        """
        for layer in self._waiting():
            if self._open(layer) is not None:
                self._leaves_some = True
                break
        self._names.finish()

    # What the planner turns to.

    def _shown(self, node: QgsLayerTreeNode) -> None:
        """Open what the map shows now, before it is drawn; whoever does not answer is not asked for each layer."""
        refused: GridError | None = None
        for entry in [node] if QgsLayerTree.isLayer(node) else node.findLayers():
            layer = entry.layer()
            if not (isinstance(layer, QgsVectorLayer) and is_postponed(layer) and entry.isVisible()):
                continue
            if refused is None or refused.code == _HELD:
                refused = self._open(layer)
            if refused is not None:
                entry.setItemVisibilityChecked(False)  # the map would say that there is nothing

    def _chosen(self, layer: Any) -> None:
        """Open what QGIS's own actions are about now."""
        if isinstance(layer, QgsVectorLayer) and is_postponed(layer):
            self._open(layer)

    def _edited(self, layer: QgsVectorLayer) -> None:
        """Open a table before it is edited, whoever begins that; leave it again where it cannot be opened."""
        if is_postponed(layer) and self._open(layer) is not None:
            QTimer.singleShot(0, layer.rollBack)

    def _open(self, layer: QgsVectorLayer, *, was_asked: bool = False) -> GridError | None:
        """Open a table; what stands in its way is told and returned."""
        try:
            open_postponed(layer, was_asked=was_asked)
        except GridError as error:
            self._tell(error.message, Qgis.MessageLevel.Warning)
            return error
        return None

    # While he does nothing.

    def _waiting(self) -> list[QgsVectorLayer]:
        """Return what is not opened: first ledgers, which have layers of their own, then what forms refer to."""
        layers = shown_layers(QgsProject.instance())
        waiting = {name: layer for name, layer in layers.items() if is_postponed(layer)}
        wanted = {one.parent for one in relations() if one.child in layers and one.child not in waiting}
        names = sorted(waiting, key=lambda name: (name not in (_LEDGERS, _ITEMS), name not in wanted))
        return [waiting[name] for name in names]

    def _look(self) -> None:
        now, mouse, self._mouse = time.monotonic(), self._mouse, QCursor.pos()
        if mouse != self._mouse or self._iface.mapCanvas().isDrawing():
            self._moved = now
        is_asked = QApplication.activeModalWidget() or QApplication.activePopupWidget()
        if not is_asked:
            self._take_ready()
            self._show_ledgers()
        waiting = self._waiting()
        if is_asked or self._asking is not None or any(map(is_being_opened, waiting)):
            return
        if self._renews(waiting, now):
            return
        if not waiting:
            self._still.stop()
            if self._is_hurried:
                self._tell(Message("tables_all_open"), Qgis.MessageLevel.Success)
            return
        if not self._hurries():
            still_s = 0.0 if self._has_room and is_far(self._location) else _STILL_S
            if now - self._moved < max(still_s, _TIMES * self._took_s):
                return
            waiting = [layer for layer in waiting if not _is_as_good(layer)]
        if not waiting:
            return
        # QGIS would wait for a server that is silent without an end: it is asked behind the window first.
        tables = [str(layer.customProperty(TABLE_PROPERTY)) for layer in waiting[:_AT_MOST]]
        asking = partial(_ask, tables)
        self._asking = BackgroundCall(tr("Opening tables"), self._location, asking, self._answered, asks_login=False)
        self._asking.start()

    def _take_ready(self) -> None:
        """Take what was opened apart."""
        for layer in filter(stands_ready, self._waiting()):
            if self._open(layer, was_asked=True) is not None:
                self._took_s = _REFUSED_S
                return

    def _renews(self, waiting: list[QgsVectorLayer], now_s: float) -> bool:
        """Read again behind the window what is in memory with all its rows and was written since, if there is any;
        tell whether that is so.
        """
        is_outdated = any(has_all_rows(layer) and not knows_all_rows(layer) for layer in waiting)
        if not is_outdated or now_s < self._renews_from_s:
            return False

        def renewed(outline: SchemaOutline | None, _: GridError | None) -> None:
            self._asking = None
            if outline is None:
                self._renews_from_s = time.monotonic() + _TIMES * _REFUSED_S
                return
            renew_waiting(shown_layers(QgsProject.instance()), outline, now_s)

        title = tr("Reading names")
        self._asking = BackgroundCall(title, self._location, _outline, renewed, asks_login=False)
        self._asking.start()
        return True

    def _hurries(self) -> bool:
        """Tell whether he is in a window that would find tables empty which wait; say so when he comes there."""
        window = QApplication.activeWindow()
        was_hurried = self._is_hurried
        self._is_hurried = window is not None and any(map(window.inherits, _READS_BY_NAME))
        if self._is_hurried and not was_hurried:
            self._tell(Message("tables_still_wait", {"count": len(self._waiting())}), Qgis.MessageLevel.Warning)
        # What was refused or not answered is asked again no sooner than at other times.
        return self._is_hurried and self._took_s < _REFUSED_S

    def _show_ledgers(self) -> None:
        """Show the ledgers on the map once their tables are opened, whoever did that."""
        if self._ledgers_wait and not any(self._waits(name) for name in (_LEDGERS, _ITEMS)):
            self._ledgers_wait = False
            renew_ledgers()

    @staticmethod
    def _waits(table: str) -> bool:
        layer = placed_layer(QgsProject.instance(), table)
        return layer is not None and is_postponed(layer)

    def _answered(self, asked: _Readable | None, error: GridError | None) -> None:
        self._asking = None
        self._has_room = asked is None or asked.apart
        if error is not None and error.code in (LOGIN_REFUSED, LOGINS_LOCKED):
            self._still.stop()  # what he turns to is opened all the same, and asks him
            return
        begun = time.monotonic()
        layers = shown_layers(QgsProject.instance())
        wanted = [layers[name] for name in (asked.tables if asked is not None else ()) if name in layers]
        if asked is not None and asked.apart:
            for layer in wanted[:_APART_AT_MOST]:
                begin_to_open(layer)
        else:
            self._open_for_a_moment(wanted)
        self._moved = time.monotonic()
        self._took_s = self._moved - begun if error is None else _REFUSED_S

    def _open_for_a_moment(self, layers: list[QgsVectorLayer]) -> None:
        until = time.monotonic() + _AT_A_TIME_S
        for layer in layers:
            if self._open(layer, was_asked=True) is not None:
                break
            self._show_ledgers()
            if time.monotonic() > until:
                break


def late_tables_of(location: Location, iface: Any, tell: Tell) -> LateTables | None:
    """Begin to open what waits of the shown workspace, also since the plugin was switched off last; ``None`` for a
    file, of which nothing does.
    """
    if not isinstance(location, PostgresLocation):
        return None
    late = LateTables(iface, location, tell)
    late.start()
    return late


def _is_as_good(layer: QgsVectorLayer) -> bool:
    """Tell whether a list of names, or a table without rows, stands in memory as it is in the database. What else a
    table is wanted for opens it.
    """
    table = layer.customProperty(TABLE_PROPERTY)
    if table == _ITEMS or (table == _LEDGERS and layer.featureCount()):
        return False
    return is_as_stored(layer)


def _outline(location: PostgresLocation) -> SchemaOutline:
    from gridmgmt_plugin.project.layers import outline_of  # noqa: PLC0415  needs shapely

    return outline_of(location)


def _ask(tables: list[str], location: PostgresLocation) -> _Readable:
    return _Readable(tables, refuse_unreadable(location, location.label, tables))
