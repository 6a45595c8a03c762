"""A window with a small district open and the dialogs of jobs, driven as a planner drives them."""

from __future__ import annotations

import csv

import pytest
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QWidget

from gridmgmt_plugin.gui.jobs import file_part, reach, talk
from gridmgmt_plugin.processing.provider import ALGORITHMS
from gridmgmt_plugin.project.settings import remember
from tests.qgis.workspace_window import (
    build_workspace,
    forget_settings,
    shell_in_district,
    shown_window,
    tasks_done,
    wait_for,
)

COLUMNS = ("案件编号", "类别", "上报时间", "状态", "东坐标X", "北坐标Y", "标题", "报案人电话")
# A test types faster than a planner: so long a dialog waits in it until it tries out what was given.
CALM_MS = 50
# Looks, each 5 ms after the other, that must see the same: longer than that.
CALM = 30
PHONE = "13800000000"


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    return build_workspace(tmp_path_factory.mktemp("原件") / "示例.gpkg")


@pytest.fixture
def iface(qgis_app):
    forget_settings()
    remember("author", "示例员")
    return shown_window(1366, 768)


@pytest.fixture
def shell(processing, iface, original, laid_out, monkeypatch):
    monkeypatch.setattr(talk, "_CALM_MS", CALM_MS)
    monkeypatch.setattr(reach, "_CALM_MS", CALM_MS)
    monkeypatch.setattr(file_part, "_TYPED_MS", CALM_MS)
    keys = [algorithm.KEY for algorithm in ALGORITHMS]
    with shell_in_district(iface, keys, laid_out(original)) as made:
        yield made


@pytest.fixture
def cases(tmp_path):
    """Return a table of twelve cases: one lies outside, one has no time."""
    path = tmp_path / "案件.csv"
    rows = [
        [f"A{n}", "0101", f"2025-05-{n + 1:02d} 08:00", "已结案", 50 + 100 * n, 50, f"事 {n}", "13800000000"]
        for n in range(12)
    ]
    rows[3][2] = ""
    rows[4][4] = 99999
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows([COLUMNS, *rows])
    return path


def open_job(shell, key):
    """Open the dialog of an action and wait until it knows the workspace; return it."""
    shell.action(key).trigger()
    wait_for(tasks_done)
    named = shell.iface.mainWindow().findChildren(QWidget, f"gridmgmt_job_{shell.spec(key).algorithm_key}")
    shown = [dialog for dialog in named if dialog.isVisible()]  # one that was closed may not be gone yet
    assert len(shown) == 1
    return shown[0]


def part(dialog, name):
    """Return the widget of a dialog with this object name."""
    found = dialog.findChild(QWidget, f"gridmgmt_job_{name}")
    assert found is not None, name
    return found


def press(dialog, name):
    """Click a button of the dialog and wait for what it starts."""
    QTest.mouseClick(part(dialog, name), Qt.MouseButton.LeftButton)
    wait_for(tasks_done)


def choose_file(dialog, path):
    """Choose a file and wait until its columns are proposed and the import is tried out; return what is told."""
    dialog.fields["INPUT"].show_value(str(path))
    wait_for(lambda: dialog.columns.proposal is not None)
    return told(dialog)


def told(dialog):
    """Wait until nothing is worked out any more; return what the dialog says will happen."""
    seen = []

    def is_calm():
        seen.append(part(dialog, "forecast").text() if tasks_done() else None)
        return len(seen) > CALM and seen[-1] is not None and len(set(seen[-CALM:])) == 1

    wait_for(is_calm)
    return part(dialog, "forecast").text()
