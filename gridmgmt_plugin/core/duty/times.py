"""Days, weekdays and hours of posts and rules, read once into arrays."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

import numpy as np

from gridmgmt_plugin.core.columns import days_of
from gridmgmt_plugin.core.dates import parse_dates
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.letters import half_width
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.text import clean_text
from gridmgmt_plugin.core.titles import Title

CATALOGUE = "catalogues/duty.json"
EVERY_DAY = 0b1111111
MINUTES_A_DAY = 24 * 60
_CLOCK = re.compile(r"(\d{1,2})(?:[:时点](\d{1,2})?(?:分|:\d{1,2})?)?")


@cache
def weekday_mask(text: Any) -> int:
    """Return the weekdays of a text as a bit mask, Monday is bit 0; nothing means every day.

    Read are 1-5, 1,3,5, 周一至周五, 周一、周三, 一三五, 6-2 (over the week's end), 工作日, 周末 and 每天; 0 and 7 are
    both Sunday.

    :raises InputError: ``weekdays_unclear``.
    """
    cleaned = clean_text(text)
    if cleaned is None:
        return EVERY_DAY
    rules = load_json(CATALOGUE)["weekdays"]
    for mark in rules["ranges"]:
        cleaned = "-".join(part.strip() for part in cleaned.split(mark))
    for separator in rules["separators"]:
        cleaned = cleaned.replace(separator, ",")
    mask = 0
    for part in half_width(cleaned).split(","):
        for day in _days_of(part, rules, text):
            mask |= 1 << (day - 1)
    if not mask:
        raise InputError("weekdays_unclear", weekdays=text)
    return mask


def _days_of(part: str, rules: dict[str, Any], text: Any) -> list[int]:
    if part in rules["sets"]:
        return list(rules["sets"][part])
    for prefix in rules["prefixes"]:
        part = part.replace(prefix, "")
    known = rules["days"]
    ends = part.split("-")
    if len(ends) == 2 and all(end in known for end in ends):
        first, last = known[ends[0]], known[ends[1]]
        return [(first - 1 + step) % 7 + 1 for step in range((last - first) % 7 + 1)]
    if len(ends) != 1 or any(character not in known for character in part):
        raise InputError("weekdays_unclear", weekdays=text)
    return [known[character] for character in part]


def weekday_text(mask: int) -> str | None:
    """Return a bit mask of weekdays as others read it, such as ``1-5`` or ``1,3,6-7``; ``None`` = every day."""
    if mask == EVERY_DAY:
        return None
    days_ = [day for day in range(1, 8) if mask >> (day - 1) & 1]
    first = [day for day in days_ if day - 1 not in days_]
    last = [day for day in days_ if day + 1 not in days_]
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in zip(first, last))


def clock_text(text: Any) -> str | None:
    """Return a time of day as ``HH:MM``, ``None`` for nothing.

    :raises InputError: ``clock_unclear``.
    """
    minutes = clock_minutes(text, -1)
    return None if minutes < 0 else f"{minutes // 60:02d}:{minutes % 60:02d}"


@cache
def clock_minutes(text: Any, missing: int) -> int:
    """Return a time of day (8:30, 08:30:00, 8时30分, 8点, 24:00) as minutes after midnight, ``missing`` for nothing.

    :raises InputError: ``clock_unclear``.
    """
    cleaned = clean_text(text)
    if cleaned is None:
        return missing
    match = _CLOCK.fullmatch(half_width(cleaned))
    minutes = int(match[1]) * 60 + int(match[2] or 0) if match else MINUTES_A_DAY + 1
    if match is None or int(match[2] or 0) > 59 or minutes > MINUTES_A_DAY:
        raise InputError("clock_unclear", clock=text)
    return minutes


def read_days(values: Iterable[Any], table: str, column: str) -> np.ndarray:
    """Return a column of dates as datetime64[D], not-a-time where there is none.

    :raises InputError: ``duty_date_unclear``, naming the table, the column and the first value that is no date.
    """
    values = list(values)
    parsed = parse_dates(values)
    if len(parsed.rejected):
        value = values[int(parsed.rejected[0])]
        raise InputError("duty_date_unclear", table=Title(table), column=Title(f"{table}.{column}"), value=value)
    return days_of(parsed)


def days(rows: Rows, name: str, column: str) -> np.ndarray:
    """Return a date column as datetime64[D]; a column that is not there is open in every row.

    :raises InputError: ``duty_date_unclear``.
    """
    if column not in rows:
        return np.full(len(rows), "NaT", dtype="datetime64[D]")
    return read_days(rows[column], name, column)


def disputed_owner_states() -> list[str]:
    """Return the states of ownership in which nobody can be named for certain: disputed, and still to be ruled."""
    found: list[str] = load_json(CATALOGUE)["disputed_owner_states"]
    return found
