"""The cases of a period on the map, day by day, by QGIS's own temporal controller."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    Qgis,
    QgsDateTimeRange,
    QgsInterval,
    QgsProject,
    QgsTemporalNavigationObject,
    QgsUnitTypes,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QDate, QDateTime, QTime
from qgis.PyQt.QtWidgets import QDockWidget

from gridmgmt_plugin.core.casefigures.periods import Period
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.map.heat_map import HEAT, show_cases
from gridmgmt_plugin.project.shown_workspace import shown_layer

_FIELD = "reported_at"
_MODES = QgsTemporalNavigationObject.NavigationMode
# QGIS's own dock, by the name that it goes by in every version.
_CONTROLLER_DOCK = "Temporal Controller"


class Player:
    """Has the case layer follow the controller, and gives both back as they were."""

    def __init__(self, iface: Any) -> None:
        self._iface = iface
        self._layer: Any = None
        self._before: Any = None
        self._was_heat = False

    def play(self, period: Period) -> None:
        """Let the controller go through the days of a period, with the cases as a heat map."""
        layer = shown_layer(QgsProject.instance(), "cases")
        controller = self._iface.mapCanvas().temporalController()
        if layer is None or not isinstance(controller, QgsTemporalNavigationObject):
            return
        if self._layer is not layer:
            self.stop()
            self._layer = layer
            self._before = (controller.navigationMode(), controller.temporalExtents(), controller.frameDuration())
            self._was_heat = layer.renderer().type() == HEAT
            show_cases(layer, as_heat_map=True)  # another style brings its own times, so that ours come after it
            _follow_time(layer)
        first, last = (QDate(day.year, day.month, day.day) for day in (period.first, period.last))
        span = QgsDateTimeRange(QDateTime(first, QTime(0, 0)), QDateTime(last, QTime(23, 59, 59)))
        controller.setTemporalExtents(span)
        controller.setFrameDuration(QgsInterval(1, QgsUnitTypes.TemporalUnit.TemporalDays))
        controller.setNavigationMode(_MODES.Animated)
        controller.rewindToStart()
        dock = self._iface.mainWindow().findChild(QDockWidget, _CONTROLLER_DOCK)
        if dock is not None:
            dock.show()

    def stop(self) -> None:
        """Show the time that was shown before, and the cases as they were."""
        if self._layer is None:
            return
        layer, self._layer = self._layer, None
        controller = self._iface.mapCanvas().temporalController()
        if isinstance(controller, QgsTemporalNavigationObject):
            controller.pause()
            mode, extents, duration = self._before
            controller.setFrameDuration(duration)
            controller.setTemporalExtents(extents)
            controller.setNavigationMode(mode)
        if is_alive(layer):
            layer.temporalProperties().setIsActive(False)
            if not self._was_heat:
                show_cases(layer, as_heat_map=False)
            layer.triggerRepaint()


def _follow_time(layer: QgsVectorLayer) -> None:
    properties = layer.temporalProperties()
    properties.setMode(Qgis.VectorTemporalMode.FeatureDateTimeInstantFromField)
    properties.setStartField(_FIELD)
    properties.setIsActive(True)
