"""A district of two cells in which it is known who answers for what, without a library for files or a window."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely

from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.workspace import Workspace

FRAME = Frame.local("示例地方坐标系")
# Two cells of 100 m beside each other; a lane along their lower edge.
CELLS = ("990101001001001", "990101001001002")


def _fill(transaction):
    def table(name, geometry=None, /, **columns):
        rows = Rows({key: as_column(values) for key, values in columns.items()}, geometry)
        transaction.insert(name, rows)

    ground = shapely.box(0, 0, 200, 100)
    codes = ["990101", "990101001", "990101001001"]
    table(
        "area",
        np.array([ground] * 3, dtype=object),
        code=codes,
        level=["county", "street_office", "community"],
        name=["示例区", "湖阳街道（示例）", "湖滨社区（示例）"],
        parent_code=[None, *codes[:2]],
    )
    transaction.insert("scheme", Rows.from_records([{"key": "cg", "title": "城管巡查", "base": "unit_grid"}]))
    transaction.add_column("unit_grid", "rg_cg", "text")
    table(
        "unit_grid",
        shapely.box(np.array([0.0, 100.0]), 0, np.array([100.0, 200.0]), 100),
        code=CELLS,
        area_code=[codes[2]] * 2,
        fallback_code=[None, "D9"],
        rg_cg=["990101001001001", "990101001001002"],
    )
    table("department", code=["D1", "D2", "D9"], name=["城管局（示例）", "水务局（示例）", "兜底单位（示例）"])
    table("person", id=["P1", "P2", "P3"], name=["示例甲", "示例乙", "示例丙"], state=["在岗", "在岗", "退休"])
    table(
        "post",
        id=["1", "2", "3"],
        target=["responsibility_grid", "lane", "lane"],
        target_code=["990101001001001", "9901010010001", "9901010010001"],
        scheme=["cg", None, None],
        person_id=["P1", "P2", "P3"],
        role=["grid_worker", "lane_chief", "street_chief"],
        weekdays=["1-5", None, None],
        start_time=["08:00", None, None],
        end_time=["18:00", None, None],
    )
    table("lane", np.array([shapely.LineString([(0, 0), (100, 0)])]), code=["9901010010001"], name=["一巷"])
    table(
        "duty_rule",
        id=["R1", "R2", "R3", "R4"],
        class_kind=[None, None, "component", "event"],
        class_prefix=["0103", "0102", "0600", "0600"],
        area_code=["990101"] * 4,
        department_code=["D1", "D2", "D1", "D2"],
        state=["明确", "争议", "明确", "明确"],
        priority=[1] * 4,
    )
    table(
        "component",
        shapely.points([10.0], [10.0]),
        code=["9901010103000001"],
        class_code=["0103"],
        maintainer_code=["D2"],
    )


def duty_workspace(path: Path) -> Workspace:
    """Make the workspace at ``path`` and return it."""
    with Workspace.create(path, WorkspaceInfo(FRAME, "990101", "示例区")) as (_, transaction):
        _fill(transaction)
    return Workspace.open(path)
