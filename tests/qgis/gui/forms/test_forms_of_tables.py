"""Forms as a planner opens them: every table, both languages, names for codes, empty is empty, quick."""

from __future__ import annotations

import gc
import re
import time

import pytest
from qgis.core import QgsEditFormConfig, QgsFeature
from qgis.PyQt.QtCore import QEvent, Qt
from qgis.PyQt.QtGui import QColor, QFocusEvent, QPalette
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QApplication,
    QComboBox,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QStackedWidget,
    QTreeWidget,
    QWidget,
)
from shapely import box

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.editing.gestures.buffer import read_pending
from gridmgmt_plugin.gui.forms.form_parts import editors_of
from gridmgmt_plugin.gui.frame import dialog_buttons
from gridmgmt_plugin.jobs.responsibility.grid_rows import DERIVED
from gridmgmt_plugin.project.attributes import is_null
from gridmgmt_plugin.project.forms.description import form_descriptions, list_descriptions
from gridmgmt_plugin.project.forms.figures import read_list
from gridmgmt_plugin.project.forms.short_lists import ListSource
from gridmgmt_plugin.workspace.schema import tables

CHINESE = re.compile("[\u4e00-\u9fff]")
BOTH_ENDS = ("zh_CN", "zh_CN-database")


def _field(dialog, name):
    """Return what is typed into: the part of a field that is shown."""
    return dialog.findChild(QWidget, name)


def _choice(dialog, name):
    """Return the list of names of a field."""
    return next(box for box in _field(dialog, name).findChildren(QComboBox) if box.isEditable())


def _labels(dialog):
    return [label.text() for label in dialog.findChildren(QLabel) if label.buddy() is not None]


def _shown_text(line):
    return "" if "transparent" in line.styleSheet() else line.text()


def _is_typed_into(line):
    """Tell whether a line is not one of the searches that QGIS keeps behind each field."""
    while line is not None:
        around = line.parentWidget()
        is_field = around is not None and around.parentWidget() is not None
        if is_field and around.parentWidget().metaObject().className() == "QgsAttributeFormEditorWidget":
            return not isinstance(around, QStackedWidget) or around.currentWidget() is line
        line = around
    return True


@pytest.mark.parametrize("bench", ["zh_CN", pytest.param("en", marks=pytest.mark.proof)], indirect=True)
def test_every_table_has_its_form_with_every_field_in_tabs_in_the_planners_language(bench):
    for table, form in form_descriptions().items():
        dialog = bench.form(table)
        assert [name for name in form.placed if name != "rg_*" and _field(dialog, name) is None] == [], table
        layout = bench.layers[table].editFormConfig()
        assert layout.layout() == QgsEditFormConfig.EditorLayout.TabLayout
        assert [tab.name() for tab in layout.tabs()] == [tab.title(bench.language) for tab in form.tabs], table
        for text in _labels(dialog):
            heading = text.split("<small")[0].replace("(城管巡查)", "")  # the title is the office's own
            assert bool(CHINESE.search(heading)) == (bench.language == "zh_CN"), (table, text)


def test_the_buttons_of_a_form_speak_the_readers_language(bench, monkeypatch):
    """Qt's own words stay English in most Chinese QGIS."""
    monkeypatch.setattr(dialog_buttons, "tr", lambda text: {"OK": "确定", "Cancel": "取消"}.get(text, text))
    dialog = bench.form("lane", edit=True)
    texts = [button.text() for row in dialog.findChildren(QDialogButtonBox) for button in row.buttons()]
    assert {"确定", "取消"} <= set(texts)


def test_a_unit_grid_shows_the_grid_of_every_scheme(bench):
    dialog = bench.form("unit_grid")
    for column, title in (("rg_cg", "城管巡查责任网格"), ("rg_hw", "hw责任网格")):
        assert _field(dialog, column) is not None
        assert title in _labels(dialog)


def test_the_colour_of_a_ledger_is_chosen_from_colours_and_kept_as_text(bench):
    layer = bench.layers["ledger"]
    at = layer.fields().lookupField("colour")
    assert layer.editorWidgetSetup(at).type() == "Color"
    with bench.workspace.transaction("", "test") as transaction:
        rows = [{"key": "a", "title": "甲", "colour": "#1d4ed8"}, {"key": "b", "title": "乙"}]
        transaction.insert("ledger", Rows.from_records(rows))
    layer.dataProvider().reloadData()
    layer.startEditing()
    ledgers = {row["key"]: row for row in layer.getFeatures()}
    for key, chosen, kept in (("a", QColor("#ff0000"), "#ff0000"), ("b", QColor(), None)):
        layer.changeAttributeValue(ledgers[key].id(), at, chosen)
        assert read_pending(layer).values[ledgers[key].id()].get("colour", None) == kept
    layer.rollBack()


