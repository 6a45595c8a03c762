"""Choosing a tool begins editing, or says why it cannot; numbers are taken where a planner expects it."""

from __future__ import annotations

import pytest
from qgis.core import QgsCoordinateReferenceSystem, QgsProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QDoubleSpinBox, QPushButton

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.gui.editing.controller import TOOLS
from gridmgmt_plugin.project.shown_workspace import shown_layer
from tests.qgis.fake_window import settle

A = "990101001001"


def test_a_tool_begins_editing_shows_its_hint_and_is_checked(bench):
    for key in TOOLS:
        layer = shown_layer(QgsProject.instance(), "lane" if key.startswith("lane_") else "unit_grid")
        assert not layer.isEditable()
        tool = bench.choose(key)
        assert tool.key == key
        assert layer.isEditable(), key
        assert bench.shell.action(key).isChecked(), key
        assert tool.hint() in tool.desk.panel.text(), key
        assert bench.iface.statusBarIface().currentMessage() == tool.hint()
        assert bench.iface.active is layer
        layer.rollBack()
        settle()
        assert not bench.shell.action(key).isChecked(), key


def test_choosing_another_tool_lays_the_first_one_down(bench):
    bench.choose("split")
    bench.hand.click(150, -10)
    bench.choose("merge")
    assert not bench.shell.action("split").isChecked()
    assert bench.shell.action("merge").isChecked()
    assert bench.traces() == []


def test_another_tool_of_qgis_lays_ours_down(bench):
    from qgis.gui import QgsMapToolPan

    engine = bench.canvas.snappingUtils()
    bench.choose("split")
    bench.hand.click(150, -10)
    pan = QgsMapToolPan(bench.canvas)
    bench.canvas.setMapTool(pan)
    assert not bench.shell.action("split").isChecked()
    assert bench.traces() == []
    assert bench.canvas.snappingUtils() is engine
    bench.canvas.unsetMapTool(pan)


def refused(bench, code):
    tool = bench.choose("split")
    assert tool is None or tool.key != "split"
    assert not bench.shell.action("split").isChecked()
    assert not bench.layer.isEditable()
    assert len(bench.messages()) == 1
    start = Message(code, dict.fromkeys(("layer", "crs", "filter", "option", "path", "place"), "·")).text()
    assert start.split("·")[0][:12] in bench.messages()[0]


def test_a_layer_in_degrees_is_refused(bench):
    bench.layer.setCrs(QgsCoordinateReferenceSystem("EPSG:4490"))
    refused(bench, "editing_in_degrees")


def test_a_filtered_layer_is_refused(bench):
    bench.layer.setSubsetString("code > ''")
    refused(bench, "editing_layer_filtered")


def test_a_read_only_layer_is_refused(bench):
    bench.layer.setReadOnly(True)
    refused(bench, "editing_layer_read_only")


def test_a_workspace_that_another_program_writes_is_refused(bench):
    import sqlite3

    other = sqlite3.connect(bench.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        bench.choose("split")
        assert not bench.shell.action("split").isChecked()
        assert len(bench.messages()) == 1
    finally:
        other.execute("ROLLBACK")
        other.close()


def test_one_click_turns_the_transaction_mode_off_and_takes_the_tool_up(bench):
    project = QgsProject.instance()
    if not hasattr(project, "setAutoTransaction"):
        pytest.skip("this QGIS has transaction modes instead")
    project.setAutoTransaction(True)
    bench.choose("split")
    assert not bench.shell.action("split").isChecked()
    button = bench.iface.messageBar().currentItem().findChild(QPushButton, "gridmgmt_message_button")
    button.click()
    settle()
    assert not project.autoTransaction()
    assert bench.layer.isEditable()
    assert bench.shell.action("split").isChecked()


def test_exactly_the_area_typed_in_is_cut_off(bench):
    bench.choose("split")
    field = bench.editing().desk.panel.findChild(QDoubleSpinBox, "gridmgmt_cut_off_m2")
    field.setValue(2500)
    bench.hand.click(130, 30)
    bench.hand.double_click(130, 70)
    cells = bench.cells()
    assert sorted(area for code, area in cells.items() if code in (f"{A}002", f"{A}013")) == [2500, 7500]
    assert len(bench.stack()) == 1


def test_more_than_the_cell_has_cannot_be_cut_off(bench):
    bench.choose("split")
    bench.editing().desk.panel.findChild(QDoubleSpinBox, "gridmgmt_cut_off_m2").setValue(25_000)
    bench.hand.click(130, 30)
    bench.hand.double_click(130, 70)
    assert len(bench.messages()) == 1
    assert bench.stack() == []


def test_an_area_is_not_cut_off_where_there_is_no_cell(bench):
    bench.choose("split")
    bench.editing().desk.panel.findChild(QDoubleSpinBox, "gridmgmt_cut_off_m2").setValue(100)
    bench.hand.click(-18, 30)
    bench.hand.double_click(-18, 70)
    assert bench.messages() == [Message("cut_off_no_cell").text()]


def test_a_distance_typed_into_the_panel_of_qgis_counts(bench):
    tool = bench.choose("split")
    cad = bench.iface.cadDockWidget()
    cad.enable()
    cad.enableAction().trigger()
    bench.hand.click(150, 20)
    cad.setDistance("12.5", cad.WidgetSetMode.ReturnPressed)
    bench.hand.click(150, 60)
    first, second = tool.points
    assert first.distance(second) == pytest.approx(12.5)
    bench.hand.key(Qt.Key.Key_Escape)
    assert cad.pointsCount() <= 1
    cad.enableAction().trigger()


def test_the_panel_stays_in_the_corner_it_was_dragged_to(bench):
    from qgis.PyQt.QtCore import QPoint
    from qgis.PyQt.QtTest import QTest

    bench.choose("split")
    panel = bench.editing().desk.panel
    assert panel.geometry().bottom() > bench.canvas.height() / 2
    QTest.mousePress(panel, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(5, 5))
    panel.move(bench.canvas.width() - panel.width(), 0)
    QTest.mouseRelease(panel, Qt.MouseButton.LeftButton)
    assert panel.geometry().top() < 50
    assert panel.geometry().right() > bench.canvas.width() - 50
    bench.shell.action("split").trigger()
    bench.choose("merge")
    assert panel.geometry().top() < 50
    from gridmgmt_plugin.project.settings import remember

    remember("figures_corner", "bottom left")


@pytest.mark.proof
def test_editing_is_offered_again_after_the_workspace_was_closed_and_opened(bench):
    bench.choose("split")
    bench.layer.rollBack()
    settle()
    bench.shell.session.close_workspace()
    settle()
    bench.layer = None
    bench.shell.session.open(bench.path)
    settle()
    from gridmgmt_plugin.project.shown_workspace import shown_layer

    bench.layer = shown_layer(QgsProject.instance(), "unit_grid")
    bench.canvas.setLayers([bench.layer])
    bench.hand.look_at(-20, -20, 420, 220)
    bench.choose("split")
    bench.hand.click(170, -10)
    bench.hand.double_click(170, 110)
    assert len(bench.stack()) == 1
