"""One text made safe to store, to tell and to hand over. Needs the standard library alone."""

from __future__ import annotations

import re
from functools import lru_cache

from gridmgmt_plugin.core.redaction.names import without_names
from gridmgmt_plugin.core.redaction.numbers import without_numbers
from gridmgmt_plugin.core.redaction.words import SPELT, entry, in_english


def redact(text: str, language: str = "zh") -> str:
    """Return ``text`` with every number and name of people replaced by a fixed mask, which the language's reader
    understands (what is stored has Chinese masks, and so has what was masked before its reader was known).
    """
    masked = redacted(text)[0]
    return masked if language.lower().startswith("zh") else in_english(masked)


def redacted(text: str) -> tuple[str, int, int, int]:
    """Return the text with masks, and how many phones, identity numbers and other details were taken out."""
    phones = identities = cards = others = 0
    if speaks_of_people(text):
        text, others = without_names(text)
    if NUMBERS.search(text):
        text, phones, identities, cards = without_numbers(text)
    return text, phones, identities, others + cards


# What a text must hold before it is looked at closely. This is asked of every text of a million, so each pattern
# begins with a set of letters: then the search passes over all others at the speed of memory.
# The look behind the first digit makes a search begin at the first of a run alone.
NUMBERS = re.compile(rf"[\d{SPELT}](?<![\d{SPELT}][\d{SPELT}])(?:[^\d{SPELT}\n]{{0,5}}[\d{SPELT}]){{6,}}")
#: So many digits one of :data:`NUMBERS` has at least.
LEAST_DIGITS = 7
_LETTER = "A-Za-z\uff21-\uff3a\uff41-\uff5a"


def speaks_of_people(text: str) -> bool:
    """Tell whether a text must be looked at closely for names and accounts."""
    return _words_of_names().search(text) is not None or _accounts().search(text) is not None


def words_of_people() -> tuple[re.Pattern[str], ...]:
    """Return the patterns one of which, or :data:`NUMBERS`, is found in a text of which :func:`redacted` changes
    anything; none of them reaches over the end of a line.
    """
    return _words_of_names(), _accounts()


@lru_cache(maxsize=1)
def _words_of_names() -> re.Pattern[str]:
    listed = [word for name in ("name_words", "wechat_words", "qq_words", "passport_words") for word in entry(name)]
    return re.compile("|".join(re.escape(word) for word in listed if not word.isascii()))


@lru_cache(maxsize=1)
def _accounts() -> re.Pattern[str]:
    names = ("name_words", "wechat_words", "qq_words", "passport_words")
    listed = [word for name in names for word in entry(name) if word[0].isascii()]
    provinces = entry("provinces")
    words = "|".join(f"(?<={word[0]}){word[1:]}" for word in listed)
    return re.compile(
        rf"[{provinces}{_LETTER}@\uff20](?:(?<=[{provinces}]) ?[{_LETTER}]"
        rf"|(?<=[{_LETTER}])[{_LETTER}]? ?\d{{6}}|(?<=[@\uff20])|(?i:{words}))"
    )
