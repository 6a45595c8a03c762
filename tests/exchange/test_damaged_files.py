"""Bytes that were cut, flipped or lost on the way: a typed refusal or the rows that are left, never a crash."""

from __future__ import annotations

import gzip
import random
import shutil
import zipfile

import pytest
import shapely
from osgeo import ogr

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.messages import catalogue
from gridmgmt_plugin.exchange.reading import list_layers, read_source

openpyxl = pytest.importorskip("openpyxl")

SHAPE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
ROWS = 30


def _cut(raw, rng):
    return raw[: rng.randrange(1, len(raw))]


def _flipped(raw, rng):
    out = bytearray(raw)
    for _ in range(rng.randrange(1, 20)):
        out[rng.randrange(len(out))] = rng.randrange(256)
    return bytes(out)


def _grown(raw, rng):
    at = rng.randrange(len(raw))
    return raw[:at] + bytes(rng.randrange(256) for _ in range(rng.randrange(1, 100))) + raw[at:]


def _shrunk(raw, rng):
    at = rng.randrange(len(raw))
    return raw[:at] + raw[at + rng.randrange(1, 200) :]


DAMAGES = (_cut, _flipped, _grown, _shrunk)


def _asked(ask, path):
    """Return the answer, or ``None`` for a refusal that names the file; anything else fails the test."""
    refusal = None
    try:
        return ask(path)
    except InputError as error:
        refusal = error
    assert refusal.code in catalogue()
    assert path.name in refusal.text("zh")
    return None


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    """One good file per format, with Chinese text and polygons."""
    from tests.exchange.conftest import write_layer

    folder = tmp_path_factory.mktemp("样 例")
    cells = [(f"POLYGON (({i} 0,{i + 1} 0,{i + 1} 1,{i} 1,{i} 0))", "东华门", i) for i in range(ROWS)]
    fields = [("name", ogr.OFTString), ("n", ogr.OFTInteger)]
    made = {
        suffix: write_layer(folder / f"好{suffix}", driver, cells, fields, kind=ogr.wkbPolygon, options=options)
        for suffix, driver, options in (
            (".shp", "ESRI Shapefile", ["ENCODING=GBK"]),
            (".gpkg", "GPKG", []),
            (".geojson", "GeoJSON", []),
            (".sqlite", "SQLite", []),
            (".kml", "LIBKML", []),
            (".gml", "GML", []),
        )
    }
    (folder / "好.csv").write_bytes(("名称,值\n" + "景山,1\n" * ROWS).encode("gbk"))
    (folder / "好.csv.gz").write_bytes(gzip.compress((folder / "好.csv").read_bytes()))
    book = openpyxl.Workbook()
    for i in range(ROWS + 1):
        book.active.append(["名称", "值"] if i == 0 else ["景山", i])
    book.save(folder / "好.xlsx")
    with zipfile.ZipFile(folder / "好.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for part in (".shp", ".shx", ".dbf"):
            archive.write(made[".shp"].with_suffix(part), f"街道{part}")
    for suffix in (".csv", ".csv.gz", ".xlsx", ".zip"):
        made[suffix] = folder / f"好{suffix}"
    return made


FORMATS = (".shp", ".gpkg", ".geojson", ".sqlite", ".kml", ".gml", ".csv", ".csv.gz", ".xlsx", ".zip")


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_good_file_is_read(samples, suffix):
    source = read_source(samples[suffix])
    assert len(source) == ROWS
    assert "东华门" in source.rows.records()[0].values() or source.rows["名称"][0] == "景山"


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_refused_with_a_sentence_or_read(samples, tmp_path, suffix, damage):
    rng = random.Random(f"{suffix} {damage.__name__}")
    raw = samples[suffix].read_bytes()
    for i in range(5):
        folder = tmp_path / str(i)
        folder.mkdir()
        path = folder / f"坏{suffix}"
        path.write_bytes(damage(raw, rng))
        for part in SHAPE_PARTS[1:] if suffix == ".shp" else ():
            if samples[".shp"].with_suffix(part).exists():
                shutil.copy(samples[".shp"].with_suffix(part), path.with_suffix(part))
        before = {p.name for p in folder.iterdir()}
        _asked(read_source, path)
        _asked(list_layers, path)
        assert {p.name for p in folder.iterdir()} == before


@pytest.mark.parametrize("part", SHAPE_PARTS[1:])
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_part_of_a_shapefile_is_refused_or_read(samples, tmp_path, part, damage):
    rng = random.Random(f"{part} {damage.__name__}")
    for i in range(4):
        for other in SHAPE_PARTS:
            source = samples[".shp"].with_suffix(other)
            raw = source.read_bytes() if source.exists() else b"UTF-8"
            (tmp_path / f"坏{i}{other}").write_bytes(damage(raw, rng) if other == part else raw)
        found = _asked(read_source, tmp_path / f"坏{i}.shp")
        if found is not None:
            assert len(found.rows) == len(found.row_numbers)
            assert found.rows.geometry is None or not shapely.is_empty(found.rows.geometry).any()


def test_a_column_name_that_is_no_text_does_not_bring_down_the_reader(samples, tmp_path):
    path = tmp_path / "坏.sqlite"
    raw = samples[".sqlite"].read_bytes()
    assert b"'name' VARCHAR" in raw
    path.write_bytes(raw.replace(b"'name' VARCHAR", b"'n\xddme' VARCHAR"))
    source = read_source(path)
    assert len(source) == ROWS
    assert any("\ufffd" in field for field in source.field_names)
