"""Unit grids of a package belong to the areas in force, as they are once the package is in."""

from __future__ import annotations

import pytest
import shapely

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.handover.coming_back.drawn_ground import joined_areas
from gridmgmt_plugin.jobs.handover.coming_back.filled_in import filled_units

ENDED, FOLLOWER, STREET, COUNTY = "990101001001", "990101001002", "990101001", "990101"
GROUND = shapely.box(0, 0, 100, 100)
CELLS = Rows({"code": as_column([f"{FOLLOWER}001"])}, as_column([shapely.box(20, 20, 60, 60)]))


def areas_of_day(*, ended, began, codes=(COUNTY, STREET, ENDED, FOLLOWER)):
    day = {ENDED: (None, ended), FOLLOWER: (began, None)}
    rows = [
        {"code": code, "valid_from": day.get(code, (None,))[0], "valid_to": day.get(code, (None, None))[1]}
        for code in codes
    ]
    return Rows.from_records(rows, as_column([GROUND] * len(rows)))


def with_parents(rows):
    return rows.with_columns(parent_code=[code[:-3] if len(code) > 6 else None for code in rows["code"]])


def area_of_the_cell(own, given):
    filled, _ = filled_units(CELLS, joined_areas(own, given), 0.001, "draft", clock.today())
    return filled["area_code"].tolist()


def test_a_cell_lies_in_the_community_that_follows_an_ended_one_on_the_same_ground():
    own = with_parents(areas_of_day(ended="2020-12-31", began="2021-01-01"))
    assert area_of_the_cell(own, None) == [FOLLOWER]


def test_parents_that_a_package_does_not_say_follow_from_its_codes():
    assert area_of_the_cell(Rows(), areas_of_day(ended="2020-12-31", began="2021-01-01")) == [FOLLOWER]


@pytest.mark.parametrize("known", [(COUNTY, STREET, ENDED), (COUNTY, STREET, ENDED, FOLLOWER)])
def test_an_end_that_the_package_tells_counts_already(known):
    own = with_parents(areas_of_day(ended=None, began="2999-01-01", codes=known))
    given = areas_of_day(ended="2020-12-31", began="2021-01-01", codes=(ENDED, FOLLOWER))
    assert area_of_the_cell(own, given) == [FOLLOWER]


def test_an_area_that_nobody_has_drawn_here_has_the_shape_of_the_package():
    own = with_parents(areas_of_day(ended="2020-12-31", began=None)).with_geometry(
        as_column([GROUND, GROUND, GROUND, None])
    )
    assert area_of_the_cell(own, areas_of_day(ended=None, began=None, codes=(FOLLOWER,))) == [FOLLOWER]
