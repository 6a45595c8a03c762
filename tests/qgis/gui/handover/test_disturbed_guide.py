"""A hand-over step by step, with the real export, beside an open attribute table, a file that another program holds,
a server that answers late, and unsaved edits.
"""

from __future__ import annotations

import pytest
from qgis.core import QgsProject
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QPushButton, QWizard

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.processing.provider import ALGORITHMS
from gridmgmt_plugin.project.settings import remember
from gridmgmt_plugin.project.shown_workspace import shown_layer
from gridmgmt_plugin.workspace import patience
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.few_workbooks import _few_workbooks  # noqa: F401  a fixture
from tests.jobs.package_workspace import dump, make_workspace
from tests.qgis.gui.disturbances import another_writes, attribute_table, stored_rows
from tests.qgis.gui.handover.guide_driver import opened, press, to_the_changes
from tests.qgis.workspace_window import (
    built_shell,
    forget_settings,
    shown_window,
    tasks_done,
    wait_for,
    when_shown,
)

_BEATS = 30


@pytest.fixture
def folder(tmp_path):
    """Return an empty folder for packages."""
    made = tmp_path / "成果"
    made.mkdir()
    return made


@pytest.fixture
def shell_with(processing, qgis_app):
    """Return a window with a workspace open in it; take it down afterwards."""
    forget_settings()
    remember("author", "示例员")
    with built_shell(shown_window(1366, 768), [algorithm.KEY for algorithm in ALGORITHMS]) as shell:

        def opening(location):
            shell.session.open(location)
            wait_for(lambda: tasks_done() and shell.session.location is not None)
            return shell

        yield opening


@pytest.fixture
def district(tmp_path):
    return make_workspace(tmp_path / "库.gpkg")


def to_the_release(shell, folder):
    """Open the window and go to the page on which it is handed over."""
    guide = opened(shell)
    to_the_changes(guide, folder)
    press(guide, "Next")
    assert guide.currentPage() is guide.release, guide.changes.result.toPlainText()
    return guide


def hand_over(guide):
    QTest.mouseClick(guide.release.runner, Qt.MouseButton.LeftButton)
    wait_for(tasks_done, 60)


def is_handed_over(guide, workspace):
    """Tell whether the window says so, and the workspace."""
    is_open = guide.button(QWizard.WizardButton.CommitButton).isEnabled()
    assert is_open == (workspace.read("release", geometry=False)["state"].tolist() == ["handed_over"])
    return is_open


@pytest.mark.proof
def test_open_attribute_tables_show_what_was_handed_over(shell_with, district, folder):
    guide = to_the_release(shell_with(district.location), folder)
    units, releases = (shown_layer(QgsProject.instance(), table) for table in ("unit_grid", "release"))
    with attribute_table(units) as unit_rows, attribute_table(releases) as release_rows:
        before = unit_rows()
        hand_over(guide)
        assert is_handed_over(guide, district), guide.release.result.toPlainText()
        wait_for(lambda: unit_rows() == stored_rows(units) and release_rows() == stored_rows(releases), 20)
        assert unit_rows() != before, "its unit grids are valid now"
        assert len(release_rows()) == 1


def test_while_another_program_writes_it_is_said_and_afterwards_the_same_button_hands_over(
    shell_with, district, folder
):
    before = dump(district)
    with another_writes(district.location, None, "release"):
        guide = to_the_release(shell_with(district.location), folder)  # to look needs nothing but reading
        hand_over(guide)
        reason = WorkspaceError("workspace_locked", path=district.location.label).text()
        assert reason[:12] in guide.release.result.toPlainText()
        assert not is_handed_over(guide, district)
    assert dump(district) == before
    assert [path.suffix for path in folder.iterdir()] == [".pdf"], "the sheet alone"
    hand_over(guide)
    assert is_handed_over(guide, district), guide.release.result.toPlainText()


@pytest.mark.proof
def test_a_server_that_answers_late_leaves_the_window_alive(
    shell_with, database_location, postgis, folder, monkeypatch
):
    monkeypatch.setattr(patience, "BEHIND", patience.Patience(lock_s=60.0, statement_s=600.0, queue_s=60.0))
    workspace, beats = make_workspace(database_location), []
    guide = to_the_release(shell_with(database_location), folder)
    with another_writes(database_location, postgis, "release") as let_go:
        clock = QTimer()
        clock.timeout.connect(lambda: (beats.append(1), len(beats) == _BEATS and let_go()))
        clock.start(10)
        hand_over(guide)
        clock.stop()
    assert len(beats) >= _BEATS, "the window let go itself: it was alive while it waited"
    assert is_handed_over(guide, workspace), guide.release.result.toPlainText()


@pytest.mark.proof
def test_beside_unsaved_edits_it_asks_and_hands_over_nothing_until_they_are_settled(shell_with, district, folder):
    guide = to_the_release(shell_with(district.location), folder)
    lanes = shown_layer(QgsProject.instance(), "lane")
    lanes.startEditing()
    feature = next(lanes.getFeatures())
    lanes.changeAttributeValue(feature.id(), lanes.fields().indexOf("name"), "改名的街")
    asked, answers = [], iter(("gridmgmt_pending_cancel", "gridmgmt_pending_save"))

    def answer(box):
        asked.append(box.text())
        box.findChild(QPushButton, next(answers)).click()

    when_shown("gridmgmt_pending_edits", answer)
    hand_over(guide)
    assert not is_handed_over(guide, district)
    when_shown("gridmgmt_pending_edits", answer)
    hand_over(guide)
    assert len(asked) == 2
    assert is_handed_over(guide, district), guide.release.result.toPlainText()
    assert "改名的街" in Workspace.open(district.location).read("lane")["name"]
