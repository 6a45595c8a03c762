"""Whether the sequence of a code can number all cells of a community, asked before anything is drawn."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.codes.parts import CodeLayout, PartValue
from gridmgmt_plugin.core.codes.register import CodeRegister
from gridmgmt_plugin.core.resources import load_json


@dataclass(frozen=True)
class Overflow:
    """A community whose cells would not find numbers enough.

    ``capacity``: numbers that the prefix still has.
    ``fitting_target_m2``: cell size to draw with instead, with room for uneven blocks (``cell_count_margin`` of
    ``layouts/capacity.json``), rounded up to ``target_digits`` digits; ``None`` when no number is left at all.
    """

    community_code: str
    area_m2: float
    capacity: int
    fitting_target_m2: float | None


def cell_count_margin() -> float:
    """Return the share by which real cells may outnumber area / target (from ``layouts/capacity.json``)."""
    return float(load_json("layouts/capacity.json")["cell_count_margin"])


def find_overflows(
    community_codes: Sequence[str],
    areas_m2: np.ndarray,
    target_area_m2: float | np.ndarray,
    layout: CodeLayout,
    *,
    register: CodeRegister | None = None,
    prefix_parts: Mapping[str, PartValue] | None = None,
    include_near: bool = False,
) -> list[Overflow]:
    """Return the communities that the sequence of ``layout`` cannot number, in the order given.

    :param community_codes: area codes of any level (n).
    :param areas_m2: float (n,), the area that is to be cut into cells.
    :param target_area_m2: one target or float (n,), square metres, positive.
    :param register: counts only the numbers that it has left; without it every prefix is unused.
    :param prefix_parts: parts of the prefix that no area code holds (the object class of CJ/T 349 grids).
    :param include_near: also those that fit by area / target but not with the margin for uneven blocks.
    :raises InputError: when an area code is malformed.
    :raises ValueError: when a target is not positive.
    """
    areas = np.asarray(areas_m2, dtype=np.float64)
    targets = np.broadcast_to(np.asarray(target_area_m2, dtype=np.float64), areas.shape)
    if not np.all(targets > 0):
        raise ValueError("the target area must be positive")
    expected = np.ceil(areas / targets - 1e-9).astype(np.int64)  # 9.99 km2 is 999 cells in spite of rounding
    room = np.array([_room(code, layout, register, prefix_parts or {}) for code in community_codes], dtype=np.int64)
    needed = areas / targets * (1 + cell_count_margin()) if include_near else expected
    return [
        Overflow(community_codes[i], float(areas[i]), int(room[i]), _fitting(areas[i], int(room[i])))
        for i in np.flatnonzero(needed > room).tolist()
    ]


def _room(area_code: str, layout: CodeLayout, register: CodeRegister | None, others: Mapping[str, PartValue]) -> int:
    prefix = layout.prefix_for_area(area_code, **others)
    return layout.capacity if register is None else register.free_count(prefix)


def _fitting(area_m2: float, room: int) -> float | None:
    if room == 0:
        return None
    digits = int(load_json("layouts/capacity.json")["target_digits"])
    return _round_up(area_m2 * (1 + cell_count_margin()) / room, digits)


def _round_up(value: float, digits: int) -> float:
    """Round up to ``digits`` significant digits: 10 421 → 11 000."""
    step = 10.0 ** (math.floor(math.log10(value)) - digits + 1)
    return math.ceil(value / step - 1e-9) * step
