"""Several reads in one message and one state: each column of each comes as an array, all in one row.

That is for reads of some hundred or thousand rows; whole tables are read on cursors, part by part. A state begins
with the first reads in it, in the same message.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.postgis.connection import Opening, connected, run, run_alone, structure_told
from gridmgmt_plugin.workspace.postgis.reading import Selection, column_types, kept_types, read_rows, reader, select
from gridmgmt_plugin.workspace.postgis.sql import SQL_TYPES
from gridmgmt_plugin.workspace.reads.asked import Asked

if TYPE_CHECKING:
    import psycopg2.extensions

# Whose arrays come as what one value comes as.
_AS_ARRAYS = frozenset(SQL_TYPES.values())
#: What a server says when the columns are others than those that were known.
OTHER_COLUMNS = ("postgres_statement_failed", "workspace_missing", "workspace_not_ours")


def read_together(
    location: PostgresLocation, reads: Sequence[Asked], opened: psycopg2.extensions.connection | None = None
) -> list[Rows]:
    """Return what several reads find, in one state; see ``Workspace.read_together``.

    :param opened: a connection in whose transaction to read; else they are a transaction of their own, all in one
        message once the columns are known.
    """
    if not reads:
        return []
    if opened is None:
        found = _read_alone(location, reads)
        if found is not None:
            return found
        with connected(location) as connection:
            return read_together(location, reads, connection)
    with reader(location, opened) as connection:
        asked = together(connection, location, reads)
        if not asked.sql:
            return [_read(location, read, connection) for read in reads]
        return asked.found(run(connection, asked.sql, asked.values))


@dataclass(frozen=True)
class Together:
    """Several reads as one statement: ``sql`` with the parameters ``values`` by name. Without ``sql`` each is to be
    asked alone: a table has columns of other kinds than ours.
    """

    sql: str
    values: Mapping[str, Any]
    selections: Sequence[Selection]

    def found(self, rows: Sequence[tuple[Any, ...]]) -> list[Rows]:
        """Return what the reads find. ``rows``: what the statement returned."""
        ((_, *arrays),) = rows
        return _sorted_out(self.selections, arrays)


def together(
    connection: psycopg2.extensions.connection, location: PostgresLocation, reads: Sequence[Asked]
) -> Together:
    """Return a statement for several reads, to be run with others in one message."""
    selections = [select(location, column_types(connection, location, read.table), read) for read in reads]
    if not selections or not _come_as_arrays(selections):
        return Together("", {}, selections)
    statement, values = _one_statement(selections)
    return Together(f"SELECT NULL{statement}", values, selections)


@dataclass(frozen=True)
class AsKnown:
    """Several reads of tables with the columns that were known last, to be told with something else: ``told`` is what
    is selected after a first value, with the parameters ``values`` by name. They hold where the columns of the schema
    are known by the same ``structure`` now.
    """

    structure: str
    told: str
    values: Mapping[str, Any]
    selections: Sequence[Selection]

    def found(self, arrays: Sequence[Any]) -> list[Rows]:
        """Return what the reads find. ``arrays``: what was told."""
        return _sorted_out(self.selections, arrays)


def as_known(location: PostgresLocation, reads: Sequence[Asked]) -> AsKnown | None:
    """Return reads by the columns that are known; ``None`` where they have to be looked at first."""
    kept = kept_types(location)
    if not reads or kept is None or any(read.table not in kept[1] for read in reads):
        return None
    structure, types = kept
    selections = [select(location, types[read.table], read) for read in reads]
    return AsKnown(structure, *_one_statement(selections), selections) if _come_as_arrays(selections) else None


def _read_alone(location: PostgresLocation, reads: Sequence[Asked]) -> list[Rows] | None:
    """Return what reads find; ``None`` where the columns have to be looked at first."""
    known = as_known(location, reads)
    if known is None:
        return None
    try:
        ((now, *arrays),) = run_alone(location, f"SELECT {structure_told()}{known.told}", known.values)
    except WorkspaceError as error:
        if error.code in OTHER_COLUMNS:
            return None
        raise
    return known.found(arrays) if now == known.structure else None


def _come_as_arrays(selections: Sequence[Selection]) -> bool:
    return all(kind in _AS_ARRAYS for selection in selections for _, kind in selection.wanted)


def _one_statement(selections: Sequence[Selection]) -> tuple[str, dict[str, Any]]:
    """Return what is selected beside a first value, and the parameters by name."""
    numbers = count()
    columns: list[str] = []
    tables: list[str] = []
    values: dict[str, Any] = {}
    for at, selection in enumerate(selections):
        names = [f"v{next(numbers)}" for _ in selection.parameters]
        values.update(zip(names, selection.parameters))
        mine = [f"c{at}_{place}" for place in range(len(selection.wanted))]
        columns += mine
        aggregates = ", ".join(f"array_agg(f{place}) AS {name}" for place, name in enumerate(mine))
        fields = ", ".join(f"f{place}" for place in range(len(mine)))
        tables.append(
            f"(SELECT {aggregates} FROM ({_with_names(selection.sql, iter(names))}) AS rows_{at} ({fields})) AS t{at}"
        )
    return f", {', '.join(columns)} FROM {', '.join(tables)}", values


def _with_names(sql: str, names: Iterator[str]) -> str:
    """Return a statement whose place-holders have names; a doubled percent sign is none."""
    return re.sub("%%|%s", lambda found: "%%" if found[0] == "%%" else f"%({next(names)})s", sql)


def _sorted_out(selections: Sequence[Selection], arrays: Sequence[list[Any] | None]) -> list[Rows]:
    columns = iter([np.empty(0, dtype=object) if array is None else as_column(array) for array in arrays])
    return [selection.rows([next(columns) for _ in selection.wanted]) for selection in selections]


def _read(location: PostgresLocation, read: Asked, connection: psycopg2.extensions.connection) -> Rows:
    where: Mapping[str, Any] = dict(read.where)
    columns = read.columns
    return read_rows(location, read.table, columns, where, read.bounds, geometry=read.geometry, opened=connection)


class OneState:
    """The snapshot of a schema. Who never reads in it costs the server nothing."""

    def __init__(self, location: PostgresLocation, stack: ExitStack) -> None:
        """``stack``: what ends it."""
        self._location, self._stack = location, stack
        self._connection: psycopg2.extensions.connection | None = None

    @property
    def connection(self) -> psycopg2.extensions.connection:
        """Return the connection that reads it."""
        if self._connection is None:
            self._connection = self._stack.enter_context(connected(self._location))
        return self._connection

    def read_together(self, reads: Sequence[Asked]) -> list[Rows]:
        """Return what several reads find in it."""
        found = self._begun_with(reads) if self._connection is None else None
        return read_together(self._location, reads, self.connection) if found is None else found

    def _begun_with(self, reads: Sequence[Asked]) -> list[Rows] | None:
        """Begin with several reads; return what they find, ``None`` where the columns have to be looked at first."""
        known = as_known(self._location, reads)
        if known is None:
            return None
        opening = Opening(told=known.told, values=known.values)
        try:
            self._connection = self._stack.enter_context(connected(self._location, opening=opening))
        except WorkspaceError as error:
            if error.code in OTHER_COLUMNS:
                return None
            raise
        return known.found(self._connection.told) if self._connection.structure == known.structure else None
