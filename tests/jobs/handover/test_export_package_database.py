"""A package from a workspace in a database whose server is lost in the last moment: package and release agree."""

from __future__ import annotations

from datetime import datetime

import pytest

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.jobs.handover.export_package import export_package
from gridmgmt_plugin.workspace.postgis import commit
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.package_workspace import make_workspace

NOW = datetime(2026, 3, 2, 9, 30)
NAME = "990101-cg-r0001"


@pytest.fixture
def workspace(database_location):
    return make_workspace(database_location)


@pytest.fixture
def lost(postgis, monkeypatch):
    """Cut every connection at one commit, after the server has done it or before.

    The first commit takes the number, the second moves the package and hands it over.
    """

    def lose(*, at: int, done: bool) -> None:
        real = commit.run
        commits = []

        def run_and_lose(connection, sql, values=()):
            commits.extend([sql] if sql.endswith("COMMIT") else [])
            if not sql.endswith("COMMIT") or len(commits) != at:
                return real(connection, sql, values)
            if done:
                real(connection, sql, values)
            postgis.run(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name LIKE 'gridmgmt%%' AND pid <> pg_backend_pid()"
            )
            return real(connection, "SELECT 1" if done else sql, () if done else values)

        monkeypatch.setattr(commit, "run", run_and_lose)

    return lose


def _unreachable(location):
    raise WorkspaceError("postgres_unreachable", place=location.label, reason="–")


@pytest.mark.daily(1)
@pytest.mark.parametrize("at", [1, 2])
@pytest.mark.proof
def test_a_release_that_stands_keeps_its_package(workspace, tmp_path, lost, at):
    lost(at=at, done=True)
    report = export_package(workspace, scheme="cg", folder=tmp_path, now=NOW)
    assert report.package.is_file()
    assert workspace.read("release", ["number", "state"]).records() == [
        {"number": report.release, "state": "handed_over"}
    ]


@pytest.mark.daily(1)
@pytest.mark.parametrize(("at", "states"), [(1, []), (2, ["draft"])])
def test_a_release_that_does_not_stand_leaves_no_package(workspace, tmp_path, lost, at, states):
    lost(at=at, done=False)
    with pytest.raises(WorkspaceError) as caught:
        export_package(workspace, scheme="cg", folder=tmp_path, now=NOW)
    assert caught.value.code == "postgres_connection_lost"
    assert list(tmp_path.iterdir()) == []
    # The number of a package that was out for a moment is spent.
    assert workspace.read("release")["state"].tolist() == states


@pytest.fixture
def silent(monkeypatch):
    """Let nobody say what became of a commit whose answer was lost, until the connection is back."""
    with monkeypatch.context() as patched:
        patched.setattr(commit, "_WAIT_S", 0.0)
        patched.setattr(commit, "connected", _unreachable)
        yield patched


@pytest.mark.daily(1)
@pytest.mark.parametrize("done", [True, False])
@pytest.mark.proof
def test_a_number_that_may_be_taken_puts_no_package_out(workspace, tmp_path, lost, silent, done):
    lost(at=1, done=done)
    with pytest.raises(WorkspaceError) as caught:
        export_package(workspace, scheme="cg", folder=tmp_path, now=NOW)
    assert caught.value.code == "postgres_commit_unknown"
    assert not (tmp_path / f"{NAME}.zip").exists()
    silent.undo()
    opened = Workspace.open(workspace.location)
    assert opened.read("release")["state"].tolist() == ["draft"] * int(done)
    assert opened.count("release_item") == 0
    assert export_package(opened, scheme="cg", folder=tmp_path, now=NOW).release == ("r0002" if done else "r0001")


@pytest.mark.daily(1)
@pytest.mark.parametrize("done", [True, False])
@pytest.mark.proof
def test_a_release_that_nobody_knows_of_keeps_the_package_and_is_entered_at_the_next_opening(
    workspace, tmp_path, lost, silent, done
):
    lost(at=2, done=done)
    with pytest.raises(WorkspaceError) as caught:
        export_package(workspace, scheme="cg", folder=tmp_path, now=NOW)
    assert caught.value.code == "package_release_unknown"
    assert str(tmp_path / f"{NAME}.zip") in caught.value.text("zh")
    assert (tmp_path / f"{NAME}.zip").is_file()
    assert (tmp_path / NAME).is_dir()
    assert workspace.read("release")["state"].tolist() == ["handed_over" if done else "frozen"]
    silent.undo()
    opened = Workspace.open(workspace.location)
    assert opened.read("release")["state"].tolist() == ["handed_over"]
    assert set(opened.read("code_register")["state"]) == {"valid"}
