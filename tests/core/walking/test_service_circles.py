"""Unit grids go to the centre that is nearest on foot, along streets, and know how long that takes."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.walking.access import step_on
from gridmgmt_plugin.core.walking.circles import service_circles, unit_points
from gridmgmt_plugin.core.walking.options import WalkingOptions
from gridmgmt_plugin.core.walking.streets import street_network
from tests.core.walking.ways import all_pairs, plain_ways

OPTIONS = WalkingOptions(speed_m_min=100.0, limit_minutes=5.0)


def streets(*lines, gap=1.0):
    found = np.array([shapely.LineString(line) for line in lines], dtype=object)
    return street_network(found, precision_m=0.001, join_gap_m=gap)


def points(*places):
    return shapely.points(np.array(places, dtype=float))


def circles(units, centres, net, options=OPTIONS):
    return service_circles(points(*units), points(*centres), net, plain_ways, options)


def test_the_way_counts_and_not_the_distance_as_the_crow_flies():
    # A unit right across a yard from a centre, whose street goes all around.
    net = streets([(0, 0), (0, 400), (300, 400), (300, 0)])
    found = circles([(0, 10), (300, 100)], [(290, 0), (0, 390)], net)
    assert found.centre.tolist() == [1, 0]
    assert found.metres.tolist() == pytest.approx([380.0, 110.0])
    assert found.minutes.tolist() == [3.8, 1.1]


def test_steps_between_door_and_street_are_walked_too():
    net = streets([(0, 0), (1000, 0)])
    found = circles([(100, 30)], [(300, -20)], net)
    assert found.metres.tolist() == pytest.approx([30 + 200 + 20])


def test_two_centres_on_one_street_share_its_units_between_them():
    net = streets([(0, 0), (1000, 0)])
    found = circles([(10, 0), (260, 0), (240, 0), (490, 0), (760, 0)], [(0, 0), (500, 0)], net)
    assert found.centre.tolist() == [0, 1, 0, 1, 1]
    assert found.metres.tolist() == pytest.approx([10, 240, 240, 10, 260])


def test_two_centres_at_one_door_both_lead_home():
    net = streets([(0, 0), (1000, 0)])
    found = circles([(10, 0), (990, 0)], [(500, 0), (500, 0)], net)
    assert found.metres.tolist() == pytest.approx([490, 490])
    assert (found.centre >= 0).all()


def test_what_takes_longer_than_the_limit_is_beyond():
    net = streets([(0, 0), (2000, 0)])
    found = circles([(500, 0), (501, 0), (1900, 0)], [(0, 0)], net)
    assert found.beyond.tolist() == [False, True, True]


def test_streets_that_cross_or_nearly_meet_are_connected():
    crossing = streets([(0, 0), (100, 0)], [(50, -50), (50, 50)], [(100.5, 0), (200, 0)])
    assert len(crossing.piece_lengths()) == 1
    found = circles([(50, 50)], [(200, 0)], crossing)
    assert found.metres.tolist() == pytest.approx([200.0])
    apart = streets([(0, 0), (100, 0)], [(103, 0), (200, 0)])
    assert len(apart.piece_lengths()) == 2


def test_a_unit_beside_a_street_that_leads_nowhere_walks_over_to_one_that_does():
    net = streets([(0, 0), (1000, 0)], [(400, 50), (450, 50)])
    found = circles([(420, 45)], [(0, 0)], net)
    assert found.metres.tolist() == pytest.approx([45 + 420])
    assert found.pieces == 2


def test_a_unit_far_from_all_streets_has_no_minutes_and_is_beyond():
    net = streets([(0, 0), (1000, 0)])
    found = circles([(500, 600), (500, 0)], [(0, 0)], net)
    assert found.centre.tolist() == [-1, 0]
    assert np.isnan(found.minutes[0])
    assert (found.beyond[0], found.off_street[0]) == (True, True)


def test_centres_far_from_streets_take_no_part_and_those_on_a_stub_are_told():
    net = streets([(0, 0), (1000, 0)], [(0, 300), (20, 300)])
    found = circles([(10, 0), (10, 310)], [(900, 0), (500, -5000), (0, 300)], net)
    assert found.centre_used.tolist() == [True, False, True]
    assert found.centre_apart.tolist() == [False, False, True]
    assert found.centre.tolist() == [0, 2]


@pytest.mark.parametrize(
    ("lines", "centres", "code"),
    [
        ([], [(0, 0)], "circles_without_streets"),
        ([[(0, 0), (1000, 0)]], [], "circles_without_centres"),
        ([[(0, 0), (1000, 0)]], [(0, 900)], "circles_centres_off_streets"),
        ([[(0, 10 * n), (50, 10 * n)] for n in range(5)], [(0, 0)], "circles_streets_apart"),
    ],
)
def test_what_nobody_can_walk_on_is_refused_with_the_reason(lines, centres, code):
    given = np.array(centres, dtype=float).reshape(-1, 2)
    with pytest.raises(InputError) as refusal:
        service_circles(points((0, 0)), shapely.points(given), streets(*lines), plain_ways, OPTIONS)
    assert refusal.value.code == code


@pytest.mark.parametrize(("speed", "limit", "code"), [(0, 15, "walking_speed_wrong"), (80, 0, "walking_limit_wrong")])
def test_nobody_walks_at_no_speed_or_within_no_time(speed, limit, code):
    with pytest.raises(InputError) as refusal:
        WalkingOptions(speed_m_min=speed, limit_minutes=limit)
    assert refusal.value.code == code


def test_a_unit_is_asked_from_a_place_inside_it():
    horseshoe = shapely.Polygon([(0, 0), (30, 0), (30, 30), (20, 30), (20, 10), (10, 10), (10, 30), (0, 30)])
    found = unit_points(np.array([horseshoe, shapely.box(0, 0, 10, 10)], dtype=object))
    assert horseshoe.intersects(found[0])
    assert found[1].equals(shapely.Point(5, 5))


@pytest.mark.parametrize("seed", range(12))
def test_no_centre_is_nearer_than_the_one_that_is_named(seed):
    random = np.random.default_rng(seed)
    ends = random.uniform(0, 1000, (30, 2, 2))
    net = street_network(shapely.linestrings(ends), precision_m=0.001, join_gap_m=1.0)
    units, centres = (shapely.points(random.uniform(0, 1000, (count, 2))) for count in (60, 7))
    options = WalkingOptions(100.0, 5.0, 1.0, 2000.0, 2000.0, 0.0)
    found = service_circles(units, centres, net, plain_ways, options)
    between = all_pairs(net.node_count, net.start, net.end, net.length_m)
    to = step_on(net, centres, 2000.0)
    away = step_on(net, units, 2000.0, np.isin(net.piece, net.piece[to.edge]))
    way_m = np.full((len(units), len(centres)), np.inf)
    for one_end, one_m in ((net.start, away.along_m), (net.end, net.length_m[away.edge] - away.along_m)):
        for other_end, other_m in ((net.start, to.along_m), (net.end, net.length_m[to.edge] - to.along_m)):
            through = between[np.ix_(one_end[away.edge], other_end[to.edge])]
            way_m = np.minimum(way_m, one_m[:, None] + through + other_m)
    straight = np.abs(away.along_m[:, None] - to.along_m)
    way_m = np.minimum(way_m, np.where(away.edge[:, None] == to.edge, straight, np.inf))
    way_m += away.off_m[:, None] + to.off_m
    np.testing.assert_allclose(found.metres, way_m.min(axis=1), rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(found.metres, way_m[np.arange(len(units)), found.centre], rtol=1e-9, atol=1e-6)
