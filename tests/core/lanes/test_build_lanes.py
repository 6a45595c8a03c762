"""Segments of one name that connect are one lane: named, measured, coded, shared among areas."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.codes.layout import default_layout
from gridmgmt_plugin.core.codes.register import CodeRegister
from gridmgmt_plugin.core.errors import Cancelled, InputError
from gridmgmt_plugin.core.lanes import Areas, LaneOptions, build_lanes
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import as_column
from tests.tries import tries

WEST, EAST = "110101001", "110101002"
OFFICES = Areas(as_column([WEST, EAST]), shapely.box([0, 1000], [0, 0], [1000, 2000], [1000, 1000]))


def build(*segments, **options):
    """Build lanes from (name, coordinates) pairs in two street offices side by side, 1 km by 1 km each."""
    lines = as_column(None if line is None else shapely.LineString(line) for _, line in segments)
    return build_lanes(lines, [name for name, _ in segments], OFFICES, **options)


def lane(result, name):
    rows = [row for row in result.lanes.records() if row["name"] == name]
    assert len(rows) == 1, rows
    return rows[0]


def note(result, code):
    return next((n for n in result.notes if n.code == code), None)


def test_segments_of_one_name_that_touch_are_one_lane():
    result = build(("甲胡同", [(100, 100), (200, 100)]), ("甲胡同", [(200, 100), (300, 100)]))
    assert len(result.lanes) == 1
    assert lane(result, "甲胡同")["length_m"] == pytest.approx(200)
    assert result.lanes.geometry[0].equals(shapely.MultiLineString([[(100, 100), (200, 100), (300, 100)]]))
    assert len(result.lanes.geometry[0].geoms) == 1
    assert result.segment_lane.tolist() == [0, 0]


def test_segments_of_one_name_far_apart_are_two_lanes_with_codes_of_their_own():
    result = build(("新开胡同", [(100, 100), (200, 100)]), ("新开胡同", [(1500, 100), (1600, 100)]))
    assert sorted(result.lanes["street_code"]) == [WEST, EAST]
    assert sorted(result.lanes["code"]) == [f"{WEST}0001", f"{EAST}0001"]
    assert note(result, "lanes_names_repeated").details == {"count": 1, "names": "新开胡同"}


def test_two_lanes_of_one_name_in_one_street_office_are_told_apart():
    result = build(("新开胡同", [(100, 100), (200, 100)]), ("新开胡同", [(600, 100), (700, 100)]))
    assert sorted(result.lanes["code"]) == [f"{WEST}0001", f"{WEST}0002"]


def test_a_lane_interrupted_by_a_main_road_is_one_lane_and_it_is_said():
    segments = [("甲胡同", [(100, 100), (200, 100)]), ("甲胡同", [(240, 100), (300, 100)])]
    result = build(*segments)
    assert len(result.lanes) == 1
    assert lane(result, "甲胡同")["length_m"] == pytest.approx(160)
    assert len(result.lanes.geometry[0].geoms) == 2
    assert note(result, "lanes_gaps_bridged").details == {"count": 1}
    assert len(build(*segments, options=LaneOptions(join_gap_m=30)).lanes) == 2
    assert len(build(*segments, options=LaneOptions(join_gap_m=0)).lanes) == 2


def test_two_carriageways_of_a_street_are_one_lane():
    result = build(("长安街", [(100, 100), (900, 100)]), ("长安街", [(900, 130), (100, 130)]))
    assert len(result.lanes) == 1
    assert lane(result, "长安街")["direction"] == "东西"


@pytest.mark.parametrize(
    "second",
    [
        [(200, 100), (200, 300)],  # ends on a vertex inside
        [(250, 100), (250, 300)],  # ends on the line between two vertices
        [(200, 0), (200, 100), (200, 300)],  # crosses at a vertex of both
    ],
)
def test_segments_that_meet_along_the_way_are_joined(second):
    result = build(
        ("甲胡同", [(100, 100), (200, 100), (300, 100)]), ("甲胡同", second), options=LaneOptions(join_gap_m=0)
    )
    assert len(result.lanes) == 1


def test_ends_within_the_precision_are_joined_and_beyond_are_not():
    def count(gap):
        options = LaneOptions(precision_m=0.01, join_gap_m=0)
        segments = ("甲", [(100, 100), (200, 100)]), ("甲", [(200 + gap, 100), (300, 100)])
        return len(build(*segments, options=options).lanes)

    assert (count(0.009), count(0.02)) == (1, 2)


def test_crossing_streets_of_other_names_stay_apart():
    result = build(("甲胡同", [(100, 100), (300, 100)]), ("乙胡同", [(200, 0), (200, 100), (200, 200)]))
    assert sorted(result.lanes["name"]) == ["乙胡同", "甲胡同"]


def test_the_parts_of_one_row_are_one_lane():
    line = shapely.MultiLineString([[(100, 100), (200, 100)], [(600, 100), (700, 100)]])
    result = build_lanes(as_column([line]), ["甲胡同"], OFFICES)
    assert len(result.lanes) == 1
    assert result.segment_lane.tolist() == [0]


def test_segments_without_a_name_are_counted_not_lost():
    result = build(
        ("甲胡同", [(100, 100), (200, 100)]),
        (None, [(0, 0), (30, 40)]),
        ("  ", [(0, 0), (0, 10)]),
        ("无名路", [(5, 0), (5, 10)]),
    )
    assert note(result, "lanes_unnamed_segments").details == {"count": 3, "metres": 70}
    assert result.segment_lane.tolist() == [0, -1, -1, -1]


def test_rows_without_a_line_are_counted():
    result = build(("甲胡同", [(100, 100), (200, 100)]), ("甲胡同", None), ("甲胡同", [(1, 1), (1, 1)]))
    assert note(result, "lanes_rows_without_line").details == {"count": 2}
    assert result.segment_lane.tolist() == [0, -1, -1]


def test_full_width_letters_and_spaces_do_not_make_another_street():
    result = build(("和平里Ａ街 ", [(100, 100), (200, 100)]), ("和平里 A 街", [(200, 100), (300, 100)]))
    assert list(result.lanes["name"]) == ["和平里A街"]


def test_a_name_that_holds_two_roads_counts_for_the_one_that_also_stands_alone():
    result = build(
        ("二环路", [(100, 100), (200, 100)]),
        ("光明桥／二环路", [(200, 100), (300, 100)]),
        ("二环路", [(300, 100), (400, 100)]),
        options=LaneOptions(join_gap_m=0),
    )
    assert list(result.lanes["name"]) == ["二环路"]
    assert lane(result, "二环路")["length_m"] == pytest.approx(300)
    assert note(result, "lanes_two_roads_in_a_name").details == {"count": 1, "names": "光明桥/二环路"}


def test_a_shared_stretch_connects_both_of_its_roads():
    result = build(
        ("河北路", [(100, 50), (200, 100)]),
        ("二环路", [(100, 100), (200, 100)]),
        ("二环路/河北路", [(200, 100), (400, 100)]),
        ("河北路", [(400, 100), (500, 50)]),
        options=LaneOptions(join_gap_m=0),
    )
    assert sorted(result.lanes["name"]) == ["二环路", "河北路"]
    assert result.segment_lane[0] == result.segment_lane[3]
    assert lane(result, "二环路")["length_m"] == pytest.approx(300)


def test_a_lane_has_the_class_of_most_of_its_length():
    result = build(
        ("甲街", [(100, 100), (200, 100)]),
        ("甲街", [(200, 100), (230, 100)]),
        ("乙街", [(100, 500), (200, 500)]),
        classes=["支路", "次干路", None],
    )
    assert (lane(result, "甲街")["road_class"], lane(result, "乙街")["road_class"]) == ("支路", None)


def test_codes_run_from_east_to_west_in_bands_from_south_to_north():
    result = build(
        ("西南", [(100, 100), (200, 100)]),
        ("东北", [(800, 700), (900, 700)]),
        ("东南", [(800, 200), (900, 200)]),
        ("西北", [(100, 800), (200, 800)]),
    )
    assert list(result.lanes["name"]) == ["东南", "西南", "东北", "西北"]
    assert [code[-4:] for code in result.lanes["code"]] == ["0001", "0002", "0003", "0004"]


def test_codes_given_before_are_not_given_again():
    register = CodeRegister(default_layout("lane"))
    register.claim([f"{WEST}0001"], state="valid")
    register.retire(f"{WEST}0001", reason="撤销")
    result = build(("甲胡同", [(100, 100), (200, 100)]), register=register)
    assert list(result.lanes["code"]) == [f"{WEST}0002"]
    assert register.state(f"{WEST}0002") == "draft"


def test_the_first_lanes_of_a_workspace_are_entered_in_its_empty_register():
    register = CodeRegister(default_layout("lane"))
    assert len(register) == 0
    result = build(("甲胡同", [(100, 100), (200, 100)]), ("乙胡同", [(1100, 100), (1200, 100)]), register=register)
    assert register.codes("draft") == sorted(result.lanes["code"])
    assert [entry.code for entry in register.changes().added] == register.codes("draft")


def test_a_street_office_with_more_lanes_than_numbers_is_refused_and_nothing_is_entered():
    register = CodeRegister(default_layout("lane"))
    register.claim([f"{EAST}{n:04d}" for n in range(1, 10_000)])
    with pytest.raises(InputError) as caught:
        build(("甲", [(100, 100), (200, 100)]), ("乙", [(1100, 100), (1200, 100)]), register=register)
    assert caught.value.code == "code_sequence_full"
    assert register.state(f"{WEST}0001") is None


def test_a_county_without_street_offices_gives_the_street_part_zeros():
    county = Areas(as_column(["110101"]), shapely.box([0], [0], [2000], [1000]))
    result = build_lanes(as_column([shapely.LineString([(0, 5), (9, 5)])]), ["甲胡同"], county)
    assert list(result.lanes["code"]) == ["1101010000001"]
    assert list(result.lanes["street_code"]) == ["110101"]


def test_a_lane_belongs_to_the_street_office_that_holds_most_of_it():
    result = build(("甲街", [(900, 100), (1400, 100)]))
    assert lane(result, "甲街")["street_code"] == EAST
    assert lane(result, "甲街")["managing_street_code"] is None
    shares = {row["area_code"]: row["length_m"] for row in result.lane_areas.records()}
    assert shares == {EAST: pytest.approx(400, abs=2), WEST: pytest.approx(100, abs=2)}


def test_a_lane_on_the_boundary_of_two_street_offices_is_shared_and_put_before_the_planner():
    result = build(("界街", [(1000, 100), (1000, 500)]))
    row = lane(result, "界街")
    assert (row["street_code"], row["managing_street_code"]) == (WEST, WEST)
    assert list(result.lane_areas["length_m"]) == [pytest.approx(200), pytest.approx(200)]
    assert note(result, "lanes_on_office_boundary").details["count"] == 1
    assert f"界街 ({WEST}0001: {WEST}, {EAST})" in note(result, "lanes_on_office_boundary").text("zh")


def test_a_centre_line_drawn_beside_the_boundary_still_runs_along_it():
    result = build(("界街", [(1006, 100), (1006, 500)]), ("街", [(1040, 600), (1040, 900)]))
    assert lane(result, "界街")["managing_street_code"] == WEST
    assert lane(result, "街")["managing_street_code"] is None


def test_a_short_lane_that_ends_at_the_boundary_does_not_run_along_it():
    result = build(("短巷", [(985, 100), (1000, 100)]))
    assert lane(result, "短巷")["managing_street_code"] is None
    assert list(result.lane_areas["area_code"]) == [WEST]


def test_lane_areas_name_communities_where_they_are_known():
    communities = Areas(
        as_column([f"{WEST}001", f"{WEST}002"]), shapely.box([0, 500], [0, 0], [500, 1000], [1000, 1000])
    )
    result = build(("甲街", [(400, 100), (700, 100)]), communities=communities)
    shares = {row["area_code"]: row["length_m"] for row in result.lane_areas.records()}
    assert shares == {f"{WEST}001": pytest.approx(100, abs=2), f"{WEST}002": pytest.approx(200, abs=2)}


def test_lanes_outside_every_area_are_left_out_and_counted():
    result = build(("甲街", [(100, 100), (200, 100)]), ("外街", [(5000, 5000), (5100, 5000)]))
    assert list(result.lanes["name"]) == ["甲街"]
    assert note(result, "lanes_outside_areas").details == {"count": 1, "metres": 100}
    assert result.segment_lane.tolist() == [0, -1]


def test_polygons_instead_of_lines_are_refused():
    with pytest.raises(InputError) as caught:
        build_lanes(OFFICES.geometry, ["甲", "乙"], OFFICES)
    assert caught.value.code == "lanes_not_lines"


def test_a_layer_without_names_is_refused():
    with pytest.raises(InputError) as caught:
        build((None, [(0, 0), (1, 1)]))
    assert caught.value.code == "lanes_without_names"


def test_without_areas_there_is_nothing_to_code_by():
    with pytest.raises(InputError) as caught:
        build_lanes(as_column([None]), [None], Areas(as_column([]), as_column([])))
    assert caught.value.code == "lanes_without_areas"


def test_it_can_be_cancelled():
    with pytest.raises(Cancelled):
        build(("甲", [(100, 100), (200, 100)]), progress=Progress(is_cancelled=lambda: True))


coordinate = st.integers(0, 40).map(lambda v: v * 50.0)
segment = st.tuples(
    st.sampled_from(["甲", "乙", "丙/甲", "丁", None]), st.tuples(coordinate, coordinate, coordinate, coordinate)
).filter(lambda s: s[1][:2] != s[1][2:])


@given(st.lists(segment, min_size=1, max_size=25).filter(lambda rows: any(name for name, _ in rows)))
@tries(40)
def test_no_metre_of_a_named_street_is_lost_or_counted_twice(rows):
    result = build(*((name, [c[:2], c[2:]]) for name, c in rows))
    named = sum(np.hypot(c[2] - c[0], c[3] - c[1]) for name, c in rows if name)
    outside = note(result, "lanes_outside_areas")
    lost = outside.details["metres"] if outside else 0
    total = sum(result.lanes["length_m"])
    assert total == pytest.approx(named, abs=1) if not lost else total <= named + 1e-6
    assert shapely.length(result.lanes.geometry).sum() == pytest.approx(total)
    assert sum(result.lane_areas["length_m"]) <= total + 1e-6
    assert len(set(result.lanes["code"])) == len(result.lanes)
    assert list(result.lanes["code"]) == sorted(result.lanes["code"])


@given(st.lists(segment, min_size=1, max_size=25).filter(lambda rows: any(name for name, _ in rows)))
@tries(30)
def test_inside_the_areas_the_shares_of_a_lane_add_up_to_its_length(rows):
    # x and y up to 2000: the upper half of the square is outside, so only lanes below are compared.
    rows = [(name, (c[0], c[1] / 2, c[2], c[3] / 2)) for name, c in rows]
    result = build(*((name, [c[:2], c[2:]]) for name, c in rows))
    shares = dict.fromkeys(result.lanes["code"], 0.0)
    for row in result.lane_areas.records():
        shares[row["lane_code"]] += row["length_m"]
    for code, length_m in zip(result.lanes["code"], result.lanes["length_m"]):
        assert shares[code] == pytest.approx(length_m)


@given(st.lists(segment, min_size=2, max_size=15).filter(lambda rows: any(name for name, _ in rows)), st.randoms())
@tries(30)
def test_the_order_of_the_segments_does_not_matter(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)

    def lanes(items):
        result = build(*((name, [c[:2], c[2:]]) for name, c in items))
        return sorted((row["name"], round(row["length_m"], 3)) for row in result.lanes.records())

    assert lanes(rows) == lanes(shuffled)
