"""QGIS can be closed while it opens the first tables of a database, whatever the server does."""

from __future__ import annotations

import subprocess
import sys
import weakref
from dataclasses import replace

import pytest

from gridmgmt_plugin.project.opened_apart import OpenedApart
from gridmgmt_plugin.project.postgis_source import table_source
from gridmgmt_plugin.workspace.schema import tables
from tests.network_proxy import NetworkProxy
from tests.qgis.workspace_window import build_workspace, wait_for

_CLOSED_SOON = """
import sys
import weakref
from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QTimer
from gridmgmt_plugin.project.opened_apart import OpenedApart
from gridmgmt_plugin.project.postgis_source import table_source
from gridmgmt_plugin.workspace.location import parse_location
from gridmgmt_plugin.workspace.schema import tables
application = QgsApplication([], True)
application.initQgis()
place = parse_location(sys.argv[1])
opened = [OpenedApart(table_source(place, tables()[name], None)) for name in ("area", "unit_grid")]
QTimer.singleShot(int(sys.argv[2]), application.quit)
application.exec()
application.exitQgis()
print([one.is_silent for one in opened])
"""
_ENDS_AFTER_S = 30


def _closed_after(place, between, wait_ms):
    """Return with what QGIS ends that is closed while it opens two tables, and whether each was given up."""
    command = [sys.executable, "-c", _CLOSED_SOON, str(replace(place, port=between.port)), str(wait_ms)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=_ENDS_AFTER_S, check=False)
    return ended.returncode, ended.stdout.strip()


@pytest.mark.proof
@pytest.mark.parametrize("wait_ms", [100, 1000, 1050, 1100, 1150])
def test_qgis_is_closed_in_the_middle_of_an_opening(postgis, database_location, wait_ms):
    build_workspace(database_location)
    with NetworkProxy(postgis.port, 0.02) as slow:
        assert _closed_after(database_location, slow, wait_ms) == (0, "[False, False]")


@pytest.mark.proof
def test_qgis_is_closed_though_the_server_answers_no_more(postgis, database_location):
    build_workspace(database_location)
    with NetworkProxy(postgis.port) as dead:
        dead.hold_at = b"qgis_editor_widget_styles"
        assert _closed_after(database_location, dead, 200) == (0, "[True, True]")


def test_a_table_that_nobody_wants_any_more_goes_in_the_thread_of_the_window(qgis_app, postgis, database_location):
    build_workspace(database_location)
    with NetworkProxy(postgis.port, 0.02) as slow:
        place = replace(database_location, port=slow.port)
        opened = OpenedApart(table_source(place, tables()["area"], None))
        opened.let_go()
        opened.wait(_ENDS_AFTER_S)
        assert not opened.is_silent
        provider = weakref.ref(opened._provider)
        wait_for(lambda: provider() is None)
        assert opened.take_provider() is None
