"""The duty list as a matrix (权责清单): who answers for which class in which area or kind of zone, where nobody or
several do. The answers are those of :class:`~gridmgmt_plugin.core.duty.rules.RuleBook`, asked for every cell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.columns import in_force, table, texts
from gridmgmt_plugin.core.duty.area_tree import AreaTree
from gridmgmt_plugin.core.duty.rules import Candidate, Places, RuleBook
from gridmgmt_plugin.core.duty.successors import Successors
from gridmgmt_plugin.core.duty.times import days
from gridmgmt_plugin.core.rows import Rows, as_column

#: Stands for "who manages the zone", as a rule for a kind of zone without a department says.
MANAGER = "*"
CLEAR, DISPUTED, NOBODY, BELOW = "clear", "disputed", "nobody", "below"


@dataclass(frozen=True)
class ClassRow:
    """A class: ``kind`` (component, event, "" = both), ``code`` or the beginning of codes, "" = every class."""

    kind: str
    code: str


@dataclass(frozen=True)
class PlaceColumn:
    """A place: an area, and the kind of duty zone in it ("" = outside zones)."""

    area_code: str
    zone_kind: str = ""


@dataclass(frozen=True)
class MatrixCell:
    """Who answers: the department's code (:data:`MANAGER` for the zone's manager, "" for nobody), the rule that
    decides and ``status``: ``clear``, ``disputed``, ``nobody`` (no rule: unit grid or street office answer),
    ``below`` (no rule for the whole place, but some for parts of it).
    """

    department: str
    rule_id: str
    status: str


@dataclass(frozen=True)
class DutyMatrix:
    """``cells[row][column]``; ``gaps``: cells that no rule answers, ``disputes``: cells that are disputed."""

    rows: tuple[ClassRow, ...]
    columns: tuple[PlaceColumn, ...]
    cells: tuple[tuple[MatrixCell, ...], ...]
    gaps: int
    disputes: int


class MatrixAsker:
    """Answers for cells of the matrix on a day, by the rules of one scheme ("" = rules of no scheme alone).

    :param tables: ``duty_rule``, ``duty_zone``, ``area``, and ``department`` for who has taken whose work over.
    """

    def __init__(self, tables: Mapping[str, Rows], scheme: str, day: np.datetime64) -> None:
        self._rules, self._day = table(tables, "duty_rule"), day
        self._tree = AreaTree(table(tables, "area"))
        self.zone_kinds = _kinds(self._rules, table(tables, "duty_zone"))
        zones = Rows(
            {
                "code": as_column(self.zone_kinds),
                "kind": as_column(self.zone_kinds),
                "manager_code": as_column([MANAGER] * len(self.zone_kinds)),
            }
        )
        successors = Successors(table(tables, "department"))
        self._book = RuleBook(self._rules, zones, self._tree, scheme, successors)
        self._scheme = scheme

    def matrix(self, rows: Sequence[ClassRow], columns: Sequence[PlaceColumn]) -> DutyMatrix:
        """Return the cells of every row and column."""
        pairs = [(row, column) for row in rows for column in columns]
        matched = self._book.match(self._places(pairs))
        below = self._rules_below(columns)
        cells = []
        for at, (row, column) in enumerate(pairs):
            entry = int(matched.entry[at])
            if entry < 0:
                deeper = any(_covers(kind, prefix, row) for kind, prefix in below[column])
                cells.append(MatrixCell("", "", BELOW if deeper else NOBODY))
            else:
                status = DISPUTED if matched.disputed[at] else CLEAR
                cells.append(MatrixCell(str(matched.department[at]), str(self._book.rule_id[entry]), status))
        width = max(len(columns), 1)
        lines = tuple(tuple(cells[start : start + width]) for start in range(0, len(cells), width))
        found = [cell.status for cell in cells]
        return DutyMatrix(tuple(rows), tuple(columns), lines, found.count(NOBODY), found.count(DISPUTED))

    def candidates(self, row: ClassRow, column: PlaceColumn) -> tuple[Candidate, ...]:
        """Return the rules that apply to one cell, best first."""
        return self._book.candidates(self._places([(row, column)]))[0]

    def _places(self, pairs: Sequence[tuple[ClassRow, PlaceColumn]]) -> Places:
        zone_sets = ((), *((at,) for at in range(len(self.zone_kinds))))
        number = {"": 0, **{kind: at + 1 for at, kind in enumerate(self.zone_kinds)}}
        return Places(
            as_column(row.kind for row, _ in pairs),
            as_column(row.code for row, _ in pairs),
            as_column(column.area_code for _, column in pairs),
            np.array([number[column.zone_kind] for _, column in pairs], dtype=np.int64),
            np.full(len(pairs), self._day, dtype="datetime64[D]"),
            zone_sets,
        )

    def _rules_below(self, columns: Sequence[PlaceColumn]) -> dict[PlaceColumn, set[tuple[str, str]]]:
        """Return for each column (class kind, prefix) of the rules for parts of its area that are in force."""
        rules = self._rules
        own = texts(rules, "scheme")
        asked = (own == "") | (own == self._scheme)
        asked &= in_force(
            days(rules, "duty_rule", "valid_from"), days(rules, "duty_rule", "valid_to"), np.array(self._day)
        )
        columns_of = ("class_kind", "class_prefix", "area_code", "zone_kind")
        kept = [row for row, is_asked in zip(zip(*(texts(rules, name) for name in columns_of)), asked) if is_asked]
        return {
            column: {
                (kind, prefix)
                for kind, prefix, area, zone in kept
                if zone in ("", column.zone_kind)
                and self._tree.holds(column.area_code, area)
                and not self._tree.holds(area, column.area_code)
            }
            for column in columns
        }


def _covers(kind: str, prefix: str, row: ClassRow) -> bool:
    return (not kind or not row.kind or kind == row.kind) and row.code.startswith(prefix)


def _kinds(rules: Rows, zones: Rows) -> list[str]:
    return sorted({*texts(rules, "zone_kind"), *texts(zones, "kind")} - {""})
