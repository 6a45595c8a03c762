"""The plugin is switched off, or another workspace opened, while something is handed over: it is stopped or comes to
its end, and the planner is told which of the two.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from threading import Event
from time import sleep

import pytest
from qgis.core import QgsProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest

from gridmgmt_plugin.core.errors import Cancelled
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.gui.frame import background_task
from gridmgmt_plugin.gui.jobs.job_run import RunResult
from gridmgmt_plugin.processing.algorithms.validate import Validate
from gridmgmt_plugin.processing.report_place import write_somewhere
from gridmgmt_plugin.project.i18n import tr
from tests.qgis.gui.handover.guide_driver import handing_over
from tests.qgis.gui.jobs.job_window import open_job, part
from tests.qgis.workspace_window import tasks_done, wait_for


def from_the_guide(shell, request, folder):
    """Hand over from the guide, as far as the gate."""
    handing_over(request.getfixturevalue("guide"), request.getfixturevalue("gate"), folder)


def from_the_dialog(shell, request, folder):
    """Hand over from the dialog of the export, as far as the gate."""
    gate = request.getfixturevalue("gate")
    dialog = open_job(shell, "export_package")
    dialog.show_values({"SCHEME": "cg", "FOLDER": str(folder)})
    gate.shut()
    QTest.mouseClick(part(dialog, "run"), Qt.MouseButton.LeftButton)
    wait_for(gate.begun.is_set)


BY_EACH_WAY = pytest.mark.parametrize("hand_over", [from_the_guide, from_the_dialog])


def said(shell):
    """Return what stands in QGIS's message bar."""
    (told,) = shell.iface.messages()
    return told


class LateDeed:
    """Comes to its end when somebody has asked it to stop."""

    def __init__(self):
        self.begun = Event()

    def __call__(self, _workspace, progress: Progress):
        self.begun.set()
        with suppress(Cancelled):
            while True:
                progress.report(0.5)
                sleep(0.01)
        return "written"


@BY_EACH_WAY
def test_what_is_handed_over_when_the_plugin_is_switched_off_is_stopped_and_told(
    shell, asked, request, tmp_path, hand_over
):
    name = shell.session.path.name
    hand_over(shell, request, tmp_path)
    shell.take_down()
    assert tasks_done()
    assert tr("Stopped. Nothing was written.") in said(shell)
    assert name in said(shell)


@BY_EACH_WAY
def test_what_cannot_be_stopped_any_more_comes_to_its_end_and_is_told(
    shell, asked, gate, request, tmp_path, hand_over
):
    hand_over(shell, request, tmp_path)
    gate.is_late = True
    shell.take_down()
    assert tasks_done()
    assert "包.zip" in said(shell)


def test_what_does_not_end_in_time_is_named(shell, asked, gate, request, tmp_path, monkeypatch):
    monkeypatch.setattr(background_task, "_END_MS", 0)
    from_the_dialog(shell, request, tmp_path)
    gate.is_deaf = True
    shell.take_down()
    gate.way.set()
    assert Message("job_still_ending", {"title": "?"}).text().rpartition("?")[2] in said(shell)


def test_an_act_that_is_being_written_when_the_plugin_is_switched_off_is_told(shell):
    desk = shell.controller("releases")

    def deed(workspace, progress: Progress):
        while True:
            progress.report(0.5)
            sleep(0.01)

    desk._errands.act("x", deed, lambda _: [])
    shell.take_down()
    assert said(shell) == Message("cancelled").text()


def test_an_act_that_was_written_when_the_plugin_is_switched_off_is_told_and_shown(shell, monkeypatch):
    desk, deed, reloaded = shell.controller("releases"), LateDeed(), []
    monkeypatch.setattr(shell.session, "reload", lambda: reloaded.append(True))
    written = Message("receiver_profile_removed", {"name": "x"})
    desk._errands.act("x", deed, lambda _: [written])
    wait_for(deed.begun.is_set)
    shell.take_down()
    assert said(shell) == written.text()
    assert reloaded


@pytest.mark.parametrize(("writes", "goes_on"), [(False, False), (True, True)])
def test_of_what_the_issue_list_began_only_what_was_written_is_gone_on_with(shell, writes, goes_on):
    issues, deed, then = shell.controller("issues"), LateDeed(), []
    issues._run("x", deed, then.append, writes=writes)
    wait_for(deed.begun.is_set)
    issues.check_later()
    shell.take_down()
    assert bool(then) is goes_on
    assert tasks_done(), "nothing new is begun"


def test_a_dialog_whose_workspace_was_left_tells_which_it_was_and_leads_nowhere(
    shell, asked, gate, request, tmp_path
):
    name = shell.session.path.name
    from_the_dialog(shell, request, tmp_path)
    QgsProject.instance().clear()
    gate.way.set()
    wait_for(tasks_done)
    assert name in said(shell)
    dialog = shell.controller("export_package")._open["export_package"].dialog
    assert dialog.shows_result()
    assert tr("What comes next") not in dialog.result.toPlainText()


@pytest.fixture
def open_another(shell, tmp_path):
    """Return the function that opens another workspace, which nobody has checked."""

    def open_it():
        other = shutil.copy(shell.session.path, tmp_path / "另一处.gpkg")
        shell.session.open(other)

    return open_it


def test_a_check_of_a_workspace_that_was_left_says_nothing_of_the_one_that_is_open(
    shell, gate, open_another, monkeypatch
):
    name, execute = shell.session.path.name, Validate.execute
    monkeypatch.setattr(Validate, "execute", lambda it, call: (gate.pass_through(call), execute(it, call))[1])
    dialog = open_job(shell, "validate")
    gate.shut()
    QTest.mouseClick(part(dialog, "run"), Qt.MouseButton.LeftButton)
    wait_for(gate.begun.is_set)
    open_another()
    gate.way.set()
    wait_for(tasks_done)
    assert name in said(shell)
    assert shell.session.last_check is None
    assert len(shell.controller("issues").dock.model.table) == 0


def test_a_receipt_of_a_workspace_that_was_left_has_the_one_that_is_open_neither_read_nor_checked(
    shell, open_another, tmp_path
):
    name = shell.session.path.name
    open_job(shell, "import_receipt")
    open_another()
    changes = []
    shell.session.data_changed.connect(lambda: changes.append(1))
    report = tmp_path / "r.json"
    write_somewhere(Report("importreceipt", 1), report, "en")
    talk = shell.controller("import_receipt")._open["import_receipt"]
    talk._ran(RunResult({"REPORT": str(report)}), 0)
    wait_for(tasks_done)
    assert name in said(shell)
    assert (changes, shell.session.last_check) == ([], None)
