"""Numbers of people in free text: phones, identity numbers, bank cards (promise 6: nothing leaks).

What goes: mobile numbers (11 digits from 13… to 19…, with +86, a leading 0, blanks, dashes, dots, commas, bars,
full-width digits, Chinese numerals), landlines with an area code, landlines without one behind a word such as 电话,
with further ones after a comma or stroke, 400 and 800 numbers, identity numbers of 18 characters whether or not their
check digit fits, those of 15 digits, whatever else of 14 to 20 digits stands behind an identity word (a number with a
digit too few is still somebody's), and bank cards: 16 to 19 digits behind a word such as 银行卡, or with the check
digit (ISO/IEC 7812, Luhn) in groups of four or as 19 digits from 62….

What stays, because planners need it: grid codes (15 digits) and component codes (16), dates and times, credit codes
with letters. Some cases need the words around them:

- 15 digits can be a grid code or an identity number of the first generation (370102 011201 009 is both). They are
  taken for an identity number only when an identity word stands before them, nearer than a code word.
- 18 digits are an identity number, except by themselves or behind a code word when their digits 7 to 14 cannot be a
  day of birth.
- 15 or 16 digits in one run that begin with 0086 can be a code or a phone with the country's number. They are taken
  for a code behind a code word, and where they begin the text or follow a word of place (位于) and no word of people
  and phones follows; everywhere else for a phone.
- 16 digits in one run can be a component code with the check digit of a card; they go behind a card word only.

When in doubt, a number that may belong to a person goes: a lost number can be asked for again, a leaked one cannot.
"""

from __future__ import annotations

import re
import unicodedata

from gridmgmt_plugin.core.letters import half_width
from gridmgmt_plugin.core.redaction.identity import (
    LAST_YEAR_ALONE,
    can_be_birth,
    is_identity_18,
    is_identity_key,
    luhn_fits,
)
from gridmgmt_plugin.core.redaction.words import (
    NUMERALS,
    SPELT,
    Accept,
    near,
    nearest,
    replace_found,
    without_masks,
    words,
)

