"""Departments that pass their work on (机构改革), asked for columns of codes and days."""

from __future__ import annotations

import numpy as np

from gridmgmt_plugin.core.columns import numbered, texts
from gridmgmt_plugin.core.duty.times import days
from gridmgmt_plugin.core.responsibility.successors import Succession
from gridmgmt_plugin.core.rows import Rows, as_column


class Successors:
    """Who has the work of a department on a day, by
    :class:`~gridmgmt_plugin.core.responsibility.successors.Succession`.

    ``codes``: the departments that pass their work on or take it over; ``ends``: last days (datetime64[D]) of those
    that pass it on: between two of them nothing changes.
    """

    def __init__(self, departments: Rows) -> None:
        """Take the table ``department``; without successors in it everybody answers for himself.

        :raises InputError: ``duty_date_unclear``.
        """
        codes, successors = texts(departments, "code").tolist(), texts(departments, "successor_code").tolist()
        last = days(departments, "department", "valid_to")
        told = ["" if missing else day for day, missing in zip(last.astype(str).tolist(), np.isnat(last))]
        self._succession = Succession(zip(codes, told, successors))
        passed_on = self._succession.passed_on
        self.codes = tuple(sorted({*passed_on, *(successor for successor, _ in passed_on.values())}))
        self.ends = np.array(sorted(day for _, day in passed_on.values()), dtype="datetime64[D]")

    def of(self, code: str, day: np.datetime64) -> str:
        """Return who has the work of a department on a day: itself, or the last of those that took it over."""
        return self._succession.of(code, str(day))

    def on(self, codes: np.ndarray, day: np.ndarray) -> np.ndarray:
        """Return :meth:`of` for n codes (texts, ``None`` = none) on n days (datetime64[D]), or one for all."""
        if not self.codes:
            return codes
        names, which = numbered(codes)
        passing = [number for number, name in enumerate(names) if name in self._succession.passed_on]
        rows = np.flatnonzero(np.isin(which, passing))
        asked, at = np.unique(np.broadcast_to(day, codes.shape)[rows], return_inverse=True)
        pairs, pair_of = np.unique(which[rows] * max(len(asked), 1) + at.reshape(-1), return_inverse=True)
        answers = [self.of(names[pair // len(asked)], asked[pair % len(asked)]) for pair in pairs.tolist()]
        found: np.ndarray = codes.astype(object)
        found[rows] = as_column(answers)[pair_of.reshape(-1)]
        return found

    def taken_over_on(self, code: str) -> np.datetime64 | None:
        """Return the first day on which another has the work of a department, ``None`` while nobody is named."""
        passed = self._succession.passed_on.get(code)
        return None if passed is None else np.datetime64(passed[1], "D") + np.timedelta64(1, "D")
