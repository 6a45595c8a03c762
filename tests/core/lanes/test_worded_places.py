"""Where rows lie by their words: nothing is guessed."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.lanes.worded_places import RowWords, WordedGround
from gridmgmt_plugin.core.rows import Rows, as_column

# Two streets that cross at (500, 0), one namesake in another community, and 东四 inside 东四北大街.
LANES = {
    "L1": ("文昌街", [(0, 0), (1000, 0)], "1", "99"),
    "L2": ("建国路", [(500, -300), (500, 300)], None, None),
    "L3": ("安乐巷", [(0, 900), (200, 900)], "1", "20"),
    "L4": ("安乐巷", [(800, 900), (900, 900)], "21", "40"),
    "L5": ("东四", [(0, 2000), (100, 2000)], None, None),
    "L6": ("东四北大街", [(0, 3000), (100, 3000)], None, None),
    # Two lanes of one name that go on in each other, and one that is not drawn.
    "L7": ("长寿路", [(0, 4000), (300, 4000)], "1", "40"),
    "L8": ("长寿路", [(300, 4000), (600, 4000)], "41", "80"),
    "L9": ("未绘里", None, None, None),
}
OLD_NAMES = {"L1": "东风路"}
SOUTH, NORTH = ("南园社区", shapely.box(0, -10, 400, 10)), ("北园社区", shapely.box(0, 800, 400, 1000))
HOMES = [(SOUTH,), (), (NORTH,), (("河湾社区", shapely.box(700, 800, 1000, 1000)),), (), (), (), (), ()]


@pytest.fixture(scope="module")
def ground():
    names, lines, low, high = zip(*LANES.values())
    columns = {"code": list(LANES), "name": names, "house_no_min": low, "house_no_max": high}
    columns |= {"alias": [None] * len(LANES), "old_name": [OLD_NAMES.get(code) for code in LANES]}
    shapes = as_column([None if line is None else shapely.multilinestrings([line]) for line in lines])
    lanes = Rows({name: as_column(values) for name, values in columns.items()}, shapes)
    units = Rows({"code": as_column(["990101001001001"])}, np.array([shapely.box(100, 100, 200, 200)], dtype=object))
    return WordedGround(units, lanes, HOMES)


def placed(ground, *houses, **words):
    spots = as_column([shapely.Point(metres, 5) for _, metres in houses])
    known = {0: (np.array([number for number, _ in houses], dtype=np.int64), spots)}
    nothing = (np.zeros(0, dtype=np.int64), as_column([]))
    found = ground.place([RowWords(**words)], lambda lane: known.get(lane, nothing))
    return found.way[0], (found.x[0], found.y[0]), bool(found.several[0])


def test_a_unit_grid_that_is_named_decides(ground):
    way, (x, y), _ = placed(ground, grid="990101001001001", address="文昌街12号")
    assert way == "grid"
    assert shapely.box(100, 100, 200, 200).contains(shapely.Point(x, y))


def test_a_lane_alone_is_its_middle_and_says_so(ground):
    assert placed(ground, lane="文昌街") == ("lane", (500, 0), False)
    assert placed(ground, lane="L1") == ("lane", (500, 0), False)
    assert placed(ground, address="文昌街东侧便道") == ("lane", (500, 0), False)


def test_a_house_is_put_where_known_houses_show_the_numbers_to_run(ground):
    rising = [(2, 100), (14, 200), (50, 500), (74, 700), (98, 900)]
    falling = [(number, 1000 - metres) for number, metres in rising]
    assert placed(ground, *rising, address="文昌街26号院外") == ("house", (300, 0), False)
    assert placed(ground, *falling, lane="文昌街", house="26号") == ("house", (700, 0), False)
    assert placed(ground, (26, 250), address="文昌街26号") == ("house", (250, 0), False)


def test_nobody_knows_at_which_end_numbers_begin_where_no_house_is_known(ground):
    assert placed(ground, address="文昌街12号") == ("lane", (500, 0), False)
    scattered = [(2, 100), (50, 900), (98, 120), (60, 110), (80, 800)]
    assert placed(ground, *scattered, address="文昌街70号")[0] == "lane"
    rising = [(number, 10 * number) for number in (2, 10, 20, 30, 40)]
    assert placed(ground, *rising, address="文昌街98号")[0] == "lane"
    assert placed(ground, *rising[:4], address="文昌街12号")[0] == "lane"


def test_two_lanes_that_meet_are_their_crossing_and_others_are_not_guessed(ground):
    assert placed(ground, address="文昌街与建国路交叉口") == ("crossing", (500, 0), False)
    assert placed(ground, address="文昌街、东四之间")[::2] == (None, True)


def test_the_house_tells_which_of_two_lanes_of_an_address_is_meant(ground):
    assert placed(ground, (12, 120), address="建国路口文昌街12号") == ("house", (120, 0), False)


def test_namesakes_are_told_apart_by_community_or_house_and_else_not_guessed(ground):
    assert placed(ground, address="河湾社区安乐巷垃圾站旁")[1] == (850, 900)
    assert placed(ground, address="安乐巷5号")[1] == (100, 900)
    assert placed(ground, address="安乐巷")[::2] == (None, True)


def test_a_longer_name_is_not_the_shorter_one_in_it(ground):
    assert placed(ground, address="东四北大街路口")[1] == (50, 3000)


@pytest.mark.parametrize("words", [{}, {"address": "某处"}, {"grid": "1", "lane": "无名路"}])
def test_words_that_name_nothing_place_nothing(ground, words):
    way, spot, several = placed(ground, **words)
    assert (way, several) == (None, False)
    assert np.isnan(spot).all()


def test_a_community_in_the_address_says_which_part_of_a_long_lane_is_meant(ground):
    assert placed(ground, address="南园社区文昌街路面") == ("lane", (200, 0), False)
    houses = [(2, 50), (2, 900)]
    assert placed(ground, *houses, address="南园社区文昌街2号") == ("house", (50, 0), False)


def test_a_number_that_was_seen_at_two_ends_of_a_lane_is_no_house_that_is_known(ground):
    assert placed(ground, (12, 50), (12, 900), address="文昌街12号")[0] == "lane"


def test_two_lanes_of_one_name_that_go_on_in_each_other_are_no_crossing(ground):
    assert placed(ground, address="长寿路路面破损")[::2] == (None, True)
    assert placed(ground, lane="长寿路")[::2] == (None, True)
    assert placed(ground, lane="长寿路", house="50") == ("lane", (450, 4000), False)


def test_name_and_old_name_of_one_lane_are_one_lane(ground):
    assert placed(ground, address="文昌街（原东风路）") == ("lane", (500, 0), False)
    assert placed(ground, (12, 120), address="文昌街12号（原东风路12号）") == ("house", (120, 0), False)
    assert placed(ground, (12, 120), address="文昌街（原东风路）", house="12") == ("house", (120, 0), False)
    assert placed(ground, address="文昌街（原东风路）与建国路口") == ("crossing", (500, 0), False)


def test_a_lane_that_is_not_drawn_tells_no_place(ground):
    assert placed(ground, address="未绘里3号")[::2] == (None, False)
    assert placed(ground, lane="L9")[::2] == (None, False)
    assert placed(ground, address="未绘里与建国路口")[::2] == (None, True)
