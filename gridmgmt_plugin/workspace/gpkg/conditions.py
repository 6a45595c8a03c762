"""Conditions of questions to a GeoPackage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gridmgmt_plugin.workspace.gpkg.connection import quoted
from gridmgmt_plugin.workspace.values import Beginning, Days, Highest, Naming

_AFTER_ANY_CHARACTER = "\U0010ffff"
# How an ISO day begins, as SQLite says it.
_ISO_DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*"


def equality(where: Mapping[str, Any] | None, table: str) -> tuple[str, list[Any]]:
    """Return an SQL condition for columns of a table (``None`` = missing; a list = any of it; :class:`Days`,
    :class:`Highest`, :class:`Beginning`, :class:`Naming`) and its values.
    """
    if not where:
        return "", []
    parts: list[str] = []
    values: list[Any] = []
    for name, wanted in where.items():
        if wanted is None:
            parts.append(f"{quoted(name)} IS NULL")
        elif isinstance(wanted, Days):
            column = quoted(name)
            parts.append(f"(({column} >= ? AND {column} < ?) OR {column} NOT GLOB '{_ISO_DAY}')")
            values += wanted.bounds
        elif isinstance(wanted, Highest):
            parts.append(f"{quoted(name)} = (SELECT max({quoted(name)}) FROM {quoted(table)})")
        elif isinstance(wanted, Beginning):
            parts.append(f"({quoted(name)} >= ? AND {quoted(name)} < ?)")  # in the order of bytes, that of its index
            values += [wanted.head, wanted.head + _AFTER_ANY_CHARACTER]
        elif isinstance(wanted, Naming):
            each = " OR ".join([f"instr(',' || {quoted(name)} || ',', ?) > 0"] * len(wanted.names))
            parts.append(f"({each or '0'})")
            values += [f",{one}," for one in wanted.names]
        elif isinstance(wanted, (list, tuple)):
            parts.append(f"{quoted(name)} IN ({', '.join('?' * len(wanted))})")
            values += wanted
        else:
            parts.append(f"{quoted(name)} = ?")
            values.append(wanted)
    return " WHERE " + " AND ".join(parts), values
