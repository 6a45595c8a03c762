"""Which server the tests start: this machine's, or that of another Debian's root."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.postgis_cluster import SERVER_ROOT, Programs, binaries, server_or_skip


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A root that the environment names, with PostgreSQL 9 and 13 in it."""
    for version in ("9", "13"):
        (tmp_path / f"usr/lib/postgresql/{version}/bin").mkdir(parents=True)
        (tmp_path / f"usr/lib/postgresql/{version}/bin/initdb").touch()
    (tmp_path / "usr/lib/postgresql/13/lib").mkdir()
    (tmp_path / "usr/lib/postgresql/13/lib/postgis-3.so").touch()
    monkeypatch.setenv(SERVER_ROOT, str(tmp_path))
    return tmp_path.resolve()


def test_without_a_root_it_is_the_newest_of_this_machine(monkeypatch):
    monkeypatch.delenv(SERVER_ROOT, raising=False)
    found = Programs.found()
    assert (found.root, found.folder) == (None, binaries())
    assert found.seen(Path("/tmp/data")) == Path("/tmp/data")


def test_it_is_the_newest_of_the_root_and_sees_the_roots_paths(root):
    found = Programs.found()
    assert found.folder == Path("/usr/lib/postgresql/13/bin")
    assert found.postgis_library() == "postgis-3"
    assert found.seen(root / "tmp" / "data") == Path("/tmp/data")


def test_a_root_without_a_server_fails_and_is_not_left_out(monkeypatch, tmp_path):
    monkeypatch.setenv(SERVER_ROOT, str(tmp_path))
    with pytest.raises(FileNotFoundError, match="make server"):
        server_or_skip()
