"""Planners of one database who save at the same moment: each community by itself, and who waits is told for whom."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.coverage.shared_vertices import with_vertices
from gridmgmt_plugin.core.errors import GridError, WorkspaceError
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.editing.gestures.buffer import AddedRow, PendingEdits
from gridmgmt_plugin.editing.saving import cell_save
from gridmgmt_plugin.editing.saving.cell_save import save_cells
from gridmgmt_plugin.editing.saving.reports import SaveRefused
from gridmgmt_plugin.editing.saving.versions import ReadVersions
from gridmgmt_plugin.workspace import patience
from gridmgmt_plugin.workspace.changes.gestures import CellState, Gesture
from gridmgmt_plugin.workspace.postgis import idle_connections
from gridmgmt_plugin.workspace.postgis.part_locks import MOST_PARTS
from gridmgmt_plugin.workspace.reads import worked_out
from gridmgmt_plugin.workspace.reads.noted import NotedReads
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.network_proxy import NetworkApart
from tests.qgis.editing.saving.town import AREAS, code, make_town, refused, rows_of

TABLES = ("take_back", "unit_grid", "code_register", "responsibility_grid")
CUT = [(0.3, -1), (0.3, 1.5)]


@pytest.fixture
def town(database_location, qgis_app):
    return make_town(database_location)


@pytest.fixture
def colleague(town):
    """Return a colleague's program, which is in the middle of a save."""
    return Workspace.open(town.location).transaction("李工", "save_unit_grids")


def test_a_colleague_who_saves_in_another_community_is_not_waited_for(town, open_desk, colleague):
    desk = open_desk(town)
    desk.split(1, CUT)
    with colleague as transaction:
        transaction.hold_parts({AREAS[1]}, TABLES)
        assert desk.save(), desk.refusals
    assert len(rows_of(town, "unit_grid")) == 33


@pytest.mark.parametrize("number", [1, 4], ids=["inside", "beside the border"])
def test_a_colleague_who_saves_next_door_is_named_and_nothing_is_lost(town, open_desk, colleague, number):
    desk = open_desk(town)
    desk.set(code(number), note="x")
    desk.split(number, [(number - 0.7, -1), (number - 0.7, 1.5)])
    with colleague as transaction:
        transaction.hold_parts({AREAS[0 if number == 1 else 1]}, TABLES)
        refusal = refused(desk)
    assert refusal.code == "workspace_part_held"
    assert "李工" in refusal.message.text("zh")
    assert AREAS[0 if number == 1 else 1] in refusal.message.text("zh")
    assert desk.save(), desk.refusals


def test_cells_of_one_responsibility_grid_are_saved_one_after_the_other(town, open_desk, colleague):
    desk = open_desk(town)
    desk.split(1, CUT)
    with colleague as transaction:
        transaction.hold_parts({f"rg_cg {AREAS[0]}001"}, TABLES)
        assert refused(desk).code == "workspace_part_held"
    assert desk.save(), desk.refusals


def test_a_save_waits_for_a_colleague_who_is_done_in_a_moment(town, open_desk, colleague, monkeypatch):
    monkeypatch.setattr(patience, "BEHIND", replace(patience.BEHIND, queue_s=20.0))
    desk = open_desk(town)
    desk.split(1, CUT)
    transaction = colleague.__enter__()
    transaction.hold_parts({AREAS[0]}, TABLES)
    done = threading.Timer(0.5, colleague.__exit__, (None, None, None))
    done.start()
    assert desk.save(), desk.refusals
    done.join()


def test_a_job_that_holds_a_table_is_named_and_keeps_every_save_off(town, open_desk, colleague):
    desk = open_desk(town)
    desk.split(1, CUT)
    with colleague as transaction:
        transaction.hold("unit_grid")
        refusal = refused(desk)
    assert refusal.code == "workspace_table_held"
    assert "李工" in refusal.message.text("en")


