"""Whether a part is wrapped as a multi geometry is decided in one place."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.geometry.parts import as_multi, as_single, as_stored, of_one_kind, one_polygon
from gridmgmt_plugin.core.rows import as_column

SQUARE, BESIDE = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)
LINE, POINT = shapely.LineString([(0, 0), (1, 1)]), shapely.Point(0, 0)
TWO = shapely.MultiPolygon([SQUARE, shapely.box(5, 5, 6, 6)])
SINGLE = as_column([SQUARE, LINE, POINT, None, shapely.Polygon()])


def kinds(geometry):
    return [None if shape is None else shape.geom_type for shape in geometry]


def test_single_parts_become_multi_and_come_back_as_they_were():
    multi = as_multi(SINGLE)
    assert kinds(multi) == ["MultiPolygon", "MultiLineString", "MultiPoint", None, "MultiPolygon"]
    assert shapely.equals_exact(as_single(multi)[:3], SINGLE[:3]).all()
    assert kinds(SINGLE) == ["Polygon", "LineString", "Point", None, "Polygon"], "what was given is not touched"


def test_several_parts_and_collections_stay_as_they_are():
    held = as_column([TWO, shapely.GeometryCollection([SQUARE])])
    assert as_multi(held).tolist() == as_single(held).tolist() == held.tolist()


def test_no_geometries_are_no_trouble():
    empty = np.empty(0, dtype=object)
    assert len(as_multi(empty)) == len(as_single(empty)) == len(as_stored(empty, "MultiPolygon")) == 0


@pytest.mark.parametrize(
    ("given", "kind", "stored"),
    [
        ([SQUARE, TWO, None], "MultiPolygon", ["MultiPolygon", "MultiPolygon", None]),
        ([LINE], "MultiLineString", ["MultiLineString"]),
        ([SQUARE, None], "Polygon", ["Polygon", None]),
        ([POINT], "Point", ["Point"]),
        ([POINT, SQUARE], "Geometry", ["Point", "Polygon"]),
    ],
)
def test_a_table_gets_what_it_stores(given, kind, stored):
    assert kinds(as_stored(as_column(given), kind)) == stored


@pytest.mark.parametrize(("given", "kind"), [(TWO, "Polygon"), (LINE, "MultiPolygon"), (SQUARE, "Point")])
def test_what_a_table_cannot_hold_is_refused(given, kind):
    with pytest.raises(ValueError, match=kind):
        as_stored(as_column([given]), kind)


def test_a_layer_is_multi_when_one_of_its_shapes_is():
    assert of_one_kind(as_column([SQUARE, None]))[0] == "Polygon"
    kind, shapes = of_one_kind(as_column([SQUARE, TWO, None]))
    assert (kind, kinds(shapes)) == ("MultiPolygon", ["MultiPolygon", "MultiPolygon", None])
    with pytest.raises(ValueError, match="several"):
        of_one_kind(as_column([SQUARE, LINE]))


def test_parts_make_one_polygon():
    assert one_polygon(as_column([])).equals(shapely.Polygon())
    assert one_polygon(as_column([SQUARE])) is SQUARE
    assert one_polygon(as_column([SQUARE, BESIDE])).geom_type == "MultiPolygon"
