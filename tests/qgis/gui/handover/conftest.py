"""A window with the dialogs of jobs, for what follows an export, and an export that waits at a gate."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import pytest

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.processing.algorithms.export_package import ExportPackage
from tests.qgis.gui.handover.guide_driver import opened
from tests.qgis.gui.jobs.job_window import iface, original, shell  # noqa: F401

FORETOLD = {
    "base": "r0001", "places": 3, "staff": 2, "cases": 41, "components": 7, "lane_m": 120.5, "warnings": 5,
    "exempted": 1,
}  # fmt: skip


class Gate:
    """Holds the export up while it is shut; one that is stopped goes."""

    def __init__(self):
        self.way, self.begun = Event(), Event()
        self.way.set()
        #: It is past its last moment to stop; it hears nobody.
        self.is_late = self.is_deaf = False

    def shut(self):
        self.way.clear()
        self.begun.clear()

    def pass_through(self, call):
        self.begun.set()
        while not self.way.wait(0.01):
            if not call.feedback.isCanceled() or self.is_deaf:
                continue
            if self.is_late:
                return
            raise InputError("cancelled")


@pytest.fixture
def gate():
    made = Gate()
    yield made
    made.way.set()


@pytest.fixture
def asked(monkeypatch, tmp_path, gate):
    """Return what the export was asked for, run by run; it works nothing out."""
    calls = []

    def execute(_, call):
        preview = call.flag("PREVIEW")
        calls.append({name: call.text(name) for name in ("SCHEME", "FOLDER", "NOTE")} | {"PREVIEW": preview})
        gate.pass_through(call)
        if call.text("NOTE") == "错":
            raise InputError("package_format_unknown", value="x", known="shp")
        if preview:
            sheet = Path(call.output_path("SHEET"))
            sheet.write_bytes(b"%PDF")
            calls[-1]["SHEET"] = sheet
            return {
                "SHEET": str(sheet),
                "REPORT": call.report(Report("foretell", 1, figures=FORETOLD)),
            }
        figures = {"release": "r0001", "base": None, "package": str(tmp_path / "包.zip")}
        return {"PACKAGE": figures["package"], "REPORT": call.report(Report("exportpackage", 1, figures=figures))}

    monkeypatch.setattr(ExportPackage, "execute", execute)
    return calls


@pytest.fixture
def guide(shell):  # noqa: F811  pytest finds fixtures by their names
    return opened(shell)
