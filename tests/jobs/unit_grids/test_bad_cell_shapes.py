"""One bad shape among unit grids costs its own row, in every mode; what remains goes in."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely
from shapely.affinity import translate

from gridmgmt_plugin.core.coordinates import from_frame
from gridmgmt_plugin.core.unit_grids.area_fit import area_of_cells
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.jobs.unit_grids.import_unit_grids import import_unit_grids
from tests.jobs.bad_shapes import BAD_POLYGONS
from tests.jobs.districts import drawn_town, layer, town

CODE = "990101001001"
BOX = {CODE: shapely.box(0, 0, 200, 100)}
HALVES = [shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)]
CODES = [f"{CODE}001", f"{CODE}002", f"{CODE}003"]


@pytest.mark.parametrize("repair", [False, True], ids=["as_it_is", "repair"])
@pytest.mark.parametrize("kind", BAD_POLYGONS)
def test_a_bad_shape_among_new_cells_is_refused_alone(tmp_path, kind, repair):
    shape, reason = BAD_POLYGONS[kind]
    workspace = town(tmp_path, shapes=BOX)
    report = import_unit_grids(workspace, layer({"code": CODES}, [*HALVES, shape]), repair=repair)
    assert (report.accepted, report.rejected, report.reasons) == (2, 1, {reason: 1})
    row = report.rejected_rows[0]
    assert (row.row, row.key, row.reason) == (3, CODES[2], reason)
    assert row.text("zh")
    assert row.text("en")
    assert sorted(workspace.read("unit_grid")["code"]) == CODES[:2]


@pytest.mark.parametrize("mode", ["update", "replace"])
@pytest.mark.parametrize("kind", BAD_POLYGONS)
def test_a_bad_shape_among_newer_cells_is_refused_alone(tmp_path, kind, mode):
    shape, reason = BAD_POLYGONS[kind]
    workspace = drawn_town(tmp_path)
    before = workspace.read("unit_grid")
    ours = before.take([code.startswith(CODE) for code in before["code"]])
    given = ours if mode == "replace" else ours.take([0, 1])
    codes = [*given["code"], ours["code"][2] if mode == "update" else f"{CODE}999"]
    source = layer({"code": codes}, [*given.geometry, shape])
    report = import_unit_grids(workspace, source, mode=mode, scope=CODE if mode == "replace" else None)
    assert report.reasons == {reason: 1}
    after = workspace.read("unit_grid")
    assert dict(zip(after["code"], after.geometry)) == dict(zip(before["code"], before.geometry))


@pytest.mark.daily(1)
@pytest.mark.parametrize("geometry", ["null", "empty", "aba"])
def test_the_same_out_of_a_file(tmp_path, geometry):
    east, north = 448_000, 4_418_000
    shapes = {
        "null": None,
        "empty": {"type": "Polygon", "coordinates": []},
        "aba": {"type": "Polygon", "coordinates": [[[east + d, north + d] for d in (10, 20, 10, 10)]]},
    }
    halves = [shapely.geometry.mapping(translate(half, east, north)) for half in HALVES]
    features = [
        {"type": "Feature", "properties": {"code": code}, "geometry": shape}
        for code, shape in zip(CODES, [*halves, shapes[geometry]])
    ]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4548"}}
    path = tmp_path / "网格.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}), encoding="utf-8")
    workspace = town(tmp_path, shapes={CODE: translate(BOX[CODE], east, north)}, crs=4548)
    report = import_unit_grids(workspace, read_source(path))
    assert (report.accepted, report.rejected) == (2, 1)
    assert set(report.reasons) <= {"geometry_missing", "invalid_ring"}


def test_one_cell_that_no_projection_knows_is_refused_alone(tmp_path):
    workspace = town(tmp_path, shapes={CODE: translate(BOX[CODE], 448_000, 4_418_000)}, crs=4548)
    place = workspace.info.frame

    def lonlat(shape):
        moved = translate(shape, 448_000, 4_418_000)
        return shapely.transform(moved, lambda c: np.column_stack(from_frame(*c.T, 4326, place)))

    astray = shapely.box(116, 95, 117, 96)
    source = layer({"code": CODES}, [*map(lonlat, HALVES), astray], 4326)
    report = import_unit_grids(workspace, source, repair=True)
    assert (report.accepted, report.reasons) == (2, {"outside_district": 1})


def test_cells_without_ground_lie_in_no_area():
    shapes = np.array([shape for shape, _ in BAD_POLYGONS.values()] + [HALVES[0]], dtype=object)
    found = area_of_cells(shapes, np.array([BOX[CODE]], dtype=object), np.array([CODE], dtype=object))
    assert found.tolist() == [-1] * len(BAD_POLYGONS) + [0]
