"""A working copy says what it is when it is opened."""

from __future__ import annotations

from qgis.core import QgsProject
from qgis.PyQt.QtWidgets import QLabel

from gridmgmt_plugin.jobs.areas.copy_workspace import copy_workspace
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.workspace_window import MapIface, build_workspace, built_shell, forget_settings, tasks_done, wait_for


def test_a_working_copy_says_of_which_moment_it_is_and_how_it_comes_back(qgis_app, tmp_path):
    home, away = build_workspace(tmp_path / "库.gpkg"), tmp_path / "外业.gpkg"
    copy_workspace(Workspace.open(home), away, working_copy=True)
    forget_settings()
    with built_shell(MapIface()) as shell:
        for path, is_copy in ((home, False), (away, True)):
            shell.session.open(path)
            wait_for(tasks_done)
            told = [text for text in shell.iface.messages() if "working copy of" in text]
            assert len(told) == is_copy
            assert all(Workspace.open(away).info.copied_at in text for text in told)


def test_the_state_panel_says_all_the_time_that_a_working_copy_is_open(qgis_app, tmp_path):
    home, away = build_workspace(tmp_path / "库.gpkg"), tmp_path / "外业.gpkg"
    copy_workspace(Workspace.open(home), away, working_copy=True)
    forget_settings()
    with built_shell(MapIface()) as shell:
        shell.session.open(away)
        links = shell.controller("tree").dock.state.findChild(QLabel, "gridmgmt_state_links")
        made_on = Workspace.open(away).info.copied_at[:10]
        told = f"Working copy of “{home.parent.name} / 库.gpkg”, made on {made_on}"
        wait_for(lambda: told in links.text())
        assert QgsProject.instance().title().endswith("/ 外业.gpkg (working copy)")
        links.linkActivated.emit("copy")
        assert Workspace.open(away).info.copied_at in shell.iface.messages()[-1]
        shell.session.open(home)
        wait_for(lambda: tasks_done() and "No&nbsp;release&nbsp;yet" in links.text())
        assert "Working copy" not in links.text()
