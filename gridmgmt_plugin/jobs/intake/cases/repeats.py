"""New cases that may have been reported before: told to be looked at, marked where that is wanted, never dropped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np

from gridmgmt_plugin.core.columns import numbered, texts
from gridmgmt_plugin.core.dates import moments_of
from gridmgmt_plugin.core.hotspots.counts import VOID
from gridmgmt_plugin.core.lanes.names import Spellings
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.recurrence.same_cases import repeated_cases
from gridmgmt_plugin.core.report import RejectedRow, Report
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.intake.typed_columns import numbers_shown
from gridmgmt_plugin.workspace.values import Days
from gridmgmt_plugin.workspace.workspace import Workspace

#: What must be known of cases.
COLUMNS = ("id", "kind", "class_code", "reported_at", "unit_grid", "address", "status", "duplicate_of")
_STORED = -1
_BITS, _MIXED = np.uint64((1 << 63) - 1), np.uint64(0x9E3779B97F4A7C15)


class CaseTraces:
    """What is kept of new cases to find those that look like one case: numbers, and the ids as bytes."""

    def __init__(self) -> None:
        self._classes: dict[tuple[str, str], int] = {}
        self._spellings = Spellings()
        self._parts: list[tuple[np.ndarray, ...]] = []

    def add(self, rows: Rows, numbers: np.ndarray, vague: np.ndarray) -> None:
        """Take in cases with their places.

        :param numbers: int64, where each stands in the file. :param vague: bool, cases that were placed by words: two
            in the middle of one lane are not therefore in one place.
        """
        reported = moments_of(rows["reported_at"])
        classes = self._classes_of(rows)
        classes[texts(rows, "status") == VOID] = -1  # what was never a case repeats none and is repeated by none
        address = self._addresses(texts(rows, "unit_grid").tolist(), texts(rows, "address").tolist())
        known = texts(rows, "duplicate_of").astype(bool)
        ids = np.array([str(key).encode() for key in rows["id"].tolist()] or [b""], dtype="S")[: len(rows)]
        x, y = (np.where(vague, np.nan, axis) for axis in rows.xy())
        self._parts.append((classes, reported, x, y, address, numbers, known, ids))

    def _classes_of(self, rows: Rows) -> np.ndarray:
        """Return a number per kind and class, int32, −1 where there is no class."""
        kinds, kind = numbered(texts(rows, "kind"))
        codes, code = numbered(texts(rows, "class_code"))
        pairs, pair = np.unique(kind * max(1, len(codes)) + code, return_inverse=True)
        number = np.full(len(pairs), -1, dtype=np.int32)
        for at, both in enumerate(pairs.tolist()):
            named = kinds[both // len(codes)], codes[both % len(codes)]
            if named[1]:
                number[at] = self._classes.setdefault(named, len(self._classes))
        return np.asarray(number[pair.reshape(-1)])

    def found(self, workspace: Workspace) -> tuple[RejectedRow, ...]:
        """Return the new cases that may repeat another one, of the file or of the workspace, which has none of them
        yet; those of which the file itself says so are left out. One of the workspace is the one repeated, whichever
        was reported first. Asked once: what is kept of the cases goes with the answer.
        """
        if not self._parts:
            return ()
        self._add_stored(workspace)
        columns = [list(column) for column in zip(*self._parts)]
        self._parts.clear()
        classes, reported, x, y, address, numbers, known, ids = (_joined(column) for column in columns)
        earlier = repeated_cases(classes, reported, x, y, address)
        alike, kept = _kept_of_each(earlier, reported, numbers == _STORED)
        told = (alike != kept) & (numbers[alike] != _STORED) & ~known[alike] & (ids[alike] != ids[kept])
        alike, kept = alike[told], kept[told]
        return tuple(
            RejectedRow(int(numbers[at]), ids[at].decode(), "case_maybe_repeated", ids[first].decode())
            for at, first in sorted(zip(alike.tolist(), kept.tolist()), key=lambda pair: numbers[pair[0]])
        )

    def _add_stored(self, workspace: Workspace) -> None:
        """Take in, before the new ones, the cases of the workspace that were reported on their days: of two cases of
        one minute the first is the one that is repeated.
        """
        reported = np.concatenate([part[1] for part in self._parts])
        reported = reported[~np.isnat(reported)]
        if len(reported):
            first, last = (moment.astype("datetime64[D]").item() for moment in (reported.min(), reported.max()))
            days = Days(first - timedelta(days=1), last + timedelta(days=1))
            there = workspace.read("cases", list(COLUMNS), {"reported_at": days})
            if len(there):
                self.add(there, np.full(len(there), _STORED, dtype=np.int64), np.zeros(len(there), dtype=bool))
                self._parts.insert(0, self._parts.pop())

    def _addresses(self, grids: list[str], addresses: list[str]) -> np.ndarray:
        """Return a number of 63 bits of each unit grid and address, int64, −1 where there is not both: nearly every
        address is another one, and of a million the words are not kept.
        """
        plain = {address: hash(self._spellings.of(address)) if address else 0 for address in set(addresses)}
        at = np.fromiter(map(hash, grids), dtype=np.int64, count=len(grids)).view(np.uint64)
        words = np.fromiter(map(plain.__getitem__, addresses), dtype=np.int64, count=len(addresses)).view(np.uint64)
        both = np.fromiter(map(bool, grids), dtype=bool, count=len(grids)) & np.array(
            list(map(bool, addresses)), bool
        )
        mixed = (at * _MIXED ^ words) & _BITS
        return np.where(both, mixed.view(np.int64), -1)


def _joined(parts: list[np.ndarray]) -> np.ndarray:
    """Return parts as one array, and leave none of them in memory."""
    whole: np.ndarray = np.concatenate(parts)
    parts.clear()
    return whole


def _kept_of_each(earlier: np.ndarray, reported: np.ndarray, stored: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the cases that are alike, and for each of them which of those alike is kept: one of the workspace where
    there is one, though a new one was reported before it, else the earliest. Two int64 arrays of positions.
    """
    later = np.flatnonzero(earlier >= 0)
    alike = np.union1d(later, earlier[later])
    first = np.where(earlier[alike] >= 0, earlier[alike], alike)
    kept = dict(zip(first.tolist(), first.tolist()))
    there = np.flatnonzero(stored[alike])
    there = there[np.argsort(reported[alike[there]], kind="stable")][::-1]  # the earliest is written last
    kept.update(zip(first[there].tolist(), alike[there].tolist()))
    return alike, np.fromiter(map(kept.__getitem__, first.tolist()), dtype=np.int64, count=len(first))


def marked_repeats(rows: Rows, found: Sequence[RejectedRow]) -> Rows:
    """Return new cases with those that may repeat another one marked as its duplicates."""
    repeats = {row.key: row.value for row in found}
    if not repeats:
        return rows
    said = texts(rows, "duplicate_of")
    return rows.with_columns(
        duplicate_of=as_column(repeats.get(key) or old or None for key, old in zip(rows["id"], said))
    )


def with_repeats(report: Report, found: Sequence[RejectedRow], *, marked: bool) -> Report:
    """Return the report with the cases that may have been reported before, and whether they were marked so."""
    if not found:
        return report
    rows = numbers_shown(np.array([row.row for row in found], dtype=np.int64))
    note = Message("cases_marked_repeated" if marked else "cases_maybe_repeated", {"count": len(found), "rows": rows})
    figures = {**report.figures, "maybe_repeated": len(found)}
    if marked:
        found = [replace(row, reason="case_marked_repeated") for row in found]
    return replace(report, figures=figures, notes=(*report.notes, note), to_confirm=(*report.to_confirm, *found))
