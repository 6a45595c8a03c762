"""Layers of map providers given as plain degrees: named before anything is drawn, taken when the kind is right."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.coordinates import from_frame
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.jobs.areas.create_workspace import create_workspace
from gridmgmt_plugin.jobs.lanes.import_lanes import import_lanes
from gridmgmt_plugin.jobs.people.who_is_responsible import who_is_responsible
from gridmgmt_plugin.jobs.unit_grids.generate_unit_grids import generate_unit_grids
from gridmgmt_plugin.jobs.unit_grids.import_unit_grids import import_unit_grids
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.districts import COUNTY, EAST_M, NORTH_M, areas, dump, four_communities, layer, lines, names_in
from tests.web_maps import wgs84_to_bd09, wgs84_to_gcj02

FRAME = Frame.of_epsg(4548)
SHIFTS = {"lonlat": lambda lon, lat: (lon, lat), "gcj02": wgs84_to_gcj02, "bd09": wgs84_to_bd09}
SIDE = 2000.0
DISTRICT = four_communities(SIDE, EAST_M, NORTH_M)


def degrees(shapes, kind):
    """Return shapes in metres of the frame as degrees of a kind."""

    def change(points):
        return np.column_stack(SHIFTS[kind](*from_frame(points[:, 0], points[:, 1], 4326, FRAME)))

    return shapely.transform(np.asarray(shapes, dtype=object), change)


def streets(kind, low=0.0, high=2 * SIDE, step=100.0):
    """Return a street every 100 m as short segments, in degrees of a kind under WGS 84."""
    shapes = []
    for at in np.arange(low, high + 1, step):
        for start in np.arange(low, high, 500.0):
            shapes.append([(EAST_M + start, NORTH_M + at), (EAST_M + start + 500, NORTH_M + at)])
            shapes.append([(EAST_M + at, NORTH_M + start), (EAST_M + at, NORTH_M + start + 500)])
    names = [f"第{i // 2}巷" for i in range(len(shapes))]
    return lines(degrees([shapely.LineString(shape) for shape in shapes], kind), names, crs=4326)


@pytest.fixture
def district(tmp_path):
    path = tmp_path / "网格 库.gpkg"
    create_workspace([areas(DISTRICT, crs=4548)], path)
    return Workspace.open(path)


@pytest.mark.daily(1)
@pytest.mark.parametrize("job", [generate_unit_grids, import_lanes])
@pytest.mark.parametrize("kind", ["gcj02", "bd09"])
@pytest.mark.proof
def test_shifted_streets_given_as_plain_degrees_write_nothing_and_are_named(district, job, kind):
    before = dump(district.path)
    with pytest.raises(InputError) as refused:
        job(district, streets(kind))
    assert refused.value.code == "layer_fits_other_district"
    assert kind in refused.value.text("zh")
    assert dump(district.path) == before
    assert job(district, streets(kind), coordinates=kind).accepted > 0


def test_plain_streets_given_as_shifted_are_seen_as_well(district):
    with pytest.raises(InputError) as refused:
        import_lanes(district, streets("lonlat"), coordinates="gcj02")
    assert refused.value.message.details["other"] == "lonlat"


def test_main_streets_within_the_district_are_told_by_the_boundaries_that_follow_them(tmp_path):
    """No shift moves them out; the boundaries between communities lie on them."""
    at = np.array([0.0, 700, 1300, 2100, 2900, 3300, 4000])
    shapes = {
        f"{COUNTY}001{row * 6 + column + 1:03d}": shapely.box(
            EAST_M + at[column], NORTH_M + at[row], EAST_M + at[column + 1], NORTH_M + at[row + 1]
        )
        for row in range(6)
        for column in range(6)
    }
    path = tmp_path / "网格 库.gpkg"
    create_workspace([areas(shapes, crs=4548)], path)
    district = Workspace.open(path)
    along = np.arange(600, 3401, 100)
    segments = [
        shapely.LineString([(EAST_M + x, NORTH_M + y), (EAST_M + u, NORTH_M + v)])
        for place in at[1:-1]
        for start, end in zip(along[:-1], along[1:])
        for x, y, u, v in ((place, start, place, end), (start, place, end, place))
    ]

    def given(kind):
        return lines(degrees(segments, kind), [f"第{i}路" for i in range(len(segments))], crs=4326)

    with pytest.raises(InputError) as refused:
        import_lanes(district, given("gcj02"))
    assert refused.value.code == "layer_fits_other_streets"
    assert import_lanes(district, given("lonlat")).accepted > 0


@pytest.mark.daily(1)
@pytest.mark.parametrize("seed", range(4))
def test_streets_of_a_wider_city_are_taken(district, seed):
    """What lies outside lies outside under every kind."""
    around = float(np.random.default_rng(seed).uniform(500, 3000))
    assert import_lanes(district, streets("lonlat", -around, 2 * SIDE + around, 250.0)).accepted > 0


def test_areas_taken_for_what_they_are_not_are_told_by_the_streets(tmp_path):
    path = tmp_path / "网格 库.gpkg"
    shifted = dict(zip(DISTRICT, degrees(list(DISTRICT.values()), "gcj02")))
    create_workspace([areas(shifted, crs=4326)], path, crs="4548")
    with pytest.raises(InputError) as refused:
        import_lanes(Workspace.open(path), streets("lonlat"))
    assert refused.value.code == "areas_fit_other_kind"
    assert "COORDINATES=gcj02" in refused.value.text("zh")


def cells(kind):
    shapes = [
        shapely.box(EAST_M + x, NORTH_M + y, EAST_M + x + 100, NORTH_M + y + 100)
        for x in range(0, 800, 100)
        for y in range(0, 800, 100)
    ]
    return layer({}, degrees(shapes, kind), 4326)


def test_unit_grids_of_a_map_provider_are_named_before_they_are_examined(tmp_path):
    path = tmp_path / "网格 库.gpkg"
    create_workspace([areas(four_communities(400.0, EAST_M, NORTH_M), crs=4548)], path)
    with pytest.raises(InputError) as refused:
        import_unit_grids(Workspace.open(path), cells("gcj02"))
    assert refused.value.message.details["other"] == "gcj02"


def test_street_offices_and_communities_of_two_kinds_make_no_workspace(tmp_path):
    offices = {
        f"{COUNTY}{i:03d}": shapely.box(EAST_M + x, NORTH_M, EAST_M + x + 900, NORTH_M + 2400)
        for i, x in ((1, 0), (2, 900), (3, 1800))
    }
    parts = {
        f"{COUNTY}{i:03d}{n:03d}": shapely.box(
            EAST_M + 900 * (i - 1), NORTH_M + 300 * (n - 1), EAST_M + 900 * i, NORTH_M + 300 * n
        )
        for i in (1, 2, 3)
        for n in range(1, 9)
    }

    def given(shapes, kind):
        return areas(dict(zip(shapes, degrees(list(shapes.values()), kind))), crs=4326)

    before = names_in(tmp_path)
    with pytest.raises(InputError) as refused:
        create_workspace([given(offices, "lonlat"), given(parts, "gcj02")], tmp_path / "a.gpkg", crs="4548")
    assert refused.value.code == "areas_of_two_kinds"
    assert names_in(tmp_path) == before
    create_workspace(
        [given(offices, "gcj02"), given(parts, "gcj02")], tmp_path / "b.gpkg", crs="4548", coordinates="gcj02"
    )


def test_who_answers_is_not_said_for_points_that_lie_elsewhere(faults_town, tmp_path):
    random = np.random.default_rng(3)
    points = [shapely.Point(EAST_M + x, NORTH_M + y) for x, y in random.uniform(0, 800, (60, 2))]
    lonlat = shapely.get_coordinates(degrees(points, "gcj02"))
    path = tmp_path / "点.csv"
    path.write_text("\n".join(["经度,纬度", *(f"{x:.7f},{y:.7f}" for x, y in lonlat), ""]), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        who_is_responsible(faults_town, read_source(path), coordinates="lonlat")
    assert refused.value.code == "coordinates_fit_other_district"
    assert len(who_is_responsible(faults_town, read_source(path), coordinates="gcj02").rows) == 60


@pytest.mark.daily(1)
@pytest.mark.parametrize("kind", ["crs", "gcj02"])
@pytest.mark.proof
def test_the_streets_of_dongcheng_are_told_by_the_district(shared, tmp_path, kind):
    path = tmp_path / "东城.gpkg"
    create_workspace(
        [read_source(f"{shared('beijing_dongcheng/dongcheng.gpkg')}|layername=subdistrict")], path, repair=True
    )
    source = read_source(f"{shared('beijing_dongcheng/dongcheng_raw_gcj02.gpkg')}|layername=streets")
    if kind == "gcj02":
        assert import_lanes(Workspace.open(path), source, coordinates=kind).accepted > 800
        return
    with pytest.raises(InputError) as refused:
        import_lanes(Workspace.open(path), source, coordinates=kind)
    assert refused.value.message.details["other"] == "gcj02"
