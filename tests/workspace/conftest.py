"""Small workspaces to read and write."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.workspace import Workspace

EPSG_FRAME = Frame(kind="epsg", epsg=4548, label="CGCS2000 / 3-degree Gauss-Kruger CM 117E")
LOCAL_FRAME = Frame(kind="local", epsg=None, label="示例地方坐标系")


def unit_rows(count: int = 4) -> Rows:
    """Squares of 100 m in a row, coded 990101001001001 …"""
    boxes = shapely.box(np.arange(count) * 100.0, 0, np.arange(count) * 100.0 + 100, 100)
    return Rows(
        {
            "code": as_column(f"990101001001{i + 1:03d}" for i in range(count)),
            "area_code": as_column(["990101001001"] * count),
            "area_m2": as_column([10000.0] * count),
            "state": as_column(["draft"] * count),
        },
        boxes,
    )


@pytest.fixture(params=[EPSG_FRAME, LOCAL_FRAME], ids=["epsg", "local"])
def frame(request):
    return request.param


@pytest.fixture
def workspace(tmp_path, frame):
    path = tmp_path / "网格 库.gpkg"
    with Workspace.create(path, WorkspaceInfo(frame, "990101", "示例区")) as (_, transaction):
        transaction.insert("unit_grid", unit_rows())
    return Workspace.open(path)
