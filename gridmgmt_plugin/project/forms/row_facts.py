"""What a row of a layer says of itself: what it is called, and whether it holds today."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsFeature

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.project.attributes import is_null

#: What a grid is called first, and any place.
NAMING = ("alias", "name")
#: The first and the last day on which a row holds; a missing one is open.
PERIOD = ("valid_from", "valid_to")
LAST = PERIOD[1]


def naming_columns(table: str) -> tuple[str, ...]:
    """Return the columns that a place is called by, the first that is filled counts; the alias of a lane does not."""
    return NAMING if table == "responsibility_grid" else NAMING[1:]


def row_name(table: str, row: QgsFeature) -> str:
    """Return what a place is called: its name, of a grid first its alias; its code where it has neither."""
    filled = (row[name] for name in naming_columns(table) if not is_null(row[name]) and row[name])
    return str(next(filled, row["code"]))


def in_force(row: QgsFeature) -> bool:
    """Tell whether a row holds today, its first and its last day included."""
    today = clock.today().isoformat()
    first, last = (day_text(row[name]) for name in PERIOD)
    return first <= today and (not last or last >= today)


def is_over(row: QgsFeature) -> bool:
    """Tell whether the last day of a row is over; it may begin later than today."""
    last = day_text(row[LAST])
    return bool(last) and last < clock.today().isoformat()


def day_text(value: Any) -> str:
    """Return a day as 2026-11-30, "" for none; what is no day as it stands."""
    if is_null(value):
        return ""
    return str(value.toString("yyyy-MM-dd") if hasattr(value, "toString") else value)
