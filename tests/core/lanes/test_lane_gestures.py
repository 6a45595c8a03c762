"""Gestures on street-lanes: what they do, and what they refuse."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.lanes import LaneOptions
from gridmgmt_plugin.core.lanes.gestures import abolish, add, draw, extend, make, merge, remove, reverse
from gridmgmt_plugin.core.lanes.lane_edit import as_shapes
from gridmgmt_plugin.core.lanes.splitting import split
from gridmgmt_plugin.core.rows import Rows

OPTIONS = LaneOptions()


def line(*places):
    return shapely.LineString(places)


def lanes(*lines, **columns) -> Rows:
    shapes = as_shapes(
        *(part if part.geom_type.startswith("Multi") else shapely.multilinestrings([part]) for part in lines)
    )
    records = [
        {"code": f"L{n}", "name": f"{n}号胡同", "state": "在用", "from_place": "东街", "to_place": "西街"}
        for n in range(len(lines))
    ]
    for name, values in columns.items():
        for record, value in zip(records, values):
            record[name] = value
    return Rows.from_records(records, shapes)


STREET = lanes(line((0, 0), (100, 0)), line((100, 0), (160, 0)), line((500, 0), (600, 0)))


def refused(code, deed):
    with pytest.raises(InputError) as caught:
        deed()
    assert caught.value.code == code


def test_pieces_in_any_order_become_one_line():
    pieces = as_shapes(line((20, 50), (10, 50)), line((0, 50), (10, 50)), line((30, 50), (20, 50)))
    edit = make(STREET, pieces, {"name": "新巷"}, OPTIONS)
    assert shapely.get_num_geometries(edit.added_shapes[0]) == 1
    assert edit.added_shapes[0].length == 30
    assert edit.added_values == ({"name": "新巷"},)


def test_two_carriageways_are_one_lane():
    edit = make(STREET, as_shapes(line((0, 50), (90, 50)), line((0, 70), (90, 70))), {}, OPTIONS)
    assert edit.added_shapes[0].length == 180


def test_the_same_piece_picked_twice_counts_once():
    edit = make(STREET, as_shapes(line((0, 50), (90, 50)), line((0, 50), (90, 50))), {}, OPTIONS)
    assert edit.added_shapes[0].length == 90


def test_what_makes_no_lane_is_refused():
    refused("lane_nothing_picked", lambda: make(STREET, as_shapes(), {}, OPTIONS))
    refused("lane_without_length", lambda: make(STREET, as_shapes(line((1, 1), (1, 1))), {}, OPTIONS))
    apart = as_shapes(line((0, 50), (10, 50)), line((300, 50), (310, 50)))
    refused("lane_pieces_apart", lambda: make(STREET, apart, {}, OPTIONS))
    refused("lane_segment_taken", lambda: make(STREET, as_shapes(line((50, 0), (90, 0))), {}, OPTIONS))


def test_a_lane_that_is_no_more_takes_no_ground():
    gone = lanes(line((0, 0), (100, 0)), state=["撤销"])
    assert len(make(gone, as_shapes(line((0, 0), (100, 0))), {}, OPTIONS).added_shapes) == 1


def test_a_lane_grows_by_a_piece_and_gives_one_back():
    grown = add(STREET, 2, as_shapes(line((600, 0), (640, 0))), OPTIONS)
    assert grown.changed_shapes[0].length == 140
    shrunk = remove(STREET, 0, as_shapes(line((60, 0), (100, 0))), OPTIONS)
    assert shrunk.changed_shapes[0].length == pytest.approx(60)
    refused("lane_would_be_empty", lambda: remove(STREET, 0, as_shapes(line((0, 0), (100, 0))), OPTIONS))
    refused("lane_piece_elsewhere", lambda: remove(STREET, 0, as_shapes(line((0, 9), (9, 9))), OPTIONS))


def test_a_split_leaves_the_longer_part_its_code_and_no_metre_is_lost():
    edit = split(STREET, 0, (30, 5), OPTIONS, "larger_keeps")
    assert edit.changed.tolist() == [0]
    assert edit.changed_shapes[0].length == 70
    assert edit.added_shapes[0].length == 30
    assert edit.added_from.tolist() == [0]
    assert edit.added_values[0]["name"] == "0号胡同"


def test_a_split_may_make_both_parts_new():
    edit = split(STREET, 0, (30, 5), OPTIONS, "both_new")
    assert edit.ended.tolist() == [0]
    assert [part.length for part in edit.added_shapes] == [70, 30]


def test_a_split_cuts_both_carriageways():
    twin = lanes(shapely.multilinestrings([[(0, 0), (100, 0)], [(0, 20), (100, 20)]]))
    edit = split(twin, 0, (40, 0), OPTIONS, "larger_keeps")
    assert edit.changed_shapes[0].length == 120
    assert edit.added_shapes[0].bounds == (0, 0, 40, 20)


def test_a_lane_that_winds_is_split_where_it_is_clicked_and_not_by_its_direction():
    winding = lanes(line((0, 0), (100, 0), (100, 10), (0, 10), (0, 20), (100, 20)))
    edit = split(winding, 0, (50, 10), OPTIONS, "larger_keeps")
    assert edit.changed_shapes[0].length == edit.added_shapes[0].length == 160


def test_a_ring_and_an_end_cannot_be_split():
    ring = lanes(line((0, 0), (100, 0), (100, 100), (0, 100), (0, 0)))
    refused("lane_split_loop", lambda: split(ring, 0, (50, 0), OPTIONS, "larger_keeps"))
    refused("lane_split_at_end", lambda: split(STREET, 0, (-5, 0), OPTIONS, "larger_keeps"))


def test_merged_lanes_keep_the_longest_ones_code_and_add_up_what_they_hold():
    two = lanes(
        line((0, 0), (100, 0)),
        line((100, 0), (160, 0)),
        households=[30, 12],
        house_no_min=["9", "1"],
        house_no_max=["21", "7"],
    )
    edit = merge(two, [1, 0], OPTIONS)
    assert (edit.changed.tolist(), edit.ended.tolist()) == ([0], [1])
    assert edit.changed_shapes[0].length == 160
    assert edit.values[0] == {"households": 42, "house_no_min": "1", "house_no_max": "21", "alias": "1号胡同"}
    assert merge(two, [1, 0], OPTIONS, keeper=1).changed.tolist() == [1]
    refused("lane_merge_too_few", lambda: merge(two, [1], OPTIONS))
    refused("lane_pieces_apart", lambda: merge(STREET, [0, 2], OPTIONS))


def test_a_reversed_lane_runs_the_other_way():
    edit = reverse(STREET, 0)
    assert shapely.get_coordinates(edit.changed_shapes[0]).tolist() == [[100, 0], [0, 0]]
    assert edit.values[0] == {"from_place": "西街", "to_place": "东街"}


def test_a_line_from_the_end_of_a_lane_lengthens_it():
    at, edit = extend(STREET, line((601, 1), (640, 0)), OPTIONS, 5.0)
    assert at == 2
    assert shapely.get_num_geometries(edit.changed_shapes[0]) == 1
    assert edit.changed_shapes[0].length == 140
    at, edit = extend(STREET, line((640, 0), (600, 0)), OPTIONS, 5.0)
    assert edit.changed_shapes[0].length == 140
    refused("lane_no_end_here", lambda: extend(STREET, line((550, 9), (640, 9)), OPTIONS, 5.0))


def test_a_drawn_line_is_a_lane_and_an_abolished_one_only_ends():
    assert draw(STREET, line((0, 50), (50, 50)), {}, OPTIONS).added_shapes[0].length == 50
    assert abolish([1]).ended.tolist() == [1]
    refused("lane_nothing_picked", lambda: abolish(np.array([], dtype=np.int64)))
