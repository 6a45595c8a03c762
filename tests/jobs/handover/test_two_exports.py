"""Two programs export the same release at the same time: one is handed over, the other is told why it was not."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from datetime import datetime

import pytest

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.exchange.package.staging import staged
from gridmgmt_plugin.jobs.handover import package_request
from gridmgmt_plugin.jobs.handover.export_package import export_package
from gridmgmt_plugin.workspace.handover.package_place import PackagePlace
from gridmgmt_plugin.workspace.workspace import Workspace

NOW = datetime(2026, 3, 2, 9, 30)
NAME = "990101-cg-r0001"
# The codes of what the slower one may be told: the number, or the content that became valid meanwhile.
TOLD = {"release_number_taken", "package_workspace_changed"}
_SLOW = """
    import sys
    from gridmgmt_plugin.core.errors import GridError
    from gridmgmt_plugin.jobs.handover import export_package as job
    from gridmgmt_plugin.workspace.workspace import Workspace

    real = job.write_manifest
    def slowly(*given):
        print("making", flush=True)
        sys.stdin.readline()
        return real(*given)
    job.write_manifest = slowly
    try:
        job.export_package(Workspace.open({workspace!r}), scheme="cg", folder={folder!r})
        print("handed over")
    except GridError as error:
        print(error.code)
"""

WHOLE_IN_DATABASE = True


@pytest.fixture
def workspace(workspace_in_both):
    return workspace_in_both


@pytest.fixture
def slow_export(workspace, folder):
    """Return another process that is in the middle of an export and waits to be told to go on."""
    script = textwrap.dedent(_SLOW).format(workspace=str(workspace.location), folder=str(folder))
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "making\n"
    yield process
    process.kill()
    process.communicate()


@pytest.mark.daily(1)
@pytest.mark.proof
def test_the_quicker_one_is_handed_over_and_the_slower_one_is_told(workspace, folder, slow_export):
    assert export_package(workspace, scheme="cg", folder=folder, now=NOW).release == "r0001"
    told, _ = slow_export.communicate("\n")
    assert told.strip() in TOLD
    assert sorted(path.name for path in folder.iterdir()) == [NAME, f"{NAME}.zip"], "nothing of the slower one stays"
    releases = Workspace.open(workspace.location).read("release")
    assert list(zip(releases["number"], releases["state"])) == [("r0001", "handed_over")]


@pytest.mark.daily(1)
@pytest.mark.proof
def test_the_slower_one_exports_again_under_the_next_number(workspace, folder, slow_export):
    export_package(workspace, scheme="cg", folder=folder, now=NOW)
    slow_export.communicate("\n")
    assert export_package(Workspace.open(workspace.location), scheme="cg", folder=folder).release == "r0002"


@pytest.mark.daily(1)
@pytest.mark.proof
def test_what_a_living_program_makes_is_left_alone_and_what_a_dead_one_left_goes(workspace, folder, slow_export):
    (living,) = folder.iterdir()
    with staged(folder, NAME) as staging:
        assert living.is_dir()
        assert staging.place.work != living
    slow_export.kill()
    slow_export.wait()
    with staged(folder, NAME):
        assert not living.exists()
    assert list(folder.iterdir()) == []


def test_of_another_package_nothing_is_removed(folder):
    with staged(folder, "990101-hw-r0001") as other:
        pass
    other.place.work_folder.mkdir(parents=True)
    other.place.mark.touch()
    with staged(folder, NAME):
        assert other.place.work.exists()


@pytest.mark.parametrize("name", [NAME, "330106-hw-r0012"])
def test_no_path_is_longer_where_the_package_is_made(folder, name):
    place = PackagePlace.new(folder, name)
    assert len(str(place.work_folder / "manifest.json")) <= len(str(place.folder / "manifest.json"))
    assert len(str(place.work_zip)) <= len(str(place.zip))


@pytest.mark.daily(1)
def test_a_number_that_was_taken_is_told_as_that_and_not_as_a_key(workspace, folder, monkeypatch):
    export_package(workspace, scheme="cg", folder=folder, now=NOW)
    monkeypatch.setattr(package_request, "next_number", lambda _numbers: "r0001")
    elsewhere = folder.parent / "别处"
    elsewhere.mkdir()
    with pytest.raises(WorkspaceError, match="r0001") as caught:
        export_package(Workspace.open(workspace.location), scheme="cg", folder=elsewhere, now=NOW)
    assert caught.value.code == "release_number_taken"
    assert "重新导出" in caught.value.text("zh")
    assert list(elsewhere.iterdir()) == []
