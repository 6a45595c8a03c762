"""Where a fix would be a guess, the list of issues opens the tool for it, with the lanes or streets chosen."""

from __future__ import annotations

import pytest
import shapely
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QPushButton, QWidget

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.validation.catalogue import rule_infos
from gridmgmt_plugin.gui.issues.table import IssueTable
from gridmgmt_plugin.gui.lanes.officers_dock import LANES
from tests.qgis.editing.saving.lane_quarter import LONG, WEST
from tests.qgis.fake_window import settle
from tests.qgis.workspace_window import tasks_done, wait_for

LEFT = Qt.MouseButton.LeftButton


def listed(bench, rule, keys, shape):
    """List one issue, select it with the mouse and click the button; return the dock."""
    columns = {"rule": rule, "title": rule_infos()[rule].title["zh"], "severity": "warning", "table_name": "lane"}
    columns.update(object_keys="|".join(keys), message="示例", fixable=False)
    rows = Rows({name: as_column([value]) for name, value in columns.items()}, as_column([shape]))
    controller = bench.shell.controller("issues")
    dock = controller.dock
    dock.show_table(IssueTable(rows), "")
    dock.show()
    settle()
    cell = dock.view.visualRect(dock.model.index(0, 1)).center()
    QTest.mouseClick(dock.view.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, cell)
    QTest.mouseClick(dock.findChild(QPushButton, "gridmgmt_issues_tool"), LEFT)
    settle()
    return dock


def test_lanes_that_double_each_other_are_chosen_for_the_merge(bench):
    listed(bench, "lanes_doubled", (LONG, WEST), bench.line("东胡同"))
    tool = bench.canvas.mapTool()
    assert tool.key == "lane_merge"
    assert {bench.layer.getFeature(fid)["name"] for fid in tool.members} == {"东胡同", "西胡同"}
    bench.hand.enter()
    assert bench.lanes()["东胡同"] == 700


def test_a_street_in_no_lane_is_chosen_for_a_lane_under_its_name(bench):
    way = shapely.LineString([(0, 100), (200, 100)])
    listed(bench, "street_in_no_lane", ("北巷", "1"), way)
    tool = bench.canvas.mapTool()
    assert (tool.key, tool.name.placeholderText()) == ("lane_make", "北巷")
    bench.hand.enter()
    assert bench.lanes()["北巷"] == 200


@pytest.mark.daily(1)
@pytest.mark.parametrize("rule", ["lane_without_officer", "lane_sections_gap", "lane_post_expired"])
def test_what_officers_lack_opens_their_list_with_the_lane_selected(bench, rule):
    listed(bench, rule, (WEST, "lane_chief"), bench.line("西胡同"))
    wait_for(tasks_done)
    officers = bench.shell.controller("lane_officers").dock
    wait_for(lambda: officers.chosen_lanes() == [WEST])
    assert officers.isVisible()
    assert officers.tabs.currentIndex() == LANES
    assert [feature["code"] for feature in bench.layer.selectedFeatures()] == [WEST]


def test_what_a_fix_settles_has_no_tool(bench):
    dock = listed(bench, "lane_length_differs", (LONG,), bench.line("东胡同"))
    assert not dock.findChild(QPushButton, "gridmgmt_issues_tool").isEnabled()


def test_what_is_told_once_for_all_lanes_opens_the_list_with_none_selected(bench):
    listed(bench, "lanes_without_officers", ("*",), None)
    wait_for(tasks_done)
    officers = bench.shell.controller("lane_officers").dock
    wait_for(lambda: officers.models[LANES].rowCount() == 4)
    assert officers.isVisible()
    assert officers.chosen_lanes() == []


def test_a_lane_in_no_grid_of_its_scheme_opens_the_schemes(bench):
    listed(bench, "lane_unassigned", (LONG,), bench.line("东胡同"))
    wait_for(tasks_done)
    window = bench.shell.iface.mainWindow().findChild(QWidget, "gridmgmt_schemes_window")
    assert window is not None
    assert window.isVisible()
