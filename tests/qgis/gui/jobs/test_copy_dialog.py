"""The dialog that copies the open workspace."""

from __future__ import annotations

from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.gui.jobs.job_window import open_job, part, press, told


def test_the_open_workspace_is_copied_into_a_file_and_stays_open(shell, tmp_path):
    opened, target = shell.session.location, tmp_path / "副本.gpkg"
    dialog = open_job(shell, "copy_workspace")
    assert not dialog.fields["WITH_CONTACTS"].value(), "contacts stay unless they are asked for"
    assert str(Workspace.open(opened).count("unit_grid")) in told(dialog)
    dialog.fields["OUTPUT"].show_value(str(target))
    press(dialog, "run")
    assert "read back and compared" in part(dialog, "result").toPlainText()
    assert Workspace.open(target).count("unit_grid") == Workspace.open(opened).count("unit_grid")
    assert shell.session.location == opened


def test_a_database_is_chosen_by_its_connection_and_one_place_at_a_time(shell, tmp_path):
    dialog = open_job(shell, "copy_workspace")
    dialog.fields["OUTPUT"].show_value(str(tmp_path / "副本.gpkg"))
    dialog.fields["TARGET"].show_value("postgresql://zhao@db.example/grids")
    assert dialog.fields["SCHEMA"].value() == "gridmgmt"
    press(dialog, "run")
    assert not (tmp_path / "副本.gpkg").exists()
    assert "one place at a time" in told(dialog)
