"""Numbers of task letters (任务书编号): a rule with places for year and number, and the next ones that are free."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gridmgmt_plugin.core.errors import InputError

_PLACE = re.compile(r"\{(?:(year)|(n)(?::0?(\d))?)\}")


def letter_numbers(rule: str, taken: Iterable[str], year: int, count: int) -> list[str]:
    """Return the next ``count`` numbers by a rule such as ``任〔{year}〕{n:04}号``.

    They follow the greatest number of that year that is taken; gaps are not filled, a letter may have been torn up.
    ``{n:04}`` has leading zeros to four digits.

    :raises InputError: ``letter_rule_unclear`` when the rule has no place for the number, several, or other braces.
    """
    widths = [digits for _, number, digits in _PLACE.findall(rule) if number]
    rest = _PLACE.sub("", rule)
    if len(widths) != 1 or "{" in rest or "}" in rest:
        places = {"number": "{n}", "year": "{year}", "example": "任〔{year}〕{n:04}号"}
        raise InputError("letter_rule_unclear", rule=rule, **places)
    head, tail = (part.replace("{year}", str(year)) for part in re.split(r"\{n(?::0?\d)?\}", rule))
    used = [text[len(head) : len(text) - len(tail)] for text in taken if _is_between(text, head, tail)]
    greatest = max((int(number) for number in used if number.isascii() and number.isdigit()), default=0)
    width = int(widths[0] or 0)
    return [f"{head}{greatest + step:0{width}d}{tail}" for step in range(1, count + 1)]


def _is_between(text: str, head: str, tail: str) -> bool:
    return len(text) > len(head) + len(tail) and text.startswith(head) and text.endswith(tail)
