"""What a release changes for people: on which ground, how much lies there, and into whose hands it passes."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.core.release.changes import compare
from gridmgmt_plugin.core.release.for_people import Hands, OnTheGround, for_people
from gridmgmt_plugin.core.release.frozen import freeze
from gridmgmt_plugin.core.rows import Rows, as_column

# Two grids of 100 m side by side, A of Wang, B of Li; a lane through both, a case and a component in each.
KEYS = ("unit_grid", "responsibility_grid", "department_code", "person_id")


def _release(edge=100.0, persons=("R1", "R2"), chief="R1", posts=("R1", "R2")):
    boxes = as_column([shapely.box(0, 0, edge, 100), shapely.box(edge, 0, 200, 100)])
    units = Rows.from_records(
        [{"code": "U1", "responsibility_grid": "A"}, {"code": "U2", "responsibility_grid": "B"}]
    )
    grids = Rows.from_records([{"code": "A", "name": "甲格"}, {"code": "B", "name": "乙格"}], boxes)
    answering = [
        {"unit_grid": u, "responsibility_grid": g, "department_code": "D", "person_id": p}
        for u, g, p in zip(("U1", "U2"), "AB", persons)
    ]
    lane = Rows.from_records([{"code": "L", "name": "长巷"}], as_column([shapely.LineString([(0, 50), (200, 50)])]))
    return {
        "unit_grid": freeze(units.with_geometry(boxes), ("code",)),
        "responsibility_grid": freeze(grids, ("code",)),
        "lane": freeze(lane, ("code",)),
        "responsibility": freeze(Rows.from_records(answering), KEYS),
        "lane_chiefs": freeze(
            Rows.from_records([{"lane_code": "L", "person_id": chief}]), ("lane_code", "person_id")
        ),
        "posts": freeze(Rows.from_records([{"id": f"P{n}", "person_id": p} for n, p in enumerate(posts)]), ("id",)),
    }


THERE = OnTheGround(
    np.array([shapely.Point(40, 20), shapely.Point(160, 20), None], dtype=object),
    np.array([shapely.Point(90, 20), shapely.Point(170, 20)], dtype=object),
)


def _told(now, base=None):
    base = _release() if base is None else base
    found = for_people(compare(base, now, 0.001), base, now, THERE, 0.001)
    return found, {(one.layer, one.code): one for one in found.places}


def test_nothing_changed_is_nothing_for_anybody():
    found, places = _told(_release())
    assert (places, found.staff, found.cases, found.persons) == ({}, (), 0, ())


def test_another_person_takes_over_all_that_lies_in_the_grid_and_nothing_else():
    found, places = _told(_release(persons=("R3", "R2"), posts=("R3", "R2")))
    assert set(places) == {("responsibility_grid", "A")}
    grid = places["responsibility_grid", "A"]
    assert (grid.name, grid.kinds, grid.hands) == ("甲格", ("staffed",), Hands(("R1",), ("R3",)))
    assert (grid.cases, grid.components, grid.lane_m) == (1, 1, 100.0)
    assert (found.cases, found.components, found.lane_m, found.persons) == (1, 1, 100.0, ("R1", "R3"))
    assert [(one.table, one.code, one.change) for one in found.staff] == [("posts", "P0", "changed")]


def test_a_boundary_that_moves_changes_what_lies_between_the_two():
    found, places = _told(_release(edge=80.0))
    for code in "AB":
        grid = places["responsibility_grid", code]
        assert (grid.kinds, grid.cases, grid.components, round(grid.lane_m, 6)) == (("reshaped",), 0, 1, 20.0)
    assert ("unit_grid", "U1") in places
    assert found.persons == (), "the same persons answer for the same grids"


def test_a_lane_with_another_officer_passes_whole():
    found, places = _told(_release(chief="R9"))
    assert (places["lane", "L"].lane_m, places["lane", "L"].hands.persons_in) == (200.0, ("R9",))
    assert (found.lane_m, found.persons) == (200.0, ("R1", "R9"))


def test_without_a_base_everything_is_new_to_those_who_get_it():
    found, places = _told(_release(), base={})
    assert {one.kinds for one in places.values()} == {("added",)}
    assert found.persons == ("R1", "R2")
    assert (found.cases, found.components, found.departments) == (2, 2, ("D",))


def test_a_grid_that_is_gone_leaves_its_person_without_it():
    base = _release()
    now = {**base, "responsibility_grid": freeze(base["responsibility_grid"].rows.take([0]), ("code",))}
    now["responsibility"] = freeze(base["responsibility"].rows.take([0]), KEYS)
    _, places = _told(now, base)
    gone = places["responsibility_grid", "B"]
    assert (gone.kinds, gone.hands.persons_out, gone.cases) == (("removed",), ("R2",), 1)


def _split(code_of_half, person_of_half):
    """Return the release in which the half of U1 that lies at the border is a unit grid of its own."""
    base = _release()
    boxes = as_column([shapely.box(0, 0, 50, 100), shapely.box(100, 0, 200, 100), shapely.box(50, 0, 100, 100)])
    grids = ("A", "B", "A" if person_of_half == "R1" else "B")
    units = Rows.from_records(
        [{"code": code, "responsibility_grid": grid} for code, grid in zip(("U1", "U2", code_of_half), grids)]
    )
    answering = [
        {"unit_grid": code, "responsibility_grid": grid, "department_code": "D", "person_id": person}
        for code, grid, person in zip(("U1", "U2", code_of_half), grids, ("R1", "R2", person_of_half))
    ]
    return {
        **base,
        "unit_grid": freeze(units.with_geometry(boxes), ("code",)),
        "responsibility": freeze(Rows.from_records(answering), KEYS),
    }


def test_a_unit_grid_split_within_its_responsibility_grid_passes_to_nobody_nor_does_its_merging():
    split = _split("U3", "R1")
    for base, now, kind in ((_release(), split, "added"), (split, _release(), "removed")):
        found, places = _told(now, base)
        half = places["unit_grid", "U3"]
        assert (half.kinds, half.components, half.hands) == ((kind,), 1, Hands())
        assert (found.cases, found.components, found.lane_m, found.persons) == (0, 0, 0.0, ())


def test_a_half_that_comes_to_another_grid_passes_from_those_who_had_its_ground():
    found, places = _told(_split("U3", "R2"))
    assert places["unit_grid", "U3"].hands == Hands(("R1",), ("R2",))
    assert (found.cases, found.components, found.persons) == (0, 1, ("R1", "R2"))
