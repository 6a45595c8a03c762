"""A frame without parameters as QGIS's project sees it: plain metres that nothing can be transformed into or out of.

A project without any reference system would be taken for degrees, and every scale with it: labels and components
that appear from 1 : 12 000 on would never appear.
"""

from __future__ import annotations

from typing import Any

from qgis.core import QgsCoordinateReferenceSystem, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QObject, QTimer

from gridmgmt_plugin.gui.qt import is_alive

# QGIS passes the text on as Latin-1, so that the frame's own Chinese name would not survive.
NAME = "Local frame without parameters"
_WKT = f'LOCAL_CS["{NAME}",UNIT["metre",1]]'
# What GeoPackage calls the frame of a file that has none.
_OF_FILES = "Undefined Cartesian SRS"
_OPENING_MS = 3000


def is_local(project: QgsProject) -> bool:
    """Tell whether the project works in a frame without parameters."""
    return project.crs().description() == NAME


def measure_in_metres(project: QgsProject, message_bar: Any, owner: QObject) -> None:
    """Give a project without reference system the unit of its coordinates."""
    if not project.crs().isValid():
        expect_no_way_out(message_bar, owner)
        project.setCrs(QgsCoordinateReferenceSystem.fromWkt(_WKT))


def lay_into_frame(layer: QgsVectorLayer, message_bar: Any, owner: QObject) -> None:
    """Show a result that was computed in a local frame where it lies, without looking for a way there."""
    if is_local(QgsProject.instance()):
        expect_no_way_out(message_bar, owner)
        layer.setCrs(QgsCoordinateReferenceSystem())


def expect_no_way_out(message_bar: Any, owner: QObject) -> None:
    """Take back what QGIS says in red during the next seconds about a local frame.

    It tries at once what it always tries, the way to longitude and latitude, and tells that there is none: for a
    local frame that is as it should be. A map of another frame that is added later is told as usual.
    """

    def look(*_: object) -> None:
        QTimer.singleShot(0, lambda: _take_back(message_bar))

    message_bar.widgetAdded.connect(look)
    # The timer goes with its owner, and the connection with the bar, should the plugin be unloaded before.
    end = QTimer(owner)
    end.setSingleShot(True)
    end.timeout.connect(lambda: message_bar.widgetAdded.disconnect(look))
    end.timeout.connect(end.deleteLater)
    end.start(_OPENING_MS)
    look()


def _take_back(message_bar: Any) -> None:
    for item in message_bar.items() if is_alive(message_bar) else ():
        if NAME in item.text() or _OF_FILES in item.text():
            message_bar.popWidget(item)
