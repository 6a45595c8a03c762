"""Points come into the frame, or keep their row and the reason why not."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS

from gridmgmt_plugin.core.coordinates import from_frame
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.messages import catalogue
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.points import points_from_source
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.exchange.source import Source
from tests.tries import tries
from tests.web_maps import wgs84_to_bd09, wgs84_to_gcj02

FRAME = Frame.of_epsg(4548)
LOCAL = Frame.local("北京2000")
DISTRICT = shapely.box(445_000, 4_415_000, 452_000, 4_423_000)
X, Y = np.array([446_000.0, 448_000.0, 451_000.0]), np.array([4_416_000.0, 4_418_000.0, 4_422_000.0])
LON, LAT = from_frame(X, Y, 4326, FRAME)


def _table(x, y, x_name="lng", y_name="lat"):
    rows = Rows({x_name: as_column(x), y_name: as_column(y)})
    return Source(rows, "表", "表.csv", None, "utf-8", row_numbers=np.arange(2, 2 + len(rows)))


def _texts(values):
    return [repr(float(value)) for value in values]


def _points(x, y, coordinates="lonlat", frame=FRAME, outline=DISTRICT, **more):
    return points_from_source(_table(x, y), "lng", "lat", coordinates, frame, outline, **more)


def _codes(points):
    return [note.code for note in points.notes]


@pytest.mark.parametrize(
    ("coordinates", "shift"),
    [("lonlat", lambda *p: p), ("gcj02", wgs84_to_gcj02), ("bd09", wgs84_to_bd09)],
)
def test_degrees_of_every_kind_come_to_their_place(coordinates, shift):
    points = _points(*map(_texts, shift(LON, LAT)), coordinates)
    assert points.ok.all()
    assert not points.notes
    assert np.abs(points.x - X).max() < 1e-3
    assert np.abs(points.y - Y).max() < 1e-3
    assert len(points.problems()) == 0


def test_metres_of_the_frame_are_taken_as_they_are():
    points = _points(_texts(X), _texts(Y), "crs")
    assert points.ok.all()
    assert np.array_equal(points.x, X)


def test_columns_are_found_when_not_named():
    source = _table(_texts(LON), _texts(LAT), "经度", "纬度")
    assert points_from_source(source, None, None, "lonlat", FRAME, DISTRICT).ok.all()
    with pytest.raises(InputError) as refused:
        points_from_source(_table(["甲"], ["乙"], "a", "b"), None, None, "lonlat", FRAME)
    assert refused.value.code == "field_not_found"


@pytest.mark.parametrize(
    ("x", "y", "reason"),
    [
        ("", 39.9, "coordinate_missing"),
        (None, None, "coordinate_missing"),
        ("东边", 39.9, "coordinate_not_number"),
        ("116°75'", 39.9, "coordinate_not_number"),
        ("116.4,39.9", "", "coordinate_pair"),
        ("0", "0", "coordinate_zero"),
        ("0.0", "39.9", "coordinate_zero"),
        ("39.9", "116.4", "coordinates_swapped"),
        ("448000", "4418000", "coordinates_metres"),
        ("117.9", "39.9", "outside_district"),
        ("-77.03", "38.9", "outside_district"),
        ("116.4", "239.9", "outside_district"),
        ("nan", "inf", "coordinate_not_number"),
    ],
)
def test_a_row_without_a_place_keeps_its_reason(x, y, reason):
    points = _points([*_texts(LON), x], [*_texts(LAT), y])
    assert points.ok.tolist() == [True, True, True, False]
    assert points.reasons.tolist() == [None, None, None, reason]
    assert points.problems().rows.tolist() == [3]
    assert _codes(points) == ["points_rejected"]
    assert catalogue()[reason]["zh"] in points.notes[0].text("zh")


def test_full_width_numbers_are_numbers():
    assert _points(["１１６．４０"], ["３９．９０"]).ok.all()


def test_exchanged_columns_are_told_as_a_whole_and_never_mended():
    points = _points(_texts(LAT), _texts(LON))
    assert not points.ok.any()
    assert set(points.reasons) == {"coordinates_swapped"}
    assert _codes(points)[0] == "columns_swapped"
    assert "“lng”" in points.notes[0].text("zh")


def test_exchanged_metres_are_told_with_and_without_a_district():
    for outline in (DISTRICT, None):
        points = _points(_texts(Y), _texts(X), "crs", outline=outline)
        assert set(points.reasons) == {"coordinates_swapped"}
        assert _codes(points)[0] == "columns_swapped"


def test_degrees_where_metres_are_expected_and_the_reverse():
    degrees = _points(_texts(LON), _texts(LAT), "crs")
    assert set(degrees.reasons) == {"coordinates_degrees"}
    assert _codes(degrees)[0] == "columns_degrees"
    metres = _points(_texts(X), _texts(Y), "gcj02")
    assert set(metres.reasons) == {"coordinates_metres"}
    assert _codes(metres)[0] == "columns_metres"


def test_a_zone_number_in_the_easting_is_told_with_its_system():
    points = _points(_texts(X + 39_000_000), _texts(Y), "crs")
    assert set(points.reasons) == {"coordinates_zone_prefix"}
    assert "EPSG:4527" in points.notes[0].text("zh")


def test_the_outline_counts_not_its_box_and_its_edge_is_inside():
    triangle = shapely.Polygon([(0, 0), (100, 0), (0, 100)])
    points = _points([50, 99, 10], [50, 99, 10], "crs", LOCAL, triangle)
    assert points.reasons.tolist() == [None, "outside_district", None]
    box = _points([0, 100, 101], [50, 100, 50], "crs", LOCAL, (0, 0, 100, 100))
    assert box.ok.tolist() == [True, True, False]


def test_a_local_frame_takes_small_metres_and_refuses_degrees():
    points = _points([10, 150, 900], [20, 120, 800], "crs", LOCAL, (0, 0, 1000, 1000))
    assert points.ok.all()
    with pytest.raises(InputError) as refused:
        _points(_texts(LON), _texts(LAT), "lonlat", LOCAL)
    assert refused.value.code == "local_frame_no_degrees"
    strayed = _points([500, 116.4], [500, 39.9], "crs", LOCAL, (300, 300, 1000, 1000))
    assert strayed.reasons.tolist() == [None, "coordinates_degrees"]


def test_a_table_without_any_coordinates_is_refused():
    with pytest.raises(InputError) as refused:
        _points(["", "x"], ["", "y"])
    assert refused.value.code == "no_coordinates"


def test_an_empty_table_gives_no_points():
    points = _points([], [])
    assert len(points.x) == 0
    assert not points.notes


def test_an_unknown_kind_of_coordinates_is_refused():
    with pytest.raises(InputError) as refused:
        _points(["1"], ["2"], "wgs")
    assert refused.value.code == "coordinates_kind_unknown"


def _layer(shapes, crs_wkt):
    geometry = as_column(shapes)
    return Source(Rows({"id": as_column(range(len(shapes)))}, geometry), "层", "层.gpkg", crs_wkt, "utf-8")


def test_a_layers_own_points_are_used_and_other_shapes_get_a_point_on_them():
    x, y = X[0], Y[0]
    shapes = [
        shapely.Point(x, y),
        shapely.MultiPoint([(x, y)]),
        shapely.LineString([(x, y), (x + 10, y)]),
        shapely.box(x, y, x + 10, y + 10),
        None,
    ]
    points = points_from_source(_layer(shapes, FRAME.wkt()), None, None, "crs", FRAME, DISTRICT)
    assert points.ok.tolist() == [True, True, True, True, False]
    assert points.reasons[4] == "geometry_missing"
    assert "shapes_reduced" in _codes(points)
    assert shapely.intersects_xy(shapes[3], points.x[3], points.y[3])


def test_a_layer_in_degrees_or_with_a_zone_prefix_follows_its_own_system():
    degrees = _layer([shapely.Point(*p) for p in zip(LON, LAT)], CRS.from_epsg(4326).to_wkt())
    zoned = _layer([shapely.Point(x + 39_000_000, y) for x, y in zip(X, Y)], CRS.from_epsg(4527).to_wkt())
    for source in (degrees, zoned):
        points = points_from_source(source, None, None, "crs", FRAME, DISTRICT)
        assert points.ok.all()
        assert np.abs(points.x - X).max() < 1e-3


def test_a_layer_of_shifted_degrees_is_taken_as_declared():
    source = _layer([shapely.Point(*p) for p in zip(*wgs84_to_gcj02(LON, LAT))], CRS.from_epsg(4326).to_wkt())
    points = points_from_source(source, None, None, "gcj02", FRAME, DISTRICT)
    assert np.abs(points.x - X).max() < 1e-3


PLACES = st.one_of(
    st.tuples(st.floats(116.2, 116.6), st.floats(39.8, 40.0)),
    st.tuples(st.floats(allow_nan=True), st.floats(allow_nan=True)),
    st.tuples(st.floats(39.8, 40.0), st.floats(116.2, 116.6)),
    st.tuples(st.floats(4e5, 5e5), st.floats(4.3e6, 4.5e6)),
)


@given(st.lists(PLACES, min_size=1, max_size=30), st.sampled_from(["lonlat", "gcj02", "bd09", "crs"]))
@tries(80)
def test_every_row_is_either_placed_inside_the_district_or_explained(places, coordinates):
    x, y = ([place[i] for place in [*places, (LON[0], LAT[0])]] for i in (0, 1))
    points = _points(x, y, coordinates)
    places = [*places, (LON[0], LAT[0])]
    assert len(points.x) == len(places)
    assert all(reason is None or reason in catalogue() for reason in points.reasons)
    assert points.ok.tolist() == [reason is None for reason in points.reasons]
    assert shapely.intersects_xy(DISTRICT, points.x[points.ok], points.y[points.ok]).all()


@pytest.mark.proof
def test_the_cases_of_a_real_city_all_find_their_place(shared):
    source = read_source(shared("washington_dc/dc_311_cases.csv.gz"))
    wards = read_source(f"{shared('washington_dc/dc_polygons.gpkg')}|layername=ward_2012")
    from gridmgmt_plugin.core.coordinates import geometry_to_frame

    utm = Frame.of_epsg(32618)
    outline = shapely.union_all(geometry_to_frame(wards.rows.geometry, "crs", wards.crs_wkt, utm))
    points = points_from_source(source, None, None, "lonlat", utm, outline)
    assert points.ok.sum() > 33_900
    assert set(points.reasons[~points.ok]) <= {"outside_district"}


def test_degrees_and_minutes_are_placed_and_told():
    x = ["116°24'00\"", "东经116度24分", "116.4° ", "116.4E", "１１６．４"]
    y = ["39°54'00\"", "北纬39度54分", "39.9°", "N39.9", "39.9"]
    points = _points(x, y)
    assert points.ok.all()
    assert np.ptp(points.x) < 1e-6
    assert _codes(points) == ["coordinates_translated"]
    assert points.notes[0].details["count"] == 4


def test_columns_of_degrees_and_minutes_are_found_by_name_and_content():
    dms = ["116°24'00\"", "116°25'00\""], ["39°54'00\"", "39°55'00\""]
    for names in (("经度", "纬度"), ("a", "b")):
        assert points_from_source(_table(*dms, *names), None, None, "lonlat", FRAME, DISTRICT).ok.all()


@pytest.mark.parametrize("cells", [["116.4,39.9", "116.41，39.91"], ["(116.4 39.9)", None], ["POINT(116.4 39.9)"]])
@pytest.mark.parametrize("name", ["坐标", "经纬度", "location", "x"])
def test_both_coordinates_in_one_column_are_refused_with_advice(cells, name):
    source = Source(
        Rows({name: as_column(cells), "名称": as_column(["井盖"] * len(cells))}), "表", "表.csv", None, ""
    )
    for field in (None, name):
        with pytest.raises(InputError) as refused:
            points_from_source(source, field, field, "lonlat", FRAME, DISTRICT)
        assert refused.value.code == "coordinates_in_one_field"
        assert f"“{name}”" in refused.value.text("zh")
        assert "分列" in refused.value.text("zh")


def test_columns_that_the_user_names_are_used_in_place_of_a_layers_geometry():
    shapes = as_column([shapely.Point(x, y) for x, y in zip(X, Y)])
    columns = {"lng": as_column(_texts(LON)), "lat": as_column(_texts(LAT))}
    layer = Source(Rows(columns, shapes), "层", "层.shp", FRAME.wkt(), "utf-8")
    degrees = points_from_source(layer, "lng", "lat", "lonlat", FRAME, DISTRICT)
    assert degrees.ok.all()
    assert np.abs(degrees.x - X).max() < 1e-3
    # The layer's own system is metres: degrees in its columns are told, not placed.
    told = points_from_source(layer, "lng", "lat", "crs", FRAME, DISTRICT)
    assert set(told.reasons) == {"coordinates_degrees"}
    assert _codes(told)[0] == "columns_degrees"


@pytest.mark.parametrize(
    ("x", "y", "code"),
    [
        ([39_446_000, 39_448_000], [4_416_000, 4_418_000], "columns_zone_prefix"),
        ([4_416_000, 4_418_000], [39_446_000, 39_448_000], "columns_zone_prefix"),
        ([20_446_000, 20_448_000], [4_416_000, 4_418_000], "columns_zone_prefix"),
        ([4_416_000, 4_418_000], [446_000, 448_000], "columns_swapped"),
        ([116.4, 116.41], [39.9, 39.91], "columns_degrees"),
    ],
)
@pytest.mark.parametrize("as_text", [True, False])
def test_what_is_wrong_with_whole_columns_is_one_sentence_before_the_rows(x, y, code, as_text):
    x, y = ([f"{value:,}" if as_text else value for value in values] for values in (x, y))
    points = _points(x, y, "crs")
    assert _codes(points) == [code, "points_rejected"]
    assert not points.ok.any()


@pytest.mark.parametrize("share", [0.2, 0.49, 0.51, 1.0])
def test_a_sentence_on_the_whole_column_needs_half_of_its_rows(share):
    turned = np.arange(100) < 100 * share
    x, y = np.where(turned, LAT[0], LON[0]), np.where(turned, LON[0], LAT[0])
    points = _points(x, y)
    assert (points.reasons == "coordinates_swapped").sum() == turned.sum()
    assert ("columns_swapped" in _codes(points)) == (share >= 0.5)
