"""What the exports of packages are tried with: a small workspace and a folder for what is handed over."""

from __future__ import annotations

import pytest

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
    path = tmp_path / "成果"
    path.mkdir()
    return path
