"""What was read is noted, so that it can be read once more: as one question, when nobody else can change it.

A save works out what it writes before it keeps others off, then reads the same again: where nothing is different,
what it worked out holds, and else it is worked out anew from what was read now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.backend import Backend, Bounds
from gridmgmt_plugin.workspace.reads.asked import Asked, asked
from gridmgmt_plugin.workspace.steady import ReadUntilWritten


class UnreadError(Exception):
    """Something is wanted that has not been read (``wanted``)."""

    def __init__(self, *wanted: Asked) -> None:
        super().__init__(*(one.table for one in wanted))
        self.wanted = wanted


class NotedReads(ReadUntilWritten):
    """A place of which is noted which rows were read and counted; see
    :class:`gridmgmt_plugin.workspace.backend.Backend`.
    """

    def __init__(self, place: Backend, known: Mapping[Asked, Rows] | None = None) -> None:
        """``known``: what was read already, so that nothing is read of the place itself."""
        super().__init__(place, place, lambda: None)
        self.found: dict[Asked, Rows] = dict(known or {})
        self._is_read_out = known is not None

    def read_rows(
        self,
        table: str,
        columns: Sequence[str] | None,
        where: Mapping[str, Any] | None,
        bounds: Bounds | None,
        *,
        geometry: bool,
    ) -> Rows:
        """Return rows of a table as columns, ordered by row number.

        :raises UnreadError: when they are not among what is known.
        """
        wanted = asked(table, columns, where, bounds=bounds, geometry=geometry)
        if wanted not in self.found:
            if self._is_read_out:
                raise UnreadError(wanted)
            self.found[wanted] = self._stored.read_rows(table, columns, where, bounds, geometry=geometry)
        return self.found[wanted]

    def read_together(self, reads: Sequence[Asked]) -> list[Rows]:
        """Return what several reads find.

        :raises UnreadError: when it is not among what is known.
        """
        fresh = [one for one in dict.fromkeys(reads) if one not in self.found]
        if fresh and self._is_read_out:
            raise UnreadError(*fresh)
        self.found.update(zip(fresh, self._stored.read_together(fresh)))
        return [self.found[one] for one in reads]

    def read_ahead(self, reads: Sequence[Asked]) -> None:
        """Read together what will be asked one by one.

        :raises UnreadError: when it is not among what is known.
        """
        self.read_together(reads)

    def count_rows(self, table: str, where: Mapping[str, Any] | None) -> int:
        """Return how many rows a table has, or how many of them equal ``where``.

        :raises UnreadError: when they are not among what is known.
        """
        return len(self.read_rows(table, (), where, None, geometry=False).fids)

    @contextmanager
    def reading(self) -> Iterator[Backend]:
        """Go on in the same state."""
        yield self

    @contextmanager
    def watching(self) -> Iterator[Backend]:
        """Go on in the same state."""
        yield self

    @property
    def rows(self) -> int:
        """Return how many rows were read."""
        return sum(len(rows.fids) for rows in self.found.values())

    def shows(self, found: Sequence[Rows]) -> bool:
        """Tell whether the same was found when everything was read once more, in this order."""
        return all(map(_same, self.found.values(), found))


def _same(one: Rows, two: Rows) -> bool:
    if one.columns.keys() != two.columns.keys() or not np.array_equal(one.fids, two.fids):
        return False
    if any(one.differs(name, two).any() for name in one.columns):
        return False
    if one.geometry is None or two.geometry is None:
        return one.geometry is two.geometry
    return bool((shapely.to_wkb(one.shapes) == shapely.to_wkb(two.shapes)).all())
