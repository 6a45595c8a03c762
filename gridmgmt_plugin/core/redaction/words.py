"""The words that say what a number or a name beside them is (``resources/catalogues/redaction.json``)."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from gridmgmt_plugin.core.letters import half_width
from gridmgmt_plugin.core.resources import load_json

Accept = Callable[[str, str, str], bool]  # what was found, the text before it and the text behind it
_CATALOGUE = "catalogues/redaction.json"
_REACH = 16  # characters before a number in which a word still speaks about it
# Numerals that people write instead of digits, and those that have a digit's value in Unicode (①, ❶, ㈠).
NUMERALS = dict(zip("〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖貳參叄陸兩两幺", "001234567891234567892336221"))
#: The letters of numbers that are spelt out, for the brackets of a pattern.
SPELT = "".join(NUMERALS) + "\u2460-\u2468\u24ea\u2776-\u277e\u3220-\u3228"
_MASKS = ("phone_mask", "identity_mask", "card_mask", "account_mask", "plate_mask", "name_mask")


def entry(name: str) -> Any:
    """Return an entry of the catalogue."""
    return load_json(_CATALOGUE)[name]


def replace_found(text: str, plain: str, pattern: re.Pattern[str], mask: str, accept: Accept) -> tuple[str, int]:
    """Return ``text`` with a mask in place of what the pattern finds in ``plain`` and ``accept`` agrees to.

    :param plain: the text as it is compared, character for character as long as ``text``.
    """
    pieces, end = [], 0
    for match in pattern.finditer(plain):
        if accept(match.group(), plain[: match.start()], plain[match.end() :]):
            pieces += [text[end : match.start()], entry(mask)]
            end = match.end()
    return ("".join([*pieces, text[end:]]), len(pieces) // 2) if pieces else (text, 0)


def near(text: str) -> str:
    """Return the end of a text in which a word still speaks about what follows."""
    return text[-_REACH:]


def without_masks(text: str) -> str:
    """Return the text without our masks: a mask speaks of what it hides, not of what stands beside it."""
    for name in _MASKS:
        text = text.replace(half_width(entry(name)), "")
    return text


def in_english(text: str) -> str:
    """Return a text with our masks as an English reader understands them."""
    for name in _MASKS:
        text = text.replace(entry(name), entry("english")[name])
    return text


def nearest(before: str, names: tuple[str, ...] = ("identity_words", "code_words")) -> str | None:
    """Return which list the last telling word shortly before a number belongs to."""
    close = near(before)
    ends = {name: max((match.end() for match in words(name).finditer(close)), default=-1) for name in names}
    name = max(ends, key=lambda key: ends[key])  # the first of those that end together
    return name if ends[name] >= 0 else None


@lru_cache(maxsize=32)
def words(name: str, *, ending: bool = False) -> re.Pattern[str]:
    """Return the pattern of a list of words, with ``ending`` only at the end of a text."""
    # 身份证编号 speaks of an identity card, not of a code: what follows the word belongs to it.
    tail = "(?:编号|编码|代码|号码|号)*" if name == "identity_words" else ""
    end = r"\s*$" if ending else ""
    return re.compile(f"(?:{alternatives(name)}){tail}{end}", re.IGNORECASE)


def alternatives(name: str) -> str:
    """Return the words of a list as alternatives of a pattern, the longest first."""
    listed = sorted(entry(name), key=len, reverse=True)
    return "|".join(re.escape(half_width(word)) for word in listed)
