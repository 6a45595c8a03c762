"""A workspace that a killed program left half written opens again, as it was before, and says so."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.gpkg import recovery
from gridmgmt_plugin.workspace.gpkg.recovery import recovered_files
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.light.opening import read_entries
from gridmgmt_plugin.workspace.location import GeoPackageLocation
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.workspace.content import content
from tests.workspace.killed_writer import kill_while_writing

FRAME = Frame(kind="epsg", epsg=4548, label="CGCS2000")


@pytest.fixture
def path(tmp_path) -> Path:
    """A workspace with a thousand departments."""
    path = tmp_path / "网格 库.gpkg"
    names = as_column(f"部门{n}" for n in range(1000))
    with Workspace.create(path, WorkspaceInfo(FRAME, "990101", "示例区")) as (_, transaction):
        transaction.insert("department", Rows({"code": as_column(f"D{n}" for n in range(1000)), "name": names}))
    recovered_files()
    return path


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_it_opens_and_holds_what_was_saved_before(path, mode):
    before = content(Workspace.open(path))
    kill_while_writing(path, mode)
    assert content(Workspace.open(path)) == before
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_the_planner_is_told_once(path):
    kill_while_writing(path)
    Workspace.open(path)
    assert recovered_files() == [path]
    Workspace.open(path)
    assert recovered_files() == []


def test_what_is_read_without_libraries_recovers_as_well(path):
    kill_while_writing(path)
    assert read_entries(GeoPackageLocation(path))["county_code"] == "990101"
    assert recovered_files() == [path]


def test_a_change_recovers_as_well(path):
    kill_while_writing(path)
    workspace = Workspace(GeoPackageLocation(path), WorkspaceInfo(FRAME, "990101", "示例区"))
    with workspace.transaction("王工", "test") as transaction:
        transaction.insert("department", Rows({"code": as_column(["X"])}))
    assert workspace.count("department") == 1001
    assert not any("改" in name for name in workspace.read("department")["name"] if name)
    assert recovered_files() == [path]


def test_a_program_that_is_still_writing_is_no_crash(path):
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE department SET name = 'x'")
        assert "x" not in Workspace.open(path).read("department")["name"]
        other.execute("ROLLBACK")
    assert recovered_files() == []


def test_where_nothing_may_be_written_it_is_refused_and_nobody_is_sent_to_copy_the_file_alone(path, monkeypatch):
    kill_while_writing(path)
    opened = recovery._opened

    def read_only(file: Path, mode: str) -> sqlite3.Connection:
        if mode == "rw":
            raise sqlite3.OperationalError("attempt to write a readonly database")
        return opened(file, mode)

    monkeypatch.setattr(recovery, "_opened", read_only)
    with pytest.raises(WorkspaceError) as refused:
        Workspace.open(path)
    assert refused.value.code == "workspace_half_written"
    assert "-journal" in refused.value.text("zh")
    assert "另存" not in refused.value.text("zh")
    assert path.with_name(path.name + "-journal").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_such_a_place(path):
    kill_while_writing(path)
    path.parent.chmod(0o500)
    try:
        with pytest.raises(WorkspaceError) as refused:
            Workspace.open(path)
        assert refused.value.code == "workspace_half_written"
    finally:
        path.parent.chmod(0o700)


def _with_a_log_in_a_folder_that_lets_nobody(path: Path) -> None:
    """Keep the file with a write-ahead log; a folder in the place of the log's index stands for the missing right."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = wal")
    path.with_name(path.name + "-shm").mkdir()


def test_a_file_with_a_log_in_a_read_only_folder_is_read_and_not_called_damaged(path):
    before = content(Workspace.open(path))
    _with_a_log_in_a_folder_that_lets_nobody(path)
    assert content(Workspace.open(path)) == before


def test_a_file_with_a_log_in_a_read_only_folder_is_read_only_to_who_writes(path):
    workspace = Workspace.open(path)
    _with_a_log_in_a_folder_that_lets_nobody(path)
    with pytest.raises(WorkspaceError) as refused, workspace.transaction("", "test") as transaction:
        transaction.delete("department", np.array([1]))
    assert refused.value.code == "workspace_read_only"
