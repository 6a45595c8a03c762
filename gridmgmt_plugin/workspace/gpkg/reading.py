"""Reading a GeoPackage: whole columns, in one short step."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from gridmgmt_plugin.core.rows import PointPart, Rows, as_column
from gridmgmt_plugin.workspace.gpkg.blob import shapes_of, xy_of
from gridmgmt_plugin.workspace.gpkg.conditions import equality
from gridmgmt_plugin.workspace.gpkg.connection import connect, quoted
from gridmgmt_plugin.workspace.gpkg.errors import translated_errors
from gridmgmt_plugin.workspace.gpkg.triggers import refuse_unknown_triggers
from gridmgmt_plugin.workspace.migrations import check_version, stored_version
from gridmgmt_plugin.workspace.schema import refuse_missing_columns, tables
from gridmgmt_plugin.workspace.tellings import Telling, selected

# 2025-03-07T08:05:00
_MOMENT = "0000-00-00T00:00:00".replace("0", "[0-9]")
# Rows that are fetched at a time: a large table is never held twice.
_BATCH = 20_000
# Columns whose values repeat keep one object per value, which saves most of the memory of a large table.
_REPEATING = 0.7


def read_info(path: Path) -> dict[str, str]:
    """Return the entries of ``workspace_info``.

    :raises WorkspaceError: when the file is missing, not ours, of another schema version, damaged, not readable, or
        does more than we know of.
    """
    connection = connect(path, writable=False)
    try:
        with translated_errors(path):
            check_version(stored_version(connection, path), path)
            refuse_unknown_triggers(connection, path)
            there = {
                name: {row[1] for row in connection.execute(f"PRAGMA table_info({quoted(name)})")}
                for name in tables()
            }
            refuse_missing_columns(there, str(path))
            return dict(connection.execute("SELECT key, value FROM workspace_info"))
    finally:
        connection.close()


def read_rows(
    path: Path,
    table: str,
    columns: Sequence[str] | None,
    where: Mapping[str, Any] | None,
    bounds: tuple[float, float, float, float] | None = None,
    *,
    geometry: bool,
    opened: sqlite3.Connection | None = None,
) -> Rows:
    """Return rows of a table as columns, ordered by row number; see ``Workspace.read``.

    :param opened: a connection to read through, instead of one for this read alone.
    """
    with_geometry = geometry and tables()[table].geometry is not None
    with connected(path, opened) as connection:
        there = [row[1] for row in connection.execute(f"PRAGMA table_info({quoted(table)})")]
        names = [name for name in there if name not in ("fid", "geom")] if columns is None else list(columns)
        _refuse_unknown(table, {*names, *(where or ())} - set(there))
        wanted = ["fid", *names, *(["geom"] if with_geometry else [])]
        condition, values = equality(where, table)
        if bounds is not None:
            condition += f" {'AND' if condition else 'WHERE'} fid IN ({_found_within(table)})"
            values += _in_question_order(bounds)
        sql = f"SELECT {', '.join(map(quoted, wanted))} FROM {quoted(table)}{condition} ORDER BY fid"
        by_column = _columns(connection.execute(sql, values), len(wanted))
    return Rows(
        {name: by_column[position + 1] for position, name in enumerate(names)},
        shapes_of(by_column[-1].tolist()) if with_geometry else None,
        by_column[0].astype(np.int64),
    )


def read_point_parts(
    path: Path, table: str, columns: Sequence[str], opened: sqlite3.Connection | None = None
) -> Iterator[PointPart]:
    """Yield all rows of a table of points, part by part; see ``Workspace.read_point_parts``."""
    with connected(path, opened) as connection:
        there = {row[1] for row in connection.execute(f"PRAGMA table_info({quoted(table)})")}
        _refuse_unknown(table, set(columns) - there)
        cursor = connection.execute(
            f"SELECT {', '.join(map(quoted, ('fid', *columns, 'geom')))} FROM {quoted(table)}"
        )
        while found := cursor.fetchmany(_BATCH):
            fid, *values, blobs = zip(*found)
            yield PointPart(dict(zip(columns, values)), np.array(fid, dtype=np.int64), *xy_of(blobs))


def _columns(cursor: sqlite3.Cursor, width: int) -> list[np.ndarray]:
    """Return the columns of a query as object arrays, with one object for each value of a column that repeats."""
    parts: list[list[np.ndarray]] = [[] for _ in range(width)]
    memos: list[dict[Any, Any] | None] | None = None
    while found := cursor.fetchmany(_BATCH):
        columns = list(zip(*found))
        if memos is None:
            memos = [{} if len(found) == _BATCH and _repeats(column) else None for column in columns]
        for part, column, memo in zip(parts, columns, memos):
            part.append(as_column(column if memo is None else map(memo.setdefault, column, column)))
    if not parts[0]:
        return [np.empty(0, dtype=object) for _ in range(width)]
    return [part[0] if len(part) == 1 else np.concatenate(part) for part in parts]


def _repeats(column: tuple[Any, ...]) -> bool:
    """Tell whether a column holds texts that come again; numbers may equal without being the same (1, 1.0)."""
    return set(map(type, column)) <= {str, type(None)} and len(set(column)) < _REPEATING * len(column)


def _found_within(table: str) -> str:
    index = quoted(f"rtree_{table}_geom")
    return f"SELECT id FROM {index} WHERE minx <= ? AND maxx >= ? AND miny <= ? AND maxy >= ?"


def _in_question_order(bounds: tuple[float, float, float, float]) -> list[float]:
    """Return the bounds in the order of the question; the index itself holds them rounded outwards."""
    minx, miny, maxx, maxy = bounds
    return [maxx, minx, maxy, miny]


def count_rows(
    path: Path, table: str, where: Mapping[str, Any] | None, opened: sqlite3.Connection | None = None
) -> int:
    """Return how many rows a table has, or how many of them equal ``where``."""
    with connected(path, opened) as connection:
        there = [row[1] for row in connection.execute(f"PRAGMA table_info({quoted(table)})")]
        _refuse_unknown(table, set(where or ()) - set(there))
        condition, values = equality(where, table)
        sql = f"SELECT count(*) FROM {quoted(table)}{condition}"
        number: int = connection.execute(sql, values).fetchone()[0]
    return number


def count_by(
    path: Path,
    table: str,
    columns: Sequence[str],
    told: Mapping[str, Telling],
    opened: sqlite3.Connection | None = None,
) -> tuple[Rows, np.ndarray]:
    """Return combinations of values and how many rows have each; see ``Workspace.count_by``."""
    with connected(path, opened) as connection:
        there = {row[1] for row in connection.execute(f"PRAGMA table_info({quoted(table)})")}
        _refuse_unknown(table, set(columns) - there)
        asked, parameters = selected(map(quoted, columns), told.values(), _has_form, "BINARY")
        sql = f"{asked[0]} FROM {quoted(table)} {asked[1]}".replace("%s", "?")
        *values, counts = _columns(connection.execute(sql, parameters), len(columns) + len(told) + 1)
    return Rows(dict(zip((*columns, *told), values))), counts.astype(np.int64)


def _has_form(column: str) -> str:
    return f"{column} GLOB '{_MOMENT}'"


def all_indexed(path: Path, table: str, opened: sqlite3.Connection | None = None) -> bool:
    """Tell whether the spatial index of a table, which leaves out missing and empty shapes, holds all its rows."""
    if tables()[table].geometry is None:
        return False
    with connected(path, opened) as connection:
        rowids = quoted(f"rtree_{table}_geom_rowid")
        sql = f"SELECT (SELECT count(*) FROM {quoted(table)}) = (SELECT count(*) FROM {rowids})"
        return bool(connection.execute(sql).fetchone()[0])


@contextmanager
def connected(path: Path, opened: sqlite3.Connection | None = None) -> Iterator[sqlite3.Connection]:
    """Give a connection for reading: the one that is open, else a new one for the length of the block."""
    if opened is not None:
        with translated_errors(path):
            yield opened
        return
    connection = connect(path, writable=False)
    try:
        with translated_errors(path):
            yield connection
    finally:
        connection.close()


def _refuse_unknown(table: str, unknown: set[str]) -> None:
    if unknown:
        raise ValueError(f"table {table} has no columns {sorted(unknown)}")
