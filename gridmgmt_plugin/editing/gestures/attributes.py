"""Attribute values between QGIS and our columns."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsField
from qgis.PyQt.QtCore import QDate, QDateTime, Qt

from gridmgmt_plugin.project import attributes

_FLAGS = ("boolean", "bool")


def plain(value: Any) -> Any:
    """Return an attribute of a feature as our columns hold it: ``None`` for NULL, ISO text for dates."""
    if isinstance(value, (str, int, float)):  # most are; a gesture asks for thousands
        return value
    value = attributes.plain(value)
    if isinstance(value, (QDate, QDateTime)):
        return value.toString(Qt.DateFormat.ISODate) if value.isValid() else None
    return value


def typed(field: QgsField, value: Any) -> Any:
    """Return what a form left in a field as our columns hold it: no text for an empty one, a flag as 0 or 1.

    QGIS's list of yes and no hands its answer over as text.
    """
    value = plain(value)
    if value == "":
        return None
    if field.typeName().lower() in _FLAGS and value is not None:
        return int(str(value).lower() in ("1", "true", "t"))
    return value


def stored(field: QgsField, value: Any) -> Any:
    """Return a value of our columns as an attribute of ``field``."""
    if isinstance(value, str) and field.typeName().lower() == "date":
        return QDate.fromString(value, Qt.DateFormat.ISODate)
    return value
