"""Times with a zone keep it on their way out of a layer; a workbook's fractions of a day are whole seconds."""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta

import openpyxl
import pytest

from gridmgmt_plugin.core.dates import parse_dates
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.exchange.vectors import zones_of_times

gdal = pytest.importorskip("osgeo.gdal")

WRITTEN = ["2025-03-06T23:30:00Z", "2025-03-07T07:30:00+08:00", "2025-03-07T05:00:00+05:30", "2025-03-07T07:30:00"]
IN_CHINA = "2025-03-07T07:30:00"


@pytest.fixture
def zoned_file(tmp_path):
    """Return the maker of a layer of one moment written with four zones, the last of them not told."""

    def make(suffix, driver, times=WRITTEN):
        path = tmp_path / "时 间.geojson"
        features = [
            {
                "type": "Feature",
                "properties": {"编号": str(number), "上报时间": text, "数": number},
                "geometry": {"type": "Point", "coordinates": [116.4, 39.9]},
            }
            for number, text in enumerate(times)
        ]
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
        if suffix == ".geojson":
            return path
        target = tmp_path / f"时 间{suffix}"
        gdal.VectorTranslate(str(target), str(path), format=driver)
        return target

    return make


@pytest.mark.parametrize(
    ("suffix", "driver"),
    [(".geojson", "GeoJSON"), (".gpkg", "GPKG"), (".fgb", "FlatGeobuf"), (".sqlite", "SQLite"), (".gml", "GML")],
)
def test_the_zone_of_a_time_in_a_layer_is_read(zoned_file, suffix, driver):
    source = read_source(zoned_file(suffix, driver))
    parsed = parse_dates(source.rows["上报时间"])
    assert sorted(parsed.iso.tolist()) == [IN_CHINA] * 4
    assert parsed.zoned == 3
    assert sorted(source.rows["编号"].tolist()) == ["0", "1", "2", "3"]


def test_times_without_a_zone_stay_as_they_stand(zoned_file):
    source = read_source(zoned_file(".gpkg", "GPKG", [IN_CHINA, None]))
    assert source.rows["上报时间"].tolist() == [IN_CHINA, None]


def test_zones_are_told_by_column_and_feature(zoned_file):
    told = zones_of_times(str(zoned_file(".gpkg", "GPKG")), None)
    assert [told["上报时间"][fid] for fid in sorted(told["上报时间"])] == [
        ("2025-03-06T23:30:00", "Z"),
        ("2025-03-07T07:30:00", "+08:00"),
        ("2025-03-07T05:00:00", "+05:30"),
        ("2025-03-07T07:30:00", ""),
    ]


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        (45723.336805, "2025-03-07T08:05:00"),  # 08:04:59.952, as a spreadsheet stores 08:05
        (45723.382, "2025-03-07T09:10:05"),
        (45723.38199999, "2025-03-07T09:10:05"),
        (45723.999999, "2025-03-08"),
        (45723.0, "2025-03-07"),
        (datetime(2025, 3, 7, 8, 4, 59, 499_000), "2025-03-07T08:04:59"),
        (time(8, 4, 59, 952_000), "08:05:00"),
        (timedelta(hours=8, minutes=5), "8:05:00"),
    ],
)
def test_a_time_of_a_workbook_is_the_nearest_second(tmp_path, cell, read):
    book = openpyxl.Workbook()
    book.active.append(["时间"])
    book.active.append([cell])
    if isinstance(cell, float):
        book.active["A2"].number_format = "yyyy-mm-dd hh:mm:ss"
    book.save(tmp_path / "表.xlsx")
    (value,) = read_source(tmp_path / "表.xlsx").rows["时间"].tolist()
    assert value == read or parse_dates([f"2025-03-07 {value}"]).iso[0] == f"2025-03-07T0{read}"
