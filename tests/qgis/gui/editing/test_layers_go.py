"""Layers go while a tool is in hand: the tool is laid down while they are still whole, and nothing of it stays."""

from __future__ import annotations

import sys
import traceback

import pytest
from qgis.core import QgsPointXY, QgsProject
from qgis.gui import QgsMapToolPan

from gridmgmt_plugin.gui.editing.controller import TOOLS
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.project.settings import remember
from gridmgmt_plugin.project.shown_workspace import shown_layer

WHOLE = (-20, -20, 420, 220)


@pytest.fixture
def raised(monkeypatch):
    """Return what Qt had to swallow: an error in a method that it calls reaches nobody else."""
    seen = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: seen.append(traceback.format_exception(error)))
    return seen


def _begin(bench, key):
    """Take a tool up and begin what it does."""
    tool = bench.choose(key)
    bench.hand.click(40, 40) if key not in ("absorb", "enclose") else bench.hand.move(40, 40)
    bench.hand.move(60, 60)
    return tool


def _close_workspace(bench):
    bench.shell.session.close_workspace()


def _new_project(bench):
    QgsProject.instance().clear()


def _remove_layer(bench):
    QgsProject.instance().removeMapLayer(bench.canvas.mapTool().desk.layer.id())


def _each_tool_and_way():
    """Return every tool with every way that its layer can go; every day each tool with one of them in turn."""
    ways = (_close_workspace, _new_project, _remove_layer)
    return [
        pytest.param(key, go, marks=[] if ways[at % len(ways)] is go else pytest.mark.proof)
        for at, key in enumerate(TOOLS)
        for go in ways
    ]


@pytest.mark.daily(1)
@pytest.mark.parametrize(("key", "go"), _each_tool_and_way())
def test_a_tool_in_hand_is_laid_down_before_its_layer_goes(bench, raised, key, go):
    engine = bench.canvas.snappingUtils()
    panel = _begin(bench, key).desk.panel
    assert (bench.canvas.snappingUtils() is engine) == (key == "paint")  # a brush has no point that could snap
    go(bench)
    bench.hand.move(80, 80)
    bench.hand.click(90, 90)
    assert raised == []
    assert isinstance(bench.canvas.mapTool(), QgsMapToolPan)
    assert bench.canvas.snappingUtils() is engine
    assert bench.traces() == []
    assert not is_alive(panel)
    assert ("lane" if key.startswith("lane_") else "unit_grid") not in bench.editing()._desks
    assert not bench.shell.action(key).isChecked()


@pytest.mark.proof
def test_what_is_open_next_can_be_edited(bench, raised):
    _begin(bench, "split")
    bench.shell.session.close_workspace()
    bench.shell.session.open(bench.path)
    bench.layer = shown_layer(QgsProject.instance(), "unit_grid")
    bench.canvas.setLayers([bench.layer])
    bench.hand.look_at(*WHOLE)
    bench.choose("split")
    bench.hand.click(50, -10)
    bench.hand.double_click(50, 110)
    assert len(bench.stack()) == 1
    assert raised == []


@pytest.mark.proof
def test_layers_that_are_snapped_to_may_go_while_the_tool_stays_in_hand(bench, raised):
    tool = _begin(bench, "split")
    beside = [shown_layer(QgsProject.instance(), table) for table in ("lane", "area")]
    bench.canvas.setLayers([*beside, bench.layer])
    assert len(bench.canvas.snappingUtils().config().individualLayerSettings()) >= 3
    for layer in beside:
        QgsProject.instance().removeMapLayer(layer.id())
    settings = bench.canvas.snappingUtils().config().individualLayerSettings()
    snapped = [layer for layer, setting in settings.items() if setting.enabled()]
    assert snapped == [bench.layer]
    bench.canvas.snappingUtils().snapToMap(QgsPointXY(50, 50))
    bench.hand.move(70, 70)
    assert bench.canvas.mapTool() is tool
    assert raised == []


@pytest.mark.proof
def test_a_fault_of_one_part_leaves_nothing_else_of_the_tool(bench, raised, monkeypatch):
    engine = bench.canvas.snappingUtils()
    tool = _begin(bench, "draw")
    panel = bench.editing().desk.panel

    def break_down():
        raise RuntimeError("broken")

    monkeypatch.setattr(tool, "reset", break_down)
    bench.canvas.unsetMapTool(tool)
    assert ["broken" in "".join(lines) for lines in raised] == [True]
    assert bench.canvas.snappingUtils() is engine
    assert not panel.isVisible()
    assert not tool.isActive()


@pytest.mark.proof
def test_a_refusal_goes_with_the_layer_that_it_speaks_of(bench):
    remember("author", "测试员")
    bench.choose("split")
    feature = next(bench.layer.getFeatures())
    bench.layer.changeGeometry(feature.id(), feature.geometry().buffer(4.0, 2))
    assert not bench.layer.commitChanges(False)
    bench.hand.rest()
    assert bench.messages()
    QgsProject.instance().removeMapLayer(bench.layer.id())
    bench.hand.rest()
    assert bench.messages() == []
    assert "unit_grid" not in bench.editing()._watch.guards
    assert "lane" in bench.editing()._watch.guards
