"""Phones and identity numbers taken out of free text before it is stored (promise 6: nothing leaks).

What goes: mobile numbers (11 digits from 13… to 19…, with +86, a leading 0, blanks, dashes, dots, full-width digits),
landlines with an area code, landlines without one behind a word such as 电话, with further ones after a comma or
stroke, identity numbers of 18 characters whether or not their check digit fits, those of 15 digits, and whatever else
of 14 to 20 digits stands behind an identity word (a number with a digit too few is still somebody's).

What stays, because planners need it: grid codes (15 digits) and component codes (16), dates and times, credit codes
with letters. Three cases need the words around them:

- 15 digits can be a grid code or an identity number of the first generation (370102 011201 009 is both). They are
  taken for an identity number only when an identity word stands before them, nearer than a code word.
- 18 digits are an identity number, except behind a code word when their digits 7 to 14 cannot be a day of birth.
- 15 or 16 digits in one run that begin with 0086 can be a code or a phone with the country's number. They are taken
  for a code behind a code word, and where they begin the text or follow a word of place (位于) and no word of people
  and phones follows; everywhere else for a phone.

When in doubt, a number that may belong to a person goes: a lost number can be asked for again, a leaked one cannot.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from gridmgmt_plugin.core.letters import half_width
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import as_column

_CATALOGUE = "catalogues/redaction.json"
_REACH = 16  # characters before a number in which a word still speaks about it

_GAP = r"[ \t\u00a0\u200b-\u200d\u2060\ufeff()\-\u2010-\u2015\u2212\uff0d~_/]{0,2}"
_DIGITWISE = _GAP.join([r"\d"] * 8)
_NOT_A_DATE = r"(?!\d{3} {1,2}(?:19|20)\d\d(?P<d>[-/.])(?:0?[1-9]|1[0-2])(?P=d)(?:0?[1-9]|[12]\d|3[01])(?!\d))"
_COUNTRY = rf"(?:(?:\+|00)?86{_GAP})?0?"
_MOBILE = re.compile(
    rf"(?<!\d){_COUNTRY}(?:"
    rf"{_NOT_A_DATE}1[3-9]\d{_GAP}{_DIGITWISE}"  # 138 then eight digits, gaps anywhere
    r"|1[3-9]\d\.\d{4}\.\d{4}"
    rf"|1[ \-][3-9](?:[ \-]\d){{9}}"  # every digit apart
    rf"|1[3-9](?:[ \-]\d\d){{4}}[ \-]?\d"  # in pairs
    r")(?!\d)"
)
_AREA_CODE = r"(?:010|02\d|0[3-9]\d\d)"
_LOCAL = rf"[2-9]\d{{2,3}}{_GAP}\d{{4}}(?!\d)"
_FURTHER = rf"(?: ?[,;、/和或] ?{_LOCAL})*"
_LANDLINE = re.compile(rf"(?<!\d)\(?(?:(?:\+|00)?86{_GAP}(?:10|2\d|[3-9]\d\d)|{_AREA_CODE}){_GAP}{_LOCAL}{_FURTHER}")
_SHORT_LANDLINE = re.compile(rf"(?<!\d){_LOCAL}{_FURTHER}")
_IDENTITY_GAP = r"[ \-\u2010-\u2015\u2212]?"
_IDENTITY_18 = re.compile(
    r"(?<![0-9A-Za-z])(?:\d{17}[\dXx]"
    rf"|\d{{6}}{_IDENTITY_GAP}\d{{8}}{_IDENTITY_GAP}\d{{3}}[\dXx]"
    rf"|\d{{6}}{_IDENTITY_GAP}\d{{4}}{_IDENTITY_GAP}\d{{4}}{_IDENTITY_GAP}\d{{3}}[\dXx]"
    rf"|\d{{6}}{_IDENTITY_GAP}\d{{4}}{_IDENTITY_GAP}\d\d{_IDENTITY_GAP}\d\d{_IDENTITY_GAP}\d{{3}}[\dXx]"
    rf"|\d{{3}}{_IDENTITY_GAP}\d{{3}}(?:{_IDENTITY_GAP}\d{{4}}){{2}}{_IDENTITY_GAP}\d{{3}}[\dXx]"
    rf"|(?:\d{{4}}{_IDENTITY_GAP}){{4}}\d[\dXx]"
    r")(?![0-9A-Za-z])"
)
_IDENTITY_15 = re.compile(
    rf"(?<![0-9A-Za-z])\d{{6}}{_IDENTITY_GAP}\d{{6}}{_IDENTITY_GAP}\d{{3}}(?![0-9A-Za-z])",
)
_IDENTITY_MISTYPED = re.compile(r"(?<![0-9A-Za-z])\d{14,20}(?![0-9A-Za-z])")
_CODE_OR_ABROAD = re.compile(r"0086\d{11,12}(?!\d)")
_DIGIT_RUN = re.compile(r"\d(?:\D{0,2}\d){6,}")
_SHORTEST_IDENTITY = 14
_Accept = Callable[[str, str, str], bool]  # a number, the text before it and the text behind it


@dataclass(frozen=True)
class Redacted:
    """A text column without phones and identity numbers.

    ``values``: object array (``None`` stays); ``rows``: int64 array of the rows that were changed; ``phones`` and
    ``identities``: how many numbers were taken out.
    """

    values: np.ndarray
    rows: np.ndarray
    phones: int
    identities: int


def redact(text: str) -> str:
    """Return ``text`` with every phone and identity number replaced by a fixed mask."""
    return _redact(text)[0]


def redact_column(column: Iterable[Any]) -> Redacted:
    """Return the column with every phone and identity number replaced by a fixed mask; only text is looked at."""
    values, changed, phones, identities = [], [], 0, 0
    for row, value in enumerate(column):
        kept = value
        if isinstance(value, str) and _DIGIT_RUN.search(value):
            kept, found_phones, found_identities = _redact(value)
            if found_phones or found_identities:
                changed.append(row)
                phones += found_phones
                identities += found_identities
        values.append(kept)
    return Redacted(as_column(values), np.array(changed, dtype=np.int64), phones, identities)


def _redact(text: str) -> tuple[str, int, int]:
    words = load_json(_CATALOGUE)
    longest = max((sum(map(str.isdigit, run)) for run in _DIGIT_RUN.findall(text)), default=0)
    if not longest:
        return text, 0, 0
    eighteen = fifteen = mistyped = 0
    if longest >= _SHORTEST_IDENTITY:
        text, eighteen = _replace(text, _IDENTITY_18, words["identity_mask"], _is_identity_18)
        text, fifteen = _replace(text, _IDENTITY_15, words["identity_mask"], _is_behind_identity_word)
        text, mistyped = _replace(text, _IDENTITY_MISTYPED, words["identity_mask"], _is_behind_identity_word)
    text, mobiles = _replace(text, _MOBILE, words["phone_mask"], _is_phone)
    text, landlines = _replace(text, _LANDLINE, words["phone_mask"], _is_phone)
    text, short = _replace(text, _SHORT_LANDLINE, words["phone_mask"], _is_short_landline)
    return text, mobiles + landlines + short, eighteen + fifteen + mistyped


def _replace(text: str, pattern: re.Pattern[str], mask: str, accept: _Accept) -> tuple[str, int]:
    plain = half_width(text)  # character for character, so its positions are those of the text
    pieces, end = [], 0
    for match in pattern.finditer(plain):
        if accept(match.group(), plain[: match.start()], plain[match.end() :]):
            pieces += [text[end : match.start()], mask]
            end = match.end()
    return ("".join([*pieces, text[end:]]), len(pieces) // 2) if pieces else (text, 0)


def _is_phone(number: str, before: str, after: str) -> bool:
    if not _CODE_OR_ABROAD.match(number):
        return True
    # A mask speaks of what it hides, not of this number.
    before, after = _without_masks(before), _without_masks(after)
    nearest = _nearest(before, ("contact_words", "phone_words", "code_words"))
    if nearest is not None:
        return nearest != "code_words"
    alone = not before.strip() or _words("place_words", ending=True).search(before) is not None
    return not alone or any(_words(name).search(after) for name in ("contact_words", "phone_words"))


def _without_masks(text: str) -> str:
    words = load_json(_CATALOGUE)
    for name in ("phone_mask", "identity_mask"):
        text = text.replace(half_width(words[name]), "")
    return text


def _is_identity_18(number: str, before: str, _after: str) -> bool:
    digits = re.sub(r"[^0-9Xx]", "", number)
    return digits[-1] in "Xx" or _nearest(before) != "code_words" or _can_be_birth(digits[6:14])


def _is_behind_identity_word(_number: str, before: str, _after: str) -> bool:
    return _nearest(before) == "identity_words"


def _is_short_landline(number: str, before: str, _after: str) -> bool:
    digits = re.sub(r"\D", "", number)
    if len(digits) == 8 and _can_be_birth(digits):  # 电话回访日期20250307
        return False
    close_words = _words("phone_words").split(before[-_REACH:])
    return len(close_words) > 1 and not re.search(r"\d|[,;。、\n]", close_words[-1])


def _can_be_birth(digits: str) -> bool:
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:8])
    return 1880 <= year <= 2100 and 1 <= month <= 12 and 1 <= day <= 31


def _nearest(before: str, names: tuple[str, ...] = ("identity_words", "code_words")) -> str | None:
    """Return which list the last telling word shortly before a number belongs to."""
    near = before[-_REACH:]
    ends = {name: max((match.end() for match in _words(name).finditer(near)), default=-1) for name in names}
    name = max(ends, key=lambda key: ends[key])  # the first of those that end together
    return name if ends[name] >= 0 else None


@lru_cache(maxsize=16)
def _words(name: str, *, ending: bool = False) -> re.Pattern[str]:
    words = sorted(load_json(_CATALOGUE)[name], key=len, reverse=True)
    # 身份证编号 speaks of an identity card, not of a code: what follows the word belongs to it.
    tail = "(?:编号|编码|代码|号码|号)*" if name == "identity_words" else ""
    end = r"\s*$" if ending else ""
    return re.compile(f"(?:{'|'.join(re.escape(half_width(word)) for word in words)}){tail}{end}", re.IGNORECASE)
