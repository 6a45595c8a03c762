"""Unit grids drawn for one community after another: what lies outside the scope does not change by a bit."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import Phase, given
from hypothesis import strategies as st
from shapely import affinity

from gridmgmt_plugin.core.coverage.health.examine import examine, is_coverage
from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.areas.create_workspace import create_workspace
from gridmgmt_plugin.jobs.checks.validate_workspace import validate_workspace
from gridmgmt_plugin.jobs.unit_grids.generate_unit_grids import generate_unit_grids
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.districts import (
    COUNTY,
    areas,
    assert_cancel_leaves_nothing,
    assert_covers,
    drawn_town,
    dump,
    four_communities,
    grid_streets,
    lines,
    meddling,
    town,
)
from tests.jobs.refusals import refused_by
from tests.tries import tries

FIRST, SECOND = COUNTY + "001001", COUNTY + "001002"
WHOLE = shapely.box(0, 0, 800, 800)


def outside(workspace, codes):
    """Return every row outside the areas ``codes`` of what a drawing may touch, to the last bit."""
    found = {}
    for table, column in (("unit_grid", "area_code"), ("area", "code"), ("unit_grid_history", "area_code")):
        rows = workspace.read(table)
        kept = rows.take(~np.isin(rows[column].astype(str), codes))
        found[table] = (kept.fids.tolist(), shapely.to_wkb(kept.shapes, hex=True).tolist(), kept.records())
    register = workspace.read("code_register", geometry=False).records()
    found["code_register"] = [row for row in register if not row["code"].startswith(tuple(codes))]
    return found


refused = refused_by(generate_unit_grids)


def wobbly_communities(seed, angle, side=300.0, columns=3, vertices=3):
    """Return communities with crooked borders, turned, in metres of a real place."""
    random = np.random.default_rng(seed)
    corner = {
        (i, j): np.array([i, j]) * side + random.normal(0, side / 18, 2)
        for i in range(columns + 1)
        for j in range(columns + 1)
    }
    borders = {}

    def border(one, two):
        if (one, two) not in borders:
            steps = np.linspace(0, 1, vertices + 2)[1:-1, None]
            inner = corner[one] * (1 - steps) + corner[two] * steps + random.normal(0, side / 80, (vertices, 2))
            borders[one, two] = [corner[one], *inner, corner[two]]
        return borders[one, two]

    shapes = {}
    for i in range(columns):
        for j in range(columns):
            ring = [
                *border((i, j), (i + 1, j))[:-1],
                *border((i + 1, j), (i + 1, j + 1))[:-1],
                *border((i, j + 1), (i + 1, j + 1))[::-1][:-1],
                *border((i, j), (i, j + 1))[::-1][:-1],
            ]
            turned = affinity.rotate(shapely.Polygon(ring), angle, origin=(0, 0))
            shapes[f"{COUNTY}00{i + 1}00{j + 1}"] = affinity.translate(turned, 448_000, 4_418_000)
    return shapes


def crooked_streets(seed, angle, width):
    random = np.random.default_rng(seed)
    found = []
    for at in random.uniform(0, width, 6):
        found.append(shapely.LineString([(at, -20), (at + random.normal(0, 40), width + 20)]))
        found.append(shapely.LineString([(-20, at), (width + 20, at + random.normal(0, 40))]))
    turned = [affinity.rotate(line, angle, origin=(0, 0)) for line in found]
    return lines([affinity.translate(line, 448_000, 4_418_000) for line in turned])


class TestOneAfterAnother:
    def test_a_second_community_leaves_the_first_as_it_is(self, tmp_path):
        workspace = town(tmp_path)
        report = generate_unit_grids(workspace, None, scope=FIRST)
        assert set(workspace.read("unit_grid")["area_code"]) == {FIRST}
        assert report.accepted == workspace.count("unit_grid") == 16
        before = outside(workspace, [SECOND])
        generate_unit_grids(workspace, None, scope=SECOND, target_area_m2=7_000)
        assert outside(workspace, [SECOND]) == before
        assert_covers(workspace, shapely.box(0, 0, 400, 800), 1e-6)

    def test_all_communities_in_turn_are_as_sound_as_all_at_once(self, tmp_path):
        workspace = town(tmp_path)
        streets = grid_streets(800, 800, 90)
        for code in four_communities():
            generate_unit_grids(workspace, streets, scope=code)
        assert_covers(workspace, WHOLE, 1e-6)
        assert validate_workspace(workspace).result.errors == 0

    @pytest.mark.parametrize(
        "scope", [f"{FIRST},{SECOND}", f" {SECOND}；{FIRST} ", COUNTY + "001", COUNTY + "001000"]
    )
    def test_a_scope_names_areas_of_any_level(self, tmp_path, scope):
        workspace = town(tmp_path)
        generate_unit_grids(workspace, None, scope=scope)
        assert set(workspace.read("unit_grid")["area_code"]) == {FIRST, SECOND}

    def test_codes_begin_where_the_register_leaves_off(self, tmp_path):
        workspace = town(tmp_path)
        generate_unit_grids(workspace, None, scope=FIRST)
        generate_unit_grids(workspace, None, scope=SECOND)
        codes = workspace.read("unit_grid")["code"].tolist()
        register = workspace.read("code_register", geometry=False)
        assert sorted(codes) == sorted(register["code"].tolist())
        assert codes[0] == FIRST + "001"
        assert SECOND + "001" in codes

    def test_the_outline_of_an_undrawn_neighbour_stays_and_no_border_bends(self, tmp_path):
        workspace = town(tmp_path, shapes=wobbly_communities(3, 7.0))
        area = workspace.read("area")
        generate_unit_grids(workspace, None, scope=COUNTY + "001002")
        after = workspace.read("area")
        changed = ~shapely.equals_exact(shapely.normalize(after.geometry), shapely.normalize(area.geometry), 0.0)
        assert after["code"][changed].tolist() == [COUNTY + "001002"]
        bent_m2 = shapely.area(shapely.symmetric_difference(after.geometry[changed][0], area.geometry[changed][0]))
        assert bent_m2 < 1e-6


class TestRefusals:
    def test_new_is_refused_only_where_there_are_cells_and_says_where(self, tmp_path):
        workspace = town(tmp_path)
        generate_unit_grids(workspace, None, scope=FIRST)
        error = refused(workspace, "unit_grids_exist", None, scope=COUNTY + "001")
        assert f"{FIRST} (16)" in error.text("zh")
        assert SECOND not in error.text("zh")
        refused(workspace, "unit_grids_exist", None)

    @pytest.mark.parametrize("scope", ["990101009", f"{FIRST},990101001009", "社区"])
    def test_codes_that_no_area_has_are_refused(self, tmp_path, scope):
        error = refused(town(tmp_path), "scope_unknown", None, scope=scope)
        assert "009" in error.text("zh") or "社区" in error.text("zh")

    def test_an_unknown_mode_is_refused(self, tmp_path):
        refused(town(tmp_path), "import_mode_unknown", None, mode="update")

    def test_cancel_at_any_moment_leaves_the_workspace_as_it_was(self, tmp_path):
        workspace = town(tmp_path)
        generate_unit_grids(workspace, None, scope=FIRST)
        assert_cancel_leaves_nothing(
            lambda there, progress: generate_unit_grids(there, None, scope=SECOND, progress=progress), workspace.path
        )


class TestReplace:
    def test_the_same_drawing_again_changes_nothing_at_all(self, tmp_path):
        workspace = town(tmp_path)
        streets = grid_streets(800, 800, 90)
        generate_unit_grids(workspace, streets, scope=COUNTY + "001")
        before = dump(workspace.path)
        report = generate_unit_grids(workspace, streets, scope=COUNTY + "001", mode="replace")
        assert report.figures["kept"] == report.accepted
        assert report.figures["new"] == report.figures["withdrawn"] == 0
        after = dump(workspace.path)
        for table in ("unit_grid", "area", "code_register", "unit_grid_history"):
            assert after[table] == before[table], table

    def test_cells_of_a_whole_drawing_are_replaced_in_one_community(self, tmp_path):
        workspace = drawn_town(tmp_path)
        before = outside(workspace, [FIRST])
        report = generate_unit_grids(workspace, None, scope=FIRST, mode="replace", target_area_m2=20_000)
        assert outside(workspace, [FIRST]) == before
        assert report.figures["withdrawn"] > 0
        assert_covers(workspace, WHOLE, 1e-6)
        assert examine(workspace.read("unit_grid").geometry, WHOLE).of("missing_vertex").geometry.size == 0

    def test_numbers_of_drafts_are_given_back(self, tmp_path):
        workspace = drawn_town(tmp_path)
        generate_unit_grids(workspace, None, scope=FIRST, mode="replace", target_area_m2=20_000)
        mine = workspace.read("unit_grid", None, {"area_code": FIRST})["code"].tolist()
        assert sorted(mine) == [f"{FIRST}{number:03d}" for number in range(1, len(mine) + 1)]
        register = workspace.read("code_register", geometry=False)
        assert sorted(register["code"]) == sorted(workspace.read("unit_grid")["code"])

    def test_codes_handed_over_are_retired_with_their_successors_and_history(self, tmp_path):
        workspace = drawn_town(tmp_path)
        make_valid(workspace)
        old = set(workspace.read("unit_grid", None, {"area_code": FIRST})["code"])
        generate_unit_grids(workspace, None, scope=FIRST, mode="replace", target_area_m2=20_000)
        new = set(workspace.read("unit_grid", None, {"area_code": FIRST})["code"])
        assert not old & new
        register = {row["code"]: row for row in workspace.read("code_register", geometry=False).records()}
        assert {register[code]["state"] for code in old} == {"retired"}
        assert all(set(register[code]["successors"].split(",")) <= new for code in old)
        assert set(workspace.read("unit_grid_history")["code"]) == old

    def test_points_groups_and_departments_follow_and_it_can_be_taken_back(self, tmp_path):
        workspace = drawn_town(tmp_path)
        give_departments(workspace)
        before = {table: workspace.read(table).records() for table in ("unit_grid", "component", "area")}
        generate_unit_grids(workspace, None, scope=FIRST, mode="replace", target_area_m2=20_000)
        units = workspace.read("unit_grid")
        (at,) = np.flatnonzero(shapely.contains(units.geometry, shapely.Point(155, 155)))
        assert workspace.read("component")["unit_grid"].tolist() == [units["code"][at]]
        assert set(units["responsible_code"]) == {"D1"}
        take_back_last(workspace, "规划员")
        for table, rows in before.items():
            now = [{**row, "row_version": None} for row in workspace.read(table).records()]
            key = "code"
            assert sorted(now, key=lambda row: row[key]) == sorted(
                ({**row, "row_version": None} for row in rows), key=lambda row: row[key]
            )


class TestOverEdits:
    def test_what_people_drew_beside_the_scope_is_taken_as_it_is(self, tmp_path):
        workspace = drawn_town(tmp_path)
        place = bent_seam(workspace)
        before = outside(workspace, [FIRST])
        generate_unit_grids(workspace, None, scope=FIRST, mode="replace", target_area_m2=8_000)
        assert outside(workspace, [FIRST]) == before
        mine = workspace.read("unit_grid", None, {"area_code": FIRST}).geometry
        assert place in set(map(tuple, shapely.get_coordinates(mine).tolist()))
        assert is_coverage(workspace.read("unit_grid").geometry)

    def test_replacing_twice_over_edits_is_replacing_once(self, tmp_path):
        workspace = drawn_town(tmp_path)
        bent_seam(workspace)
        generate_unit_grids(workspace, None, scope=FIRST, mode="replace", target_area_m2=8_000)
        before = dump(workspace.path)
        report = generate_unit_grids(workspace, None, scope=FIRST, mode="replace", target_area_m2=8_000)
        assert report.figures["kept"] == report.accepted
        after = dump(workspace.path)
        assert all(after[name] == before[name] for name in ("unit_grid", "area", "code_register", "change_log"))

    def test_a_covered_extent_bounds_the_cells_of_a_scope_too(self, tmp_path):
        workspace = town(tmp_path)
        extent = shapely.Polygon([(50, 30), (760, 55), (740, 700), (90, 770)])
        with workspace.transaction("", "test") as transaction:
            transaction.insert("covered_extent", Rows({"code": as_column(["E1"])}, as_column([extent])))
        for code in four_communities():
            before = outside(workspace, [code])
            generate_unit_grids(workspace, None, scope=code)
            assert outside(workspace, [code]) == before
        assert_covers(workspace, extent, 0.5)
        assert is_coverage(workspace.read("unit_grid").geometry)

    @pytest.mark.proof
    def test_others_may_draw_elsewhere_meanwhile_but_not_beside(self, tmp_path):
        workspace = town(tmp_path, shapes=four_communities() | {COUNTY + "003001": shapely.box(2000, 0, 2400, 400)})
        elsewhere = meddling(lambda: generate_unit_grids(workspace, None, scope=COUNTY + "003001"))
        generate_unit_grids(workspace, None, scope=FIRST, progress=elsewhere)
        assert set(workspace.read("unit_grid")["area_code"]) == {FIRST, COUNTY + "003001"}
        beside = meddling(lambda: generate_unit_grids(workspace, None, scope=COUNTY + "002001"))
        with pytest.raises(GridError) as caught:
            generate_unit_grids(workspace, None, scope=COUNTY + "002002", progress=beside)
        assert caught.value.code == "row_changed_meanwhile"


def bent_seam(workspace):
    """Put a vertex off the grid into the border between the first community and the next, as a gesture would."""
    place = (133.00012345678, 400.0)
    units = workspace.read("unit_grid", ["code", "row_version"])
    at = np.flatnonzero(shapely.dwithin(units.geometry, shapely.Point(place), 1e-9))
    changed = units.take(at)
    bent = [shapely.Polygon([*with_vertex(shape.exterior.coords, place)]) for shape in changed.geometry]
    assert len(bent) == 2
    with workspace.transaction("", "test") as transaction:
        transaction.update("unit_grid", Rows({"row_version": changed["row_version"]}, as_column(bent), changed.fid))
    return place


def with_vertex(ring, place):
    points = list(ring)
    for one, two in zip(points, points[1:]):
        yield one
        if shapely.LineString([one, two]).distance(shapely.Point(place)) < 1e-9:
            yield place


def test_files_and_databases_draw_the_same_and_leave_the_same_alone(tmp_path, database_location):
    states = []
    for location in (tmp_path / "库.gpkg", database_location):
        create_workspace([areas(wobbly_communities(5, 11.0, columns=2))], location)
        workspace = Workspace.open(location)
        streets = crooked_streets(5, 11.0, 600)
        generate_unit_grids(workspace, streets, scope=FIRST)
        make_valid(workspace)
        before = outside(workspace, [SECOND])
        generate_unit_grids(workspace, streets, scope=SECOND)
        assert outside(workspace, [SECOND]) == before
        before = outside(workspace, [FIRST])
        generate_unit_grids(workspace, None, scope=FIRST, mode="replace", target_area_m2=20_000)
        assert outside(workspace, [FIRST]) == before
        states.append([sorted_rows(workspace, table) for table in ("unit_grid", "area", "code_register")])
    assert states[0] == states[1]


def sorted_rows(workspace, table):
    rows = workspace.read(table)
    shapes = [None] * len(rows) if table == "code_register" else shapely.to_wkb(rows.shapes, hex=True).tolist()
    skipped = ("changed_at",)
    records = [{name: value for name, value in row.items() if name not in skipped} for row in rows.records()]
    return sorted(zip([row["code"] for row in records], map(repr, records), shapes))


def make_valid(workspace):
    register = workspace.read("code_register", geometry=False)
    units = workspace.read("unit_grid", ["state", "row_version"], geometry=False)
    with workspace.transaction("", "test") as transaction:
        transaction.update("code_register", register.with_columns(state=["valid"] * len(register)))
        transaction.update("unit_grid", units.with_columns(state=["valid"] * len(units)))


def give_departments(workspace):
    units = workspace.read("unit_grid", ["row_version"], geometry=False)
    with workspace.transaction("", "test") as transaction:
        transaction.update("unit_grid", units.with_columns(responsible_code=["D1"] * len(units)))
        point = as_column([shapely.Point(155, 155)])
        transaction.insert("component", Rows({"code": as_column(["C1"]), "unit_grid": as_column(["?"])}, point))


@tries(8, phases=[Phase.explicit, Phase.generate])
@given(
    st.integers(0, 10_000),
    st.floats(0, 40),
    st.integers(0, 4),
    st.booleans(),
    st.permutations(range(9)),
    st.lists(st.integers(1, 8), max_size=3, unique=True),
)
@pytest.mark.proof
def test_any_order_of_any_communities_leaves_what_is_outside(
    tmp_path_factory, seed, angle, vertices, with_streets, order, breaks
):
    shapes = wobbly_communities(seed, angle, vertices=vertices)
    if not all(shape.is_valid for shape in shapes.values()):
        return
    path = tmp_path_factory.mktemp("梯次") / "库.gpkg"
    create_workspace([areas(shapes)], path)
    workspace = Workspace.open(path)
    streets = crooked_streets(seed, angle, 900) if with_streets else None
    codes = list(shapes)
    given_ground = shapely.union_all(workspace.read("area", None, {"level": "community"}).geometry)
    for group in np.split(np.array(order), sorted(breaks)):
        scope = [codes[i] for i in group]
        before = outside(workspace, scope)
        report = generate_unit_grids(workspace, streets, scope=",".join(scope))
        assert outside(workspace, scope) == before
        assert "cells_seam_open" not in [note.code for note in report.notes]
    ground = shapely.union_all(workspace.read("area", None, {"level": "community"}).geometry)
    assert_covers(workspace, ground, 1e-4)
    differing_m2 = shapely.area(shapely.symmetric_difference(ground, given_ground))
    assert differing_m2 < 0.002 * shapely.length(given_ground)
    assert len(examine(workspace.read("unit_grid").geometry, ground).of("missing_vertex", "overlap", "gap")) == 0
    redrawn = codes[order[0]]
    before = outside(workspace, [redrawn])
    generate_unit_grids(workspace, None, scope=redrawn, mode="replace", target_area_m2=6_000)
    assert outside(workspace, [redrawn]) == before
    assert_covers(workspace, ground, 1e-4)
