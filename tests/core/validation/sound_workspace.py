"""A small workspace in which nothing is wrong, and ways to break one thing in it."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.health.shape_faults import polygonal
from gridmgmt_plugin.core.inspection.checklists import known_checklists
from gridmgmt_plugin.core.responsibility.outlines import summed_grids
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.validation.context import ValidationSettings

STREET = "110101001"
COMMUNITIES = (f"{STREET}001", f"{STREET}002")
CHECKLIST = "shi_wu_2023"
SETTINGS = ValidationSettings(
    code_layouts={"unit_grid": "gb30428_2013"},
    today=date(2025, 3, 7),
    checklists=known_checklists({}),
    checklist=CHECKLIST,
)

Tables = dict[str, Rows]


def cell(column: int, row: int) -> shapely.Geometry:
    """Return the unit grid of 1 ha in a place of the 4 × 2 grid."""
    return shapely.box(column * 100, row * 100, column * 100 + 100, row * 100 + 100)


def unit_code(column: int, row: int) -> str:
    """Return the code of that unit grid; columns 0 and 1 are the first community."""
    return f"{COMMUNITIES[column // 2]}{(column % 2) * 2 + row + 1:03d}"


def sound_tables() -> Tables:
    """Return 8 unit grids in two communities, two responsibility grids, a lane, people, components and cases."""
    places = [(column, row) for column in range(4) for row in range(2)]
    units = [
        {
            "code": unit_code(*place),
            "name": None,
            "area_code": COMMUNITIES[place[0] // 2],
            "area_m2": 10000.0,
            "grid_kind": "街区",
            "responsible_code": "D1",
            "fallback_code": None,
            "valid_from": "2025-01-01",
            "rg_cg": f"G{place[0] // 2 + 1}",
        }
        for place in places
    ]
    halves = [shapely.box(0, 0, 200, 200), shapely.box(200, 0, 400, 200)]
    areas = [
        {"code": STREET, "level": "street_office", "name": "示例街道", "parent_code": None},
        *(
            {"code": code, "level": "community", "name": f"示例社区{at}", "parent_code": STREET}
            for at, code in enumerate(COMMUNITIES)
        ),
    ]
    grids = [
        {"scheme": "cg", "code": f"G{at + 1}", "name": f"责任网格{at + 1}", "area_code": code, "expected_parts": 1}
        for at, code in enumerate(COMMUNITIES)
    ]
    posts = [
        _post("P1", "responsibility_grid", "G1", "R1", "grid_leader", "cg"),
        _post("P2", "responsibility_grid", "G2", "R2", "grid_leader", "cg"),
        _post("P3", "lane", "L1", "R1", "lane_chief", None),
    ]
    components = [
        {"code": "C1", "class_code": "0101", "name": "上水井盖", "unit_grid": unit_code(0, 0), "owner_state": "明确"},
        {"code": "C2", "class_code": "0102", "name": "污水井盖", "unit_grid": unit_code(3, 1), "owner_state": "明确"},
    ]
    standing = {"standing": "达标"}
    inspected = {
        "lane_code": "L1",
        "inspected_on": "2025-02-03",
        "kind": "市查",
        "checklist": CHECKLIST,
        "score": 95.0,
    }
    case = {"id": "A1", "class_code": "0101", "reported_at": "2025-02-01T08:00:00", "unit_grid": unit_code(1, 1)}
    registered = [{"code": unit["code"], "kind": "unit_grid", "state": "valid"} for unit in units]
    registered += [{"code": f"G{n}", "kind": "responsibility_grid", "state": "draft"} for n in (1, 2)]
    registered += [{"code": "L1", "kind": "lane", "state": "valid"}]
    return {
        "area": Rows.from_records(areas, _array([shapely.box(0, 0, 400, 200), *halves])),
        "unit_grid": Rows.from_records(units, _array([cell(*place) for place in places])),
        "scheme": Rows.from_records([{"key": "cg", "title": "城管巡查", "base": "unit_grid"}]),
        "responsibility_grid": Rows.from_records(grids, _array(halves)),
        "person": Rows.from_records([_person("R1"), _person("R2")]),
        "department": Rows.from_records([{"code": "D1", "name": "示例城管委"}]),
        "post": Rows.from_records(posts),
        "lane": Rows.from_records(
            [
                {
                    "code": "L1",
                    "name": "示例胡同",
                    "length_m": 150.0,
                    "street_code": STREET,
                    "state": "在用",
                    **standing,
                }
            ],
            _array([shapely.LineString([(50, 10), (200, 10)])]),
        ),
        "lane_inspection": Rows.from_records([inspected]),
        "component": Rows.from_records(components, _array([shapely.Point(20, 30), shapely.Point(390, 190)])),
        "cases": Rows.from_records([case], _array([shapely.Point(150, 150)])),
        "duty_zone": Rows.from_records(
            [{"code": "Z1", "kind": "物业小区", "name": "示例小区"}], _array([shapely.box(10, 10, 90, 90)])
        ),
        "street": Rows.from_records(
            [{"name": "示例胡同", "number": "1"}], _array([shapely.LineString([(50, 10), (200, 10)])])
        ),
        "building": Rows({}, _array([shapely.box(375, 30, 378, 33)])),
        "receipt": Rows(),
        "code_register": Rows.from_records(registered),
        "exemption": Rows.from_records([]),
        "covered_extent": Rows.from_records([], _array([])),
    }


def _post(key: str, target: str, code: str, person: str, role: str, scheme: str | None) -> dict[str, Any]:
    return {
        "id": key,
        "target": target,
        "target_code": code,
        "person_id": person,
        "role": role,
        "scheme": scheme,
        "valid_from": "2025-01-01",
        "valid_to": None,
    }


def _person(key: str) -> dict[str, Any]:
    return {"id": key, "name": f"示例人员{key}", "department_code": "D1", "state": "在岗", "left_on": None}


def _array(items: list) -> np.ndarray:
    return as_column(items)


def with_value(tables: Tables, table: str, row: int, column: str, value: Any) -> Tables:
    """Return the tables with one value changed."""
    rows = tables[table]
    values = rows[column].copy() if column in rows else np.full(len(rows), None, dtype=object)
    values[row] = value
    return {**tables, table: rows.with_columns(**{column: values})}


def with_shape(tables: Tables, table: str, row: int, shape: Any) -> Tables:
    """Return the tables with one geometry changed."""
    geometry = tables[table].geometry.copy()
    geometry[row] = shape
    return {**tables, table: tables[table].with_geometry(geometry)}


def with_row(tables: Tables, table: str, record: dict[str, Any], shape: Any = None) -> Tables:
    """Return the tables with one row more."""
    rows = tables[table]
    geometry = None if rows.geometry is None else np.append(rows.geometry, as_column([shape]))
    return {**tables, table: Rows.from_records([*rows.records(), record], geometry)}


def without_row(tables: Tables, table: str, row: int) -> Tables:
    """Return the tables with one row less."""
    keep = np.arange(len(tables[table])) != row
    return {**tables, table: tables[table].take(keep)}


def with_summed_outlines(tables: Tables) -> Tables:
    """Return the tables with responsibility grids as the workspace derives them from their unit grids."""
    units, grids = tables["unit_grid"], tables["responsibility_grid"]
    if len(units) == 0 or len(grids) == 0 or "rg_cg" not in units:
        return tables
    summed = summed_grids(polygonal(units.geometry), units["rg_cg"], grids["code"].tolist())
    return {**tables, "responsibility_grid": grids.with_geometry(summed.outline)}
