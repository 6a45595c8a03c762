"""Which areas a responsibility grid may not leave, and what its unit grids say where nobody wrote it down."""

from __future__ import annotations

import numpy as np
import pytest

from gridmgmt_plugin.core.responsibility.boundaries import (
    common_area,
    digits_within,
    lie_within,
    narrowed,
    one_zone_each,
    usual_digits,
    zones_of_areas,
    zones_of_grids,
)
from gridmgmt_plugin.core.rows import Rows, as_column

A, B, ELSEWHERE = "990101001001", "990101001002", "990101002001"


@pytest.mark.parametrize(
    ("grid_area", "inside"),
    [
        (A, [True, False, False, False]),
        ("990101001", [True, True, False, False]),
        ("990101", [True, True, True, False]),
        ("", [True] * 4),
        (None, [True] * 4),
    ],
)
def test_unit_grids_lie_in_the_community_the_street_office_or_the_county_of_a_grid(grid_area, inside):
    assert lie_within(as_column([A, B, ELSEWHERE, None]), grid_area).tolist() == inside


def test_a_scheme_is_numbered_as_most_of_its_grids_are():
    assert usual_digits([A, B, "990101001"]) == 12
    assert usual_digits(["990101001", "990101002", A, None]) == 9
    assert usual_digits([]) == 12


def test_the_area_of_a_grid_is_the_smallest_that_holds_all_its_unit_grids():
    assert common_area([A, A]) == A
    assert common_area([A, B]) == "990101001"
    assert common_area([A, ELSEWHERE]) == "990101"
    assert common_area([A, "110101001001"]) == ""
    assert common_area([A, None]) == ""


def test_an_area_without_a_zone_has_that_of_the_area_above_it():
    areas = Rows(
        {
            "code": as_column(["990101001", A, B]),
            "zone": as_column(["东片区", None, "西片区"]),
            "parent_code": as_column([None, "990101001", "990101001"]),
        }
    )
    assert zones_of_areas(areas) == {"990101001": "东片区", A: "东片区", B: "西片区"}


def test_grids_keep_to_zones_only_where_all_of_them_do():
    zone = np.array([0, 0, 1, 1])
    kept = zones_of_grids(np.array([0, 0, 1, -1]), zone, 3)
    assert kept is not None
    assert kept.tolist() == [0, 1, -1]
    assert zones_of_grids(np.array([0, 0, 0, 1]), zone, 2) is None
    assert zones_of_grids(np.array([0, 1]), np.array([0, 0]), 2) is None


@pytest.mark.parametrize(
    ("own", "areas", "within", "stays_in"),
    [
        ("990101001", [A, A], "community", A),
        ("990101001", [A, B], "community", "990101001"),  # it reaches over two already
        (A, [A], "street_office", A),  # it is numbered there
        ("990101", [A, B], "zone", "990101001"),
        ("990101001", [], "community", "990101001"),
        ("", [A, ELSEWHERE], "county", "990101"),
    ],
)
def test_a_rule_narrows_the_area_of_a_grid_where_it_lies_in_one(own, areas, within, stays_in):
    assert narrowed(own, areas, digits_within(within)) == stays_in


def test_a_rule_binds_a_grid_to_the_zone_that_it_lies_in():
    grid_of, zone = np.array([0, 0, 1, 1, -1]), np.array([0, 0, 0, 1, 1])
    assert one_zone_each(grid_of, zone, 3).tolist() == [0, -1, -1]