def test_a_job_gets_no_table_while_somebody_saves_in_any_community(town, colleague):
    with colleague as transaction:
        transaction.hold_parts({AREAS[1]}, TABLES)
        job = town.transaction("王工", "job")
        with pytest.raises(WorkspaceError) as failed, job as held:
            held.hold("unit_grid")
    assert named(failed.value)


def test_rows_of_a_table_are_saved_once_a_colleague_is_done_with_his_unit_grids(
    town, open_desk, colleague, monkeypatch
):
    desk = open_desk(town, "responsibility_grid")
    desk.set(f"{AREAS[0]}001", name="湖滨")
    with colleague as transaction:
        transaction.hold_parts({AREAS[1]}, TABLES)
        assert named(refused(desk))
    monkeypatch.setattr(patience, "BEHIND", replace(patience.BEHIND, queue_s=20.0))
    again = Workspace.open(town.location).transaction("李工", "save_unit_grids")
    again.__enter__().hold_parts({AREAS[1]}, TABLES)
    done = threading.Timer(0.5, again.__exit__, (None, None, None))
    done.start()
    assert desk.save(), desk.refusals
    done.join()


def test_who_paints_is_told_of_the_colleague_who_saves_in_another_community(town, colleague):
    with colleague as transaction:
        transaction.hold_parts({AREAS[1]}, TABLES)
        paints = town.transaction("王工", "save_unit_grids")
        with pytest.raises(WorkspaceError) as failed, paints as held:
            held.hold_parts({AREAS[0]}, TABLES[:3], ("responsibility_grid", "post"))
    assert named(failed.value)


def test_who_changes_more_places_than_can_be_held_one_by_one_waits_as_long_and_is_told(town, colleague, monkeypatch):
    many = {str(number) for number in range(MOST_PARTS + 1)}
    with colleague as transaction:
        transaction.hold_parts({AREAS[1]}, TABLES)
        with pytest.raises(WorkspaceError) as failed, town.transaction("王工", "x") as held:
            held.hold_parts(many, TABLES)
    assert named(failed.value)


def test_a_job_that_holds_no_table_is_named_too(town, colleague):
    with colleague as transaction:
        transaction.set_column("component", "note", np.array([1]), ["x"])
        with pytest.raises(WorkspaceError) as failed, town.transaction("王工", "x") as held:
            held.hold("component")
    assert named(failed.value)


def named(refusal) -> bool:
    """Tell whether it is said that a colleague holds a table."""
    return refusal.code == "workspace_table_held" and "李工" in refusal.message.text("zh")


def test_rows_without_a_version_are_held_only_as_they_were_read(town):
    read = town.read("code_register", where={"code": [code(1), code(2)]}, geometry=False)
    with town.transaction("李工", "job") as transaction:
        transaction.hold_rows("code_register", read)
        changed = replace(read.take(np.array([True, False])), geometry=None).with_columns(reason=["合并"])
        transaction.update("code_register", changed)
    again = town.transaction("王工", "job")
    with pytest.raises(WorkspaceError) as failed, again as transaction:
        transaction.hold_rows("code_register", read)
    assert failed.value.code == "row_changed_meanwhile"


def halved(workspace: Workspace, number: int) -> PendingEdits:
    """Return the edits that cut a cell upright in two, under a number that is free for the time being, with the
    vertices of the cut in the cells above and below.
    """
    stored = rows_of(workspace, "unit_grid")
    cell = stored[code(number)]
    minx, miny, maxx, maxy = cell["geometry"].bounds
    ends = np.array([(minx + 40, miny), (minx + 40, maxy)])
    cells = workspace.read("unit_grid", ["code"])
    with_cut = {fid: with_vertices(shape, ends) for fid, shape in zip(cells.fids.tolist(), cells.shapes)}
    fid = int(cells.fids[cells["code"] == code(number)][0])
    beside = {one: shape for one, shape in with_cut.items() if len(shape.exterior.coords) > 5 and one != fid}
    left, right = shapely.box(minx, miny, minx + 40, maxy), shapely.box(minx + 40, miny, maxx, maxy)
    new = {name: cell[name] for name in ("area_code", "rg_cg", "grid_kind", "state")}
    new |= {"code": code(17), "prior_code": code(number)}
    return PendingEdits({}, {**beside, fid: left}, (), (AddedRow(-1, new, right),))


