"""Which of several lanes that are nearly as near is meant: the one that the text of the address names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np

from gridmgmt_plugin.core.lanes.names import normalise_name
from gridmgmt_plugin.core.lanes.sections import house_number
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.text import clean_text

# 东四三条12号, 12-1号, 甲12号院: the house right behind the name of its lane.
_HOUSE = re.compile(r"[甲乙丙丁]?(\d+)(?:-\d+)?号?")
_SHORTEST = 2


def lanes_by_address(
    addresses: Sequence[Any] | np.ndarray,
    point: np.ndarray,
    lane: np.ndarray,
    distance_m: np.ndarray,
    lanes: Rows,
    tie_m: float,
) -> np.ndarray:
    """Return the lane that each address decides for, int64 per address, −1 where it decides nothing.

    Of the lanes that are at most ``tie_m`` farther away than the nearest, the one whose name, alias or old name
    stands in the address is meant: the longest name, for 东四北大街 is not 东四; of namesakes the one whose house
    numbers include the house that follows the name. An address that names none or leaves several decides nothing.

    :param point, lane, distance_m: pairs of address and lane that are near each other, int64, int64 and float64.
    :param lanes: rows with ``name``, ``alias``, ``old_name``, ``house_no_min``, ``house_no_max``.
    """
    names = _names(lanes)
    spans = [(house_number(low or ""), house_number(high or "")) for low, high in _house_columns(lanes)]
    near: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for one, which, gap in zip(point.tolist(), lane.tolist(), distance_m.tolist()):
        near[one].append((gap, which))
    found = np.full(len(addresses), -1, dtype=np.int64)
    for one, candidates in near.items():
        text = normalise_name(clean_text(addresses[one]) or "").replace(" ", "")
        least = min(gap for gap, _ in candidates)
        tied = [which for gap, which in candidates if gap <= least + tie_m]
        if text and len(tied) > 1:
            found[one] = _meant(text, tied, names, spans)
    return found


def _meant(
    text: str, tied: list[int], names: list[tuple[str, ...]], spans: list[tuple[int | None, int | None]]
) -> int:
    named = {which: max((name for name in names[which] if name in text), key=len, default="") for which in tied}
    longest = max(map(len, named.values()))
    meant = [which for which, name in named.items() if name and len(name) == longest]
    if len(meant) > 1:
        house = _house_behind(text, named[meant[0]])
        meant = [which for which in meant if house is not None and _includes(spans[which], house)]
    return meant[0] if len(meant) == 1 else -1


def _includes(span: tuple[int | None, int | None], house: int) -> bool:
    low, high = span
    return low is not None and high is not None and low <= house <= high


def _house_behind(text: str, name: str) -> int | None:
    match = _HOUSE.match(text[text.index(name) + len(name) :])
    return None if match is None else int(match[1])


def _names(lanes: Rows) -> list[tuple[str, ...]]:
    columns = [lanes[name] for name in ("name", "alias", "old_name") if name in lanes]
    found = []
    for values in zip(*columns):
        plain = (normalise_name(value).replace(" ", "") for value in values)
        found.append(tuple(name for name in plain if len(name) >= _SHORTEST))
    return found


def _house_columns(lanes: Rows) -> list[tuple[Any, Any]]:
    texts = ([clean_text(value) for value in lanes[name]] for name in ("house_no_min", "house_no_max"))
    return list(zip(*texts))
