"""A package is compared while others work: nobody waits for it, and what they change meanwhile is not overwritten."""

from __future__ import annotations

import pytest
import shapely

from gridmgmt_plugin.core.errors import TornReadError, WorkspaceError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.handover.coming_back import import_package as job
from gridmgmt_plugin.workspace.schema import table as definition_of
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.handover.coming_back.test_redrawn_cells import merge
from tests.jobs.handover.exports import export
from tests.jobs.package_workspace import X0, Y0, dump, make_workspace

WHOLE_IN_DATABASE = True


def rename(location, table, name):
    """Give the first row of a table another name, as somebody at another desk does."""
    other = Workspace.open(location)
    with other.transaction("李工", "test") as transaction:
        rows = other.read(table, geometry=False).take([0])
        columns = {"name": as_column([name]), "row_version": rows["row_version"]}
        transaction.update(table, Rows(columns, None, rows.fid))


def retire(location):
    """Enter a code that is out of use, in a table without versions."""
    other = Workspace.open(location)
    with other.transaction("李工", "test") as transaction:
        row = {"code": "X", "kind": "unit_grid", "state": "retired"}
        transaction.insert("code_register", Rows.from_records([row]))


@pytest.mark.daily(3)
@pytest.mark.parametrize(
    "written",
    [
        lambda location: rename(location, "department", "李工改的名"),
        lambda location: rename(location, "unit_grid", "李工改的名"),
        retire,
    ],
    ids=["department", "unit_grid", "register"],
)
@pytest.mark.proof
def test_somebody_writes_while_a_package_is_compared_and_keeps_what_was_written(
    workspace_in_both, folder, monkeypatch, written
):
    sent = export(workspace_in_both, folder, formats=("gpkg",))
    before = []
    compare = job.merged

    def compared_slowly(*given, **chosen):
        found = compare(*given, **chosen)
        written(workspace_in_both.location)
        before.append(dump(workspace_in_both))
        return found

    monkeypatch.setattr(job, "merged", compared_slowly)
    with pytest.raises(WorkspaceError) as refused:
        job.import_package(workspace_in_both, sent.package)
    assert refused.value.code == "row_changed_meanwhile" or isinstance(refused.value, TornReadError)
    assert dump(workspace_in_both) == before[0]


def test_nothing_is_drawn_anew_by_an_extent_or_past_releases_that_are_no_longer_so(
    database_location, folder, monkeypatch
):
    workspace = make_workspace(database_location)
    sent = export(workspace, folder, formats=("gpkg",))
    merge(workspace)  # a code is retired, of whose end no release tells
    compare = job.merged
    extent = Rows.from_records(
        [{"code": "一期", "name": "一期"}], as_column([shapely.box(X0, Y0, X0 + 900, Y0 + 300)])
    )
    release = Rows.from_records([{"number": "R-9", "scheme": "cg", "state": "delivered"}])
    for table, row in (("covered_extent", extent), ("release", release)):

        def compared_slowly(*given, table=table, row=row, **chosen):
            found = compare(*given, **chosen)
            with Workspace.open(database_location).transaction("李工", "test") as transaction:
                transaction.insert(table, row)
            return found

        monkeypatch.setattr(job, "merged", compared_slowly)
        with pytest.raises(WorkspaceError) as refused:
            job.import_package(workspace, sent.package, redraw=True)
        assert refused.value.code == "row_changed_meanwhile", table
        assert refused.value.message.details["table"] == definition_of(table).zh
