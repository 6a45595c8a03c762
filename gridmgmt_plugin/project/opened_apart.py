"""Tables of a database that QGIS opens beside the window.

QGIS lets Python go on while it asks a server, and a provider that was made in another thread may be given to that of
the window, as QGIS's own processing tools do with layers. In a thread of its own a table has a connection of its own
for as long as its layer lives: QGIS shares one in the window's thread alone. So this is for the few tables that a
workspace shows first, and for those for which the window would stand still, while the server has room
(:func:`gridmgmt_plugin.project.answering.refuse_unreadable`); one for each table and each planner would take the
connections of the colleagues away. The threads are ours and not those of QGIS's tasks, which draw the map too and are
waited for when QGIS is closed: one that a dead server holds is left.
"""

from __future__ import annotations

import threading
import time
from functools import cache

from qgis.core import QgsDataProvider, QgsProviderRegistry, QgsVectorDataProvider, QgsWkbTypes
from qgis.PyQt.QtCore import QCoreApplication, QTimer

# QGIS's twenty-six questions over a bad network take half of it.
_LIMIT_S = 60.0
# QGIS that is closed meanwhile would fall over what ends while it goes.
_END_S = 5.0
_LOOK_MS = 200
_UNDER_WAY: set[OpenedApart] = set()


class OpenedApart:
    """One table that QGIS opens from now on; whoever does not want it any more lets go of it."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._provider: QgsVectorDataProvider | None = None
        self._has_ended = threading.Event()
        self._until = time.monotonic() + _LIMIT_S
        _end_before_qgis()
        _UNDER_WAY.add(self)
        threading.Thread(target=self._open, name="gridmgmt opens a table", daemon=True).start()

    @property
    def waits(self) -> bool:
        """Tell whether something may still come of it: it has not ended, and did not take too long."""
        return not self._has_ended.is_set() and time.monotonic() < self._until

    @property
    def is_silent(self) -> bool:
        """Tell whether the server has left QGIS without an answer."""
        return not self._has_ended.is_set()

    def wait(self, seconds: float) -> None:
        """Wait for its end, but no longer."""
        self._has_ended.wait(max(0.0, seconds))

    def wait_out(self) -> None:
        """Wait until nothing may come of it any more, or it has come."""
        self.wait(self._until - time.monotonic())

    def take_provider(self) -> QgsVectorDataProvider | None:
        """Return the provider, which is the window's own now; ``None`` where QGIS could not open the table."""
        provider, self._provider = self._provider, None
        return provider

    def let_go(self) -> None:
        """Drop the provider as soon as it stands: in the window's thread, to which it was given, and in no other."""
        if self._has_ended.is_set():
            self._provider = None
        elif self.waits:
            QTimer.singleShot(_LOOK_MS, self.let_go)

    def _open(self) -> None:
        try:
            self._provider = _opened(self.source)
        except Exception:  # what QGIS's provider throws has no type: who opens the table in the window is told
            self._provider = None
        finally:
            self._has_ended.set()
            _UNDER_WAY.discard(self)


def _opened(source: str) -> QgsVectorDataProvider | None:
    """Return what reads a table, as the window's own: nothing in this thread holds it any more."""
    options = QgsDataProvider.ProviderOptions()
    provider = QgsProviderRegistry.instance().createProvider("postgres", source, options)
    if provider is None or not provider.isValid():
        return None
    if provider.wkbType() != QgsWkbTypes.Type.NoGeometry:
        provider.extent()  # the map wants it at once; QGIS keeps it
    provider.moveToThread(QCoreApplication.instance().thread())
    return provider


@cache
def _end_before_qgis() -> None:
    """Have QGIS, when it is closed, wait a moment for what is being opened."""
    QCoreApplication.instance().aboutToQuit.connect(_wait_for_all)


def _wait_for_all() -> None:
    until = time.monotonic() + _END_S
    for one in list(_UNDER_WAY):
        one.wait(until - time.monotonic())
