"""A real district: what is sound passes without an error, what is broken is found where it was broken."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.coverage.health.doctor import repair
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.validation.context import ValidationSettings
from gridmgmt_plugin.core.validation.registry import validate_tables

TODAY = date(2025, 3, 7)
ANY_SIZE = {"area_ranges_m2": {"街区": [1, 1e9]}}
SETTINGS = ValidationSettings(code_layouts={"unit_grid": "gb30428_2013"}, today=TODAY, thresholds=ANY_SIZE)


@pytest.fixture(scope="module")
def district(shared):
    """Return the tables of eastern Jiangning with one unit grid per community and one scheme."""
    fiona = pytest.importorskip("fiona")
    pyproj = pytest.importorskip("pyproj")
    with fiona.open(shared("nanjing_jiangning_east/jiangning_east.gpkg"), layer="community") as layer:
        rows = [(row["properties"], row["geometry"]) for row in layer]
    shapes = [json.dumps({"type": g["type"], "coordinates": g["coordinates"]}) for _, g in rows]
    to_metres = pyproj.Transformer.from_crs(4326, 4549, always_xy=True)
    drawn = shapely.transform(
        shapely.from_geojson(shapes), lambda c: np.column_stack(to_metres.transform(c[:, 0], c[:, 1]))
    )
    mended = repair(drawn, gap_width_m=2.0)
    largest = [
        max(np.flatnonzero(mended.source == at), key=lambda i: mended.geometry[i].area) for at in range(len(drawn))
    ]
    codes = [properties["comm_code"] for properties, _ in rows]
    parts = np.setdiff1d(np.arange(len(mended.geometry)), largest)
    cells = [*mended.geometry[largest], *mended.geometry[parts]]
    areas_of = [*codes, *(codes[at] for at in mended.source[parts])]
    return tables_of(rows, codes, cells, areas_of)


def tables_of(rows, codes, cells, areas_of) -> dict[str, Rows]:
    outlines = [shapely.union_all([c for c, a in zip(cells, areas_of) if a == code]) for code in codes]
    names = [properties["name"] for properties, _ in rows]
    offices = sorted({code[:9] for code in codes})
    areas = [{"code": c, "level": "community", "name": n, "parent_code": c[:9]} for c, n in zip(codes, names)]
    areas += [{"code": c, "level": "street_office", "name": c, "parent_code": "320115"} for c in offices]
    areas.append({"code": "320115", "level": "county", "name": "江宁区", "parent_code": None})
    number: dict[str, int] = {}
    units = []
    for cell, area in zip(cells, areas_of):
        number[area] = number.get(area, 0) + 1
        record = {"code": f"{area}{number[area]:03d}", "area_code": area, "area_m2": cell.area, "grid_kind": "街区"}
        units.append({**record, "rg_cg": area[:9]})
    parts = shapely.get_num_geometries(
        as_column(shapely.union_all([c for c, a in zip(cells, areas_of) if a[:9] == o]) for o in offices)
    )
    grids = [
        {"scheme": "cg", "code": o, "name": o, "area_code": o, "expected_parts": int(n)}
        for o, n in zip(offices, parts)
    ]
    register = [{"code": u["code"], "kind": "unit_grid", "state": "draft"} for u in units]
    register += [{"code": o, "kind": "rg_cg", "state": "draft"} for o in offices]
    blank = [None] * (len(offices) + 1)
    return {
        "area": Rows.from_records(areas, as_column([*outlines, *blank])),
        "unit_grid": Rows.from_records(units, as_column(cells)),
        "scheme": Rows.from_records([{"key": "cg", "title": "城管巡查", "base": "unit_grid"}]),
        "responsibility_grid": Rows.from_records(grids),
        "code_register": Rows.from_records(register),
        "post": Rows(),
        "person": Rows(),
        "department": Rows(),
        "lane": Rows(),
    }


def changed(tables, row: int, shape) -> dict[str, Rows]:
    geometry = tables["unit_grid"].geometry.copy()
    geometry[row] = shape
    return {**tables, "unit_grid": tables["unit_grid"].with_geometry(geometry)}


def test_a_sound_district_without_staff_has_no_error_and_few_warnings(district):
    result = validate_tables(district, SETTINGS)
    assert [issue.message.text("zh") for issue in result.issues if issue.severity == "error"] == []
    assert {"scheme_without_posts", "geometry_missing"} <= {issue.rule for issue in result.issues}
    assert result.warnings < 40


def test_a_grid_that_was_moved_by_three_metres_is_found_with_its_neighbours(district):
    row = 40
    moved = shapely.transform(district["unit_grid"].geometry[row], lambda c: c + 3.0)
    result = validate_tables(changed(district, row, moved), SETTINGS)
    code = district["unit_grid"]["code"][row]
    assert {issue.rule for issue in result.issues if code in issue.object_keys} >= {
        "unit_overlap",
        "unit_across_area",
    }
    assert result.of("unit_hole", "unit_uncovered")
    place = shapely.buffer(shapely.union_all([moved, district["unit_grid"].geometry[row]]), 5)
    geometric = result.of("unit_overlap", "unit_hole", "unit_uncovered", "unit_across_area")
    assert all(place.intersects(issue.geometry) for issue in geometric)


def test_a_grid_that_is_missing_leaves_its_ground_uncovered(district):
    row = 12
    keep = np.arange(len(district["unit_grid"])) != row
    lost = district["unit_grid"].geometry[row]
    found = validate_tables({**district, "unit_grid": district["unit_grid"].take(keep)}, SETTINGS)
    bare = found.of("unit_hole", "unit_uncovered")
    assert sum(issue.measure for issue in bare) == pytest.approx(lost.area, rel=1e-6)


def test_the_default_range_of_one_hectare_is_said_to_be_unfit_once(district):
    result = validate_tables(district, ValidationSettings(today=TODAY))
    (issue,) = result.of("area_range_unfit")
    assert issue.object_keys == ("街区",)
    assert result.of("unit_area_range") == ()
