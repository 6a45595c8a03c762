"""A frame without parameters as QGIS's project sees it: plain metres that nothing can be transformed into or out of.

A project without any reference system would be taken for degrees, and every scale with it: labels and components
that appear from 1 : 12 000 on would never appear.
"""

from __future__ import annotations

from typing import Any

from qgis.core import QgsCoordinateReferenceSystem, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QObject, QTimer

from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.project.plain_metres import take_system_away

# QGIS passes the text on as Latin-1, so that the frame's own Chinese name would not survive.
NAME = "Local frame without parameters"
_WKT = f'LOCAL_CS["{NAME}",UNIT["metre",1]]'
# What GeoPackage calls the frame of a file that has none.
_OF_FILES = "Undefined Cartesian SRS"
# Seconds in which the window lives are counted, one by one: while it reads layers QGIS says nothing, and on a busy
# computer what it says comes late.
_LOOK_MS, _LOOKS = 500, 20


def is_local(project: QgsProject) -> bool:
    """Tell whether the project works in a frame without parameters."""
    return bool(project.crs().description() == NAME)


def measure_in_metres(project: QgsProject, message_bar: Any, owner: QObject) -> None:
    """Give a project without reference system the unit of its coordinates.

    Nobody is asked on closing to save that: it is done again whenever the project is opened.
    """
    if not project.crs().isValid():
        changed = project.isDirty()
        expect_no_way_out(message_bar, owner)
        project.setCrs(QgsCoordinateReferenceSystem.fromWkt(_WKT))
        project.setDirty(changed)


def lay_into_frame(layer: QgsVectorLayer, message_bar: Any, owner: QObject) -> None:
    """Show a result that was computed in a local frame where it lies, without looking for a way there."""
    if is_local(QgsProject.instance()):
        expect_no_way_out(message_bar, owner)
        take_system_away(layer)


def expect_no_way_out(message_bar: Any, owner: QObject) -> None:
    """Take back what QGIS says in red during the next seconds about a local frame.

    It tries at once what it always tries, the way to longitude and latitude, and tells that there is none: for a
    local frame that is as it should be. A map of another frame that is added later is told as usual.
    """
    _Watch(message_bar, owner)


def expect_nothing_more(owner: QObject) -> None:
    """End what was begun for ``owner``, which goes."""
    for watch in owner.findChildren(_Watch):
        watch.end()


class _Watch(QObject):
    """Looks at every message until it has looked often enough; Qt calls methods of it only as long as it is there."""

    def __init__(self, message_bar: Any, owner: QObject) -> None:
        super().__init__(owner)
        self._message_bar = message_bar
        message_bar.widgetAdded.connect(self._look_soon)
        self._left = _LOOKS
        self._time = QTimer(self)
        self._time.timeout.connect(self._count)
        self._time.start(_LOOK_MS)
        self._look_soon()

    def end(self) -> None:
        """Look no longer."""
        self._time.stop()
        if is_alive(self._message_bar):
            self._message_bar.widgetAdded.disconnect(self._look_soon)
        self._message_bar = None
        self.deleteLater()

    def _count(self) -> None:
        self._left -= 1
        if self._left <= 0:
            self.end()

    def _look_soon(self, *_: object) -> None:
        QTimer.singleShot(0, self._take_back)

    def _take_back(self) -> None:
        for item in self._message_bar.items() if is_alive(self._message_bar) else ():
            if NAME in item.text() or _OF_FILES in item.text():
                self._message_bar.popWidget(item)
