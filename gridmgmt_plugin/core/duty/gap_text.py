"""Times and days of the week in words: 每天 18:00–08:00, 周五 18:00–周一 08:00, 周一至周五."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gridmgmt_plugin.core.duty.times import CATALOGUE, MINUTES_A_DAY, weekday_mask
from gridmgmt_plugin.core.duty.watch import Gap
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.messages import Message, tongue_of
from gridmgmt_plugin.core.resources import load_json


@dataclass(frozen=True)
class Gaps(Message):
    """The gaps in the reader's words, for use in a sentence."""

    code: str = ""
    gaps: Sequence[Gap] = ()

    def text(self, language: str = "en") -> str:
        """Return what :func:`gaps_text` says."""
        return gaps_text(self.gaps, language)


def gaps_text(gaps: Sequence[Gap], language: str) -> str:
    """Return the gaps as a planner says them: those at the same hours of several days together, in their order."""
    catalogue = load_json(CATALOGUE)
    words, names = catalogue["gap_words"][tongue_of(language)], catalogue["weekday_names"][tongue_of(language)]
    if len(gaps) == 1 and gaps[0].end - gaps[0].start >= 7 * MINUTES_A_DAY:
        return str(words["always"])
    by_hours: dict[tuple[int, int], list[int]] = {}
    for gap in gaps:
        day, minute = divmod(gap.start, MINUTES_A_DAY)
        by_hours.setdefault((minute, gap.end - gap.start), []).append(day)
    parts = [_part(days, start, length, words, names) for (start, length), days in by_hours.items()]
    return str(words["then"]).join(parts)


def weekdays_in_words(text: str, language: str) -> str:
    """Return the weekdays of a post as a planner says them (周一至周五); the text itself where nobody can read it."""
    catalogue, tongue = load_json(CATALOGUE), tongue_of(language)
    try:
        mask = weekday_mask(text)
    except InputError:
        return text
    days = [day for day in range(7) if mask >> day & 1]
    return _days(days, catalogue["gap_words"][tongue], catalogue["weekday_names"][tongue])


def _part(days: list[int], start: int, length: int, words: dict[str, Any], names: Sequence[str]) -> str:
    end = start + length
    if length <= MINUTES_A_DAY:  # the end is plain without its day
        return f"{_days(days, words, names)} {_clock(start)}–{_clock(end, is_end=True)}"
    spans = (f"{names[day]} {_clock(start)}–{names[(day + end // MINUTES_A_DAY) % 7]} {_clock(end)}" for day in days)
    return str(words["and"]).join(spans)


def _days(days: list[int], words: dict[str, Any], names: Sequence[str]) -> str:
    if len(days) == 7:
        return str(words["every_day"])
    in_a_row = len(days) > 2 and days == list(range(days[0], days[-1] + 1))
    if in_a_row:
        return f"{names[days[0]]}{words['to']}{names[days[-1]]}"
    return str(words["and"]).join(names[day] for day in days)


def _clock(minute: int, *, is_end: bool = False) -> str:
    of_day = minute % MINUTES_A_DAY
    if is_end and of_day == 0:
        of_day = MINUTES_A_DAY
    return f"{of_day // 60:02d}:{of_day % 60:02d}"
