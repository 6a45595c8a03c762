"""Say at reading which code columns a spreadsheet has damaged, before anything is joined by them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np

from gridmgmt_plugin.core.codes.damaged_codes import (
    DECIMAL_TAIL,
    CodeForms,
    DamagedCodes,
    find_damaged_codes,
    forms_of,
)
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.rows import as_column
from gridmgmt_plugin.core.text import clean_text
from gridmgmt_plugin.exchange.column_roles import is_named_for
from gridmgmt_plugin.exchange.row_problems import RowProblems
from gridmgmt_plugin.exchange.source import Source, WholeNeededError

_CODE_ROLES = ("code", "id", "grid", "parent", "class", "department")
# Short numbers with a decimal tail are counters that a database keeps as decimals, not codes.
_SHORTEST_CODE = 6


def with_code_damage(source: Source) -> Source:
    """Return ``source`` with the damaged codes of its code-like columns added to ``notes`` and ``problems``."""
    found = {field: find_damaged_codes(source.rows[field]) for field in _named_for_codes(source)}
    return _told(source, found, {field for field, one in found.items() if _is_counter(source.rows[field], one)})


def damage_of(source: Source, field: str) -> DamagedCodes:
    """Return which codes of the column ``field`` are damaged: as the whole table shows it, where this is a part."""
    found = source.damaged.get(field)
    return find_damaged_codes(source.rows[field]) if found is None else found


class DamageInParts:
    """Which codes are damaged of a table that comes in parts: judged by all rows, wherever a part ends.

    Most columns show at a glance that nothing is damaged in any part. Of those in which something may be, all cells
    are read before the parts are.
    """

    def __init__(self, shown: Source, read: Callable[[Collection[str]], Source]) -> None:
        """Judge by the rows ``shown`` which columns to ``read`` whole."""
        self._shown, self._read = shown, read
        self._forms: dict[str, CodeForms] = {}
        self._whole: dict[str, _WholeColumn] = {}
        self._judge(_named_for_codes(shown))

    def holds_codes(self, field: str) -> None:
        """Look at the column ``field`` too, whatever its name."""
        if field not in self._forms:
            self._judge([field])

    def of_part(self, part: Source) -> Source:
        """Return a part with what is damaged in it, as :func:`with_code_damage` does.

        :raises WholeNeededError: a column may hold damaged codes that showed none before.
        """
        nothing = DamagedCodes(np.zeros(0, dtype=np.int64), as_column([]))
        found = {}
        for field in self._forms:
            if field in self._whole:
                found[field] = self._whole[field].in_rows(part.row_numbers)
                continue
            self._forms[field] += forms_of(part.rows[field])
            if not self._forms[field].are_sound:
                raise WholeNeededError
            found[field] = nothing
        named = set(_named_for_codes(part))
        quiet = {
            field for field in found if field not in named or (field in self._whole and self._whole[field].counts)
        }
        return _told(part, found, quiet)

    def _judge(self, fields: Collection[str]) -> None:
        forms = {field: forms_of(self._shown.rows[field]) for field in fields}
        self._forms |= forms
        doubtful = [field for field, one in forms.items() if not one.are_sound]
        if not doubtful:
            return
        whole = self._read(doubtful)
        for field in doubtful:
            damaged = find_damaged_codes(whole.rows[field])
            numbers = whole.row_numbers[damaged.rows]
            self._whole[field] = _WholeColumn(numbers, damaged.reasons, _is_counter(whole.rows[field], damaged))


@dataclass(frozen=True, eq=False)
class _WholeColumn:
    """``numbers``: int64 ascending, the numbers of the rows of a table that are damaged; ``reasons``: of each;
    ``counts``: the column holds counters and no codes.
    """

    numbers: np.ndarray
    reasons: np.ndarray
    counts: bool

    def in_rows(self, row_numbers: np.ndarray) -> DamagedCodes:
        rows = np.flatnonzero(np.isin(row_numbers, self.numbers))
        return DamagedCodes(rows, self.reasons[np.searchsorted(self.numbers, row_numbers[rows])])


def _named_for_codes(source: Source) -> list[str]:
    return [field for field in source.field_names if any(is_named_for(field, role) for role in _CODE_ROLES)]


def _told(source: Source, found: Mapping[str, DamagedCodes], quiet: Collection[str]) -> Source:
    """Return ``source`` with what was ``found`` in its columns, told but for the ``quiet`` ones."""
    notes, problems = list(source.notes), [source.problems]
    for field, damaged in found.items():
        if not damaged or field in quiet:
            continue
        problems.append(RowProblems(damaged.rows, damaged.reasons))
        for reason, count in damaged.counts().items():
            first = int(damaged.rows[damaged.reasons == reason][0])
            details = {
                "field": field,
                "count": count,
                "row": int(source.row_numbers[first]),
                "value": source.rows[field][first],
                "problem": Message(reason),
            }
            notes.append(Message("codes_damaged", details))
    joined = source.problems if len(problems) == 1 else RowProblems.joined(problems)
    return replace(source, notes=tuple(notes), problems=joined, damaged={**source.damaged, **found})


def _is_counter(column: np.ndarray, damaged: DamagedCodes) -> bool:
    if set(damaged.counts()) != {DECIMAL_TAIL}:
        return False
    longest = max(len((clean_text(column[row]) or "").split(".")[0]) for row in damaged.rows.tolist())
    return longest < _SHORTEST_CODE
