"""A small town with responsibility grids, lanes, stations and persons, for the tests on posts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.districts import town

GRIDS = ["990101001001001", "990101001001002", "990101001002001"]
LANES = [
    ("9901010010001", "安乐巷", "990101001"),
    ("9901010020001", "安乐巷", "990101002"),
    ("9901010020002", "水车胡同", "990101002"),
]
PERSONS = [("P1", "示例甲", "D01", "E1"), ("P2", "示例乙", "D01", None), ("P3", "示例丙", None, None)]


def staffed_town(folder: Path) -> Workspace:
    """Return a workspace of four communities with three responsibility grids, three lanes and three persons."""
    workspace = town(folder)
    boxes = shapely.box(np.arange(3) * 100.0, 0, np.arange(3) * 100.0 + 100, 100)
    grids = {
        "scheme": as_column(["cg"] * 3),
        "code": as_column(GRIDS),
        "name": as_column(f"第{n}责任网格" for n in (1, 2, 3)),
        "area_code": as_column(code[:12] for code in GRIDS),
    }
    lanes = [shapely.LineString([(0, 10 * n), (100, 10 * n)]) for n in range(3)]
    with workspace.transaction("", "test") as transaction:
        transaction.insert("scheme", Rows.from_records([{"key": "cg", "title": "城管巡查", "base": "unit_grid"}]))
        transaction.insert("responsibility_grid", Rows(grids, boxes))
        named = {name: as_column(values) for name, values in zip(("code", "name", "street_code"), zip(*LANES))}
        transaction.insert("lane", Rows(named, as_column(lanes)))
        people = zip(("id", "name", "department_code", "employee_no"), zip(*PERSONS))
        transaction.insert("person", Rows({name: as_column(values) for name, values in people}))
        transaction.insert("department", Rows.from_records([{"code": "D01", "name": "区城管委"}]))
    return workspace


def post_file(folder: Path, text: str, name: str = "岗位 表.csv", encoding: str = "utf-8-sig") -> Source:
    """Return a table of posts as an office sends it."""
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return read_source(path)
