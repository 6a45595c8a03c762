"""The counts of a file, with the mark that each table bore when it was counted.

Every program that follows the standard notes with each table when it was last written, and GDAL's triggers how many
rows it has: where both are as they were, so are the counts. What a transaction of this program run gives to codes
and takes from them is added, from mark to mark, and after anything else all is counted again: a file has no index by
which to count a single unit grid. A program that does not follow the standard leaves no mark: what it wrote is
counted after :data:`~gridmgmt_plugin.workspace.counts.counted.KEPT_S`.

Source: GeoPackage 1.2, table ``gpkg_contents``.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from gridmgmt_plugin.workspace.counts.counted import KEPT_S, by_code, question
from gridmgmt_plugin.workspace.light.reader import LightReader

#: Asks for the mark of a table, a text.
MARK = (
    "SELECT coalesce(c.last_change, '') || '/' || coalesce(o.feature_count, '') FROM gpkg_contents c"
    " LEFT JOIN gpkg_ogr_contents o ON o.table_name = c.table_name WHERE c.table_name = ?"
)
_MOST_FILES, _MOST_STEPS = 2, 200
_LOCK = threading.Lock()
_FILES: dict[Path, FileCounts] = {}

#: Column → code → how many rows more it has, ``None``: it is not known.
Changes = Mapping[str, Optional[Mapping[str, int]]]


@dataclass(frozen=True)
class Step:
    """What a transaction of this program run did to a table: its mark before and after, and the counts."""

    table: str
    before: str
    after: str
    changes: Changes


def counts_of_file(path: Path) -> FileCounts:
    """Return the counts that are kept of a file; of the file that was read longest ago they are forgotten."""
    with _LOCK:
        counts = _FILES.pop(path, None) or FileCounts()
        _FILES[path] = counts
        while len(_FILES) > _MOST_FILES:
            del _FILES[next(iter(_FILES))]
        return counts


def forget_file(path: Path) -> None:
    """Have all counted again at the next reading."""
    with _LOCK:
        _FILES.pop(path, None)


def take_steps(path: Path, steps: Sequence[Step]) -> None:
    """Know what was written in a transaction of this program run; called after its commit."""
    with _LOCK:
        counts = _FILES.get(path)
    if counts is not None:
        counts.take(steps)


@dataclass(frozen=True)
class _Known:
    mark: str
    counts: Mapping[str, int]
    counted_at: float


class FileCounts:
    """See :class:`gridmgmt_plugin.workspace.counts.kept.Counts`."""

    def __init__(self) -> None:
        self.turn = threading.Lock()
        self._changing = threading.Lock()
        self._known: dict[tuple[str, str], _Known] = {}
        self._steps: list[Step] = []

    def take(self, steps: Sequence[Step]) -> None:
        """Know the next steps."""
        with self._changing:
            self._steps = [*self._steps, *steps][-_MOST_STEPS:]

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Do nothing: the marks are looked at in the same state as the counts."""
        yield

    def of(self, reader: LightReader, table: str, column: str) -> dict[str, int]:
        """See :class:`gridmgmt_plugin.workspace.counts.kept.Counts`."""
        key, now = (table, column), time.monotonic()
        known = self._known.get(key)
        reader.rows("BEGIN")  # one state of mark and rows
        ((mark,),) = reader.rows(MARK, (table,)) or [("",)]
        counts = None
        if known is not None and now - known.counted_at <= KEPT_S:
            counts = self._led_on(known, key, mark)
        if known is None or counts is None:
            counts = by_code(reader.rows(*question(table, column)))
            known = _Known(mark, counts, now)
        reader.rows("COMMIT")
        self._known[key] = _Known(mark, counts, known.counted_at)
        return dict(counts)

    def _led_on(self, known: _Known, key: tuple[str, str], mark: str) -> Mapping[str, int] | None:
        """Return what is known with the steps that lead to a mark, ``None`` where none do."""
        table, column = key
        with self._changing:
            steps = [step for step in self._steps if step.table == table]
        at, counts = known.mark, Counter(known.counts)
        for step in steps:
            if at == mark:
                break
            if step.before == at:
                more = step.changes.get(column, {})
                if more is None:
                    return None
                counts.update(more)
                at = step.after
        return {code: count for code, count in counts.items() if count} if at == mark else None
