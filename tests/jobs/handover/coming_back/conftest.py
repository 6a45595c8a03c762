"""Workspaces that have nothing in them yet, and packages of other hands."""

from __future__ import annotations

import csv

import pytest

from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.package_workspace import COUNTY, EPSG_FRAME


@pytest.fixture
def empty(tmp_path):
    """Return how an empty workspace is made at a place."""

    def make(place=None, frame=EPSG_FRAME, county=COUNTY):
        location = place or tmp_path / "空 库.gpkg"
        with Workspace.create(location, WorkspaceInfo(frame, county, "示例区")):
            pass
        return Workspace.open(location)

    return make


@pytest.fixture
def write_table(tmp_path):
    """Return how a table of a package of another hand is written."""

    def write(folder, name, headings, *rows, encoding="gbk"):
        with (folder / f"{name}.csv").open("w", encoding=encoding, newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(headings)
            writer.writerows(rows)

    return write
