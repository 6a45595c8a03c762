"""An export that is killed at any step: package and ledger agree when the workspace is opened next, and no number is
given to two contents.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import textwrap
from datetime import datetime

import pytest

from gridmgmt_plugin.jobs.handover.export_package import export_package
from gridmgmt_plugin.workspace.handover.settled import settled_handovers
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.package_workspace import dump

NOW = datetime(2026, 3, 2, 9, 30)
NAME = "990101-cg-r0001"
NEXT = "990101-cg-r0002"

pytestmark = pytest.mark.kills


@pytest.fixture
def workspace(workspace_in_both):
    return workspace_in_both


def _killed(workspace, folder, where, instead):
    """Export in another process in which ``where`` is replaced by ``instead`` (``real``, ``die`` are there)."""
    owner, name = where.rsplit(".", 1)
    script = textwrap.dedent(f"""
        import os, signal
        from gridmgmt_plugin.exchange.package.staging import Staging
        from gridmgmt_plugin.jobs.handover import export_package as job
        from gridmgmt_plugin.workspace.handover.package_place import PackagePlace
        from gridmgmt_plugin.workspace.workspace import Workspace
        real = {where}
        def die():
            os.kill(os.getpid(), signal.SIGKILL)
        def instead(*args):
            {instead}
        {owner}.{name} = instead
        job.export_package(Workspace.open({str(workspace.location)!r}), scheme="cg", folder={str(folder)!r})
    """)
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == -9


def _reopened(workspace):
    settled_handovers()
    opened = Workspace.open(workspace.location)
    return opened, [message.code for message in settled_handovers()]


def _manifest(folder, name):
    return json.loads((folder / name / "manifest.json").read_text(encoding="utf-8"))


def _states(workspace, table):
    return set(workspace.read(table, ["state"], geometry=False)["state"])


AFTERWARDS = "real(*args); die()"


def killed_at(*places):
    """Kill at each of the places in a file, and at the last in a database; at the others there in the long proofs."""
    cases = [
        pytest.param(kind, *place, marks=[] if kind == "file" or place is places[-1] else pytest.mark.proof)
        for kind in ("file", "database")
        for place in places
    ]
    return pytest.mark.parametrize(("workspace_in_both", "where", "instead"), cases, indirect=["workspace_in_both"])


@pytest.mark.daily(1)
@killed_at(
    ("job.write_manifest", AFTERWARDS),
    ("job.refuse_another_state", AFTERWARDS),
    ("job.take_number", AFTERWARDS),
)
def test_before_the_number_is_taken_nothing_has_happened(workspace, folder, where, instead):
    before = dump(workspace)
    _killed(workspace, folder, where, instead)
    opened, told = _reopened(workspace)
    assert dump(opened) == before
    assert told == []
    (left,) = folder.iterdir()
    assert left.name.startswith(".")
    assert (left / NAME).is_file(), "it says of which package it is"
    assert export_package(opened, scheme="cg", folder=folder, now=NOW).release == "r0001"
    assert sorted(path.name for path in folder.iterdir()) == [NAME, f"{NAME}.zip"]


@pytest.mark.daily(1)
@killed_at(("job.hand_over", "die()"), ("Staging.publish", "die()"), ("job.hand_over", AFTERWARDS))
@pytest.mark.proof
def test_a_package_that_never_went_out_is_given_up_and_its_number_spent(workspace, folder, where, instead):
    _killed(workspace, folder, where, instead)
    opened, told = _reopened(workspace)
    assert told == ["handover_given_up"]
    assert list(folder.iterdir()) == []
    assert opened.read("release")["state"].tolist() == ["draft"]
    assert [opened.count(table) for table in ("release_item", "handover_log")] == [0, 0]
    assert _states(opened, "code_register") == _states(opened, "unit_grid") == {"draft"}
    assert _reopened(workspace)[1] == []
    assert export_package(opened, scheme="cg", folder=folder, now=NOW).release == "r0002"


@pytest.mark.daily(1)
@killed_at(
    ("PackagePlace.publish", "os.replace(args[0].work_zip, args[0].zip); die()"),
    ("Staging.publish", AFTERWARDS),
    ("PackagePlace.publish", AFTERWARDS),
)
def test_a_package_that_is_out_is_entered_and_its_number_is_not_given_to_other_content(
    workspace, folder, where, instead
):
    _killed(workspace, folder, where, instead)
    opened, told = _reopened(workspace)
    assert told == ["handover_settled"]
    assert sorted(path.name for path in folder.iterdir()) == [NAME, f"{NAME}.zip"]
    (release,) = opened.read("release").records()
    assert (release["number"], release["state"]) == ("r0001", "handed_over")
    assert release["content_hash"] == _manifest(folder, NAME)["content_hash"]
    assert opened.read("handover_log")["release_number"].tolist() == ["r0001"]
    assert opened.count("release_item") > 0
    assert _states(opened, "code_register") == _states(opened, "unit_grid") == {"valid"}
    assert _states(opened, "responsibility_grid") == {"valid"}
    assert not [key for key in opened.info.more if key.startswith("handing_over")]
    assert _reopened(workspace)[1] == []
    with opened.transaction("王", "rename") as transaction:
        rows = opened.read("lane", ["name", "row_version"], geometry=False)
        transaction.update("lane", rows.with_columns(name=["新名", "新名"]))
    assert export_package(opened, scheme="cg", folder=folder, now=NOW).release == "r0002"
    assert _manifest(folder, NEXT)["content_hash"] != release["content_hash"]


@pytest.mark.daily(1)
@pytest.mark.proof
def test_once_it_is_written_down_a_kill_changes_nothing(workspace, folder):
    _killed(workspace, folder, "job._report", "die()")
    opened, told = _reopened(workspace)
    assert told == []
    assert opened.read("release")["state"].tolist() == ["handed_over"]
    assert sorted(path.name for path in folder.iterdir()) == [NAME, f"{NAME}.zip"]


@pytest.mark.daily(1)
@pytest.mark.proof
def test_a_package_that_cannot_be_seen_from_here_waits_and_its_number_is_spent(workspace, folder, tmp_path):
    _killed(workspace, folder, "Staging.publish", AFTERWARDS)
    elsewhere = tmp_path / "别处"
    folder.rename(elsewhere)
    opened, told = _reopened(workspace)
    assert told == ["handover_not_found"]
    assert opened.read("release")["state"].tolist() == ["frozen"]
    another = tmp_path / "另一处"
    another.mkdir()
    assert export_package(opened, scheme="cg", folder=another, now=NOW).release == "r0002"
    shutil.move(elsewhere, folder)
    opened, told = _reopened(workspace)
    assert told == ["handover_settled"]
    assert opened.read("release")["state"].tolist() == ["handed_over", "handed_over"]


@pytest.mark.daily(1)
def test_an_export_that_is_running_is_left_alone(workspace, folder, monkeypatch):
    seen = []
    publish = "gridmgmt_plugin.exchange.package.staging.Staging.publish"
    from gridmgmt_plugin.exchange.package.staging import Staging

    real = Staging.publish

    def looked_at(staging):
        seen.append(_reopened(workspace)[1])
        real(staging)
        seen.append(_reopened(workspace)[1])

    monkeypatch.setattr(publish, looked_at)
    export_package(workspace, scheme="cg", folder=folder, now=NOW)
    assert seen == [["handover_not_settled"]] * 2
    assert workspace.read("release")["state"].tolist() == ["handed_over"]