_BLANK = r" \t\u00a0\u3000\u200b-\u200d\u2060\ufeff"
_GAP = rf"[{_BLANK}()\-\u2010-\u2015\u2212\uff0d~_/]{{0,2}}"
# Between the groups of a number: one sign of many, blanks around it, or blanks alone.
_SIGN = (
    rf"[{_BLANK}]{{0,2}}[,.\u3001\u3002\uff64\u00b7\u2022\u2027\u30fb*:|;+=#\"'][{_BLANK}]{{0,2}}|[{_BLANK}]{{1,4}}"
)
_DIGITWISE = _GAP.join([r"\d"] * 8)
_NOT_A_DATE = r"(?!\d{3} {1,4}(?:19|20)\d\d(?P<d>[-/.])(?:0?[1-9]|1[0-2])(?P=d)(?:0?[1-9]|[12]\d|3[01])(?!\d))"
_COUNTRY = rf"(?:(?:\+|00)?86{_GAP})?0?"
_MOBILE = re.compile(
    rf"(?<!\d){_COUNTRY}(?:"
    rf"{_NOT_A_DATE}1[3-9]\d(?:{_GAP}{_DIGITWISE}|(?:{_SIGN})\d{{4}}(?:{_SIGN})\d{{4}})"  # 138, then gaps
    rf"|1[{_BLANK}\-][3-9](?:[{_BLANK}\-]\d){{9}}"  # every digit apart
    r"|1(?P<s>[,.\u3001\u00b7*:|])[3-9](?:(?P=s)\d){9}"
    rf"|1[3-9](?:[{_BLANK}\-]\d\d){{4}}[{_BLANK}\-]?\d"  # in pairs
    r")(?!\d)"
)
_AREA_CODE = r"(?:010|02\d|0[3-9]\d\d)"
_LOCAL = rf"[2-9]\d{{2,3}}{_GAP}\d{{4}}(?!\d)"
_FURTHER = rf"(?: ?[,;、/和或] ?{_LOCAL})*"
_LANDLINE = re.compile(rf"(?<!\d)\(?(?:(?:\+|00)?86{_GAP}(?:10|2\d|[3-9]\d\d)|{_AREA_CODE}){_GAP}{_LOCAL}{_FURTHER}")
_SHORT_LANDLINE = re.compile(rf"(?<!\d){_LOCAL}{_FURTHER}")
_SERVICE = re.compile(
    rf"(?<![0-9A-Za-z])[48]00(?:{_GAP}\d{{3}}{_GAP}\d{{4}}|{_GAP}\d{{4}}{_GAP}\d{{3}})(?![0-9A-Za-z])"
)
_IDENTITY_GAP = rf"[{_BLANK}\-\u2010-\u2015\u2212]?"
_IDENTITY_18 = re.compile(
    r"(?<![0-9A-Za-z])(?:\d{17}[\dXx]"
    rf"|\d{{6}}{_IDENTITY_GAP}\d{{8}}{_IDENTITY_GAP}\d{{3}}[\dXx]"
    rf"|\d{{6}}{_IDENTITY_GAP}\d{{4}}{_IDENTITY_GAP}\d{{4}}{_IDENTITY_GAP}\d{{3}}[\dXx]"
    rf"|\d{{6}}{_IDENTITY_GAP}\d{{4}}{_IDENTITY_GAP}\d\d{_IDENTITY_GAP}\d\d{_IDENTITY_GAP}\d{{3}}[\dXx]"
    rf"|\d{{3}}{_IDENTITY_GAP}\d{{3}}(?:{_IDENTITY_GAP}\d{{4}}){{2}}{_IDENTITY_GAP}\d{{3}}[\dXx]"
    rf"|(?:\d{{4}}{_IDENTITY_GAP}){{4}}\d[\dXx]"
    r")(?![0-9A-Za-z])"
)
# In groups of any other length it is one when the digits prove it.
_IDENTITY_PROVEN = re.compile(rf"(?<!\d)\d(?:{_IDENTITY_GAP}\d){{16}}{_IDENTITY_GAP}[\dXx](?!\d)")
_IDENTITY_15 = re.compile(
    rf"(?<![0-9A-Za-z])\d{{6}}{_IDENTITY_GAP}\d{{6}}{_IDENTITY_GAP}\d{{3}}(?![0-9A-Za-z])",
)
_IDENTITY_MISTYPED = re.compile(r"(?<![0-9A-Za-z])\d{14,20}(?![0-9A-Za-z])")
_LONG_RUN = re.compile(r"\d{14}")
_CARD = re.compile(
    rf"(?<![0-9A-Za-z])(?:\d{{16,19}}|\d{{4}}(?:[{_BLANK}\-]{{1,2}}\d{{4}}){{3}}(?:[{_BLANK}\-]{{1,2}}\d{{1,3}})?)(?![0-9A-Za-z])"
)
_UNIONPAY = re.compile(r"62\d{17}")
_CODE_OR_ABROAD = re.compile(r"0086\d{11,12}(?!\d)")
_DIGIT_RUN = re.compile(r"\d(?:\D{0,5}\d){6,}")
_SHORTEST_IDENTITY = 14
# A mark of our own programs (a random name of a file) is made of such letters and digits; a number in it is nobody's.
_HEX_MARK = re.compile(r"(?=[0-9]*[a-f])[0-9a-f\-]{20,}")

_NUMERAL_RUN = re.compile(rf"[0-9{SPELT}](?:[^\w\n]{{0,3}}[0-9{SPELT}]){{6,}}")


def without_numbers(text: str) -> tuple[str, int, int, int]:
    """Return the text with masks in place of numbers, and how many phones, identity numbers and cards these were."""
    text, phones, identities, cards = _masked(text, spelt=False)
    if not _NUMERAL_RUN.search(text):
        return text, phones, identities, cards
    text, *more = _masked(text, spelt=True)
    return text, phones + more[0], identities + more[1], cards + more[2]


def identity_numbers(text: str) -> list[str]:
    """Return the identity numbers in a text, as 18 characters: what would be masked and fits its check digit.

    They are found in groups, in full width and with Chinese numerals too.
    """
    found = []
    for plain in (half_width(text), _with_digits(text)):
        for pattern, accept in ((_IDENTITY_18, _is_identity_18), (_IDENTITY_PROVEN, _is_proven)):
            for match in pattern.finditer(plain):
                digits = _only_identity(match.group())
                if is_identity_18(digits) and accept(match.group(), plain[: match.start()], plain[match.end() :]):
                    found.append(digits)
    return list(dict.fromkeys(found))


def holds_mobile(text: str) -> bool:
    """Tell whether a mobile number stands in a text, in groups, in full width or with Chinese numerals too."""
    return any(_MOBILE.search(plain) for plain in (half_width(text), _with_digits(text)))


def holds_long_number(text: str) -> bool:
    """Tell whether an identity number, whatever its check digit, or any other run of 14 digits stands in a text.

    For names of people, in which nothing else has so many digits.
    """
    return _LONG_RUN.search(_with_digits(text)) is not None or _masked(text, spelt=True)[2] > 0


