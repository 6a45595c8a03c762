"""Counts that are kept from one reading of the tree to the next, so that a million rows are counted once.

A file says itself whether it is as it was counted (:mod:`gridmgmt_plugin.workspace.counts.of_file`). Of a database
counts are kept as long as somebody hears what is written to it: every transaction of ours tells which unit grids and
lanes it gave or took rows, and these alone are counted again. Of other programs the news say only which table they
wrote, and that a minute later; then, after :data:`~gridmgmt_plugin.workspace.counts.counted.KEPT_S` and where a
planner asks for it, all is counted.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from gridmgmt_plugin.workspace.counts.counted import KEPT_S, Places, by_code, question
from gridmgmt_plugin.workspace.counts.of_file import FileCounts, counts_of_file, forget_file
from gridmgmt_plugin.workspace.light.reader import LightReader
from gridmgmt_plugin.workspace.location import GeoPackageLocation, Location, PostgresLocation

# More codes than these are not counted one by one.
_MOST_STALE = 1000

_Key = tuple[str, str]
_LOCK = threading.Lock()
_HEARD: dict[PostgresLocation, _Heard] = {}


class Counts(Protocol):
    """What one reading asks how much lies where."""

    def of(self, reader: LightReader, table: str, column: str) -> dict[str, int]:
        """Return code → how many rows of a table have it in a column of :data:`.COUNTED`; "": those without one,
        where these count. It is the caller's to change.
        """


@contextmanager
def counting(location: Location) -> Iterator[Counts]:
    """Count for the length of one reading; begin before the workspace is opened for it.

    What another thread is just counting is counted without it.
    """
    kept: FileCounts | KeptCounts | None
    if isinstance(location, GeoPackageLocation):
        kept = counts_of_file(location.path)
    else:
        with _LOCK:
            heard = _HEARD.get(location)
        kept = None if heard is None else heard.counts
    if kept is None or not kept.turn.acquire(blocking=False):
        yield _CountingAll()
        return
    try:
        with kept.taken():
            yield kept
    finally:
        kept.turn.release()


@contextmanager
def kept_while_heard(location: Location) -> Iterator[None]:
    """Keep the counts of a database for the length of the block, in which :func:`outdate` tells what is written."""
    if isinstance(location, GeoPackageLocation):
        yield
        return
    with _LOCK:
        _HEARD.setdefault(location, _Heard()).listeners += 1
    try:
        yield
    finally:
        with _LOCK:
            _HEARD[location].listeners -= 1
            if not _HEARD[location].listeners:
                del _HEARD[location]


def outdate(location: Location, places: Places) -> None:
    """Have these places counted again at the next reading, whoever is logged in; a file knows it by itself."""
    if isinstance(location, GeoPackageLocation) or not places:
        return
    with _LOCK:
        # A database may be named in several ways, and to count once too often does no harm.
        concerned = [heard.counts for place, heard in _HEARD.items() if place.schema == location.schema]
    for counts in concerned:
        counts.outdate(places)


def forget_counts(location: Location) -> None:
    """Have all counted again at the next reading."""
    if isinstance(location, GeoPackageLocation):
        forget_file(location.path)
        return
    with _LOCK:
        if location in _HEARD:
            _HEARD[location].counts = KeptCounts()


class KeptCounts:
    """The counts of a database as they were at the last reading, and what was written since."""

    def __init__(self) -> None:
        self.turn = threading.Lock()
        self._counts: dict[_Key, dict[str, int]] = {}
        self._counted_at: dict[_Key, float] = {}
        self._changing = threading.Lock()
        self._stale: dict[_Key, set[str] | None] = {}
        self._taken: dict[_Key, set[str] | None] = {}

    def outdate(self, places: Places) -> None:
        """Have these counted again at the next reading."""
        found = {(table, column): codes for table, columns in places.items() for column, codes in columns.items()}
        with self._changing:
            for key, codes in found.items():
                known = self._stale.get(key, set())
                more = None if codes is None or known is None else known | set(codes)
                self._stale[key] = None if more is None or len(more) > _MOST_STALE else more

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Take, before the reading begins, what it has to count; what it did not count stays for the next one.

        News come after what they tell of can be read, so a reading that begins later shows it.
        """
        with self._changing:
            self._taken, self._stale = self._stale, {}
        try:
            yield
        finally:
            left, self._taken = self._taken, {}
            for (table, column), codes in left.items():
                self.outdate({table: {column: codes}})

    def of(self, reader: LightReader, table: str, column: str) -> dict[str, int]:
        """See :class:`Counts`."""
        key, now = (table, column), time.monotonic()
        counts, stale = self._counts.get(key), self._taken.get(key, set())
        if counts is None or stale is None or now - self._counted_at[key] > KEPT_S:
            counts = by_code(reader.rows(*question(table, column)))
            self._counted_at[key] = now
        elif stale:
            again = by_code(reader.rows(*question(table, column, stale)))
            others = {code: count for code, count in counts.items() if code not in stale}
            counts = {**others, **again}
        self._taken.pop(key, None)
        self._counts[key] = counts
        return dict(counts)


class _Heard:
    def __init__(self) -> None:
        self.counts = KeptCounts()
        self.listeners = 0


class _CountingAll:
    def of(self, reader: LightReader, table: str, column: str) -> dict[str, int]:
        return by_code(reader.rows(*question(table, column)))
