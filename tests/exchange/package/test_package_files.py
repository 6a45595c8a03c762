"""What is written is what was meant, and the reading back finds every difference."""

from __future__ import annotations

import re
import sqlite3
import struct
from datetime import datetime

import numpy as np
import openpyxl
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from osgeo import gdal, ogr

from gridmgmt_plugin.core.errors import InputError, WorkspaceError
from gridmgmt_plugin.core.frames import Frame, from_ascii
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.package.csv_files import csv_cell, write_csv, write_workbook
from gridmgmt_plugin.exchange.package.delivered_coordinates import Delivery
from gridmgmt_plugin.exchange.package.fields import FieldSpec
from gridmgmt_plugin.exchange.package.layer_files import LayerToWrite, write_layer
from gridmgmt_plugin.exchange.package.read_back import check_csv, check_layer, check_workbook
from gridmgmt_plugin.exchange.package.text_fit import fit_fields, joined_fields
from gridmgmt_plugin.jobs.handover.cleaning import clean_rows, plain_line
from tests.tries import tries

NOW = datetime(2026, 3, 2, 9, 30)
FRAME = Frame("epsg", 4548, "CGCS2000 / 3-degree Gauss-Kruger CM 117E")
DELIVERY = Delivery(FRAME)


def _field(name, kind="text", **more):
    return FieldSpec(name=name, column=name.lower(), zh=name, en=name, type=kind, **more)


FIELDS = (_field("CODE"), _field("NAME"), _field("AREA", "real"), _field("COUNT", "integer"), _field("SINCE", "date"))


def _layer(geometry=None, **columns):
    shapes = np.array([shapely.box(500000, 4420000, 500100, 4420100), None], object) if geometry is None else geometry
    values = {
        "code": ["001", "002"],
        "name": ["柳荫胡同", None],
        "area": [10000.123456, None],
        "count": [3, None],
        "since": ["2026-01-31", None],
    }
    values.update(columns)
    rows = Rows({name: as_column(column) for name, column in values.items()}, shapes)
    return LayerToWrite("unit_grid", "Polygon", FIELDS, rows, tuple(values["code"]))


def _write(layer, folder, format_="shp", encoding="UTF-8"):
    return write_layer(layer, folder, format_, DELIVERY, encoding, NOW)


@pytest.mark.parametrize("format_", ["shp", "gpkg", "geojson"])
@pytest.mark.parametrize("encoding", ["UTF-8", "GBK"])
def test_values_dates_nothings_and_missing_shapes_come_back(tmp_path, format_, encoding):
    layer = _layer()
    check_layer(layer, _write(layer, tmp_path, format_, encoding), DELIVERY, encoding)


@pytest.mark.parametrize("format_", ["shp", "gpkg", "geojson"])
@pytest.mark.parametrize(
    "change",
    [
        {"name": ["柳荫胡同 ", None]},
        {"name": ["柳荫胡同", "x"]},
        {"area": [10000.123457, None]},
        {"count": [4, None]},
        {"since": ["2026-02-01", None]},
        {"code": ["002", "001"]},
    ],
    ids=lambda change: next(iter(change)),
)
def test_any_other_value_is_found(tmp_path, format_, change):
    written = _write(_layer(), tmp_path, format_)
    with pytest.raises(WorkspaceError) as caught:
        check_layer(_layer(**change), written, DELIVERY, "UTF-8")
    assert caught.value.code == "package_read_back_differs"
    assert caught.value.message.details["name"] == f"unit_grid.{format_}"


@pytest.mark.parametrize("format_", ["shp", "gpkg", "geojson"])
def test_a_millimetre_is_found(tmp_path, format_):
    written = _write(_layer(), tmp_path, format_)
    moved = np.array([shapely.box(500000, 4420000, 500100.001, 4420100), None], object)
    with pytest.raises(WorkspaceError, match="geometry"):
        check_layer(_layer(moved), written, DELIVERY, "UTF-8")


