"""Say at reading which code columns a spreadsheet has damaged, before anything is joined by them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gridmgmt_plugin.core.codes.damaged_codes import DECIMAL_TAIL, DamagedCodes, find_damaged_codes
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.text import clean_text
from gridmgmt_plugin.exchange.column_roles import is_named_for
from gridmgmt_plugin.exchange.row_problems import RowProblems
from gridmgmt_plugin.exchange.source import Source

_CODE_ROLES = ("code", "id", "grid", "parent", "class", "department")
# Short numbers with a decimal tail are counters that a database keeps as decimals, not codes.
_SHORTEST_CODE = 6


def with_code_damage(source: Source) -> Source:
    """Return ``source`` with the damaged codes of its code-like columns added to ``notes`` and ``problems``."""
    notes, problems = list(source.notes), [source.problems]
    for field, column in source.rows.columns.items():
        if not any(is_named_for(field, role) for role in _CODE_ROLES):
            continue
        damaged = find_damaged_codes(column)
        if not damaged or _is_counter(column, damaged):
            continue
        problems.append(RowProblems(damaged.rows, damaged.reasons))
        for reason, count in damaged.counts().items():
            first = int(damaged.rows[damaged.reasons == reason][0])
            details = {
                "field": field,
                "count": count,
                "row": int(source.row_numbers[first]),
                "value": column[first],
                "problem": Message(reason),
            }
            notes.append(Message("codes_damaged", details))
    if len(problems) == 1:
        return source
    return replace(source, notes=tuple(notes), problems=RowProblems.joined(problems))


def _is_counter(column: np.ndarray, damaged: DamagedCodes) -> bool:
    if set(damaged.counts()) != {DECIMAL_TAIL}:
        return False
    longest = max(len((clean_text(column[row]) or "").split(".")[0]) for row in damaged.rows.tolist())
    return longest < _SHORTEST_CODE
