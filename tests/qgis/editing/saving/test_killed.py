"""Killed at any step: the workspace is as before the save or as after it, never between."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.qgis.editing.saving.killed_saves import content
from tests.qgis.editing.saving.town import make_town

ROOT = Path(__file__).resolve().parents[4]

IN_BOTH = True


def killed(location, task: str) -> list[list[str]]:
    """Return one line per step at which the process was killed: call, number, state, soundness."""
    command = [sys.executable, "-m", "tests.qgis.editing.saving.killed_saves", str(location), task]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, timeout=900)
    assert done.returncode == 0, done.stderr[-2000:]
    return [line.split() for line in done.stdout.splitlines()]


@pytest.mark.daily(1)
@pytest.mark.kills
@pytest.mark.parametrize("task", ["save", "take_back"])
def test_killed_at_any_step_it_is_before_or_after(stored_in, task):
    town = make_town(stored_in.location, valid=(5, 6))
    before = content(town)
    lines = killed(stored_in.location, task)
    assert all(line[-1] == "True" for line in lines)
    assert [line[-2] for line in lines] == ["before"] * (len(lines) - 1) + ["after"]
    assert [line[0] for line in lines[-2:]] == ["commit", "committed"]
    assert {"update", "insert", "delete"} <= {line[0] for line in lines}
    assert (content(town) == before) == (task == "take_back")
