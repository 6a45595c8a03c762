"""Spatial indexes kept true while a transaction writes: few rows one by one, many packed at once at its end."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field

import numpy as np
import shapely

from gridmgmt_plugin.core.geometry.plain_points import PlainPoints
from gridmgmt_plugin.workspace.gpkg.connection import quoted
from gridmgmt_plugin.workspace.gpkg.packed_index import entries_of, fill_empty_index, node_bytes, packed_entries

# One by one a row costs as much as this many rows of an index that is packed anew.
_PACKED_IS_CHEAPER = 5
# Below it packing gains nothing that anybody would notice.
_MANY = 5_000


@dataclass
class _Waiting:
    """Rows that the index of a table does not have yet, part by part as it will hold them: of a million, 24 MB."""

    entries: list[np.ndarray] = field(default_factory=list)


class IndexWriting:
    """The spatial indexes of one transaction; :meth:`settle` before anybody reads them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._waiting: dict[str, _Waiting] = {}

    def add(self, table: str, fids: np.ndarray, geometry: np.ndarray) -> None:
        """Put rows into the index of ``table`` that are not in it; missing and empty shapes stay outside."""
        self._wait(table, fids, shapely.bounds(geometry))

    def add_points(self, table: str, fids: np.ndarray, points: PlainPoints) -> None:
        """Put points into the index as :meth:`add` does shapes."""
        self._wait(table, fids, np.column_stack([points.x, points.y, points.x, points.y]))

    def _wait(self, table: str, fids: np.ndarray, boxes: np.ndarray) -> None:
        there = ~np.isnan(boxes[:, 0])
        waiting = self._waiting.setdefault(table, _Waiting())
        waiting.entries.append(entries_of(np.asarray(fids)[there], boxes[there]))

    def remove(self, table: str, fids: list[int]) -> None:
        """Take rows out of the index of ``table``."""
        self.settle(table)
        sql = f"DELETE FROM {quoted(_index(table))} WHERE id = ?"
        self._connection.executemany(sql, ((fid,) for fid in fids))

    def settle(self, table: str) -> None:
        """Write what waits for the index of ``table``."""
        waiting = self._waiting.pop(table, None)
        if waiting is None:
            return
        count = sum(map(len, waiting.entries))
        rowids = quoted(f"{_index(table)}_rowid")
        there = self._connection.execute(f"SELECT count(*) FROM {rowids}").fetchone()[0]
        if count >= _MANY and there <= _PACKED_IS_CHEAPER * count:
            self._pack(table, waiting.entries)
        else:
            sql = f"INSERT INTO {quoted(_index(table))} VALUES (?, ?, ?, ?, ?)"
            for entries in waiting.entries:
                self._connection.executemany(sql, entries.tolist())

    def _pack(self, table: str, waiting: list[np.ndarray]) -> None:
        index = _index(table)
        size = node_bytes(self._connection, index)
        stored = self._connection.execute(f"SELECT id, minx, miny, maxx, maxy FROM {quoted(index)}").fetchall()
        if stored:
            before = np.array(stored, dtype=np.float64)
            waiting.insert(0, entries_of(before[:, 0].astype(np.int64), before[:, 1:]))
            del stored, before
        for part in ("parent", "rowid"):
            self._connection.execute(f"DELETE FROM {quoted(f'{index}_{part}')}")
        fill_empty_index(self._connection, index, packed_entries(waiting, size))


def _index(table: str) -> str:
    return f"rtree_{table}_geom"