def test_a_code_is_shown_by_name_with_the_code_beside_it(bench):
    dialog = bench.form("unit_grid")
    assert _choice(dialog, "area_code").currentText() == "南门社区"
    assert any("所属区划" in text and "990101001001" in text and "<small" in text for text in _labels(dialog))


def test_a_number_that_is_only_read_is_written_as_people_write_it_and_stays_as_it_is(bench):
    unit = bench.row("unit_grid", "\"code\" = '990101001001001'")
    unit["area_m2"] = 12345.678
    dialog = bench.form("unit_grid", row=unit, edit=True)
    (number,) = editors_of(_field(dialog, "area_m2"))
    assert number.text() == "12,345.7"
    dialog.accept()
    assert is_null(bench.row("unit_grid", "\"code\" = '990101001001001'")["area_m2"]), "what is shown is not stored"
    dialog = bench.form("unit_grid", "\"code\" = '990101001001001'", edit=True)
    (typed,) = editors_of(_field(dialog, "population"))
    typed.setValue(12345)
    dialog.accept()
    assert bench.row("unit_grid", "\"code\" = '990101001001001'")["population"] == 12345


def test_what_is_empty_looks_empty(bench):
    for table in tables():
        if not any(tab.lists for tab in form_descriptions()[table].tabs):
            continue  # what no planner opens is QGIS's own form
        dialog = bench.form(table, row=QgsFeature(bench.layers[table].fields()), edit=True)
        for line in filter(_is_typed_into, dialog.findChildren(QLineEdit)):
            assert _shown_text(line).strip() not in ("NULL", "(no selection)"), (table, line.parent().objectName())
        for text in dialog.findChildren(QPlainTextEdit):
            assert "transparent" in text.styleSheet() or text.toPlainText() != "NULL", table


def test_what_is_empty_looks_empty_while_a_form_is_only_read(bench):
    for table in ("cases", "component", "unit_grid"):
        dialog = bench.form(table)
        empty = [line for line in dialog.findChildren(QLineEdit) if line.text() == "NULL" and line.isVisible()]
        assert empty, table
        for line in empty:
            line.grab()  # a style sheet writes its colours into the palette when it is drawn
            assert line.palette().color(QPalette.ColorRole.Text).alpha() == 0, (table, line.parent().objectName())


def test_a_date_that_is_empty_is_not_today(bench):
    for edit in (False, True):
        dialog = bench.form("lane", edit=edit)
        bench.tab(dialog, 3)
        lines = _field(dialog, "valid_from").findChildren(QLineEdit, "qt_spinbox_lineedit")
        own = [line for line in lines if line.parent().metaObject().className().startswith("QgsDate")]
        assert own[-1].text().strip() == ""
        dialog.close()


def test_a_date_that_is_empty_looks_so_with_the_cursor_in_it_and_what_is_typed_is_seen(bench):
    dialog = bench.form("lane", edit=True)
    bench.tab(dialog, 3)
    moment = next(editors_of(_field(dialog, "valid_from")))
    line = moment.findChild(QLineEdit, "qt_spinbox_lineedit")

    def ink():
        line.grab()  # a style sheet writes its colours into the palette when it is drawn
        return line.palette().color(QPalette.ColorRole.Text).alpha()

    QApplication.sendEvent(moment, QFocusEvent(QEvent.Type.FocusIn, Qt.FocusReason.TabFocusReason))
    assert line.text().strip() == "" or ink() == 0
    QApplication.processEvents()
    assert line.cursorPosition() == 0, "not within the word for nothing"
    QApplication.sendEvent(moment, QFocusEvent(QEvent.Type.FocusOut, Qt.FocusReason.TabFocusReason))
    assert (line.text().strip(), ink()) == ("", 255)
    QApplication.sendEvent(moment, QFocusEvent(QEvent.Type.FocusIn, Qt.FocusReason.TabFocusReason))
    QTest.keyClick(moment, Qt.Key.Key_Up)
    assert line.text().strip() != ""
    assert ink() == 255
    dialog.reject()
    assert is_null(bench.row("lane")["valid_from"])


