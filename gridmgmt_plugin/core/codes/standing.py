"""Where a code may stand: what codes of an area begin with, and whether a code may be borne there at all."""

from __future__ import annotations

from collections.abc import Container
from functools import lru_cache
from typing import Any

from gridmgmt_plugin.core.codes.parts import CodeLayout
from gridmgmt_plugin.core.codes.register import CodeRegister
from gridmgmt_plugin.core.codes.stored import RETIRED
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.messages import Message


def area_prefix(layout: CodeLayout, area_code: str, like: str | None = None) -> str:
    """Return what codes of an area begin with; parts that no area tells (an object class) are as in ``like``.

    :raises InputError: ``editing_code_unknown_prefix`` when ``like`` is needed and does not fit the layout, or what
        is wrong with the area code.
    """
    if not layout.parts_beside_area:
        return _plain_prefix(layout, area_code)
    if like is None or not layout.fits(like):
        raise InputError("editing_code_unknown_prefix", area=area_code or "–", layout=layout.label)
    beside = layout.parse(like)
    return layout.prefix_for_area(area_code, **{name: beside[name] for name in layout.parts_beside_area})


@lru_cache(maxsize=4096)
def _plain_prefix(layout: CodeLayout, area_code: str) -> str:
    """Return the prefix of an area; all cells of a community ask for the same one."""
    return layout.prefix_for_area(area_code)


def prefix_and_tail(layout: CodeLayout, area_code: str, like: str | None = None) -> tuple[str, str]:
    """Return what a new code of an area begins and ends with.

    What no area tells (an object class before the area, a type letter after the number) is as in ``like``, the code
    of the object that the new one came from; without an area the new one is counted beside it.

    :raises InputError: ``editing_code_unknown_prefix`` when neither tells, or what is wrong with the area code.
    """
    beside = layout.parse(like) if like is not None and layout.fits(like) else None
    if beside is None:
        if layout.tail_parts or not area_code:
            raise InputError("editing_code_unknown_prefix", area=area_code or "–", layout=layout.label)
        return area_prefix(layout, area_code), ""
    return area_prefix(layout, area_code, like) if area_code else beside.prefix, beside.tail


def standing_problem(register: CodeRegister, code: Any, area_code: str) -> Message | None:
    """Return why no object in an area may bear ``code``, or ``None``: its form, its area, or that it was retired.

    Whether another object holds the code is asked by :func:`is_held`.
    """
    found = register.layout.problem(code)
    if found is not None:
        return found
    try:
        prefix = area_prefix(register.layout, area_code, code)
    except InputError as error:
        return error.message
    if not code.startswith(prefix):
        return Message("unit_grid_code_elsewhere", {"value": code, "area": area_code, "prefix": prefix})
    if register.state(code) == RETIRED:
        return Message("code_was_retired", {"value": code})
    return None


def is_held(register: CodeRegister, code: str, own: Container[str], borne: Container[str] = ()) -> bool:
    """Tell whether somebody else has ``code``.

    :param own: codes that the objects asked for have already or give up. ``borne``: codes that other objects bear,
        whether the register knows them or not.
    """
    return code in borne or (code not in own and register.state(code) is not None)
