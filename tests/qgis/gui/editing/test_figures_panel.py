"""The panel over the map: small, out of the way, and true about what is too small."""

from __future__ import annotations

from dataclasses import replace

import pytest
from qgis.core import QgsPointXY
from qgis.PyQt.QtCore import QPoint
from qgis.PyQt.QtWidgets import QLabel, QPushButton, QWidget

from gridmgmt_plugin.gui.editing.controller import TOOLS
from gridmgmt_plugin.gui.editing.figures_panel import FigureRow, FiguresPanel
from gridmgmt_plugin.project.settings import layout_key, remember
from tests.qgis.fake_window import settle

REFUSED = (
    "The chosen cells share no border; nothing was changed: 12 cells lie in 3 places (a point is not enough)."
    " Choose the cells between them too, or neighbours only, or change the areas first, and then try the same again."
)
HINT = "Draw a line right through one or more cells: click point by point, or drag"


@pytest.fixture
def canvas(qgis_app):
    remember(layout_key("figures_corner"), "bottom left")
    made = QWidget()
    made.show()
    yield made
    made.close()
    made.deleteLater()
    settle()


def rows(count):
    return [FigureRow("#000", f"990101001001{n:03d}", 10_000.0 + n, 3.0, 10, 20, -5.0) for n in range(count)]


@pytest.mark.parametrize("size", [(1100, 600), (720, 480), (640, 400)])
@pytest.mark.parametrize("count", [0, 1, 3, 12])
def test_it_never_covers_more_than_a_quarter_of_the_map(canvas, size, count):
    canvas.resize(*size)
    panel = FiguresPanel(canvas)
    panel.begin("Split", HINT)
    panel.show_rows(rows(count))
    assert panel.width() * panel.height() <= canvas.width() * canvas.height() / 4
    assert canvas.rect().contains(panel.geometry())
    assert (count == 0) == ("10,000" not in panel.text())


@pytest.mark.parametrize("size", [(880, 450), (620, 340)])
def test_it_stays_so_small_when_it_says_what_is_wrong_and_offers_buttons(canvas, size):
    canvas.resize(*size)
    panel = FiguresPanel(canvas)
    panel.begin("Split", HINT)
    panel.show_buttons([("swap", "Swap codes", lambda: None), ("undo", "Undo", lambda: None)])
    panel.show_problem(REFUSED)
    assert panel.width() * panel.height() <= canvas.width() * canvas.height() / 4
    said = panel.findChild(QLabel, "gridmgmt_figures_problem").text()
    assert REFUSED[:40] in said
    assert (REFUSED in said) == (panel.toolTip() == "")
    panel.show_rows([replace(row, below_m2=5_000.0) for row in rows(3)])
    assert panel.width() * panel.height() <= canvas.width() * canvas.height() / 4
    assert "10,000" in panel.text()
    assert panel.findChild(QPushButton, "undo").isVisible()


def test_all_figures_stay_in_sight_beside_a_button_that_is_offered(canvas):
    canvas.resize(1100, 600)
    panel = FiguresPanel(canvas)
    panel.begin("分割", "画一条线")
    panel.show_rows(rows(2))
    panel.show_buttons([("swap", "换号", lambda: None)])
    settle()
    table = panel.findChild(QLabel, "gridmgmt_figures_table")
    assert table.height() >= table.heightForWidth(table.width()) > 0


def test_rows_come_back_when_the_map_grows(canvas):
    canvas.resize(640, 300)
    panel = FiguresPanel(canvas)
    panel.begin("Split", HINT)
    panel.show_rows(rows(8))
    few = panel.text().count("<tr>")
    canvas.resize(1600, 1000)
    settle()
    assert panel.text().count("<tr>") > few


def test_it_makes_way_for_the_mouse_and_comes_back_with_the_next_tool(canvas):
    canvas.resize(1100, 700)
    panel = FiguresPanel(canvas)
    panel.begin("Split", HINT)
    home = panel.geometry()
    panel.make_way(QPoint(900, 50))
    assert panel.geometry() == home
    panel.make_way(home.center())
    assert not panel.geometry().intersects(home)
    panel.make_way(panel.geometry().center())
    panel.begin("Merge", HINT)
    assert panel.geometry().bottomLeft() == home.bottomLeft()


def test_a_new_cell_below_the_smallest_size_is_marked_before_it_is_made(bench):
    bench.choose("split")
    bench.hand.click(105, -10)
    bench.hand.move(105, 110)
    assert "⚠" in bench.panel_text()
    assert "Smaller than a new cell should be" in bench.panel_text()
    bench.hand.escape()
    bench.hand.click(50, -10)
    bench.hand.move(50, 110)
    assert "m²" in bench.panel_text()
    assert "⚠" not in bench.panel_text()


def test_the_figures_stay_after_codes_were_swapped(bench):
    bench.choose("split")
    bench.hand.click(70, -10)
    bench.hand.double_click(70, 110)
    before = bench.panel_text()
    assert before.count("<tr>") == 3
    panel = bench.editing().desk.panel
    for _ in range(3):
        panel.findChild(QPushButton, "gridmgmt_swap").click()
        settle()
        bench.canvas.snappingUtils().snapToMap(QgsPointXY(0, 0))
        assert panel.text().count("<tr>") == before.count("<tr>")
        assert panel.findChild(QPushButton, "gridmgmt_swap") is not None
        bench.hand.move(300, 50)
        assert panel.text().count("<tr>") == before.count("<tr>")


@pytest.mark.proof
def test_never_do_two_panels_lie_on_the_map(bench):
    shown = {}
    for key in (*TOOLS, *list(reversed(TOOLS))[1:]):
        bench.choose(key)
        shown[key] = [panel for panel in bench.canvas.findChildren(FiguresPanel) if panel.isVisible()]
    assert {key: len(panels) for key, panels in shown.items() if len(panels) != 1} == {"paint": 0}
    assert len({id(panels[0]) for panels in shown.values() if panels}) > 1, "each layer has a panel of its own"
    bench.canvas.unsetMapTool(bench.canvas.mapTool())
    assert not any(panel.isVisible() for panel in bench.canvas.findChildren(FiguresPanel))
