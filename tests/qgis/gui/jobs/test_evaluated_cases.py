"""A figure of an evaluation that is clicked lists the cases behind it and has the map show just these."""

from __future__ import annotations

import re
import shutil
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
    return build_evaluated(tmp_path_factory.mktemp("原件") / "示例.gpkg")


def build_evaluated(place):
    workspace = Workspace.open(build_workspace(place))
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
    return place


@pytest.fixture
def evaluated(shell):
    """The dialog with the figures of March, by communities."""
    return evaluate(shell)


def evaluate(shell):
    dialog = open_job(shell, "evaluate")
    dialog.show_values({"LEVEL": "community", "FROM": (date(2026, 3, 1), date(2026, 3, 31))})
    press(dialog, "run")
    wait_for(lambda: tasks_done() and dialog.shows_result())
    return dialog


def figures(dialog):
    """Return the links of figures by column and place, with the figures."""
    found = re.findall(r'href="(cases:[^"]+)"[^>]*>(?:<[^>]*>)*([\d,.]+)', dialog.result.toHtml())
    return {link: float(figure.replace(",", "")) for link, figure in found}


def column_of(link):
    return link.rpartition("/")[2]


def click(dialog, link):
    dialog.link_clicked.emit(QUrl(link))


def assert_every_figure_opens_its_cases(dialog):
    cases = shown_layer(QgsProject.instance(), "cases")
    links = figures(dialog)
    assert {column_of(link) for link in links} >= {"filed", "closed", "overdue", "closing_rate"}
    for link, figure in links.items():
        click(dialog, link)
        wait_for(tasks_done)
        selected, page = list(cases.selectedFeatures()), dialog.result.toHtml()
        if column_of(link).endswith("_rate"):
            told = re.search(r": (\d+) of (\d+) cases?|: (\d+) cases?", page)
            part, among = (int(told[1]), int(told[2])) if told[1] else (int(told[3]), int(told[3]))
            assert len(selected) == part
            assert figure == pytest.approx(100 * part / among, abs=0.05), link
        else:
            assert len(selected) == figure, link
            assert f": {figure:.0f} case" in page
        if column_of(link) == "overdue":
            assert {f["status"] for f in selected} == {"handling"}
        if column_of(link) in ("closed", "closing_rate"):
            assert {f["status"] for f in selected} == {"closed"}
        listed = re.findall(r'href="place:(\d+)"', page)
        assert sorted(map(int, listed)) == sorted(f.id() for f in selected)
    click(dialog, f"place:{listed[0]}")
    assert [f.id() for f in cases.selectedFeatures()] == [int(listed[0])]


def test_every_figure_opens_the_cases_behind_it(evaluated):
    assert_every_figure_opens_its_cases(evaluated)
    assert any(column_of(link) == "closing_rate" and 0 < rate < 100 for link, rate in figures(evaluated).items())


@pytest.mark.proof
def test_of_two_clicks_the_later_one_is_answered_and_a_filter_that_hides_cases_is_told(evaluated):
    cases = shown_layer(QgsProject.instance(), "cases")
    by_column = {column_of(link): (link, figure) for link, figure in figures(evaluated).items()}
    (closed, _), (overdue, late) = by_column["closed"], by_column["overdue"]
    click(evaluated, closed)
    click(evaluated, overdue)
    wait_for(tasks_done)
    assert {f["status"] for f in cases.selectedFeatures()} == {"handling"}
    assert cases.setSubsetString("\"status\" = 'closed'")
    click(evaluated, overdue)
    assert cases.selectedFeatureCount() == 0
    assert f"hides them or they are gone: {late:.0f}" in evaluated.result.toPlainText()


def test_figures_of_one_workspace_select_nothing_in_another(shell, evaluated, original, tmp_path):
    filed = next(link for link in figures(evaluated) if column_of(link) == "filed")
    click(evaluated, filed)  # its answer comes when the other one is open
    shell.session.open(shutil.copyfile(original, tmp_path / "另一个.gpkg"))
    wait_for(tasks_done)
    cases = shown_layer(QgsProject.instance(), "cases")
    for link in (filed, "all:"):
        click(evaluated, link)
        wait_for(tasks_done)
        assert cases.selectedFeatureCount() == 0
        assert "which is not open now" in evaluated.result.toPlainText()


def test_a_dialog_that_was_closed_selects_nothing_any_more(evaluated):
    click(evaluated, next(iter(figures(evaluated))))
    evaluated.reject()
    wait_for(tasks_done)
    assert shown_layer(QgsProject.instance(), "cases").selectedFeatureCount() == 0
