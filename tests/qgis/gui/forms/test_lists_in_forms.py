"""The short lists in forms: what belongs to a row by name, the way there, and what is added is saved at once."""

from __future__ import annotations

import json

import pytest
import shapely
from qgis.core import QgsFeature, QgsProject
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QApplication,
    QComboBox,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QToolButton,
    QTreeWidget,
    QWidget,
)

from gridmgmt_plugin.gui.forms.form_parts import field_around
from gridmgmt_plugin.project.forms.description import list_descriptions
from gridmgmt_plugin.project.forms.figures import read_list
from gridmgmt_plugin.project.forms.names import Names
from gridmgmt_plugin.project.forms.short_lists import ListSource
from gridmgmt_plugin.project.layers import renew_forms
from gridmgmt_plugin.workspace.workspace import Workspace

GRID = "990101001001001"
BOTH_ENDS = ("zh_CN", "zh_CN-database")


def _listed(bench, key, table, condition="TRUE"):
    found = read_list(ListSource(bench.layers, "zh"), list_descriptions()[key], bench.row(table, condition))
    return [row.cells for row in found.rows]


def _trees(dialog):
    return [tree for tree in dialog.findChildren(QTreeWidget, "gridmgmt_short_list") if tree.isVisible()]


def _cells(tree):
    items = [tree.topLevelItem(at) for at in range(tree.topLevelItemCount())]
    return [[item.text(at) for at in range(tree.columnCount())] for item in items]


@pytest.mark.daily(1)
@pytest.mark.parametrize("bench", BOTH_ENDS, indirect=True)
def test_a_lane_shows_its_officers_its_communities_components_and_cases(bench):
    assert [row[:2] for row in _listed(bench, "lane.officers", "lane")] == [("网格长", "示例乙")]
    assert [row[0] for row in _listed(bench, "lane.areas", "lane")] == ["南门社区", "北园社区"]


@pytest.mark.daily(1)
@pytest.mark.parametrize("bench", BOTH_ENDS, indirect=True)
def test_a_responsibility_grid_shows_people_load_and_neighbours(bench):
    where = f"\"code\" = '{GRID}'"
    assert [row[:2] for row in _listed(bench, "responsibility_grid.posts", "responsibility_grid", where)] == [
        ("网格长", "示例甲")
    ]
    load = dict(_listed(bench, "responsibility_grid.load", "responsibility_grid", where))
    assert (load["单元网格"], load["部件"], load["案件"], load["未结案件"]) == ("4", "4", "8", "8")
    assert load["街巷长度"] == "100 米"
    neighbours = dict(_listed(bench, "responsibility_grid.neighbours", "responsibility_grid", where))
    assert neighbours == {"第001责任网格": "400 米", "第002责任网格": "100 米"}


@pytest.mark.daily(1)
@pytest.mark.parametrize("bench", BOTH_ENDS, indirect=True)
@pytest.mark.proof
def test_a_unit_grid_shows_who_answers_today_and_what_lies_in_it(bench):
    where = f"\"code\" = '{GRID}'"
    answers = _listed(bench, "unit_grid.answers", "unit_grid", where)
    assert [row[:4] for row in answers] == [("城管巡查", "第001责任网格", "网格长", "示例甲")]
    assert _listed(bench, "unit_grid.components", "unit_grid", where) == [("上水井盖", "1")]
    cases = _listed(bench, "unit_grid.cases", "unit_grid", where)
    assert [(row[1], row[2]) for row in cases] == [("2", "2")]


@pytest.mark.proof
def test_the_days_of_a_post_are_said_in_words_in_lists_and_beside_what_is_typed(bench):
    layer = bench.layers["post"]
    layer.startEditing()
    post = bench.row("post", f"\"target_code\" = '{GRID}'")
    layer.changeAttributeValue(post.id(), layer.fields().lookupField("weekdays"), "1-5")
    listed = _listed(bench, "responsibility_grid.posts", "responsibility_grid", f"\"code\" = '{GRID}'")
    assert listed[0][3] == "周一至周五"
    dialog = bench.form("post", f"$id = {post.id()}")
    labels = [label.text() for label in dialog.findChildren(QLabel) if label.buddy() is not None]
    assert any("<small>周一至周五</small>" in text for text in labels)


def test_days_are_said_in_the_same_words_in_lists_and_in_the_form_however_they_are_typed(bench):
    names = Names(bench.layers, "post", "zh")
    dialog = bench.form("post", f"\"target_code\" = '{GRID}'", edit=True)
    field = dialog.findChild(QWidget, "weekdays")
    line = field.findChildren(QLineEdit)[-1]
    labels = [label for label in dialog.findChildren(QLabel) if field_around(label.buddy()) is field]
    for typed in ("1-7", "1,2,3,4,5", "6-2", "1-5", "1，3", "周一至周三", "1--5", "常年", ""):
        line.setText(typed)
        said = names.of("weekdays", typed, {})
        (heading,) = (label.text() for label in labels if not label.isHidden())
        assert heading.partition("<small>")[2].partition("</small>")[0] == (said if said != typed else ""), typed


