"""Day and time of one event in two columns (Date and Time, 上报日期 and 上报时间), read as one moment.

Both columns get the whole moment, so that whichever of them a heading or the user calls for gives the right answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from gridmgmt_plugin.core.dates import parse_dates
from gridmgmt_plugin.core.dates.times_of_day import are_times, days_alone, joined, times_of_day
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.rows import Rows, is_null
from gridmgmt_plugin.core.value_words import comparable_word
from gridmgmt_plugin.exchange.source import Source

_SAMPLE = 500
_DAY_LENGTH = 10
_MOST = 0.8
_DAY_WORDS = ("日期", "年月日", "date", "day", "rq", "日", "riqi")
_TIME_WORDS = ("时间", "时刻", "时分秒", "时分", "time", "clock", "hour", "sj", "时", "shijian")


@dataclass(frozen=True)
class Moments:
    """``source``: with day and time joined. ``pairs``: day → time. ``partner``: heading → the other column of its
    pair. ``notes``: the pairs that were joined. ``by_column``: see :class:`.ParsedDates`.
    """

    source: Source
    pairs: Mapping[str, str]
    partner: Mapping[str, str]
    notes: tuple[Message, ...]
    by_column: bool = False


def with_moments(source: Source, known: Mapping[str, str] | None = None) -> Moments:
    """Return ``source`` with each pair of a column of days and a column of times joined, row by row.

    A pair bears one name (上报日期 and 上报时间, report_date and report_time, Date and Time), or is the only column
    of days and the only column of times of the table.

    :param known: day → time, the pairs that other parts of the same file showed: they are joined whatever this part
        has in them, and only pairs that bear one name are looked for beside them.
    """
    rows = source.rows
    pairs = _pairs(rows, known)
    if not pairs:
        return Moments(source, {}, {}, ())
    columns, by_column = {}, False
    for day, clock in pairs.items():
        days, told_apart = _day_texts(rows[day])
        by_column |= told_apart
        moments = joined(days, _clock_texts(rows[clock]))
        columns[day] = columns[clock] = moments
    partner = {**pairs, **{clock: day for day, clock in pairs.items()}}
    notes = tuple(Message("day_and_time_joined", {"day": day, "time": clock}) for day, clock in pairs.items())
    return Moments(replace(source, rows=rows.with_columns(**columns)), pairs, partner, notes, by_column)


def _pairs(rows: Rows, known: Mapping[str, str] | None) -> dict[str, str]:
    """Return day → time."""
    # Where other parts have shown the pairs, only columns that bear one name are looked at: a sample is dear.
    names = list(rows.columns) if known is None else _namesakes(rows.columns)
    days = [name for name in names if _are_days(_sample(rows[name]))]
    clocks = [name for name in names if name not in days and are_times(_sample(rows[name]))]
    pairs = dict(known or {})
    used = {*pairs, *pairs.values()}
    for day in days:
        if day in used:
            continue
        clock = next((name for name in rows.columns if _belongs(name, day, rows, clocks, pairs)), None)
        if clock is not None:
            pairs[day] = clock
    if known is None and not pairs and len(days) == len(clocks) == 1:
        pairs = {days[0]: clocks[0]}
    return pairs


def _namesakes(names: Iterable[str]) -> list[str]:
    """Return the headings that bear one name with another but for the words of day and time."""
    stems = {name: (_stem(name, _DAY_WORDS), _stem(name, _TIME_WORDS)) for name in names}
    shared = {day for day, _ in stems.values()} & {clock for _, clock in stems.values()} - {None}
    return [name for name, (day, clock) in stems.items() if day in shared or clock in shared]


def _belongs(name: str, day: str, rows: Rows, clocks: list[str], pairs: Mapping[str, str]) -> bool:
    """Tell whether ``name`` heads the times of the days under ``day``: one name but for the word of what it is."""
    if name == day or name in pairs.values():
        return False
    stem = _stem(name, _TIME_WORDS)
    if stem is None or stem != _stem(day, _DAY_WORDS):
        return False
    cells = _sample(rows[name])
    # A column of times without a value says no other time than that of the day.
    return name in clocks or not len(cells) or are_times(cells, loose=True)


def _stem(heading: str, words: tuple[str, ...]) -> str | None:
    plain = re.sub(r"[\-./()]", "", comparable_word(heading))
    for word in words:
        if plain.endswith(word):
            return plain[: -len(word)]
        if word.isascii() and plain.startswith(word):
            return plain[len(word) :]
    return None


def _day_texts(column: np.ndarray) -> tuple[np.ndarray, bool]:
    """Return the days in ISO 8601, a cell that is none stays as it is; and whether the column told some of them."""
    texts = days_alone(column)
    parsed = parse_dates(texts)
    return np.where(is_null(parsed.iso), texts, parsed.iso), parsed.by_column


def _clock_texts(column: np.ndarray) -> np.ndarray:
    """Return the times as texts; a cell that is none stays, so that its row is rejected with what it says."""
    texts = times_of_day(column, loose=True)
    return np.where(is_null(texts), column, texts)


def _are_days(sample: np.ndarray) -> bool:
    """Tell whether cells are days, without a time of their own or at midnight all."""
    if not len(sample):
        return False
    texts = days_alone(sample)
    parsed = parse_dates(texts).iso
    return float(np.mean([iso is not None and len(iso) == _DAY_LENGTH for iso in parsed])) >= _MOST


def _sample(column: np.ndarray) -> np.ndarray:
    there: np.ndarray = column[~is_null(column)]
    return there[:: max(1, len(there) // _SAMPLE)][:_SAMPLE]
