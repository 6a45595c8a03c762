"""Zips as offices send them: names in GBK, folders, leftovers of other systems, passwords, half a download."""

from __future__ import annotations

import zipfile

import pytest
from osgeo import ogr

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.exchange.reading import list_layers, read_source

SQUARE = "POLYGON ((0 0,10 0,10 10,0 10,0 0))"


class GbkMember(zipfile.ZipInfo):
    """A member whose name is written in GBK without any mark, as Windows does."""

    def _encodeFilenameFlags(self):
        return self.filename.encode("gbk"), 0


@pytest.fixture
def parts(layer_file):
    path = layer_file(
        "s.shp", "ESRI Shapefile", [(SQUARE, "东华门")], [("名称", ogr.OFTString)], kind=ogr.wkbPolygon,
        options=["ENCODING=GBK"],
    )  # fmt: skip
    return {p.suffix: p.read_bytes() for p in path.parent.iterdir()}


def _zip(tmp_path, members, name="资 料.zip", kind=str):
    path = tmp_path / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(kind(member), content)
    return path


def _shapefile(parts, stem):
    return {f"{stem}{suffix}": content for suffix, content in parts.items()}


def _refused(path, **more):
    with pytest.raises(InputError) as refused:
        read_source(path, **more)
    assert path.name in refused.value.text("zh")
    return refused.value


@pytest.mark.parametrize("kind", [str, GbkMember])
@pytest.mark.parametrize("stem", ["街道", "东城区/2025 成果/街道"])
def test_a_shapefile_inside_is_read_under_its_own_name(tmp_path, parts, kind, stem):
    path = _zip(tmp_path, _shapefile(parts, stem), kind=kind)
    source = read_source(path)
    assert source.name == "街道"
    assert source.rows.records() == [{"名称": "东华门"}]
    assert [(info.name, info.rows) for info in list_layers(path)] == [("街道", 1)]
    assert len(read_source(path, layer="街道")) == 1


def test_leftovers_of_other_systems_are_passed_over(tmp_path, parts):
    leftovers = {f"__MACOSX/._街道{suffix}": b"x" for suffix in parts}
    path = _zip(tmp_path, {**leftovers, "._街道.shp": b"x", **_shapefile(parts, "街道")})
    assert len(read_source(path)) == 1
    assert len(list_layers(path)) == 1


def test_files_of_one_name_in_two_folders_stay_apart(tmp_path, parts):
    path = _zip(tmp_path, {**_shapefile(parts, "2024/街道"), **_shapefile(parts, "2025/街道")})
    error = _refused(path)
    assert error.code == "layer_needed"
    assert "2024/街道.shp, 2025/街道.shp" in error.text("zh")
    assert len(read_source(path, layer="2025/街道.shp")) == 1


@pytest.mark.parametrize("kind", [str, GbkMember])
def test_an_archive_of_tables_says_what_is_in_it_and_what_to_do(tmp_path, kind):
    error = _refused(_zip(tmp_path, {"部件 表.xlsx": b"x", "说明.txt": b"x"}, kind=kind))
    assert error.code == "zip_without_layer"
    assert "部件 表.xlsx" in error.text("zh")
    assert "解压" in error.text("zh")


def test_a_shapefile_without_its_table_is_named(tmp_path, parts):
    del parts[".dbf"]
    error = _refused(_zip(tmp_path, _shapefile(parts, "街道")))
    assert error.code == "shapefile_part_missing"
    assert ".dbf" in error.text("zh")


def test_an_archive_with_a_password_is_told(tmp_path, parts):
    path = _zip(tmp_path, _shapefile(parts, "街道"))
    raw = bytearray(path.read_bytes())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = raw.find(mark)
        while at >= 0:
            raw[at + flags] |= 1
            at = raw.find(mark, at + 4)
    path.write_bytes(bytes(raw))
    assert _refused(path).code == "zip_encrypted"


@pytest.mark.parametrize("kept", [3, 200, 0.5, 0.99])
def test_half_a_download_is_told(tmp_path, parts, kept):
    path = _zip(tmp_path, _shapefile(parts, "街道"))
    raw = path.read_bytes()
    path.write_bytes(raw[: int(kept if kept >= 1 else kept * len(raw))])
    assert _refused(path).code == "file_broken"


def test_an_empty_archive_is_told(tmp_path):
    assert _refused(_zip(tmp_path, {})).code == "zip_without_layer"


def test_other_layer_files_inside_are_read_too(tmp_path, layer_file):
    geojson = layer_file("点.geojson", "GeoJSON", [("POINT (1 2)", "甲")], [("n", ogr.OFTString)])
    gpkg = layer_file("库.gpkg", "GPKG", [("POINT (1 2)", "乙")], [("n", ogr.OFTString)])
    path = _zip(tmp_path, {"点.geojson": geojson.read_text("utf-8").encode("gbk"), "内/库.gpkg": gpkg.read_bytes()})
    assert [info.name for info in list_layers(path)] == ["点", "库"]
    assert read_source(path, layer="点").rows["n"].tolist() == ["甲"]
    assert read_source(path, layer="库").rows["n"].tolist() == ["乙"]
