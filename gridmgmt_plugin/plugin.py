"""The plugin as QGIS sees it: wires the parts together and takes them apart again."""

from __future__ import annotations

import sys
from typing import Any

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QThread, QThreadPool

from gridmgmt_plugin.core.redaction.mistakes import MistakeWatch
from gridmgmt_plugin.gui.frame.background_task import task_threads
from gridmgmt_plugin.project.i18n import Translation, language
from gridmgmt_plugin.workspace.logins import forget_logins
from gridmgmt_plugin.workspace.patience import no_thread_draws_a_window, this_thread_draws_the_window
from gridmgmt_plugin.workspace.postgis.idle_connections import close_all

# For threads that still work when QGIS ends; those that wait for work end at once.
_PATIENCE_MS = 2000


class GridManagementPlugin:
    """Loaded by QGIS's window with an ``iface``, by ``qgis_process`` without one.

    Start-up must cost next to nothing: numpy, shapely and the jobs are imported when something is first run.
    """

    def __init__(self, iface: Any) -> None:
        self._iface = iface
        self._translation = Translation()
        self._provider: Any = None
        self._shell: Any = None
        self._waiting: Any = None
        self._mistakes = MistakeWatch(language)

    def initProcessing(self) -> None:
        """Add the algorithms to Processing; all that ``qgis_process`` needs."""
        from gridmgmt_plugin.processing.provider import GridManagementProvider  # noqa: PLC0415

        self._translation.install()
        provider = GridManagementProvider()
        if QgsApplication.processingRegistry().addProvider(provider):
            self._provider = provider

    def initGui(self) -> None:
        """Add the algorithms, the menu and the toolbar to QGIS's window."""
        from gridmgmt_plugin.gui.frame.shell import Shell  # noqa: PLC0415  no window in qgis_process
        from gridmgmt_plugin.gui.opening.server_wait import ServerWait  # noqa: PLC0415  no window in qgis_process

        self._mistakes.install()
        self._waiting = ServerWait(self._iface.mainWindow())
        this_thread_draws_the_window(self._waiting)
        self.initProcessing()
        names = [algorithm.name() for algorithm in self._provider.algorithms()] if self._provider else []
        self._shell = Shell(self._iface, names)
        self._shell.build()

    def unload(self) -> None:
        """Remove everything that the two methods above added, connections that wait and passwords that were typed."""
        if self._shell is not None:
            self._shell.take_down()
            self._shell = None
        if self._provider is not None:
            QgsApplication.processingRegistry().removeProvider(self._provider)
            self._provider = None
        self._translation.remove()
        self._mistakes.remove()
        no_thread_draws_a_window()
        if self._waiting is not None:
            self._waiting.close()
            self._waiting = None
        close_all()
        forget_logins()
        _end_threads_with_qgis()
        _forget_modules()


def _end_threads_with_qgis() -> None:
    """When QGIS ends, have its threads end while all that they refer to is still there.

    Qt starts a thread that it has let go again, and in QGIS 3.40 one that has been on the network, as the news of the
    start page have, speaks to the store of logins whenever it ends, also when the store is gone: QGIS would crash at
    its end (mended later, in pull request 62429 of qgis/QGIS).
    """
    if QThread.currentThread().loopLevel() > 0:  # we are switched off, and QGIS lives on
        return
    for pool in (task_threads(), QThreadPool.globalInstance()):
        pool.waitForDone(_PATIENCE_MS)


def _forget_modules() -> None:
    """Drop our modules, so that an update without a restart runs new code only.

    QGIS drops those that a plain import statement named, but neither packages nor what importlib loaded.
    """
    package = __name__.split(".", maxsplit=1)[0]
    for name in [name for name in sys.modules if name.startswith(f"{package}.")]:
        del sys.modules[name]
