"""Small workspaces to read and write."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.workspace.places import KINDS, place_of

EPSG_FRAME = Frame(kind="epsg", epsg=4548, label="CGCS2000 / 3-degree Gauss-Kruger CM 117E")
LOCAL_FRAME = Frame(kind="local", epsg=None, label="示例地方坐标系")
FRAMES = {"epsg": EPSG_FRAME, "local": LOCAL_FRAME}


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


def made(location, frame) -> Workspace:
    with Workspace.create(location, WorkspaceInfo(frame, "990101", "示例区")) as (_, transaction):
        transaction.insert("unit_grid", unit_rows())
    return Workspace.open(location)


@pytest.fixture(params=list(FRAMES.values()), ids=list(FRAMES))
def frame(request):
    return request.param


@pytest.fixture
def workspace(tmp_path, frame):
    """Return a workspace in a file."""
    return made(tmp_path / "网格 库.gpkg", frame)


@pytest.fixture(params=KINDS)
def place(request, tmp_path):
    """Return a place for a workspace: a file, then a database."""
    with place_of(request.param, tmp_path, request) as chosen:
        yield chosen


@pytest.fixture
def kept(place, frame):
    """Return the same small workspace in each kind of place."""
    return made(place.location, frame)
