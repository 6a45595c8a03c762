"""The hand-over step by step: who knows no algorithm by name comes from the check to the receipt."""

from __future__ import annotations

from threading import Event

import pytest
from qgis.core import QgsProject
from qgis.PyQt.QtCore import Qt, QUrl
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QWidget, QWizard

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.jobs.areas.copy_workspace import copy_workspace
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.gui.handover.guide_driver import begin, handing_over, opened, press, to_the_changes
from tests.qgis.workspace_window import tasks_done, wait_for


@pytest.mark.proof
def test_from_the_check_to_the_receipt_without_the_name_of_an_algorithm(shell, guide, asked, tmp_path):
    assert guide.currentPage() is guide.check
    assert guide.check.told.text() == tr("Not checked yet")
    to_the_changes(guide, tmp_path)
    assert guide.currentPage() is guide.changes
    (sheet,) = tmp_path.glob("*.pdf")
    assert asked == [{"SCHEME": "cg", "FOLDER": str(tmp_path), "NOTE": None, "PREVIEW": True, "SHEET": sheet}]
    told = guide.changes.result.toPlainText()
    assert [number for number in ("r0001", "41", "120") if number not in told] == [], told
    press(guide, "Next")
    assert not guide.button(QWizard.WizardButton.CommitButton).isEnabled(), "nothing was handed over yet"
    QTest.mouseClick(guide.release.runner, Qt.MouseButton.LeftButton)
    wait_for(tasks_done)
    assert [one["PREVIEW"] for one in asked] == [True, False]
    assert not guide.release.runner.isEnabled(), "once is enough"
    reports = shell.session.path.parent / "reports"
    assert len(list(reports.glob("exportpackage-*.json"))) == 1, "beside the workspace, and only of the release"
    press(guide, "Commit")
    assert guide.currentPage() is guide.after
    html = guide.after.result.toHtml()
    words = "Import the receipt when it comes"
    address = html[: html.index(words)].rsplit('href="', 1)[1].split('"', 1)[0]
    guide.after.link_clicked.emit(QUrl(address))
    wait_for(tasks_done)
    named = shell.iface.mainWindow().findChildren(QWidget, "gridmgmt_job_importreceipt")
    assert [one.isVisible() for one in named] == [True]
    press(guide, "Finish")
    assert not guide.isVisible()


def test_from_a_working_copy_nobody_is_led_through_pages_to_a_refusal(shell, tmp_path):
    copy_workspace(Workspace.open(shell.session.location), copy := tmp_path / "外业.gpkg", working_copy=True)
    shell.session.open(copy)
    wait_for(tasks_done)
    desk = shell.controller("handover_guide")
    desk.trigger("handover_guide", checked=False)
    wait_for(lambda: desk.guide is None)
    assert "nothing is handed over from it" in shell.iface.messages()[-1]


def test_what_is_in_the_way_is_said_on_the_page_and_nobody_goes_on(guide, asked, tmp_path):
    to_the_changes(guide, tmp_path, note="错")
    assert "shp" in guide.changes.result.toPlainText()
    assert not guide.button(QWizard.WizardButton.NextButton).isEnabled()
    press(guide, "Back")
    guide.target.show_values({"NOTE": ""})
    press(guide, "Next")
    assert guide.button(QWizard.WizardButton.NextButton).isEnabled()
    assert len(asked) == 2


def test_without_a_folder_there_is_no_next_and_what_was_chosen_is_proposed_again(shell, guide, asked, tmp_path):
    press(guide, "Next")
    guide.target.show_values({"SCHEME": "cg", "FOLDER": ""})
    assert not guide.button(QWizard.WizardButton.NextButton).isEnabled()
    guide.target.show_values({"FOLDER": str(tmp_path)})
    press(guide, "Next")
    press(guide, "Next")
    QTest.mouseClick(guide.release.runner, Qt.MouseButton.LeftButton)
    wait_for(tasks_done)
    guide.close()
    again = opened(shell)
    assert again.target.parameters()["FOLDER"] == str(tmp_path)
    again.close()


def test_what_a_check_found_stands_there_at_once(shell, guide):
    shell.session.note_check(2, 1)
    found = guide.check.told.text()
    assert "2" in found
    shell.session.data_changed.emit()
    assert guide.check.told.text() == tr("{found} before the last change").format(found=found)
    guide.close()


def test_each_opening_has_a_sheet_of_its_own_that_looking_again_renews(shell, guide, asked, tmp_path):
    to_the_changes(guide, tmp_path)
    QTest.mouseClick(guide.changes.runner, Qt.MouseButton.LeftButton)
    wait_for(tasks_done)
    first, renewed = (one["SHEET"] for one in asked)
    assert first == renewed
    assert clock.today().isoformat() in first.name
    guide.close()
    to_the_changes(opened(shell), tmp_path)
    assert asked[-1]["SHEET"] not in (None, first)
    assert len(list(tmp_path.glob("*.pdf"))) == 2, "what was signed once stays as it was"


def is_open(guide, kind):
    """Tell whether a button of the window can be pressed."""
    return guide.button(getattr(QWizard.WizardButton, f"{kind}Button")).isEnabled()


