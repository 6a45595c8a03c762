"""What the exports of packages are tried with: a small workspace and a folder for what is handed over."""

from __future__ import annotations

import pytest

from tests.few_workbooks import all_workbooks
from tests.jobs.handover.exports import export
from tests.jobs.package_workspace import make_workspace


@pytest.fixture(params=["file", "database"])
def workspace_in_both(request, tmp_path):
    """Return the same workspace in a file, then in a database."""
    if request.param == "file":
        return make_workspace(tmp_path / "库.gpkg")
    return make_workspace(request.getfixturevalue("database_location"))


@pytest.fixture
def folder(tmp_path):
    """Return an empty folder for packages."""
    path = tmp_path / "成果 移交"
    path.mkdir()
    return path


@pytest.fixture
def workspace(tmp_path):
    """Return the workspace in a file whose name has a blank."""
    return make_workspace(tmp_path / "网格 库.gpkg")


@pytest.fixture(scope="package")
def delivered(tmp_path_factory):
    """Return a workspace and the report of its first release, in all formats, for tests that only look."""
    base = tmp_path_factory.mktemp("移交")
    workspace = make_workspace(base / "网格 库.gpkg")
    with all_workbooks():
        return workspace, export(
            workspace, base, formats=("shp", "gpkg", "geojson"), profile={"receiver": "示例平台"}
        )
