"""The words, numbers and colours of briefings: ``resources/catalogues/briefing.json``.

A briefing is written in the language that is asked for, which need not be that of QGIS.
"""

from __future__ import annotations

from typing import Any

from gridmgmt_plugin.core.casefigures.figures import AGES
from gridmgmt_plugin.core.casefigures.periods import Period
from gridmgmt_plugin.core.messages import tongue_of
from gridmgmt_plugin.core.plurals import filled
from gridmgmt_plugin.core.resources import load_json

_PERCENT = 100.0
#: What stands in a cell of which nothing is known.
NOTHING = "–"


def briefing_data() -> Any:
    """Return the catalogue."""
    return load_json("catalogues/briefing.json")


def word(key: str, language: str, **values: Any) -> str:
    """Return a word or a sentence in ``language``, with ``values`` filled in."""
    return filled(str(briefing_data()["words"][key][tongue_of(language)]), values)


def is_word(key: str) -> bool:
    """Tell whether there is such a word."""
    return key in briefing_data()["words"]


def weekdays(language: str) -> tuple[str, ...]:
    """Return the names of the days, Monday first."""
    return tuple(briefing_data()["weekdays"][tongue_of(language)])


def days(period: Period, language: str) -> str:
    """Return which days a period has."""
    if period.first == period.last:
        return period.first.isoformat()
    return word("days", language, first=period.first.isoformat(), last=period.last.isoformat())


def change(value: int, other: int | None) -> str:
    """Return how a number compares with another one: ▲ 12 %, – where there is nothing to compare with."""
    if not other:
        return NOTHING
    sign = "▲" if value > other else "▼" if value < other else "＝"
    return f"{sign} {abs(_PERCENT * (value - other) / other):.0f} %"


def age_labels(language: str) -> list[str]:
    """Return what the ages of open cases are called, in their order."""
    return [*(word("age_up_to", language, days=age) for age in AGES), word("age_over", language, days=AGES[-1])]