def test_a_missing_row_is_found(tmp_path):
    written = _write(_layer(), tmp_path, "gpkg")
    dataset = ogr.Open(str(tmp_path / "unit_grid.gpkg"), 1)
    dataset.GetLayer(0).DeleteFeature(1)
    del dataset
    with pytest.raises(WorkspaceError) as caught:
        check_layer(_layer(), written, DELIVERY, "UTF-8")
    assert caught.value.code == "package_read_back_rows"


def test_a_wrong_cpg_is_found(tmp_path):
    written = _write(_layer(), tmp_path)
    (tmp_path / "unit_grid.cpg").write_text("GBK")
    with pytest.raises(WorkspaceError, match=r"\.cpg"):
        check_layer(_layer(), written, DELIVERY, "UTF-8")


def test_a_wrong_prj_is_found(tmp_path):
    written = _write(_layer(), tmp_path)
    (tmp_path / "unit_grid.prj").write_text(Frame.of_epsg(4547).wkt())
    with pytest.raises(WorkspaceError, match="crs"):
        check_layer(_layer(), written, DELIVERY, "UTF-8")


@pytest.mark.parametrize("encoding", ["UTF-8", "GBK"])
def test_a_strict_reader_finds_numbers_dates_and_blanks_and_nothing_else(tmp_path, encoding):
    path = _write(_layer(area=[None, 0.0]), tmp_path, encoding=encoding).paths[0]
    content = path.with_suffix(".dbf").read_bytes()
    count, header, length = struct.unpack("<IHH", content[4:12])
    fields, at, start = [], 32, 1
    while content[at] != 0x0D:
        fields.append((chr(content[at + 11]), start, start + content[at + 16]))
        start, at = start + content[at + 16], at + 32
    pattern = {"N": rb" +| *-?\d+(\.\d+)?", "D": rb" {8}|\d{4}(0[1-9]|1[0-2])\d\d", "C": rb"(?s).*"}
    cells = [
        (kind, content[header + row * length :][first:last]) for row in range(count) for kind, first, last in fields
    ]
    assert all(re.fullmatch(pattern[kind], cell) for kind, cell in cells)
    assert {kind for kind, cell in cells if not cell.strip()} >= {"N", "D"}
    assert content[29] == (0x4D if encoding == "GBK" else 0)


def test_the_prj_of_a_local_frame_is_ascii_and_tells_its_label(tmp_path):
    write_layer(_layer(), tmp_path, "shp", Delivery(Frame.local("北京2000")), "UTF-8", NOW)
    assert '"北京2000"' in from_ascii((tmp_path / "unit_grid.prj").read_text(encoding="ascii"))


def test_a_geopackage_of_a_local_frame_is_undefined_cartesian(tmp_path):
    delivery = Delivery(Frame.local("示例地方坐标系"))
    layer = _layer()
    written = write_layer(layer, tmp_path, "gpkg", delivery, "UTF-8", NOW)
    check_layer(layer, written, delivery, "UTF-8")
    connection = sqlite3.connect(tmp_path / "unit_grid.gpkg")
    assert connection.execute("SELECT srs_id FROM gpkg_geometry_columns").fetchall() == [(-1,)]
    connection.close()


@pytest.mark.parametrize("process_wide", ["", "UTF-8", "ISO-8859-1"])
def test_what_another_plugin_set_for_the_whole_process_does_not_reach_the_encoding(tmp_path, process_wide):
    before = gdal.GetConfigOption("SHAPE_ENCODING")
    gdal.SetConfigOption("SHAPE_ENCODING", process_wide)  # QGIS itself sets the empty one
    try:
        layer = _layer()
        check_layer(layer, _write(layer, tmp_path, "shp", "GBK"), DELIVERY, "GBK")
        assert gdal.GetConfigOption("SHAPE_ENCODING") == process_wide
    finally:
        gdal.SetConfigOption("SHAPE_ENCODING", before)
    assert "柳荫胡同".encode("gbk") in (tmp_path / "unit_grid.dbf").read_bytes()


