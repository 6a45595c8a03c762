"""Spatial indexes kept true while a transaction writes: few rows one by one, many packed at once at its end."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field

import numpy as np
import shapely

from gridmgmt_plugin.workspace.gpkg.connection import quoted
from gridmgmt_plugin.workspace.gpkg.packed_index import fill_empty_index, node_bytes, packed_index

# One by one a row costs as much as this many rows of an index that is packed anew.
_PACKED_IS_CHEAPER = 5
# Below it packing gains nothing that anybody would notice.
_MANY = 5_000


@dataclass
class _Waiting:
    """Rows that the index of a table does not have yet: numbers int64 and boxes float64 (n, 4), part by part."""

    fids: list[np.ndarray] = field(default_factory=list)
    boxes: list[np.ndarray] = field(default_factory=list)


class IndexWriting:
    """The spatial indexes of one transaction; :meth:`settle` before anybody reads them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._waiting: dict[str, _Waiting] = {}

    def add(self, table: str, fids: np.ndarray, geometry: np.ndarray) -> None:
        """Put rows into the index of ``table`` that are not in it; missing and empty shapes stay outside."""
        boxes = shapely.bounds(geometry)
        there = ~np.isnan(boxes[:, 0])
        waiting = self._waiting.setdefault(table, _Waiting())
        waiting.fids.append(np.asarray(fids)[there])
        waiting.boxes.append(boxes[there])

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
        fids, boxes = _joined(waiting.fids), _joined(waiting.boxes)
        rowids = quoted(f"{_index(table)}_rowid")
        there = self._connection.execute(f"SELECT count(*) FROM {rowids}").fetchone()[0]
        if len(fids) >= _MANY and there <= _PACKED_IS_CHEAPER * len(fids):
            given = [fids, boxes]
            del fids, boxes
            self._pack(table, given)
        else:
            sql = f"INSERT INTO {quoted(_index(table))} VALUES (?, ?, ?, ?, ?)"
            minx, miny, maxx, maxy = boxes.T.tolist()
            self._connection.executemany(sql, zip(fids.tolist(), minx, maxx, miny, maxy))

    def _pack(self, table: str, given: list[np.ndarray]) -> None:
        """Make an index anew with numbers and boxes more; ``given`` is emptied: of a million they are 40 MB."""
        boxes, fids = given.pop(), given.pop()
        index = _index(table)
        size = node_bytes(self._connection, index)
        stored = self._connection.execute(f"SELECT id, minx, miny, maxx, maxy FROM {quoted(index)}").fetchall()
        if stored:
            before = np.array(stored, dtype=np.float64)
            fids = np.concatenate([before[:, 0].astype(np.int64), fids])
            boxes = np.concatenate([before[:, 1:], boxes])
            del stored, before
        for part in ("parent", "rowid"):
            self._connection.execute(f"DELETE FROM {quoted(f'{index}_{part}')}")
        packed = packed_index(fids, boxes, size)
        del fids, boxes
        fill_empty_index(self._connection, index, packed)


def _joined(parts: list[np.ndarray]) -> np.ndarray:
    """Return parts as one array, and leave none of them in memory."""
    whole: np.ndarray = np.concatenate(parts)
    parts.clear()
    return whole


def _index(table: str) -> str:
    return f"rtree_{table}_geom"
