"""A figure of an evaluation opens its cases in a database too, where QGIS numbers features by itself."""

from __future__ import annotations

from qgis.core import QgsProject

from gridmgmt_plugin.project.settings import remember
from gridmgmt_plugin.project.shown_workspace import shown_layer
from tests.qgis.gui.jobs.test_evaluated_cases import assert_every_figure_opens_its_cases, build_evaluated, evaluate
from tests.qgis.workspace_window import built_shell, forget_settings, shown_window, tasks_done, wait_for


def test_every_figure_opens_the_cases_behind_it(database_location, processing, qgis_app):
    build_evaluated(database_location)
    forget_settings()
    remember("author", "王工")
    with built_shell(shown_window(), ["evaluate"]) as shell:
        opened = []
        shell.session.open(database_location, opened.append)
        wait_for(lambda: opened and tasks_done())
        assert opened == [None]
        cases = shown_layer(QgsProject.instance(), "cases")
        assert any(f.id() != f["fid"] for f in cases.getFeatures('"fid" > 20')), "else nothing is tried here"
        dialog = evaluate(shell)
        assert_every_figure_opens_its_cases(dialog)
        dialog.reject()
