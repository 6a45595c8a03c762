"""Writing a GeoPackage: SQL in one transaction, its spatial indexes and counts kept true."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.geometry.parts import as_stored
from gridmgmt_plugin.core.redaction.texts import redact
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.counts.of_file import Step
from gridmgmt_plugin.workspace.gpkg.blob import encode, encode_points
from gridmgmt_plugin.workspace.gpkg.conditions import equality
from gridmgmt_plugin.workspace.gpkg.connection import quoted
from gridmgmt_plugin.workspace.gpkg.counted_rows import CountedRows
from gridmgmt_plugin.workspace.gpkg.index_writing import IndexWriting
from gridmgmt_plugin.workspace.gpkg.many_rows import insert_many
from gridmgmt_plugin.workspace.gpkg.reading import read_rows
from gridmgmt_plugin.workspace.personal_data import column_without_people, log_without_people, without_people
from gridmgmt_plugin.workspace.reads.asked import Asked
from gridmgmt_plugin.workspace.schema import TableDefinition, tables
from gridmgmt_plugin.workspace.values import plain

_GDAL_TRIGGERS = ("rtree_", "trigger_insert_feature_count_", "trigger_delete_feature_count_")
_SQL_TYPES = {"text": "TEXT", "integer": "INTEGER", "real": "REAL"}


class GeoPackageTransaction:
    """A running transaction on one connection; see :class:`gridmgmt_plugin.workspace.transaction.Transaction`."""

    def __init__(self, connection: sqlite3.Connection, author: str, gesture: str) -> None:
        self.author = redact(author)
        self.gesture = gesture
        self._connection = connection
        self._dropped: dict[str, list[tuple[str, str]]] = {}
        self._reshaped: set[str] = set()  # tables that got or lost rows or shapes
        self._indexes = IndexWriting(connection)
        self._counted = CountedRows(connection)
        self._srs_ids = dict(connection.execute("SELECT table_name, srs_id FROM gpkg_geometry_columns"))

    def hold(self, *tables: str) -> None:
        """Do nothing: a running transaction keeps every other writer off the whole file."""

    def hold_parts(
        self,
        parts: Collection[str],  # noqa: ARG002  the protocol's signature
        shared: Sequence[str],  # noqa: ARG002
        alone: Sequence[str] = (),  # noqa: ARG002
        read: Sequence[Asked] = (),
    ) -> list[Rows]:
        """Read: all is held already, see :meth:`hold`."""
        return self.read(read)

    def read(self, reads: Sequence[Asked]) -> list[Rows]:
        """Return what is stored now."""
        return [self._read_one(one) for one in reads]

    def hold_rows(self, table: str, rows: Rows) -> None:
        """Do nothing: see :meth:`hold`."""

    def insert(self, table: str, rows: Rows) -> np.ndarray:
        """Add rows; return their new row numbers."""
        count = len(rows)
        if count == 0:
            return np.empty(0, dtype=np.int64)
        rows = without_people(table, rows)
        definition = self._prepare(table)
        self._reshaped.add(table)
        self._counted.inserted(table, rows.columns, count)
        columns = self._known_columns(table, rows.columns)
        last = self._connection.execute(f"SELECT coalesce(max(fid), 0) FROM {quoted(table)}").fetchone()[0]
        fids = np.arange(last + 1, last + 1 + count, dtype=np.int64)
        names, values = ["fid", *columns], [fids.tolist(), *(plain(rows[name]) for name in columns)]
        if definition.versioned and "row_version" not in columns:
            names.append("row_version")
            values.append([1] * count)
        if definition.geometry is not None and rows.is_spatial:
            names.append("geom")
            values.append(self._placed(definition, rows, fids))
        insert_many(self._connection, table, names, values)
        return fids

    def append(self, table: str, rows: Rows) -> None:
        """Add rows."""
        self.insert(table, rows)

    def together(self) -> AbstractContextManager[None]:
        """Write everything at once: nobody has to be waited for."""
        return nullcontext()

    def update(self, table: str, rows: Rows, *, derived: bool = False) -> None:
        """Write the given columns and geometry to the rows numbered ``rows.fid``."""
        if rows.fid is None:
            raise ValueError("update needs row numbers")
        if len(rows) == 0:
            return
        rows = without_people(table, rows)
        definition = self._prepare(table)
        fids = rows.fids.tolist()
        guarded = "row_version" in rows.columns
        columns = [name for name in self._known_columns(table, rows.columns) if name != "row_version"]
        self._counted.updating(table, rows.columns, fids)
        self._free_keys(definition, columns, fids)
        assignments = [f"{quoted(name)} = ?" for name in columns]
        values = [plain(rows[name]) for name in columns]
        geometry = self._geometry_column(definition, rows.geometry)
        if geometry is not None:
            assignments.append("geom = ?")
            values.append(encode(geometry, self._srs_ids[table]))
            self._unindex(table, fids)
            self._indexes.add(table, rows.fids, geometry)
            self._reshaped.add(table)
        if definition.versioned and not derived:
            assignments.append("row_version = coalesce(row_version, 0) + 1")
        condition = "fid = ?" + (" AND row_version IS ?" if guarded else "")
        values += [fids, plain(rows["row_version"])] if guarded else [fids]
        sql = f"UPDATE {quoted(table)} SET {', '.join(assignments)} WHERE {condition}"
        if self._connection.executemany(sql, zip(*values)).rowcount != len(rows):
            raise WorkspaceError("row_changed_meanwhile", table=definition.zh, table_en=definition.en)

    def set_column(self, table: str, column: str, fids: np.ndarray, values: Sequence[Any] | np.ndarray) -> None:
        """Write one column of many rows through one pass over the table."""
        definition = self._prepare(table)
        self._known_columns(table, (column,))
        given = column_without_people(table, column, values)
        self._counted.updating(table, {column: given}, np.asarray(fids).tolist())
        lookup = dict(zip(np.asarray(fids).tolist(), plain(given)))
        self._connection.create_function("gridmgmt_value", 1, lookup.get, deterministic=True)
        self._connection.execute(
            "CREATE TEMP TABLE gridmgmt_rows (fid INTEGER PRIMARY KEY)",
        )
        self._connection.executemany("INSERT INTO gridmgmt_rows VALUES (?)", ((fid,) for fid in lookup))
        written = self._connection.execute(
            f"UPDATE {quoted(table)} SET {quoted(column)} = gridmgmt_value(fid) "
            "WHERE fid IN (SELECT fid FROM gridmgmt_rows)"
        ).rowcount
        self._connection.execute("DROP TABLE gridmgmt_rows")
        if written != len(lookup):
            raise WorkspaceError("row_changed_meanwhile", table=definition.zh, table_en=definition.en)

    def delete(self, table: str, fids: np.ndarray) -> None:
        """Remove rows by number."""
        self._prepare(table)
        self._reshaped.add(table)
        numbers = np.asarray(fids).tolist()
        self._counted.deleting(table, numbers)
        self._connection.executemany(f"DELETE FROM {quoted(table)} WHERE fid = ?", ((f,) for f in numbers))
        self._unindex(table, numbers)

    def clear(self, table: str, where: Mapping[str, Any] | None = None) -> int:
        """Remove all rows, or those that equal ``where``; return how many."""
        self._prepare(table)
        self._known_columns(table, where or ())
        condition, values = equality(where, table)
        found = self._connection.execute(f"SELECT fid FROM {quoted(table)}{condition}", values)
        fids = [row[0] for row in found]
        self.delete(table, np.array(fids, dtype=np.int64))
        return len(fids)

    def add_column(self, table: str, name: str, kind: str) -> bool:
        """Add a column unless it is there."""
        if name in self._column_names(table):
            return False
        self._connection.execute(f"ALTER TABLE {quoted(table)} ADD COLUMN {quoted(name)} {_SQL_TYPES[kind]}")
        return True

    def set_info(self, key: str, value: str) -> None:
        """Write one entry of ``workspace_info``."""
        self._connection.execute("DELETE FROM workspace_info WHERE key = ?", (key,))
        self._connection.execute("INSERT INTO workspace_info (key, value) VALUES (?, ?)", (key, value))
        self._dropped.setdefault("workspace_info", [])
        self._reshaped.add("workspace_info")

    def log(self, table: str, row_key: str | None, before: str | None, after: str | None) -> None:
        """Write one line of the change log."""
        before, after = (log_without_people(table, content) for content in (before, after))
        now = clock.now().isoformat(timespec="seconds")
        self._connection.execute(
            "INSERT INTO change_log (changed_at, changed_by, gesture, table_name, row_key, before, after) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (now, self.author, self.gesture, table, row_key, before, after),
        )
        self._dropped.setdefault("change_log", [])
        self._reshaped.add("change_log")

    def finish(self) -> None:
        """Restore the triggers and make row counts and extents true; called right before the commit."""
        for table, triggers in self._dropped.items():
            self._indexes.settle(table)
            for _, sql in triggers:
                self._connection.execute(sql)
            self._touch_contents(table)
            if table in self._reshaped:
                self._refresh_contents(table)

    def steps(self) -> list[Step]:
        """Return, when it is finished, what was done to the tables that are counted."""
        return self._counted.steps()

    def _prepare(self, table: str) -> TableDefinition:
        """Take GDAL's triggers off the table for this transaction: we keep index and counts ourselves, in bulk.

        Triggers of somebody else stay: they may refuse what we write.
        """
        definition = tables()[table]
        self._counted.begin(table)
        if table not in self._dropped:
            triggers = self._connection.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (table,)
            )
            found = [(name, sql) for name, sql in triggers if name.startswith(_GDAL_TRIGGERS)]
            for name, _ in found:
                self._connection.execute(f"DROP TRIGGER {quoted(name)}")
            self._dropped[table] = found
        return definition

    def _touch_contents(self, table: str) -> None:
        last = self._connection.execute("SELECT last_change FROM gpkg_contents WHERE table_name = ?", (table,))
        now = datetime.now(timezone.utc)
        if (_as_stamp(now),) == last.fetchone():  # two changes never bear one stamp: by it they are told apart
            now += timedelta(milliseconds=1)
        changed = "UPDATE gpkg_contents SET last_change = ? WHERE table_name = ?"
        self._connection.execute(changed, (_as_stamp(now), table))

    def _refresh_contents(self, table: str) -> None:
        count = self._connection.execute(f"SELECT count(*) FROM {quoted(table)}").fetchone()[0]
        self._connection.execute(
            "UPDATE gpkg_ogr_contents SET feature_count = ? WHERE table_name = ?", (count, table)
        )
        box = (None, None, None, None)
        if table in self._srs_ids:
            box = self._connection.execute(
                f"SELECT min(minx), min(miny), max(maxx), max(maxy) FROM {quoted(f'rtree_{table}_geom')}"
            ).fetchone()
        self._connection.execute(
            "UPDATE gpkg_contents SET min_x = ?, min_y = ?, max_x = ?, max_y = ? WHERE table_name = ?",
            (*box, table),
        )

    def _read_one(self, asked: Asked) -> Rows:
        ((path,),) = self._connection.execute("SELECT file FROM pragma_database_list WHERE name = 'main'")
        where, bounds, shaped = dict(asked.where), asked.bounds, asked.geometry
        return read_rows(
            Path(path), asked.table, asked.columns, where, bounds, geometry=shaped, opened=self._connection
        )

    def _column_names(self, table: str) -> list[str]:
        return [row[1] for row in self._connection.execute(f"PRAGMA table_info({quoted(table)})")]

    def _known_columns(self, table: str, names: Any) -> list[str]:
        """Return the names given; a column that the table does not have is a mistake of ours."""
        unknown = set(names) - set(self._column_names(table))
        if unknown:
            raise ValueError(f"table {table} has no columns {sorted(unknown)}")
        return list(names)

    def _placed(self, definition: TableDefinition, rows: Rows, fids: np.ndarray) -> list[bytes | None]:
        """Return the shapes of new rows as they are stored, and have the index take them."""
        points, srs_id = rows.plain_points, self._srs_ids[definition.name]
        if points is not None and definition.geometry == "Point":
            self._indexes.add_points(definition.name, fids, points)
            return encode_points(points, srs_id)
        shapes = as_stored(rows.shapes, definition.geometry or "")
        self._indexes.add(definition.name, fids, shapes)
        return encode(shapes, srs_id)

    def _geometry_column(self, definition: TableDefinition, geometry: np.ndarray | None) -> np.ndarray | None:
        if geometry is None or definition.geometry is None:
            return None
        return as_stored(geometry, definition.geometry)

    def _free_keys(self, definition: TableDefinition, columns: list[str], fids: list[int]) -> None:
        """Empty the natural keys first, so that rows may swap codes under the unique index."""
        changed = [name for name in definition.key if name in columns]
        if changed:
            nulls = ", ".join(f"{quoted(name)} = NULL" for name in changed)
            sql = f"UPDATE {quoted(definition.name)} SET {nulls} WHERE fid = ?"
            self._connection.executemany(sql, ((fid,) for fid in fids))

    def _unindex(self, table: str, fids: list[int]) -> None:
        if table in self._srs_ids:
            self._indexes.remove(table, fids)


def _as_stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
