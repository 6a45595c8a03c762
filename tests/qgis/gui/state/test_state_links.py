"""The links of the state panel: the last release with what changed since, and jobs under way; each leads there."""

from __future__ import annotations

import re
from threading import Event
from time import sleep

import pytest
from qgis.core import QgsApplication, QgsProject, QgsRectangle, QgsSettings, QgsTask
from qgis.PyQt.QtWidgets import QDialog, QLabel, QMenu

from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.gui.frame.colours import ERROR, readable
from gridmgmt_plugin.gui.opening.last_check import LastCheck
from gridmgmt_plugin.project.i18n import Translation
from gridmgmt_plugin.project.shown_workspace import shown_layer
from gridmgmt_plugin.workspace.light.state import WorkspaceState
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.workspace_window import tasks_done, wait_for


@pytest.fixture
def algorithms(processing, author):
    return ["exportpackage", "validate"]


@pytest.fixture
def links(shell):
    wait_for(tasks_done)
    return shell.controller("tree").dock.state.findChild(QLabel, "gridmgmt_state_links")


def _said(links):
    return links.text().replace("&nbsp;", " ").replace("\u2060", "")


def _menu(links):
    return next(
        (menu for menu in links.parent().findChildren(QMenu, "gridmgmt_state_menu") if menu.isVisible()), None
    )


def test_a_check_without_errors_says_how_many_warnings_it_left(shell, links):
    shell.session.take_check(LastCheck(0, 442, "2025-06-01T08:00:00"))
    wait_for(lambda: "0 errors, 442 warnings" in _said(links))
    shell.session.take_check(LastCheck(1, 0, "2025-06-01T08:00:00"))
    wait_for(lambda: "1 error<" in _said(links))


def test_the_last_release_says_how_many_rows_changed_since_and_leads_to_just_these(shell, links):
    lines = [
        ("2025-06-01T08:00:05", "split", "unit_grid", "a"),  # in the minute of the release, and before it
        ("2025-06-01T08:00:30", "export_package", "release", "r2"),
        ("2025-07-01T08:00:00", "split", "unit_grid", "a"),
        ("2025-07-02T08:00:00", "merge", "unit_grid", "b"),
        ("2025-07-02T09:00:00", "edit_rows", "lane", "L1"),
    ]
    names = ("changed_at", "gesture", "table_name", "row_key")
    release = {"number": "r2", "scheme": "cg", "state": "handed_over", "delivered_at": "2025-06-01T08:00:20"}
    with Workspace.open(shell.session.location).transaction("测试", "test") as transaction:
        transaction.insert("release", Rows.from_records([release]))
        transaction.insert(
            "change_log", Rows.from_records([dict(zip(names, line), changed_by="甲") for line in lines])
        )
    shell.session.data_changed.emit()
    wait_for(lambda: "Release r2: 3 rows changed since" in _said(links))
    assert 'href="release"' in links.text()
    assert "●</span>&nbsp;<a" in links.text(), "a dot stays with its words at the end of a line"
    opened = []
    shell.iface.showAttributeTable = lambda layer, condition: opened.append((layer, condition))
    links.linkActivated.emit("release")
    menu = _menu(links)
    counts = {action.text().rpartition(": ")[2]: action for action in menu.actions() if not action.isSeparator()}
    assert list(counts) == ["1", "2", "Releases…"]
    counts["2"].trigger()
    menu.close()
    ((layer, condition),) = opened
    assert layer is shown_layer(QgsProject.instance(), "change_log")
    layer.dataProvider().reloadData()
    assert sorted(row["row_key"] for row in layer.getFeatures(condition)) == ["a", "b"]


def test_in_a_chinese_window_the_menu_of_what_changed_is_written_as_chinese_is(shell, links, chinese):
    shell.controller("tree")._state.show_state(WorkspaceState("r2", "2025-06-01 08:00", (("lane", 1234),)))
    links.linkActivated.emit("release")
    menu = _menu(links)
    assert menu.actions()[0].text() == "街巷：1,234"
    menu.close()


@pytest.fixture
def chinese(shell):
    """Have the window speak Chinese from now on."""
    settings = QgsSettings()
    settings.setValue("locale/overrideFlag", True)
    settings.setValue("locale/userLocale", "zh_CN")
    translation = Translation()
    translation.install()
    yield
    translation.remove()
    settings.remove("locale")


def test_each_link_leads_to_what_its_tip_names_also_where_nothing_changed(shell, links):
    assert "No release yet" in _said(links)
    links.linkActivated.emit("release")
    dialog = shell.iface.mainWindow().findChild(QDialog, "gridmgmt_job_exportpackage")
    assert dialog.isVisible()
    dialog.close()
    shell.controller("tree")._state.show_state(WorkspaceState("r2", "2025-06-01 08:00", ()))
    shell.session.note_check(3, 1)
    for key, action in (("release", "releases"), ("check", "issues"), ("release", "releases")):
        links.linkActivated.emit(key)
        dock = shell.controller(action).dock
        wait_for(lambda dock=dock: not dock.visibleRegion().isEmpty())
    assert shell.controller("issues").dock.visibleRegion().isEmpty(), "both lie behind each other, and both are open"
    assert shell.action("issues").isChecked()


def test_the_name_of_the_workspace_leads_to_the_whole_of_it(shell):
    about = shell.controller("tree").dock.state.about
    canvas = shell.iface.mapCanvas()
    canvas.setExtent(QgsRectangle(0, 0, 10, 10))
    (key,) = re.findall(r'href="(\w+)"', about.text())
    about.linkActivated.emit(key)
    assert shell.session.shows_all()


def test_a_rejected_release_is_told_as_such_and_stands_out(shell, links):
    follower = shell.controller("tree")._state
    follower.show_state(WorkspaceState("r2", "2025-06-01 08:00", (), is_rejected=True))
    assert "Release r2 was rejected: nothing changed since" in _said(links)
    follower.show_state(WorkspaceState("r2", "2025-06-01 08:00", (("lane", 3),), is_rejected=True))
    assert "Release r2 was rejected: 3 rows changed since" in _said(links)
    assert readable(ERROR, links).name() in links.text()


def test_a_job_under_way_is_a_link_that_offers_to_cancel_it(links):
    was_cancelled = Event()

    def work(task):
        while not task.isCanceled():
            sleep(0.02)
        was_cancelled.set()

    job = QgsTask.fromFunction("导入案件", work)
    QgsApplication.taskManager().addTask(job)
    wait_for(lambda: "导入案件" in _said(links))
    assert 'href="jobs"' in links.text()
    links.linkActivated.emit("jobs")
    menu = _menu(links)
    (cancel,) = menu.actions()
    assert "导入案件" in cancel.text()
    cancel.trigger()
    menu.close()
    wait_for(lambda: 'href="jobs"' not in links.text())
    assert was_cancelled.is_set()
    del job  # QGIS does not call what Python has let go of
