"""Receiver profiles as a planner makes them: copied, changed with a preview, kept, taken from a file and removed."""

from __future__ import annotations

import json

import pytest
from qgis.PyQt.QtWidgets import QFileDialog

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
