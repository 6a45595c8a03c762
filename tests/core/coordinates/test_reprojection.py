"""Into the workspace's frame: degrees, shifted degrees, projected systems, and what a local frame refuses."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from pyproj import CRS

from gridmgmt_plugin.core.coordinates import from_frame, geometry_to_frame, to_frame
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.frames import Frame
from tests.web_maps import wgs84_to_bd09, wgs84_to_gcj02

BEIJING = Frame.of_epsg(4548)
LOCAL = Frame.local("北京2000")
LON, LAT = np.array([116.40, 116.41]), np.array([39.90, 39.91])
X, Y = to_frame(LON, LAT, "lonlat", None, BEIJING)
WGS84 = CRS.from_epsg(4326).to_wkt()


def _assert_same_place(found, tolerance_m=1e-3):
    assert np.abs(found[0] - X).max() < tolerance_m
    assert np.abs(found[1] - Y).max() < tolerance_m


def test_longitude_and_latitude_become_east_and_north_of_the_zone():
    # PROJ's own cs2cs result for 116.4 E 39.9 N in EPSG:4548.
    assert X[0] == pytest.approx(448688.856, abs=1e-3)
    assert Y[0] == pytest.approx(4418598.001, abs=1e-3)


def test_wgs84_and_cgcs2000_degrees_are_the_same_here():
    for epsg in (4326, 4490):
        _assert_same_place(to_frame(LON, LAT, "crs", CRS.from_epsg(epsg).to_wkt(), BEIJING), 1e-9)


def test_shifted_degrees_come_back_to_the_true_place():
    _assert_same_place(to_frame(*wgs84_to_gcj02(LON, LAT), "gcj02", None, BEIJING))
    _assert_same_place(to_frame(*wgs84_to_bd09(LON, LAT), "bd09", None, BEIJING))


def test_shifted_degrees_labelled_as_wgs84_are_taken_as_declared():
    _assert_same_place(to_frame(*wgs84_to_gcj02(LON, LAT), "gcj02", WGS84, BEIJING))


def test_shifted_degrees_drawn_in_web_mercator_come_back_too():
    mercator = CRS.from_epsg(3857)
    from pyproj import Transformer

    x, y = Transformer.from_crs(4326, mercator, always_xy=True).transform(*wgs84_to_gcj02(LON, LAT))
    _assert_same_place(to_frame(x, y, "gcj02", mercator.to_wkt(), BEIJING))


def test_a_zone_prefix_in_the_easting_is_read_by_its_own_system():
    with_prefix = CRS.from_epsg(4527)  # zone 39, central meridian 117
    _assert_same_place(to_frame(X + 39_000_000, Y, "crs", with_prefix.to_wkt(), BEIJING), 1e-6)


@pytest.mark.parametrize("version", ["WKT1_GDAL", "WKT1_ESRI", "WKT2_2019"])
def test_a_layer_in_the_frame_itself_keeps_every_digit(version):
    x, y = to_frame(X, Y, "crs", CRS.from_epsg(4548).to_wkt(version), BEIJING)
    assert np.array_equal(x, X)
    assert np.array_equal(y, Y)


def test_a_neighbouring_zone_is_reprojected():
    east = Frame.of_epsg(4549)
    _assert_same_place(to_frame(*to_frame(LON, LAT, "lonlat", None, east), "crs", east.wkt(), BEIJING))


def test_there_and_back():
    lon, lat = from_frame(X, Y, 4326, BEIJING)
    assert np.abs(lon - LON).max() < 1e-9
    assert np.abs(lat - LAT).max() < 1e-9


def test_without_a_reference_system_metres_are_the_frames():
    assert np.array_equal(to_frame(X, Y, "crs", None, BEIJING)[0], X)


@pytest.mark.parametrize(
    ("x", "y", "code"),
    [
        (LON, LAT, "crs_missing_degrees"),
        (X + 39_000_000, Y, "crs_missing_zone"),
        (Y, X, "crs_missing_swapped"),
        (np.array([12_957_000.0]), np.array([4_852_000.0]), "crs_missing_web_mercator"),
    ],
)
def test_without_a_reference_system_what_is_not_the_frames_metres_is_refused(x, y, code):
    with pytest.raises(InputError) as refused:
        to_frame(x, y, "crs", None, BEIJING)
    assert refused.value.code == code
    assert BEIJING.label in refused.value.text("zh")


@pytest.mark.parametrize("coordinates", ["lonlat", "gcj02", "bd09"])
def test_a_local_frame_refuses_degrees_and_says_why(coordinates):
    with pytest.raises(InputError) as refused:
        to_frame(LON, LAT, coordinates, None, LOCAL)
    assert refused.value.code == "local_frame_no_degrees"
    assert "没有公开参数" in refused.value.text("zh")


def test_a_local_frame_refuses_a_layer_of_another_system_and_takes_plain_metres():
    with pytest.raises(InputError) as refused:
        to_frame(X, Y, "crs", BEIJING.wkt(), LOCAL)
    assert refused.value.code == "local_frame_other_crs"
    for wkt in (None, LOCAL.wkt(), 'LOCAL_CS["whatever",UNIT["metre",1]]'):
        assert np.array_equal(to_frame(X, Y, "crs", wkt, LOCAL)[0], X)


def test_a_local_frame_that_counts_from_its_own_corner_is_not_taken_for_degrees_but_real_degrees_are():
    x, y = np.array([0.0, 150.0, 90.0]), np.array([10.0, 120.0, 60.0])
    assert np.array_equal(to_frame(x, y, "crs", None, LOCAL)[0], x)
    with pytest.raises(InputError) as refused:
        to_frame(LON, LAT, "crs", None, LOCAL)
    assert refused.value.code == "crs_missing_degrees"


def test_nothing_leaves_a_local_frame():
    with pytest.raises(InputError) as refused:
        from_frame(X, Y, 4326, LOCAL)
    assert refused.value.code == "local_frame_no_reprojection"


def test_a_layer_without_parameters_cannot_enter_an_epsg_frame():
    with pytest.raises(InputError) as refused:
        to_frame(X, Y, "crs", LOCAL.wkt(), BEIJING)
    assert refused.value.code == "crs_without_parameters"


@pytest.mark.parametrize(
    ("coordinates", "wkt", "code"),
    [("wgs", None, "coordinates_kind_unknown"), ("crs", "GEOGCS[broken", "crs_unreadable")],
)
def test_nonsense_is_refused(coordinates, wkt, code):
    with pytest.raises(InputError) as refused:
        to_frame(X, Y, coordinates, wkt, BEIJING)
    assert refused.value.code == code


def test_numbers_that_are_no_place_become_not_a_number():
    x, y = to_frame(np.array([116.4, np.nan, 39.9]), np.array([39.9, 39.9, 116.4]), "lonlat", None, BEIJING)
    assert np.isfinite([x[0], y[0]]).all()
    assert np.isnan([x[1:], y[1:]]).all()


def test_geometries_move_vertex_by_vertex_and_stay_joined():
    lon, lat = wgs84_to_gcj02(np.array([116.40, 116.41, 116.42]), np.array([39.90, 39.90, 39.91]))
    left = shapely.box(lon[0], lat[0], lon[1], lat[2])
    right = shapely.box(lon[1], lat[0], lon[2], lat[2])
    line = shapely.LineString([(lon[0], lat[0], 5.0), (lon[2], lat[2], 6.0)])
    moved = geometry_to_frame(np.array([left, None, right, line], dtype=object), "gcj02", WGS84, BEIJING)
    assert moved[1] is None
    assert not shapely.has_z(moved[3])
    shared_edge = shapely.intersection(moved[0], moved[2])
    assert shared_edge.geom_type == "LineString"
    assert shapely.get_coordinates(moved[3])[0] == pytest.approx((X[0], Y[0]), abs=1e-3)


def test_geometries_already_in_the_frame_are_left_as_they_are():
    cell = shapely.box(X[0], Y[0], X[1], Y[1])
    moved = geometry_to_frame(np.array([cell], dtype=object), "crs", BEIJING.wkt(), BEIJING)
    assert shapely.equals_exact(moved[0], cell, 0.0)


def test_an_impossible_vertex_is_reported_not_written():
    line = np.array([shapely.LineString([(116.4, 39.9), (116.5, 139.9)])], dtype=object)
    with pytest.raises(InputError) as refused:
        geometry_to_frame(line, "lonlat", None, BEIJING)
    assert refused.value.code == "geometry_not_transformable"
    assert "1" in refused.value.text("zh")


def test_the_raw_gcj02_streets_of_a_real_district_meet_their_wgs84_twins(shared):
    from gridmgmt_plugin.exchange.reading import read_source

    raw = read_source(f"{shared('beijing_dongcheng/dongcheng_raw_gcj02.gpkg')}|layername=streets")
    true = read_source(f"{shared('beijing_dongcheng/dongcheng.gpkg')}|layername=streets")
    moved = geometry_to_frame(raw.rows.geometry, "gcj02", raw.crs_wkt, BEIJING)
    expected = geometry_to_frame(true.rows.geometry, "crs", true.crs_wkt, BEIJING)
    assert len(moved) == len(expected) == 15_542
    assert shapely.hausdorff_distance(moved, expected).max() < 0.02
