"""What an import proposes to do with what the workspace has already: the second time is the usual one."""

from __future__ import annotations

import pytest
import shapely
from qgis.PyQt.QtWidgets import QWidget

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.gui.jobs.job_window import open_job, press
from tests.qgis.workspace_window import tasks_done, wait_for


def add_lane(workspace):
    """Enter a street-lane."""
    way = as_column([shapely.multilinestrings([[(0, 0), (50, 0)]])])
    with workspace.transaction("", "test") as transaction:
        transaction.insert("lane", Rows.from_records([{"code": "9901010010099", "name": "东胡同"}], way))


@pytest.mark.daily(1)
@pytest.mark.parametrize("key", ["import_unit_grids", "import_lanes"])
def test_a_second_import_proposes_to_update_what_is_there(shell, key):
    add_lane(Workspace.open(shell.session.location))
    dialog = open_job(shell, key)
    wait_for(lambda: dialog.fields["MODE"].value() == "update")


@pytest.mark.daily(1)
@pytest.mark.parametrize(("key", "table"), [("import_unit_grids", "unit_grid"), ("import_lanes", "lane")])
def test_the_first_import_proposes_new(shell, key, table):
    workspace = Workspace.open(shell.session.location)
    with workspace.transaction("", "test") as transaction:
        transaction.clear(table)
    assert open_job(shell, key).fields["MODE"].value() == "new"


def test_what_the_planner_chose_before_the_workspace_was_read_stays(shell):
    shell.action("import_unit_grids").trigger()
    (dialog,) = shell.iface.mainWindow().findChildren(QWidget, "gridmgmt_job_importunitgrids")
    mode = dialog.fields["MODE"]
    mode.widget.activated.emit(mode.widget.findData("new"))
    wait_for(tasks_done)
    assert mode.value() == "new"


def test_once_more_knows_what_the_first_run_made_and_is_all_on_the_screen(shell):
    workspace = Workspace.open(shell.session.location)
    with workspace.transaction("", "test") as transaction:
        transaction.clear("lane")
    dialog = open_job(shell, "import_lanes")
    areas = dialog.fields["SCOPE"].widget.count()
    add_lane(workspace)
    dialog.show_result("made")
    press(dialog, "run")
    assert dialog.fields["MODE"].value() == "update"
    assert dialog.fields["SCOPE"].widget.count() == areas, "areas are offered twice"
    for x, y in ((-40, -20), (10_000, 10_000)):
        dialog.move(x, y)
        dialog.show_settings()
        screen, frame = dialog.screen().availableGeometry(), dialog.frameGeometry()
        assert screen.contains(frame.topLeft())
        assert frame.x() == screen.x() or frame.right() <= screen.right()
        assert frame.y() == screen.y() or frame.bottom() <= screen.bottom()
