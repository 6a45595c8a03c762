"""A workspace that a job made is opened when the job has ended; what is being edited meanwhile stays as it is."""

from __future__ import annotations

import shutil

import pytest
from qgis.core import QgsProject

from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.gui.frame import shell as frame
from gridmgmt_plugin.gui.jobs.job_run import RunResult
from gridmgmt_plugin.processing.report_place import write_somewhere
from gridmgmt_plugin.project.shown_workspace import shown_layer
from tests.qgis.gui.jobs.job_window import open_job
from tests.qgis.workspace_window import tasks_done, wait_for


@pytest.fixture
def made(shell, tmp_path):
    """Return a workspace and the function that ends the job that made it."""
    open_job(shell, "create_workspace")
    place, report = tmp_path / "新库.gpkg", tmp_path / "r.json"
    shutil.copy(shell.session.path, place)
    write_somewhere(Report("createworkspace", 1), report, "en")
    talk = shell.controller("create_workspace")._open["create_workspace"]
    return place, lambda: talk._ran(RunResult({"OUTPUT": str(place), "REPORT": str(report)}), 0)


def test_a_workspace_that_was_made_is_opened(shell, made):
    place, end = made
    end()
    assert shell.session.path == place
    wait_for(tasks_done)


def test_while_edits_wait_it_is_told_that_it_was_made_and_nothing_is_asked(shell, made, monkeypatch):
    place, end = made
    asked = []
    monkeypatch.setattr(frame, "settle_edits", lambda _: asked.append(1))
    layer = shown_layer(QgsProject.instance(), "unit_grid")
    layer.startEditing()
    layer.changeAttributeValue(next(layer.getFeatures()).id(), layer.fields().lookupField("note"), "x")
    before = shell.session.path
    end()
    assert not asked
    assert shell.session.path == before
    assert layer.isModified()
    (said,) = shell.iface.messages()
    assert place.name in said
    assert "was not opened" in said
    layer.rollBack()
    wait_for(tasks_done)
