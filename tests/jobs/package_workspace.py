"""A small invented district: two communities of eight unit grids, schemes, people, lanes, components, cases."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely

from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.location import GeoPackageLocation
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.stored_content import content_of

EPSG_FRAME = Frame(kind="epsg", epsg=4548, label="CGCS2000 / 3-degree Gauss-Kruger CM 117E")
LOCAL_FRAME = Frame(kind="local", epsg=None, label="示例地方坐标系")
X0, Y0 = 500_000.0, 4_420_000.0
COUNTY, OFFICE = "990101", "990101001"
COMMUNITIES = ("990101001001", "990101001002")
SENSITIVE_COMPONENT = "9901010136000001"


def make_workspace(path: Path, frame: Frame = EPSG_FRAME, **changes: Rows) -> Workspace:
    """Write the district; ``changes`` replace whole tables."""
    tables = {**district(), **changes}
    with Workspace.create(path, WorkspaceInfo(frame, COUNTY, "示例区")) as (_, transaction):
        for scheme in ("cg", "hw"):
            transaction.add_column("unit_grid", f"rg_{scheme}", "text")
        for name, rows in tables.items():
            transaction.insert(name, rows)
    return Workspace.open(path)


def dump(workspace: Workspace) -> list:
    """Return everything that is stored, to prove that nothing changed."""
    if not isinstance(workspace.location, GeoPackageLocation):
        shapes = {name: rows.geometry for name, rows in workspace.read_all().items()}
        written = [f"{name} {shapely.to_wkt(shape)}" for name, shape in shapes.items() if shape is not None]
        return written + [f"{name} {rows.records()}" for name, rows in workspace.read_all().items()]
    return content_of(workspace.path)


def district() -> dict[str, Rows]:
    units = unit_rows()
    codes = units["code"].tolist()
    groups = sorted(set(units["rg_cg"]))
    lanes = lane_rows()
    register = [(code, "unit_grid") for code in codes]
    register += [(code, "rg_cg") for code in groups]
    register += [(code, "lane") for code in lanes["code"]]
    return {
        "area": area_rows(),
        "unit_grid": units,
        "scheme": _rows(
            ("key", "title", "kind", "base"),
            ("cg", "城管巡查", "巡查", "unit_grid"),
            ("hw", "环卫保洁", "环卫", "unit_grid"),
        ),
        "responsibility_grid": group_rows(units),
        "department": _rows(
            ("code", "name", "kind", "duty_phone"),
            ("D01", "示例街道办事处", "街镇", "010-55550001"),
            ("D02", "示例排水公司", "养护", None),
            ("D03", "示例环卫所", "作业", None),
        ),
        "person": _rows(
            ("id", "name", "department_code", "account", "state"),
            ("R001", "甲示例", "D01", "grid01", "在岗"),
            ("R002", "乙示例", "D01", "13800000002", "在岗"),
            ("R003", "丙示例", "D03", "grid03", "在岗"),
            ("R004", "丁示例", "D01", "grid04", "请假"),
        ),
        "contact": _rows(
            ("person_id", "office_phone", "mobile", "publish_consent"),
            ("R001", "010-55550011", "13900000001", True),
            ("R002", "010-55550012", "13900000002", False),
        ),
        "post": post_rows(groups, lanes["code"].tolist()),
        "lane": lanes,
        "component": component_rows(),
        "cases": case_rows(),
        "duty_rule": _rows(
            ("id", "class_kind", "class_prefix", "department_code", "priority", "state", "basis"),
            ("1", "component", "0102", "D02", 1, "明确", "示例文件第 1 条,联系电话 13700000009"),
            ("2", "event", "0102", "D03", 1, "明确", None),
            ("3", "component", "0136", "D01", 1, "明确", None),
        ),
        "external_code": _rows(
            ("receiver", "kind", "key", "external_key"),
            ("示例平台", "department", "D01", "DEPT-1"),
            ("别的平台", "department", "D01", "X-1"),
        ),
        "code_register": _rows(("code", "kind", "state"), *((code, kind, "draft") for code, kind in register)),
    }


def unit_rows() -> Rows:
    """Two rows of four squares of 100 m per community, side by side; code 001 is in the north-west."""
    records, shapes = [], []
    for number, community in enumerate(COMMUNITIES):
        for index in range(8):
            row, column = divmod(index, 4)
            west, south = X0 + 400.0 * number + 100.0 * column, Y0 + 100.0 * (1 - row)
            code = f"{community}{index + 1:03d}"
            group = f"{community}{column // 2 + 1:03d}"
            records.append(
                {
                    "code": code,
                    "name": f"胡同{index + 1}号格",
                    "area_code": community,
                    "area_m2": 10000.0,
                    "grid_kind": "街区",
                    "responsible_code": "D01",
                    "state": "draft",
                    "valid_from": "2026-01-01",
                    "note": "网格里有 @标记" if index == 0 else None,
                    "rg_cg": group,
                    "rg_hw": None,
                }
            )
            shapes.append(shapely.box(west, south, west + 100, south + 100))
    return Rows.from_records(records, as_column(shapes))


def group_rows(units: Rows) -> Rows:
    records, shapes = [], []
    for code in sorted(set(units["rg_cg"])):
        members = units["rg_cg"] == code
        records.append(
            {
                "scheme": "cg",
                "code": code,
                "name": f"责任网格{code[-3:]}",
                "alias": "南锣片",
                "area_code": code[:12],
                "supervisor_code": "D01",
                "expected_parts": 1,
                "unit_count": int(members.sum()),
                "area_m2": 10000.0 * int(members.sum()),
                "state": "draft",
                "valid_from": "2026-01-01",
            }
        )
        shapes.append(shapely.union_all(units.geometry[members]))
    return Rows.from_records(records, as_column(shapes))


def area_rows() -> Rows:
    boxes = [shapely.box(X0 + 400.0 * i, Y0, X0 + 400.0 * (i + 1), Y0 + 200) for i in range(2)]
    # The shared edge has the vertices of the unit grids on it, as a noded coverage has.
    nodes = [shapely.segmentize(box, 100.0) for box in boxes]
    whole = shapely.union_all(nodes)
    rows = _rows(
        ("code", "level", "kind", "name", "parent_code"),
        (COUNTY, "county", "区", "示例区", None),
        (OFFICE, "street_office", "街道", "澄湖街道", COUNTY),
        (COMMUNITIES[0], "community", "社区", "柳荫社区", OFFICE),
        (COMMUNITIES[1], "community", "社区", "石桥社区", OFFICE),
    )
    return rows.with_geometry(as_column([whole, whole, *nodes]))


def lane_rows() -> Rows:
    rows = _rows(
        ("code", "name", "from_place", "to_place", "length_m", "street_code", "state"),
        (f"{OFFICE}0001", "柳荫胡同", "澄湖街", "石桥巷", 800.0, OFFICE, "在用"),
        (f"{OFFICE}0002", "=石桥巷", None, None, 200.0, OFFICE, "在用"),
    )
    return rows.with_geometry(
        as_column(
            [
                shapely.linestrings([(X0, Y0 + 100), (X0 + 800, Y0 + 100)]),
                shapely.linestrings([(X0 + 400, Y0), (X0 + 400, Y0 + 200)]),
            ]
        )
    )


def post_rows(groups: list[str], lanes: list[str]) -> Rows:
    posts = [
        (f"P{i + 1:03d}", "responsibility_grid", code, "cg", ("R001", "R003")[i % 2], "grid_worker", "A角", None)
        for i, code in enumerate(groups)
    ]
    posts += [
        ("P101", "lane", lanes[0], None, "R002", "lane_chief", "A角", None),
        ("P102", "lane", lanes[1], None, "R001", "street_chief", "A角", None),
        ("P103", "responsibility_grid", groups[0], "cg", "R004", "grid_leader", "A角", None),
        ("P104", "responsibility_grid", groups[0], "cg", "R003", "grid_worker", "B角", "2025-12-31"),
    ]
    names = ("id", "target", "target_code", "scheme", "person_id", "role", "turn", "valid_to")
    return _rows(names, *posts)


def component_rows() -> Rows:
    rows = _rows(
        ("code", "class_code", "name", "maintainer_code", "owner_state", "unit_grid"),
        ("9901010102000001", "0102", "污水井盖", "D02", "明确", f"{COMMUNITIES[0]}005"),
        (SENSITIVE_COMPONENT, "0136", "监控电子眼", "D01", "明确", f"{COMMUNITIES[0]}005"),
    )
    return rows.with_geometry(shapely.points([(X0 + 30, Y0 + 30), (X0 + 35, Y0 + 30)]))


def case_rows() -> Rows:
    unit = f"{COMMUNITIES[0]}005"
    rows = _rows(
        ("id", "kind", "class_code", "status", "reported_at", "component_code", "unit_grid"),
        ("C1", "event", "0102", "filed", "2026-03-01T08:00:00", None, unit),
        ("C2", "event", "0102", "closed", "2026-03-01T08:00:00", None, unit),
        ("C3", "component", "0136", "filed", "2026-03-01T08:00:00", SENSITIVE_COMPONENT, unit),
    )
    return rows.with_geometry(shapely.points(np.full((3, 2), (X0 + 40, Y0 + 40))))


def _rows(names: tuple[str, ...], *records: tuple) -> Rows:
    return Rows({name: as_column(record[i] for record in records) for i, name in enumerate(names)})
