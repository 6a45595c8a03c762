"""Numbers that prove themselves: identity numbers and bank cards have a check digit, and the first a day of birth."""

from __future__ import annotations

import re

_EIGHTEEN = re.compile(r"\d{17}[\dXx]")
_FIFTEEN = re.compile(r"[1-9]\d{14}")
# GB 11643-1999: weights of the first seventeen digits and the check characters by remainder.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
# Numbers of fifteen digits were issued until 1999; whoever bears one that begins a year before '30 is past ninety,
# and a case number of county, day and counter (370102 250307 001) has these years.
_FIRST_YEAR_OF_FIFTEEN = 30
LAST_YEAR_ALONE = 2012


def is_identity_key(digits: str) -> bool:
    """Tell whether a text of 18 characters that stands by itself is an identity number.

    It has a day of birth and the right check digit. The number of a case made of county, day and counter
    (370102 20250307 0001) has a day of our years, so nobody born after :data:`LAST_YEAR_ALONE` is looked for.
    """
    return is_identity_18(digits) and can_be_birth(digits[6:14], LAST_YEAR_ALONE)


def is_identity_18(digits: str) -> bool:
    """Tell whether 18 characters have a day of birth and the check digit that belongs to the others."""
    if len(digits) != 18 or not _EIGHTEEN.fullmatch(digits) or not can_be_birth(digits[6:14]):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS))
    return _CHECKS[total % 11] == digits[17].upper()


def is_identity_15(digits: str) -> bool:
    """Tell whether 15 digits have the form of an identity number of the first generation with a day of birth."""
    if len(digits) != 15 or not _FIFTEEN.fullmatch(digits) or int(digits[6:8]) < _FIRST_YEAR_OF_FIFTEEN:
        return False
    return can_be_birth("19" + digits[6:12])


def can_be_birth(digits: str, last_year: int = 2100) -> bool:
    """Tell whether eight digits are a day on which somebody alive, or dead not long, may have been born."""
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:8])
    return 1880 <= year <= last_year and 1 <= month <= 12 and 1 <= day <= 31


def luhn_fits(digits: str) -> bool:
    """Tell whether the last digit is the check digit of the others (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
