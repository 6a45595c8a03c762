"""Sections of a lane that posts name in words: where they begin and end along it, as far as the words say."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gridmgmt_plugin.core.lanes.names import normalise_name
from gridmgmt_plugin.core.lanes.options import CATALOGUE
from gridmgmt_plugin.core.letters import folded
from gridmgmt_plugin.core.resources import load_json

_METRES = re.compile(r"^(\d+(?:\.\d+)?)\s*(?:米|m)$", re.IGNORECASE)
_HOUSE = re.compile(r"^(\d+)\s*(?:号|號|#)?(?:院|楼|门)?$")


@dataclass(frozen=True)
class LaneAlong:
    """A lane as its sections are told. ``places``: name of what crosses, or of an end → metres from the beginning.
    ``houses``: the least and the greatest house number, ``None`` where they are not known.
    """

    length_m: float
    places: Mapping[str, float]
    houses: tuple[int, int] | None = None


@dataclass(frozen=True)
class Stretch:
    """A part of a lane, metres from its beginning, and ``holder``, the position of what was given."""

    start_m: float
    end_m: float
    holder: int


def stretches(sections: Sequence[tuple[str, str]], lane: LaneAlong) -> tuple[Stretch, ...] | None:
    """Return where sections lie, ``None`` when one of them cannot be told: nothing is guessed.

    A word is a place on the lane (an end, a street that crosses), metres from its beginning (``120 米``) or a house
    number; numbers are only compared with numbers, for nobody says at which end they begin. An empty word is the end
    of the lane on that side.
    """
    for locate in (_along, _by_house):
        found = []
        for holder, (first, last) in enumerate(sections):
            start, end = (locate(word, lane, side) for side, word in enumerate((first, last)))
            if start is None or end is None:
                break
            found.append(Stretch(min(start, end), max(start, end), holder))
        else:
            return tuple(sorted(found, key=lambda stretch: (stretch.start_m, stretch.end_m, stretch.holder)))
    return None


def overlaps(sections: Sequence[Stretch], slack_m: float) -> list[tuple[Stretch, Stretch, float]]:
    """Return the pairs of sections with more than ``slack_m`` in common, and how many metres that is."""
    found = []
    for at, one in enumerate(sections):
        for other in sections[at + 1 :]:
            common_m = min(one.end_m, other.end_m) - max(one.start_m, other.start_m)
            if common_m > slack_m:
                found.append((one, other, common_m))
    return found


def gaps(sections: Sequence[Stretch], length_m: float, slack_m: float) -> list[tuple[float, float]]:
    """Return the stretches, first and last metre, longer than ``slack_m`` that no section covers.

    :param sections: in the order of their beginnings.
    """
    found, reached = [], 0.0
    for section in sections:
        if section.start_m - reached > slack_m:
            found.append((reached, section.start_m))
        reached = max(reached, section.end_m)
    if length_m - reached > slack_m:
        found.append((reached, length_m))
    return found


def house_number(text: str) -> int | None:
    """Return the number of a house, ``None`` where the text is none."""
    match = _HOUSE.match(normalise_name(text))
    return int(match.group(1)) if match else None


def _along(word: str, lane: LaneAlong, side: int) -> float | None:
    name = normalise_name(word)
    ends: Sequence[Sequence[str]] = load_json(CATALOGUE)["section_ends"]
    if not name:
        return side * lane.length_m
    for at, words in enumerate(ends):
        if folded(name) in words:
            return at * lane.length_m
    metres = _METRES.match(name)
    if metres is None:
        return lane.places.get(name)
    return float(metres.group(1)) if float(metres.group(1)) <= lane.length_m + 1.0 else None


def _by_house(word: str, lane: LaneAlong, side: int) -> float | None:
    if lane.houses is None or lane.houses[0] >= lane.houses[1]:
        return None
    least, greatest = lane.houses
    number = house_number(word) if word.strip() else lane.houses[side]
    if number is None or not least <= number <= greatest:
        return None
    return lane.length_m * (number - least) / (greatest - least)
