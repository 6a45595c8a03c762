"""Receiver profiles as a planner makes them: copied, changed with a preview, kept, taken from a file and removed."""

from __future__ import annotations

import json

import pytest
from qgis.core import QgsCoordinateReferenceSystem
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QFileDialog, QPushButton, QTreeWidget

from gridmgmt_plugin.workspace.handover.receiver_profiles import kept_profiles
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.workspace_window import tasks_done, wait_for, when_shown


@pytest.fixture
def window(shell, author):
    controller = shell.controller("receiver_profiles")
    controller.trigger("receiver_profiles", False)
    wait_for(tasks_done)
    return controller.window


def _kept(shell) -> dict:
    wait_for(tasks_done)
    return kept_profiles(Workspace.open(shell.session.location))


def _headings(window) -> list[str]:
    window.show_preview()
    return [window.table.horizontalHeaderItem(at).text() for at in range(window.table.columnCount())]


def _copy(window, receiver: str) -> None:
    assert not window.buttons["keep"].isEnabled()
    window.buttons["copy"].click()
    for key, text in (("title", "甲平台"), ("receiver", receiver), ("every_file", "{county}_{layer}")):
        window.texts[key].setText(text)
        window.texts[key].textEdited.emit(text)
    window.layer.setCurrentIndex(window.layer.findData("unit_grid"))


def test_a_profile_is_copied_changed_with_a_preview_and_kept(window, shell, tmp_path, monkeypatch):
    _copy(window, "甲")
    fields = window.fields
    second = fields.tree.topLevelItem(1)
    fields.tree.setCurrentItem(second)
    fields.name.setText("MC")
    fields.name.textEdited.emit("MC")
    fields.buttons["up"].click()
    assert _headings(window)[:2] == ["MC", "BGID"]
    assert 0 < window.table.rowCount() <= 10
    assert "_unit_grid" in window.told.text()
    fields.required.setChecked(True)
    fields.width.setValue(1)
    window.show_preview()
    assert "MC" in window.told.text()
    fields.width.setValue(0)
    window.buttons["keep"].click()
    kept = _kept(shell)
    assert kept["甲平台"]["fields"]["unit_grid"][0] == {"from": "BGName", "name": "MC", "required": True}
    wait_for(lambda: window.name() == "甲平台")
    path = tmp_path / "甲.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    window.buttons["save"].click()
    assert json.loads(path.read_text(encoding="utf-8"))["receiver"] == "甲"
    when_shown(
        "gridmgmt_remove_profile",
        lambda box: box.findChild(type(box.buttons()[0]), "gridmgmt_remove_profile_yes").click(),
    )
    window.buttons["remove"].click()
    assert not _kept(shell)
    wait_for(lambda: not window.keeps("甲平台"))  # else the next one would replace it, and be asked about
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    window.buttons["load"].click()
    assert window.texts["title"].text() == "甲平台"
    window.buttons["keep"].click()
    assert list(_kept(shell)) == ["甲平台"]


def test_forms_and_layers_are_chosen_and_a_fault_is_told_at_once(window):
    _copy(window, "甲")
    fields = window.fields
    fields.tree.setCurrentItem(fields.tree.topLevelItem(0))
    fields.form.setCurrentIndex(fields.form.findData("values"))
    fields.text.setText("A=1； *=9")
    fields.text.textEdited.emit(fields.text.text())
    window.show_preview()
    assert "fields.unit_grid" in window.told.text()  # a key goes out as it is
    fields.form.setCurrentIndex(fields.form.findData("plain"))
    fields.form.activated.emit(0)
    fields.buttons["add"].click()
    assert fields.entries()[-1]["constant"] == ""
    fields.text.setText("实测")
    fields.text.textEdited.emit("实测")
    assert _headings(window)[-1] == "Fixed"
    assert window.table.item(0, window.table.columnCount() - 1).text() == "实测"
    window.is_delivered.setChecked(False)
    assert "unit_grid" not in window.content()["layers"]
    window.is_delivered.setChecked(True)
    assert "layers" not in window.content()


def test_the_field_that_was_dragged_is_the_one_that_is_changed_next(window, monkeypatch):
    _copy(window, "甲")
    tree = window.fields.tree
    dragged = tree.topLevelItem(3)
    ours = dragged.text(0)
    tree.setCurrentItem(dragged)
    # Qt drops nothing that did not come from a real mouse; what it does to the chosen line is done here.
    monkeypatch.setattr(QTreeWidget, "dropEvent", lambda tree, _: tree.setCurrentItem(tree.topLevelItem(5)))
    tree.dropEvent(None)
    assert tree.currentItem().text(0) == ours


def _answer(name, yes):
    def press(box):
        button = box.findChild(QPushButton, f"{name}_yes") if yes else box.buttons()[-1]
        button.click()

    when_shown(name, press)


