"""Service circles of a workspace: from layers or its own lanes and stations, refused with reasons, as a scheme."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.responsibility.scheme_rules import SchemeRules
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.walking.options import WalkingOptions
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.jobs.areas.create_workspace import create_workspace
from gridmgmt_plugin.jobs.responsibility.circle_centres import CentreFields
from gridmgmt_plugin.jobs.responsibility.circle_scheme import WantedScheme
from gridmgmt_plugin.jobs.responsibility.scheme_acts import adopt_alternative, copy_scheme, create_scheme
from gridmgmt_plugin.jobs.responsibility.service_circles import CENTRE_FIELDS, UNIT_FIELDS, find_service_circles
from gridmgmt_plugin.jobs.unit_grids.generate_unit_grids import generate_unit_grids
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.districts import EAST_M, LOCAL_CS, NORTH_M, dongcheng, four_communities, grid_streets, layer, lines
from tests.jobs.people.staff_state import rows_of
from tests.workspace.conftest import LOCAL_FRAME
from tests.workspace.places import KINDS, place_of

TABLES = ("scheme", "responsibility_grid", "unit_grid", "code_register")
FAST = WalkingOptions(speed_m_min=100.0, limit_minutes=4.0)
WEST_M = 1000.0  # nothing lies at 0, 0: that is what a missing coordinate looks like


def streets_of(*given):
    """Return streets; x counts from where the town begins."""
    return lines([[(WEST_M + x, y) for x, y in line] for line in given])


STREETS = streets_of([(0, 0), (800, 0)])
UNITS = [f"990101001{community}{n:03d}" for community in ("001", "002") for n in (1, 2, 3, 4)]


@pytest.fixture(params=KINDS)
def town(request, tmp_path):
    """Eight squares of a hundred metres along one street, the first four in one community, the others in another."""
    with place_of(request.param, tmp_path, request) as place:
        with Workspace.create(place.location, WorkspaceInfo(LOCAL_FRAME, "990101", "示例区")) as (_, transaction):
            areas = [{"code": "990101", "level": "county"}, {"code": "990101001", "level": "street_office"}]
            areas += [{"code": f"99010100100{n}", "level": "community", "name": f"社区{n}"} for n in (1, 2)]
            transaction.insert("area", Rows.from_records(areas))
            west = WEST_M + 100.0 * np.arange(8)
            units = {
                "code": as_column(UNITS),
                "area_code": as_column(code[:12] for code in UNITS),
                "area_m2": as_column([10000.0] * 8),
                "population": as_column([10, 20, 30, 40, None, 60, 70, 80]),
            }
            transaction.insert("unit_grid", Rows(units, shapely.box(west, -50, west + 100, 50)))
        yield Workspace.open(place.location)


def centres(*places, names=None):
    shown = names or [f"中心{n + 1}" for n in range(len(places))]
    return layer({"名称": shown}, [shapely.Point(WEST_M + x, y) for x, y in places], LOCAL_CS, path="服务中心.gpkg")


def stored(town):
    return {table: rows_of(town, table) for table in TABLES}


def note(report, code):
    return next((found for found in report.notes if found.code == code), None)


def test_units_go_to_the_nearest_centre_with_minutes_and_figures(town):
    before = stored(town)
    found = find_service_circles(town, centres=centres((0, 20), (700, 0)), streets=STREETS, options=FAST)
    assert stored(town) == before, "nothing is written without a scheme"
    assert list(found.units.columns) == list(UNIT_FIELDS)
    assert found.units["centre"].tolist() == ["中心1"] * 3 + ["中心2"] * 5
    assert found.units["metres"].tolist() == [70.0, 170.0, 270.0, 350.0, 250.0, 150.0, 50.0, 50.0]
    assert found.units["minutes"].tolist() == [0.7, 1.7, 2.7, 3.5, 2.5, 1.5, 0.5, 0.5]
    assert (found.beyond, found.report.accepted) == (0, 8)
    assert list(found.centres.columns) == list(CENTRE_FIELDS)
    first, second = found.centres.records()
    assert (first["units"], first["population"], first["area_m2"], first["minutes_most"]) == (3, 60, 30000.0, 2.7)
    assert (second["units"], second["population"], second["within_percent"]) == (5, 250, 100.0)


def test_what_lies_beyond_is_told_with_its_people(town):
    found = find_service_circles(town, centres=centres((0, 0)), streets=STREETS, options=FAST)
    assert found.units["beyond"].tolist() == [0, 0, 0, 0, 1, 1, 1, 1]
    assert note(found.report, "circles_beyond").details == {"count": 4, "of": 8, "minutes": 4, "people": 210}
    (centre,) = found.centres.records()
    assert (centre["within_percent"], centre["people_within_percent"]) == (50.0, 32.3)


def test_without_layers_the_lanes_and_stations_of_the_workspace_serve(town):
    with town.transaction("", "test") as transaction:
        lanes = {"code": as_column(["L1", "L2"]), "state": as_column(["在用", "撤销"])}
        shapes = [
            shapely.MultiLineString([[(1000, 0), (1800, 0)]]),
            shapely.MultiLineString([[(1000, 9), (1800, 9)]]),
        ]
        transaction.insert("lane", Rows(lanes, as_column(shapes)))
        stations = {"code": as_column(["S1"]), "name": as_column(["一号站"])}
        transaction.insert("station", Rows(stations, as_column([shapely.Point(1000, 0)])))
    found = find_service_circles(town)
    assert set(found.units["centre"]) == {"一号站"}
    assert found.units["metres"][0] == 50.0
    assert found.report.figures["streets_km"] == 0.8, "a lane that was given up is no way"


def test_rows_without_a_place_or_far_from_streets_are_listed_with_the_reason(town):
    given = centres((0, 0), (0, 900), (0, 0), names=["甲", "乙", "甲"])
    given.rows.geometry[2] = None
    found = find_service_circles(town, centres=given, streets=STREETS)
    reasons = {row.key: row.reason for row in found.report.rejected_rows}
    assert reasons == {"甲": "geometry_missing", "乙": "circles_centre_off_street"}
    assert [row.row for row in found.report.rejected_rows] == [3, 2]
    assert all(row.text(tongue) for row in found.report.rejected_rows for tongue in ("zh", "en"))


def test_a_table_with_coordinates_serves_and_namesakes_are_told_apart(town):
    table = layer({"名称": ["甲", "甲", None], "东": ["1000", "1700", "1350"], "北": ["0", "0", "0"]}, [None] * 3)
    table = type(table)(
        Rows(dict(table.rows.columns), None), "表", "表.csv", None, "utf-8", row_numbers=np.arange(2, 5)
    )
    found = find_service_circles(town, centres=table, streets=STREETS, fields=CentreFields("名称", "东", "北"))
    assert sorted(set(found.units["centre"])) == ["(4)", "甲 (2)", "甲 (3)"]


@pytest.mark.parametrize(
    ("streets", "places", "code"),
    [
        (STREETS, [], "circles_without_centres"),
        (None, [(0, 0)], "circles_without_streets"),
        (STREETS, [(50_000, 0)], "circles_centres_off_streets"),
        (streets_of([(0, 9000), (800, 9000)]), [(0, 0)], "layer_elsewhere"),
        (streets_of(*([(100 * n, -20), (100 * n, 20)] for n in range(8))), [(0, 0)], "circles_streets_apart"),
        (layer({"name": ["a"]}, [shapely.box(0, 0, 9, 9)]), [(0, 0)], "streets_wrong_geometry"),
    ],
)
@pytest.mark.proof
def test_it_is_refused_with_the_reason(town, streets, places, code):
    with pytest.raises(GridError) as refusal:
        find_service_circles(town, centres=centres(*places), streets=streets, scheme=WantedScheme("fw"))
    assert refusal.value.code == code
    assert all(refusal.value.text(tongue) for tongue in ("zh", "en"))
    assert town.count("scheme") == 0


def test_areas_are_no_centres(town):
    areas = layer({"name": ["a"]}, [shapely.box(0, 0, 9, 9)])
    with pytest.raises(GridError) as refusal:
        find_service_circles(town, centres=areas, streets=STREETS)
    assert refusal.value.code == "circles_centres_not_points"


def test_the_circles_become_a_scheme_in_one_act_that_is_taken_back(town):
    before = stored(town)
    found = find_service_circles(
        town,
        centres=centres((0, 20), (700, 0)),
        streets=STREETS,
        scheme=WantedScheme("fw", "服务圈"),
        author="王示例",
    )
    units, grids = town.read("unit_grid"), town.read("responsibility_grid", where={"scheme": "fw"})
    assert sorted(grids["name"]) == ["中心1", "中心2"]
    named = dict(zip(grids["code"], grids["name"]))
    assert [named[code] for code in units["rg_fw"]] == found.units["centre"].tolist()
    assert sorted(zip(grids["name"], grids["unit_count"])) == [("中心1", 3), ("中心2", 5)]
    assert set(town.read("code_register", where={"kind": "rg_fw"}, geometry=False)["state"]) == {"draft"}
    assert note(found.report, "circles_scheme_made").details["count"] == 2
    take_back_last(town, "王示例")
    after = stored(town)
    assert {row.pop("rg_fw") for row in after["unit_grid"]} == {None}
    assert after == before


def test_grids_in_more_than_one_part_are_told(town):
    # A footbridge leads from the middle centre over the units beside it to the far end.
    streets = streets_of([(350, 0), (350, 40), (750, 40), (750, 0)], [(0, -10), (340, -10)], [(400, -10), (700, -10)])
    places = centres((350, 20), (0, -10), (550, -10))
    found = find_service_circles(town, centres=places, streets=streets, scheme=WantedScheme("fw"))
    told = note(found.report, "circles_in_parts")
    parts = town.read("responsibility_grid", where={"scheme": "fw"})["expected_parts"]
    assert told.details["count"] == int((parts > 1).sum()) > 0


def test_an_alternative_keeps_the_borders_of_its_scheme_and_can_be_adopted(town):
    create_scheme(town, "cg", "城管巡查", rules=SchemeRules(within="community"))
    wanted = WantedScheme("cg15", "按服务圈", "cg")
    find_service_circles(town, centres=centres((0, 20), (700, 0)), streets=STREETS, scheme=wanted)
    grids = town.read("responsibility_grid", where={"scheme": "cg15"})
    assert sorted(grids["name"]) == ["中心1", "中心2·社区1", "中心2·社区2"]
    assert {code[:12] for code in grids["code"]} == {UNITS[0][:12], UNITS[7][:12]}
    adopt_alternative(town, "cg15")
    assert town.count("responsibility_grid", {"scheme": "cg"}) == 3


@pytest.mark.daily(1)
@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (WantedScheme("cg"), "scheme_key_taken"),
        (WantedScheme("x", "", "zz"), "scheme_not_known"),
        (WantedScheme("x", "", "alt"), "scheme_alternative_of_alternative"),
        (WantedScheme("大"), "scheme_key_malformed"),
    ],
)
def test_a_scheme_that_cannot_be_made_is_refused_before_anything_is_written(town, wanted, code):
    create_scheme(town, "cg", "城管巡查")
    copy_scheme(town, "cg", "alt", "方案", alternative=True)
    before = stored(town)
    with pytest.raises(GridError) as refusal:
        find_service_circles(town, centres=centres((0, 0)), streets=STREETS, scheme=wanted)
    assert refusal.value.code == code
    assert stored(town) == before


@pytest.mark.proof
def test_shifted_streets_are_told(tmp_path):
    path = tmp_path / "库.gpkg"
    crs = 4548
    shapes = four_communities(4000, EAST_M, NORTH_M)
    create_workspace(
        [layer({"code": list(shapes), "name": [f"社区{code[-4:]}" for code in shapes]}, shapes.values(), crs)], path
    )
    workspace = Workspace.open(path)
    streets = grid_streets(8000, 8000, 400, EAST_M, NORTH_M, crs)
    generate_unit_grids(workspace, streets, target_area_m2=160_000)
    moved = grid_streets(8000, 8000, 400, EAST_M + 560, NORTH_M + 190, crs)
    degrees = _degrees(moved)
    with pytest.raises(GridError) as refusal:
        find_service_circles(
            workspace,
            centres=_degrees(layer({"name": ["a"]}, [shapely.Point(EAST_M, NORTH_M)], crs)),
            streets=degrees,
        )
    assert refusal.value.code in ("layer_fits_other_district", "layer_fits_other_streets")


def _degrees(source):
    from pyproj import Transformer

    to = Transformer.from_crs(4548, 4490, always_xy=True)
    shapes = shapely.transform(source.rows.shapes, lambda xy: np.column_stack(to.transform(*xy.T)))
    return layer(dict(source.rows.columns), shapes, 4490)


@pytest.mark.proof
def test_every_unit_of_dongcheng_finds_its_way(shared, tmp_path, tmp_path_factory):
    workspace = Workspace.open(shutil.copy(dongcheng(shared, tmp_path_factory), tmp_path))
    streets = read_source(shared("beijing_dongcheng/dongcheng_raw_gcj02.gpkg"), "streets")
    offices = workspace.read("area", None, {"level": "street_office"})
    places = shapely.get_coordinates(shapely.point_on_surface(offices.shapes))
    given = layer({"名称": offices["name"].tolist()}, shapely.points(places), workspace.info.frame.epsg)
    found = find_service_circles(workspace, centres=given, streets=streets, street_coordinates="gcj02")
    assert found.report.figures["streets_connected_percent"] > 90
    assert found.report.accepted > 0.99 * len(found.units)
    at = dict(zip(found.centres["centre"], found.centres.shapes))
    there = [row for row in range(len(found.units)) if found.units["centre"][row]]
    straight = shapely.distance(
        shapely.centroid(found.units.shapes[there]), as_column(at[found.units["centre"][row]] for row in there)
    )
    assert (np.array(found.units["metres"][there], dtype=float) > straight - 60).all(), (
        "no way is shorter than straight"
    )
    assert 0 < found.beyond < len(found.units)
