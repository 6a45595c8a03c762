"""Layers go while a tool is in hand: QGIS lives on, and nothing of the tool stays on the map."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.gui.editing.controller import TOOLS as EDITING_TOOLS
from tests.qgis.gui.test_every_map_tool import HOLDERS

# tests/qgis/gui/test_every_map_tool.py finds a tool that is in neither.
TOOLS = (*EDITING_TOOLS, *HOLDERS.values())


# Every day every tool loses its layers without a window of QGIS, in tests/qgis/gui/editing/test_layers_go.py.
pytestmark = pytest.mark.proof


@pytest.fixture(scope="module")
def seen(desktop):
    return {**desktop("layers_go.py", "zh-Hans", tools=TOOLS), "tools": TOOLS}


def test_qgis_lives_through_every_tool_and_way_and_edits_by_itself_afterwards(seen):
    gone = {(one["tool"], one["way"]) for one in seen["rounds"]}
    assert gone >= {(tool, way) for tool in seen["tools"] for way in ("_close", "_new_project")}
    assert ("split", "_remove_lanes") in gone
    assert ("split", "_close_beside_forms") in gone
    assert [one for one in seen["rounds"] if not one["had"]] == []
    assert seen["exit_code"] == 0


def test_no_python_error_comes_of_it(seen):
    assert seen["traces"] == []


def test_nothing_of_a_tool_stays_once_the_cells_are_gone(seen):
    for one in seen["rounds"]:
        cells_stay = one["way"] == "_remove_lanes"
        assert one["engine_back"] is not cells_stay, one
        assert one["panel"] is cells_stay, one
        assert one["ours_in_hand"] is cells_stay, one
