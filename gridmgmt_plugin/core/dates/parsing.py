"""Dates and times as offices write them, brought to ISO 8601 text; what cannot be read says why.

Read are: ISO 8601, 2025/3/7 8:05, 2025.3.7, 2025年3月7日 下午3时05分, 20250307, 20250307080512, a spreadsheet's day
numbers, seconds or milliseconds since 1970, date objects, months by name as databases write them (see
:mod:`gridmgmt_plugin.core.dates.words`); full-width characters anywhere. 3/7/2025 is read only when
the column itself shows which of the two is the month. A time with a zone (Z, +08:00) is told in China's one zone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

import numpy as np

from gridmgmt_plugin.core.dates.words import in_figures
from gridmgmt_plugin.core.letters import half_width
from gridmgmt_plugin.core.rows import as_column, is_null
from gridmgmt_plugin.core.text import clean_text

UNREADABLE = "date_not_a_date"
IMPOSSIBLE = "date_impossible"
INCOMPLETE = "date_incomplete"
AMBIGUOUS = "date_ambiguous"
OUT_OF_RANGE = "date_out_of_range"

FIRST_YEAR, LAST_YEAR = 1900, 2100
_CHINA = timezone(timedelta(hours=8))
_SPREADSHEET_EPOCH = datetime(1899, 12, 30)
# Day numbers of 1954 … 2119: below and above, a bare number is something else.
_DAY_NUMBERS = (20_000.0, 80_000.0)
_FARTHEST_ZONE = timedelta(hours=14)
_UNIX_SECONDS = (1e9, 2e9)
_CHUNK = 200_000

_TIME = (
    r"(?:[T ]*(?P<half>上午|下午|中午|晚上|凌晨|AM|PM)? *(?P<hour>\d{1,2})(?:[:时点] *(?P<minute>\d{1,2})?"
    r"(?:[:分] *(?P<second>\d{1,2})?(?:[.,]\d+)?秒?)?|[时点](?P<thirty>半))? *(?P<half2>AM|PM|上午|下午)?"
    r" *(?P<zone>Z|[+-]\d{2}(?::?\d{2})?)?)?"
)
_YEAR_FIRST = re.compile(
    r"(?P<year>\d{4})(?: *[-/.年] *)(?P<month>\d{1,2})(?: *[-/.月] *)(?P<day>\d{1,2})日?"
    r"(?: *[,(]?(?:周|星期)[一二三四五六日天]\)?)?" + _TIME,
    re.IGNORECASE,
)
_YEAR_LAST = re.compile(r"(?P<first>\d{1,2})[-/.](?P<then>\d{1,2})[-/.](?P<year>\d{4})" + _TIME, re.IGNORECASE)
_COMPACT = re.compile(
    r"(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)"
    r"(?:[T ]?(?P<hour>\d\d)(?::?(?P<minute>\d\d)(?::?(?P<second>\d\d)(?:\.?\d{3})?)?)?)?"
    r"(?P<zone>Z|[+-]\d{2}(?::?\d{2})?)?(?:\.0+)?"
)
_NUMBER = re.compile(r"\d+(\.\d+)?")
_MONTH_ONLY = re.compile(r"\d{4}(?:[-/.年] *\d{1,2}月?|\d\d)|\d{4}年?")
_SHORT_YEAR = re.compile(r"\d{1,2}[-/.年]\d{1,2}[-/.月]\d{1,2}日?.*")
_AFTERNOON = {"下午", "晚上", "PM"}
_MORNING = {"上午", "凌晨", "AM"}
_DASHES = str.maketrans("—–−。\\", "---./")
_DAY_SIGN = re.compile(r"(?<=\d)号")
_BLANKS = re.compile(r"\s+")
# Of such a text nothing is brought into another form: single blanks, no word, no offset, no time behind a dash.
_IN_FIGURES = re.compile(r"[0-9/.:]+(?: [0-9/.:]+)*|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[ T][0-9:.]+)?")


@dataclass(frozen=True)
class ParsedDates:
    """A column of dates.

    ``iso``: object array of ``YYYY-MM-DD`` or ``YYYY-MM-DDTHH:MM:SS`` text, ``None`` where there is none.
    ``reasons``: object array of ``None`` (read, or nothing there) or ``date_not_a_date``, ``date_impossible``,
    ``date_incomplete``, ``date_ambiguous``, ``date_out_of_range``. ``zoned``: how many times carried a zone and were
    told in China's. ``by_column``: some end in the year, so that other rows of the column may read them otherwise.
    """

    iso: np.ndarray
    reasons: np.ndarray
    zoned: int
    by_column: bool = False

    @property
    def rejected(self) -> np.ndarray:
        """Return the int64 positions of the rows that could not be read."""
        return np.flatnonzero(~is_null(self.reasons))


def parse_dates(column: Iterable[Any]) -> ParsedDates:
    """Return the column as ISO 8601 text, row by row, with a reason where a value cannot be read."""
    values = column if isinstance(column, np.ndarray) and column.dtype == object else as_column(column)
    iso = np.full(len(values), None, dtype=object)
    reasons = np.full(len(values), None, dtype=object)
    left = []
    for start in range(0, len(values), _CHUNK):
        part = values[start : start + _CHUNK]
        fast = _canonical(part)
        iso[start : start + _CHUNK][fast.done] = fast.texts
        left.append(start + np.flatnonzero(~fast.done))
    rest = np.concatenate(left) if left else np.zeros(0, dtype=np.int64)
    month_first, by_column = _month_first(values[rest])
    known: dict[Any, tuple[str | None, str | None, bool]] = {}
    zoned = 0
    for row in rest.tolist():
        value = values[row]
        key = (type(value), value)
        if key not in known:
            known[key] = _parse(value, month_first=month_first)
        iso[row], reasons[row], with_zone = known[key]
        zoned += with_zone
    return ParsedDates(iso, reasons, zoned, by_column)


@dataclass(frozen=True)
class _Fast:
    done: np.ndarray
    texts: np.ndarray


def _canonical(values: np.ndarray) -> _Fast:
    """Take the rows that are ISO 8601 already, without a zone: checked as characters, a million in a second."""
    lengths = _lengths(values.tolist())
    done = np.zeros(len(values), dtype=bool)
    texts = np.full(len(values), None, dtype=object)
    for width in (10, 16, 19):
        rows = np.flatnonzero(lengths == width)
        if not len(rows):
            continue
        chars = np.array(values[rows].tolist(), dtype=f"U{width}").view(np.uint32).reshape(-1, width)
        iso = _is_iso(chars)
        good = rows[iso]
        done[good] = True
        texts[good] = values[good]
        if width > 10:
            seconds = ":00" if width == 16 else ""
            other = good if seconds else rows[iso & (chars[:, 10] != ord("T"))]
            texts[other] = [f"{v[:10]}T{v[11:]}{seconds}" for v in values[other].tolist()]
    return _Fast(done, texts[done])


def _lengths(cells: list[Any]) -> np.ndarray:
    """Return how long each text is, int64, 0 for what is none."""
    if set(map(type, cells)) == {str}:
        return np.fromiter(map(len, cells), dtype=np.int64, count=len(cells))
    return np.fromiter((len(v) if type(v) is str else 0 for v in cells), dtype=np.int64, count=len(cells))


def _is_iso(chars: np.ndarray) -> np.ndarray:
    """Tell per row of ``chars`` (n × 10, 16 or 19 code points) whether it is a real day, and time, in ISO 8601."""
    signs = np.ascontiguousarray(chars.T)  # place by place, and what comes before "0" becomes a large number
    digits = signs - np.uint32(ord("0"))
    width = len(signs)
    marks = {place: mark for place, mark in ((4, "-"), (7, "-"), (13, ":"), (16, ":")) if place < width}
    good = np.ones(len(chars), dtype=bool)
    for place in range(width):
        if place != 10:
            good &= signs[place] == ord(marks[place]) if place in marks else digits[place] <= 9

    def number(start: int, end: int) -> np.ndarray:
        total: np.ndarray = np.zeros(len(chars), dtype=np.uint32)
        for place in range(start, end):
            total = total * np.uint32(10) + digits[place]
        return total

    year, month, day = number(0, 4), number(5, 7), number(8, 10)
    good &= (year >= FIRST_YEAR) & (year <= LAST_YEAR) & (month >= 1) & (month <= 12) & (day >= 1)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    month_days = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    good &= day <= month_days[np.clip(month, 1, 12).astype(np.int64) - 1] + (leap & (month == 2))
    if width > 10:
        good &= (signs[10] == ord("T")) | (signs[10] == ord(" "))
        good &= (number(11, 13) <= 23) & (number(14, 16) <= 59) & (number(17, width) <= 59)
    return good


def ends_in_the_year(column: Iterable[Any]) -> bool:
    """Tell whether a column holds dates such as 3/7/2025: what is the month only all rows together show."""
    return any(isinstance(value, str) and bool(_YEAR_LAST.fullmatch(_plain(value))) for value in column)


def _month_first(values: np.ndarray) -> tuple[bool | None, bool]:
    """Tell from the column itself whether 3/7/2025 begins with the month, ``None`` when nothing shows it; and whether
    there is any such date.
    """
    month_first, day_first, any_there = False, False, False
    for value in {v for v in values if isinstance(v, str)}:
        match = _YEAR_LAST.fullmatch(_plain(value))
        if match:
            any_there = True
            day_first |= int(match["first"]) > 12
            month_first |= int(match["then"]) > 12
    return (None if month_first == day_first else month_first), any_there


def _parse(value: Any, *, month_first: bool | None) -> tuple[str | None, str | None, bool]:
    if isinstance(value, np.datetime64):
        value = value.astype("datetime64[s]").item()
    if isinstance(value, datetime):
        return _told(value, with_time=True)
    if isinstance(value, date):
        return _told(datetime(value.year, value.month, value.day), with_time=False)
    text = clean_text(value)
    if text is None:
        return None, None, False
    text = _plain(text)
    for pattern in (_YEAR_FIRST, _COMPACT):
        match = pattern.fullmatch(text)
        if match:
            return _from_match(match, int(match["month"]), int(match["day"]))
    match = _YEAR_LAST.fullmatch(text)
    if match:
        if month_first is None and match["first"] != match["then"]:
            return None, AMBIGUOUS, False
        month, day = (
            (match["first"], match["then"]) if month_first in (True, None) else (match["then"], match["first"])
        )
        return _from_match(match, int(month), int(day))
    return _from_number(text)


def _plain(text: str) -> str:
    """Return a text half-width, with single blanks and plain dashes, its words for months and zones in figures."""
    if _IN_FIGURES.fullmatch(text):
        return text
    return in_figures(_DAY_SIGN.sub("日", _BLANKS.sub(" ", half_width(text)).translate(_DASHES)).strip())


def _from_match(match: re.Match[str], month: int, day: int) -> tuple[str | None, str | None, bool]:
    parts = match.groupdict()
    hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second"))
    minute = 30 if parts.get("thirty") else minute
    half = (parts.get("half") or parts.get("half2") or "").upper()
    if half == "晚上" and 0 < hour < 5:  # 晚上2点 may be said of the night that ends or of the one that begins
        return None, AMBIGUOUS, False
    hour = _of_the_day(hour, half)
    next_day = hour == 24 and (half == "晚上" or (minute == 0 and second == 0))
    try:
        moment = datetime(int(parts["year"]), month, day, 0 if next_day else hour, minute, second)
    except ValueError:
        return None, IMPOSSIBLE, False
    zone = parts.get("zone")
    offset = _zone(zone) if zone else None
    if zone and offset is None:
        return None, IMPOSSIBLE, False
    try:
        moment += timedelta(days=1) if next_day else timedelta(0)
        if offset is not None:
            moment = moment.replace(tzinfo=offset).astimezone(_CHINA)
    except OverflowError:  # before the year 1, after 9999
        return None, OUT_OF_RANGE, False
    return _told(moment, with_time=parts.get("hour") is not None)


def _of_the_day(hour: int, half: str) -> int:
    """Return the hour of the day, 0 … 24, for what is said of a half of it."""
    if half == "晚上" and hour == 12:
        return 24
    if (half in _AFTERNOON and hour < 12) or (half == "中午" and 1 <= hour <= 3):
        return hour + 12
    return 0 if half in _MORNING and hour == 12 else hour


def _from_number(text: str) -> tuple[str | None, str | None, bool]:
    if _NUMBER.fullmatch(text):
        number = float(text)
        if _DAY_NUMBERS[0] <= number < _DAY_NUMBERS[1]:
            seconds = round(number * 86400)
            moment = _SPREADSHEET_EPOCH + timedelta(seconds=seconds)
            return _told(moment, with_time=seconds % 86400 != 0)
        for scale in (1.0, 1000.0):
            if _UNIX_SECONDS[0] * scale <= number < _UNIX_SECONDS[1] * scale:
                return _told(datetime.fromtimestamp(number / scale, _CHINA).replace(microsecond=0), with_time=True)
    if _MONTH_ONLY.fullmatch(text):
        return None, INCOMPLETE, False
    return None, AMBIGUOUS if _SHORT_YEAR.fullmatch(text) else UNREADABLE, False


def _zone(text: str) -> timezone | None:
    """Return the zone, ``None`` for one that is nowhere on the earth (+99:99)."""
    if text in "Zz":
        return timezone.utc
    sign = -1 if text[0] == "-" else 1
    minutes = int(text[-2:]) if len(text) > 3 else 0
    offset = timedelta(hours=int(text[1:3]), minutes=minutes)
    return timezone(sign * offset) if minutes < 60 and offset <= _FARTHEST_ZONE else None


def _told(moment: datetime, *, with_time: bool) -> tuple[str | None, str | None, bool]:
    zoned = moment.tzinfo is not None
    if zoned:
        moment = moment.astimezone(_CHINA).replace(tzinfo=None)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return None, OUT_OF_RANGE, False
    if not with_time:
        return moment.strftime("%Y-%m-%d"), None, zoned
    return moment.replace(microsecond=0).isoformat(), None, zoned
