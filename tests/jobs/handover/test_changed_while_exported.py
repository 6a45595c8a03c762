"""People draw on while a package is made: it is of the state in which the export began, or is not handed over."""

from __future__ import annotations

import json
from datetime import datetime

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.handover import export_package as job
from gridmgmt_plugin.jobs.handover.export_package import export_package

NOW = datetime(2026, 3, 2, 9, 30)


@pytest.fixture
def workspace(workspace_in_both):
    return workspace_in_both


@pytest.fixture
def export_beside(workspace, folder, monkeypatch):
    """Return what exports while a colleague does something, just as the files are written."""

    def run(deed):
        real = job.write_files

        def meanwhile(*args):
            deed(workspace)
            return real(*args)

        with monkeypatch.context() as patch:
            patch.setattr(job, "write_files", meanwhile)
            return export_package(workspace, scheme="cg", folder=folder, now=NOW)

    return run


def first(workspace) -> Rows:
    """Return the first unit grid, whole."""
    return workspace.read("unit_grid").take(np.array([0]))


def registered(workspace, code: str) -> Rows:
    """Return what the register says of the code of a unit grid."""
    return workspace.read("code_register", where={"code": code, "kind": "unit_grid"}, geometry=False)


def note(workspace) -> None:
    unit = first(workspace)
    with workspace.transaction("同事", "edit_rows") as transaction:
        changed = Rows({"note": as_column(["后来改的"]), "row_version": unit["row_version"]}, None, unit.fid)
        transaction.update("unit_grid", changed)


def reshape(workspace) -> None:
    unit = first(workspace)
    with workspace.transaction("同事", "reshape") as transaction:
        inner = as_column([shapely.buffer(unit.shapes[0], -1.0, join_style="mitre")])
        transaction.update("unit_grid", Rows({"row_version": unit["row_version"]}, inner, unit.fid))


def retire(workspace) -> None:
    """Take a unit grid away whose code is valid, as a merge does."""
    unit = first(workspace)
    register = registered(workspace, unit["code"][0])
    with workspace.transaction("同事", "merge") as transaction:
        transaction.delete("unit_grid", unit.fid)
        transaction.update("code_register", Rows({"state": as_column(["retired"])}, None, register.fid))


def items(workspace, release: str, layer: str = "unit_grid") -> dict[str, dict]:
    rows = workspace.read("release_item", where={"release_number": release, "layer": layer}, geometry=False)
    return {content["code"]: content for content in map(json.loads, rows["content"])}


def test_a_note_of_a_colleague_belongs_to_the_next_release(workspace, export_beside):
    report = export_beside(note)
    code = first(workspace)["code"][0]
    assert items(workspace, report.release)[code].get("note") != "后来改的"
    assert (first(workspace)["note"][0], first(workspace)["state"][0]) == ("后来改的", "valid")
    (told,) = [one for one in report.notes if one.code == "package_changed_since"]
    assert "1 个网格" in told.text("zh")


@pytest.mark.parametrize("deed", [reshape, retire])
@pytest.mark.daily(1)
def test_a_code_that_is_to_become_valid_must_be_where_it_was(workspace, folder, export_beside, deed):
    with pytest.raises(WorkspaceError) as refused:
        export_beside(deed)
    assert refused.value.code == "package_workspace_changed"
    assert workspace.count("release") == 0
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("deed", [reshape, retire])
@pytest.mark.daily(1)
def test_what_became_of_a_valid_code_meanwhile_comes_after_the_release(workspace, folder, export_beside, deed):
    export_package(workspace, scheme="cg", folder=folder, now=NOW)
    code = first(workspace)["code"][0]
    report = export_beside(deed)
    assert report.release == "r0002"
    assert code in items(workspace, "r0002")
    assert registered(workspace, code)["state"].tolist() == ["retired" if deed is retire else "valid"]
