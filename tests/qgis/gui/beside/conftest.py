"""A window in which a workspace is open, in a file or a database, and a colleague with a program of his own."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.gui.beside import controller as beside
from gridmgmt_plugin.project.settings import remember
from gridmgmt_plugin.workspace.gpkg import watching
from gridmgmt_plugin.workspace.location import GeoPackageLocation
from tests.colleague import Colleague
from tests.qgis.workspace_window import (
    build_workspace,
    built_shell,
    forget_settings,
    shown_window,
    tasks_done,
    wait_for,
)


@pytest.fixture(params=["file", "database"])
def location(request, tmp_path):
    if request.param == "file":
        return GeoPackageLocation(build_workspace(tmp_path / "district.gpkg"))
    return build_workspace(request.getfixturevalue("database_location"))


@pytest.fixture
def window(qgis_app, monkeypatch):
    """Return the plugin in a window with nothing open."""
    monkeypatch.setattr(watching, "LOOK_S", 0.1)
    monkeypatch.setattr(beside, "DOCKS_MS", 100)
    forget_settings()
    remember("author", "我")
    with built_shell(shown_window()) as made:
        yield made
    remember("author", "")


@pytest.fixture
def shell(window, location):
    """Return the plugin with the workspace open, listening."""
    window.session.open(location, lambda error: None)
    wait_for(lambda: window.session.location == location)
    wait_for(lambda: window.controller("tree").dock.model.summary is not None)
    wait_for(tasks_done)
    wait_for(lambda: window.channel._hearing._source is not None)
    return window


@pytest.fixture
def colleague(location):
    one = Colleague(location)
    yield one
    one.leave()
