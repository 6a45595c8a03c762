"""The map follows the figures: as many cases as these say, and nobody's own filter, edits or project suffer."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from qgis.core import QgsProject
from qgis.gui import QgsAttributeTableModel
from qgis.PyQt.QtCore import Qt

from gridmgmt_plugin.gui.casefigures.map_filter import of_question, without
from gridmgmt_plugin.jobs.analysis.case_figures import Question
from gridmgmt_plugin.project.map.clusters import cluster_layer
from gridmgmt_plugin.project.settings import remember
from gridmgmt_plugin.project.shown_workspace import shown_layer
from tests.qgis.gui.casefigures.test_case_figures_dock import algorithms, dock, number, original  # noqa: F401  fixtures
from tests.qgis.workspace_window import tasks_done, wait_for


@pytest.fixture
def cases(dock):  # noqa: F811  the fixture
    """The layer of cases, narrowed to what is counted."""
    dock.bar.followed.setChecked(True)
    yield shown_layer(QgsProject.instance(), "cases")
    remember("figures_on_map", False)


def shown(layer):
    return sum(1 for _ in layer.getFeatures())


def ask_for_some(dock):  # noqa: F811
    dock.bar.classes.choose((("event", "0101"),))
    dock.bar.choose(dock.bar.source, "12345")
    return number(dock)


@pytest.mark.proof
def test_the_map_shows_just_what_is_counted_and_all_again_when_the_dock_goes(shell, dock, cases):  # noqa: F811
    everything = 49
    few = ask_for_some(dock)
    assert 0 < shown(cases) == few < everything
    discs = cluster_layer(QgsProject.instance())
    assert sum(f["count"] for f in discs.getFeatures() if f["level"] == 0) <= few
    dock.bar.choose(dock.bar.source, "12345")
    assert shown(cases) == number(dock) > few
    shell.action("case_figures").trigger()
    assert shown(cases) == everything
    assert cases.dataProvider().subsetString() == ""
    shell.action("case_figures").trigger()
    assert shown(cases) == number(dock)


@pytest.mark.proof
def test_the_condition_for_many_cases_finds_the_same(dock, cases, monkeypatch):  # noqa: F811
    monkeypatch.setattr("gridmgmt_plugin.gui.casefigures.map_filter.NAMED", 0)
    few = ask_for_some(dock)
    assert "class_code" in cases.dataProvider().subsetString()
    assert shown(cases) == few
    dock.bar.choose_days(date.today() - timedelta(60), date.today() - timedelta(20))
    dock.bar.classes.choose(())
    assert shown(cases) == number(dock)
    assert "''" in of_question(dock.bar.question(), None)


def test_the_planner_s_own_filter_holds_beside_ours_and_comes_back(shell, dock, cases):  # noqa: F811
    dock.bar.followed.setChecked(False)
    assert cases.setSubsetString("\"source\" = '12345'")
    own = shown(cases)
    dock.bar.followed.setChecked(True)
    dock.bar.classes.choose((("component", "0101"),))
    assert 0 < shown(cases) < own
    assert cases.source().endswith("\"source\" = '12345'"), "the layer says what the planner said"
    cases.setSubsetString("\"source\" = '监督员'")
    dock.bar.classes.choose(())
    assert shown(cases) == sum(f["source"] == "监督员" for f in cases.getFeatures())
    shell.action("case_figures").trigger()
    assert cases.dataProvider().subsetString() == "\"source\" = '监督员'"


def test_what_the_planner_makes_of_our_filter_stays_without_ours(shell, dock, cases):  # noqa: F811
    ask_for_some(dock)
    ours = cases.dataProvider().subsetString()
    assert ours
    assert cases.setSubsetString(f"{ours} AND \"status\" = 'filed'")  # as QGIS's window of the filter does
    assert cases.source().endswith("|subset=\"status\" = 'filed'")
    assert shown(cases) == number(dock), "and the map still follows"
    dock.bar.followed.setChecked(False)
    assert cases.dataProvider().subsetString() == "\"status\" = 'filed'"
    dock.bar.followed.setChecked(True)
    assert cases.setSubsetString(f"NOT ({shell.controller('case_figures')._filter._ours})")
    assert cases.source().endswith("|subset=\"status\" = 'filed'"), "what cannot be taken apart leaves what was there"


@pytest.mark.parametrize(
    ("told", "left"),
    [
        ("OURS", ""),
        ("(OURS)", ""),
        ("(a = 1) AND (OURS)", "(a = 1)"),
        ("OURS AND b = 2", "b = 2"),
        ("(a = 1) AND (OURS) or b = 2", "(a = 1) or b = 2"),
        ("NOT (OURS)", None),
        ("a = 1", "a = 1"),
    ],
)
def test_our_condition_is_taken_out_of_another_one(told, left):
    assert without(told.replace("OURS", '"fid" IN (1,2)'), '"fid" IN (1,2)') == left


@pytest.mark.proof
def test_cases_without_a_kind_are_found_by_the_condition_for_many(cases):
    assert cases.dataProvider().setSubsetString("", False)
    condition = of_question(Question(classes=(("", "0101"),)), None)
    some = next(cases.getFeatures()).id()
    column = cases.fields().indexOf("kind")
    assert cases.dataProvider().changeAttributeValues({some: {column: None}})
    assert cases.dataProvider().setSubsetString(condition, False)
    assert [feature.id() for feature in cases.getFeatures()] == [some]


def test_a_project_that_is_saved_meanwhile_has_nothing_of_ours(dock, cases, tmp_path):  # noqa: F811
    ask_for_some(dock)
    path = tmp_path / "项目.qgs"
    assert QgsProject.instance().write(str(path))
    text = path.read_text(encoding="utf-8")
    assert "fid&quot; IN" not in text
    assert "subset=" not in text
    assert "gridmgmt_all" not in text


@pytest.mark.proof
def test_who_edits_cases_sees_all_of_them_and_the_dock_says_so(dock, cases):  # noqa: F811
    few = ask_for_some(dock)
    assert cases.startEditing()
    assert shown(cases) == 49
    assert "being edited" in dock.notes.text()
    feature = next(cases.getFeatures())
    assert cases.changeAttributeValue(feature.id(), cases.fields().indexOf("note"), "改")
    dock.bar.choose(dock.bar.source, "12345")
    assert shown(cases) == 49
    assert cases.isModified()
    cases.rollBack()
    dock.bar.choose(dock.bar.source, "12345")
    assert shown(cases) == few


def test_an_open_attribute_table_shows_the_same_cases(iface, dock, cases):  # noqa: F811
    from qgis.core import QgsVectorLayerCache

    cache = QgsVectorLayerCache(cases, 1000)
    table = QgsAttributeTableModel(cache)
    table.loadLayer()
    few = ask_for_some(dock)
    wait_for(lambda: table.rowCount() == few)
    column = cases.fields().indexOf("kind")
    assert {table.index(row, column).data(Qt.ItemDataRole.DisplayRole) for row in range(few)} != {None}
    dock.bar.followed.setChecked(False)
    wait_for(lambda: table.rowCount() == 49)


def test_what_is_selected_narrows_the_map_too_and_a_reload_leaves_nothing(shell, iface, dock, cases):  # noqa: F811
    layer = shown_layer(QgsProject.instance(), "unit_grid")
    iface.mapCanvas().setLayers([layer])
    layer.selectByExpression(f"\"code\" = '{dock._listed[0].code}'")
    dock.bar.selected.click()
    assert shown(cases) == number(dock) == 2
    shell.session.reload()
    wait_for(tasks_done)
    assert shown(shown_layer(QgsProject.instance(), "cases")) == number(dock)
    shell.action("close_workspace").trigger()
    wait_for(tasks_done)
    assert shown_layer(QgsProject.instance(), "cases") is None
