"""The state panel of a planner whose colleague lets a job run in the same database, in a program of his own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from qgis.PyQt.QtWidgets import QLabel, QMenu

from gridmgmt_plugin.gui.state import colleagues
from tests.qgis.workspace_window import (
    build_workspace,
    built_shell,
    forget_settings,
    shown_window,
    tasks_done,
    wait_for,
)

ROOT = Path(__file__).resolve().parents[4]
COLLEAGUE = """
import sys
from gridmgmt_plugin.workspace.workspace import Workspace
with Workspace.open(sys.argv[1]).announced("李工", "generateunitgrids", with_pause=sys.argv[2] == "pause"):
    print("runs", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def shell(database_location, qgis_app, monkeypatch):
    monkeypatch.setattr(colleagues, "EVERY_MS", 200)
    forget_settings()
    build_workspace(database_location)
    with built_shell(shown_window()) as made:
        opened = []
        made.session.open(database_location, opened.append)
        wait_for(lambda: opened)
        assert opened == [None]
        yield made


@pytest.fixture
def colleague(database_location):
    """Return what starts a colleague's job, in a pause or beside everybody, and returns his program."""
    programs = []

    def start(how: str) -> subprocess.Popen:
        command = [sys.executable, "-c", COLLEAGUE, str(database_location), how]
        program = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        programs.append(program)
        assert program.stdout.readline() == "runs\n"
        return program

    yield start
    for program in programs:
        program.kill()
        program.communicate()


@pytest.mark.daily(1)
def test_a_job_of_a_colleague_is_told_until_his_program_dies(shell, colleague):
    wait_for(tasks_done)
    links = shell.controller("tree").dock.state.findChild(QLabel, "gridmgmt_state_links")

    def said() -> str:
        return links.text().replace("&nbsp;", " ").replace("\u2060", "")

    first = colleague("beside")
    wait_for(lambda: "李工 (Unit grids from streets, since " in said())
    assert '●</span>&nbsp;<a href="colleagues"' not in links.text()
    second = colleague("pause")
    wait_for(lambda: "2 jobs of colleagues" in said())
    assert '●</span>&nbsp;<a href="colleagues"' in links.text(), "who asks for a pause is marked"
    links.linkActivated.emit("colleagues")
    menu = next(m for m in links.parent().findChildren(QMenu, "gridmgmt_state_menu") if m.isVisible())
    assert [action.text()[:3] for action in menu.actions()] == ["李工 ", "李工 "]
    menu.close()
    for program in (first, second):
        program.kill()
    wait_for(lambda: "colleagues" not in links.text())
