"""The same change leaves the same tables, whoever makes it: gestures and a save, an import, or a repair."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import numpy as np
import pytest
import shapely
from hypothesis import Phase, assume, given
from hypothesis import strategies as st
from pyproj import CRS
from qgis.core import QgsFeature, QgsGeometry

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.validation.fix_attempt import FaultRef
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.checks.fix_issues import plan_fixes, write_fixes
from gridmgmt_plugin.jobs.checks.validate_workspace import validate_workspace
from gridmgmt_plugin.jobs.unit_grids.import_unit_grids import import_unit_grids
from gridmgmt_plugin.workspace.changes.take_back import last_save, take_back_last
from gridmgmt_plugin.workspace.location import GeoPackageLocation
from gridmgmt_plugin.workspace.schema import table
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.editing.saving.town import AREAS, FRAME, SIDE, Desk, box, code, log_of, make_town, place, rows_of
from tests.tries import tries
from tests.workspace.content import content
from tests.workspace.places import KINDS, place_of

# What says who changed something, how and when; areas get the vertices of imported cells.
_HOW = ("cause", "reason", "changed_at", "changed_by", "created_at")
FRAME_WKT = CRS.from_epsg(FRAME.epsg).to_wkt("WKT1_GDAL")
_DERIVED = ("area_code", "area_m2", "state")
TODAY = date(2026, 3, 2)
# To shrink an example takes minutes, for each writes several workspaces; those found are short already.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["across", "down", "merge", "shift"]),
        st.integers(1, SIDE * SIDE),
        st.sampled_from([20, 35, 50, 70]),
    ),
    min_size=1,
    max_size=5,
)


def furnish(workspace: Workspace) -> Workspace:
    """Put in what else hangs on cells: ledger items of every shape, also without one, exemptions, and a post."""
    places = [(0.4, 0.6), (1.5, 1.5), (2.2, 3.7), (3.9, 0.1)]
    line = shapely.LineString([place(*at) for at in ((1.2, 1.4), (2.5, 1.5), (3.8, 1.6))])
    ground = shapely.Polygon([place(*at) for at in ((0.2, 2.2), (1.6, 2.2), (1.6, 2.8), (0.2, 2.8))])
    spots = as_column([*(shapely.Point(*place(*at)) for at in places), line, ground, *[None] * 4])
    numbers = [1, 6, 15, 4, 7, 9, 1, 2, 6, 7]
    items = {
        "ledger": as_column(["tree"] * 10),
        "key": as_column(f"t{n}" for n in range(10)),
        "unit_grid": as_column(code(n) for n in numbers),
    }
    with workspace.transaction("", "test") as transaction:
        transaction.insert("ledger_item", Rows(items, spots))
        keys = [{"rule": "spike", "object_key": code(n), "reason": "现状"} for n in (2, 5, 6, 9, 11)]
        transaction.insert("exemption", Rows.from_records(keys))
        post = {"id": "G1", "target": "responsibility_grid", "target_code": f"{AREAS[0]}001", "scheme": "cg"}
        transaction.insert("post", Rows.from_records([{**post, "role": "巡查", "valid_from": "2024-01-01"}]))
    return workspace


def seen(workspace: Workspace) -> dict:
    """Return what is to be the same; areas by their ground."""
    names = [name for name in content(workspace) if name != "area"]
    found = content(workspace, names, without=_HOW)
    areas = workspace.read("area")
    found["area"] = {c: round(float(shapely.area(s)), 6) for c, s in zip(areas["code"], areas.geometry)}
    return found


def logged(workspace: Workspace) -> dict:
    """Return cell → what the change log tells of it, before and after all of its lines; cells that end as they were
    are left out, for gestures have lines of what came and went between.
    """
    found: dict[str, tuple] = {}
    for line in log_of(workspace):
        if line["table_name"] != "unit_grid":
            continue
        before, after = (told(line[side]) for side in ("before", "after"))
        first, last = found.get(line["row_key"], (before, None))
        first = None if first is None else {**(before or {}), **first}
        found[line["row_key"]] = first, None if after is None else {**(last or {}), **after}
    return {cell: net for cell, sides in found.items() if any(net := differing(*sides))}


def told(side: dict | None) -> dict | None:
    """Return what one side of a line tells, outlines wherever their rings begin."""
    if side is None:
        return None
    shown = {**side, **side.get("attributes", {})}
    shown.pop("attributes", None)
    shown["area_m2"] = round(shown["area_m2"], 3)
    if shown.get("geometry") is not None:
        shown["geometry"] = shapely.normalize(shapely.from_wkb(shown["geometry"])).wkt
    return shown


def differing(before: dict | None, after: dict | None) -> tuple:
    """Return both sides without what is the same in them; all of a cell that is new or gone."""
    if before is None or after is None:
        return before, after
    names = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    return tuple({name: side.get(name) for name in names} for side in (before, after))


def take_step(desk: Desk, kind: str, number: int, percent: int) -> None:
    """Make a change whose corners lie on the precision grid, so that a file can hold it exactly."""
    chosen = code(number)
    if chosen not in desk.codes():
        return
    minx, miny, maxx, maxy = desk.shape(chosen).bounds
    origin = place(0, 0)
    west, south, east, north = ((v - o) / 100 for v, o in zip((minx, miny, maxx, maxy), origin * 2))
    if kind == "across":
        row = south + round((north - south) * percent / 100, 2)
        desk.split(number, [(west - 1, row), (east + 1, row)])
    elif kind == "down":
        column = west + round((east - west) * percent / 100, 2)
        desk.split(number, [(column, south - 1), (column, north + 1)])
    elif kind == "merge":
        beside = number % (SIDE * SIDE) + 1
        if code(beside) in desk.codes():  # it may have been merged into another one before
            desk.merge(number, beside)
    else:
        shift_corner(desk, (maxx, maxy), (percent / 10, -percent / 10))


def shift_corner(desk: Desk, corner, by) -> None:
    """Move a vertex in all the cells that have it, as QGIS's vertex tool does with topological editing."""
    moved = {corner: (corner[0] + by[0], corner[1] + by[1])}
    inside = box(0.1, 0.1, SIDE - 0.2, SIDE - 0.2)
    if not inside.contains(shapely.Point(corner)):
        return
    desk.layer.beginEditCommand("移动节点")
    for feature in desk.layer.getFeatures():
        shape = shapely.from_wkb(feature.geometry().asWkb().data())
        ring = [moved.get(xy, xy) for xy in shape.exterior.coords]
        if ring != list(shape.exterior.coords):
            assert desk.layer.changeGeometry(feature.id(), QgsGeometry.fromWkt(shapely.Polygon(ring).wkt))
    desk.layer.endEditCommand()