@tries(15)
@given(st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 10**7)), min_size=2, max_size=200, unique=True))
def test_every_coordinate_of_a_geojson_comes_back(tmp_path, millimetres):
    line = shapely.LineString([(500_000 + x / 1000, 4_420_000 + y / 1000) for x, y in millimetres])
    layer = _layer(np.array([shapely.MultiLineString([line]), None], object))
    layer = LayerToWrite(layer.name, "MultiLineString", layer.fields, layer.rows, layer.keys)
    (tmp_path / "unit_grid.geojson").unlink(missing_ok=True)
    check_layer(layer, _write(layer, tmp_path, "geojson"), DELIVERY, "UTF-8")


def test_a_digit_after_five_nines_is_not_rounded_away(tmp_path):
    # GDAL takes 0.1234999991 for a rounding error of 0.1235 when it writes ten decimals.
    lonlat = np.array([[117.0012399991, 39.9150000009], [117.1, 39.95]])
    from gridmgmt_plugin.core.coordinates import to_frame

    x, y = to_frame(lonlat[:, 0], lonlat[:, 1], "lonlat", None, FRAME)
    layer = _layer(np.array([shapely.MultiLineString([list(zip(x, y))]), None], object))
    layer = LayerToWrite(layer.name, "MultiLineString", layer.fields, layer.rows, layer.keys)
    check_layer(layer, _write(layer, tmp_path, "geojson"), DELIVERY, "UTF-8")


def test_vertices_that_tie_but_for_a_rounding_do_not_confuse_the_comparison(tmp_path):
    from gridmgmt_plugin.core.coordinates import to_frame

    lon = 117.00123 + np.array([3e-11, 0.0, 0.001, 0.001])
    x, y = to_frame(lon, np.array([39.91, 39.92, 39.92, 39.91]), "lonlat", None, FRAME)
    for shift in np.linspace(0, 2e-5, 9):
        layer = _layer(np.array([shapely.Polygon(np.column_stack([x + shift, y])), None], object))
        (tmp_path / "unit_grid.geojson").unlink(missing_ok=True)
        check_layer(layer, _write(layer, tmp_path, "geojson"), DELIVERY, "UTF-8")


def test_a_lane_that_bends_otherwise_is_found_in_a_geojson(tmp_path):
    lines = [
        np.array([shapely.MultiLineString([[(500000, 4420000), (500050, y), (500100, 4420000)]]), None], object)
        for y in (4420000, 4420000.001)
    ]
    layers = [_layer(line) for line in lines]
    layers = [LayerToWrite(x.name, "MultiLineString", x.fields, x.rows, x.keys) for x in layers]
    written = _write(layers[0], tmp_path, "geojson")
    check_layer(layers[0], written, DELIVERY, "UTF-8")
    with pytest.raises(WorkspaceError, match="geometry"):
        check_layer(layers[1], written, DELIVERY, "UTF-8")


def test_holes_and_several_parts_survive_a_shapefile(tmp_path):
    holed = shapely.box(0, 0, 100, 100).difference(shapely.box(40, 40, 60, 60))
    inside_hole = shapely.box(45, 45, 55, 55)
    many = shapely.MultiPolygon([holed, inside_hole, shapely.box(200, 0, 300, 100)])
    layer = _layer(np.array([many, holed], object))
    layer = LayerToWrite(layer.name, "MultiPolygon", layer.fields, layer.rows, layer.keys)
    for format_ in ("shp", "gpkg"):
        check_layer(layer, _write(layer, tmp_path, format_), DELIVERY, "UTF-8")


