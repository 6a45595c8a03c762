"""GeoJSON as text: any reader finds the values and shapes that went in, and rings run as RFC 7946 wants them."""

from __future__ import annotations

import json

import fiona
import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.rows import as_column
from gridmgmt_plugin.exchange.package.geojson_text import geojson_lines

HOLED = shapely.Polygon(
    [(116, 39), (117, 39), (117, 40), (116, 40)], [[(116.2, 39.2), (116.4, 39.2), (116.4, 39.4), (116.2, 39.4)]]
)
FAR = shapely.box(118.0000001, 39.0000001, 118.0000002, 39.0000002)
SHAPES = {
    "Polygon": [HOLED, shapely.reverse(HOLED), FAR, None],
    "MultiPolygon": [shapely.MultiPolygon([HOLED, FAR]), shapely.MultiPolygon([FAR]), None, None],
    "LineString": [
        shapely.LineString([(116, 39), (117, 40), (116.5, 40)]),
        shapely.LineString([(0, 0), (1, 1)]),
        None,
        None,
    ],
    "MultiLineString": [shapely.MultiLineString([[(116, 39), (117, 40)], [(1, 1), (2, 2)]]), None, None, None],
    "Mixed": [
        HOLED,
        shapely.Point(1, 2),
        shapely.LineString([(0, 0), (1, 1)]),
        shapely.GeometryCollection([shapely.Point(3, 4), FAR]),
    ],
    "Point": [shapely.Point(116.123456789, 39.5), None, None, shapely.Point(1, 2)],
}
COLUMNS = {
    "名称": as_column(['引"号\\', "𠮷㕛\n😀", None, ""]),
    "Area": as_column([10000.125, 0.1, None, -3.0]),
    "Count": as_column([3, 0, None, 10**12]),
}


@pytest.fixture(params=SHAPES)
def written(request, tmp_path):
    path = tmp_path / "层.geojson"
    path.write_text("".join(geojson_lines(COLUMNS, as_column(SHAPES[request.param]), 4, 10)), encoding="utf-8")
    return request.param, path


def test_a_foreign_reader_finds_values_and_shapes(written):
    kind, path = written
    with fiona.open(path) as source:
        features = list(source)
    assert [dict(feature["properties"]) for feature in features] == [
        {name: column[row] for name, column in COLUMNS.items()} for row in range(4)
    ]
    shapes = [None if f["geometry"] is None else shapely.geometry.shape(f["geometry"]) for f in features]
    for shape, wanted in zip(shapes, SHAPES[kind]):
        assert (shape is None) == (wanted is None)
        if wanted is not None:
            assert shape.geom_type == wanted.geom_type
            assert shapely.equals_exact(shape.normalize(), wanted.normalize(), 1e-10)


def test_outer_rings_run_to_the_left_and_holes_to_the_right(written):
    _, path = written
    content = json.loads(path.read_text(encoding="utf-8"))
    shapes = [shapely.geometry.shape(one["geometry"]) for one in content["features"] if one["geometry"] is not None]
    polygons = [part for shape in shapes for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    for polygon in polygons:
        assert polygon.exterior.is_ccw
        assert not any(hole.is_ccw for hole in polygon.interiors)


def test_numbers_of_numpy_and_what_is_no_number_are_written_as_json_has_them():
    columns = {"A": as_column([np.int64(3), np.float64(0.5), float("nan")])}
    read = json.loads("".join(geojson_lines(columns, None, 3, 10)))
    assert [one["properties"]["A"] for one in read["features"]] == [3, 0.5, None]


def test_a_table_without_rows_and_one_without_shapes_are_collections_too():
    for shapes in (None, np.zeros(0, dtype=object)):
        text = "".join(geojson_lines({"A": as_column([])}, shapes, 0, 10))
        assert json.loads(text) == {"type": "FeatureCollection", "features": []}
    assert json.loads("".join(geojson_lines({"A": as_column([1])}, None, 1, 10)))["features"][0]["geometry"] is None
