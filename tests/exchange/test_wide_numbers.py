"""Codes in numeric columns of a DBF: every digit that is in the file is read, and told as damaged when it is not."""

from __future__ import annotations

import zipfile

import pytest
from osgeo import ogr, osr

from gridmgmt_plugin.exchange.reading import read_source


def shapefile(folder, width, decimals, cells, deleted=()):
    """Return a shapefile whose column ``code`` is a number of a width and has just these characters."""
    path = folder / "部件.shp"
    system = osr.SpatialReference()
    system.ImportFromEPSG(4548)
    dataset = ogr.GetDriverByName("ESRI Shapefile").CreateDataSource(str(path))
    layer = dataset.CreateLayer("部件", system, ogr.wkbPoint)
    field = ogr.FieldDefn("code", ogr.OFTReal)
    field.SetWidth(width)
    field.SetPrecision(decimals)
    layer.CreateField(field)
    for number in range(len(cells)):
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetField("code", 1.0)
        feature.SetGeometry(ogr.CreateGeometryFromWkt(f"POINT ({448000 + number} 4418000)"))
        layer.CreateFeature(feature)
    del layer, dataset
    table = path.with_suffix(".dbf")
    content = bytearray(table.read_bytes())
    header, record = int.from_bytes(content[8:10], "little"), int.from_bytes(content[10:12], "little")
    for number, cell in enumerate(cells):
        start = header + number * record + 1
        content[start : start + width] = cell.rjust(width).encode()
        content[start - 1] = ord("*" if number in deleted else " ")
    table.write_bytes(content)
    return path


LONG = ["9901010101000001", "9901010101000002", "9901010101000003"]
LONGER = ["990101001001000101", "990101001001000102", "990101001001000103"]


@pytest.mark.parametrize(
    ("width", "decimals", "cells"),
    [
        (12, 0, ["990101001001", "990101001002", "990101001003"]),
        (19, 0, ["990101001001", "990101001002", "990101001003"]),
        (16, 0, LONG),
        (19, 0, LONG),
        (24, 5, [f"{code}.00000" for code in LONG]),
        (31, 11, [f"{code}.00000000000" for code in LONG]),
        (24, 5, [f"{code}.00000" for code in ("990101001001", "990101001002")]),
        (20, 0, LONGER),
        (20, 0, ["11010100100100100001", "11010100100100100101"]),
    ],
)
@pytest.mark.parametrize("zipped", [False, True])
def test_every_digit_is_read_and_nothing_is_called_damaged(tmp_path, width, decimals, cells, zipped):
    path = shapefile(tmp_path, width, decimals, cells)
    if zipped:
        with zipfile.ZipFile(tmp_path / "部件.zip", "w") as archive:
            for part in tmp_path.glob("部件.*"):
                if part.suffix != ".zip":
                    archive.write(part, part.name)
        path = tmp_path / "部件.zip"
    source = read_source(path)
    assert [str(value) for value in source.rows["code"]] == [cell.split(".")[0] for cell in cells]
    assert "codes_damaged" not in [note.code for note in source.notes]


def test_rows_that_were_deleted_do_not_shift_the_numbers(tmp_path):
    source = read_source(shapefile(tmp_path, 20, 0, LONGER, deleted=[0]))
    assert [str(value) for value in source.rows["code"]] == LONGER[1:]


def test_an_empty_cell_among_long_numbers_stays_empty(tmp_path):
    source = read_source(shapefile(tmp_path, 20, 0, [LONGER[0], "", LONGER[2]]))
    assert source.rows["code"].tolist() == [int(LONGER[0]), None, int(LONGER[2])]


def test_digits_that_the_file_itself_lost_are_told(tmp_path):
    cells = ["9.901010101000e+15", "9.901010101000e+15", "9.901010101001e+15"]
    assert "codes_damaged" in [note.code for note in read_source(shapefile(tmp_path, 24, 15, cells)).notes]


def test_a_column_of_measures_keeps_its_decimals(tmp_path):
    assert read_source(shapefile(tmp_path, 24, 5, ["1.50000", "2.00000"])).rows["code"].tolist() == [1.5, 2.0]
