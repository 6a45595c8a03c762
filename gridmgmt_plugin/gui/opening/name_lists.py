"""Lists of names in forms follow their tables: edits at once, what was written as soon as it is read."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from qgis.core import QgsProject
from qgis.PyQt.QtCore import QObject, QTimer

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.gui.frame.background_call import BackgroundCall
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.project.forms.name_copies import (
    columns_of,
    copies_of,
    fill_copy,
    is_outdated,
    lead_to_tables,
    outdate_copy,
    show_edits,
    write_without_copies,
    writes_since_made,
)
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.project.postponed import written_since
from gridmgmt_plugin.project.shown_workspace import shown_layers
from gridmgmt_plugin.workspace.location import PostgresLocation

if TYPE_CHECKING:
    from gridmgmt_plugin.core.rows import Rows

_LOOKS_MS = 200
# So much later it is asked again what the server has refused or left unanswered.
_REFUSED_S = 10.0


class NameLists(QObject):
    """Keeps the copies of names of the shown workspace as their tables are, until :meth:`stop`."""

    def __init__(self, location: PostgresLocation) -> None:
        super().__init__()
        self._location = location
        self._reading: BackgroundCall | None = None
        shown = shown_layers(QgsProject.instance())
        self._layers = {table: layer for table, layer in shown.items() if copies_of([layer])}
        self._read_s, self._not_before_s = time.monotonic(), 0.0
        self._edited: set[str] = set()
        self._is_over = False
        self._soon, self._looks = QTimer(self), QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._show_edits)
        self._looks.timeout.connect(self._look)

    def start(self) -> None:
        """Follow the tables from now on."""
        for table, layer in self._layers.items():
            edited = partial(self._note, table)
            for signal in (
                layer.featureAdded,
                layer.featuresDeleted,
                layer.attributeValueChanged,
                layer.afterRollBack,
            ):
                signal.connect(edited)
            # The buffer is emptied step by step, and what was in it is in the table afterwards: it is read again.
            for signal in (layer.beforeCommitChanges, layer.afterCommitChanges):
                signal.connect(partial(self._commits, table))
        QgsProject.instance().writeMapLayer.connect(write_without_copies)
        self._looks.start(_LOOKS_MS)

    def stop(self) -> None:
        """Follow nothing any more."""
        if self._is_over:
            return
        self._is_over = True
        QgsProject.instance().writeMapLayer.disconnect(write_without_copies)
        self._looks.stop()
        self._soon.stop()
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def finish(self) -> None:
        """Have lists be made of the tables again: nobody will keep the copies up to date."""
        self.stop()
        lead_to_tables(QgsProject.instance(), shown_layers(QgsProject.instance()))

    def _note(self, table: str, *_: object) -> None:
        if not self._is_over:
            self._edited.add(table)
            self._soon.start(0)

    def _commits(self, table: str, *_: object) -> None:
        outdate_copy(self._layers[table])

    def _show_edits(self) -> None:
        edited, self._edited = self._edited, set()
        for table in edited:
            if is_alive(self._layers[table]):
                show_edits(self._layers[table])

    def _look(self) -> None:
        """Read again what was written, behind the window."""
        if self._reading is not None or time.monotonic() < self._not_before_s:
            return
        layers = {table: layer for table, layer in self._layers.items() if is_alive(layer)}
        if written_since(self._read_s):
            self._read_s = time.monotonic()
            for layer in layers.values():
                outdate_copy(layer)
        writes = {table: writes_since_made(layer) for table, layer in layers.items() if is_outdated(layer)}
        if not writes:
            return

        def read(found: Mapping[str, Rows] | None, _: GridError | None) -> None:
            self._reading = None
            if found is None:
                self._not_before_s = time.monotonic() + _REFUSED_S
                return
            for table, rows in found.items():
                if is_alive(layers[table]):
                    fill_copy(layers[table], rows, writes[table])

        wanted = {table: columns_of(layers[table]) for table in writes}
        self._reading = BackgroundCall(
            tr("Reading names"), self._location, partial(_read, wanted), read, asks_login=False
        )
        self._reading.start()


def _read(wanted: Mapping[str, tuple[str, ...]], location: PostgresLocation) -> Mapping[str, Rows]:
    from gridmgmt_plugin.workspace.postgis.outline import read_names  # noqa: PLC0415  needs numpy

    return read_names(location, wanted)