@pytest.mark.proof
def test_a_column_that_follows_from_elsewhere_is_only_read_and_says_why(bench):
    for table, form in form_descriptions().items():
        told = {*form.read_only, *form.proposed, *(form.placed if form.locked else ())} - {"rg_*"}
        if not told:
            continue
        layer = bench.layers[table]
        dialog = bench.form(table, edit=True)
        for name in told:
            field, index = _field(dialog, name), layer.fields().lookupField(name)
            is_typed = form.reason(name, "zh") is None
            assert layer.editFormConfig().readOnly(index) is not is_typed, (table, name)
            assert CHINESE.search(field.toolTip()), (table, name)
            takes = [editor.isEnabled() and not getattr(editor, "isReadOnly", bool)() for editor in editors_of(field)]
            assert any(takes) is is_typed, (table, name)
        bench.close_forms()
        layer.rollBack()


def test_what_unit_grids_say_of_responsibility_grids_is_only_read():
    assert set(DERIVED) <= set(form_descriptions()["responsibility_grid"].read_only)


@pytest.mark.daily(1)
@pytest.mark.parametrize("bench", BOTH_ENDS, indirect=True)
@pytest.mark.proof
def test_an_unanswered_question_stays_open_while_something_else_is_saved(bench):
    layer = bench.layers["cases"]
    dialog = bench.form("cases", "\"id\" = '1'", edit=True)
    _field(dialog, "address").findChildren(QLineEdit)[-1].setText("湖阳街 1 号")
    dialog.accept()
    row = bench.row("cases", "\"id\" = '1'")
    assert row["address"] == "湖阳街 1 号"
    assert all(is_null(row[name]) for name in ("contacted", "resolved", "satisfied", "reported_at", "note"))
    assert layer.commitChanges()


@pytest.mark.daily(2)
@pytest.mark.parametrize("bench", BOTH_ENDS, indirect=True)
@pytest.mark.parametrize(
    ("answer", "stored"), [("是", True), pytest.param("否", False, marks=pytest.mark.proof), ("未回访", None)]
)
def test_an_answer_is_saved_as_it_was_given(bench, answer, stored):
    dialog = bench.form("cases", "\"id\" = '1'", edit=True)
    choice = next(box for box in _field(dialog, "resolved").findChildren(QComboBox) if box.findText("未回访") >= 0)
    hidden = [choice.view().isRowHidden(at) for at in range(choice.count())]
    assert [choice.itemText(at) for at in range(choice.count()) if not hidden[at]] == ["是", "否", "未回访"]
    choice.setCurrentIndex(choice.findText(answer))
    dialog.accept()
    assert bench.layers["cases"].commitChanges()
    kept = bench.row("cases", "\"id\" = '1'")["resolved"]
    assert (None if is_null(kept) else bool(kept)) is stored
    again = bench.form("cases", "\"id\" = '1'")
    shown = next(box for box in _field(again, "resolved").findChildren(QComboBox) if box.findText("未回访") >= 0)
    assert shown.currentText().strip() == answer


@pytest.mark.proof
def test_a_text_that_is_deleted_is_no_text(bench):
    layer = bench.layers["lane"]
    dialog = bench.form("lane", edit=True)
    line = _field(dialog, "alias").findChildren(QLineEdit)[-1]
    line.setFocus()
    line.setText("旧名")
    line.setText("")
    line.clearFocus()
    bench.settle()
    dialog.accept()
    assert is_null(next(layer.getFeatures())["alias"])


def test_times_and_numbers_stay_to_the_last_digit_when_something_else_is_saved(bench):
    layer = bench.layers["cases"]
    layer.startEditing()
    row = bench.row("cases", "\"id\" = '1'")
    for name, value in (("reported_at", "2025-01-01T09:27:00"), ("closed_at", "2025-01-02T05:09:31")):
        layer.changeAttributeValue(row.id(), layer.fields().lookupField(name), value)
    dialog = bench.form("cases", "\"id\" = '1'")
    _field(dialog, "address").findChildren(QLineEdit)[-1].setText("湖阳街 1 号")
    dialog.accept()
    after = bench.row("cases", "\"id\" = '1'")
    assert (after["reported_at"], after["closed_at"]) == ("2025-01-01T09:27:00", "2025-01-02T05:09:31")
    lanes = bench.layers["lane"]
    lanes.startEditing()
    lane = bench.row("lane")
    lanes.changeAttributeValue(lane.id(), lanes.fields().lookupField("width_m"), 3.14159)
    dialog = bench.form("lane")
    _field(dialog, "alias").findChildren(QLineEdit)[-1].setText("别名")
    dialog.accept()
    assert bench.row("lane")["width_m"] == 3.14159


