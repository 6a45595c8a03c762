"""A lane starts and ends at the streets that cross there, and says which way it runs."""

from __future__ import annotations

import math

import pytest
import shapely

from gridmgmt_plugin.core.lanes import Areas, LaneOptions, build_lanes
from gridmgmt_plugin.core.rows import as_column

AREA = Areas(as_column(["110101001"]), shapely.box([0], [0], [2000], [2000]))


def ends(name, *segments, options=None):
    lines = as_column(shapely.LineString(line) for _, line in segments)
    lanes = build_lanes(lines, [text for text, _ in segments], AREA, options=options).lanes
    row = next(row for row in lanes.records() if row["name"] == name)
    return row["from_place"], row["to_place"], row["direction"]


WEST_STREET = ("西大街", [(500, 300), (500, 900)])
EAST_STREET = ("东大街", [(900, 300), (900, 900)])


def test_a_lane_from_east_to_west_is_named_after_the_streets_at_its_ends():
    found = ends("甲胡同", ("甲胡同", [(500, 500), (900, 500)]), WEST_STREET, EAST_STREET)
    assert found == ("东大街", "西大街", "东西")


def test_a_lane_from_north_to_south_starts_in_the_south():
    found = ends(
        "甲胡同",
        ("甲胡同", [(600, 900), (600, 500)]),
        ("北街", [(500, 900), (600, 900), (700, 900)]),
        ("南街", [(500, 500), (700, 500)]),
    )
    assert found == ("南街", "北街", "南北")


@pytest.mark.parametrize(
    ("line", "direction"),
    [
        ([(100, 100), (900, 180)], "东西"),
        ([(100, 100), (180, 900)], "南北"),
        ([(900, 100), (820, 900)], "南北"),
        ([(100, 100), (900, 900)], "东北—西南"),
        ([(100, 900), (900, 100)], "西北—东南"),
    ],
)
def test_the_direction_is_the_nearest_of_four(line, direction):
    assert ends("甲", ("甲", line))[2] == direction


def test_a_dead_end_is_called_so():
    assert ends("甲胡同", ("甲胡同", [(500, 500), (800, 500)]), WEST_STREET) == ("断头", "西大街", "东西")


def test_an_end_at_a_street_without_a_name_is_no_dead_end():
    found = ends("甲胡同", ("甲胡同", [(500, 500), (800, 500)]), WEST_STREET, (None, [(800, 400), (800, 600)]))
    assert found == ("无名路", "西大街", "东西")


def test_an_end_on_the_outline_leads_out_of_the_district():
    assert ends("甲街", ("甲街", [(1500, 500), (2000, 500)]))[0] == "界外"


def test_of_several_streets_at_an_end_the_longest_gives_the_name():
    found = ends(
        "甲胡同",
        ("甲胡同", [(500, 500), (800, 500)]),
        WEST_STREET,
        ("短巷", [(800, 500), (800, 540)]),
        ("长街", [(800, 500), (800, 100)]),
    )
    assert found[0] == "长街"


def test_the_street_that_crosses_names_the_end_not_the_longer_one_that_goes_straight_on():
    found = ends(
        "西长安街",
        ("西长安街", [(500, 500), (800, 500)]),
        ("东长安街", [(800, 500), (1900, 510)]),
        ("广场东侧路", [(800, 500), (805, 200)]),
        WEST_STREET,
    )
    assert found[:2] == ("广场东侧路", "西大街")


def test_where_nothing_crosses_the_street_that_goes_on_names_the_end():
    found = ends("西街", ("西街", [(500, 500), (800, 500)]), ("东街", [(800, 500), (1900, 510)]), WEST_STREET)
    assert found[:2] == ("东街", "西大街")


