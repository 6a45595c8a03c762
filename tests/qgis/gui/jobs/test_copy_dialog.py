"""The dialog that copies the open workspace."""

from __future__ import annotations

from qgis.PyQt.QtCore import QUrl

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.areas.copy_workspace import copy_workspace
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.gui.jobs.job_window import open_job, part, press, told
from tests.qgis.workspace_window import wait_for


def test_the_open_workspace_is_copied_into_a_file_and_stays_open(shell, tmp_path):
    opened, target = shell.session.location, tmp_path / "副本.gpkg"
    dialog = open_job(shell, "copy_workspace")
    assert not dialog.fields["WITH_CONTACTS"].value(), "contacts stay unless they are asked for"
    cells = str(Workspace.open(opened).count("unit_grid"))
    wait_for(lambda: cells in part(dialog, "forecast").text())
    dialog.fields["OUTPUT"].show_value(str(target))
    press(dialog, "run")
    assert "read back and compared" in part(dialog, "result").toPlainText()
    assert Workspace.open(target).count("unit_grid") == Workspace.open(opened).count("unit_grid")
    assert shell.session.location == opened
    part(dialog, "result").anchorClicked.emit(QUrl("step:0"))
    assert str(shell.session.location) == str(target), "“Open the copy”"


def test_the_copy_in_a_database_is_opened_from_what_the_dialog_says_of_it(shell, postgis):
    location = postgis.location()
    dialog = open_job(shell, "copy_workspace")
    dialog.fields["TARGET"].show_value(str(location))
    dialog.fields["SCHEMA"].show_value(location.schema)
    press(dialog, "run")
    wait_for(lambda: "Open the copy" in part(dialog, "result").toPlainText())
    part(dialog, "result").anchorClicked.emit(QUrl("step:0"))
    wait_for(lambda: str(shell.session.location) == str(location))
    shell.session.close_workspace()
    postgis.drop(location.schema)


def test_a_database_is_chosen_by_its_connection_and_one_place_at_a_time(shell, tmp_path):
    dialog = open_job(shell, "copy_workspace")
    dialog.fields["OUTPUT"].show_value(str(tmp_path / "副本.gpkg"))
    dialog.fields["TARGET"].show_value("postgresql://zhao@db.example/grids")
    assert dialog.fields["SCHEMA"].value() == "gridmgmt"
    press(dialog, "run")
    assert not (tmp_path / "副本.gpkg").exists()
    assert "one place at a time" in told(dialog)


def test_a_working_copy_says_what_it_would_bring_back_and_brings_it_back(shell, tmp_path):
    opened, target = shell.session.location, tmp_path / "外业.gpkg"
    copy_workspace(Workspace.open(opened), target, working_copy=True)
    with Workspace.open(target).transaction("外业", "test") as transaction:
        transaction.insert("person", Rows({"id": as_column(["外1"]), "name": as_column(["示例甲"])}))
    dialog = open_job(shell, "bring_back")
    dialog.fields["INPUT"].show_value(str(target))
    press(dialog, "try")
    assert "1 row" in told(dialog)
    assert Workspace.open(opened).count("person", {"id": "外1"}) == 0, "it was only tried out"
    press(dialog, "run")
    assert "1 row" in part(dialog, "result").toPlainText()
    assert Workspace.open(opened).count("person", {"id": "外1"}) == 1
