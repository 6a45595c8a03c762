"""A sheet of scores as offices keep it, with a row per place and a column per indicator, read as a list of scores.

What an indicator is worth stands in its heading, 市容环境（10分） or 满意度（30%）, or in a row of full marks or of
weights among the places.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gridmgmt_plugin.core.evaluation.case_facts import CATALOGUE
from gridmgmt_plugin.core.letters import folded_heading, half_width
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows, as_column, is_null
from gridmgmt_plugin.core.text import clean_texts, to_numbers
from gridmgmt_plugin.core.written import number
from gridmgmt_plugin.exchange.column_roles import candidates, find_field, is_known_heading, is_named_for
from gridmgmt_plugin.exchange.source import Source

PLACE, INDICATOR, SCORE, FULL, WEIGHT, DAY = (
    "score_place", "score_indicator", "score", "score_full", "score_weight", "score_day",
)  # fmt: skip
FULL_MARKS = 100.0
#: Role → column of the list that a sheet becomes.
LISTED: Mapping[str, str] = {INDICATOR: "indicator", SCORE: "score", FULL: "full marks", WEIGHT: "weight"}
_WORTH = re.compile(
    r"\s*[(\[【]\s*(?:满分|分值|权重|full marks)?\s*:?\s*(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>分|points?|marks?|%)?"
    r"\s*[)\]】]\s*$"
)
_LEAST_INDICATORS = 2
_MOSTLY = 0.8
# Sums that were rounded.
_SAME_SUM = 0.05


@dataclass(frozen=True, eq=False)
class ScoreList:
    """``source``: the sheet as a list, with the columns :data:`LISTED`, a row per score that bears the number of its
    row in the sheet; ``notes``: as what the sheet was read."""

    source: Source
    notes: tuple[Message, ...]


@dataclass(frozen=True)
class _Indicator:
    """``field``: the heading of its column; ``name``; ``full`` marks and ``weight``, NaN where nothing says them."""

    field: str
    name: str
    full: float
    weight: float

    def told(self) -> str:
        """Return its name with what it is worth."""
        if not np.isnan(self.weight):
            return f"{self.name} ({number(self.weight)}%)"
        return f"{self.name} ({number(FULL_MARKS if np.isnan(self.full) else self.full)})"


def read_sheet(source: Source, place: str, known: np.ndarray) -> ScoreList | None:
    """Return a sheet as a list of scores, ``None`` for a table that is a list already; an empty cell is no score.

    :param place: the heading of the places. :param known: bool (n,), which rows name a place; others come once.
    """
    found = _indicators(source.rows, place)
    if len(found) < _LEAST_INDICATORS or _is_list(source.rows, found):
        return None
    named = clean_texts(source.rows[place])
    worth = {
        role: np.array([is_named_for(text or "", role) for text in named], dtype=bool) for role in (FULL, WEIGHT)
    }
    found = [_worth(source.rows, one, worth) for one in found]
    filled = np.column_stack([~is_null(clean_texts(source.rows[one.field])) for one in found])
    filled[worth[FULL] | worth[WEIGHT]] = False
    rows, columns = np.nonzero(np.where(known[:, None], filled, _first_of_each(filled)))
    full = [FULL_MARKS if np.isnan(one.full) else one.full for one in found]
    weight = [mark if np.isnan(one.weight) else one.weight for one, mark in zip(found, full)]
    made = {
        LISTED[INDICATOR]: as_column([one.name for one in found])[columns],
        LISTED[FULL]: as_column(full)[columns],
        LISTED[WEIGHT]: as_column(weight)[columns],
    }
    cells = zip(rows.tolist(), columns.tolist())
    made[LISTED[SCORE]] = as_column([source.rows[found[at].field][row] for row, at in cells])
    others = {
        name: source.rows[name][rows] for name in source.rows.columns if name not in {one.field for one in found}
    }
    gaps = int((known[:, None] & ~filled).sum())
    notes = _notes(found, gaps, _other_numbers(source.rows, place, found))
    return ScoreList(replace(source, rows=Rows({**others, **made}), row_numbers=source.row_numbers[rows]), notes)


def _first_of_each(filled: np.ndarray) -> np.ndarray:
    return np.asarray(filled & (np.cumsum(filled, axis=1) == 1))


def _indicators(rows: Rows, place: str) -> list[_Indicator]:
    """Return the columns of numbers that nothing else is known of, or whose heading says what they are worth."""
    places = candidates(rows, PLACE)
    found = []
    for field in rows.columns:
        heading = half_width(field)
        worth = _WORTH.search(heading)
        least = _MOSTLY if worth is None else 0.0
        is_other = field == place or _is_sum(field) or not _holds_numbers(rows[field], least)
        if is_other or (worth is None and (is_known_heading(field) or field in places)):
            continue
        value = float(worth["number"]) if worth else np.nan
        is_share = worth is not None and worth["unit"] == "%"
        name = heading[: worth.start()] if worth else field
        found.append(_Indicator(field, name.strip() or field, *((np.nan, value) if is_share else (value, np.nan))))
    return found


def _is_list(rows: Rows, found: Sequence[_Indicator]) -> bool:
    """Tell whether a table says of each row what it scores: names the indicator, its full marks or its weight, or has
    a score that is no sum of other columns, weighted or not."""
    if any(_has_column(rows, role) for role in (FULL, WEIGHT)):
        return True
    named = find_field(rows, INDICATOR)
    if named is not None and not _holds_numbers(rows[named.field]):
        return True
    scores = [field for field in rows.columns if is_named_for(field, SCORE)]
    if not scores:
        return False
    total = to_numbers(rows[scores[0]])
    there = ~np.isnan(total)
    values = np.array([to_numbers(rows[one.field]) for one in found])[:, there]
    shares = np.array([1.0 if np.isnan(one.weight) else one.weight / 100.0 for one in found])[:, None]
    sums = [np.nansum(parts, axis=0) for parts in (values, values * shares)]
    alike = [float(np.mean(np.abs(total[there] - parts) <= _SAME_SUM)) for parts in sums if parts.size]
    return max(alike, default=0.0) < _MOSTLY


def _has_column(rows: Rows, role: str) -> bool:
    return any(is_named_for(field, role) and _WORTH.search(half_width(field)) is None for field in rows.columns)


def _worth(rows: Rows, one: _Indicator, worth: Mapping[str, np.ndarray]) -> _Indicator:
    """Return an indicator with what the rows of full marks and of weights say of it."""
    values = to_numbers(rows[one.field])
    full, weight = (values[worth[role]] for role in (FULL, WEIGHT))
    full, weight = full[~np.isnan(full)], weight[~np.isnan(weight)]
    return replace(one, full=full[0] if len(full) else one.full, weight=weight[0] if len(weight) else one.weight)


def _notes(found: Sequence[_Indicator], gaps: int, left: Sequence[str]) -> tuple[Message, ...]:
    notes = [Message("score_sheet_read", {"count": len(found), "names": listing(one.told() for one in found)})]
    unsaid = [one.name for one in found if np.isnan(one.full) and np.isnan(one.weight)]
    if unsaid:
        notes.append(Message("score_sheet_full_unsaid", {"names": listing(unsaid)}))
    if gaps:
        notes.append(Message("score_sheet_gaps", {"count": gaps}))
    if left:
        notes.append(Message("score_sheet_columns_left", {"names": listing(left)}))
    return tuple(notes)


def _other_numbers(rows: Rows, place: str, found: Sequence[_Indicator]) -> list[str]:
    """Return columns of numbers that are no indicators and that nothing else is known of."""
    taken = {place, *(one.field for one in found), *candidates(rows, PLACE), *candidates(rows, DAY)}
    return [field for field in rows.columns if field not in taken and _holds_numbers(rows[field])]


def _is_sum(field: str) -> bool:
    """Tell whether a heading says that its column is a sum, a rank or a number of rows, and no indicator."""
    plain, words = folded_heading(field), load_json(CATALOGUE)["sheet"]
    return plain in words["aside"] or plain.endswith(tuple(words["sums"])) or is_named_for(field, SCORE)


def _holds_numbers(column: np.ndarray, least: float = _MOSTLY) -> bool:
    """Tell whether a column has numbers, and they are at least that share of what stands in it."""
    filled = ~is_null(clean_texts(column))
    there = ~np.isnan(to_numbers(column[filled]))
    return bool(there.any()) and float(np.mean(there)) >= least
