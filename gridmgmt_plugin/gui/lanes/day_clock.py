"""The day of the officers' dock and QGIS's temporal controller: each leads the other."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsDateTimeRange, QgsTemporalNavigationObject
from qgis.PyQt.QtCore import QDate, QDateTime, QObject, QTime, pyqtSignal

from gridmgmt_plugin.core import clock

_ISO = "yyyy-MM-dd"
_MODES = QgsTemporalNavigationObject.NavigationMode


class DayClock(QObject):
    """``moved``: the controller shows another day (ISO text)."""

    moved = pyqtSignal(str)

    def __init__(self, canvas: Any) -> None:
        super().__init__()
        self._canvas = canvas
        self._is_ours = False
        self._is_led = self._is_leading = False
        canvas.temporalRangeChanged.connect(self._follow)

    @property
    def is_set(self) -> bool:
        """Tell whether the map shows a time that is chosen, by the dock or beside it."""
        return bool(self._canvas.mapSettings().isTemporal())

    def leave(self) -> None:
        """Let go of the map; what the dock had put there is gone with it."""
        self._canvas.temporalRangeChanged.disconnect(self._follow)
        self._switch_off()

    def show(self, day: str) -> None:
        """Have the map show a day: the step of the animation that has it, else the day alone.

        A step may be longer than a day: its begin is not taken for the day that was asked for. Today needs
        no controller, so it is switched off where the dock had switched it on.
        """
        controller = self._canvas.temporalController()
        if self._is_led or not isinstance(controller, QgsTemporalNavigationObject):
            return
        self._is_leading = True
        try:
            self._lead(controller, QDate.fromString(day, _ISO))
        finally:
            self._is_leading = False

    def _lead(self, controller: QgsTemporalNavigationObject, date: QDate) -> None:
        begin = QDateTime(date, QTime(0, 0))
        mode = controller.navigationMode()
        if mode == _MODES.Animated and controller.temporalExtents().contains(begin):
            controller.setCurrentFrameNumber(controller.findBestFrameNumberForFrameStart(begin))
        elif date == QDate(clock.today()) and (self._is_ours or mode not in (_MODES.Animated, _MODES.FixedRange)):
            self._switch_off()
        else:
            self._is_ours = self._is_ours or mode != _MODES.FixedRange
            controller.setNavigationMode(_MODES.FixedRange)
            controller.setTemporalExtents(QgsDateTimeRange(begin, QDateTime(date, QTime(23, 59, 59))))

    def _switch_off(self) -> None:
        controller = self._canvas.temporalController()
        if self._is_ours and isinstance(controller, QgsTemporalNavigationObject):
            controller.setNavigationMode(_MODES(0))  # off; its name changed with QGIS 3.36
        self._is_ours = False

    def _follow(self) -> None:
        span = self._canvas.mapSettings().temporalRange()
        if self._is_leading or span.isInfinite() or not span.begin().isValid():
            return
        self._is_led = True
        try:
            self.moved.emit(span.begin().date().toString(_ISO))
        finally:
            self._is_led = False
