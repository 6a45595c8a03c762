"""Administrative codes: county 6 digits, street office 9, community 12, and the padded forms of statistics.

National statistical files write every code with 12 digits: ``110101000000`` is the county 110101 and
``110101001000`` the street office 110101001. Such a code is that county or street office here, never a community.
Sources: GB/T 2260 (county), GB/T 10114 (street office), the statistical coding rules (community). Only what comes
*below* the county is padded, so a 6-digit code is a county as it stands, also one that ends in 00: cities without
districts (441900 东莞, 460400 儋州) have street offices right under such a code.
"""

from __future__ import annotations

from typing import Any

from gridmgmt_plugin.core.codes.code_text import is_digits, text_problem
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.resources import load_json

COUNTY = "county"
STREET_OFFICE = "street_office"
COMMUNITY = "community"
LEVELS = (COUNTY, STREET_OFFICE, COMMUNITY)
_LEVEL_OF_LENGTH = {6: COUNTY, 9: STREET_OFFICE, 12: COMMUNITY}
_FULL_LENGTH = 12


def area_code_problem(code: Any) -> Message | None:
    """Return what is wrong with an administrative code, or ``None``."""
    found = text_problem(code)
    if found is not None:
        return found
    if not is_digits(code):
        position = next(i for i, character in enumerate(code, start=1) if not is_digits(character))
        return Message("area_code_not_digit", {"value": code, "position": position, "character": code[position - 1]})
    if len(code) not in _LEVEL_OF_LENGTH:
        return Message("area_code_wrong_length", {"value": code, "length": len(code)})
    if code.startswith("0"):
        return Message("area_code_no_county", {"value": code})
    return None


def normalise_area_code(code: Any) -> str:
    """Return the code without statistical padding: 6, 9 or 12 digits that say the level by their length.

    ``110101000000`` → ``110101``, ``110101001000`` → ``110101001``, ``110101000`` → ``110101``. A community right
    under a county (``320115000201``) stays as it is. Applying it twice changes nothing more.

    :raises InputError: ``area_code_wrong_length``, ``area_code_not_digit``, ``area_code_no_county``, or one of
        the text errors of :func:`~gridmgmt_plugin.core.codes.code_text.text_problem`.
    """
    found = area_code_problem(code)
    if found is not None:
        raise InputError(found.code, **found.details)
    text = str(code)
    while len(text) > 6 and text.endswith("000"):
        text = text[:-3]
    return text


def plain_area_code(code: str) -> str:
    """Return the code as :func:`normalise_area_code` does, and what is no administrative code as it stands."""
    return code if area_code_problem(code) else normalise_area_code(code)


def area_level(code: Any) -> str:
    """Return ``county``, ``street_office`` or ``community``, read after :func:`normalise_area_code`.

    :raises InputError: as :func:`normalise_area_code`.
    """
    return _LEVEL_OF_LENGTH[len(normalise_area_code(code))]


def parent_code(code: Any) -> str | None:
    """Return the code of the area one level up that exists, ``None`` for a county.

    The parent of a community with street part ``000`` is the county.

    :raises InputError: as :func:`normalise_area_code`.
    """
    text = normalise_area_code(code)
    return None if len(text) == 6 else normalise_area_code(text[:-3])


def community_prefix(area_code: Any) -> str:
    """Return the 12 digits that codes of cells in the area begin with.

    Where no community level exists, the community part is ``000`` (and the street part too, for a county): the
    caller tells the user so.

    :raises InputError: as :func:`normalise_area_code`.
    """
    return normalise_area_code(area_code).ljust(_FULL_LENGTH, "0")


def area_parts(area_code: Any) -> dict[str, str]:
    """Return the county, street-office and community digits of an area code, zeros for a level it lacks.

    :raises InputError: as :func:`normalise_area_code`.
    """
    full = community_prefix(area_code)
    return {COUNTY: full[:6], STREET_OFFICE: full[6:9], COMMUNITY: full[9:]}


def kind_hint(code: Any) -> str | None:
    """Return the kind that the number range suggests (街道, 镇, 乡, 功能区, 社区, 村), or ``None``.

    A hint to fill an empty field with, no proof: real codes from 400 to 599 include street offices.

    :raises InputError: as :func:`normalise_area_code`.
    """
    text = normalise_area_code(code)
    if len(text) == 6:
        return None
    ranges = load_json("layouts/areas.json")["street_office_kinds" if len(text) == 9 else "community_kinds"]
    number = int(text[-3:])
    for entry in ranges:
        if entry["first"] <= number <= entry["last"]:
            return str(entry["kind"])
    return None
