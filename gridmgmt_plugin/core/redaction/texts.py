"""One text or a column of a million made safe to store, to tell and to hand over."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from gridmgmt_plugin.core.redaction.names import without_names
from gridmgmt_plugin.core.redaction.numbers import without_numbers
from gridmgmt_plugin.core.redaction.words import entry
from gridmgmt_plugin.core.rows import as_column

_PART = 64  # rows that are looked through at once


@dataclass(frozen=True)
class Redacted:
    """A text column without what belongs to people.

    ``values``: object array (``None`` stays); ``rows``: int64 array of the rows that were changed; ``phones``,
    ``identities`` and ``others`` (cards, accounts, plates, names): how many were taken out.
    """

    values: np.ndarray
    rows: np.ndarray
    phones: int
    identities: int
    others: int


def redact(text: str) -> str:
    """Return ``text`` with every number and name of people replaced by a fixed mask."""
    return _redact(text)[0]


def redact_column(column: Iterable[Any]) -> Redacted:
    """Return the column with every number and name of people replaced by a fixed mask; only text is looked at."""
    values = as_column(column)
    changed, phones, identities, others = [], 0, 0, 0
    for start in range(0, len(values), _PART):
        part = values[start : start + _PART].tolist()
        together = "\n".join([value for value in part if isinstance(value, str)])
        if not _NUMBERS.search(together) and not _speaks_of_people(together):
            continue
        for row, value in enumerate(part, start):
            if isinstance(value, str):
                values[row], *found = _redact(value)
                if any(found):
                    changed.append(row)
                    phones, identities, others = phones + found[0], identities + found[1], others + found[2]
    return Redacted(values, np.array(changed, dtype=np.int64), phones, identities, others)


def _redact(text: str) -> tuple[str, int, int, int]:
    phones = identities = cards = others = 0
    if _speaks_of_people(text):
        text, others = without_names(text)
    if _NUMBERS.search(text):
        text, phones, identities, cards = without_numbers(text)
    return text, phones, identities, others + cards


# What a text must hold before it is looked at closely. This is asked of every text of a million, so each pattern
# begins with a set of letters: then the search passes over all others at the speed of memory.
SPELT = "〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖貳參叄陸兩两幺\u2460-\u2468\u24ea\u2776-\u277e\u3220-\u3228"
_NUMBERS = re.compile(rf"[\d{SPELT}](?:[^\d{SPELT}\n]{{0,5}}[\d{SPELT}]){{6,}}")
_LETTERS = re.compile("[A-Za-z@\uff21-\uff3a\uff41-\uff5a\uff20]")


def _speaks_of_people(text: str) -> bool:
    if _words_of_names().search(text):
        return True
    return _LETTERS.search(text) is not None and _accounts().search(text) is not None


@lru_cache(maxsize=1)
def _words_of_names() -> re.Pattern[str]:
    listed = [word for name in ("name_words", "wechat_words", "qq_words", "passport_words") for word in entry(name)]
    return re.compile("|".join(re.escape(word) for word in listed if not word.isascii()))


@lru_cache(maxsize=1)
def _accounts() -> re.Pattern[str]:
    names = ("name_words", "wechat_words", "qq_words", "passport_words")
    listed = [word for name in names for word in entry(name) if word[0].isascii()]
    return re.compile(
        rf"[{entry('provinces')}] ?[A-Z\uff21-\uff3a\uff41-\uff5a]"
        r"|[A-Z\uff21-\uff3a\uff41-\uff5a][A-Z\uff21-\uff3a\uff41-\uff5a]? ?\d{6}|[@\uff20]"
        f"|{'|'.join(listed)}",
        re.IGNORECASE,
    )
