"""A program that a test starts leaves nothing behind."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from tests.desktop.conftest import DRIVER_TIMEOUT_S
from tests.desktop.running import run_to_end

# Starts a child that would live for an hour, writes its number, and lives as long as asked.
PARENT = """
import pathlib, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"])
pathlib.Path("child").write_text(str(child.pid))
time.sleep(float(sys.argv[1]))
"""


def _lives(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize(("lives_s", "code"), [(0, 0), (3600, None)])
@pytest.mark.proof
def test_a_program_that_ends_or_hangs_takes_its_children_with_it(tmp_path, lives_s, code):
    command = [sys.executable, "-c", PARENT, str(lives_s)]
    for patience_s in (3, 30, 300):  # a busy machine takes a while to begin
        ended = run_to_end(command, os.environ, tmp_path, tmp_path / "log", patience_s)
        if ended == 0 or (tmp_path / "child").exists():
            break
    assert ended == code
    child = int((tmp_path / "child").read_text(encoding="utf-8"))
    end = time.monotonic() + 60
    while _lives(child) and time.monotonic() < end:
        time.sleep(0.05)
    assert not _lives(child)


def test_a_driver_that_hangs_is_ended_well_before_pytest_gives_up(pytestconfig):
    assert 0.6 * float(pytestconfig.getini("timeout")) >= DRIVER_TIMEOUT_S
