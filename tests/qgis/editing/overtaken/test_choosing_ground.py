"""Ground that two planners drew otherwise: taken, kept or mixed, a save that passes leaves the partition whole."""

from __future__ import annotations

import random

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.coverage.gestures.reshaping import reshape
from gridmgmt_plugin.core.coverage.gestures.vertices import add_vertex
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.editing.overtaken.carrying_out import carry_out, look_at
from gridmgmt_plugin.editing.overtaken.choosing import OUTLINE, Choosing, Side
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.editing.saving.town import AREAS, SIDE, SIZE, TOLERANCE, code, place, rows_of

IN_BOTH = True
THEIRS, MINE = Side.THEIRS, Side.MINE


def colleague(town) -> Workspace:
    return Workspace.open(town.location)


@pytest.fixture
def desks(town, open_desk):
    return open_desk(town), open_desk(colleague(town), author="李工")


def assert_whole(town) -> None:
    """The cells of each community cover it exactly: no overlap, no gap, as many square metres as before."""
    cells = rows_of(town, "unit_grid")
    areas = {text: row["geometry"] for text, row in rows_of(town, "area").items()}
    for area in AREAS:
        shapes = np.array([row["geometry"] for row in cells.values() if row["area_code"] == area], dtype=object)
        assert shapely.is_valid(shapes).all()
        union = shapely.union_all(shapes)
        assert shapely.area(shapely.symmetric_difference(union, areas[area])) == pytest.approx(0, abs=1e-6)
        assert float(shapely.area(shapes).sum()) == pytest.approx(SIDE * SIDE * SIZE * SIZE, abs=1e-6)
        assert [row["area_m2"] for row in cells.values()] == pytest.approx(
            [row["geometry"].area for row in cells.values()], abs=1e-3
        )


def refused_rows(desk) -> Choosing:
    assert not desk.save()
    assert desk.refusals[-1].code == "save_rows_overtaken", desk.refusals[-1].message.text()
    return Choosing(look_at(desk.guard, "王工"))


def move_border(desk, text: str, line) -> None:
    """Draw a border of a cell anew."""
    near, _ = desk.near(text)
    desk.editor.apply(near, reshape(near.cells, shapely.LineString([place(*spot) for spot in line]), TOLERANCE))


def test_cells_whose_edits_touch_are_chosen_together_and_others_apart(town, desks):
    desk, other = desks
    desk.merge(1, 2)
    desk.split(11, [(2.3, 1.5), (2.3, 3.5)])
    for number in (1, 11):
        other.set(code(number), note="他改")
    assert other.save(), other.refusals
    choosing = refused_rows(desk)
    one, two = choosing.sides.rows
    assert one.ground != two.ground
    choosing.choose(one, OUTLINE, THEIRS)
    assert choosing.side(two, OUTLINE) is MINE, "the colleague drew nothing there"
    grounds = choosing.sides.grounds
    assert len(grounds[one.ground].rows) == 2
    assert len(grounds[two.ground].added) == 1


def test_a_merge_is_given_up_for_the_colleague_s_version_and_comes_back_with_undo(town, desks):
    desk, other = desks
    desk.merge(1, 2)
    merged = sorted(desk.codes())
    for number in (1, 2):
        other.set(code(number), note="他改")
    assert other.save(), other.refusals
    choosing = refused_rows(desk)
    for row in choosing.sides.rows:
        choosing.choose_all(row, THEIRS)
    carry_out(desk.guard, choosing)
    assert len(desk.codes()) == 32
    stack = desk.layer.undoStack()
    stack.undo()
    assert sorted(desk.codes()) == merged
    stack.redo()
    assert desk.save(), desk.refusals
    assert_whole(town)
    stored = rows_of(town, "unit_grid")
    assert (stored[code(1)]["note"], stored[code(2)]["note"]) == ("他改", "他改")
    assert stored[code(1)]["geometry"].area == pytest.approx(SIZE * SIZE)


def test_a_split_is_kept_over_what_the_colleague_typed(town, desks):
    desk, other = desks
    desk.split(1, [(0.3, -1), (0.3, 1.5)])
    other.set(code(1), note="他改")
    assert other.save(), other.refusals
    choosing = refused_rows(desk)
    (row,) = choosing.sides.rows
    assert not choosing.sides.grounds[row.ground].misfits
    choosing.choose_all(row, MINE)
    carry_out(desk.guard, choosing)
    assert desk.save(), desk.refusals
    assert_whole(town)
    assert len(rows_of(town, "unit_grid")) == 33
    assert rows_of(town, "unit_grid")[code(1)]["note"] == "他改"


def test_a_split_is_dropped_and_its_value_kept(town, desks):
    desk, other = desks
    desk.split(1, [(0.3, -1), (0.3, 1.5)])
    desk.set(code(1), note="我的")
    other.set(code(1), note="他改")
    assert other.save(), other.refusals
    choosing = refused_rows(desk)
    (row,) = choosing.sides.rows
    choosing.choose(row, OUTLINE, THEIRS)
    choosing.choose(row, "note", MINE)
    carry_out(desk.guard, choosing)
    assert desk.save(), desk.refusals
    assert_whole(town)
    stored = rows_of(town, "unit_grid")
    assert (len(stored), stored[code(1)]["note"], stored[code(1)]["population"]) == (32, "我的", 100)