@pytest.mark.parametrize(("bend_deg", "name"), [(0, "短巷"), (34, "短巷"), (36, "长街"), (90, "长街")])
def test_a_street_goes_on_within_the_angle_of_the_options_and_crosses_beyond(bend_deg, name):
    turn = math.radians(bend_deg)
    found = ends(
        "甲街",
        ("甲街", [(500, 500), (800, 500)]),
        ("长街", [(800, 500), (800 + 900 * math.cos(turn), 500 + 900 * math.sin(turn))]),
        ("短巷", [(800, 500), (800, 560)]),
        WEST_STREET,
    )
    assert found[0] == name


def test_a_street_that_runs_through_the_end_crosses_whatever_its_angle():
    found = ends(
        "甲街",
        ("甲街", [(500, 500), (800, 500)]),
        ("斜街", [(700, 480), (800, 500), (1700, 680)]),
        ("短巷", [(800, 500), (800, 560)]),
        WEST_STREET,
    )
    assert found[0] == "斜街"


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ([(1500, 500), (1992, 500)], "界外"),  # within the tolerance of the outline
        ([(1500, 500), (1950, 500)], "界外"),  # straight on it would leave the district within the reach
        ([(1500, 500), (1930, 500)], "断头"),  # too far
        ([(1500, 1930), (1950, 1930)], "界外"),
        ([(1950, 300), (1950, 900)], "断头"),  # beside the outline, not towards it
    ],
)
def test_a_street_cut_off_a_little_before_the_outline_leads_out_all_the_same(line, word):
    names = ends("甲街", ("甲街", line))
    assert names[1 if line[0][0] == line[1][0] else 0] == word


def test_a_border_between_two_offices_is_no_outline():
    areas = Areas(as_column(["110101001", "110101002"]), shapely.box([0, 1000], [0, 0], [1000, 2000], [2000, 2000]))
    lines = as_column([shapely.LineString([(500, 500), (960, 500)])])
    lanes = build_lanes(lines, ["甲胡同"], areas).lanes
    assert lanes["from_place"].tolist() == ["断头"]


def test_the_lane_itself_does_not_name_its_end():
    found = ends("二环路", ("二环路", [(500, 500), (800, 500)]), ("二环路/光明桥", [(800, 500), (850, 500)]))
    assert found[0] == "断头"


def test_a_bent_lane_ends_at_its_loose_ends_not_at_its_outermost_bend():
    # A horseshoe open to the west: both ends at the western street.
    found = ends("甲", ("甲", [(500, 400), (800, 400), (800, 500), (500, 500)]), WEST_STREET, EAST_STREET)
    assert found[:2] == ("西大街", "西大街")


def test_a_side_branch_does_not_become_an_end():
    found = ends(
        "甲胡同",
        ("甲胡同", [(500, 500), (700, 500)]),
        ("甲胡同", [(700, 500), (900, 500)]),
        ("甲胡同", [(700, 500), (700, 560)]),
        WEST_STREET,
        EAST_STREET,
    )
    assert found[:2] == ("东大街", "西大街")


def test_a_ring_starts_and_ends_where_the_longest_street_meets_it():
    ring = [(500, 500), (600, 500), (600, 600), (500, 600), (500, 500)]
    found = ends("环巷", ("环巷", ring), ("大街", [(500, 100), (500, 500)]))
    assert found == ("大街", "大街", "环形")


def test_a_ring_that_touches_nothing_is_a_dead_end_twice():
    ring = [(500, 500), (600, 500), (600, 600), (500, 600), (500, 500)]
    assert ends("环巷", ("环巷", ring)) == ("断头", "断头", "环形")


def test_the_carriageway_that_reaches_the_crossing_names_the_end():
    found = ends(
        "大街",
        ("大街", [(500, 500), (920, 500)]),
        ("大街", [(500, 530), (900, 530)]),
        WEST_STREET,
        EAST_STREET,
        options=LaneOptions(join_gap_m=60),
    )
    assert found[:2] == ("东大街", "西大街")


def test_an_english_workspace_gets_english_words():
    options = LaneOptions(language="en")
    found = ends("A Lane", ("A Lane", [(500, 500), (800, 500)]), options=options)
    assert found == ("dead end", "dead end", "east–west")
