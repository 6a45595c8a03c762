"""A code that depends on another field: chosen by name, by typing a part of it, of the kind that the row has."""

from __future__ import annotations

import gc

import pytest
from qgis.core import QgsFeature, QgsFeatureRequest
from qgis.gui import QgsFilterLineEdit
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QComboBox, QLabel, QLineEdit, QWidget
from shapely import LineString, MultiPolygon, box

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.gui.forms.code_choice import CodeChoice
from gridmgmt_plugin.gui.forms.form_parts import editors_of
from gridmgmt_plugin.gui.forms.small_labels import SmallLabel
from gridmgmt_plugin.project.attributes import is_null
from gridmgmt_plugin.project.forms.field_widgets import form_context, scheme_widget
from gridmgmt_plugin.project.forms.names import Names
from gridmgmt_plugin.project.forms.offered_codes import OFFERED


def _choice(dialog):
    return dialog.findChild(QComboBox, "gridmgmt_code_choice")


def _new_row(bench, table, **values):
    row = QgsFeature(bench.layers[table].fields())
    for name, value in values.items():
        row.setAttribute(name, value)
    return row


def _line(dialog, name):
    return dialog.findChild(QWidget, name).findChildren(QLineEdit)[-1]


def _kind(dialog, name, key):
    boxes = dialog.findChild(QWidget, name).findChildren(QComboBox)
    box = next(box for box in boxes if box.isVisible() and box.findData(key) >= 0)
    box.setCurrentIndex(box.findData(key))


def _entries(choice):
    return [choice.itemText(row) for row in range(choice.count())]


@pytest.mark.daily(1)
@pytest.mark.parametrize("bench", ["zh_CN", "en"], indirect=True)
@pytest.mark.proof
def test_the_class_of_a_case_is_shown_by_name_with_the_code_beside_it(bench):
    dialog = bench.form("cases", row=_new_row(bench, "cases", id="1", kind="event", class_code="0102"))
    chinese = bench.language == "zh_CN"
    assert _choice(dialog).currentText() == ("暴露垃圾" if chinese else "Exposed refuse")
    assert not _choice(dialog).isEnabled()
    heading = dialog.findChild(QLabel, "gridmgmt_code_label").text()
    assert "0102" in heading
    assert "<small" in heading


def test_the_list_follows_the_kind(bench):
    dialog = bench.form("cases", edit=True, row=_new_row(bench, "cases", id="1", kind="event"))
    assert "暴露垃圾" in _entries(_choice(dialog))
    assert "污水井盖" not in _entries(_choice(dialog))
    _kind(dialog, "kind", "component")
    assert "污水井盖" in _entries(_choice(dialog))
    assert "暴露垃圾" not in _entries(_choice(dialog))


@pytest.mark.proof
def test_the_list_is_there_as_long_as_its_form_whatever_python_sweeps_away(bench):
    dialog = bench.form("cases", edit=True, row=_new_row(bench, "cases", id="1", kind="event"))
    gc.collect()
    assert isinstance(_choice(dialog), CodeChoice)
    assert any(isinstance(child, SmallLabel) for label in dialog.findChildren(QLabel) for child in label.children())
    _kind(dialog, "kind", "component")
    assert "污水井盖" in _entries(_choice(dialog))


@pytest.mark.proof
def test_a_part_of_a_name_or_the_code_is_enough_and_is_saved(bench):
    layer = bench.layers["cases"]
    dialog = bench.form("cases", "\"id\" = '1'", edit=True)
    _kind(dialog, "kind", "event")
    choice = _choice(dialog)
    choice.lineEdit().setFocus()
    choice.setEditText("0103")
    choice.lineEdit().editingFinished.emit()
    assert choice.currentText() == "积存垃圾渣土"
    choice.completer().setCompletionPrefix("露垃")
    assert choice.completer().currentCompletion() == "暴露垃圾"
    choice.setEditText("没有这一类")
    choice.lineEdit().editingFinished.emit()
    assert choice.currentText() == "积存垃圾渣土"
    dialog.accept()
    assert bench.row("cases", "\"id\" = '1'")["class_code"] == "0103"
    assert layer.isEditable()


def test_a_code_that_no_catalogue_has_stays_and_a_choice_can_be_taken_back(bench):
    layer = bench.layers["cases"]
    layer.startEditing()
    row = bench.row("cases", "\"id\" = '1'")
    layer.changeAttributeValue(row.id(), layer.fields().lookupField("class_code"), "9999")
    dialog = bench.form("cases", "\"id\" = '1'", edit=True)
    assert _choice(dialog).currentText() == "9999"
    _line(dialog, "address").setText("湖阳街 1 号")
    dialog.accept()
    assert bench.row("cases", "\"id\" = '1'")["class_code"] == "9999"
    dialog = bench.form("cases", "\"id\" = '1'", edit=True)
    choice = _choice(dialog)
    choice.setCurrentIndex(0)
    choice.activated.emit(0)
    dialog.accept()
    assert is_null(bench.row("cases", "\"id\" = '1'")["class_code"])


