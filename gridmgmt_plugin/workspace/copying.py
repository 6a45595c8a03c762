"""Whole tables on their way from one place to another: as they are stored, page by page, and proven afterwards.

Nothing is judged, completed or masked on the way: what is copied was when it was first written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import shapely

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.schema import tables

#: How the row number and the shape are called among the columns of a table.
ROW_NUMBER, SHAPE = "fid", "geom"
# Rows that are held at a time: a large table is never held whole, and outlines may have hundreds of vertices.
_PAGE, _PAGE_OF_OUTLINES = 20_000, 5_000
# A record to take a job back may hold all unit grids of a district.
_PAGES = {"take_back": 10}


class WholeTables(Protocol):
    """The tables of a place that is copied, in the state that the place is read in."""

    def columns_beside(self, table: str) -> Mapping[str, str]:
        """Return the columns that a table has beside those of the schema: name → type as the schema calls it, "" for
        one that it does not know.
        """

    def tables_beside(self) -> Sequence[str]:
        """Return the names of tables that belong to no workspace and lie there all the same."""

    def pages(self, table: str) -> Iterator[Rows]:
        """Yield all rows of a table with all that they have, ordered by row number; nobody is held off by it."""


class CopyTarget(Protocol):
    """A new place that is filled, and that nobody else sees before that has ended well."""

    def add_column(self, table: str, name: str, kind: str) -> bool:
        """Add a column unless it is there; ``kind``: a type as the schema calls it."""

    def write(self, table: str, rows: Rows) -> None:
        """Add rows as they are, with their row numbers and versions.

        :raises WorkspaceError: ``copy_value_not_storable`` for a value that cannot be kept there as it is.
        """

    def pages(self, table: str) -> Iterator[Rows]:
        """Yield all rows of a table as they stand there now, ordered by row number."""


class Fingerprint:
    """What all rows of a table are compared by: how many there are, and a hash of each column in their order.

    Floating-point numbers count to the last bit, shapes with every vertex in its order; how they are cut into pages
    does not count. −0.0 is 0.0, which SQLite stores for it.
    """

    def __init__(self) -> None:
        self.count = 0
        self._hashes: dict[str, Any] = {}

    def add(self, rows: Rows) -> None:
        """Take the next rows in."""
        self.count += len(rows)
        self._take(ROW_NUMBER, "\n".join(map(str, rows.fids.tolist())).encode())
        for name, column in rows.columns.items():
            self._take(name, _written(column))
        if rows.geometry is not None:
            bodies = shapely.to_wkb(rows.geometry, byte_order=1, flavor="iso").tolist()
            self._take(SHAPE, b"\n".join(b"-" if body is None else body.hex().encode() for body in bodies))

    def differences(self, other: Fingerprint) -> list[str]:
        """Return the columns in which two tables differ, in the order of their names."""
        names = sorted({*self._hashes, *other._hashes})
        return [name for name in names if self._digest(name) != other._digest(name)]

    def _take(self, name: str, content: bytes) -> None:
        if name not in self._hashes:
            self._hashes[name] = hashlib.sha256()
        self._hashes[name].update(content + b"\n")

    def _digest(self, name: str) -> str:
        return self._hashes[name].hexdigest() if name in self._hashes else ""


def page_size(table: str) -> int:
    """Return how many rows of a table are held at a time."""
    definition = tables()[table]
    has_outlines = definition.geometry not in (None, "Point") or "blob" in {one.type for one in definition.columns}
    return _PAGES.get(table, min(_PAGE, _PAGE_OF_OUTLINES) if has_outlines else _PAGE)


def refuse_unstorable(table: str, column: str, rows: Rows, storable: np.ndarray) -> None:
    """Make sure that every value of a column can be kept as it is where it goes.

    :param storable: bool (n,). The value itself is not told: it may be somebody's.
    :raises WorkspaceError: ``copy_value_not_storable`` with the table, the column and the number of the row.
    """
    if not storable.all():
        definition = tables()[table]
        at = int(np.flatnonzero(~storable)[0])
        details = {"table": definition.zh, "table_en": definition.en, "column": column, "row": int(rows.fids[at])}
        raise WorkspaceError("copy_value_not_storable", **details)


def _written(column: np.ndarray) -> bytes:
    """Return values as a text that tells apart whatever is not the same, kinds of numbers too."""
    items = column.tolist()
    if float in set(map(type, items)):
        items = [item + 0.0 if type(item) is float else item for item in items]
    return "\n".join(map(repr, items)).encode("utf-8")
