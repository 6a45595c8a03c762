"""How many rows more or less a transaction leaves with each unit grid and lane, and the marks of the tables."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from gridmgmt_plugin.workspace.counts.counted import COUNTED, counted_among
from gridmgmt_plugin.workspace.counts.of_file import MARK, Step
from gridmgmt_plugin.workspace.values import plain

# Of more rows nobody looks what they were.
_MOST_ROWS = 5000


class CountedRows:
    """Follows one transaction; see :mod:`gridmgmt_plugin.workspace.counts.of_file`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._marks: dict[str, str] = {}
        self._changes: dict[str, dict[str, Counter[str] | None]] = {}

    def begin(self, table: str) -> None:
        """Note the mark of a table, before anything is written to it."""
        if table in COUNTED and table not in self._marks:
            self._marks[table] = self._mark(table)
            self._changes[table] = {name: Counter() for name in COUNTED[table]}

    def inserted(self, table: str, columns: Mapping[str, Any], count: int) -> None:
        """Count new rows."""
        for name in COUNTED.get(table, ()):
            codes = plain(columns[name]) if name in columns and count <= _MOST_ROWS else [None] * count
            self._count(table, name, codes if count <= _MOST_ROWS else None, 1)

    def updating(self, table: str, columns: Mapping[str, Any], fids: list[int]) -> None:
        """Count rows as they are, and as they will be with these columns."""
        for name in counted_among(table, columns):
            few = len(fids) <= _MOST_ROWS
            self._count(table, name, self._stored(table, name, fids) if few else None, -1)
            self._count(table, name, plain(columns[name]) if few else None, 1)

    def deleting(self, table: str, fids: list[int]) -> None:
        """Count rows that will go."""
        for name in COUNTED.get(table, ()):
            few = len(fids) <= _MOST_ROWS
            self._count(table, name, self._stored(table, name, fids) if few else None, -1)

    def steps(self) -> list[Step]:
        """Return what was done to each table that is counted; called when marks are as they will be."""
        return [Step(table, before, self._mark(table), self._changes[table]) for table, before in self._marks.items()]

    def _count(self, table: str, name: str, codes: Iterable[str | None] | None, step: int) -> None:
        known = self._changes[table][name]
        if codes is None or known is None:
            self._changes[table][name] = None
            return
        for code in codes:
            if code is not None or name == "unit_grid":
                known[code or ""] += step

    def _stored(self, table: str, name: str, fids: list[int]) -> list[str | None]:
        sql = f"SELECT {name} FROM {table} WHERE fid = ?"
        return [code for fid in fids for (code,) in self._connection.execute(sql, (fid,))]

    def _mark(self, table: str) -> str:
        found = self._connection.execute(MARK, (table,)).fetchone()
        return str(found[0]) if found else ""
