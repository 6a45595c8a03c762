"""A workspace that was closed leaves no name of its persons, areas and lanes in any dock or window."""

from __future__ import annotations

import pytest
from qgis.PyQt.QtWidgets import QDockWidget, QLineEdit

from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.gui.frame.actions import ACTIONS
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.spoken import said_by
from tests.qgis.workspace_window import tasks_done, wait_for

NAMES = ("示例甲", "示例乙", "湖阳街道", "南门社区", "北园社区", "南北胡同", "城管巡查", "养护一队")
DOCKS = (
    "tree",
    "issues",
    "staff",
    "lane_officers",
    "inspect_lanes",
    "duty_list",
    "ownership",
    "ask_here",
    "waiting_cases",
    "ledgers",
    "releases",
    "component_inventory",
    "case_figures",
)


@pytest.fixture
def docks(shell):
    """Return the docks, all of them shown and filled."""
    with Workspace.open(shell.session.location).transaction("测试", "test") as transaction:
        transaction.insert("department", Rows.from_records([{"code": "D1", "name": "养护一队"}]))
        transaction.insert("ledger", Rows.from_records([{"key": "1", "title": "养护一队的台账"}]))
    known = {spec.key for spec in ACTIONS}
    assert set(DOCKS) <= known
    for key in DOCKS:
        if not shell.action(key).isChecked():
            shell.action(key).trigger()
        wait_for(tasks_done)
    return [dock for dock in shell.iface.mainWindow().findChildren(QDockWidget) if "gridmgmt" in dock.objectName()]


def _texts(dock):
    typed = {(line.objectName(), line.text()) for line in dock.findChildren(QLineEdit)}
    return {*said_by(dock), *typed}


@pytest.mark.daily(1)
@pytest.mark.parametrize("is_hidden", [False, True])
def test_closing_the_workspace_takes_its_names_out_of_every_dock(shell, docks, is_hidden):
    before = {dock.objectName(): _texts(dock) for dock in docks}
    filled = {name for name, said in before.items() if any(word in text for _, text in said for word in NAMES)}
    assert len(filled) >= 5, filled
    for dock in docks if is_hidden else ():
        dock.hide()
    shell.session.close_workspace()
    wait_for(tasks_done)
    left = {
        f"{dock.objectName()}: {where}: {text}"
        for dock in docks
        for where, text in _texts(dock)
        if any(word in text for word in NAMES)
    }
    assert left == set()
