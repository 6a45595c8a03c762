"""After an export, and after the sheet of what it would change, the next step of the hand-over is a click away."""

from __future__ import annotations

import pytest
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtWidgets import QWidget

from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.gui.frame.outcome import Outcome
from gridmgmt_plugin.gui.handover.next_steps import next_steps
from gridmgmt_plugin.processing.algorithms.export_package import ExportPackage
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.gui.jobs.job_window import open_job, part, press
from tests.qgis.workspace_window import tasks_done, wait_for


def _shown(shell, algorithm):
    """Return the dialog of an algorithm that is open."""
    wait_for(tasks_done)
    named = shell.iface.mainWindow().findChildren(QWidget, f"gridmgmt_job_{algorithm}")
    (dialog,) = [one for one in named if one.isVisible()]
    return dialog


def _exported(shell, tmp_path, monkeypatch, report):
    """Return the dialog of an export that ended with a report."""
    monkeypatch.setattr(ExportPackage, "execute", lambda _, call: {"REPORT": call.report(report)})
    dialog = open_job(shell, "export_package")
    dialog.show_values({"FOLDER": str(tmp_path)})
    press(dialog, "run")
    assert dialog.shows_result(), part(dialog, "forecast").text()
    return dialog


def _follow(dialog, words):
    """Click the link that says this."""
    html = dialog.result.toHtml()
    assert words in dialog.result.toPlainText()
    address = html[: html.index(words)].rsplit('href="', 1)[1].split('"', 1)[0]
    dialog.link_clicked.emit(QUrl(address))


@pytest.mark.proof
def test_after_a_package_its_delivery_and_its_receipt_are_offered_with_their_fields(shell, tmp_path, monkeypatch):
    figures = {"release": "GRID-2", "base": "GRID-1", "package": str(tmp_path / "包.zip")}
    dialog = _exported(shell, tmp_path, monkeypatch, Report("exportpackage", 1, figures=figures))
    _follow(dialog, "Send to a web interface")
    assert _shown(shell, "deliverhttp").fields["PACKAGE"].value() == str(tmp_path / "包.zip")
    _follow(dialog, "Show on the map what passes")
    compared = _shown(shell, "comparestates").parameters()
    assert (compared["BASE"], compared["OTHER"]) == ("GRID-1", "GRID-2"), "what was handed over"


def _hand_over(shell, number):
    handed = {"number": number, "scheme": "cg", "state": "handed_over", "receiver": "市平台"}
    with Workspace.open(shell.session.location).transaction("示例员", "export_package") as transaction:
        transaction.insert("release", Rows.from_records([handed]))


@pytest.mark.proof
def test_a_delivery_that_is_open_already_is_told_which_release_it_is_about_now(shell, tmp_path, monkeypatch):
    _hand_over(shell, "GRID-1")
    delivery = open_job(shell, "deliver_postgis")
    wait_for(lambda: delivery.fields["RELEASE"].value() == "GRID-1")
    _hand_over(shell, "GRID-2")
    figures = {"release": "GRID-2", "base": "GRID-1", "package": str(tmp_path / "包.zip")}
    dialog = _exported(shell, tmp_path, monkeypatch, Report("exportpackage", 1, figures=figures))
    _follow(dialog, "Deliver into a front database")
    field = delivery.fields["RELEASE"]
    assert field.value() == "GRID-2", "never the one that was chosen before"
    wait_for(tasks_done)
    assert field.value() == "GRID-2"
    assert "市平台" in field.widget.currentText()


def test_after_the_sheet_alone_the_export_itself_is_offered_in_the_same_dialog(shell, tmp_path, monkeypatch):
    dialog = _exported(shell, tmp_path, monkeypatch, Report("foretell", 1, figures={"base": None}))
    assert "passes from whom to whom" not in dialog.result.toPlainText(), "a first release has nothing before it"
    _follow(dialog, "Export the package")
    assert not dialog.shows_result()
    assert not dialog.parameters().get("PREVIEW")
    assert dialog.parameters()["FOLDER"] == str(tmp_path)


@pytest.mark.parametrize("address", ["place:1", "all:", "file:///tmp/a.pdf"])
def test_a_link_to_something_else_is_left_to_others(address):
    opened = []
    steps = next_steps(Outcome("", {}, {"figures": {"base": "GRID-1"}}), {}, lambda *step: opened.append(step))
    assert not steps.show(QUrl(address), None)
    assert opened == []
