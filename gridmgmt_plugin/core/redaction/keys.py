"""Keys that are a person's number: they would stand in every table, log and package, so they are refused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from gridmgmt_plugin.core.letters import half_width, without_blanks
from gridmgmt_plugin.core.redaction.identity import is_identity_15, is_identity_key
from gridmgmt_plugin.core.redaction.numbers import holds_long_number
from gridmgmt_plugin.core.redaction.prefilter import DigitRun, positions_found
from gridmgmt_plugin.core.redaction.texts import redact
from gridmgmt_plugin.core.redaction.words import SPELT, entry

#: Keys that an office makes up (department, person, case, rule), and codes of 12 to 16 digits that follow a layout.
PERSONAL, PLACE = "personal", "place"
#: Why a row is not taken: its key, or the name of its person, is somebody's number; what is refused is not repeated.
KEY_IS_PRIVATE, NAME_IS_PRIVATE = "key_is_private", "name_is_private"
_PHONE = re.compile(r"(?:\+?86|0086)?0?1[3-9]\d{9}|0(?:10|2\d|[3-9]\d\d)[2-9]\d{6,7}")
_PHONE_ALONE = re.compile(rf"(?<!\d)(?:{_PHONE.pattern})(?!\d)", re.ASCII)
_ORNAMENTS = re.compile(r"[\-\u2010-\u2015\u2212_.,/:*|\u3001\u00b7()]+")
_LONGEST_PHONE = 11
# More digits than a phone has, fewer than an identity number: what nearly every key of a place is.
_CODE_OF_PLACE = re.compile(r"[0-9]{12,17}")
_LOGIN = re.compile(r"(?:\+?86|0086)?0?1[3-9]\d{9}|0\d{2,3}-?[2-9]\d{6,7}|[\w.%+\-]+@[\w\-]+(?:\.[\w\-]+)+", re.ASCII)
_DIGIT = re.compile(rf"[\d{SPELT}]")
# Eleven digits and more; an address, a service line in groups, a plate, a passport. Each begins with a set of
# letters, so that a search passes over all others quickly.
_SUSPICIOUS = (
    DigitRun(re.compile(rf"[\d{SPELT}](?<![\d{SPELT}][\d{SPELT}])(?:[^\d{SPELT}\n]{{0,5}}[\d{SPELT}]){{10,}}"), 11),
    re.compile(
        rf"[@\uff20{entry('provinces')}EGeg48](?:(?<=[@\uff20])|(?<=[48])00[^\d\n]"
        rf"|(?<=[{entry('provinces')}]) ?[A-Za-z\uff21-\uff3a\uff41-\uff5a]|(?<=[EGeg])(?<!\w[EGeg])[A-Za-z]?\d{{7}})"
    ),
)


def private_keys(column: Iterable[Any], kind: str = PERSONAL) -> np.ndarray:
    """Tell which keys are a phone, identity number or address of somebody: a bool mask; ``None`` is none.

    :param kind: :data:`PERSONAL`, or :data:`PLACE` for codes of which 15 or 16 digits are the normal case: these are
        never taken for an identity number of the first generation or a phone with the country's number.
    """
    texts = [value if isinstance(value, str) else "" if value is None else str(value) for value in column]
    found = np.zeros(len(texts), dtype=bool)
    suspects = positions_found(texts, _SUSPICIOUS)
    numbers = [row for row in suspects if texts[row].isascii() and texts[row].isdigit()]  # what most keys are
    found[numbers] = _private_numbers([texts[row] for row in numbers], kind)
    for row in sorted(set(suspects).difference(numbers)):
        is_code = kind == PLACE and _CODE_OF_PLACE.fullmatch(texts[row]) is not None
        found[row] = not is_code and _is_private(texts[row], kind)
    return found


def private_logins(column: Iterable[Any]) -> np.ndarray:
    """Tell which names to log in with hold what belongs to somebody: a bool mask; ``None`` is none.

    A phone or an e-mail address by itself may be one; an identity number, and a phone within a text, may not.
    """
    texts = ["" if value is None else str(value) for value in column]
    is_login = np.array([_LOGIN.fullmatch(half_width(text)) is not None for text in texts], dtype=bool)
    found: np.ndarray = private_keys(texts) & ~is_login
    return found


def private_names(column: Iterable[Any]) -> np.ndarray:
    """Tell in which names of persons an identity number or another number of that length stands: a bool mask."""
    texts = [value if isinstance(value, str) else "" for value in column]
    return np.array([_DIGIT.search(text) is not None and holds_long_number(text) for text in texts], dtype=bool)


def _is_private(key: str, kind: str) -> bool:
    text = without_blanks(half_width(key))
    digits = _ORNAMENTS.sub("", text)
    if is_identity_key(digits):
        return True
    if not digits.isdecimal():
        return redact(key) != key
    if digits != text and not (kind == PLACE and len(digits) > _LONGEST_PHONE) and redact(key) != key:
        return True
    return _is_private_number(digits, kind)


def _private_numbers(numbers: Sequence[str], kind: str) -> list[bool]:
    """Tell of keys of nothing but ASCII digits what :func:`_is_private_number` tells of one, all at once."""
    phones = set(positions_found(numbers, [_PHONE_ALONE]))
    return [
        (len(digits) == 18 and is_identity_key(digits))
        or (
            not (kind == PLACE and len(digits) > _LONGEST_PHONE)
            and (at in phones or (len(digits) == 15 and is_identity_15(digits)))
        )
        for at, digits in enumerate(numbers)
    ]


def _is_private_number(digits: str, kind: str) -> bool:
    if is_identity_key(digits):
        return True
    if kind == PLACE and len(digits) > _LONGEST_PHONE:
        return False
    return is_identity_15(digits) or _PHONE.fullmatch(digits) is not None
