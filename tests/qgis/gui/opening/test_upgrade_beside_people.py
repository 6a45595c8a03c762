"""Upgrading a workspace in a database from the window, while a colleague has it open."""

from __future__ import annotations

import threading

import pytest
from qgis.PyQt.QtWidgets import QApplication, QLabel, QPushButton, QTreeWidget

from gridmgmt_plugin.gui.opening import schema_upgrade
from gridmgmt_plugin.gui.opening.schema_upgrade import SchemaUpgrade
from gridmgmt_plugin.workspace.postgis import migrations
from gridmgmt_plugin.workspace.postgis.upgrade_notices import NoticeWatch
from tests.qgis.workspace_window import build_workspace, forget_settings, tasks_done, wait_for

DIALOG = "gridmgmt_upgrade_dialog"


class Colleague:
    """Has the workspace open and looks again and again, with unsaved edits until told otherwise."""

    def __init__(self, location) -> None:
        self.has_edits, self.seen = True, []
        self._ends = threading.Event()
        self._watch = NoticeWatch(location, "08:30")
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def _look(self) -> None:
        while not self._ends.wait(0.1):
            self.seen.append(self._watch.look("李工", has_edits=self.has_edits).notice)
        self._watch.close()

    def leave(self) -> None:
        self._ends.set()
        self._thread.join()


@pytest.fixture
def place(database_location, qgis_app, monkeypatch):
    forget_settings()
    build_workspace(database_location)
    monkeypatch.setattr(schema_upgrade, "ANSWERED_S", 0.5)
    monkeypatch.setattr(schema_upgrade, "_LOOK_MS", 50)
    monkeypatch.setattr(migrations, "migrate_schema", lambda place: place)
    return database_location


@pytest.fixture
def colleague(place):
    found = Colleague(place)
    yield found
    found.leave()


@pytest.fixture
def upgrade(place):
    ended = []
    upgrading = SchemaUpgrade(place, None, lambda *told: ended.append(told))
    upgrading.start()
    yield upgrading, ended
    upgrading.cancel()
    wait_for(tasks_done)


def dialog():
    return next(window for window in QApplication.topLevelWidgets() if window.objectName() == DIALOG)


def lines() -> list[list[str]]:
    people = dialog().findChild(QTreeWidget, "gridmgmt_upgrade_people")
    return [
        [item.text(column) for column in range(3)]
        for item in map(people.topLevelItem, range(people.topLevelItemCount()))
    ]


@pytest.mark.daily(1)
def test_the_upgrade_waits_for_who_has_unsaved_edits_and_begins_when_he_has_saved(place, colleague, upgrade):
    _, ended = upgrade
    wait_for(lambda: lines() == [["李工", "08:30", "Unsaved edits"]])
    assert "in 1" in dialog().findChild(QLabel, "gridmgmt_upgrade_text").text()
    assert colleague.seen[-1] is not None
    assert ended == []
    colleague.has_edits = False
    wait_for(lambda: ended)
    assert ended == [(place, None)]
    wait_for(lambda: colleague.seen[-1] is None)


@pytest.mark.proof
@pytest.mark.parametrize("how", ["now", "in time"])
def test_it_waits_no_longer_than_the_planner_wants_or_the_time_is(place, colleague, upgrade, monkeypatch, how):
    _, ended = upgrade
    wait_for(lambda: lines() == [["李工", "08:30", "Unsaved edits"]])
    if how == "now":
        dialog().findChild(QPushButton, "gridmgmt_upgrade_now").click()
    else:
        monkeypatch.setattr(schema_upgrade.SchemaUpgrade, "_may_begin", lambda _, answers: answers.seconds_left < 120)
    wait_for(lambda: ended)
    assert ended == [(place, None)]


@pytest.mark.proof
def test_who_cancels_leaves_everything_as_it_is_and_the_notice_is_withdrawn(colleague, upgrade):
    _, ended = upgrade
    wait_for(lambda: lines() == [["李工", "08:30", "Unsaved edits"]])
    dialog().reject()
    wait_for(lambda: ended)
    ((kept, error),) = ended
    assert kept is None
    assert error.code == "cancelled"
    wait_for(lambda: colleague.seen[-1] is None)


@pytest.mark.proof
def test_where_nobody_has_it_open_it_begins_by_itself(place, upgrade):
    _, ended = upgrade
    wait_for(lambda: ended)
    assert ended == [(place, None)]
