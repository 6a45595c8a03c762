"""Temporary files lie in memory where that has room, and go with a green run."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from tests import scratch


@pytest.fixture
def roomy(monkeypatch, tmp_path):
    """Return a folder that has room enough."""
    monkeypatch.setattr(scratch, "ROOM_BYTES", 1)
    monkeypatch.setattr(tempfile, "tempdir", tempfile.tempdir)
    monkeypatch.setenv("TMPDIR", os.environ.get("TMPDIR", ""))  # comes back after the test
    return tmp_path


def test_temporary_files_lie_in_memory_until_a_run_is_green(roomy):
    made = scratch.move_in({}, roomy)
    (folder,) = roomy.iterdir()
    assert Path(tempfile.gettempdir()) == folder
    assert os.environ["TMPDIR"] == str(folder)
    made.pytest_sessionfinish(pytest.ExitCode.TESTS_FAILED)
    made.pytest_unconfigure()
    assert folder.is_dir(), "what failed can be looked at"
    made.pytest_sessionfinish(pytest.ExitCode.OK)
    made.pytest_unconfigure()
    assert not folder.exists()


def test_what_a_run_left_that_is_over_goes_and_what_a_living_one_makes_stays(roomy):
    gone, living = roomy / "gridmgmt-tests-999999999-a", roomy / f"gridmgmt-tests-{os.getppid()}-b"
    gone.mkdir()
    living.mkdir()
    scratch.move_in({}, roomy)
    assert not gone.exists()
    assert living.exists()


def test_who_chose_a_folder_keeps_it_and_without_room_the_disk_is_taken(roomy, monkeypatch):
    assert scratch.move_in({"TMPDIR": "/var/tmp"}, roomy) is None
    assert scratch.move_in({}, roomy / "not there") is None
    monkeypatch.setattr(scratch, "ROOM_BYTES", 2**60)
    assert scratch.move_in({}, roomy) is None
    assert list(roomy.iterdir()) == []
