"""调整边界 and 编辑节点 on a real canvas: both sides of a border follow."""

from __future__ import annotations

import pytest
import shapely
from qgis.PyQt.QtCore import Qt

from gridmgmt_plugin.core.messages import Message

A, B = "990101001001", "990101001002"
PIXEL_M2 = 150


def near(area_m2):
    return pytest.approx(area_m2, abs=PIXEL_M2)


def corners(bench, code):
    feature = next(f for f in bench.layer.getFeatures() if f["code"] == code)
    return set(map(tuple, shapely.get_coordinates(shapely.from_wkt(feature.geometry().asWkt(6)))))


# Reshape


def test_a_line_across_the_border_moves_it_for_both_sides(bench):
    bench.choose("reshape")
    bench.hand.click(80, 30)
    bench.hand.click(120, 30)
    bench.hand.click(120, 70)
    bench.hand.double_click(80, 70)
    cells = bench.cells()
    assert cells[f"{A}001"] == near(10_800)
    assert cells[f"{A}001"] + cells[f"{A}002"] == pytest.approx(20_000, abs=1e-3)
    assert len(bench.stack()) == 1
    assert bench.traces() == []
    bench.layer.undoStack().undo()
    assert bench.cells()[f"{A}001"] == 10_000


def test_a_reshape_in_one_drag(bench):
    bench.choose("reshape")
    bench.hand.drag((80, 30), (120, 30), (120, 70), (80, 70))
    assert bench.cells()[f"{A}001"] == near(10_800)


def test_gain_and_loss_are_shown_while_drawing(bench):
    bench.choose("reshape")
    bench.hand.click(80, 30)
    bench.hand.click(120, 30)
    bench.hand.click(120, 70)
    bench.hand.move(80, 70)
    text = bench.panel_text()
    assert "Change m²" in text
    assert f"{A}001" in text
    assert f"{A}002" in text
    assert bench.stack() == []


def test_a_reshape_that_would_move_the_community_is_refused(bench):
    before = bench.cells()
    bench.choose("reshape")
    bench.hand.click(30, 80)
    bench.hand.click(30, 120)
    bench.hand.click(70, 120)
    bench.hand.double_click(70, 80)
    assert len(bench.messages()) == 1
    assert bench.cells() == before
    bench.hand.escape()
    assert bench.traces() == []
    assert bench.stack() == []


# Vertex


def add_vertex(bench, x=100, y=50):
    bench.choose("vertex")
    bench.hand.double_click(x, y)


def test_a_double_click_on_an_edge_adds_a_vertex_to_both_cells(bench):
    add_vertex(bench)
    assert len(corners(bench, f"{A}001") & corners(bench, f"{A}002")) == 3
    assert len(bench.stack()) == 1


def test_a_drag_moves_the_vertex_in_every_cell(bench):
    add_vertex(bench)
    bench.hand.drag((100, 50), (110, 50), (120, 50))
    cells = bench.cells()
    assert cells[f"{A}001"] == near(11_000)
    assert cells[f"{A}002"] == near(9_000)
    assert len(bench.stack()) == 2
    assert bench.traces() == []


def test_a_click_picks_the_vertex_up_and_a_second_puts_it_down(bench):
    add_vertex(bench)
    bench.hand.click(100, 50)
    assert bench.canvas.mapTool().held is not None
    bench.hand.click(120, 50)
    assert bench.cells()[f"{A}001"] == near(11_000)
    assert bench.canvas.mapTool().held is None


def test_delete_takes_the_vertex_out_of_both_cells(bench):
    add_vertex(bench)
    bench.hand.move(100, 50)
    bench.hand.key(Qt.Key.Key_Delete)
    assert len(corners(bench, f"{A}001")) == 4
    assert len(corners(bench, f"{A}002")) == 4
    assert len(bench.stack()) == 2


@pytest.mark.daily(1)
@pytest.mark.parametrize("way", ["escape", "right", "click where it was"])
def test_a_vertex_let_go_stays_where_it_was(bench, way):
    add_vertex(bench)
    before = bench.cells()
    tool = bench.canvas.mapTool()
    bench.hand.click(100, 50)
    bench.hand.move(130, 50)
    if way == "escape":
        bench.hand.escape()
    elif way == "right":
        bench.hand.cancel(130, 50)
    else:
        bench.hand.click(100, 50)
    assert tool.held is None
    bench.hand.move(150, 40)
    assert bench.traces() == []
    assert bench.cells() == before
    assert len(bench.stack()) == 1
    assert bench.messages() == ([Message("gesture_dropped").text()] if way == "right" else [])


def test_a_drag_can_be_cancelled_with_the_button_down(bench):
    add_vertex(bench)
    before = bench.cells()
    bench.hand.drag((100, 50), (120, 50), (130, 50), release=False)
    bench.hand.escape()
    bench.hand.release(130, 50)
    assert bench.cells() == before
    assert len(bench.stack()) == 1


def test_a_corner_of_the_community_is_refused_with_a_sentence(bench):
    before = bench.cells()
    bench.choose("vertex")
    bench.hand.drag((0, 0), (10, 10), (20, 20))
    assert bench.messages() == [Message("vertex_on_border").text()]
    assert bench.cells() == before
    assert bench.stack() == []
    assert bench.canvas.mapTool().held is None


def test_a_click_on_open_ground_does_nothing(bench):
    bench.choose("vertex")
    bench.hand.click(50, 50)
    bench.hand.double_click(50, 50)
    assert bench.stack() == []
    assert bench.messages() == []


def test_coordinates_typed_into_the_panel_of_qgis_place_the_vertex_exactly(bench):
    add_vertex(bench)
    tool = bench.canvas.mapTool()
    cad = bench.iface.cadDockWidget()
    cad.enable()
    cad.enableAction().trigger()
    assert cad.cadEnabled()
    bench.hand.click(100, 50)
    assert tool.held is not None
    cad.setX("123.456", cad.WidgetSetMode.ReturnPressed)
    cad.setY("45.678", cad.WidgetSetMode.ReturnPressed)
    bench.hand.click(130, 60)
    assert (123.456, 45.678) in corners(bench, f"{A}001")
    assert (123.456, 45.678) in corners(bench, f"{A}002")
    cad.enableAction().trigger()


def test_a_held_vertex_is_not_pulled_back_to_where_it_was(bench):
    add_vertex(bench)
    bench.hand.click(100, 50)
    bench.hand.click(103, 50)
    assert bench.cells()[f"{A}001"] == near(10_150)
    assert bench.cells()[f"{A}001"] != 10_000
