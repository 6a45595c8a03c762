"""The drawn district is what its description says: area, communities, lanes, crossings, compounds."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from itertools import combinations

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.coverage.health.examine import is_coverage


@pytest.fixture(scope="module")
def communities(of_role):
    return of_role("areas", level="community")


@pytest.fixture(scope="module")
def segments(of_role):
    return of_role("streets")


def test_the_district_measures_8_2_square_kilometres(of_role):
    (county,) = of_role("areas", level="county")
    assert county.code == "990101"
    assert county.geometry.area == pytest.approx(8.2e6, rel=0.01)


def test_codes_nest_and_levels_tile(of_role, communities):
    (county,) = of_role("areas", level="county")
    offices = of_role("areas", level="street_office")
    assert len(offices) == 2
    assert 10 <= len(communities) <= 12
    assert len({c.zone for c in communities}) == 4
    for office in offices:
        theirs = [c.geometry for c in communities if c.parent_code == office.code]
        assert all(
            c.code.startswith(office.code) and len(c.code) == 12 for c in communities if c.parent_code == office.code
        )
        assert shapely.union_all(theirs).symmetric_difference(office.geometry).area < 0.01
    assert shapely.union_all([o.geometry for o in offices]).symmetric_difference(county.geometry).area < 0.01


def test_communities_are_a_valid_coverage_without_holes(communities):
    polygons = [c.geometry for c in communities]
    assert all(p.is_valid and p.geom_type == "Polygon" and not p.interiors for p in polygons)
    assert is_coverage(polygons)
    union = shapely.union_all(polygons)
    assert union.geom_type == "Polygon"
    assert not union.interiors
    assert union.area == pytest.approx(sum(p.area for p in polygons), abs=0.01)


def test_82_grids_are_planned_in_proportion_to_area(manifest, communities):
    planned = manifest["scheme"]["grids_per_community"]
    total = sum(c.geometry.area for c in communities)
    assert sum(planned.values()) == manifest["scheme"]["count"] == 82
    assert set(planned) == {c.code for c in communities}
    for c in communities:
        assert planned[c.code] >= 1
        assert abs(planned[c.code] - 82 * c.geometry.area / total) < 1


def test_streets_meet_only_at_their_ends(segments):
    lines = np.array([s.geometry for s in segments])
    tree = shapely.STRtree(lines)
    first, second = tree.query(lines, predicate="intersects")
    first, second = first[first < second], second[first < second]
    ends = shapely.multipoints(np.stack([shapely.get_point(lines, 0), shapely.get_point(lines, -1)], axis=1).tolist())
    met = shapely.intersection(lines[first], lines[second])
    away = shapely.difference(met, shapely.buffer(ends[first], 0.001))
    assert shapely.is_empty(away).all()
    away = shapely.difference(met, shapely.buffer(ends[second], 0.001))
    assert shapely.is_empty(away).all()


def test_every_end_meets_another_street_to_the_millimetre_or_is_a_real_dead_end(segments):
    lines = np.array([s.geometry for s in segments])
    ends = np.concatenate([shapely.get_point(lines, 0), shapely.get_point(lines, -1)])
    counts = Counter((round(p.x, 3), round(p.y, 3)) for p in ends)
    dead = [shapely.Point(xy) for xy, n in counts.items() if n == 1]
    near = shapely.STRtree(lines).query(dead, predicate="dwithin", distance=2.0)
    assert np.bincount(near[0]).max() == 1, "an end stops just short of another street"
    assert 20 < len(dead) < 120


def test_between_150_and_200_lanes_have_names_and_some_have_none(segments, planted):
    lanes = [s for s in segments if s.road_class == "背街小巷"]
    names = {s.name for s in lanes if s.name}
    assert 150 <= planted["named_lanes"] <= 200
    assert len(names) == planted["named_lanes"] - 1  # one name is used twice
    assert sum(s.name is None for s in lanes) > 100
    assert all(name.endswith(("胡同", "巷", "里", "条", "夹道")) for name in names)
    assert {s.road_class for s in segments} == {"主干道", "次干道", "支路", "背街小巷"}
    assert all(3 <= s.width_m <= 60 for s in segments)


def test_each_name_is_one_connected_lane_but_for_the_twin(segments, planted):
    by_name = defaultdict(list)
    for s in segments:
        if s.road_class == "背街小巷" and s.name:
            by_name[s.name].append(s.geometry)
    pieces = {
        n: len(shapely.get_parts(shapely.union_all(shapely.buffer(np.array(g), 30.0)))) for n, g in by_name.items()
    }
    assert [n for n, count in pieces.items() if count != 1] == [planted["twin_lane"]["name"]]
    assert sum(len(g) > 1 for g in by_name.values()) > 80


def test_the_twin_lies_in_two_street_offices(segments, of_role, planted):
    offices = {o.code: o.geometry for o in of_role("areas", level="street_office")}
    lines = [s.geometry for s in segments if s.name == planted["twin_lane"]["name"]]
    found = {code for line in lines for code, area in offices.items() if area.contains(line.centroid)}
    assert found == set(planted["twin_lane"]["street_codes"])


def test_two_lanes_run_along_the_boundary_of_the_street_offices(segments, of_role, planted):
    north, south = (o.geometry for o in of_role("areas", level="street_office"))
    boundary = north.intersection(south)
    assert len(planted["office_boundary_lanes"]) == 2
    for name in planted["office_boundary_lanes"]:
        lines = [s.geometry for s in segments if s.name == name]
        length = sum(line.length for line in lines)
        shared = sum(line.intersection(boundary.buffer(0.01)).length for line in lines)
        assert shared > 0.9 * length > 300


def test_community_boundaries_run_partly_on_and_partly_beside_a_road(segments, communities):
    roads = shapely.STRtree([s.geometry for s in segments])
    pairs = combinations([c.geometry for c in communities], 2)
    inner = shapely.union_all([shapely.intersection(a.exterior, b.exterior) for a, b in pairs])
    steps = [line.interpolate(d) for line in shapely.get_parts(inner) for d in np.arange(5, line.length, 10.0)]
    _, distance = roads.query_nearest(steps, all_matches=False, return_distance=True)
    assert (distance < 0.01).mean() > 0.3
    assert ((distance > 2.0) & (distance < 15.0)).mean() > 0.15


def test_one_main_road_has_two_carriageways(segments):
    dual = [s for s in segments if s.name == "澄湖大街"]
    assert {s.note for s in dual} == {"西侧", "东侧"}
    west, east = (shapely.union_all([s.geometry for s in dual if s.note == side]) for side in ("西侧", "东侧"))
    assert 15 < west.distance(east) < 35
    assert min(west.length, east.length) > 2000


def test_compounds_stand_clear_of_streets_road_areas_each_other_and_community_boundaries(
    of_role, segments, communities
):
    compounds = of_role("compounds")
    polygons = np.array([c.geometry for c in compounds])
    assert 130 <= len(compounds) <= 170
    assert {c.kind for c in compounds} == {"小区", "院落", "单位", "公园", "水域"}
    assert all(p.is_valid for p in polygons)
    tree = shapely.STRtree(polygons)
    assert len(tree.query([s.geometry for s in segments], predicate="intersects")[0]) == 0
    assert len(tree.query([c.geometry.exterior for c in communities], predicate="intersects")[0]) == 0
    assert len(tree.query([r.geometry for r in of_role("road_areas")], predicate="intersects")[0]) == 0
    first, second = tree.query(polygons, predicate="intersects")
    shared = shapely.area(shapely.intersection(polygons[first], polygons[second]))[first != second]
    assert (shared < 0.01).all()  # the gardens of the park meet edge to edge


def test_the_gardens_and_the_lake_of_the_park_are_one_coverage(of_role):
    park = [c.geometry for c in of_role("compounds") if c.kind in ("公园", "水域")]
    assert len(park) == 5
    assert is_coverage(park)
    assert not shapely.union_all(park).interiors


def test_road_areas_and_waters_lie_inside_and_do_not_overlap_each_other(of_role):
    (county,) = of_role("areas", level="county")
    for role, least in (("road_areas", 5), ("waters", 5)):
        polygons = [a.geometry for a in of_role(role)]
        assert len(polygons) >= least
        assert all(p.is_valid and p.geom_type == "Polygon" for p in polygons)
        assert all(county.geometry.buffer(0.01).covers(p) for p in polygons)
        assert sum(p.area for p in polygons) == pytest.approx(shapely.union_all(polygons).area, rel=1e-6)


def test_the_town_is_no_chessboard(segments):
    bearings = []
    for s in segments:
        (x0, y0), (x1, y1) = s.geometry.coords[0], s.geometry.coords[-1]
        bearings.append(math.degrees(math.atan2(y1 - y0, x1 - x0)) % 90)
    off_axis = [min(b, 90 - b) for b in bearings]
    assert np.mean(np.array(off_axis) > 3) > 0.5
    assert np.mean(np.array(off_axis) > 20) > 0.03
