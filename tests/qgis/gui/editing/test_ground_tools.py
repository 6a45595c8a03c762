"""绘制, 消除碎面 and 围合成格 on a real canvas."""

from __future__ import annotations

import pytest
from qgis.core import QgsFeature, QgsGeometry, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QCheckBox

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.gui.editing.tool_window import answer

A, B = "990101001001", "990101001002"
PIXEL_M2 = 250


def near(area_m2):
    return pytest.approx(area_m2, abs=PIXEL_M2)


# Draw


def draw_square(bench):
    bench.choose("draw")
    bench.hand.click(80, 30)
    bench.hand.click(120, 30)
    bench.hand.click(120, 70)
    bench.hand.double_click(80, 70)


def test_a_new_cell_takes_its_ground_from_its_neighbours(bench):
    before = bench.cells()
    draw_square(bench)
    cells = bench.cells()
    assert cells[f"{A}013"] == near(1_600)
    assert cells[f"{A}001"] == near(9_200)
    assert sum(cells.values()) == pytest.approx(sum(before.values()), abs=1e-3)
    assert len(bench.stack()) == 1
    assert bench.traces() == []
    bench.layer.undoStack().undo()
    assert bench.cells() == before
    bench.layer.undoStack().redo()
    assert bench.cells() == cells


def test_an_outline_can_be_drawn_in_one_stroke(bench):
    bench.choose("draw")
    bench.hand.drag((80, 30), (120, 30), (120, 70), (80, 70), (80, 40))
    assert bench.cells()[f"{A}013"] == near(1_600)


@pytest.mark.daily(1)
@pytest.mark.parametrize("way", ["escape", "right"])
def test_cancelling_an_outline_leaves_no_trace(bench, way):
    bench.choose("draw")
    bench.hand.click(80, 30)
    bench.hand.click(120, 30)
    bench.hand.move(120, 70)
    assert bench.traces()
    bench.hand.escape() if way == "escape" else bench.hand.cancel(120, 70)
    assert bench.traces() == []
    assert bench.stack() == []


def test_two_corners_are_no_outline(bench):
    bench.choose("draw")
    bench.hand.click(80, 30)
    bench.hand.double_click(120, 30)
    assert bench.messages() == [Message("draw_unusable").text()]
    assert bench.stack() == []


def test_a_drawing_outside_the_district_is_refused(bench):
    bench.choose("draw")
    bench.hand.click(-18, 20)
    bench.hand.click(-8, 20)
    bench.hand.double_click(-10, 60)
    assert bench.messages() == [Message("draw_outside").text()]
    assert bench.stack() == []


def test_only_bare_ground_is_filled_when_asked(bench):
    bench.choose("draw")
    fid = next(f.id() for f in bench.layer.getFeatures() if f["code"] == f"{A}002")
    bench.layer.deleteFeature(fid)
    box = bench.editing().desk.panel.findChild(QCheckBox, "gridmgmt_fill_only")
    assert box.isVisible()
    box.setChecked(True)
    bench.hand.click(50, -15)
    bench.hand.click(250, -15)
    bench.hand.click(250, 90)
    bench.hand.double_click(50, 130)
    cells = bench.cells()
    assert cells[f"{A}001"] == 10_000
    assert cells[f"{A}003"] == 10_000
    assert [area for code, area in cells.items() if code.startswith(A) and code[-3:] in ("002", "013")]


# Absorb


def test_a_sliver_goes_to_the_neighbour_with_the_longest_border(bench):
    bench.choose("split")
    bench.hand.click(105, -10)
    bench.hand.double_click(105, 110)
    bench.choose("absorb")
    bench.hand.move(102, 50)
    assert "QgsRubberBand" in bench.traces()
    assert len(bench.stack()) == 1
    bench.hand.click(102, 50)
    assert len(bench.stack()) == 2
    assert f"{A}013" not in bench.cells()
    bench.layer.undoStack().undo()
    assert f"{A}013" in bench.cells()


def test_tab_offers_another_neighbour(bench):
    bench.choose("absorb")
    bench.hand.move(150, 50)
    first = bench.panel_text()
    bench.hand.key(Qt.Key.Key_Tab)
    second = bench.panel_text()
    assert first != second
    answer("gridmgmt_absorb_question", "gridmgmt_absorb_question_yes")
    bench.hand.click(150, 50)
    cells = bench.cells()
    taker = f"{A}001" if f"{A}001" in second else f"{A}003"
    assert cells[taker] == 20_000