def as_file(rows: Rows) -> tuple[Source, dict[str, str]]:
    """Return unit grids as a layer that an office sends, and the map of its fields."""
    fields = {name: rows[name] for name in table("unit_grid").column_names if name not in _DERIVED}
    source = Rows(fields, rows.geometry)
    found = Source(source, "网格", "网格.gpkg", FRAME_WKT, "utf-8", row_numbers=np.arange(1, len(rows) + 1))
    return found, {name: name for name in fields if name != "code"}


def imported(workspace: Workspace, rows: Rows, mode: str) -> None:
    source, fields = as_file(rows)
    scope = AREAS[0][:6] if mode == "replace" else None
    import_unit_grids(workspace, source, code_field="code", field_map=fields, mode=mode, scope=scope, author="王工")


def drawn_natively(workspace: Workspace, after: Rows) -> Desk:
    """Bring the unit grids into a state with QGIS's own edits, without a gesture of ours."""
    desk = Desk(workspace)
    wanted = {c: (rows, s) for c, rows, s in zip(after["code"], after.records(), after.geometry)}
    desk.layer.beginEditCommand("外部修改")
    for feature in list(desk.layer.getFeatures()):
        row, shape = wanted.pop(str(feature["code"]), (None, None))
        if row is None:
            desk.layer.deleteFeature(feature.id())
        elif not shapely.from_wkb(feature.geometry().asWkb().data()).equals_exact(shape, 0):
            assert desk.layer.changeGeometry(feature.id(), QgsGeometry.fromWkt(shapely.to_wkt(shape, -1)))
    for row, shape in wanted.values():
        feature = QgsFeature(desk.layer.fields())
        feature.setGeometry(QgsGeometry.fromWkt(shapely.to_wkt(shape, -1)))
        for name in desk.layer.fields().names():
            if name in row and row[name] is not None and name not in ("fid", "row_version"):
                feature[name] = row[name]
        assert desk.layer.addFeature(feature)
    desk.layer.endEditCommand()
    return desk