def test_a_duty_rule_is_for_a_major_class_or_for_one_class(bench):
    row = _new_row(bench, "duty_rule", id="Q1", class_kind="component", class_prefix="01")
    dialog = bench.form("duty_rule", edit=True, row=row)
    choice = _choice(dialog)
    assert choice.currentText() == "公用设施（全部）"
    _kind(dialog, "class_kind", "event")
    assert choice.currentText() == "市容环境（全部）"
    assert "暴露垃圾" in _entries(choice)
    choice.setCurrentIndex(choice.findData("0102"))
    choice.activated.emit(choice.currentIndex())
    assert choice.parentWidget().findChild(QgsFilterLineEdit).text() == "0102"


def test_without_a_kind_a_number_means_either_class(bench):
    dialog = bench.form("duty_rule", row=_new_row(bench, "duty_rule", id="Q1", class_prefix="0102"))
    assert _choice(dialog).currentText() == "污水井盖 / 暴露垃圾"


def _leave(choice):
    """Do what the Tab key does at the end of a field."""
    choice.lineEdit().editingFinished.emit()


@pytest.mark.parametrize("code", ["0199", "0399", "0599"])
def test_of_classes_of_one_name_each_stays_what_it_is_when_its_field_is_left(bench, code):
    dialog = bench.form("cases", edit=True, row=_new_row(bench, "cases", id="1", kind="event", class_code=code))
    choice = _choice(dialog)
    _leave(choice)
    assert (_written(choice), choice.currentText()) == (code, f"其他 {code}")
    choice.setCurrentIndex(choice.findData("0499"))
    choice.activated.emit(choice.currentIndex())
    _leave(choice)
    assert (_written(choice), choice.currentText()) == ("0499", "其他 0499")


def _written(choice):
    return choice.parentWidget().findChild(QgsFilterLineEdit).text()


def test_the_list_is_reached_and_opened_with_the_keyboard(bench):
    dialog = bench.form("cases", edit=True, row=_new_row(bench, "cases", id="1", kind="event"))
    choice = _choice(dialog)
    choice.lineEdit().setFocus()
    QTest.keyClick(choice, Qt.Key.Key_Down)
    assert choice.currentData() == "0101"


@pytest.mark.daily(1)
@pytest.mark.parametrize("bench", ["zh_CN", "zh_CN-database"], indirect=True)
@pytest.mark.proof
def test_what_a_post_is_for_is_shown_by_name_and_chosen_by_name(bench):
    dialog = bench.form("post", "\"target_code\" = '990101001001001'")
    assert _choice(dialog).currentText() == "第001责任网格"
    assert _choice(dialog).count() == 2, "of a row that is only read nothing else is read"
    assert "990101001001001" in dialog.findChild(QLabel, "gridmgmt_code_label").text()
    above = next(editors_of(dialog.findChild(QWidget, "role")))
    places = [each.mapTo(dialog, each.rect().topLeft()).x() for each in (_choice(dialog), above)]
    assert (places[0], _choice(dialog).width()) == (places[1], above.width()), "it stands in line with its column"
    bench.close_forms()
    dialog = bench.form("post", "\"target_code\" = '990101001001001'", edit=True)
    assert "第002责任网格（南门社区）" in _entries(_choice(dialog))
    _kind(dialog, "target", "lane")
    choice = _choice(dialog)
    assert _entries(choice)[1:] == ["南北胡同", "990101001001001"], "what it was stays until another is chosen"
    choice.setEditText("南北胡同")
    choice.lineEdit().editingFinished.emit()
    dialog.accept()
    assert bench.layers["post"].commitChanges()
    assert bench.row("post", "\"target\" = 'lane' AND \"target_code\" = 'L1' AND \"person_id\" = 'A'") is not None


def test_places_of_one_name_are_told_apart_and_those_that_are_gone_are_not_offered(bench):
    more = [
        {"code": code, "name": "柏枝胡同", "state": state}
        for code, state in (("L2", None), ("L3", "在用"), ("L4", "撤销"))
    ]
    more.append({"code": "L5", "name": "旧巷", "state": "在用", "valid_to": "2020-12-31"})
    with bench.workspace.transaction("", "test") as transaction:
        transaction.insert("lane", Rows.from_records(more, as_column([LineString([(0, 0), (9, 9)])] * 4)))
    bench.layers["lane"].dataProvider().reloadData()
    dialog = bench.form("patrol", row=_new_row(bench, "patrol", target="lane", target_code="L4"), edit=True)
    assert _choice(dialog).currentText() == "柏枝胡同", "what is there already is still shown by name"
    assert _entries(_choice(dialog))[1:] == ["南北胡同", "柏枝胡同 L2", "柏枝胡同 L3", "柏枝胡同"]