def test_what_is_no_sliver_is_dissolved_only_when_that_is_wanted(bench):
    asked = []
    bench.choose("absorb")
    bench.hand.move(150, 50)
    answer("gridmgmt_absorb_question", None, asked)
    bench.hand.click(150, 50)
    assert "10,000 m²" in asked[0]
    assert bench.stack() == []


def test_a_sliver_of_another_responsibility_grid_is_dissolved_only_when_that_is_wanted(bench):
    bench.layer.startEditing()
    bench.choose("split")
    bench.hand.click(105, -10)
    bench.hand.double_click(105, 110)
    sliver = min(bench.layer.getFeatures(), key=lambda feature: feature.geometry().area())
    index = bench.layer.fields().lookupField("rg_cg")
    bench.layer.changeAttributeValue(sliver.id(), index, f"{A}009")
    before, asked = len(bench.cells()), []
    bench.choose("absorb")
    bench.hand.move(102, 50)
    answer("gridmgmt_absorb_question", None, asked)
    bench.hand.click(102, 50)
    assert "another responsibility grid: 城管巡查" in asked[0]
    assert "no sliver" not in asked[0]
    assert len(bench.cells()) == before


def test_a_click_beside_every_cell_absorbs_nothing(bench):
    bench.choose("absorb")
    bench.hand.click(-15, -15)
    assert bench.stack() == []
    assert bench.messages() == []


# Enclose


@pytest.fixture
def streets(bench):
    """Two lines across the first community, from 120 to 230 m, in a layer of the planner's own."""
    layer = QgsVectorLayer("LineString", "道路", "memory")
    for x in (120, 230):
        feature = QgsFeature()
        feature.setGeometry(QgsGeometry.fromWkt(f"LINESTRING({x} -50, {x} 250)"))
        layer.dataProvider().addFeature(feature)
    QgsProject.instance().addMapLayer(layer)
    bench.canvas.setLayers([layer, bench.layer])
    bench.hand.rest()
    return layer


def test_a_click_between_streets_makes_the_block_a_cell(bench, streets):
    bench.choose("enclose")
    bench.hand.move(180, 50)
    assert "QgsRubberBand" in bench.traces()
    assert bench.stack() == []
    bench.hand.click(180, 50)
    assert 11_000 in bench.cells().values()
    assert len(bench.stack()) == 1
    assert bench.cells()[f"{B}002"] == 10_000  # the other community keeps its ground


@pytest.mark.proof
def test_streets_that_are_cells_stay_whole(bench, streets):
    bench.choose("split")
    bench.hand.click(130, -10)
    bench.hand.double_click(130, 110)
    road = next(f for f in bench.layer.getFeatures() if f["code"] == f"{A}013")
    bench.layer.changeAttributeValue(road.id(), bench.layer.fields().lookupField("grid_kind"), "道路")
    road_m2 = bench.cells()[f"{A}013"]
    bench.choose("enclose")
    bench.hand.click(180, 50)
    assert bench.cells()[f"{A}013"] == road_m2
    assert bench.cells()[f"{A}014"] == near(10_000)


def test_the_boundary_of_the_community_closes_a_block_with_one_street(bench):
    bench.choose("enclose")
    bench.hand.click(350, 50)  # east of the only lane, which runs at 50 m
    assert len(bench.stack()) == 1
    assert bench.cells()[f"{A}013"] == pytest.approx(115_000, abs=1)


def test_a_click_where_no_street_closes_a_block_is_explained(bench):
    bench.hand.rest()
    with Workspace.open(bench.path).transaction("示例员", "test") as transaction:
        transaction.clear("lane")
    bench.shell.session.reload()
    bench.hand.rest()
    bench.choose("enclose")
    bench.hand.click(350, 50)
    assert bench.stack() == []
    assert bench.messages() == [Message("block_not_closed").text()]


def test_a_click_outside_the_district_is_explained(bench, streets):
    bench.choose("enclose")
    bench.hand.click(-15, 50)
    assert bench.stack() == []
    assert len(bench.messages()) == 1