@pytest.fixture
def new_town(tmp_path):
    """Return a function that makes the same town again and again."""

    def made(valid) -> Workspace:
        location = GeoPackageLocation(tmp_path / f"{uuid4().hex}.gpkg")
        return furnish(make_town(location, valid=tuple(sorted(valid))))

    return made


def all_of_it_comes_back(workspace: Workspace, before: dict) -> None:
    while last_save(workspace) is not None:
        take_back_last(workspace, "王工")
    now = content(workspace)
    assert now.pop("area")  # compared as ground, for a file brings its vertices
    assert now == {name: rows for name, rows in before.items() if name != "area"}


@tries(12, least=3, phases=PHASES)
@given(steps=STEPS, valid=st.sets(st.integers(1, SIDE * SIDE), max_size=8))
def test_gestures_and_a_save_an_import_and_a_replacement_leave_the_same_tables(new_town, steps, valid):
    saved, updated, replaced = (new_town(valid) for _ in range(3))
    before = content(saved)
    desk = Desk(saved)
    try:
        for step in sorted(steps, key=lambda one: one[0] == "shift"):  # a cut of a slanted edge leaves the grid
            try:
                take_step(desk, *step)
            except InputError:
                continue  # what a gesture cannot do is the gestures' affair
        assert desk.save(), [fault.message.text() for fault in desk.refusals[-1].faults]
    finally:
        desk.close()
    after = saved.read("unit_grid")
    imported(replaced, after, "replace")
    assert seen(replaced) == seen(saved)
    assert logged(replaced) == logged(saved)
    stored = set(updated.read("unit_grid")["code"])
    if set(after["code"]) == stored:  # an update knows no new cells and none that went
        imported(updated, after, "update")
        assert seen(updated) == seen(saved)
        assert logged(updated) == logged(saved)
        all_of_it_comes_back(updated, before)
    all_of_it_comes_back(saved, before)
    all_of_it_comes_back(replaced, before)


def test_a_save_and_a_replacement_leave_the_same_tables_in_a_database(request, tmp_path, qgis_app):
    with place_of("database", tmp_path, request) as one, place_of("database", tmp_path, request) as two:
        saved, replaced = (furnish(make_town(place.location, valid=(1, 2, 6))) for place in (one, two))
        before = content(saved)
        desk = Desk(saved)
        try:
            for step in (("down", 6, 35), ("merge", 1, 0), ("across", 12, 70), ("shift", 11, 50)):
                take_step(desk, *step)
            assert desk.save(), [fault.message.text() for fault in desk.refusals[-1].faults]
        finally:
            desk.close()
        imported(replaced, saved.read("unit_grid"), "replace")
        assert seen(replaced) == seen(saved)
        assert logged(replaced) == logged(saved)
        all_of_it_comes_back(saved, before)
        all_of_it_comes_back(replaced, before)


@pytest.mark.parametrize("kind", KINDS)
def test_a_save_and_an_update_leave_the_same_tables(request, tmp_path, qgis_app, kind):
    with place_of(kind, tmp_path, request) as place:
        saved, updated = (furnish(make_town(one, valid=(1, 6))) for one in (place.location, place.another()))
        before = content(saved)
        desk = Desk(saved)
        try:
            for step in (("shift", 6, 50), ("shift", 11, 20)):
                take_step(desk, *step)
            assert desk.save(), [fault.message.text() for fault in desk.refusals[-1].faults]
        finally:
            desk.close()
        imported(updated, saved.read("unit_grid"), "update")
        assert seen(updated) == seen(saved) != before
        assert logged(updated) == logged(saved) != {}
        all_of_it_comes_back(saved, before)
        all_of_it_comes_back(updated, before)


