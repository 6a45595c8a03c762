"""The receiver profile that a dialog proposes is never lost or invented by the field itself."""

from __future__ import annotations

import pytest
from qgis.core import QgsProcessingParameterString
from qgis.PyQt.QtWidgets import QFileDialog

from gridmgmt_plugin.gui.receivers.profile_field import ReceiverProfileField
from gridmgmt_plugin.workspace.light.lists import WorkspaceLists

LISTS = WorkspaceLists(receiver_profiles=("甲平台",))


@pytest.fixture
def field(qgis_app):
    return ReceiverProfileField(QgsProcessingParameterString("PROFILE", "Receiver profile", optional=True))


@pytest.mark.parametrize("chosen", ["甲平台", "national", "/别处/丙.json", None])
def test_what_was_chosen_stays_when_no_file_is_given_after_all(field, monkeypatch, chosen):
    field.fill(LISTS)
    field.show_value("甲平台")
    field.widget.setEditText("")
    field.show_value(chosen)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    last = field.widget.count() - 1
    field.widget.setCurrentIndex(last)
    field.widget.activated.emit(last)
    assert field.value() == chosen
    assert field.widget.currentText() != field.widget.itemText(last)


@pytest.mark.parametrize(("remembered", "proposed"), [("市平台2.0", None), ("/别处/丙.json", "/别处/丙.json")])
def test_a_name_with_a_dot_that_the_workspace_does_not_keep_is_no_file(field, remembered, proposed):
    field.show_value(remembered)
    field.fill(LISTS)
    assert field.value() == proposed
