"""Names that may mean the same place though they are written otherwise: proposed to the planner, never taken."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gridmgmt_plugin.core.lanes.names import normalise_name
from gridmgmt_plugin.core.letters import half_width

#: So many are named in a sentence.
MOST = 3
_BRACKETS = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")
# 北段, 第二段, 中间段: a part of a lane; 1-20号, 12号院: houses on it.
_PART = re.compile(r"(?:第?[一二三四五六七八九十\d]+|东|西|南|北|中|中间|上|下|前|后)段$")
_HOUSES = re.compile(r"\d+号?(?:[-—–~至到]\d+)?号?(?:院|楼)?$")
_COUNTING = frozenset("一二三四五六七八九十0123456789东西南北中上下前后左右大小头")
_SHORTEST, _LONG_ENOUGH = 2, 4


def bare_name(name: str) -> str:
    """Return a name without brackets, parts, houses and blanks: 前门（东）胡同 北段 is 前门胡同."""
    text = _BRACKETS.sub("", normalise_name(name)).replace(" ", "").lower()
    while len(text) > _SHORTEST:
        shorter = _HOUSES.sub("", _PART.sub("", text))
        if shorter == text or len(shorter) < _SHORTEST:
            break
        text = shorter
    return text


def near_names(wanted: str, known: Iterable[str]) -> list[str]:
    """Return which of the known names may be meant, the likeliest first, at most :data:`MOST`.

    Near is a name that is the same without brackets, part (北段) and house number; one of which the other is the
    beginning; one of at least four characters that differs in a single one, which is no number or direction (东四三条
    is not 东四四条).
    """
    bare = bare_name(wanted)
    found = []
    for name in known:
        rank = _rank(bare, bare_name(name))
        if rank is not None:
            found.append((rank, len(name), name))
    return [name for _, _, name in sorted(found)[:MOST]]


def near_people(wanted: str, known: Iterable[str]) -> list[str]:
    """Return which of the known persons' names may be meant, at most :data:`MOST`: the same but for blanks, width and
    signs, or of at least two characters and different in a single one.
    """
    name = _of_person(wanted)
    found = {}
    for other in known:
        is_same = name == _of_person(other)
        if name and (is_same or _one_character_apart(name, _of_person(other))):
            found[other] = (not is_same, other)
    return sorted(found, key=found.__getitem__)[:MOST]


def _of_person(name: str) -> str:
    return "".join(letter for letter in half_width(name or "").lower() if letter.isalnum())


def _one_character_apart(one: str, other: str) -> bool:
    if min(len(one), len(other)) < _SHORTEST or one[:1] != other[:1]:
        return False  # the family name is what people get right
    if len(one) == len(other):
        return sum(a != b for a, b in zip(one, other)) == 1
    long, short = sorted((one, other), key=len, reverse=True)
    return len(long) == len(short) + 1 and any(long[:at] + long[at + 1 :] == short for at in range(len(long)))


def _rank(one: str, other: str) -> int | None:
    if len(one) < _SHORTEST or len(other) < _SHORTEST:
        return None
    if one == other:
        return 0
    if one.startswith(other) or other.startswith(one):
        return 1
    return 2 if min(len(one), len(other)) >= _LONG_ENOUGH and _differ_in_one(one, other) else None


def _differ_in_one(one: str, other: str) -> bool:
    """Tell whether one character changed, came or went that tells no lane from the next."""
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip(one, other)) if a != b), len(one))
    changed = {*other[at : at + 1], *(one[at : at + 1] if len(one) == len(other) else "")}
    return one[at + (len(one) == len(other)) :] == other[at + 1 :] and not changed & _COUNTING