def test_the_list_of_a_new_row_has_its_headings_and_no_lines(bench):
    source, fresh = ListSource(bench.layers, "zh"), QgsFeature(bench.layers["lane"].fields())
    for key in ("lane.officers", "lane.areas"):
        found = read_list(source, list_descriptions()[key], fresh)
        there = read_list(source, list_descriptions()[key], bench.row("lane"))
        assert (found.headings, found.total) == (there.headings, 0)
        assert all(found.headings)


def test_a_grid_without_anybody_says_so(bench):
    where = "\"code\" = '990101001001005'"
    assert _listed(bench, "unit_grid.answers", "unit_grid", where)[0][3] == "无人在岗"


def test_a_post_that_ended_comes_last_and_is_faint(bench):
    found = read_list(
        ListSource(bench.layers, "zh"), list_descriptions()["area.posts"], bench.row("area", "\"code\" = '990101001'")
    )
    assert [(row.cells[1], row.past) for row in found.rows] == [("示例甲", False), ("示例乙", True)]


def test_an_area_at_a_glance_counts_what_lies_below_it(bench):
    figures = dict(_listed(bench, "area.figures", "area", "\"level\" = 'street_office'"))
    assert (figures["单元网格"], figures["部件"], figures["案件"]) == ("24", "24", "48")
    assert figures["面积"] == "24.00 公顷"


@pytest.mark.daily(1)
@pytest.mark.parametrize("bench", ["en_US", "zh_CN"], indirect=True)
@pytest.mark.proof
def test_load_and_neighbours_stand_side_by_side_whatever_other_schemes_there_are(bench):
    for scheme in dict.fromkeys(row["scheme"] for row in bench.layers["responsibility_grid"].getFeatures()):
        dialog = bench.form("responsibility_grid", f"\"scheme\" = '{scheme}'")
        load, neighbours = (tree.mapToGlobal(tree.rect().topLeft()) for tree in _trees(dialog))
        assert load.y() == neighbours.y()
        assert load.x() < neighbours.x()
        bench.close_forms()


@pytest.mark.parametrize("bench", ["en_US"], indirect=True)
@pytest.mark.proof
def test_a_list_gives_its_headings_their_room_in_the_narrowest_form(bench):
    dialog = bench.form("responsibility_grid", f"\"code\" = '{GRID}'")
    dialog.resize(dialog.minimumSizeHint())
    bench.settle()
    trees = _trees(dialog)
    assert len(trees) == 2
    for tree in trees:
        header = tree.header()
        assert all(header.sectionSize(at) >= header.sectionSizeHint(at) for at in range(header.count()))


@pytest.mark.proof
def test_unsaved_edits_are_in_the_lists(bench):
    layer = bench.layers["component"]
    layer.startEditing()
    row = bench.row("component", f"\"unit_grid\" = '{GRID}'")
    layer.changeAttributeValue(row.id(), layer.fields().lookupField("class_code"), "0102")
    assert _listed(bench, "unit_grid.components", "unit_grid", f"\"code\" = '{GRID}'") == [("污水井盖", "1")]


def test_a_list_is_read_when_its_tab_is_looked_at(bench):
    dialog = bench.form("lane")
    trees = dialog.findChildren(QTreeWidget, "gridmgmt_short_list")
    assert all(tree.topLevelItemCount() == 0 for tree in trees)
    bench.tab(dialog, 1)
    assert _cells(_trees(dialog)[0])[0][:2] == ["网格长", "示例乙"]


def test_going_to_a_row_without_a_place_opens_its_form(bench):
    opened = []
    bench.iface.openFeatureForm = lambda layer, feature, *_: opened.append((layer.name(), feature["id"]))
    dialog = bench.form("lane")
    bench.tab(dialog, 1)
    tree = _trees(dialog)[0]
    tree.setCurrentItem(tree.topLevelItem(0))
    QTest.mouseClick(tree.parent().findChild(QToolButton, "gridmgmt_go_there"), Qt.MouseButton.LeftButton)
    assert opened == [("岗位", "2")]


def test_going_to_components_selects_them_and_moves_the_map(bench):
    dialog = bench.form("unit_grid", f"\"code\" = '{GRID}'")
    bench.tab(dialog, 2)
    tree = _trees(dialog)[0]
    tree.setCurrentItem(tree.topLevelItem(0))
    QTest.mouseClick(tree.parent().findChild(QToolButton, "gridmgmt_go_there"), Qt.MouseButton.LeftButton)
    layer = bench.layers["component"]
    assert [row["unit_grid"] for row in layer.selectedFeatures()] == [GRID]
    assert bench.iface.mapCanvas().extent().contains(layer.selectedFeatures()[0].geometry().asPoint())


