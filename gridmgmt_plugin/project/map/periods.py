"""Layers whose rows hold for a period: QGIS's temporal controller shows those of the day that it is at."""

from __future__ import annotations

from qgis.core import Qgis, QgsVectorLayer

#: Street-lanes, and the posts of their officers: not drawn, but the controller can take its range from them.
TABLES = ("lane", "post")
_FIRST, _LAST = "valid_from", "valid_to"
# Days without an end compare as nothing in an expression, and QGIS leaves out what compares as nothing.
_EARLY, _LATE = "make_datetime(1900,1,1,0,0,0)", "make_datetime(2999,1,1,0,0,0)"


def keep_periods(layer: QgsVectorLayer) -> None:
    """Let a layer of lanes or posts follow the temporal controller, both days included; a missing end is open.

    By columns alone QGIS would leave out what has its last day, for it compares that day with its own midnight.
    """
    properties = layer.temporalProperties()
    properties.setStartField(_FIRST)
    properties.setEndField(_LAST)
    if layer.isSpatial():
        properties.setMode(Qgis.VectorTemporalMode.FeatureDateTimeStartAndEndFromExpressions)
        properties.setStartExpression(f'coalesce(to_datetime("{_FIRST}"), {_EARLY})')
        properties.setEndExpression(f"coalesce(to_datetime(\"{_LAST}\") + to_interval('1 day'), {_LATE})")
    else:
        properties.setMode(Qgis.VectorTemporalMode.FeatureDateTimeStartAndEndFromFields)
    properties.setLimitMode(Qgis.VectorTemporalLimitMode.IncludeBeginExcludeEnd)
    properties.setIsActive(True)
