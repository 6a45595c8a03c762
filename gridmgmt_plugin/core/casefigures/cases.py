"""The cases of a workspace as arrays: what every figure about cases is counted from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gridmgmt_plugin.core.dates import moments_of
from gridmgmt_plugin.core.hotspots.counts import VOID
from gridmgmt_plugin.core.rows import PointPart

#: Columns whose words are numbered: a case has a number of each, −1 where it has no word.
WORDED = (
    *("unit_grid", "reported_grid", "lane_code", "kind", "class_code", "source", "status", "department_code"),
    "placed_by",
)
#: Columns that are read of a workspace, beside the place of each case.
COLUMNS = (*WORDED, "duplicate_of", "reported_at", "closed_at")
_MOMENTS = ("reported_at", "closed_at")


@dataclass(frozen=True, eq=False)
class Words:
    """One column: ``number`` int32 (n,), the position in ``words`` (in the order in which they came), −1 for none."""

    number: np.ndarray
    words: tuple[str, ...]

    def of(self, values: Mapping[str, int]) -> np.ndarray:
        """Return per case the value of its word, int64 (n,), −1 for a word that has none."""
        table = np.array([*(values.get(word, -1) for word in self.words), -1], dtype=np.int64)
        return np.asarray(table[self.number])

    def which(self, chosen: Iterable[bool]) -> np.ndarray:
        """Return per case whether its word is chosen (one truth per word), a bool mask; never where there is none."""
        table = np.array([*chosen, False], dtype=bool)
        return np.asarray(table[self.number])


@dataclass(frozen=True, eq=False)
class CaseArrays:
    """n cases in the order of their report, those without a moment last.

    ``reported``, ``closed``: datetime64[s] (n,), local time, NaT where there is none; the first ``dated`` cases have
    a ``reported``. ``fid``: int64 (n,), their row numbers, −1 where the rows have none. ``x``, ``y``: float64 (n,),
    metres of the frame, NaN where a case has no place. ``counts``: bool (n,), false for void cases and duplicates.
    ``columns``: the words of :data:`WORDED`.
    """

    reported: np.ndarray
    closed: np.ndarray
    dated: int
    fid: np.ndarray
    x: np.ndarray
    y: np.ndarray
    counts: np.ndarray
    columns: Mapping[str, Words]

    def __len__(self) -> int:
        return len(self.reported)


def case_arrays(parts: Iterable[PointPart]) -> CaseArrays:
    """Return cases as arrays. ``parts``: all cases, part by part, with the columns :data:`COLUMNS`."""
    words = {name: _Numbers() for name in (*WORDED, "duplicate_of")}
    numbers: dict[str, list[np.ndarray]] = {name: [np.zeros(0, dtype=np.int32)] for name in words}
    moments: dict[str, list[np.ndarray]] = {name: [np.zeros(0, dtype="datetime64[s]")] for name in _MOMENTS}
    places = [(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0))]
    for part in parts:
        for name, known in words.items():
            column = part.columns[name]
            numbers[name].append(np.fromiter(map(known.__getitem__, column), dtype=np.int32, count=len(column)))
        for name in _MOMENTS:
            moments[name].append(moments_of(part.columns[name]))
        places.append((part.fid, part.x, part.y))
    columns = {name: _words(np.concatenate(numbers[name]), known) for name, known in words.items()}
    reported, closed = (np.concatenate(moments[name]) for name in _MOMENTS)
    fid, x, y = (np.concatenate(column) for column in zip(*places))
    status = columns["status"]
    counts = ~status.which(word == VOID for word in status.words) & (columns.pop("duplicate_of").number < 0)
    order = np.argsort(reported, kind="stable")  # NaT comes last
    dated = len(reported) - int(np.isnat(reported).sum())
    sorted_columns = {name: Words(column.number[order], column.words) for name, column in columns.items()}
    return CaseArrays(
        reported[order], closed[order], dated, fid[order], x[order], y[order], counts[order], sorted_columns
    )


class _Numbers(dict[Any, int]):
    """Numbers words as they come."""

    def __missing__(self, word: Any) -> int:
        number = self[word] = len(self)
        return number


def words_of(column: Iterable[Any]) -> Words:
    """Return a column of texts (``None`` or "" for none) with its words numbered."""
    numbers = _Numbers()
    return _words(np.array(list(map(numbers.__getitem__, column)), dtype=np.int32), numbers)


def _words(number: np.ndarray, numbers: _Numbers) -> Words:
    nothing = [at for word, at in numbers.items() if word is None or word == ""]
    words = [str(word or "") for word in numbers]
    if nothing:
        number = _without(number, nothing, len(words))
        words = [word for word in words if word]
    return Words(number, tuple(words))


def _without(number: np.ndarray, nothing: list[int], count: int) -> np.ndarray:
    """Number anew without the words that are none."""
    there = np.ones(count, dtype=bool)
    there[nothing] = False
    table = np.where(there, np.cumsum(there) - 1, -1).astype(np.int32)
    return np.asarray(table[number])