class TestFitting:
    ROWS = Rows({"name": as_column(["柳荫胡同", "a"])})

    def test_the_width_is_that_of_the_longest_value_in_bytes(self):
        for encoding, width in (("UTF-8", 12), ("GBK", 8)):
            (fitted,) = fit_fields(self.ROWS, [_field("NAME")], ["1", "2"], "x", encoding)
            assert fitted.spec.width == width

    def test_a_least_width_is_kept(self):
        (fitted,) = fit_fields(self.ROWS, [_field("NAME", width=60)], ["1", "2"], "x", "UTF-8")
        assert fitted.spec.width == 60

    @tries(30)
    @given(st.lists(st.lists(st.from_regex(r"[0-9]{15}", fullmatch=True), max_size=60), min_size=1, max_size=4))
    def test_a_list_of_codes_spread_over_fields_is_the_same_list(self, lists):
        rows = Rows({"members": as_column(",".join(codes) or None for codes in lists)})
        spec = FieldSpec(name="Members", column="members", zh="", en="")
        fitted = fit_fields(rows, [spec], [str(i) for i in range(len(lists))], "x", "GBK")
        assert joined_fields([field.values for field in fitted]).tolist() == rows["members"].tolist()
        assert all(len(value) <= 254 for field in fitted for value in field.values if value)
        assert len({field.spec.name for field in fitted}) == len(fitted)

    def test_a_numbered_field_does_not_take_the_name_of_another(self):
        rows = Rows({"members": as_column([",".join(["9" * 15] * 40)]), "members2": as_column(["x"])})
        specs = [FieldSpec(name="Members", column="members", zh="", en=""), _field("MEMBERS2")]
        names = [field.spec.name.lower() for field in fit_fields(rows, specs, ["1"], "x", "UTF-8")]
        assert len(set(names)) == len(names)

    def test_what_does_not_fit_names_row_field_and_value(self):
        rows = Rows({"name": as_column(["短", "长" * 100])})
        with pytest.raises(InputError) as caught:
            fit_fields(rows, [_field("NAME")], ["001", "002"], "lane", "UTF-8")
        assert caught.value.code == "package_text_too_long"
        assert (caught.value.message.details["row"], caught.value.message.details["bytes"]) == ("002", 300)


class TestTables:
    TABLE = Rows(
        {
            "code": as_column(["990101001001001", '=HYPERLINK("x")', "-1+2", "a,b", 'say "x"']),
            "name": as_column([None, "@SUM", "+86", "第一行", "x"]),
            "area": as_column([1.5, None, 1e15, 0.1 + 0.2, 2.0]),
            "count": as_column([1, None, 2, 3, 4]),
            "since": as_column([None] * 5),
        }
    )

    def test_a_csv_comes_back(self, tmp_path):
        write_csv(tmp_path / "t.csv", self.TABLE, FIELDS)
        check_csv(tmp_path / "t.csv", self.TABLE, FIELDS)
        assert csv_cell(0.1 + 0.2) == "0.30000000000000004"
        assert csv_cell(2.0) == "2"

    @pytest.mark.parametrize(("old", "new"), [("第一行", "第二行"), ("a,b", "a;b"), ("CODE", "KODE")])
    def test_any_other_cell_is_found(self, tmp_path, old, new):
        path = tmp_path / "t.csv"
        write_csv(path, self.TABLE, FIELDS)
        path.write_bytes(path.read_bytes().replace(old.encode(), new.encode()))
        with pytest.raises(WorkspaceError):
            check_csv(path, self.TABLE, FIELDS)

    def test_a_workbook_comes_back_with_codes_as_text(self, tmp_path):
        path = tmp_path / "t.xlsx"
        write_workbook(path, "表", self.TABLE, FIELDS, "zh_CN", NOW)
        check_workbook(path, self.TABLE, FIELDS)
        sheet = openpyxl.load_workbook(path).worksheets[0]
        assert (sheet["A2"].value, sheet["A2"].data_type) == ("990101001001001", "s")
        assert (sheet["A3"].value, sheet["A3"].data_type) == ('=HYPERLINK("x")', "s")
        other = self.TABLE.with_columns(count=[1, None, 2, 3, 5])
        with pytest.raises(WorkspaceError):
            check_workbook(path, other, FIELDS)

    def test_the_same_table_and_time_give_the_same_bytes(self, tmp_path):
        for name in ("a", "b"):
            write_workbook(tmp_path / f"{name}.xlsx", "表", self.TABLE, FIELDS, "en", NOW)
        assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()

    @tries(40)
    @given(st.lists(st.text(max_size=12), min_size=1, max_size=6))
    def test_whatever_people_type_comes_back_from_csv(self, tmp_path, texts):
        rows = Rows({"name": as_column(plain_line(text) for text in texts), "code": as_column(["k"] * len(texts))})
        fields = (_field("CODE"), _field("NAME"))
        write_csv(tmp_path / "h.csv", rows, fields)
        check_csv(tmp_path / "h.csv", rows, fields)


