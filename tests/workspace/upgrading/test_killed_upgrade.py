"""Killed at any step of an upgrade, a workspace is of the old version or of the new one, never between."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from gridmgmt_plugin.workspace.schema import SCHEMA_VERSION
from tests.workspace.conftest import LOCAL_FRAME, made
from tests.workspace.places import KINDS, place_of

ROOT = Path(__file__).resolve().parents[3]
UPGRADED = (SCHEMA_VERSION + 1, True, True, True)


@pytest.mark.proof
@pytest.mark.kills
@pytest.mark.parametrize("kind", KINDS)
def test_killed_at_any_step_it_is_before_or_after(kind, tmp_path, request, postgis):
    with place_of(kind, tmp_path, request) as place:
        made(place.location, LOCAL_FRAME)
        command = [sys.executable, "-m", "tests.workspace.upgrading.killed_upgrade", str(place.location)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, timeout=900)
        if kind != "file":
            postgis.drop(f"{place.location.schema}_v{SCHEMA_VERSION}")
    assert done.returncode == 0, done.stderr[-2000:]
    lines = [line.split(" ", 1) for line in done.stdout.splitlines()]
    assert len(lines) > 12
    assert lines[-1][1] == str(UPGRADED), "the last one was killed after the commit"
    # A file's copy gets its name right before the commit.
    before = {
        str((SCHEMA_VERSION, False, False, has_copy)) for has_copy in ((False, True) if kind == "file" else (False,))
    }
    assert {state for _, state in lines[:-1]} <= before