def _masked(text: str, *, spelt: bool) -> tuple[str, int, int, int]:
    """Mask the numbers; with ``spelt`` those that are written with Chinese numerals."""

    read = _with_digits if spelt else half_width
    plain = read(text)

    def replaced(pattern: re.Pattern[str], mask: str, accept: Accept) -> int:
        nonlocal text, plain
        text, found = replace_found(text, plain, pattern, mask, accept)
        if found:
            plain = read(text)
        return found

    longest = max((sum(map(str.isdigit, run)) for run in _DIGIT_RUN.findall(plain)), default=0)
    if not longest:
        return text, 0, 0, 0
    identities = cards = 0
    if longest >= _SHORTEST_IDENTITY:
        cards = replaced(_CARD, "card_mask", _is_card)
        identities = replaced(_IDENTITY_18, "identity_mask", _is_identity_18)
        identities += replaced(_IDENTITY_PROVEN, "identity_mask", _is_proven)
        identities += replaced(_IDENTITY_15, "identity_mask", _is_behind_identity_word)
        identities += replaced(_IDENTITY_MISTYPED, "identity_mask", _is_behind_identity_word)
    phones = replaced(_MOBILE, "phone_mask", _is_phone)
    phones += replaced(_LANDLINE, "phone_mask", _is_phone)
    phones += replaced(_SERVICE, "phone_mask", _is_service_line)
    phones += replaced(_SHORT_LANDLINE, "phone_mask", _is_short_landline)
    return text, phones, identities, cards


def _with_digits(text: str) -> str:
    """Return the text with the numerals of long runs as digits, character for character."""
    return _NUMERAL_RUN.sub(lambda run: "".join(map(_digit, run.group())), half_width(text))


def _digit(letter: str) -> str:
    if letter in NUMERALS:
        return NUMERALS[letter]
    value = unicodedata.digit(letter, None) if not letter.isascii() else None
    if value is None and "\u3220" <= letter <= "\u3228":  # ㈠ … ㈨
        value = ord(letter) - 0x321F
    return letter if value is None else str(value)


def _is_phone(number: str, before: str, after: str) -> bool:
    if _is_in_hex_mark(number, before, after):
        return False
    if not _CODE_OR_ABROAD.match(number):
        return True
    before, after = without_masks(before), without_masks(after)
    found = nearest(before, ("contact_words", "phone_words", "code_words"))
    if found is not None:
        return found != "code_words"
    alone = not before.strip() or words("place_words", ending=True).search(before) is not None
    return not alone or any(words(name).search(after) for name in ("contact_words", "phone_words"))


def _is_in_hex_mark(number: str, before: str, after: str) -> bool:
    head = re.search(r"[0-9a-f\-]*$", before)
    tail = re.match(r"[0-9a-f\-]*", after)
    mark = (head.group() if head else "") + number + (tail.group() if tail else "")
    return _HEX_MARK.fullmatch(mark) is not None


def _is_service_line(number: str, before: str, _after: str) -> bool:
    return not number.isdigit() or nearest(without_masks(before), ("phone_words", "code_words")) != "code_words"


def _is_card(number: str, before: str, _after: str) -> bool:
    before = without_masks(before)
    found = nearest(before, ("card_words", "code_words", "identity_words"))
    if found is not None:
        return found == "card_words"
    digits = re.sub(r"\D", "", number)
    grouped = digits != number
    if not luhn_fits(digits):
        return False
    return _UNIONPAY.fullmatch(digits) is not None or (grouped and len(digits) != 18)


def _is_identity_18(number: str, before: str, after: str) -> bool:
    digits = _only_identity(number)
    if not before.strip() and not after.strip():
        return digits[-1] in "Xx" or can_be_birth(digits[6:14], LAST_YEAR_ALONE)
    return digits[-1] in "Xx" or nearest(before) != "code_words" or can_be_birth(digits[6:14])


def _is_proven(number: str, _before: str, _after: str) -> bool:
    return is_identity_key(_only_identity(number))


def _only_identity(number: str) -> str:
    return re.sub(r"[^0-9Xx]", "", number)


def _is_behind_identity_word(_number: str, before: str, _after: str) -> bool:
    return nearest(before) == "identity_words"


def _is_short_landline(number: str, before: str, _after: str) -> bool:
    digits = re.sub(r"\D", "", number)
    if len(digits) == 8 and can_be_birth(digits):  # 电话回访日期20250307
        return False
    close_words = words("phone_words").split(near(before))
    between = close_words[-1]
    if len(close_words) > 1 and not re.search(r"[A-Za-z0-9]", between):
        return len(between) <= 3 or not re.search(r"[,;。、\n]", between)
    return False
