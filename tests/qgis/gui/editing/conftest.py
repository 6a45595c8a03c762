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
def bench(district, laid_out):
    """Return an open copy of the district under the planner's hand."""
    made = Bench(laid_out(district))
    yield made
    made.close()


#: Has a test run in a database as well every day, and not in the long proofs alone.
in_both = pytest.mark.parametrize("place_in_both", ["file", "database"], indirect=True)


@pytest.fixture(params=["file", pytest.param("database", marks=pytest.mark.proof)])
def place_in_both(request, author, original, laid_out, fill):
    """Return where a fresh district lies: in a file, then in a database."""
    if request.param == "file":
        return laid_out(original)
    KEPT.forget()
    location = request.getfixturevalue("database_location")
    build_workspace(location)
    fill(location)
    return location


@pytest.fixture(scope="module")
def original(tmp_path_factory, fill):
    """Return the file that copies of a module's district are taken from."""
    path = build_workspace(tmp_path_factory.mktemp("原件") / "网格库.gpkg")
    fill(path)
    return path


@pytest.fixture(scope="module")
def fill():
    """Return what puts into a fresh district what a module needs beside it: nothing."""
    return lambda place: None
