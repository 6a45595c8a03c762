"""The metric frame of a workspace, and recognising what a pair of columns holds."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.frames import (
    CoordinateLook,
    Frame,
    epsg_of,
    frame_for_lonlat,
    from_ascii,
    in_ascii,
    look_at,
    zone_epsg_of_easting,
    zone_for_longitude,
)
from tests.tries import tries


@pytest.mark.parametrize(
    ("lon", "epsg"),
    [(75.0, 4534), (73.5, 4534), (114.06, 4547), (116.4, 4548), (118.49, 4548), (118.5, 4549), (135.0, 4554)],
)
def test_a_longitude_belongs_to_the_zone_of_the_nearest_central_meridian(lon, epsg):
    assert zone_for_longitude(lon) == epsg


@given(st.floats(73.5, 136.499))
def test_every_longitude_of_china_is_within_a_degree_and_a_half_of_its_meridian(lon):
    crs = CRS.from_epsg(zone_for_longitude(lon))
    meridian = next(p.value for p in crs.coordinate_operation.params if "Longitude" in p.name)
    assert abs(lon - meridian) <= 1.5
    assert crs.name.startswith("CGCS2000 / 3-degree Gauss-Kruger CM")


@pytest.mark.parametrize("lon", [73.4, 136.5, -77.0, float("nan"), float("inf")])
def test_outside_the_zones_the_longitude_is_refused(lon):
    with pytest.raises(InputError) as refused:
        zone_for_longitude(lon)
    assert refused.value.code == "longitude_outside_zones"


def test_the_default_frame_of_a_chinese_district_is_its_zone_whatever_a_stray_point_says():
    points = [(116.40, 39.90)] * 20 + [(0.0, 0.0), (float("nan"), 1.0)]
    assert frame_for_lonlat(points) == Frame.of_epsg(4548)


def test_districts_elsewhere_get_a_utm_zone():
    assert frame_for_lonlat([(-77.03, 38.9)]).epsg == 32618
    assert frame_for_lonlat([(151.2, -33.9)]).epsg == 32756
    assert frame_for_lonlat([(180.0, 10.0)]).epsg == 32660


@pytest.mark.parametrize(("points", "code"), [([], "no_coordinates"), ([(448_000, 4_400_000)], "not_lonlat")])
def test_without_degrees_there_is_no_default_frame(points, code):
    with pytest.raises(InputError) as refused:
        frame_for_lonlat(points)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("epsg", "code"), [(4326, "frame_not_metric"), (999999, "epsg_unknown"), (2263, "frame_not_metric")]
)
def test_a_frame_must_be_known_and_in_metres(epsg, code):
    with pytest.raises(InputError) as refused:
        Frame.of_epsg(epsg)
    assert refused.value.code == code
    assert str(epsg) in refused.value.text("zh")


def test_a_local_frame_is_a_label_and_refuses_everything_that_needs_parameters():
    frame = Frame.local(" 北京2000 ")
    assert (frame.kind, frame.epsg, frame.label, frame.is_local) == ("local", None, "北京2000", True)
    for ask in (frame.crs, frame.lonlat_crs):
        with pytest.raises(InputError) as refused:
            ask()
        assert refused.value.code == "local_frame_no_reprojection"
        assert "北京2000" in refused.value.text("en")
    with pytest.raises(InputError):
        Frame.local("  ")


def test_what_a_local_frame_writes_is_its_label_and_never_a_datum():
    wkt = Frame.local('某区"独立"坐标').wkt()
    crs = CRS.from_wkt(wkt)
    assert crs.is_engineering
    assert "DATUM" not in wkt.replace("LOCAL_DATUM", "")
    assert crs.name == '某区"独立"坐标'


def test_what_an_epsg_frame_writes_is_read_back_as_the_same():
    for epsg in (4548, 4509, 4534, 4513, 4527, 4498, 2437, 3857, 32650, 4490, 4326):
        crs = CRS.from_epsg(epsg)
        written = crs.to_wkt("WKT1_GDAL")
        for text in (written, without_number(written), crs.to_wkt("WKT1_ESRI"), crs.to_wkt()):
            assert epsg_of(CRS.from_wkt(text)) == epsg


def without_number(wkt):
    return re.sub(r',AUTHORITY\["EPSG","\d+"\]\]$', "]", wkt)


def test_a_number_that_contradicts_the_projection_is_not_believed():
    text = CRS.from_epsg(4548).to_wkt("WKT1_GDAL").replace('"4548"', '"4549"')
    assert epsg_of(CRS.from_wkt(text)) == 4548
    assert epsg_of(CRS.from_wkt(text.replace('"4549"', '"999999"'))) == 4548


def test_a_system_that_nobody_numbered_has_no_number():
    text = CRS.from_epsg(4548).to_wkt("WKT1_GDAL").replace("117", "116.35")
    assert epsg_of(CRS.from_wkt(without_number(text))) is None
    assert epsg_of(CRS.from_wkt(Frame.local("北京2000").wkt())) is None


@pytest.mark.parametrize(
    ("x", "y", "look"),
    [
        (116.4, 39.9, CoordinateLook("degrees")),
        (39.9, 116.4, CoordinateLook("degrees", swapped=True)),
        (-77.0, 38.9, CoordinateLook("degrees")),
        (448_000, 4_418_000, CoordinateLook("metres")),
        (4_418_000, 448_000, CoordinateLook("metres", swapped=True)),
        (39_448_000, 4_418_000, CoordinateLook("metres", zone_epsg=4527)),
        (4_418_000, 39_448_000, CoordinateLook("metres", swapped=True, zone_epsg=4527)),
        (20_448_000, 4_418_000, CoordinateLook("metres", zone_epsg=4498)),
        (12_957_000, 4_852_000, CoordinateLook("web_mercator")),
        (13_500_000, 3_600_000, CoordinateLook("web_mercator")),
        (5_200.0, 3_100.0, CoordinateLook("metres")),
        (float("nan"), 3.0, CoordinateLook("unknown")),
        (0.0, 0.0, CoordinateLook("unknown")),
    ],
)
def test_a_pair_of_columns_is_recognised(x, y, look):
    assert look_at([x, x, float("nan")], [y, y, 1.0]) == look


def test_a_few_wrong_rows_do_not_change_the_look():
    x = np.concatenate([np.full(50, 116.4), np.full(20, 39.9), np.zeros(40)])
    y = np.concatenate([np.full(50, 39.9), np.full(20, 116.4), np.zeros(40)])
    assert look_at(x, y) == CoordinateLook("degrees")


@given(st.integers(25, 45), st.floats(200_000, 800_000))
def test_every_zone_number_in_an_easting_is_read(zone, rest):
    epsg = zone_epsg_of_easting(zone * 1_000_000 + rest)
    assert epsg == 4513 + zone - 25
    assert f"zone {zone}" in CRS.from_epsg(epsg).name


@tries(50)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_label_comes_back_from_a_file_that_holds_ascii_alone(label):
    written = in_ascii(label.replace("\\", ""))
    assert written.isascii()
    assert from_ascii(written) == label.replace("\\", "")
