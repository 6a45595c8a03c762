"""A manager's figures of a workspace in a database, where the map follows them, also over a slow network."""

from __future__ import annotations

import pytest
from qgis.core import QgsProject

from gridmgmt_plugin.project.settings import remember
from gridmgmt_plugin.project.shown_workspace import shown_layer
from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.network_proxy import NetworkProxy
from tests.qgis.workspace_window import (
    build_workspace,
    built_shell,
    forget_settings,
    shown_window,
    tasks_done,
    wait_for,
)

CASES = 49


@pytest.fixture
def network(database_location):
    """A network between us and the server, and the workspace as it is reached through it."""
    workspace = Workspace.open(build_workspace(database_location))
    rows = workspace.read("cases", geometry=False)
    with workspace.transaction("", "test") as transaction:
        transaction.set_column("cases", "kind", rows.fid, [("event", "component")[at % 2] for at in range(CASES)])
    server = database_location
    with NetworkProxy(server.port) as between:
        address = {**vars(server), "host": "127.0.0.1", "port": between.port}
        yield between, PostgresLocation(**address)


def test_the_map_shows_what_is_counted_and_no_click_waits_for_the_server_unless_the_map_follows(network, qgis_app):
    between, location = network
    forget_settings()
    remember("author", "王工")
    with built_shell(shown_window()) as shell:
        opened = []
        shell.session.open(location, opened.append)
        wait_for(lambda: opened)
        assert opened == [None]
        shell.action("case_figures").trigger()
        dock = shell.controller("case_figures").dock
        wait_for(lambda: tasks_done() and dock.table.rowCount() > 0)
        dock.bar.period.setCurrentIndex(dock.bar.period.findData("all"))
        cases = shown_layer(QgsProject.instance(), "cases")
        dock.bar.followed.setChecked(True)
        dock.bar.classes.choose((("event", "0101"),))
        few = dock._overview.count
        assert 0 < few < CASES
        assert sum(1 for _ in cases.getFeatures()) == few
        dock.bar.followed.setChecked(False)
        assert sum(1 for _ in cases.getFeatures()) == CASES
        carried = between.carried
        dock.bar.classes.choose((("component", "0101"),))
        assert dock._overview.count == CASES - few
        assert between.carried == carried
        remember("figures_on_map", False)
