"""A watch over QGIS's background: finds what QGIS has lost of it."""

from __future__ import annotations

import re
from typing import Any

from qgis.core import QgsApplication, QgsProject, QgsTask
from qgis.PyQt.QtCore import QTimer

from gridmgmt_plugin.gui.frame.background_task import BackgroundTask, task_threads
from gridmgmt_plugin.gui.frame.shell import Shell

_LOOK_MS = 1000
# What QGIS puts behind a layer's name, so that there is no second one.
_IDENTIFIER = re.compile(r"_[0-9a-f]{8}(?:_[0-9a-f]{4}){3}_[0-9a-f]{12}$")


class TaskWatch:
    """Ends tasks that wait for ever, so that nobody waits for them and QGIS can be closed.

    QGIS remembers the runnable of a task by its address. When a short task ends while others wait, a new runnable can
    be laid where the old one was, and QGIS then takes the new one out of its queue
    (``QgsTaskManager::taskStatusChanged``; on 3.22 it met 3 of 2 400 short tasks): its task waits for ever, and QGIS
    waits for the task when it is closed. Our own tasks are told of it. Of others only the indexes for snapping are
    ended, which QGIS builds again at the next movement of the mouse.
    """

    def __init__(self, shell: Shell) -> None:  # noqa: ARG002  every controller is given it
        self._waited: set[int] = set()
        self._timer = QTimer()
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.look)
        QgsApplication.taskManager().taskAdded.connect(self._begin)

    def trigger(self, key: str, checked: bool) -> None:  # noqa: FBT001  it answers no action
        """Do nothing: no action asks for it."""

    def close(self) -> None:
        """Watch no longer."""
        QgsApplication.taskManager().taskAdded.disconnect(self._begin)
        self._timer.stop()

    def look(self) -> None:
        """End what waited at the last look too although a thread was free both times: nothing will ever start it."""
        manager, pool = QgsApplication.taskManager(), task_threads()
        tasks = manager.activeTasks()
        if not tasks:
            self._timer.stop()
        is_free = pool.activeThreadCount() < pool.maxThreadCount()
        queued = [task for task in tasks if task.status() == QgsTask.TaskStatus.Queued] if is_free else []
        waiting = {manager.taskId(task): task for task in queued}
        lost = [task for identifier, task in waiting.items() if identifier in self._waited]
        self._waited = set(waiting)
        for task in lost:
            if isinstance(task, BackgroundTask):
                task.give_up()
            elif _indexes_for_snapping(task):
                task.cancel()

    def _begin(self, *_: Any) -> None:
        if not self._timer.isActive():
            self._timer.start()


def _indexes_for_snapping(task: QgsTask) -> bool:
    """Tell whether a task is one of ``QgsPointLocator``: its title ends with the layer's identifier, with a blank
    before it or, in Chinese, none. The layer may be gone by now.
    """
    title = task.description()
    return _IDENTIFIER.search(title) is not None or title.endswith(tuple(QgsProject.instance().mapLayers()))