def test_a_lane_that_is_gone_is_not_mistaken_for_one_of_its_name_that_is_there(bench):
    gone = Rows.from_records(
        [{"code": "L4", "name": "南北胡同", "state": "撤销"}], as_column([LineString([(0, 0), (9, 9)])])
    )
    with bench.workspace.transaction("", "test") as transaction:
        transaction.insert("lane", gone)
    bench.layers["lane"].dataProvider().reloadData()
    dialog = bench.form("post", row=_new_row(bench, "post", target="lane", target_code="L4"), edit=True)
    choice = _choice(dialog)
    _leave(choice)
    assert (_written(choice), choice.currentText()) == ("L4", "南北胡同 L4")
    choice.setEditText("南北胡同")
    _leave(choice)
    assert _written(choice) == "L1", "by its name alone it is the one that is there"


def test_areas_that_ended_or_are_still_to_come_are_not_offered_and_outlines_are_not_read(bench):
    ended, coming = {"valid_to": "2020-12-31"}, {"valid_from": "2999-01-01"}
    more = [
        {"code": code, "name": name, "level": "community", "parent_code": "990101001", **days}
        for code, name, days in (
            ("990101001007", "旧社区", ended),
            ("990101001008", "新社区", coming),
            ("990101001009", "南门社区", {"valid_to": "2999-12-31"}),
        )
    ]
    with bench.workspace.transaction("", "test") as transaction:
        transaction.insert("area", Rows.from_records(more, as_column([MultiPolygon([box(0, 0, 9, 9)])] * 3)))
    bench.layers["area"].dataProvider().reloadData()
    asked = _Asked(bench.layers["area"])
    offered = OFFERED["post"].entries(form_context({**bench.layers, "area": asked}, "zh"), ["area", None], None)
    names = [name for _, name in offered]
    assert "旧社区" not in names
    assert "新社区" not in names
    assert "南门社区（湖阳街道） 990101001009" in names
    assert len(asked.requests) == 2
    assert all(request.flags() & QgsFeatureRequest.Flag.NoGeometry for request in asked.requests)
    alone = OFFERED["post"].entries(form_context(bench.layers, "zh"), ["area", None], "990101001007")
    assert alone == [("990101001007", "旧社区")], "what a post has already is shown by name"


class _Asked:
    """A layer that notes what it is asked for."""

    def __init__(self, layer):
        self._layer, self.requests = layer, []

    def getFeatures(self, request=None):
        self.requests.append(request or QgsFeatureRequest())
        return self._layer.getFeatures(self.requests[-1])

    def __getattr__(self, name):
        return getattr(self._layer, name)


def test_a_grid_is_called_by_its_alias_as_on_the_map(bench):
    layer = bench.layers["responsibility_grid"]
    layer.startEditing()
    grid = bench.row("responsibility_grid", "\"code\" = '990101001001001'")
    layer.changeAttributeValue(grid.id(), layer.fields().lookupField("alias"), "东头")
    dialog = bench.form("post", "\"target_code\" = '990101001001001'", edit=True)
    assert _choice(dialog).currentText() == "东头"
    assert "第001责任网格（南门社区）" not in _entries(_choice(dialog))
    headings = [label.text() for label in dialog.findChildren(QLabel)]
    assert any("<small>东头</small>" in heading for heading in headings), "also where QGIS alone writes the heading"
    listed = scheme_widget("rg_cg", form_context(bench.layers, "zh")).config()["map"]
    assert {"东头": "990101001001001"} in listed, "in the form of a unit grid too"
    names = Names(bench.layers, "post", "zh")
    assert names.place("responsibility_grid", "990101001001001", "cg") == "东头"


def test_an_item_is_chosen_by_name_from_the_checklist_that_is_chosen(bench):
    row = _new_row(bench, "lane_inspection", lane_code="L1", checklist="shi_wu_2017", item_code="04")
    dialog = bench.form("lane_inspection", edit=True, row=row)
    choice = _choice(dialog)
    assert choice.currentText() == "无乱占道"
    _kind(dialog, "checklist", "shi_wu_2023")
    assert choice.currentText() == "无乱占道经营"
    assert len(_entries(choice)) == 11