@pytest.mark.daily(1)
@pytest.mark.parametrize("bench", BOTH_ENDS, indirect=True)
def test_an_officer_is_given_to_a_lane_in_five_clicks_and_saved(bench):
    clicks = []
    dialog = bench.form("lane")
    bench.tab(dialog, 1)
    clicks.append("tab")
    button = next(b for b in dialog.findChildren(QToolButton, "gridmgmt_add_row") if b.isVisible())
    chief = next(action for action in button.menu().actions() if action.text() == "巷长")
    clicks += ["add", "role"]

    def fill():
        form = QApplication.activeModalWidget()
        line = next(box for box in form.findChild(QWidget, "person_id").findChildren(QComboBox) if box.isEditable())
        clicks.append("person")
        line.lineEdit().setText("示例甲")
        line.lineEdit().editingFinished.emit()
        clicks.append("ok")
        QTest.mouseClick(
            form.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok), Qt.MouseButton.LeftButton
        )

    QTimer.singleShot(300, fill)
    chief.trigger()
    assert len(clicks) == 5
    assert not bench.layers["post"].isEditable()
    stored = Workspace.open(bench.workspace.location).read("post", where={"target_code": "L1"})
    new = next(row for row in stored.records() if row["person_id"] == "A")
    assert (new["target"], new["role"], new["id"]) == ("lane", "lane_chief", "G00001")
    assert ["巷长", "示例甲"] in [row[:2] for row in _cells(_trees(dialog)[0])]


def test_a_row_that_is_given_up_leaves_nothing(bench):
    dialog = bench.form("lane")
    bench.tab(dialog, 1)
    button = next(b for b in dialog.findChildren(QToolButton, "gridmgmt_add_row") if b.isVisible())
    QTimer.singleShot(300, lambda: QApplication.activeModalWidget().reject())
    button.menu().actions()[0].trigger()
    assert not bench.layers["post"].isEditable()
    assert bench.layers["post"].featureCount() == 4


@pytest.mark.proof
def test_a_scheme_that_a_job_added_gets_its_field_and_lists(bench):
    with Workspace.open(bench.workspace.location).transaction("测试", "test") as transaction:
        transaction.add_column("unit_grid", "rg_yl", "text")
    layer = bench.layers["unit_grid"]
    layer.dataProvider().reloadData()
    layer.updateFields()
    renew_forms(QgsProject.instance(), bench.layers, "zh_CN")
    dialog = bench.form("unit_grid")
    assert dialog.findChild(QWidget, "rg_yl") is not None
    carrier = "gridmgmt_unit_grid_rg_yl_responsibility_grid_code"
    assert QgsProject.instance().relationManager().relation(carrier).isValid()


def test_forms_do_without_tables_that_the_planner_may_not_see(bench):
    for table in ("component", "cases", "lane", "post"):
        bench.layers.pop(table)
    grid = f"\"code\" = '{GRID}'"
    for key, table, where in (
        ("responsibility_grid.load", "responsibility_grid", grid),
        ("responsibility_grid.components", "responsibility_grid", grid),
        ("responsibility_grid.posts", "responsibility_grid", grid),
        ("unit_grid.answers", "unit_grid", grid),
        ("unit_grid.cases", "unit_grid", grid),
        ("area.figures", "area", "\"level\" = 'community'"),
        ("area.lanes", "area", "\"level\" = 'community'"),
    ):
        told = _listed(bench, key, table, where)
        assert all(cells[1] == "–" for cells in told if cells[0] in ("部件", "案件", "未结案件"))


def _logged(bench, table, before, after, language="zh"):
    line = QgsFeature(bench.layers["change_log"].fields())
    line["table_name"] = table
    for side, values in (("before", before), ("after", after)):
        line[side] = None if values is None else json.dumps(values, ensure_ascii=False)
    found = read_list(ListSource(bench.layers, language), list_descriptions()["change_log.content"], line)
    return [row.cells for row in found.rows]


def test_a_line_of_the_change_log_tells_each_value_by_name_before_and_after(bench):
    square = shapely.box(0, 0, 100, 100)
    before = {"code": "990101001001001", "state": "draft", "geometry": shapely.to_wkb(square, hex=True)}
    after = {**before, "state": "valid", "geometry": shapely.to_wkb(shapely.box(0, 0, 100, 50), hex=True)}
    assert _logged(bench, "unit_grid", before, after) == [
        ("单元网格编码", "990101001001001", "990101001001001"),
        ("状态", "草稿", "有效"),
        ("图形", "1.00 公顷", "0.50 公顷"),
    ]


def test_what_a_job_wrote_as_a_whole_stands_as_counts(bench):
    assert _logged(bench, "department", None, {"added": 20_000, "changed": 0}, "en") == [
        ("Added", "", "20,000"),
        ("Updated", "", "0"),
    ]
    assert _logged(bench, "release", None, {"number": 2, "rows": {"unit_grid": 244}}) == [
        ("版本号", "", "2"),
        ("行数 · 单元网格", "", "244"),
    ]


def test_a_column_that_is_gone_and_a_text_of_before_are_shown_as_they_are(bench):
    assert _logged(bench, "unit_grid", {"colour": "red"}, None) == [("colour", "red", "")]
    line = QgsFeature(bench.layers["change_log"].fields())
    line["table_name"], line["after"] = "unit_grid", "{broken"
    found = read_list(ListSource(bench.layers, "zh"), list_descriptions()["change_log.content"], line)
    assert [row.cells for row in found.rows] == [("内容", "", "{broken")]