@pytest.mark.proof
def test_opening_a_form_costs_less_than_the_automatic_one(bench):
    layer = bench.layers["area"]
    ours = min(_seconds(bench, "area") for _ in range(3))
    config = layer.editFormConfig()
    config.setLayout(QgsEditFormConfig.EditorLayout.GeneratedLayout)
    layer.setEditFormConfig(config)
    automatic = min(_seconds(bench, "area") for _ in range(3))
    assert ours < automatic / 2


def _seconds(bench, table):
    start = time.perf_counter()
    bench.form(table)
    return time.perf_counter() - start


def test_a_form_without_the_plugin_shows_qgiss_own_list(bench):
    bench.unload()
    dialog = bench.form("lane")
    bench.tab(dialog, 1)
    assert dialog.findChildren(QTreeWidget, "gridmgmt_short_list") == []
    assert any(
        widget.metaObject().className() == "QgsRelationEditorWidget" for widget in dialog.findChildren(QWidget)
    )


@pytest.mark.daily(1)
@pytest.mark.parametrize("bench", BOTH_ENDS, indirect=True)
@pytest.mark.proof
def test_what_a_form_hands_over_is_saved_as_our_columns_hold_it(bench):
    layer = bench.layers["cases"]
    layer.startEditing()
    row = bench.row("cases", "\"id\" = '1'")
    for name, value in (("resolved", "true"), ("satisfied", "0"), ("address", ""), ("note", "有")):
        layer.changeAttributeValue(row.id(), layer.fields().lookupField(name), value)
    changed = next(iter(read_pending(layer).values.values()))
    assert changed == {"resolved": 1, "satisfied": 0, "address": None, "note": "有"}


def test_a_time_that_cannot_be_read_is_shown_and_stays(bench):
    layer = bench.layers["cases"]
    layer.startEditing()
    row = bench.row("cases", "\"id\" = '1'")
    layer.changeAttributeValue(row.id(), layer.fields().lookupField("reported_at"), "昨天上午")
    dialog = bench.form("cases", "\"id\" = '1'")
    assert "昨天上午" in [line.text() for line in _field(dialog, "reported_at").findChildren(QLineEdit)]
    assert "昨天上午" in _field(dialog, "reported_at").toolTip()
    _field(dialog, "address").findChildren(QLineEdit)[-1].setText("湖阳街 1 号")
    dialog.accept()
    after = bench.row("cases", "\"id\" = '1'")
    assert (after["reported_at"], after["address"]) == ("昨天上午", "湖阳街 1 号")


@pytest.mark.proof
def test_a_code_that_is_in_no_list_stays_while_something_else_is_saved(bench):
    layer = bench.layers["cases"]
    layer.startEditing()
    row = bench.row("cases", "\"id\" = '1'")
    odd = {"department_code": "X99", "component_code": "P404", "lane_code": "L404", "status": "odd"}
    for name, value in odd.items():
        layer.changeAttributeValue(row.id(), layer.fields().lookupField(name), value)
    dialog = bench.form("cases", "\"id\" = '1'")
    _field(dialog, "address").findChildren(QLineEdit)[-1].setText("湖阳街 1 号")
    dialog.accept()
    after = bench.row("cases", "\"id\" = '1'")
    assert {name: after[name] for name in odd} == odd


def test_a_choice_that_is_taken_back_is_none(bench):
    dialog = bench.form("unit_grid", edit=True)
    _choice(dialog, "rg_cg").setCurrentIndex(0)
    dialog.accept()
    assert is_null(bench.row("unit_grid")["rg_cg"])


def test_a_person_who_is_left_out_of_a_post_is_left_out(bench):
    dialog = bench.form("post", edit=True)
    line = _choice(dialog, "person_id").lineEdit()
    line.clear()
    line.editingFinished.emit()
    dialog.accept()
    assert is_null(bench.row("post")["person_id"])


def test_a_person_is_found_by_typing_and_nobody_else_is_taken(bench):
    dialog = bench.form("post", edit=True)
    choice = _choice(dialog, "person_id")
    assert choice.completer().filterMode() == Qt.MatchFlag.MatchContains
    for typed, taken in (("示例乙", "示例乙"), ("示例丙", "示例乙")):
        choice.lineEdit().setText(typed)
        choice.lineEdit().editingFinished.emit()
        assert choice.currentText() == taken
    dialog.accept()
    assert bench.row("post")["person_id"] == "B"


