"""QGIS is left after a session in which a thread has asked the network, as that of the start page's news has."""

from __future__ import annotations

import time

from inside import Moment, drive, wait_until
from qgis.core import QgsApplication, QgsNetworkContentFetcherTask, QgsTask
from qgis.PyQt.QtCore import QThreadPool, QUrl

IDLE_MS = 100  # QGIS lets a thread go after half a minute without work
BUSY_S = 0.5


def steps(iface, arguments):
    pool = _pool()
    usual = pool.expiryTimeout()
    pool.setExpiryTimeout(IDLE_MS)
    QgsApplication.taskManager().addTask(QgsNetworkContentFetcherTask(QUrl("http://127.0.0.1:9/")))
    yield from wait_until(lambda: QgsApplication.taskManager().countActiveTasks() == 0)
    yield Moment(1)
    # Qt starts threads that it let go again, the same objects: as many at once as there may be.
    pool.setExpiryTimeout(usual)
    tasks = [QgsTask.fromFunction("", lambda task: time.sleep(BUSY_S)) for _ in range(pool.maxThreadCount())]
    for task in tasks:
        QgsApplication.taskManager().addTask(task)
    yield from wait_until(lambda: QgsApplication.taskManager().countActiveTasks() == 0)


def _pool():
    """Return the threads that run tasks; before 3.34 these are Qt's own."""
    manager = QgsApplication.taskManager()
    return manager.threadPool() if hasattr(manager, "threadPool") else QThreadPool.globalInstance()


drive(steps)
