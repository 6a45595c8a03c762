"""How every row stood when a working copy was made: a table of the file that no other program shows."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gridmgmt_plugin.workspace.gpkg.connection import connect
from gridmgmt_plugin.workspace.gpkg.errors import translated_errors

#: The name of the table. It is not registered, so neither GDAL nor QGIS lists it.
BASE_TABLE = "gridmgmt_base"
_DIGEST = np.dtype("S16")


@dataclass(frozen=True, eq=False)
class BaseRows:
    """``fids``: int64 (n,). ``digests``: S16 (n,), equal for rows of equal content. ``names``: S16 (n,), by which a
    row that was deleted and made anew is known again: equal for rows of one key, without a key for equal content.
    """

    fids: np.ndarray
    digests: np.ndarray
    names: np.ndarray

    def __len__(self) -> int:
        return len(self.fids)

    def take(self, which: np.ndarray) -> BaseRows:
        """Return some of the rows, by a bool mask or positions."""
        return BaseRows(self.fids[which], self.digests[which], self.names[which])


def keep_base(connection: sqlite3.Connection, base: Mapping[str, BaseRows]) -> None:
    """Write the table, inside the transaction that is open."""
    connection.execute(f"CREATE TABLE {BASE_TABLE} (name TEXT PRIMARY KEY, rows BLOB, digests BLOB, names BLOB)")
    entries = (
        (
            name,
            rows.fids.astype("<i8").tobytes(),
            *(part.astype(_DIGEST).tobytes() for part in (rows.digests, rows.names)),
        )
        for name, rows in base.items()
    )
    connection.executemany(f"INSERT INTO {BASE_TABLE} VALUES (?, ?, ?, ?)", entries)


def read_base(path: Path) -> dict[str, BaseRows]:
    """Return the rows of a working copy as they stood when it was made, by table; nothing of any other file."""
    with closing(connect(path, writable=False)) as connection, translated_errors(path):
        there = connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (BASE_TABLE,)).fetchone()
        found = connection.execute(f"SELECT name, rows, digests, names FROM {BASE_TABLE}").fetchall() if there else []
    return {
        name: BaseRows(
            np.frombuffer(fids, dtype="<i8").astype(np.int64),
            np.frombuffer(digests, dtype=_DIGEST),
            np.frombuffer(names, dtype=_DIGEST),
        )
        for name, fids, digests, names in found
    }
