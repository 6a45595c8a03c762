"""Layers as offices send them: shapefiles in any encoding, GeoPackage, GeoJSON, and what is wrong with them."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
import shapely
from osgeo import gdal, ogr

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.exchange.reading import list_layers, read_source

TEXT, REAL, INT = ogr.OFTString, ogr.OFTReal, ogr.OFTInteger64
SQUARE = "POLYGON ((0 0,10 0,10 10,0 10,0 0))"
BOW_TIE = "POLYGON ((0 0,10 10,10 0,0 10,0 0))"


def _codes(source):
    return [note.code for note in source.notes]


def _refused(path, **more):
    with pytest.raises(InputError) as refused:
        read_source(path, **more)
    return refused.value


@pytest.mark.parametrize(
    ("name", "encoding", "fields"),
    [
        ("subdistrict_gbk_cpg", "gb18030", ("街道代码", "街道名称", "面积")),
        ("subdistrict_cpg936", "gb18030", ("街道代码", "街道名称", "面积")),
        ("subdistrict_gbk_nocpg_ldid0", "gb18030", ("街道代码", "街道名称", "面积")),
        ("subdistrict_utf8_cpg", "utf-8", ("街道代", "街道名", "面积")),
        ("lanes_gb18030_cpg", "gb18030", ("seg_id", "name", "len_m")),
        ("lanes_utf8_nocpg_ldid0", "utf-8", ("seg_id", "name", "len_m")),
    ],
)
@pytest.mark.parametrize("zipped", [True, False])
def test_the_six_encodings_of_a_real_district_read_the_same(shared, tmp_path, name, encoding, fields, zipped):
    path = shared(f"beijing_dongcheng/encoding/{name}.zip")
    if not zipped:
        with zipfile.ZipFile(path) as archive:
            archive.extractall(tmp_path)
        path = tmp_path / f"{name}.shp"
    source = read_source(path)
    assert source.encoding == encoding
    assert source.field_names == fields
    assert not source.notes
    table = "subdistrict" if name.startswith("subdistrict") else "streets"
    true = read_source(f"{shared('beijing_dongcheng/dongcheng.gpkg')}|layername={table}")
    names = {text for text in source.rows[fields[1]] if text}
    assert names <= {text for text in true.rows["name"] if text}
    assert len(source) == (17 if table == "subdistrict" else 2149)
    assert "WGS" in source.crs_wkt


@pytest.mark.parametrize("long", [2, 24], ids=["as bytes", "as objects in newer GDAL"])
def test_one_long_text_among_many_short_ones_changes_no_letter(layer_file, long):
    texts = ["长" * long] + ["街"] * 3000
    features = [(f"POINT ({n} 0)", text) for n, text in enumerate(texts)]
    path = Path(layer_file("街.shp", "ESRI Shapefile", features, [("n", TEXT)], options=["ENCODING=UTF-8"]))
    path.with_suffix(".cpg").unlink()
    assert read_source(str(path)).rows["n"].tolist() == texts


def _shapefile(layer_file, encoding, **more):
    return layer_file(
        "街道.shp", "ESRI Shapefile", [(SQUARE, "东华门")], [("name", TEXT)], kind=ogr.wkbPolygon,
        options=[f"ENCODING={encoding}"], **more
    )  # fmt: skip


def test_a_shapefile_in_a_folder_with_chinese_and_blanks_in_its_name(layer_file):
    source = read_source(_shapefile(layer_file, "UTF-8", wkt=Frame.of_epsg(4548).wkt()))
    assert source.name == "街道"
    assert source.rows.records() == [{"name": "东华门"}]
    assert source.row_numbers.tolist() == [0]
    assert shapely.area(source.rows.geometry[0]) == 100


def test_a_wrong_cpg_is_found_out_and_told(layer_file):
    path = _shapefile(layer_file, "GBK")
    path.with_suffix(".cpg").write_text("UTF-8")
    source = read_source(path)
    assert source.rows["name"][0] == "东华门"
    assert "encoding_declared_wrong" in _codes(source)


def test_the_user_can_name_the_encoding_and_a_wrong_one_is_refused(layer_file):
    path = _shapefile(layer_file, "GBK")
    assert read_source(path, encoding="GBK").rows["name"][0] == "东华门"
    assert _refused(path, encoding="UTF-8").code == "encoding_mismatch"
    assert _refused(path, encoding="火星文").code == "encoding_unknown"


def test_a_missing_prj_is_told_and_nothing_assumed(layer_file):
    source = read_source(_shapefile(layer_file, "UTF-8"))
    assert source.crs_wkt is None
    assert _codes(source) == ["crs_missing"]


def test_a_local_frame_keeps_its_label(layer_file):
    source = read_source(_shapefile(layer_file, "UTF-8", wkt=Frame.local("北京2000").wkt()))
    assert source.crs_wkt.startswith("LOCAL_CS")
    assert "2000" in source.crs_wkt
    assert not source.notes


@pytest.mark.parametrize("part", [".shx", ".dbf"])
def test_a_missing_part_of_a_shapefile_is_named(layer_file, part):
    path = _shapefile(layer_file, "UTF-8")
    path.with_suffix(part).unlink()
    error = _refused(path)
    assert error.code == "shapefile_part_missing"
    assert part in error.text("zh")
    assert sorted(p.suffix for p in path.parent.iterdir()) == sorted({".shp", ".shx", ".dbf", ".cpg"} - {part})


def test_a_cut_off_shapefile_is_refused_not_half_read(layer_file):
    path = layer_file("a.shp", "ESRI Shapefile", [(SQUARE, 1)] * 50, [("id", INT)], kind=ogr.wkbPolygon)
    path.write_bytes(path.read_bytes()[:3000])
    assert _refused(path).code == "file_broken"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("没有.shp", None, "file_missing"),
        ("空.gpkg", b"", "file_empty"),
        ("坏.gpkg", b"hello", "file_broken"),
        ("坏.geojson", b'{"type":"FeatureCollection","features":[{', "file_broken"),
        ("图.dwg", b"AC1027", "drawing_closed"),
        ("坏.zip", b"PK", "file_broken"),
        ("无后缀", b"x", "format_unknown"),
    ],
)
def test_what_cannot_be_read_says_what_and_why(tmp_path, name, content, code):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    error = _refused(path)
    assert error.code == code
    assert name in error.text("zh")
    assert name in error.text("en")


def test_a_folder_is_refused(tmp_path):
    assert _refused(tmp_path).code == "file_is_folder"


def test_a_locked_geopackage_is_told(layer_file):
    import sqlite3

    path = layer_file("库.gpkg", "GPKG", [("POINT (1 2)", "a")], [("n", TEXT)])
    holder = sqlite3.connect(path, isolation_level=None)
    try:
        holder.execute("PRAGMA locking_mode=EXCLUSIVE")
        holder.execute("BEGIN EXCLUSIVE")
        assert _refused(path).code == "file_locked"
    finally:
        holder.close()
    assert len(read_source(path)) == 1


def test_every_kind_of_value_comes_as_plain_python(layer_file):
    fields = [("t", TEXT), ("i", INT), ("r", REAL), ("d", ogr.OFTDate), ("dt", ogr.OFTDateTime)]
    rows = [("POINT (1 2)", "街", 370102011201009, 1.5, "2025/03/07", "2025/03/07 08:05:00"), (None, *[None] * 5)]
    source = read_source(layer_file("值.gpkg", "GPKG", rows, fields))
    assert source.rows.records() == [
        {"t": "街", "i": 370102011201009, "r": 1.5, "d": "2025-03-07", "dt": "2025-03-07T08:05:00"},
        {"t": None, "i": None, "r": None, "d": None, "dt": None},
    ]
    assert [type(value) for value in source.rows.records()[0].values()] == [str, int, float, str, str]
    assert source.rows.geometry.tolist() == [shapely.Point(1, 2), None]
    assert dict(zip(source.problems.rows.tolist(), source.problems.reasons.tolist())) == {1: "geometry_missing"}
    assert source.row_numbers.tolist() == [1, 2]


def test_heights_and_measures_are_dropped_and_curves_become_lines(layer_file):
    shapes = ["POINT Z (1 2 3)", "LINESTRING M (0 0 5,1 1 6)", "CURVEPOLYGON (CIRCULARSTRING (0 0,1 1,2 0,1 -1,0 0))"]
    geometry = read_source(layer_file("形.gpkg", "GPKG", [(s,) for s in shapes], [])).rows.geometry
    assert not shapely.has_z(geometry).any()
    assert [shape.geom_type for shape in geometry] == ["Point", "LineString", "Polygon"]
    assert shapely.area(geometry[2]) == pytest.approx(np.pi, rel=1e-3)


def test_self_crossing_polygons_are_told_and_left_as_they_are(layer_file):
    path = layer_file("面.gpkg", "GPKG", [(SQUARE, 1), (BOW_TIE, 2), (SQUARE, 3)], [("id", INT)], kind=ogr.wkbPolygon)
    source = read_source(path)
    assert source.problems.rows.tolist() == [1]
    assert source.problems.reasons.tolist() == ["geometry_invalid"]
    assert not shapely.is_valid(source.rows.geometry[1])
    assert "自相交" in source.notes[-1].text("zh")


def test_a_layer_without_features_is_told(layer_file):
    source = read_source(layer_file("空.gpkg", "GPKG", [], [("n", TEXT)], kind=ogr.wkbPoint))
    assert len(source) == 0
    assert "layer_without_rows" in _codes(source)


def test_layers_are_listed_and_one_of_several_must_be_named(shared):
    path = shared("beijing_dongcheng/dongcheng.gpkg")
    assert {info.name: info.rows for info in list_layers(path)}["streets"] == 15_542
    error = _refused(path)
    assert error.code == "layer_needed"
    assert "subdistrict" in error.text("zh")
    assert len(read_source(path, layer="streets")) == 15_542
    assert read_source(f"{path}|layername=Streets|subset=x").name == "streets"
    error = _refused(path, layer="道路")
    assert error.code == "layer_missing"
    assert "streets" in error.text("zh")


def test_a_zip_with_several_layers_asks_which(layer_file, tmp_path):
    archive = tmp_path / "资料.zip"
    with zipfile.ZipFile(archive, "w") as out:
        for stem in ("a", "b"):
            path = layer_file(f"{stem}.geojson", "GeoJSON", [("POINT (1 2)", stem)], [("n", TEXT)])
            out.write(path, f"内/{stem}.geojson")
    assert _refused(archive).code == "layer_needed"
    assert [info.name for info in list_layers(archive)] == ["a", "b"]
    assert read_source(archive, layer="b").rows["n"].tolist() == ["b"]
    assert read_source(archive, layer="Ｂ").rows["n"].tolist() == ["b"]


def test_geojson_lists_and_nested_values_become_text(tmp_path):
    path = tmp_path / "x.geojson"
    path.write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"a":[1,2],"b":{"c":"街"}},'
        '"geometry":{"type":"Point","coordinates":[116.4,39.9,5]}}]}',
        encoding="utf-8",
    )
    source = read_source(path)
    assert source.rows["a"].tolist() == ["[1, 2]"]
    assert "街" in source.rows["b"][0]
    assert "WGS" in source.crs_wkt


def test_the_slow_way_reads_what_the_stream_reads(shared, monkeypatch):
    path = f"{shared('nanjing_jiangning_east/jiangning_east.gpkg')}|layername=community"
    fast = read_source(path)
    monkeypatch.setattr("gridmgmt_plugin.exchange.ogr_columns._arrow_serves", lambda _: False)
    slow = read_source(path)
    assert slow.rows.records() == fast.rows.records()
    assert (slow.rows.geometry == fast.rows.geometry).all()
    assert slow.row_numbers.tolist() == fast.row_numbers.tolist()


def test_gdals_global_manners_are_left_alone_and_both_are_understood(tmp_path, layer_file):
    before = gdal.GetUseExceptions()
    (tmp_path / "坏.gpkg").write_bytes(b"hello")
    good = layer_file("好.gpkg", "GPKG", [("POINT (1 2)", "a")], [("n", TEXT)])
    try:
        for switch in (gdal.UseExceptions, gdal.DontUseExceptions):
            switch()
            state = gdal.GetUseExceptions()
            assert _refused(tmp_path / "坏.gpkg").code == "file_broken"
            assert len(read_source(good)) == 1
            assert gdal.GetUseExceptions() == state
    finally:
        (gdal.UseExceptions if before else gdal.DontUseExceptions)()


def test_reading_in_several_threads_at_once_gives_each_its_own(layer_file):
    from concurrent.futures import ThreadPoolExecutor

    paths = [
        layer_file(f"{i}.gpkg", "GPKG", [(f"POINT ({i} {j})", f"{i}-{j}") for j in range(200)], [("n", TEXT)])
        for i in range(4)
    ]
    with ThreadPoolExecutor(4) as pool:
        sources = list(pool.map(read_source, paths * 3))
    for i, source in enumerate(sources):
        assert source.rows["n"][7] == f"{i % 4}-7"


def test_a_shapefile_with_capital_suffixes_is_read(layer_file):
    path = _shapefile(layer_file, "UTF-8")
    for part in list(path.parent.iterdir()):
        shutil.move(part, part.with_suffix(part.suffix.upper()))
    assert read_source(path.with_suffix(".SHP")).rows["name"].tolist() == ["东华门"]


def test_field_names_that_are_cut_to_the_same_stay_apart(layer_file):
    fields = [("街道办事处名称", TEXT), ("街道办事处编码", TEXT)]
    path = layer_file(
        "a.shp", "ESRI Shapefile", [(SQUARE, "甲", "1")], fields, kind=ogr.wkbPolygon, options=["ENCODING=UTF-8"]
    )
    source = read_source(path)
    assert len(source.field_names) == 2
    assert sorted(str(v[0]) for v in source.rows.columns.values()) == ["1", "甲"]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_points_come_in_bulk(layer_file, count):
    shapes = [(f"POINT ({i} 0)", str(i)) for i in range(count)]
    source = read_source(layer_file("点.gpkg", "GPKG", shapes, [("n", TEXT)], kind=ogr.wkbPoint))
    assert shapely.get_x(source.rows.geometry).tolist() == list(range(count))
    assert source.rows["n"].tolist() == [str(i) for i in range(count)]


@pytest.mark.parametrize("declared", ["UTF-8", "GBK", "936", "ISO-8859-1", "1252", "", "火星文"])
@pytest.mark.parametrize("written", ["UTF-8", "GBK"])
@pytest.mark.parametrize("name", ["东华门", "东华门街道", "一"])
def test_whatever_the_cpg_says_the_texts_are_right(layer_file, declared, written, name):
    path = layer_file(
        "街道.shp", "ESRI Shapefile", [(SQUARE, name), (SQUARE, "景山街道")], [("name", TEXT)], kind=ogr.wkbPolygon,
        options=[f"ENCODING={written}"], wkt=Frame.of_epsg(4548).wkt(),
    )  # fmt: skip
    path.with_suffix(".cpg").write_text(declared)
    source = read_source(path)
    assert source.rows["name"].tolist() == [name, "景山街道"]
    lying = {"UTF-8": declared in ("GBK", "936"), "GBK": declared == "UTF-8"}[written] or declared in (
        "ISO-8859-1",
        "1252",
    )
    assert _codes(source) == (["encoding_declared_wrong"] if lying else [])


@pytest.mark.parametrize(("charset", "encoding"), [("WindowsSimpChinese", "gbk"), ("UTF-8", "utf-8")])
def test_mapinfo_files_are_read_in_their_charset(tmp_path, charset, encoding):
    head = f'Version 1520\r\nCharset "{charset}"\r\nDelimiter ","\r\nColumns 1\r\n  名称 Char(20)\r\nData\r\n\r\n'
    (tmp_path / "街.mif").write_bytes((head + "Point 116.4 39.9\r\nPoint 116.5 39.9\r\n").encode(encoding))
    (tmp_path / "街.mid").write_bytes('"东华门"\r\n"景山"\r\n'.encode(encoding))
    source = read_source(tmp_path / "街.mif")
    assert source.rows["名称"].tolist() == ["东华门", "景山"]
    assert _codes(source) == ["crs_missing"]


def test_a_mif_with_fewer_shapes_than_records_is_told(tmp_path):
    head = 'Version 300\r\nCharset "Neutral"\r\nDelimiter ","\r\nColumns 1\r\n  n Integer\r\nData\r\n\r\n'
    (tmp_path / "a.mif").write_text(head + "Point 1 2\r\n")
    (tmp_path / "a.mid").write_text("1\r\n2\r\n3\r\n")
    source = read_source(tmp_path / "a.mif")
    assert len(source) == 1
    assert "layer_cut_off" in _codes(source)
    assert "3 条记录" in source.notes[-1].text("zh")


def test_a_file_that_may_only_be_read_is_read_and_nothing_is_left_beside_it(layer_file):
    for name, driver in (("库.gpkg", "GPKG"), ("图.gml", "GML"), ("图.kml", "LIBKML"), ("街.shp", "ESRI Shapefile")):
        path = layer_file(name, driver, [("POINT (1 2)", "甲")], [("n", TEXT)])
        for part in path.parent.iterdir():
            part.chmod(0o444)
        before = {p.name: (p.stat().st_size, p.stat().st_mtime_ns) for p in path.parent.iterdir()}
        assert len(read_source(path)) == 1
        assert list_layers(path)
        assert {p.name: (p.stat().st_size, p.stat().st_mtime_ns) for p in path.parent.iterdir()} == before


def test_a_geopackage_in_wal_mode_is_read_without_a_trace(layer_file):
    import sqlite3

    path = layer_file("库.gpkg", "GPKG", [("POINT (1 2)", "甲")], [("n", TEXT)])
    holder = sqlite3.connect(path)
    holder.execute("PRAGMA journal_mode=WAL")
    holder.close()
    assert len(read_source(path)) == 1
    assert [p.name for p in path.parent.iterdir()] == ["库.gpkg"]


def test_tables_without_geometry_stand_beside_layers_and_housekeeping_does_not(layer_file):
    path = layer_file("库.gpkg", "GPKG", [("POINT (1 2)", "甲")], [("n", TEXT)], layer="点")
    dataset = gdal.OpenEx(str(path), gdal.OF_VECTOR | gdal.OF_UPDATE)
    for name in ("人员", "layer_styles"):
        table = dataset.CreateLayer(name, None, ogr.wkbNone)
        table.CreateField(ogr.FieldDefn("姓名", TEXT))
    del table, dataset
    assert {info.name: info.geometry is None for info in list_layers(path)} == {"点": False, "人员": True}
    people = read_source(path, layer="人员")
    assert people.rows.geometry is None
    assert people.crs_wkt is None
    assert "crs_missing" not in _codes(people)


def test_a_table_of_a_dbf_alone_is_read(layer_file):
    path = layer_file("街道.shp", "ESRI Shapefile", [(SQUARE, "东华门")], [("name", TEXT)], options=["ENCODING=GBK"])
    dbf = path.with_suffix(".dbf")
    for part in path.parent.iterdir():
        if part != dbf:
            part.unlink()
    source = read_source(dbf)
    assert source.rows.records() == [{"name": "东华门"}]
    assert source.rows.geometry is None


def test_a_shapefile_without_shapes_tells_each_row(layer_file):
    path = layer_file("a.shp", "ESRI Shapefile", [(SQUARE, "甲"), (None, "乙")], [("n", TEXT)], kind=ogr.wkbPolygon)
    source = read_source(path)
    assert source.problems.rows.tolist() == [1]
    assert source.problems.reasons.tolist() == ["geometry_missing"]
    assert "没有图形" in source.notes[-1].text("zh")


@pytest.mark.parametrize("reason", ["database is locked", "Permission denied", "no such thing"])
def test_what_gdal_complains_about_is_sorted_by_what_the_user_can_do(reason):
    from gridmgmt_plugin.exchange.ogr_access import complaint, quiet_gdal

    expected = {"database is locked": "file_locked", "Permission denied": "file_no_permission"}
    with quiet_gdal():
        gdal.Error(gdal.CE_Failure, 1, reason)
        with pytest.raises(InputError) as refused:
            complaint("库.gpkg")
    assert refused.value.code == expected.get(reason, "file_broken")


def test_options_of_gdal_are_given_back_as_they_were():
    from gridmgmt_plugin.exchange.ogr_access import config_options

    gdal.SetThreadLocalConfigOption("DXF_ENCODING", "before")
    try:
        with pytest.raises(RuntimeError), config_options({"DXF_ENCODING": "within", "DXF_X": "1"}):
            assert gdal.GetThreadLocalConfigOption("DXF_ENCODING") == "within"
            raise RuntimeError
        assert gdal.GetThreadLocalConfigOption("DXF_ENCODING") == "before"
        assert gdal.GetThreadLocalConfigOption("DXF_X") is None
    finally:
        gdal.SetThreadLocalConfigOption("DXF_ENCODING", None)
