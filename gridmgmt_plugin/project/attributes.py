"""The one place that knows how QGIS holds a missing value and the type of a column.

QGIS 3 hands a NULL over as an empty ``QVariant``, QGIS 4 as ``None``; the types of columns were those of ``QVariant``
until QGIS 3.38 and are those of ``QMetaType`` since, by the same numbers.
"""

from __future__ import annotations

from typing import Any

from qgis.core import Qgis, QgsField
from qgis.PyQt.QtCore import QMetaType, QVariant
from qgis.PyQt.QtGui import QColor

_TYPES = {
    str: QMetaType.Type.QString,
    int: QMetaType.Type.LongLong,
    float: QMetaType.Type.Double,
    bool: QMetaType.Type.Bool,
}
# As QGIS's provider takes the types of a PostgreSQL server.
_TYPES_ON_A_SERVER = {
    "text": QMetaType.Type.QString,
    "int2": QMetaType.Type.Int,
    "int4": QMetaType.Type.Int,
    "int8": QMetaType.Type.LongLong,
    "float8": QMetaType.Type.Double,
    "bool": QMetaType.Type.Bool,
    "date": QMetaType.Type.QDate,
    "bytea": QMetaType.Type.QByteArray,
    "geometry": QMetaType.Type.QString,
}
_QMETATYPE_SINCE = 33800


def is_null(value: Any) -> bool:
    """Tell whether QGIS means nothing by ``value``."""
    return value is None or (isinstance(value, QVariant) and value.isNull())


def plain(value: Any) -> Any:
    """Return what QGIS holds as Python has it: ``None`` for NULL, never a ``QVariant``; a colour as #rrggbb."""
    if isinstance(value, QVariant):
        return None if value.isNull() else value.value()
    if isinstance(value, QColor):  # what QGIS's colour button leaves in a column of texts
        return value.name() if value.isValid() else None
    return value


def field(name: str, kind: type) -> QgsField:
    """Return a column for values of ``kind``: str, int (64 bits), float or bool."""
    return field_of(name, _TYPES[kind])


def type_on_a_server(called: str) -> Any:
    """Return Qt's type for a column of a type that PostgreSQL calls ``called``, None for one that is not known."""
    return _TYPES_ON_A_SERVER.get(called)


def field_of(name: str, known: Any, called: str = "") -> QgsField:
    """Return a column of one of Qt's types; ``called``: what its source calls the type."""
    if Qgis.QGIS_VERSION_INT < _QMETATYPE_SINCE and hasattr(QVariant, "Type"):
        return QgsField(name, QVariant.Type(known), called)
    return QgsField(name, known, called)
