"""Reference systems in Qt's threads, which Python forgets after each task and meets again: QGIS must not end."""

from __future__ import annotations

from qgis.PyQt.QtCore import QRunnable, QThreadPool

from gridmgmt_plugin.core.geometry.proj import crs_from


class _Asking(QRunnable):
    def __init__(self, told):
        super().__init__()
        self.told = told
        self.setAutoDelete(False)

    def run(self):
        self.told.append(crs_from(4547).name)


def test_what_is_asked_again_in_the_same_thread_of_qt_is_answered_again(qgis_app):
    pool, told = QThreadPool(), []
    pool.setMaxThreadCount(1)
    asked = [_Asking(told) for _ in range(4)]
    for one in asked:
        pool.start(one)
        pool.waitForDone()
    assert told == ["CGCS2000 / 3-degree Gauss-Kruger CM 114E"] * 4
