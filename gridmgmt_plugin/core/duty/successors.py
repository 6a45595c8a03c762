"""Departments that pass their work on (机构改革), asked for columns of codes and days."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np

from gridmgmt_plugin.core.columns import numbered, texts
from gridmgmt_plugin.core.duty.times import days
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.responsibility.successors import Succession
from gridmgmt_plugin.core.rows import Rows, as_column

# Columns that name a department by code without being a reference of the schema.
_MORE = (("lane", "property_code"), ("lane", "cleaning_code"), ("department", "parent_code"))


@cache
def department_columns() -> tuple[tuple[str, str], ...]:
    """Return the columns (table, column) that name a department by its code."""
    references = load_json("schema/relations.json")
    return (*((r["child"], r["column"]) for r in references if r["parent"] == "department"), *_MORE)


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

    def successor(self, code: str) -> str:
        """Return who takes the work of a department over, "" for nobody; that one may have passed it on since."""
        return self._succession.passed_on.get(code, ("", ""))[0]

    def taken_over_on(self, code: str) -> np.datetime64 | None:
        """Return the first day on which another has the work of a department, ``None`` while nobody is named."""
        passed = self._succession.passed_on.get(code)
        return None if passed is None else np.datetime64(passed[1], "D") + np.timedelta64(1, "D")


def named_on(tables: Mapping[str, Rows], day: np.datetime64) -> dict[str, Rows]:
    """Return the tables with every department that they name as whoever has its work on a day (datetime64[D])."""
    known, found = Successors(tables.get("department", Rows())), dict(tables)
    for name, column in department_columns():
        if known.codes and name != "department" and column in found.get(name, Rows()):
            found[name] = found[name].with_columns(**{column: known.on(found[name][column], np.array(day))})
    return found
