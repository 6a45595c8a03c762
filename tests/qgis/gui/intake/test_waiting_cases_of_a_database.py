"""Cases without a place of a workspace in a database: listed, and placed by a click."""

from __future__ import annotations

import shapely
from qgis.core import QgsPointXY

from gridmgmt_plugin.project.settings import remember
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.gui.intake.test_waiting_cases import build_waiting
from tests.qgis.workspace_window import built_shell, forget_settings, shown_window, tasks_done, wait_for


def test_the_chosen_case_is_placed_in_the_database_and_the_next_one_is_chosen(database_location, qgis_app):
    build_waiting(database_location)
    forget_settings()
    remember("author", "王工")
    with built_shell(shown_window()) as shell:
        opened = []
        shell.session.open(database_location, opened.append)
        wait_for(lambda: opened)
        assert opened == [None]
        shell.action("waiting_cases").trigger()
        controller = shell.controller("waiting_cases")
        wait_for(lambda: tasks_done() and controller.dock.table.rowCount() == 2)
        unit = Workspace.open(database_location).read("unit_grid", ["code"])
        inside = shapely.point_on_surface(unit.shapes[0])
        controller._picked(QgsPointXY(inside.x, inside.y))
        wait_for(lambda: tasks_done() and controller.dock.table.rowCount() == 1)
        assert controller.dock.current().case_no == "乙"
    (row,) = Workspace.open(database_location).read("cases", None, {"id": "990101-甲"}).records()
    assert row["unit_grid"] == unit["code"][0]
