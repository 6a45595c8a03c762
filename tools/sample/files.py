"""Writes the raw files byte for byte the same each time: no clock, no machine, no order left to chance."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import shapely
from openpyxl import Workbook
from osgeo import ogr

from gridmgmt_plugin.workspace.gpkg.gdal_manner import silent_gdal
from tools.sample.facts import FILE_DATE
from tools.sample.organisation import Record

_STAMP = (*FILE_DATE, 8, 30, 0)
_CLOCK = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def write_csv(path: Path, rows: Sequence[Record], encoding: str) -> None:
    """Write a table as csv with the lines' ends of an office computer."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\r\n", restval="")
    writer.writeheader()
    writer.writerows({name: _plain(value) for name, value in row.items()} for row in rows)
    path.write_bytes(text.getvalue().encode(encoding))


def write_xlsx(path: Path, rows: Sequence[Record], title: str) -> None:
    """Write a table as a workbook with one sheet; every cell is text, as codes need it."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    names = list(rows[0])
    sheet.append(names)
    for row in rows:
        sheet.append([str(_plain(row.get(name, ""))) for name in names])
    buffer = io.BytesIO()
    book.save(buffer)
    with zipfile.ZipFile(buffer) as made, zipfile.ZipFile(path, "w") as out:
        for name in sorted(made.namelist()):
            content = made.read(name)
            if name == "docProps/core.xml":
                content = _CLOCK.sub(dt.datetime(*_STAMP).strftime("%Y-%m-%dT%H:%M:%SZ").encode(), content)
            info = zipfile.ZipInfo(name, _STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0
            out.writestr(info, content, compresslevel=9)


def write_shapefile(
    path: Path, fields: Sequence[tuple[str, str, int]], rows: Iterable[tuple[shapely.Geometry, Sequence[object]]]
) -> None:
    """Write a shapefile in GBK, then take away what would tell so: .cpg and .prj.

    ``fields``: (name, kind, width) with kind ``text``, ``int`` or ``real``.
    """
    with silent_gdal():
        _write_shapefile(path, fields, list(rows))
    for suffix in (".cpg", ".prj"):
        path.with_suffix(suffix).unlink(missing_ok=True)


def _write_shapefile(
    path: Path, fields: Sequence[tuple[str, str, int]], items: Sequence[tuple[shapely.Geometry, Sequence[object]]]
) -> None:
    kinds = {"text": ogr.OFTString, "int": ogr.OFTInteger, "real": ogr.OFTReal}
    line = items[0][0].geom_type.endswith("LineString")
    source = ogr.GetDriverByName("ESRI Shapefile").CreateDataSource(str(path))
    layer = source.CreateLayer(
        path.stem,
        geom_type=ogr.wkbLineString if line else ogr.wkbPolygon,
        options=["ENCODING=GBK", "DBF_DATE_LAST_UPDATE={}-{:02d}-{:02d}".format(*FILE_DATE)],
    )
    for name, kind, width in fields:
        definition = ogr.FieldDefn(name, kinds[kind])
        definition.SetWidth(width)
        if kind == "real":
            definition.SetPrecision(2)
        layer.CreateField(definition)
    for geometry, values in items:
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetGeometry(ogr.CreateGeometryFromWkb(shapely.to_wkb(shapely.force_2d(geometry))))
        for at, value in enumerate(values):
            if value is not None:
                feature.SetField(at, value)
        layer.CreateFeature(feature)
    layer = source = None  # GDAL writes when the last reference goes


def write_json(path: Path, document: object) -> None:
    """Write a readable JSON file; lists of plain values stay on one line."""
    text = json.dumps(document, ensure_ascii=False, indent=2)
    text = re.sub(r"\[\s+((?:[^\[\]{}]*?))\s+\]", lambda m: "[" + re.sub(r"\s*\n\s*", " ", m.group(1)) + "]", text)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def _plain(value: object) -> object:
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return "" if value is None else value
