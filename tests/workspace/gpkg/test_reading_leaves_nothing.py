"""Whoever only reads a file with a write-ahead log leaves nothing beside it, and disturbs nobody who has it open."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.workspace.gpkg import watching
from gridmgmt_plugin.workspace.gpkg.recovery import open_for_reading, recovered_files
from gridmgmt_plugin.workspace.gpkg.watching import FileWatch
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.location import GeoPackageLocation
from gridmgmt_plugin.workspace.workspace import Workspace

FRAME = Frame(kind="epsg", epsg=4548, label="CGCS2000")
COUNTED = "SELECT count(*) FROM workspace_info WHERE key = 'note'"
NOTED = "INSERT INTO workspace_info (key, value) VALUES ('note', 'x')"


@pytest.fixture
def path(tmp_path) -> Path:
    """A workspace that another program keeps with a write-ahead log; nobody has it open."""
    path = tmp_path / "网格库.gpkg"
    with Workspace.create(path, WorkspaceInfo(FRAME, "990101", "示例区")):
        pass
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = wal")
    assert beside(path) == []
    return path


def beside(path: Path) -> list[str]:
    return sorted(found.name for found in path.parent.iterdir() if found != path)


def test_the_workspace_is_read_and_nothing_lies_beside_it(path):
    assert Workspace.open(path).count("unit_grid") == 0
    assert beside(path) == []
    assert recovered_files() == []


def test_who_looks_for_news_finds_what_another_wrote_and_leaves_nothing(path, monkeypatch):
    monkeypatch.setattr(watching, "LOOK_S", 0.01)
    with closing(FileWatch(GeoPackageLocation(path))) as watch:
        assert beside(path) == []
        with Workspace.open(path).transaction("王工", "test") as transaction:
            transaction.set_info("note", "x")
        before = path.stat().st_mtime_ns
        for _ in range(5):
            watch.heard()
        assert beside(path) == []
        assert path.stat().st_mtime_ns == before, "or each look would ask for the next"


def test_who_reads_writes_nothing(path):
    with closing(open_for_reading(path)) as reading, pytest.raises(sqlite3.OperationalError, match="readonly"):
        reading.execute(NOTED)


def test_what_another_writes_meanwhile_is_there_although_he_went_first(path):
    with closing(open_for_reading(path)) as reading:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute(NOTED)
        assert reading.execute(COUNTED).fetchone() == (1,)
    assert beside(path) == []
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute(COUNTED).fetchone() == (1,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_what_another_has_open_stays_his(path):
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute(NOTED)
        for _ in range(3):
            with closing(open_for_reading(path)) as reading:
                assert reading.execute(COUNTED).fetchone() == (0,)
        assert beside(path) == [f"{path.name}-shm", f"{path.name}-wal"]
        other.execute("COMMIT")
        with closing(open_for_reading(path)) as reading:
            assert reading.execute(COUNTED).fetchone() == (1,)
        assert beside(path) == [f"{path.name}-shm", f"{path.name}-wal"]
    assert beside(path) == []