def test_while_a_job_runs_nobody_leaves_its_page_and_esc_stops_it(guide, asked, gate, tmp_path):
    press(guide, "Next")
    guide.target.show_values({"SCHEME": "cg", "FOLDER": str(tmp_path)})
    begin(guide.button(QWizard.WizardButton.NextButton), gate)
    closer = guide.button(QWizard.WizardButton.CancelButton)
    guide.target.completeChanged.emit()  # as when the lists of the workspace come late
    assert not is_open(guide, "Back")
    assert not is_open(guide, "Next")
    assert closer.text() == tr("Stop")
    QTest.keyClick(guide, Qt.Key.Key_Escape)
    wait_for(tasks_done)
    assert guide.isVisible()
    assert tr("Stopped. Nothing was written.") in guide.changes.result.toPlainText()
    assert closer.text() == tr("Close")
    assert is_open(guide, "Back")
    assert not is_open(guide, "Next")


def test_while_it_looks_again_nobody_goes_on(guide, asked, gate, tmp_path):
    to_the_changes(guide, tmp_path)
    assert is_open(guide, "Next")
    begin(guide.changes.runner, gate)
    assert not is_open(guide, "Next")
    gate.way.set()
    wait_for(tasks_done)
    assert is_open(guide, "Next")


def test_what_was_said_before_goes_when_it_looks_again(guide, asked, gate, tmp_path):
    to_the_changes(guide, tmp_path)
    assert guide.changes.result.toPlainText()
    begin(guide.changes.runner, gate)
    assert guide.changes.result.toPlainText() == ""
    gate.way.set()
    wait_for(tasks_done)


def test_a_folder_that_there_is_not_is_refused_where_it_is_chosen(guide, tmp_path):
    press(guide, "Next")
    guide.target.show_values({"SCHEME": "cg", "FOLDER": str(tmp_path / "none" / "such")})
    assert not is_open(guide, "Next")
    assert "such" in guide.target.told.text()
    guide.target.show_values({"FOLDER": str(tmp_path / "new")})
    assert not is_open(guide, "Next"), "no export makes one"
    (tmp_path / "new").mkdir()
    guide.target.show_values({"FOLDER": ""})
    guide.target.show_values({"FOLDER": str(tmp_path / "new")})
    assert is_open(guide, "Next")
    assert guide.target.told.text() == ""


def test_a_check_shows_how_far_it_is(shell, guide):
    guide.check.checker.click()
    assert guide.check.bar.isVisible()
    wait_for(tasks_done)
    assert not guide.check.bar.isVisible()


def test_a_check_that_is_begun_from_the_list_is_followed_too_and_nothing_else_of_the_list(shell, guide):
    issues = shell.controller("issues")
    issues.dock.check_wanted.emit()
    assert guide.check.bar.isVisible()
    assert not guide.check.checker.isEnabled()
    wait_for(tasks_done)
    assert not guide.check.bar.isVisible()
    issues._run(tr("Writing the list"), lambda *_: None, lambda _: None)
    assert not guide.check.bar.isVisible()
    assert guide.check.checker.isEnabled()
    wait_for(tasks_done)


def test_a_check_that_is_asked_for_while_the_list_is_at_something_says_so_and_comes_after_it(shell, guide):
    issues = shell.controller("issues")
    going = Event()
    issues._run(tr("Writing the list"), lambda *_: going.wait(20), lambda _: None)
    guide.check.checker.click()
    assert guide.check.told.text() == tr("It is checked as soon as the issue list has done what it is at.")
    going.set()
    wait_for(lambda: shell.session.last_check is not None)  # between the two no task is there for a moment
    wait_for(tasks_done)
    assert guide.check.told.text() == shell.session.last_check.told()


def test_what_was_worked_out_for_other_choices_is_not_shown(guide, asked, gate, tmp_path):
    to_the_changes(guide, tmp_path)
    begin(guide.changes.runner, gate)
    guide.target.show_values({"SCHEME": "hw"})
    gate.begun.clear()
    guide.changes.run_wanted.emit()
    wait_for(gate.begun.is_set)
    assert [one["SCHEME"] for one in asked] == ["cg", "cg", "hw"], "the look for the other scheme gives way"
    guide.target.show_values({"SCHEME": "cg"})
    gate.way.set()
    wait_for(tasks_done)
    assert guide.changes.result.toPlainText() == ""
    assert not is_open(guide, "Next")


def test_a_hand_over_whose_workspace_was_left_is_told_of_all_the_same(shell, guide, asked, gate, tmp_path):
    left = shell.session.path.name
    handing_over(guide, gate, tmp_path)
    QgsProject.instance().clear()
    assert shell.session.location is None
    gate.way.set()
    wait_for(tasks_done)
    assert not is_alive(guide) or not guide.isVisible()
    (told,) = shell.iface.messages()
    assert "包.zip" in told
    assert left in told, "which workspace it was"


@pytest.mark.proof
def test_a_hand_over_that_is_stopped_after_its_workspace_was_left_says_so(shell, guide, asked, gate, tmp_path):
    handing_over(guide, gate, tmp_path)
    QgsProject.instance().clear()
    QTest.keyClick(guide, Qt.Key.Key_Escape)
    wait_for(tasks_done)
    (told,) = shell.iface.messages()
    assert tr("Stopped. Nothing was written.") in told
