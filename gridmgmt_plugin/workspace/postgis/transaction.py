"""Writing a schema: whole columns as array parameters, one statement per step, or for several steps.

The natural keys are checked when a statement ends (codes may be swapped in it), and a statement takes all its row
locks at once. Rows are locked, not tables: planners who change different rows save side by side. Whoever comes second
to the same row waits a moment and is told. Those whose changes depend on the same neighbourhood hold it as a part
(:mod:`gridmgmt_plugin.workspace.postgis.part_locks`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.geometry.parts import as_stored
from gridmgmt_plugin.core.redaction.texts import redact
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.counts.kept import outdate
from gridmgmt_plugin.workspace.counts.of_database import CountedPlaces
from gridmgmt_plugin.workspace.holding_order import in_holding_order
from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.news.touched import Touched
from gridmgmt_plugin.workspace.personal_data import column_without_people, log_without_people, without_people
from gridmgmt_plugin.workspace.postgis.commit import commit_with
from gridmgmt_plugin.workspace.postgis.connection import run, run_counted
from gridmgmt_plugin.workspace.postgis.listening import channel_of
from gridmgmt_plugin.workspace.postgis.part_locks import MOST_PARTS, hold_parts, holder_told
from gridmgmt_plugin.workspace.postgis.queued_writes import QueuedWrites
from gridmgmt_plugin.workspace.postgis.reading import column_types, refuse_unknown
from gridmgmt_plugin.workspace.postgis.reading_together import read_together, together
from gridmgmt_plugin.workspace.postgis.sql import (
    SQL_TYPES,
    array_literal,
    equality,
    geometry_literal,
    quoted,
    scheme_index,
    srid_of,
)
from gridmgmt_plugin.workspace.reads.asked import Asked
from gridmgmt_plugin.workspace.schema import TableDefinition, tables

if TYPE_CHECKING:
    import psycopg2.extensions

# Rows of one insert statement: enough to be fast, little enough to hold in memory a few times over.
_BATCH = 20_000


class PostgresTransaction:
    """A running transaction on one connection; see :class:`gridmgmt_plugin.workspace.transaction.Transaction`."""

    def __init__(
        self,
        connection: psycopg2.extensions.connection,
        location: PostgresLocation,
        author: str,
        gesture: str,
    ) -> None:
        self.author = redact(author)
        self.gesture = gesture
        self._connection = connection
        self._location = location
        self._types: dict[str, Mapping[str, str]] = {}
        self._held: set[str] = set()
        self._touched = Touched()
        self._queued = QueuedWrites()
        self._counted = CountedPlaces(self._queued, self._touched)
        self._is_queueing = False
        self._number: int | None = None

    def hold(self, *tables: str) -> None:
        """Lock tables against other writers; readers are not kept waiting."""
        fresh = in_holding_order(set(tables) - self._held)
        if fresh:
            self._send()
            hold_parts(self._connection, self._location, (), (), fresh, "", {})
            self._held.update(fresh)

    def hold_parts(
        self,
        parts: Collection[str],
        shared: Sequence[str],
        alone: Sequence[str] = (),
        read: Sequence[Asked] = (),
    ) -> list[Rows]:
        """Hold parts of the schema; whole tables where it is most of it."""
        if len(parts) > MOST_PARTS:
            self.hold(*shared, *alone)
            return self.read(read)
        self._send()
        asked = together(self._connection, self._location, read)
        rows = hold_parts(self._connection, self._location, parts, shared, alone, asked.sql, asked.values)
        self._held.update(alone)
        return asked.found(rows) if asked.sql else self.read(read)

    def read(self, reads: Sequence[Asked]) -> list[Rows]:
        """Return what is stored now, in one statement and so in one state."""
        self._send()
        return read_together(self._location, reads, self._connection)

    def hold_rows(self, table: str, rows: Rows) -> None:
        """Lock the rows that are as they were read, before what is sent next."""
        if len(rows) == 0:
            return
        _, types = self._table(table, rows.columns)
        source, values = self._source(types, {"fid": rows.fids, **rows.columns}, None)
        same = " AND ".join(f"old.{name} IS NOT DISTINCT FROM given.{name}" for name in map(quoted, rows.columns))
        sql = f"SELECT 1 FROM {self._name(table)} old JOIN (SELECT {source}) given ON old.fid = given.fid AND {same}"
        self._queue(table, f"{sql} FOR UPDATE OF old", values, rows.fids)

    def insert(self, table: str, rows: Rows) -> np.ndarray:
        """Add rows; return their new row numbers."""
        rows = without_people(table, rows)
        self._counted.inserted(table, rows.columns, len(rows))
        fids = np.zeros(len(rows), dtype=np.int64)
        for part, sql, values in self._insertions(table, rows):
            # The rows are numbered in their order.
            told = "string_agg(fid::text, ',' ORDER BY fid)"
            self._queued.add_told(table, f"{sql} RETURNING fid", values, told, self._numbering(table, fids[part]))
            self._go_on()
        return fids

    def append(self, table: str, rows: Rows) -> None:
        """Add rows with what is sent next."""
        rows = without_people(table, rows)
        self._counted.inserted(table, rows.columns, len(rows))
        for _, sql, values in self._insertions(table, rows):
            self._queued.add(table, sql, values)
            if self._queued.is_long:
                self._send()
        self._touched.add(table, None if len(rows) else ())

    @contextmanager
    def together(self) -> Iterator[None]:
        """Send everything in one message when the block ends."""
        self._is_queueing = True
        try:
            yield
        finally:
            self._is_queueing = False
        self._go_on()

    def update(self, table: str, rows: Rows, *, derived: bool = False) -> None:
        """Write the given columns and geometry to the rows numbered ``rows.fid``."""
        if rows.fid is None:
            raise ValueError("update needs row numbers")
        if len(rows) == 0:
            return
        rows = without_people(table, rows)
        definition, types = self._table(table, rows.columns)
        geometry = self._geometry_column(definition, rows.geometry)
        columns = {"fid": rows.fids, **rows.columns}
        self._counted.before_update(table, self._name(table), rows.columns, rows.fids)
        guarded = "row_version" in rows.columns
        source, values = self._source(types, columns, geometry)
        written = [name for name in rows.columns if name != "row_version"]
        written += ["geom"] if geometry is not None else []
        assignments = [f"{quoted(name)} = given.{quoted(name)}" for name in written]
        if definition.versioned and not derived:
            assignments.append("row_version = coalesce(old.row_version, 0) + 1")
        if not assignments:
            assignments.append("fid = old.fid")
        # A row that another program added may have no version.
        guard = " AND old.row_version IS NOT DISTINCT FROM given.row_version" if guarded else ""
        sql = (
            f"UPDATE {self._name(table)} old SET {', '.join(assignments)} FROM (SELECT {source}) given"
            f" WHERE old.fid = given.fid{guard}"
        )
        self._all_rows(table, sql, values, rows.fids)
        self._touched.add(table, rows.fids, reshaped=geometry is not None)

    def set_column(self, table: str, column: str, fids: np.ndarray, values: Sequence[Any] | np.ndarray) -> None:
        """Write one column of many rows in one statement."""
        _, types = self._table(table, (column,))
        given = column_without_people(table, column, values)
        self._counted.before_update(table, self._name(table), {column: given}, fids)
        source, parameters = self._source(types, {"fid": fids, column: given}, None)
        name = quoted(column)
        sql = f"UPDATE {self._name(table)} old SET {name} = given.{name} FROM (SELECT {source}) given"
        self._all_rows(table, f"{sql} WHERE old.fid = given.fid", parameters, fids)
        self._touched.add(table, fids, reshaped=False)

    def delete(self, table: str, fids: np.ndarray) -> None:
        """Remove rows by number."""
        if len(fids) == 0:
            return
        self._table(table, ())
        self._counted.deleting(table, f"DELETE FROM {self._name(table)} WHERE fid = ANY (%s::bigint[])", fids)
        self._go_on()
        self._touched.add(table, fids)

    def clear(self, table: str, where: Mapping[str, Any] | None = None) -> int:
        """Remove all rows, or those that equal ``where``; return how many."""
        _, types = self._table(table, where or ())
        condition, values = equality(where, types, self._name(table))
        self._send()
        count = self._run_counted(table, f"DELETE FROM {self._name(table)}{condition}", values)
        self._touched.add(table, None if count else ())
        self._counted.anywhere(table)
        return count

    def add_column(self, table: str, name: str, kind: str) -> bool:
        """Add a column unless it is there."""
        _, types = self._table(table, ())
        if name in types:
            return False
        self._send()
        lent = f"{self._location.schema}.add_scheme_column"  # of the rights that resources/schema/roles.sql sets
        ((is_own, is_lent),) = run(
            self._connection,
            "SELECT pg_has_role(relowner, 'USAGE'), to_regproc(%s) IS NOT NULL FROM pg_class"
            " WHERE oid = %s::regclass",
            (lent, self._name(table)),
        )
        if is_lent and not is_own:
            self._run(table, f"SELECT {lent}(%s)", (name,))
        else:
            column = f"{quoted(name)} {SQL_TYPES[kind]}"
            self._run(table, f"ALTER TABLE {self._name(table)} ADD COLUMN IF NOT EXISTS {column}")
            if table == "unit_grid":
                self._run(table, scheme_index(self._location.schema, name))
        self._connection.structure = None
        self._types.pop(table)
        self._touched.add(table)
        return True

    def set_info(self, key: str, value: str) -> None:
        """Write one entry of ``workspace_info``."""
        self._send()
        table, name = "workspace_info", self._name("workspace_info")
        if self._run_counted(table, f"UPDATE {name} SET value = %s WHERE key = %s", (value, key)) == 0:
            self._run(table, f"INSERT INTO {name} (key, value) VALUES (%s, %s)", (key, value))
        self._touched.add("workspace_info")

    def log(self, table: str, row_key: str | None, before: str | None, after: str | None) -> None:
        """Write one line of the change log."""
        before, after = (log_without_people(table, content) for content in (before, after))
        now = clock.now().isoformat(timespec="seconds")
        self._queued.add(
            "change_log",
            f"INSERT INTO {self._name('change_log')} (changed_at, changed_by, gesture, table_name, row_key, before,"
            " after) VALUES (%s, %s, %s, %s, %s, %s, %s)",
            (now, self.author, self.gesture, table, row_key, before, after),
        )
        self._go_on()
        self._touched.add("change_log")

    def finish(self) -> None:
        """Send what waits and what others are told, and confirm everything.

        :raises WorkspaceError: see :func:`.commit`; ``workspace_table_held`` where a colleague holds what is still to
            be written, a line of the change log most of all.
        """
        number = self._number
        if self._queued.is_asked_for or number is None:
            number = self._send_all()
        holders = holder_told(self._connection, self._location, *self._queued.tables)
        news = self._touched.news(self.author)
        told = () if news is None else (channel_of(self._location), news.encoded())
        signed_by = self.author if self._touched.holds("change_log") else None
        last = self._queued.before("SELECT pg_notify(%s, %s); COMMIT" if told else "COMMIT", told)
        try:
            commit_with(self._connection, self._location, number, *last, signed_by=signed_by, holders=holders)
        finally:  # also where it is not known whether it was confirmed
            if news is not None:
                outdate(self._location, news.places)

    def _go_on(self) -> None:
        """Send what waits, unless more belongs to it."""
        if not self._is_queueing or self._queued.is_long:
            self._send()

    def _send(self) -> None:
        if self._queued:
            self._send_all()

    def _send_all(self) -> int:
        with holder_told(self._connection, self._location, *self._queued.tables):
            number = self._queued.send(self._connection)
        self._number = number
        return number

    def _run(self, table: str, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with holder_told(self._connection, self._location, table):
            return run(self._connection, sql, values)

    def _run_counted(self, table: str, sql: str, values: Sequence[Any] = ()) -> int:
        with holder_told(self._connection, self._location, table):
            return run_counted(self._connection, sql, values)

    def _all_rows(self, table: str, sql: str, values: Sequence[Any], fids: np.ndarray) -> None:
        """Change all of these rows.

        :raises WorkspaceError: ``row_changed_meanwhile``.
        """
        self._queue(table, f"{sql} RETURNING 1", values, fids)
        self._go_on()

    def _queue(self, table: str, sql: str, values: Sequence[Any], fids: np.ndarray) -> None:
        """Queue a statement that has to return as many rows as it concerns."""
        definition = tables()[table]

        def settle(found: str) -> None:
            if int(found) != len(fids):
                raise WorkspaceError("row_changed_meanwhile", table=definition.zh, table_en=definition.en)

        self._queued.add_told(table, sql, values, "count(*)::text", settle, np.asarray(fids))

    def _numbering(self, table: str, fids: np.ndarray) -> Callable[[str], None]:
        """Return what takes the numbers of new rows.

        It raises ``workspace_rows_kept_out`` where a trigger or row security lets some of them vanish without a word.
        """
        definition = tables()[table]

        def settle(told: str) -> None:
            numbers = told.split(",") if told else []
            if len(numbers) != len(fids):
                named = {"table": definition.zh, "table_en": definition.en}
                counts = {"stored": len(numbers), "count": len(fids)}
                raise WorkspaceError("workspace_rows_kept_out", path=self._location.label, **named, **counts)
            fids[:] = np.array(numbers, dtype=np.int64)
            self._touched.add(table, fids)

        return settle

    def _insertions(self, table: str, rows: Rows) -> Iterator[tuple[slice, str, list[str]]]:
        """Yield the statements that add rows, with their parameters and which rows they are for."""
        definition, types = self._table(table, rows.columns)
        geometry = self._geometry_column(definition, rows.geometry)
        listed = ", ".join([*map(quoted, rows.columns), *(["geom"] if geometry is not None else [])])
        for start in range(0, len(rows), _BATCH):
            part = slice(start, start + _BATCH)
            columns = {name: column[part] for name, column in rows.columns.items()}
            source, values = self._source(types, columns, None if geometry is None else geometry[part])
            yield part, f"INSERT INTO {self._name(table)} ({listed}) SELECT {source} ORDER BY at", values

    def _name(self, table: str) -> str:
        return f"{self._location.schema}.{quoted(table)}"

    def _table(self, table: str, columns: Iterable[str]) -> tuple[TableDefinition, Mapping[str, str]]:
        """Return a table's definition and the SQL types of its columns; a column that is not there is our mistake."""
        definition = tables()[table]
        if table not in self._types:
            self._types[table] = column_types(self._connection, self._location, table)
        types = self._types[table]
        refuse_unknown(table, set(columns) - set(types))
        return definition, types

    def _geometry_column(self, definition: TableDefinition, geometry: np.ndarray | None) -> np.ndarray | None:
        if geometry is None or definition.geometry is None:
            return None
        return as_stored(geometry, definition.geometry)

    def _source(
        self, types: Mapping[str, str], columns: Mapping[str, Any], geometry: np.ndarray | None
    ) -> tuple[str, list[str]]:
        """Return ``columns FROM unnest(arrays) WITH ORDINALITY`` and its parameters, one array per column."""
        names = [quoted(name) for name in columns]
        arrays = [f"%s::{types[name]}[]" for name in columns]
        values = [array_literal(column, types[name]) for name, column in columns.items()]
        for name, literal in zip(columns, values):
            if "\0" in literal:
                raise WorkspaceError("text_with_nul", column=name)
        wanted = list(names)
        if geometry is not None:
            names.append("geom")
            arrays.append("%s::text[]")
            values.append(geometry_literal(geometry, srid_of(types["geom"])))
            wanted.append("geom::geometry AS geom")
        given = f"unnest({', '.join(arrays)}) WITH ORDINALITY AS listed ({', '.join([*names, 'at'])})"
        return f"{', '.join(wanted)} FROM {given}", values
