"""A form that only shows a row offers to begin to edit it."""

from __future__ import annotations

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QDialogButtonBox, QPushButton


def _button(dialog):
    return dialog.findChild(QPushButton, "gridmgmt_start_editing")


def test_a_form_of_a_layer_that_is_not_edited_offers_to_begin_and_may_be_typed_into_then(bench):
    dialog, layer = bench.form("lane"), bench.layers["lane"]
    yes = next(box for box in dialog.findChildren(QDialogButtonBox)).button(QDialogButtonBox.StandardButton.Ok)
    assert _button(dialog).isVisible()
    assert not yes.isEnabled()
    QTest.mouseClick(_button(dialog), Qt.MouseButton.LeftButton)
    bench.settle()
    assert layer.isEditable()
    assert yes.isEnabled()
    assert not _button(dialog).isVisible()
    layer.rollBack()
    bench.settle()
    assert _button(dialog).isVisible()


def test_a_form_that_is_opened_for_editing_and_one_of_what_nobody_edits_offer_nothing(bench):
    assert not _button(bench.form("lane", edit=True)).isVisible()
    log = _button(bench.form("change_log"))
    assert log is None or not log.isVisible()
