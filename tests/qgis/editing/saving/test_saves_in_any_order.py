"""Cut, merged, painted, undone and saved in any order: sound after every save, and all of it comes back."""

from __future__ import annotations

from uuid import uuid4

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.coverage.health.examine import examine
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.locate import locate_points
from gridmgmt_plugin.workspace.changes.take_back import last_save, take_back_last
from gridmgmt_plugin.workspace.location import GeoPackageLocation
from tests.qgis.editing.saving.test_take_back import content
from tests.qgis.editing.saving.town import AREAS, Desk, make_town, place, rows_of
from tests.tries import tries

STEPS = st.lists(
    st.tuples(st.sampled_from(["across", "down", "merge", "paint", "undo", "redo", "save"]), st.integers(0, 63)),
    min_size=4,
    max_size=14,
)


def take_step(desk: Desk, kind: str, pick: int) -> None:
    codes = [text for text in desk.codes() if text.startswith(AREAS[0])]
    chosen = codes[pick % len(codes)]
    number, (minx, miny, maxx, maxy) = int(chosen[12:]), desk.shape(chosen).bounds
    origin = place(0, 0)
    column, row = ((minx + maxx) / 2 - origin[0]) / 100, ((miny + maxy) / 2 - origin[1]) / 100
    stack = desk.layer.undoStack()
    if kind == "across":
        desk.split(number, [(column - 3, row), (column + 3, row + 0.003)])
    elif kind == "down":
        desk.split(number, [(column, row - 3), (column + 0.003, row + 3)])
    elif kind == "merge":
        desk.merge(number, int(codes[(pick + 1) % len(codes)][12:]))
    elif kind == "paint":
        desk.set(chosen, rg_cg=f"{AREAS[0]}{1 + pick % 2:03d}", note=str(pick))
    elif kind == "undo":
        stack.undo()
    elif kind == "redo":
        stack.redo()
    else:
        assert desk.save(), [fault.message.text() for fault in desk.refusals[-1].faults] or desk.refusals[-1].code


def sound(town) -> None:
    cells, register = rows_of(town, "unit_grid"), rows_of(town, "code_register")
    rows = town.read("unit_grid")
    outline = shapely.union_all(town.read("area").geometry)
    faults = examine(rows.geometry, outline, near_m=0.01, sliver_width_m=0.0, spike_angle_deg=0.0, min_edge_m=0.0)
    assert not faults.counts()
    assert {text for text, row in register.items() if row["state"] != "retired"} == set(cells)
    for text, row in register.items():
        if row["state"] == "retired":
            assert text not in cells
    for grid in rows_of(town, "responsibility_grid").values():
        members = [row for row in cells.values() if row["rg_cg"] == grid["code"]]
        assert grid["unit_count"] == len(members)
        assert grid["area_m2"] == pytest.approx(sum(row["area_m2"] for row in members), abs=0.01)
    points = town.read("component")
    spots = locate_points(shapely.get_x(points.geometry), shapely.get_y(points.geometry), rows.geometry, rows["code"])
    assert points["unit_grid"].tolist() == rows["code"][spots].tolist()


@tries(8, least=3)
@given(steps=STEPS)
def test_every_save_is_sound_and_comes_back(tmp_path, steps):
    path = tmp_path / f"{uuid4().hex}.gpkg"  # what QGIS still keeps of the example before belongs to another file
    town = make_town(GeoPackageLocation(path), valid=tuple(range(1, 9)))
    before = content(town)
    desk = Desk(town)
    try:
        for kind, pick in [*steps, ("save", 0)]:
            try:
                take_step(desk, kind, pick)
            except InputError:
                continue  # what a gesture cannot do is the gestures' affair
            if kind == "save":
                sound(town)
    finally:
        desk.close()
    while last_save(town) is not None:
        take_back_last(town, "王工")
    assert content(town) == before
