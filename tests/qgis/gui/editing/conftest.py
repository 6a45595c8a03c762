"""A fresh bench per test, and no error of a slot or an event handler goes unseen."""

from __future__ import annotations

import sys
import traceback

import pytest

from tests.qgis.gui.editing.tool_window import Bench
from tests.qgis.workspace_window import build_workspace


@pytest.fixture(autouse=True)
def _no_hidden_errors():
    """Qt swallows what a Python handler raises, or ends the program; here it fails the test."""
    seen, before = [], sys.excepthook
    sys.excepthook = lambda kind, error, trace: seen.append("".join(traceback.format_exception(kind, error, trace)))
    yield
    sys.excepthook = before
    assert not seen, "\n".join(seen)


@pytest.fixture(scope="session")
def district(tmp_path_factory):
    """Return a workspace of two communities, each a row of squares of 100 m."""
    return build_workspace(tmp_path_factory.mktemp("tools") / "网格库.gpkg")


@pytest.fixture
def bench(qgis_app, district, tmp_path):
    """Return an open copy of the district under the planner's hand."""
    import shutil

    path = tmp_path / "网格库.gpkg"
    shutil.copy(district, path)
    made = Bench(path)
    yield made
    made.close()
