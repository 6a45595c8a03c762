"""Pieces of SQL: names, types, whole columns as array parameters, conditions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.workspace.light.text_ends import beginning
from gridmgmt_plugin.workspace.values import Beginning, Days, Highest, Naming, plain

SQL_TYPES = {
    "text": "text",
    "integer": "bigint",
    "real": "double precision",
    "date": "date",
    # Local wall-clock time as ISO 8601 text, as in a GeoPackage: nothing may shift it.
    "datetime": "text",
    "boolean": "boolean",
    "blob": "bytea",
}
_NULL = "NULL"
_ISO_DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}"


def quoted(identifier: str) -> str:
    """Return an SQL identifier in quotes; names come from the schema or the database itself, never from free text.

    A percent sign is doubled, because every statement goes through psycopg2's place-holders.
    """
    return '"' + identifier.replace('"', '""').replace("%", "%%") + '"'


def an_index(schema: str, table: str, index: str, columns: Sequence[str]) -> str:
    """Return what makes an index of a table, unless it is there."""
    by_beginning = load_json("schema/indexes.json")["asked_by_beginning"].get(table, ())
    listed = ", ".join(quoted(name) + (" text_pattern_ops" if name in by_beginning else "") for name in columns)
    return f"CREATE INDEX IF NOT EXISTS {quoted(index)} ON {schema}.{quoted(table)} ({listed})"


def index_of_several(schema: str, table: str, column: str) -> str:
    """Return what makes the index of a column of several texts between commas, unless it is there; what is asked for
    is :class:`~gridmgmt_plugin.workspace.values.Naming`.
    """
    place, index = f"{schema}.{quoted(table)}", quoted(f"{table}_{column}_named")
    return f"CREATE INDEX IF NOT EXISTS {index} ON {place} USING gin (string_to_array({quoted(column)}, ','))"


def indexes_of_ends(schema: str, table: str, column: str) -> list[str]:
    """Return what makes the indexes by which a text is found whose beginning or end is known, unless they are there;
    what is asked for is in :mod:`gridmgmt_plugin.workspace.light.text_ends`.
    """
    place, name = f"{schema}.{quoted(table)}", quoted(column)
    ends = (("begins", name), ("ends", f"reverse({name})"))
    return [
        f"CREATE INDEX IF NOT EXISTS {quoted(f'{table}_{column}_{which}')} ON {place} (({text}) text_pattern_ops)"
        for which, text in ends
    ]


def scheme_index(schema: str, column: str) -> str:
    """Return what makes the index of the unit grids' column of a grid scheme, unless it is there."""
    return an_index(schema, "unit_grid", f"unit_grid_{column}", (column,))


def text_literal(text: str) -> str:
    """Return a text of ours as a literal, for statements that take no parameters."""
    return "'" + text.replace("'", "''").replace("%", "%%") + "'"


def array_literal(values: Sequence[Any] | np.ndarray, sql_type: str) -> str:
    """Return a column as the text of an array, one parameter however many rows there are.

    Values are fitted as SQLite does it: a whole number in a column with decimals and the other way round, a number in
    a column of texts. An empty text in a column of dates, numbers or flags is a missing value.
    """
    write = _WRITERS.get(sql_type, _as_text)
    return "{" + ",".join(_NULL if item is None else write(item) for item in plain(values)) + "}"


def geometry_literal(geometry: np.ndarray, srid: int) -> str:
    """Return n geometries (``None`` = missing) as the text of an array of texts in EWKB."""
    marked = shapely.set_srid(geometry, srid) if srid else geometry
    wkb = shapely.to_wkb(marked, hex=True, byte_order=1, include_srid=srid != 0)
    return "{" + ",".join(_NULL if item is None else item for item in wkb) + "}"


def srid_of(geometry_type: str) -> int:
    """Return the SRID of a column's type as PostGIS writes it, ``geometry(Polygon,4548)``; 0 where it has none."""
    found = re.search(r",(\d+)\)", geometry_type)
    return int(found.group(1)) if found else 0


def equality(where: Mapping[str, Any] | None, types: Mapping[str, str], table: str) -> tuple[str, list[str]]:
    """Return a condition for columns (``None`` = missing; a list = any of it; :class:`Days`,
    :class:`Highest`, :class:`Beginning`, :class:`Naming`) and
    its parameters.

    :param types: SQL type by column.
    :param table: as the statement names it.
    """
    parts: list[str] = []
    values: list[str] = []
    for name, wanted in (where or {}).items():
        if wanted is None:
            parts.append(f"{quoted(name)} IS NULL")
        elif isinstance(wanted, Days):
            column = f'({quoted(name)}::text COLLATE "C")'  # no language's order of the signs between the digits
            parts.append(f"(({column} >= %s AND {column} < %s) OR {column} !~ '{_ISO_DAY}')")
            values += wanted.bounds
        elif isinstance(wanted, Highest):
            parts.append(f"{quoted(name)} = (SELECT max({quoted(name)}) FROM {table})")
        elif isinstance(wanted, Beginning):
            parts.append(f"{quoted(name)} LIKE %s")  # of any server's age finds it by an index
            values.append(beginning(wanted.head))
        elif isinstance(wanted, Naming):
            parts.append(f"string_to_array({quoted(name)}, ',') && %s::text[]")
            values.append(array_literal(wanted.names, "text"))
        else:
            several = list(wanted) if isinstance(wanted, (list, tuple)) else [wanted]
            parts.append(f"{quoted(name)} = ANY (%s::{types[name]}[])")
            values.append(array_literal(several, types[name]))
    return (" WHERE " + " AND ".join(parts) if parts else ""), values


def _as_text(item: Any) -> str:
    text = item if type(item) is str else str(int(item) if isinstance(item, bool) else item)
    if "\\" in text or '"' in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def _as_integer(item: Any) -> str:
    if isinstance(item, float) and item.is_integer():
        return str(int(item))
    return _or_missing(item)


def _or_missing(item: Any) -> str:
    return _NULL if item == "" else _as_text(item)


def _as_flag(item: Any) -> str:
    return ("t" if item else "f") if isinstance(item, (bool, int, float)) else _or_missing(item)


def _as_bytes(item: Any) -> str:
    return f'"\\\\x{bytes(item).hex()}"'


_WRITERS: Mapping[str, Callable[[Any], str]] = {
    "bigint": _as_integer,
    "double precision": _or_missing,
    "date": _or_missing,
    "boolean": _as_flag,
    "bytea": _as_bytes,
}