def test_outlines_that_would_tear_are_refused_and_can_be_repaired(town, desks):
    desk, other = desks
    move_border(desk, code(6), [(1, 1), (1.3, 1.5), (1, 2)])
    move_border(other, code(6), [(2, 1), (1.7, 1.5), (2, 2)])
    assert other.save(), other.refusals
    choosing = refused_rows(desk)
    row = next(row for row in choosing.sides.rows if row.key == code(6))
    assert choosing.sides.grounds[row.ground].misfits
    for row in choosing.sides.rows:
        choosing.choose_all(row, MINE)
    carry_out(desk.guard, choosing)
    assert not desk.save()
    assert desk.refusals[-1].code == "save_refused_faults"
    assert desk.refusals[-1].repairable
    desk.guard.repair(desk.guard.propose_repair(), desk.editor)
    assert desk.save(), desk.refusals
    assert_whole(town)


def test_a_cell_that_a_colleague_merged_away_is_shown_with_what_has_its_ground(town, desks):
    desk, other = desks
    desk.split(3, [(2.4, -1), (2.4, 1.5)])
    other.merge(2, 3)
    assert other.save(), other.refusals
    choosing = refused_rows(desk)
    (gone,) = (row for row in choosing.sides.rows if row.is_gone)
    assert (gone.key, gone.heirs) == (code(3), (code(2),))
    assert not choosing.can_keep(gone, OUTLINE)
    choosing.choose_all(gone, MINE)
    assert not choosing.is_settled(gone)
    for row in choosing.sides.rows:
        choosing.choose_all(row, THEIRS)
    edited = desk.codes()
    carry_out(desk.guard, choosing)
    assert desk.codes() == sorted(rows_of(town, "unit_grid"))
    desk.layer.undoStack().undo()
    assert desk.codes() == edited
    desk.layer.undoStack().redo()
    desk.set(code(9), note="x")
    assert desk.save(), desk.refusals
    assert_whole(town)


def test_a_cell_that_a_colleague_only_cut_next_door_to_is_in_no_conflict(town, desks):
    desk, other = desks
    desk.set(code(1), note="我的")
    desk.split(2, [(1.5, -1), (1.5, 1.5)])
    other.split(6, [(0.5, 1.5), (2.5, 1.5)])
    other.set(code(1), note="他的")
    assert other.save(), other.refusals
    choosing = refused_rows(desk)
    assert {row.key for row in choosing.sides.rows} == {code(1)}


def gesture(desk, chance: random.Random) -> None:
    """Do something to a cell in the west, where the other planner is at work too."""
    row, column = chance.randrange(3), chance.randrange(3)
    number = 1 + row * SIDE + column
    kind = chance.choice(["split", "merge", "border", "vertex", "value", "native"])
    text = code(number)
    if kind == "split":
        x = column + chance.choice([0.2, 0.4, 0.6])
        desk.split(number, [(x, row - 0.5), (x, row + 1.5)])
    elif kind == "merge":
        desk.merge(number, number + chance.choice([1, SIDE]))
    elif kind == "border":
        bend = column + 1 + chance.choice([-0.3, -0.15, 0.2])
        move_border(desk, text, [(column + 1, row), (bend, row + 0.5), (column + 1, row + 1)])
    elif kind == "vertex":
        near, _ = desk.near(text)
        start = place(column + 1, row + 0.5)
        end = place(column + 1 + chance.choice([-0.2, 0.1]), row + 0.6)
        desk.editor.apply(near, add_vertex(near.cells, start, TOLERANCE, end))
    elif kind == "value":
        desk.set(text, **{chance.choice(["name", "note", "land_use"]): f"值{chance.randrange(5)}"})
    else:
        desk.move_vertex(text, (column + 1, row + 1), (column + 0.9, row + 0.9))


def at_work(desk, chance: random.Random) -> None:
    for _ in range(chance.randrange(1, 5)):
        try:
            gesture(desk, chance)
        except (InputError, StopIteration, ValueError):
            continue  # a cell that is no more, a line that meets nothing


def state_of(desk) -> list:
    return sorted(
        (f.id(), [str(value) for value in f.attributes()], f.geometry().asWkt(17)) for f in desk.layer.getFeatures()
    )


@pytest.mark.daily(4)
@pytest.mark.parametrize("seed", [*range(24), 268])
def test_whatever_is_chosen_a_save_that_passes_leaves_the_partition_whole(town, desks, seed):
    chance = random.Random(seed)
    desk, other = desks
    at_work(desk, chance)
    at_work(other, chance)
    if not other.save():
        other.guard.sweep()
        other.layer.rollBack()
    for _ in range(4):
        if desk.save():
            break
        refusal = desk.refusals[-1]
        if refusal.code == "save_refused_faults" and refusal.repairable:
            try:
                desk.guard.repair(desk.guard.propose_repair(), desk.editor)
            except InputError:
                break
            continue
        if refusal.code != "save_rows_overtaken":
            break
        desk.guard.sweep()
        before = state_of(desk)
        choosing = Choosing(look_at(desk.guard, "王工"))
        assert state_of(desk) == before, "looking changes nothing"
        for row in choosing.sides.rows:
            for part in choosing.parts(row):
                choosing.choose(row, part, chance.choice([THEIRS, MINE]))
                if choosing.side(row, part) is None:
                    choosing.choose(row, part, THEIRS)
        carry_out(desk.guard, choosing)
        stack = desk.layer.undoStack()
        after = state_of(desk)
        stack.undo()
        assert state_of(desk) == before, "one step takes every choice back"
        stack.redo()
        assert state_of(desk) == after
    assert_whole(town)
