"""A figure of an evaluation that is clicked lists the cases behind it and has the map show just these."""

from __future__ import annotations

import re
from datetime import date

import pytest
from qgis.core import QgsProject
from qgis.PyQt.QtCore import QUrl

from gridmgmt_plugin.project.shown_workspace import shown_layer
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.gui.jobs.job_window import open_job, press
from tests.qgis.workspace_window import build_workspace, tasks_done, wait_for


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """Half of the cases are closed in time, half are late and open."""
    path = build_workspace(tmp_path_factory.mktemp("原件") / "示例.gpkg")
    workspace = Workspace.open(path)
    rows = workspace.read("cases", geometry=False)
    halves = [at % 2 == 0 for at in range(len(rows))]
    changed = {
        "reported_at": ["2026-03-02T09:00:00"] * len(rows),
        "filed_at": ["2026-03-02T09:00:00"] * len(rows),
        "due_at": ["2026-03-05T09:00:00"] * len(rows),
        "status": ["closed" if half else "handling" for half in halves],
        "closed_at": ["2026-03-03T09:00:00" if half else None for half in halves],
    }
    with workspace.transaction("", "test") as transaction:
        for column, values in changed.items():
            transaction.set_column("cases", column, rows.fid, values)
    return path


def test_every_figure_opens_the_cases_behind_it(shell):
    dialog = open_job(shell, "evaluate")
    dialog.show_values({"LEVEL": "community", "FROM": (date(2026, 3, 1), date(2026, 3, 31))})
    press(dialog, "run")
    wait_for(lambda: tasks_done() and dialog.shows_result())
    page = dialog.result.toHtml()
    links = re.findall(r'href="(cases:[^"]+)"[^>]*>(?:<[^>]*>)*([\d,.]+)', page)
    assert {link.rpartition("/")[2] for link, _ in links} >= {"filed", "closed", "overdue", "closing_rate"}
    cases = shown_layer(QgsProject.instance(), "cases")
    for link, figure in links:
        column = link.rpartition("/")[2]
        dialog.link_clicked.emit(QUrl(link))
        wait_for(tasks_done)
        selected = list(cases.selectedFeatures())
        if column.endswith("_rate"):
            continue
        assert len(selected) == int(figure.replace(",", "")), column
        assert f">{figure} case" in dialog.result.toHtml() or f": {figure} case" in dialog.result.toHtml()
        if column == "overdue":
            assert {f["status"] for f in selected} == {"handling"}
        listed = re.findall(r'href="place:(\d+)"', dialog.result.toHtml())
        assert sorted(map(int, listed)) == sorted(f.id() for f in selected)
    dialog.link_clicked.emit(QUrl(f"place:{listed[0]}"))
    assert [f.id() for f in cases.selectedFeatures()] == [int(listed[0])]
