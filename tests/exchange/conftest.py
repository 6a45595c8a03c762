"""Files as offices send them, made on the spot."""

from __future__ import annotations

from pathlib import Path

import pytest

ogr = pytest.importorskip("osgeo.ogr")
gdal = pytest.importorskip("osgeo.gdal")


def write_layer(path: Path, driver: str, features, fields, *, wkt=None, kind=None, layer="layer", options=()):
    """Write ``features`` (WKT or ``None``, then the values of ``fields``) with GDAL; return the path."""
    srs = None
    if wkt is not None:
        from osgeo import osr

        srs = osr.SpatialReference()
        assert srs.ImportFromWkt(wkt) == 0
    made = gdal.GetDriverByName(driver)
    dataset = made.Create(str(path), 0, 0, 0, gdal.GDT_Unknown)
    target = dataset.CreateLayer(layer, srs, ogr.wkbUnknown if kind is None else kind, list(options))
    for name, field_type in fields:
        definition = ogr.FieldDefn(name, field_type)
        definition.SetWidth(80 if field_type == ogr.OFTString else 0)
        assert target.CreateField(definition) == 0
    for shape, *values in features:
        feature = ogr.Feature(target.GetLayerDefn())
        for i, value in enumerate(values):
            if value is None:
                feature.SetFieldNull(i)
            else:
                feature.SetField(i, value)
        if shape is not None:
            feature.SetGeometry(ogr.CreateGeometryFromWkt(shape))
        assert target.CreateFeature(feature) == 0
    del target, dataset
    return path


@pytest.fixture
def layer_file(tmp_path):
    """Return the writer of layers, bound to a folder with a blank and Chinese characters in its name."""
    folder = tmp_path / "东城 数据"
    folder.mkdir()

    def write(name, driver, features, fields, **more):
        return write_layer(folder / name, driver, features, fields, **more)

    return write
