"""What a hand-over meets outside of it: a full disk, a clock that is wrong, a server that goes, a layer too large for
a shapefile. Whatever comes, a sentence says it, and neither package nor ledger has half of a release.
"""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import textwrap
from datetime import timedelta

import pytest

from gridmgmt_plugin.core.errors import InputError, WorkspaceError
from gridmgmt_plugin.exchange.package import layer_files
from gridmgmt_plugin.exchange.package.staging import Staging
from gridmgmt_plugin.jobs.handover import deliver_postgis as delivering
from gridmgmt_plugin.jobs.handover.deliver_postgis import deliver_postgis
from gridmgmt_plugin.jobs.handover.release_acts import Particulars, act_on_release
from gridmgmt_plugin.workspace.handover.settled import settled_handovers
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.handover.exports import NOW, export
from tests.jobs.package_workspace import dump

# A limit for the size of a file stops every writer at that size as a full disk does, GDAL and SQLite too.
_ON_A_FULL_DISK = """
    import resource, signal
    from gridmgmt_plugin.core.errors import GridError
    from gridmgmt_plugin.jobs.handover.export_package import export_package
    from gridmgmt_plugin.workspace.workspace import Workspace
    workspace = Workspace.open({workspace!r})
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, ({most}, {most}))
    try:
        export_package(workspace, scheme="cg", folder={folder!r}, formats={formats!r})
    except GridError as error:
        print(error.code)
"""


@pytest.mark.daily(1)
@pytest.mark.parametrize(
    ("most", "formats"), [(4_000, ("shp",)), (60_000, ("gpkg",)), (30_000, ("geojson",)), (1_000, ("shp",))]
)
@pytest.mark.proof
def test_a_disk_that_is_full_in_the_middle_is_told_and_leaves_nothing(workspace, folder, most, formats):
    before = dump(workspace)
    script = textwrap.dedent(_ON_A_FULL_DISK).format(
        workspace=str(workspace.location), folder=str(folder), most=most, formats=formats
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert ended.stdout.split() in (["package_not_written"], ["workspace_disk_full"]), ended.stderr[-500:]
    assert dump(workspace) == before
    assert list(folder.iterdir()) == []
    assert export(workspace, folder).release == "r0001", "its number was not taken"


@pytest.mark.parametrize("step", ["pack", "publish"])
def test_a_disk_that_is_full_at_the_zip_or_at_the_move_is_told_and_leaves_nothing(
    workspace, folder, monkeypatch, step
):
    def full(*_):
        reason = os.strerror(errno.ENOSPC)
        raise WorkspaceError("package_not_written", name="x.zip", reason=reason) from OSError(errno.ENOSPC, reason)

    monkeypatch.setattr(Staging, step, full)
    with pytest.raises(WorkspaceError) as caught:
        export(workspace, folder)
    assert os.strerror(errno.ENOSPC) in caught.value.text("zh")
    assert list(folder.iterdir()) == []
    assert workspace.count("release") == 0
    settled_handovers()
    assert Workspace.open(workspace.location).count("release") == 0
    assert settled_handovers() == []


def test_a_clock_that_went_back_gives_the_next_number_and_the_base_that_the_receiver_has(workspace, folder):
    ahead, right = NOW + timedelta(days=40), NOW
    first = export(workspace, folder, now=ahead)
    act_on_release(workspace, first.release, "accept", Particulars(ahead.date()))
    with workspace.transaction("王", "rename") as transaction:
        rows = workspace.read("lane", ["name", "row_version"], geometry=False)
        transaction.update("lane", rows.with_columns(name=["新名", "新名"]))
    second = export(workspace, folder, now=right)
    assert (first.release, second.release, second.base) == ("r0001", "r0002", "r0001")
    assert second.changes["lane"] == {"changed": 2}
    act_on_release(workspace, second.release, "accept", Particulars(ahead.date()))
    assert workspace.read("release", geometry=False)["state"].tolist() == ["accepted", "accepted"]


def test_an_answer_that_is_older_than_the_hand_over_is_refused_with_both_days(workspace, folder):
    export(workspace, folder)
    with pytest.raises(InputError) as caught:
        act_on_release(workspace, "r0001", "accept", Particulars(NOW.date() - timedelta(days=1)))
    assert caught.value.code == "release_day_before"
    assert str(NOW.date()) in caught.value.text("zh")


def test_a_server_that_goes_in_the_middle_of_a_delivery_has_nothing_and_gets_all_of_it_the_next_time(
    workspace, folder, postgis, database_location, monkeypatch
):
    export(workspace, folder)
    schema, real = database_location.schema + "_front", delivering.read_back

    def cut_off(connection, *given):
        postgis.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name LIKE 'gridmgmt%%' AND pid <> pg_backend_pid()"
        )
        return real(connection, *given)

    monkeypatch.setattr(delivering, "read_back", cut_off)
    target = {"release": "r0001", "target": str(database_location), "schema": schema}
    try:
        with pytest.raises(WorkspaceError) as caught:
            deliver_postgis(workspace, **target)
        assert caught.value.text("zh")
        assert postgis.run("SELECT count(*) FROM pg_tables WHERE schemaname = %s", (schema,)) == [(0,)]
        monkeypatch.undo()
        assert deliver_postgis(workspace, **target).accepted > 0
    finally:
        postgis.drop(schema)


@pytest.mark.parametrize(("most", "is_refused"), [(2_000, True), (layer_files.MOST_SHAPEFILE_BYTES, False)])
@pytest.mark.proof
def test_a_layer_too_large_for_a_shapefile_is_refused_before_it_is_written(
    workspace, folder, monkeypatch, most, is_refused
):
    monkeypatch.setattr(layer_files, "MOST_SHAPEFILE_BYTES", most)
    if not is_refused:
        assert export(workspace, folder).release == "r0001"
        return
    with pytest.raises(InputError) as caught:
        export(workspace, folder)
    assert caught.value.code == "package_shapefile_too_large"
    assert list(folder.iterdir()) == []
    assert export(workspace, folder, formats=("gpkg",)).release == "r0001"
