"""A window, a workspace in a database to open in it, and a network in between."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.gui.opening import late_tables
from gridmgmt_plugin.project.settings import remember
from gridmgmt_plugin.workspace.postgis import idle_connections
from tests.network_proxy import NetworkApart
from tests.qgis.workspace_window import MapIface, build_workspace, built_shell, forget_settings


@pytest.fixture
def busy(monkeypatch):
    """Have the planner's mouse never lie still."""
    monkeypatch.setattr(late_tables, "_STILL_S", 3600.0)


@pytest.fixture
def shell(qgis_app):
    forget_settings()
    remember("author", "测试员")
    with built_shell(MapIface()) as made:
        yield made


@pytest.fixture
def place(database_location):
    build_workspace(database_location)
    return database_location


@pytest.fixture
def network(postgis):
    with NetworkApart(postgis.port) as between:
        yield between
    idle_connections.close_all()
