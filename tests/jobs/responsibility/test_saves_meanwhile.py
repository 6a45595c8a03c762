"""People draw on while unit grids are grouped: the division follows what they saved, or is looked for anew."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.responsibility.build_responsibility_grids import build_responsibility_grids
from tests.jobs.districts import drawn_town, meddling
from tests.jobs.responsibility.test_build_responsibility_grids import assert_sound


def cut(workspace, at: int) -> None:
    """Cut a unit grid in two, as a colleague's save does: the row keeps the left part."""
    units = workspace.read("unit_grid").take(np.array([at]))
    minx, miny, maxx, maxy = units.shapes[0].bounds
    left = shapely.box(minx, miny, (minx + maxx) / 2, maxy)
    right = units.shapes[0].difference(left)
    with workspace.transaction("同事", "test") as transaction:
        kept = Rows({"row_version": units["row_version"]}, as_column([units.shapes[0].intersection(left)]), units.fid)
        transaction.update("unit_grid", kept)
        columns = {name: units[name] for name in units.columns if name not in ("code", "row_version")}
        transaction.insert("unit_grid", Rows({**columns, "code": as_column(["990101001001999"])}, as_column([right])))


def test_parts_of_a_unit_grid_go_where_it_goes(tmp_path):
    workspace = drawn_town(tmp_path)
    report = build_responsibility_grids(workspace, scheme="cg", count=4, progress=meddling(lambda: cut(workspace, 3)))
    units = workspace.read("unit_grid")
    (new,) = np.flatnonzero(units["code"] == "990101001001999")
    assert units["rg_cg"][new] == units["rg_cg"][3]
    assert_sound(workspace)
    (note,) = [note for note in report.notes if note.code == "responsibility_units_drawn_meanwhile"]
    assert "2 个单元网格" in note.text("zh")


def test_a_changed_note_holds_nothing_up(tmp_path):
    workspace = drawn_town(tmp_path)

    def change():
        units = workspace.read("unit_grid", ["row_version"], geometry=False).take(np.array([0]))
        with workspace.transaction("同事", "test") as transaction:
            transaction.update("unit_grid", units.with_columns(note=as_column(["改"])))

    build_responsibility_grids(workspace, scheme="cg", count=4, progress=meddling(change))
    assert workspace.read("unit_grid")["note"][0] == "改"
    assert_sound(workspace)


def test_a_unit_grid_that_was_painted_by_hand_is_not_passed_over(tmp_path):
    workspace = drawn_town(tmp_path)
    build_responsibility_grids(workspace, scheme="cg", count=4)
    codes = sorted(set(workspace.read("unit_grid")["rg_cg"]))

    def paint():
        units = workspace.read("unit_grid", ["rg_cg", "row_version"], geometry=False).take(np.array([0]))
        other = next(code for code in codes if code != units["rg_cg"][0])
        with workspace.transaction("同事", "test") as transaction:
            transaction.update("unit_grid", units.with_columns(rg_cg=as_column([other])))

    with pytest.raises(WorkspaceError) as refused:
        build_responsibility_grids(workspace, scheme="cg", count=4, replace=True, progress=meddling(paint))
    assert refused.value.code == "row_changed_meanwhile"
