"""A package from a workspace in a database whose server is lost in the last moment: package and release agree."""

from __future__ import annotations

from datetime import datetime

import pytest

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.jobs.handover.export_package import export_package
from gridmgmt_plugin.workspace.postgis import commit
from gridmgmt_plugin.workspace.postgis.connection import run
from tests.jobs.package_workspace import make_workspace

NOW = datetime(2026, 3, 2, 9, 30)
NAME = "990101-cg-r0001"


@pytest.fixture
def workspace(database_location):
    return make_workspace(database_location)


@pytest.fixture
def lost(postgis, monkeypatch):
    """Cut every connection at the next commit, after the server has done it or before."""

    def lose(*, done: bool) -> None:
        real = commit.run

        def run_and_lose(connection, sql, values=()):
            rows = real(connection, sql, values)
            if "if_assigned" in sql:
                if done:
                    run(connection, "COMMIT")
                postgis.run(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE application_name = 'gridmgmt' AND pid <> pg_backend_pid()"
                )
            return rows

        monkeypatch.setattr(commit, "run", run_and_lose)

    return lose


def _unreachable(location):
    raise WorkspaceError("postgres_unreachable", place=location.label, reason="–")


def test_a_release_that_stands_keeps_its_package(workspace, tmp_path, lost):
    lost(done=True)
    report = export_package(workspace, scheme="cg", folder=tmp_path, now=NOW)
    assert report.package.is_file()
    assert workspace.read("release", ["number"])["number"].tolist() == [report.release]


def test_a_release_that_does_not_stand_leaves_no_package(workspace, tmp_path, lost):
    lost(done=False)
    with pytest.raises(WorkspaceError) as caught:
        export_package(workspace, scheme="cg", folder=tmp_path, now=NOW)
    assert caught.value.code == "postgres_connection_lost"
    assert list(tmp_path.iterdir()) == []
    assert workspace.count("release") == 0


@pytest.mark.parametrize("done", [True, False])
def test_a_release_that_nobody_knows_of_keeps_the_package_and_says_what_to_do(
    workspace, tmp_path, lost, monkeypatch, done
):
    lost(done=done)
    monkeypatch.setattr(commit, "_WAIT_S", 0.0)
    monkeypatch.setattr(commit, "connected", _unreachable)
    with pytest.raises(WorkspaceError) as caught:
        export_package(workspace, scheme="cg", folder=tmp_path, now=NOW)
    assert caught.value.code == "package_release_unknown"
    assert str(tmp_path / f"{NAME}.zip") in caught.value.text("zh")
    assert (tmp_path / f"{NAME}.zip").is_file()
    assert (tmp_path / NAME).is_dir()
    assert workspace.count("release") == int(done)
