"""What the state panel says of jobs under way, and small questions that hold nobody up."""

from __future__ import annotations

from threading import Event

import pytest
from qgis.core import QgsApplication, QgsTask
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QDialog, QLabel

from gridmgmt_plugin.gui.frame.background_call import BackgroundCall
from gridmgmt_plugin.gui.issues.job_task import JobTask
from tests.qgis.workspace_window import tasks_done, wait_for


@pytest.fixture
def said(shell):
    """Return the function that tells what the panel says."""
    wait_for(tasks_done)
    links = shell.controller("tree").dock.state.findChild(QLabel, "gridmgmt_state_links")
    return lambda: links.text().replace("&nbsp;", " ").replace("\u2060", "")


@pytest.mark.proof
def test_a_job_says_how_far_it_is(said):
    go_on, far = Event(), Event()

    def job(progress):
        progress.report(0.4)
        far.set()
        go_on.wait(60)

    task = JobTask("示例任务", job, lambda *_: None).start()
    wait_for(lambda: "40 %" in said())
    go_on.set()
    wait_for(lambda: tasks_done() and "示例任务" not in said())
    del task  # QGIS does not call what Python has let go of


def test_a_job_that_is_done_and_asks_what_to_do_is_not_at_some_percent(said, shell):
    go_on, seen = Event(), []

    def ask(*_):
        dialog = QDialog(shell.iface.mainWindow())
        dialog.show()
        QTimer.singleShot(1500, lambda: (seen.append(said()), dialog.accept()))
        dialog.exec()
        dialog.deleteLater()

    task = JobTask("示例任务", lambda _: go_on.wait(60), ask).start()
    wait_for(lambda: "示例任务: 0 %" in said(), 20)
    go_on.set()
    wait_for(lambda: seen, 20)
    assert "%" not in seen[0]
    del task  # QGIS does not call what Python has let go of


def test_closing_qgis_does_not_ask_about_a_question_in_the_background(shell):
    go_on, told = Event(), []
    call = BackgroundCall("数一数", shell.session.location, lambda _: go_on.wait(60), lambda *said: told.append(said))
    call.start()
    (task,) = [task for task in QgsApplication.taskManager().activeTasks() if task.description() == "数一数"]
    assert task.flags() & QgsTask.Flag.CancelWithoutPrompt  # what QGIS looks at before it asks
    assert task.canCancel()
    call.cancel()
    go_on.set()
    wait_for(tasks_done)
    assert told == [], "who has forgotten the question is told nothing"


def test_a_job_is_asked_about_before_qgis_closes(shell):
    go_on = Event()
    task = JobTask("示例任务", lambda _: go_on.wait(60), lambda *_: None).start()
    assert not task.flags() & QgsTask.Flag.CancelWithoutPrompt
    go_on.set()
    wait_for(tasks_done)