WORDED = {
    "unit_grid_history": ({"code": "990101001001099", "cause": "merge"}, "cause", "合并"),
    "code_map": ({"kind": "unit_grid", "old_code": "3", "new_code": "4", "cause": "redrawn"}, "cause", "重新划分"),
    "code_register": ({"code": "N9", "kind": "lane", "reason": "道路改造"}, "reason", "道路改造"),
    "handover_log": (
        {"release_number": "r1", "handed_at": "2026-03-01T08:00", "means": "http"},
        "means",
        "接收方接口",
    ),
    "ledger": ({"key": "sxt", "title": "摄像头", "geometry_kind": "point,area"}, "geometry_kind", "点、面"),
    "ledger_item": ({"ledger": "sxt", "key": "7", "attributes": '{"品牌": "示例"}'}, "ledger", "摄像头"),
}


@pytest.mark.parametrize("bench", ["zh_CN"], indirect=True)
@pytest.mark.proof
def test_causes_means_and_ledgers_are_told_in_words_and_what_a_file_said_line_by_line(bench):
    layers = {table: ListSource(bench.layers, "zh") for table in ("ledger", "ledger_item")}
    with bench.workspace.transaction("", "test") as transaction:
        for table, (values, _, _) in WORDED.items():
            square = as_column([box(0, 0, 9, 9)]) if tables()[table].geometry else None
            transaction.insert(table, Rows.from_records([values], square))
    for layer in bench.layers.values():
        layer.dataProvider().reloadData()
    for table, (values, column, shown) in WORDED.items():
        wanted = " AND ".join(f"\"{name}\" = '{value}'" for name, value in list(values.items())[:2])
        field = _field(bench.form(table, wanted), column)
        assert [each.currentText() for each in editors_of(field)] == [shown], table
        bench.close_forms()
    item = read_list(layers["ledger_item"], list_descriptions()["ledger_item.attributes"], bench.row("ledger_item"))
    assert [row.cells for row in item.rows] == [("品牌", "示例")]
    ledger = bench.row("ledger")
    ledger["fields"] = '{"key": "编号", "coordinates": "gcj02"}'
    columns = read_list(layers["ledger"], list_descriptions()["ledger.columns"], ledger)
    assert [row.cells for row in columns.rows] == [("编号", "编号")]


KEYS = {
    "code_register": {"code": "N1", "kind": "rg_cg", "state": "draft"},
    "code_map": {"kind": "rg_cg", "old_code": "1", "new_code": "2"},
    "external_code": {"receiver": "甲", "kind": "lane", "key": "L1", "external_key": "9"},
    "exemption": {"rule": "unit_gap", "object_key": "L1", "reason": "河道"},
    "lane_inspection": {
        "lane_code": "L1",
        "checklist": "shi_wu_2017",
        "item_code": "04",
        "inspected_on": "2026-03-01",
    },
}


@pytest.mark.parametrize("bench", ["zh_CN"], indirect=True)
def test_no_form_shows_a_key_of_ours_where_there_is_a_name(bench):
    with bench.workspace.transaction("", "test") as transaction:
        for table, values in KEYS.items():
            transaction.insert(table, Rows.from_records([values]))
    for table, values in KEYS.items():
        bench.layers[table].dataProvider().reloadData()
        wanted = " AND ".join(f"\"{name}\" = '{value}'" for name, value in values.items())
        dialog = bench.form(table, wanted)
        bench.settle()
        shown = [line.text() for line in filter(_is_typed_into, dialog.findChildren(QLineEdit))]
        shown += [box.currentText() for box in dialog.findChildren(QComboBox)]
        assert [text for text in shown if re.fullmatch(r"[a-z]+_[a-z0-9_]+|lane", text)] == [], table
    assert any("检查项" in text and "无乱占道" in text for text in _labels(dialog))
    lists = read_list(ListSource(bench.layers, "zh"), list_descriptions()["lane.inspections"], bench.row("lane"))
    assert [row.cells[2] for row in lists.rows] == ["无乱占道"]


@pytest.mark.proof
def test_what_is_typed_into_an_empty_text_of_lines_is_all_that_is_kept_whatever_python_sweeps_away(bench):
    dialog = bench.form("cases", "\"id\" = '1'", edit=True)
    (text,) = editors_of(_field(dialog, "note"))
    gc.collect()
    for letter in "abc":
        QTest.keyClick(text, letter)
    assert text.toPlainText() == "abc"
    assert "transparent" not in text.styleSheet()


def test_tab_leads_on_from_a_text_of_lines(bench):
    dialog = bench.form("cases", "\"id\" = '1'", edit=True)
    assert dialog.findChildren(QPlainTextEdit)
    assert [field.objectName() for field in dialog.findChildren(QPlainTextEdit) if not field.tabChangesFocus()] == []
