"""How many lines of the change log tell of changes: all are counted once, and then those at its end again.

The log only grows, but a line that was numbered early may be stored late, by a transaction that ran on while others
wrote: so the last :data:`LATE` numbers are looked at each time.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from gridmgmt_plugin.workspace.counts.counted import KEPT_S
from gridmgmt_plugin.workspace.last_check import ABOUT_RELEASES, NO_CHANGE_GESTURES
from gridmgmt_plugin.workspace.light.reader import LightReader
from gridmgmt_plugin.workspace.location import Location

#: So many lines may be written by others between the first line of a transaction and its commit.
LATE = 10_000
_MOST_PLACES = 4
_GESTURES, _TABLES = (", ".join("?" * len(names)) for names in (NO_CHANGE_GESTURES, ABOUT_RELEASES))
_TELLING = f"coalesce(gesture, '') NOT IN ({_GESTURES}) AND coalesce(table_name, '') NOT IN ({_TABLES})"
_NAMES = (*NO_CHANGE_GESTURES, *ABOUT_RELEASES)
_ENDS = "SELECT fid, changed_at FROM change_log WHERE fid IN (?, (SELECT max(fid) FROM change_log))"
_ALL = f"SELECT count(*), count(CASE WHEN fid > ? THEN 1 END) FROM change_log WHERE {_TELLING}"  # noqa: S608  ours
# Of the lines after two numbers, the lower of which comes first and again.
_LAST = (
    "SELECT count(CASE WHEN fid > ? THEN 1 END), count(CASE WHEN fid > ? THEN 1 END) FROM change_log"  # noqa: S608
    f" WHERE fid > ? AND {_TELLING}"
)


@dataclass(frozen=True)
class _Known:
    """``end``: number and time of the last line; ``late``: how many of the ``lines`` are among the last numbers."""

    end: tuple[int, str]
    lines: int
    late: int
    counted_at: float


_KNOWN: dict[Location, _Known] = {}


def lines_that_tell(reader: LightReader, location: Location) -> int:
    """Return what :func:`~gridmgmt_plugin.workspace.last_check.lines_of_changes` counts."""
    known, now = _KNOWN.pop(location, None), time.monotonic()
    ends = [(int(fid), str(at)) for fid, at in reader.rows(_ENDS, (0 if known is None else known.end[0],))]
    end = max(ends, default=(0, ""))
    start = end[0] - LATE
    if known is None or now - known.counted_at > KEPT_S or known.end not in ends:
        ((lines, late),) = reader.rows(_ALL, (start, *_NAMES))
        counted_at = now
    else:
        before = known.end[0] - LATE
        ((more, late),) = reader.rows(_LAST, (before, start, before, *_NAMES))
        lines, counted_at = known.lines - known.late + more, known.counted_at
    _KNOWN[location] = _Known(end, lines, late, counted_at)
    while len(_KNOWN) > _MOST_PLACES:
        _KNOWN.pop(next(iter(_KNOWN)), None)
    return int(lines)


def forget_lines(location: Location) -> None:
    """Have all lines counted again at the next reading."""
    _KNOWN.pop(location, None)