def narrowed(workspace: Workspace, number: int, width_m: float) -> None:
    """Leave a gap on the east side of a cell, as a careless drawing does."""
    row = rows_of(workspace, "unit_grid")[code(number)]
    minx, miny, maxx, maxy = row["geometry"].bounds
    units = workspace.read("unit_grid")
    at = units["code"].tolist().index(code(number))
    shape = shapely.box(minx, miny, maxx - width_m, maxy)
    with workspace.transaction("", "test") as transaction:
        columns = {"area_m2": as_column([round(shape.area, 3)])}
        transaction.update("unit_grid", Rows(columns, as_column([shape]), units.fids[[at]]), derived=True)


def doubled(workspace: Workspace, number: int) -> None:
    """Draw a cell twice, the second time under another code."""
    units = workspace.read("unit_grid")
    at = units["code"].tolist().index(code(number))
    copy = units.take([at]).with_columns(code=[code(90)], name=["重复"])
    entry = {"code": code(90), "kind": "unit_grid", "state": "valid"}
    with workspace.transaction("", "test") as transaction:
        transaction.insert("unit_grid", Rows(copy.columns, copy.geometry).with_columns(state=["valid"]))
        transaction.insert("code_register", Rows.from_records([entry]))
        keys = [{"rule": "unit_spike", "object_key": code(90), "reason": "重复"}]
        transaction.insert("exemption", Rows.from_records(keys))


@tries(8, least=3, phases=PHASES)
@given(
    number=st.sampled_from([1, 6, 7, 11, 14]),
    width_m=st.sampled_from([0.05, 0.2, 0.4]),
    twice=st.booleans(),
    valid=st.sets(st.integers(1, SIDE * SIDE), max_size=8),
)
def test_a_repair_an_edit_and_an_import_leave_the_same_tables(new_town, number, width_m, twice, valid):
    fixed, edited, replaced, *updated = towns = [new_town(valid) for _ in range(3 if twice else 4)]
    for town in towns:
        narrowed(town, number, width_m)
        if twice:
            doubled(town, 16)
    before = content(fixed)
    rules = ("unit_gap", "unit_duplicate") if twice else ("unit_gap",)
    found = validate_workspace(fixed, today=TODAY).result.of(*rules)
    plan = plan_fixes(fixed, [FaultRef.of(issue) for issue in found], author="王工", today=TODAY)
    assume(len(plan.fixed) == len(found))  # which faults a repair clears is tested where repairs are
    write_fixes(fixed, plan, "王工")
    after = fixed.read("unit_grid")
    desk = drawn_natively(edited, after)
    try:
        assert desk.save(), [fault.message.text() for fault in desk.refusals[-1].faults]
    finally:
        desk.close()
    assert seen(edited) == seen(fixed)
    assert logged(edited) == logged(fixed)
    imported(replaced, after, "replace")
    for town in updated:  # which takes no cell away
        imported(town, after, "update")
    for town in (replaced, *updated):
        assert seen(town) == seen(fixed)
        assert logged(town) == logged(fixed)
    for town in towns:
        all_of_it_comes_back(town, before)


def test_a_number_that_a_replacement_gives_out_again_brings_no_exemption_along(new_town):
    town = new_town(())
    shapes = [box(0, 0, SIDE, 1), box(0, 1, SIDE, SIDE - 1)]
    file = Source(Rows({}, as_column(shapes)), "新", "新.gpkg", FRAME_WKT, "utf-8", row_numbers=np.arange(1, 3))
    import_unit_grids(town, file, mode="replace", scope=AREAS[0])
    codes = set(town.read("unit_grid")["code"])
    assert {code(1), code(2)} <= codes
    left = town.read("exemption")["object_key"]
    assert not [key for key in left if set(key.split("|")) & {code(n) for n in range(1, 17)}]
    items = town.read("ledger_item")
    assert set(items["unit_grid"]) <= codes
    assert town.count("unit_grid_history") == 0
