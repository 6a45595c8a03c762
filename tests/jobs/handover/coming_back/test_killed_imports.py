"""What comes back is killed at any step: the workspace is as before or as after it, never between."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from gridmgmt_plugin.jobs.handover.coming_back.import_package import import_package
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.handover.coming_back.killed_jobs import RUNS
from tests.jobs.handover.coming_back.test_redrawn_cells import merge, split
from tests.jobs.handover.exports import export
from tests.jobs.package_workspace import COMMUNITIES

ROOT = Path(__file__).resolve().parents[4]

pytestmark = pytest.mark.kills


def killed(workspace: Workspace, task: str, file: Path | str = "") -> list[list[str]]:
    """Return one line per step at which the process was killed: call, number, state, soundness."""
    command = [
        sys.executable,
        "-m",
        "tests.jobs.handover.coming_back.killed_jobs",
        str(workspace.location),
        task,
        str(file),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, timeout=900)
    assert done.returncode == 0, done.stderr[-2000:]
    return [line.split() for line in done.stdout.splitlines()]


def all_or_nothing(lines: list[list[str]]) -> bool:
    """Tell whether every kill left all as before, but for the one after the commit."""
    assert [line[-2] for line in lines] == ["before"] * (len(lines) - 1) + ["after"]
    assert [line[0] for line in lines[-2:]] == ["commit", "committed"]
    return all(line[-1] == "True" for line in lines)


@pytest.mark.proof
@pytest.mark.parametrize("kind", ["file", "database"])
def test_a_package_that_comes_into_an_empty_workspace(delivered, empty, request, kind):
    workspace = empty(None if kind == "file" else request.getfixturevalue("database_location"))
    lines = killed(workspace, "import", delivered[1].package)
    assert all_or_nothing(lines)
    assert {"insert", "add_column"} <= {line[0] for line in lines}
    assert "nothing_changed" in [note.code for note in import_package(workspace, delivered[1].package).notes]


@pytest.mark.proof
@pytest.mark.parametrize("workspace_in_both", ["file", "database"], indirect=True)
def test_a_package_whose_unit_grids_are_drawn_anew(workspace_in_both, folder):
    sent = export(workspace_in_both, folder, formats=("gpkg",))
    merge(workspace_in_both)
    split(workspace_in_both, 7)
    lines = killed(workspace_in_both, "redraw", sent.package)
    assert all_or_nothing(lines)
    assert {"insert", "update", "delete"} <= {line[0] for line in lines}


@pytest.mark.daily(1)
@pytest.mark.parametrize("workspace_in_both", ["file", "database"], indirect=True)
@pytest.mark.parametrize("task", sorted({*RUNS} - {"import", "redraw"}))
def test_an_answer_or_an_act_on_a_release(workspace_in_both, folder, task):
    export(workspace_in_both, folder, profile={"receiver": "示例平台"})
    receipt = folder / "回执.csv"
    receipt.write_text(
        f"图层,编码,结果,原因\nunit_grid,{COMMUNITIES[0]}003,退回,名称不符\n*,*,通过,\n", encoding="utf-8"
    )
    assert all_or_nothing(killed(workspace_in_both, task, receipt))