class TestCleaning:
    def test_line_breaks_and_control_characters_go(self):
        assert plain_line(" 甲\n乙\t丙\x00\x0b ") == "甲 乙 丙"
        assert plain_line("\x00") is None

    def test_dates_and_numbers_are_brought_to_one_form(self):
        rows = Rows({"since": as_column(["2026/1/31", None]), "area": as_column(["1,200", ""])})
        cleaned, _ = clean_rows(rows, FIELDS, "t")
        assert cleaned["since"].tolist() == ["2026-01-31", None]
        assert cleaned["area"].tolist() == [1200.0, None]
        assert cleaned["name"].tolist() == [None, None]

    @pytest.mark.parametrize(("column", "value"), [("since", "明天"), ("area", "很大")])
    def test_what_is_neither_is_refused(self, column, value):
        with pytest.raises(InputError) as caught:
            clean_rows(Rows({column: as_column([value])}), FIELDS, "t")
        assert caught.value.code == "package_value_unclear"
        assert value in caught.value.text("zh")

    def test_phones_are_taken_out_of_free_text_only(self):
        fields = (_field("NAME", free=True), _field("CODE"))
        rows = Rows({"name": as_column(["找甲 13800138000", "x"]), "code": as_column(["13800138000", "y"])})
        cleaned, count = clean_rows(rows, fields, "t")
        assert "13800138000" not in cleaned["name"][0]
        assert (cleaned["code"][0], count) == ("13800138000", 1)


class TestDelivery:
    def test_the_frame_itself_as_target_changes_nothing(self):
        assert Delivery.of(FRAME, "EPSG:4548") == Delivery(FRAME)
        assert Delivery.of(FRAME, None) == Delivery(FRAME)

    def test_a_local_frame_cannot_be_delivered_in_another_system(self):
        with pytest.raises(InputError) as caught:
            Delivery.of(Frame.local("示例"), 4490)
        assert caught.value.code == "local_frame_no_reprojection"

    def test_equal_vertices_stay_equal(self):
        moved = Delivery.of(FRAME, "4490").geometry(shapely.box([500000, 500100], 4420000, [500100, 500200], 4420100))
        shared = set(moved[0].exterior.coords) & set(moved[1].exterior.coords)
        assert len(shared) == 2


def test_a_heading_of_a_profile_that_a_spreadsheet_would_run_is_neutralised(tmp_path):
    fields = (_field("CODE"), FieldSpec(name="=cmd()", column="name", zh="=cmd()", en="=cmd()", type="text"))
    rows = Rows({"code": as_column(["001"]), "name": as_column(["柳荫胡同"])})
    write_csv(tmp_path / "a.csv", rows, fields)
    assert (tmp_path / "a.csv").read_text(encoding="utf-8-sig").splitlines()[0] == "CODE,'=cmd()"
    check_csv(tmp_path / "a.csv", rows, fields)
    write_workbook(tmp_path / "a.xlsx", "a", rows, fields, "zh", NOW)
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert sheet["B1"].data_type == "s"


@pytest.mark.parametrize("value", ["=1+1", "＝1+1", " =1", "　=1", "\n=1", "＠SUM", "-12.5"])
def test_text_that_a_spreadsheet_would_run_is_quoted_however_it_is_written(value):
    assert csv_cell(value) == "'" + value


@pytest.mark.parametrize(("value", "cell"), [(-12.5, "-12.5"), (-3, "-3"), ("（=）", "（=）"), ("", "")])
def test_numbers_and_plain_text_stay_as_they_are(value, cell):
    assert csv_cell(value) == cell
