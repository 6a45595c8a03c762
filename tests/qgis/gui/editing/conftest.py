"""A fresh bench per test."""

from __future__ import annotations

import pytest

from tests.qgis.gui.editing.tool_window import Bench
from tests.qgis.kept_district import KEPT
from tests.qgis.workspace_window import build_workspace


@pytest.fixture(scope="session")
def district(tmp_path_factory):
    """Return a workspace of two communities, each a row of squares of 100 m."""
    return build_workspace(tmp_path_factory.mktemp("tools") / "网格库.gpkg")


@pytest.fixture
def bench(qgis_app, district, tmp_path):
    """Return an open copy of the district under the planner's hand."""
    made = Bench(KEPT.lay_out(district, tmp_path))
    yield made
    made.close()


#: Has a test run in a database as well every day, and not in the long proofs alone.
in_both = pytest.mark.parametrize("place_in_both", ["file", "database"], indirect=True)


@pytest.fixture(params=["file", pytest.param("database", marks=pytest.mark.proof)])
def place_in_both(request, author, tmp_path):
    """Return where a fresh district lies: in a file, then in a database."""
    if request.param == "file":
        return build_workspace(tmp_path / "网格库.gpkg")
    location = request.getfixturevalue("database_location")
    build_workspace(location)
    return location