def test_what_was_changed_is_not_lost_by_a_click_on_another_profile_or_by_closing(window):
    _copy(window, "甲")
    _answer("gridmgmt_drop_profile", yes=False)
    window.list.setCurrentRow(1)
    wait_for(lambda: window.list.currentRow() == -1)
    assert window.content()["title"] == "甲平台"
    _answer("gridmgmt_drop_profile", yes=False)
    window.reject()
    assert window.isVisible()
    _answer("gridmgmt_drop_profile", yes=True)
    window.list.setCurrentRow(1)
    wait_for(lambda: window.content()["title"] != "甲平台")
    assert not window.is_changed()
    window.reject()
    assert not window.isVisible()


def test_names_that_take_two_lines_do_not_run_together(window):
    window.list.addItems(
        [f"{number} Platform of the district for city management, its second version" for number in (1, 2)]
    )
    last = window.list.count() - 1
    upper, lower = (window.list.visualItemRect(window.list.item(at)) for at in (last - 1, last))
    line_px = window.list.fontMetrics().lineSpacing()
    assert upper.height() >= 2 * line_px
    assert lower.top() - upper.bottom() > 3, "more than lies between two lines of one name"


def test_enter_in_a_line_does_not_close_the_window(window):
    _copy(window, "甲")
    QTest.keyClick(window.texts["title"], Qt.Key.Key_Return)
    assert window.isVisible()


@pytest.mark.proof
def test_the_window_says_what_came_of_it_and_keeps_the_place_in_the_list_of_fields(window, shell):
    _copy(window, "甲")
    tree = window.fields.tree
    tree.setCurrentItem(tree.topLevelItem(4))
    chosen = tree.currentItem().text(0)
    window.buttons["keep"].click()
    wait_for(lambda: window.name() == "甲平台")
    assert "甲平台" in window.last_word.text()
    assert window.fields.tree.currentItem().text(0) == chosen
    window.buttons["copy"].click()
    window.texts["title"].setText("")
    window.texts["title"].textEdited.emit("")
    window.buttons["keep"].click()
    wait_for(tasks_done)
    assert "border-left" in window.last_word.styleSheet()


@pytest.mark.proof
def test_a_profile_of_the_same_name_is_replaced_only_when_asked(window, shell):
    _copy(window, "甲")
    window.buttons["keep"].click()
    wait_for(lambda: window.name() == "甲平台")
    window.list.setCurrentRow(1)
    _copy(window, "乙")
    _answer("gridmgmt_replace_profile", yes=False)
    window.buttons["keep"].click()
    assert _kept(shell)["甲平台"]["receiver"] == "甲"


def test_formats_and_encoding_are_chosen_and_shown(window):
    _copy(window, "甲")
    assert window.content()["formats"] == ["shp"]
    assert window.files.encoding.currentData() == "GBK"
    window.files.formats.toggleItemCheckState(1)
    window.files.encoding.setCurrentIndex(0)
    assert window.content()["formats"] == ["shp", "gpkg"]
    assert "encoding" not in window.content()


@pytest.mark.proof
def test_reference_system_vertices_and_parts_are_chosen_kept_and_shown(window, shell):
    files = window.files
    assert not files.crs.isEnabled()
    _copy(window, "甲")
    before = window.content()
    files.crs.setCrs(QgsCoordinateReferenceSystem("EPSG:4490"))
    files.most_vertices.setValue(500)
    files.single_parts.setChecked(True)
    chosen = {"target_crs": "EPSG:4490", "most_vertices": 500, "single_parts": True}
    assert window.content() == {**before, **chosen}
    window.buttons["keep"].click()
    assert _kept(shell)["甲平台"].items() >= chosen.items()
    wait_for(lambda: window.name() == "甲平台")
    files.crs.setCrs(QgsCoordinateReferenceSystem())
    files.most_vertices.setValue(files.most_vertices.minimum())
    files.single_parts.setChecked(False)
    assert window.content() == before


def test_what_a_profile_says_of_its_files_is_shown_and_stays_as_it_is_written(window):
    _copy(window, "甲")
    given = {**window.content(), "target_crs": 4490, "most_vertices": 4, "single_parts": False}
    _answer("gridmgmt_drop_profile", yes=True)
    window.begin(given)
    assert window.files.crs.crs().authid() == "EPSG:4490"
    assert window.files.most_vertices.value() == 4
    assert window.content() == given


def test_other_values_keep_the_order_in_which_they_were_typed(window):
    _copy(window, "甲")
    fields = window.fields
    fields.tree.setCurrentItem(fields.tree.topLevelItem(5))
    fields.form.setCurrentIndex(fields.form.findData("values"))
    fields.text.setText("街区=2；*=9；不明=0")
    fields.text.textEdited.emit(fields.text.text())
    assert list(fields.entries()[5]["values"]) == ["街区", "*", "不明"]
