"""Which lanes belong to an area: each has one home, the area with most of its length in its own street office; others
run through as well.
"""

from __future__ import annotations

import numpy as np

from gridmgmt_plugin.core import columns
from gridmgmt_plugin.core.codes.area_chains import lanes_of_areas
from gridmgmt_plugin.core.codes.areas import COMMUNITY, area_code_problem, area_level, parent_code
from gridmgmt_plugin.core.duty.area_tree import AreaTree
from gridmgmt_plugin.core.rows import Rows


def lane_homes(lanes: Rows, lane_areas: Rows, areas: Rows) -> np.ndarray:
    """Return the home of each lane as an object array of codes: a community, else the street office of the lane.

    Of equal lengths the smaller code counts. So the lanes of the communities of an office, and those that are nowhere
    else, are together those of the office.

    :param lanes: rows with ``code`` and ``street_code``. ``lane_areas``: the lengths of these lanes by area.
    :param areas: the ``area`` table.
    """
    office = _offices(areas)
    own = dict(zip(lanes["code"].tolist(), lanes["street_code"].tolist()))
    best: dict[str, tuple[float, str]] = {}
    lengths = columns.numbers(lane_areas, "length_m")
    for lane, area, length_m in zip(lane_areas["lane_code"], lane_areas["area_code"], lengths.tolist()):
        if lane in own and area is not None and office.get(area, area) == own[lane]:
            rank = (-length_m, area)
            best[lane] = min(best.get(lane, rank), rank)
    homes = np.empty(len(lanes), dtype=object)
    homes[:] = [best[lane][1] if lane in best else own[lane] for lane in lanes["code"].tolist()]
    return homes


def lanes_through_areas(lanes: Rows, lane_areas: Rows, areas: Rows) -> dict[str, set[str]]:
    """Return area → lanes that run through it, or that its street office looks after; every area is in it.

    A lane on a boundary is of both sides. Parameters: as for :func:`lane_homes`.
    """
    names = ("code", "street_code", "managing_street_code")
    of_lane: list[tuple[str, str, str]] = list(zip(*(columns.texts(lanes, name).tolist() for name in names)))
    runs = zip(*(columns.texts(lane_areas, name).tolist() for name in ("lane_code", "area_code")))
    found: dict[str, set[str]] = {code: set() for code in columns.texts(areas, "code").tolist()}
    return {**found, **lanes_of_areas(of_lane, runs, AreaTree(areas))}


def _offices(areas: Rows) -> dict[str, str]:
    """Return community → what lanes in it are coded under: the street office above it, or the county."""
    codes, parents = columns.texts(areas, "code").tolist(), columns.texts(areas, "parent_code").tolist()
    found = {}
    for code, parent in zip(codes, parents):
        if area_code_problem(code) is None and area_level(code) == COMMUNITY:
            found[code] = parent or parent_code(code) or code
    return found
