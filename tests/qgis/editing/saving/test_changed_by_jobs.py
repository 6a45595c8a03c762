"""A colleague's job regroups or hands over the cells that are being edited: who leaves the grids alone saves all the
same.
"""

from __future__ import annotations

from collections import Counter

import pytest
import shapely

from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.jobs.handover.export_package import export_package
from gridmgmt_plugin.jobs.responsibility.build_responsibility_grids import build_responsibility_grids
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.editing.saving.test_cuts_next_door import seamless
from tests.qgis.editing.saving.town import AREAS, box, code, refused, rows_of

IN_BOTH = True
CUT = [(0.3, -1), (0.3, 1.5)]


def regroup(town, count: int = 8) -> None:
    """Let a colleague divide the town anew."""
    workspace = Workspace.open(town.location)
    build_responsibility_grids(workspace, scheme="cg", count=count, replace=True, author="李工")


def sound(town) -> None:
    """Fail unless every grid is what its unit grids make of it."""
    cells = rows_of(town, "unit_grid")
    grids = rows_of(town, "responsibility_grid")
    assert Counter(cell["rg_cg"] for cell in cells.values()) == {
        name: int(grid["unit_count"]) for name, grid in grids.items()
    }
    for name, grid in grids.items():
        mine = [cell["geometry"] for cell in cells.values() if cell["rg_cg"] == name]
        assert shapely.union_all(mine).equals(grid["geometry"])


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.daily(2)
def test_parts_of_a_cell_go_where_the_cell_went(town, open_desk, times):
    desk = open_desk(town)
    desk.split(1, CUT)
    for count in (8, 6)[:times]:
        regroup(town, count)
    assert desk.save(), desk.refusals
    cells = rows_of(town, "unit_grid")
    assert cells[code(17)]["rg_cg"] == cells[code(1)]["rg_cg"]
    sound(town)
    desk.merge(1, 17)
    assert desk.save(), desk.refusals
    sound(town)


@pytest.mark.parametrize("steps", ["cut regroup", "regroup cut", "regroup cut hand_over", "cut hand_over cut"])
@pytest.mark.daily(2)
def test_edits_follow_jobs_and_cuts_next_door_that_came_in_turn(town, open_desk, hand_over, steps):
    desk, other = open_desk(town), open_desk(Workspace.open(town.location), author="李工")
    desk.split(1, CUT)
    desk.set(code(2), note="x")
    desk.merge(9, 10)
    cuts = iter([(5, [(0.6, 0.5), (0.6, 2.5)]), (6, [(1.6, 0.5), (1.6, 2.5)])])

    def cut() -> None:
        other.split(*next(cuts))
        assert other.save(), other.refusals

    for step in steps.split():
        {"cut": cut, "regroup": lambda: regroup(town), "hand_over": hand_over}[step]()
    assert desk.save(), desk.refusals
    cells = rows_of(town, "unit_grid")
    assert (cells[code(2)]["note"], len(cells)) == ("x", 32 + 1 - 1 + steps.count("cut"))
    seamless(town)
    sound(town)


def test_a_value_is_saved_beside_the_grid_that_the_job_gave(town, open_desk):
    desk = open_desk(town)
    desk.set(code(5), note="x")
    regroup(town)
    given = rows_of(town, "unit_grid")[code(5)]["rg_cg"]
    assert desk.save(), desk.refusals
    assert (rows_of(town, "unit_grid")[code(5)]["note"], rows_of(town, "unit_grid")[code(5)]["rg_cg"]) == ("x", given)
    desk.set(code(5), note="y")
    assert desk.save(), desk.refusals


@pytest.fixture
def hand_over(town, tmp_path):
    """Return what lets a colleague hand the town over."""
    with town.transaction("李工", "test") as transaction:
        transaction.insert("department", Rows.from_records([{"code": "990101001", "name": "湖滨街道"}]))
    return lambda: export_package(Workspace.open(town.location), scheme="cg", folder=tmp_path, author="李工")


def test_parts_of_a_cell_are_saved_although_its_code_became_valid(town, open_desk, hand_over):
    desk = open_desk(town)
    desk.split(1, CUT)
    hand_over()
    assert desk.save(), desk.refusals
    cells = rows_of(town, "unit_grid")
    assert (cells[code(1)]["state"], cells[code(17)]["state"]) == ("valid", "draft")
    assert shapely.union(cells[code(1)]["geometry"], cells[code(17)]["geometry"]).equals(box(0, 0))
    sound(town)


def test_a_cell_whose_code_became_valid_meanwhile_is_retired_by_a_merge(town, open_desk, hand_over):
    desk = open_desk(town)
    desk.merge(1, 2)
    hand_over()
    regroup(town)
    assert desk.save(), desk.refusals
    register = town.read("code_register", where={"kind": "unit_grid", "code": [code(1), code(2)]}, geometry=False)
    assert sorted(register["state"].tolist()) == ["retired", "valid"]
    assert len(rows_of(town, "unit_grid")) == 31
    sound(town)


def test_a_code_that_ends_while_its_package_goes_out_is_retired_and_given_to_nobody(
    town, open_desk, hand_over, monkeypatch
):
    desk, transaction, begun = open_desk(town), Workspace.transaction, []
    desk.merge(1, 2)

    def after_the_save(workspace, author, gesture):
        begun.append(gesture)
        if begun.count("export_package") == 2:
            monkeypatch.setattr(Workspace, "transaction", transaction)
            assert desk.save(), desk.refusals
        return transaction(workspace, author, gesture)

    monkeypatch.setattr(Workspace, "transaction", after_the_save)
    hand_over()
    assert desk.reports
    (gone,) = {code(1), code(2)} - set(rows_of(town, "unit_grid"))
    entries = town.read("code_register", where={"kind": "unit_grid"}, geometry=False).records()
    register = {row["code"]: row for row in entries}
    (heir,) = {code(1), code(2)} - {gone}
    assert (register[gone]["state"], register[gone]["successors"]) == ("retired", heir)
    assert {one for one, row in register.items() if row["state"] == "valid"} == set(rows_of(town, "unit_grid"))
    sound(town)


def test_who_paints_by_hand_is_told_of_the_regrouping(town, open_desk):
    desk = open_desk(town)
    desk.set(code(1), rg_cg=f"{AREAS[0]}002")
    regroup(town)
    assert refused(desk).code == "save_rows_overtaken"


@pytest.mark.parametrize("is_first", [True, False], ids=["before", "after"])
@pytest.mark.daily(1)
def test_a_colleagues_edit_besides_is_not_overwritten(town, open_desk, is_first):
    desk = open_desk(town)
    desk.set(code(1), note="x")
    steps = [lambda: edit(town), lambda: regroup(town)]
    for step in steps if is_first else reversed(steps):
        step()
    assert refused(desk).code == "save_rows_overtaken"
    assert rows_of(town, "unit_grid")[code(1)]["note"] == "李工改"


def edit(town) -> None:
    """Change a cell as a colleague's save does."""
    other = Workspace.open(town.location)
    rows = other.read("unit_grid", ["row_version"], {"code": code(1)}, geometry=False)
    with other.transaction("李工", "edit_rows") as transaction:
        transaction.update("unit_grid", rows.with_columns(note=["李工改"]))
