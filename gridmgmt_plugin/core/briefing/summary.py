"""What stands at the head of a briefing: its title, its days, and the numbers in a few sentences."""

from __future__ import annotations

from dataclasses import dataclass

from gridmgmt_plugin.core.briefing.content import Briefing
from gridmgmt_plugin.core.briefing.words import change, days, word
from gridmgmt_plugin.core.casefigures.figures import AGES


@dataclass(frozen=True)
class Headline:
    """``count`` cases, of which ``unit`` says what they are; ``lines``: how that compares, and what is open."""

    title: str
    days: str
    compared: str
    made_on: str
    count: int
    unit: str
    lines: tuple[str, ...]


def headline(content: Briefing, language: str) -> Headline:
    """Return the head of a briefing in ``language``."""
    reported = content.figure("reported")
    before, earlier = (days(one, language) for one in content.compared)
    lines = [
        _compared("before", reported.value, reported.before, language),
        _compared("earlier", reported.value, reported.earlier, language),
        word("open_now", language, open=sum(content.ages), old=content.ages[-1], days=AGES[-1]),
    ]
    return Headline(
        word("title", language, district=content.district),
        days(content.period, language),
        word("compared_with", language, before=before, earlier=earlier),
        word("made_on", language, day=content.made_on.isoformat()),
        reported.value,
        word("cases_of", language, count=reported.value),
        tuple(filter(None, lines)),
    )


def _compared(key: str, value: int, other: int | None, language: str) -> str:
    if not other:
        return "" if other is None else word(f"nothing_{key}", language)
    return word(f"against_{key}", language, change=change(value, other), other=f"{other:,}")
