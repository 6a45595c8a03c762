"""Where lanes are nearly as near, the address decides: by name, by house number, or not at all."""

from __future__ import annotations

import numpy as np
import pytest

from gridmgmt_plugin.core.lanes.address_ties import NamedLanes, house_spans, lane_names, lanes_by_address
from gridmgmt_plugin.core.rows import Rows

LANES = Rows.from_records(
    [
        {"name": "东四", "alias": None, "old_name": None, "house_no_min": None, "house_no_max": None},
        {"name": "东四北大街", "alias": "北大街", "old_name": None, "house_no_min": None, "house_no_max": None},
        {"name": "前炒面胡同", "alias": None, "old_name": "炒面胡同", "house_no_min": "1", "house_no_max": "39"},
        {"name": "前炒面胡同", "alias": None, "old_name": None, "house_no_min": "41", "house_no_max": "99"},
    ]
)
NAMED = NamedLanes(lane_names(LANES), house_spans(LANES))


def decided(address, gaps, tie_m=15.0):
    """``gaps``: lane → metres."""
    lanes = np.array(list(gaps), dtype=np.int64)
    point = np.zeros(len(lanes), dtype=np.int64)
    return lanes_by_address([address], point, lanes, np.array(list(gaps.values())), NAMED, tie_m)[0]


@pytest.mark.parametrize(
    ("address", "gaps", "lane"),
    [
        ("东四北大街12号门前", {0: 3.0, 1: 9.0}, 1),
        ("东四路口", {0: 9.0, 1: 3.0}, 0),
        ("北大街 12 号", {0: 3.0, 1: 9.0}, 1),
        ("炒面胡同口", {0: 3.0, 2: 9.0}, 2),
        ("前炒面胡同45号院", {2: 3.0, 3: 9.0}, 3),
        ("前炒面胡同４５号", {2: 3.0, 3: 9.0}, 3),
        ("前炒面胡同甲7号", {2: 9.0, 3: 3.0}, 2),
        ("前炒面胡同中段", {2: 3.0, 3: 9.0}, -1),
        ("前炒面胡同200号", {2: 3.0, 3: 9.0}, -1),
        ("西单", {0: 3.0, 1: 9.0}, -1),
        (None, {0: 3.0, 1: 9.0}, -1),
        ("东四北大街12号", {0: 3.0, 1: 30.0}, -1),
        ("东四北大街12号", {1: 3.0}, -1),
    ],
)
def test_the_address_decides(address, gaps, lane):
    assert decided(address, gaps) == lane