def split_of(number: int) -> Gesture:
    """Return what a planner did who cut a cell: his program gave the number of the new one."""
    old, new = CellState(1, code(number), 0.0, ""), CellState(-1, code(17), 0.0, "")
    return Gesture("split", "切分", None, (old,), (old, new))


@pytest.mark.daily(1)
def test_four_planners_of_one_community_save_at_the_same_moment(town, postgis, monkeypatch):
    """Each on a cell of his own, all of them with the same number for the new cell, 20 ms from the server."""
    monkeypatch.setattr(patience, "BEHIND", replace(patience.BEHIND, queue_s=20.0))
    numbers, told = (1, 3, 10, 12), {}
    start = threading.Barrier(len(numbers))
    with NetworkApart(postgis.port, 0.01) as network:
        place = replace(town.location, port=network.port)

        def save(number: int) -> None:
            workspace = Workspace.open(place)
            versions = ReadVersions(workspace, "unit_grid")
            versions.read()
            pending = halved(workspace, number)
            start.wait()
            try:
                with workspace.reading() as state:
                    save_cells(state, pending, versions, (split_of(number),), f"规划员{number}")
            except (GridError, SaveRefused) as error:
                told[number] = error

        planners = [threading.Thread(target=save, args=(number,)) for number in numbers]
        for planner in planners:
            planner.start()
        for planner in planners:
            planner.join()
    idle_connections.close_all()
    assert told == {}
    cells = town.read("unit_grid")
    assert sorted(cells["code"]) == [code(n) for n in range(1, 21)] + [code(n, 1) for n in range(1, 17)]
    corners = np.unique(shapely.get_coordinates(cells.shapes), axis=0)
    assert all(with_vertices(shape, corners) is shape for shape in cells.shapes)


@pytest.mark.parametrize("rows", [20_000, 0], ids=["with one question", "one by one, as many are"])
def test_a_cell_that_a_colleague_changed_next_door_in_that_moment_is_looked_at_anew(
    town, open_desk, monkeypatch, rows
):
    monkeypatch.setattr(worked_out, "_MOST_ROWS", rows)
    desk, other = open_desk(town), open_desk(Workspace.open(town.location), author="李工")
    desk.split(1, CUT)
    other.set(code(2), note="x")
    keep_apart = cell_save.keep_apart

    def second(*given):
        monkeypatch.setattr(cell_save, "keep_apart", keep_apart)
        assert other.save(), other.refusals
        return keep_apart(*given)

    monkeypatch.setattr(cell_save, "keep_apart", second)
    assert desk.save(), desk.refusals
    assert rows_of(town, "unit_grid")[code(2)]["note"] == "x"


def test_another_number_is_found_without_reading_what_the_register_knows_of_other_communities(
    town, open_desk, monkeypatch
):
    gone = [f"990101003001{number:03d}" for number in range(1, 900)]
    entries = [{"code": one, "kind": "unit_grid", "state": "retired", "successors": AREAS[0]} for one in gone]
    with town.transaction("王工", "test") as transaction:
        transaction.insert("code_register", Rows.from_records(entries))
    desk, other = open_desk(town), open_desk(Workspace.open(town.location), author="李工")
    desk.split(1, CUT)
    other.split(11, [(2.3, 1.5), (2.3, 3.5)])
    assert other.save(), other.refusals
    noted = []

    class Kept(NotedReads):
        def __init__(self, *given):
            super().__init__(*given)
            noted.append(self)

    monkeypatch.setattr(worked_out, "NotedReads", Kept)
    assert desk.save(), desk.refusals
    assert desk.reports[-1].recoded == ((code(17), code(18)),)
    read = {one: len(rows) for reads in noted for one, rows in reads.found.items() if one.table == "code_register"}
    assert 0 < sum(read.values()) < 60, read
