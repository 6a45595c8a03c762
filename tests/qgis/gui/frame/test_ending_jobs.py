"""What is waited for when the plugin is switched off: what may write, and nothing else; and how."""

from __future__ import annotations

from threading import Event
from time import monotonic, sleep, thread_time
from types import SimpleNamespace

import pytest

from gridmgmt_plugin.core.errors import Cancelled
from gridmgmt_plugin.gui.frame import background_task
from gridmgmt_plugin.gui.frame.background_call import BackgroundCall
from gridmgmt_plugin.gui.frame.background_task import end_jobs
from gridmgmt_plugin.gui.issues import noted_check
from gridmgmt_plugin.gui.issues.job_task import JobTask
from gridmgmt_plugin.gui.jobs import file_reading
from gridmgmt_plugin.gui.jobs.file_reading import Chosen
from gridmgmt_plugin.gui.jobs.job_run import JobRun
from gridmgmt_plugin.gui.opening import schema_upgrade
from gridmgmt_plugin.processing.provider import ALGORITHMS
from gridmgmt_plugin.workspace.location import GeoPackageLocation
from tests.qgis.workspace_window import tasks_done, wait_for


@pytest.mark.parametrize("writes", [True, False])
def test_a_call_that_writes_is_waited_for_and_told_as_done_and_a_question_is_not(qgis_app, tmp_path, writes):
    begun, told = Event(), []

    def deed(_):
        begun.set()
        sleep(0.2)
        return "written"

    place = GeoPackageLocation(tmp_path / "a.gpkg")
    call = BackgroundCall("升级", place, deed, lambda *given: told.append(given), writes=writes)
    call.start()
    wait_for(begun.is_set)
    assert end_jobs() == []
    assert told == ([("written", None)] if writes else [])
    wait_for(tasks_done)
    assert told == [("written", None)]


def test_an_upgrade_and_the_note_of_a_check_are_calls_that_write(qgis_app, tmp_path, monkeypatch):
    asked = []
    for module in (schema_upgrade, noted_check):
        monkeypatch.setattr(
            module, "BackgroundCall", lambda *_, **how: asked.append(how) or SimpleNamespace(start=int)
        )
    schema_upgrade.SchemaUpgrade(SimpleNamespace(label="x"), None, None)._upgrade()
    noted_check.keep_noted(SimpleNamespace(last_check=1, location=1), None)
    assert asked == [{"writes": True}] * 2


def test_a_trial_is_not_waited_for(qgis_app, processing, monkeypatch, tmp_path):
    monkeypatch.setattr(background_task, "_END_MS", 0)
    begun, go_on = Event(), Event()

    def execute(*_):
        begun.set()
        go_on.wait(20)
        return {}

    validate = next(algorithm for algorithm in ALGORITHMS if algorithm.KEY == "validate")
    monkeypatch.setattr(validate, "execute", execute)
    trial = JobRun(validate(), {"WORKSPACE": str(tmp_path / "a.gpkg")}, lambda _: None, rehearses=True).start()
    wait_for(begun.is_set)
    assert end_jobs() == []
    trial.drop()
    go_on.set()
    wait_for(tasks_done)


def test_a_file_that_is_being_looked_at_is_not_waited_for(qgis_app, monkeypatch):
    monkeypatch.setattr(background_task, "_END_MS", 0)
    begun, go_on = Event(), Event()

    def slowly(*_, **__):
        begun.set()
        go_on.wait(20)
        raise Cancelled

    for name in ("layers_to_choose", "read_input"):
        monkeypatch.setattr(file_reading, name, slowly)
    chosen = Chosen("慢.xlsx", "cases", "auto", is_layer=False)
    for begin in (
        lambda: file_reading.read_layers_to_choose("慢.gpkg", (), lambda *_: None),
        lambda: file_reading.read_proposal(None, chosen, "auto", lambda *_: None),
    ):
        begun.clear()
        go_on.clear()
        task = begin()
        wait_for(begun.is_set)
        assert end_jobs() == []
        task.drop()
        go_on.set()
        wait_for(tasks_done)


def test_whoever_waits_for_jobs_leaves_the_processor_to_them(qgis_app):
    begun = Event()

    def job(_):
        begun.set()
        sleep(0.5)

    task = JobTask("示例任务", job, lambda *_: None).start()
    wait_for(begun.is_set)
    began, worked = monotonic(), thread_time()
    assert end_jobs() == []
    worked, waited = thread_time() - worked, monotonic() - began
    assert worked < 0.1 * waited, (worked, waited)
    del task  # QGIS does not call what Python has let go of
