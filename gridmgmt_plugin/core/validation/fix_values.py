"""Repairs of single values: figures that the drawing tells, grids that points lie in, codes that are next, what
inspections come to, why a term that ran out is over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.codes.register import CodeRegister
from gridmgmt_plugin.core.codes.standing import prefix_and_tail
from gridmgmt_plugin.core.codes.stored import DRAFT, VALID
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.titles import Title
from gridmgmt_plugin.core.validation.context import Context
from gridmgmt_plugin.core.validation.issue import Issue
from gridmgmt_plugin.core.validation.rules_attributes import MEASURED, row_keys

#: Why a post ended that ran out: one of the reasons of leaving.
TERM_OVER = "任期届满"
_DIGITS = {"area_m2": 3, "length_m": 2}


@dataclass(frozen=True)
class ValueFix:
    """One value to write: ``row`` is the position in the table as it was given."""

    table: str
    row: int
    column: str
    before: Any
    after: Any


class ValueFixer:
    """Works out what to write for issues on values. ``register``: of the unit grids' codes; it is changed."""

    def __init__(self, context: Context, register: CodeRegister | None, at: str, author: str) -> None:
        self._context, self._register, self._at, self._author = context, register, at, author
        self._rows: dict[str, dict[str, list[int]]] = {}
        self._answers: dict[str, Callable[[Issue], Iterable[ValueFix]]] = {
            "area_differs": lambda issue: self._measured(issue, "unit_grid.area_m2"),
            "lane_length_differs": lambda issue: self._measured(issue, "lane.length_m"),
            "lane_standing_differs": self._standing,
            "lane_post_expired": self._ended,
            "attribute_missing": self._missing_attribute,
            "component_elsewhere": lambda issue: self._found_in(issue, "component"),
            "case_elsewhere": lambda issue: self._found_in(issue, "cases"),
            "code_missing": self._numbered,
            "code_duplicate": self._numbered,
            "code_unregistered": self._registered,
        }

    def fix(self, issue: Issue) -> tuple[ValueFix, ...]:
        """Return what to write; nothing where the register alone changes.

        :raises InputError: ``fix_by_hand`` for an issue that no value repairs, or what the register raises.
        """
        answer = self._answers.get(issue.rule)
        if answer is None or not issue.fixable:
            raise InputError("fix_by_hand")
        return tuple(answer(issue))

    def _rows_of(self, table: str, key: str) -> list[int]:
        if table not in self._rows:
            places: dict[str, list[int]] = {}
            for row, name in enumerate(row_keys(self._context, table)):
                places.setdefault(name, []).append(row)
            self._rows[table] = places
        return self._rows[table].get(key, [])

    def _value(self, table: str, row: int, column: str, after: Any) -> ValueFix:
        rows = self._context.rows(table)
        before = rows[column][row] if column in rows else None
        return ValueFix(table, self._context.row_number(table, row) - 1, column, before, after)

    def _measured(self, issue: Issue, attribute: str) -> Iterable[ValueFix]:
        table, _, column = attribute.partition(".")
        measure = shapely.area if column == "area_m2" else shapely.length
        for row in self._rows_of(table, issue.object_keys[0]):
            shape = self._context.geometry(table)[row]
            figure = round(float(measure(shape)), _DIGITS[column])
            yield self._value(table, row, column, figure)

    def _missing_attribute(self, issue: Issue) -> Iterable[ValueFix]:
        told = issue.message.details["column"]
        if not isinstance(told, Title) or told.code not in MEASURED:
            raise InputError("fix_by_hand")
        return self._measured(issue, told.code)

    def _found_in(self, issue: Issue, table: str) -> Iterable[ValueFix]:
        key, true = issue.object_keys[:2]
        if not true:
            raise InputError("fix_by_hand")
        return [self._value(table, row, "unit_grid", true) for row in self._rows_of(table, key)]

    def _standing(self, issue: Issue) -> Iterable[ValueFix]:
        code, standing = issue.object_keys[:2]
        return [self._value("lane", row, "standing", standing) for row in self._rows_of("lane", code)]

    def _ended(self, issue: Issue) -> Iterable[ValueFix]:
        """Say of a post that ran out that its term is over: it ended on its last day and nobody renewed it."""
        return [
            self._value("post", row, "end_reason", TERM_OVER) for row in self._rows_of("post", issue.object_keys[1])
        ]

    def _numbered(self, issue: Issue) -> Iterable[ValueFix]:
        """Give the next free code to the row without one, or to all but the first row of a code."""
        table, key = issue.table, issue.object_keys[0]
        rows = [int(key[1:]) - 1] if issue.rule == "code_missing" else self._rows_of(table, key)[1:]
        areas = self._context.text(table, "area_code")
        if self._register is None or any(not areas[row] for row in rows):
            raise InputError("fix_by_hand")
        for row in rows:
            prefix, tail = prefix_and_tail(self._register.layout, areas[row], key)
            code = self._register.allocate(prefix, 1, tail=tail, at=self._at, by=self._author)[0]
            yield self._value(table, row, "code", code)

    def _registered(self, issue: Issue) -> Iterable[ValueFix]:
        if self._register is None:
            raise InputError("fix_by_hand")
        code = issue.object_keys[0]
        if code not in self._register:
            states = {self._context.text(issue.table, "state")[row] for row in self._rows_of(issue.table, code)}
            state = VALID if VALID in states else DRAFT
            self._register.claim([code], state=state, at=self._at, by=self._author)
        return ()


def changed_column(values: np.ndarray, fixes: Iterable[ValueFix]) -> np.ndarray:
    """Return a column with the values of the fixes."""
    result = values.copy()
    for fix in fixes:
        result[fix.row] = fix.after
    return result
