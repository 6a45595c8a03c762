"""Pieces without a name are offered to the lane whose gap they fill, and to no other."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.lanes.unnamed import filling_names
from gridmgmt_plugin.core.rows import Rows, as_column

#: 北巷 is interrupted between 100 and 140; 南巷 stands on its own and ends in a ring.
LANES = Rows(
    {"name": as_column(["北巷", "南巷"])},
    as_column(
        [
            shapely.MultiLineString([[(0, 0), (100, 0)], [(140, 0), (200, 0)]]),
            shapely.MultiLineString([[(100, -80), (100, -20)]]),
        ]
    ),
)


@pytest.mark.parametrize(
    ("pieces", "names"),
    [
        ([[(100, 0), (140, 0)]], ["北巷"]),
        ([[(140, 0), (120, 9)], [(120, 9), (100, 0)]], ["北巷", "北巷"]),
        ([[(100, 0), (120, 0)]], [None]),
        ([[(100, 0), (100, -20)]], [None]),
        ([[(50, 0), (170, 0)]], [None]),
        ([[(100, 0), (120, 30), (100, 0)]], [None]),
        ([[(100, 0), (120, 0)], [(120, 0), (140, 0)], [(120, 0), (120, 50)]], [None, None, None]),
    ],
    ids=["gap", "chain", "half", "two names", "not at the ends", "back to the same end", "crossing"],
)
def test_only_what_ties_two_loose_ends_of_one_name_is_offered(pieces, names):
    geometry = as_column([shapely.LineString(piece) for piece in pieces])
    found = filling_names(geometry, np.ones(len(pieces), dtype=bool), LANES)
    assert found.tolist() == names


def test_two_lanes_of_one_name_that_it_would_make_one_count_too():
    lanes = Rows(
        {"name": as_column(["东巷", "东巷"])},
        as_column([shapely.MultiLineString([[(0, 0), (100, 0)]]), shapely.MultiLineString([[(300, 0), (400, 0)]])]),
    )
    geometry = as_column([None, shapely.LineString([(100, 0), (300, 0)])])
    assert filling_names(geometry, np.array([False, True]), lanes).tolist() == [None, "东巷"]


def test_without_lanes_or_pieces_nothing_is_offered():
    piece = as_column([shapely.LineString([(0, 0), (1, 0)])])
    assert filling_names(piece, np.array([True]), LANES.take(np.array([], dtype=np.int64))).tolist() == [None]
    assert filling_names(piece, np.array([False]), LANES).tolist() == [None]
