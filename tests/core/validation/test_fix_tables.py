"""Fixes: what is repaired is gone in the next check, nothing else breaks, and the rest is told with its reason."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.codes.layout import layout
from gridmgmt_plugin.core.codes.register import CodeRegister
from gridmgmt_plugin.core.errors import Cancelled
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.validation.fixing import FaultRef, fix_tables
from gridmgmt_plugin.core.validation.registry import validate_tables
from tests.core.validation.sound_workspace import (
    COMMUNITIES,
    SETTINGS,
    Tables,
    cell,
    sound_tables,
    unit_code,
    with_row,
    with_shape,
    with_value,
)
from tests.tries import tries

UNIT, NEXT = unit_code(0, 0), unit_code(1, 0)


def fix(tables: Tables, *rules: str, refs: list[FaultRef] | None = None, settings=SETTINGS):
    register = CodeRegister(layout("gb30428_2013"), tables["code_register"], "unit_grid")
    found = validate_tables(tables, settings).of(*rules)
    wanted = [FaultRef.of(issue) for issue in found] if refs is None else refs
    return fix_tables(tables, settings, wanted, register, "王工", "2025-03-07T08:00:00"), register


def drawn(tables: Tables, *shapes: tuple[int, list]) -> Tables:
    for row, corners in shapes:
        polygon = shapely.Polygon(corners)
        tables = with_shape(tables, "unit_grid", row, polygon)
        tables = with_value(tables, "unit_grid", row, "area_m2", shapely.make_valid(polygon).area)
    return tables


def errors(result) -> set[str]:
    return {issue.rule for issue in result.issues}


GAP = drawn(sound_tables(), (0, [(0, 0), (99.8, 0), (99.8, 100), (0, 100)]))
OVERLAP = drawn(sound_tables(), (0, [(0, 0), (100.2, 0), (100.2, 100), (0, 100)]))
OVERSHOOT = drawn(sound_tables(), (0, [(0, 0), (40, 0), (40, -3), (60, -3), (60, 0), (100, 0), (100, 100), (0, 100)]))
EXTRA_VERTEX = drawn(sound_tables(), (0, [(0, 0), (100, 0), (100, 50), (100, 100), (0, 100)]))
NEAR_MISS = drawn(sound_tables(), (0, [(0, 0), (100, 0), (100.02, 100.01), (0, 100)]))
SPIKE = drawn(
    sound_tables(),
    (0, [(0, 0), (100, 0), (100, 49.8), (120, 50), (100, 50.2), (100, 100), (0, 100)]),
    (2, [(100, 0), (200, 0), (200, 100), (100, 100), (100, 50.2), (120, 50), (100, 49.8)]),
)
CLOSE = drawn(
    sound_tables(),
    (0, [(0, 0), (100, 0), (100, 50), (100, 50.02), (100, 100), (0, 100)]),
    (2, [(100, 0), (200, 0), (200, 100), (100, 100), (100, 50.02), (100, 50)]),
)
ACROSS = drawn(sound_tables(), (2, [(100, 0), (200.3, 0), (200.3, 100), (100, 100)]))


@pytest.mark.daily(2)
@pytest.mark.parametrize(
    ("rule", "tables"),
    [
        ("unit_gap", GAP),
        ("unit_overlap", OVERLAP),
        ("unit_overshoot", OVERSHOOT),
        ("unit_missing_vertex", EXTRA_VERTEX),
        ("unit_near_miss", NEAR_MISS),
        ("unit_spike", SPIKE),
        ("unit_close_vertices", CLOSE),
        ("unit_overlap", ACROSS),
    ],
    ids=["gap", "overlap", "overshoot", "missing vertex", "near miss", "spike", "close", "across areas"],
)
def test_a_fault_of_geometry_is_repaired_where_it_is(rule, tables):
    result, _ = fix(tables, rule)
    assert result.refused == ()
    assert result.fixed
    assert rule not in errors(result.after)
    assert errors(result.after) <= errors(result.before)
    area = shapely.area(result.tables["unit_grid"].geometry)
    assert area.sum() == pytest.approx(80_000, abs=1e-6)
    assert result.tables["unit_grid"]["area_m2"].astype(float) == pytest.approx(area, abs=1e-3)
    assert set(result.units.changed) <= {0, 1, 2, 3, 4, 5}


def test_vertices_on_the_border_of_areas_stay_and_it_is_said_why():
    on_border = drawn(
        sound_tables(),
        (2, [(100, 0), (200, 0), (200, 50), (200.01, 50.02), (200, 100), (100, 100)]),
        (4, [(200, 0), (300, 0), (300, 100), (200, 100), (200.01, 50.02), (200, 50)]),
    )
    result, _ = fix(on_border, "unit_close_vertices")
    assert {reason.code for _, reason in result.refused} == {"fix_on_border"}


def test_all_that_is_wrong_is_fixed_at_once_and_far_cells_stay_to_the_last_bit():
    tables = drawn(sound_tables(), (0, [(0, 0), (99.8, 0), (99.8, 100), (0, 100)]))
    rules = ("unit_gap", "area_differs", "unit_missing_vertex")
    result, _ = fix(with_value(tables, "unit_grid", 7, "area_m2", 1.0), *rules)
    assert result.after.issues == ()
    before, after = tables["unit_grid"].geometry, result.tables["unit_grid"].geometry
    assert all(before[row] is after[row] for row in (3, 4, 5, 6, 7))


def test_the_ground_that_each_cell_gains_and_loses_is_told():
    result, _ = fix(OVERLAP, "unit_overlap")
    assert sum(result.lost_m2.values()) == pytest.approx(20)
    assert sum(result.gained_m2.values()) == pytest.approx(0, abs=1e-6)


SLIVER = f"{COMMUNITIES[0]}009"


def with_sliver() -> Tables:
    tables = drawn(
        sound_tables(),
        (0, [(0, 0), (99.5, 0), (99.5, 100), (0, 100)]),
        (1, [(0, 100), (99.5, 100), (100, 100), (100, 200), (0, 200)]),
    )
    record = {"code": SLIVER, "area_code": COMMUNITIES[0], "area_m2": 50.0, "grid_kind": "街区", "rg_cg": "G1"}
    tables = with_row(tables, "unit_grid", record, shapely.box(99.5, 0, 100, 100))
    return with_row(tables, "code_register", {"code": SLIVER, "kind": "unit_grid", "state": "draft"})


def test_a_sliver_goes_to_the_neighbour_with_the_longest_border_and_its_code_back():
    result, register = fix(with_sliver(), "unit_sliver")
    assert result.after.issues == ()
    assert result.units.removed.tolist() == [8]
    assert set(result.units.heirs[SLIVER]) <= {UNIT, NEXT}
    assert SLIVER not in register


def test_a_fix_that_brings_another_fault_is_taken_back_and_the_code_stays():
    limits = dataclasses.replace(SETTINGS, thresholds={"area_ranges_m2": {"街区": [10, 9_960]}})
    result, register = fix(with_sliver(), "unit_sliver", settings=limits)
    assert [message.code for _, message in result.refused] == ["fix_makes_another"]
    assert result.fixed == ()
    assert register.state(SLIVER) == "draft"
    assert len(result.tables["unit_grid"]) == 9


def test_of_two_copies_one_stays_and_a_valid_code_is_retired_with_its_successor():
    code = f"{COMMUNITIES[0]}009"
    record = {"code": code, "area_code": COMMUNITIES[0], "area_m2": 10000.0, "grid_kind": "街区", "rg_cg": "G1"}
    tables = with_row(sound_tables(), "unit_grid", record, cell(0, 0))
    tables = with_row(tables, "code_register", {"code": code, "kind": "unit_grid", "state": "valid"})
    result, register = fix(tables, "unit_duplicate")
    gone, heirs = next(iter(result.units.heirs.items()))
    assert {gone, *heirs} == {code, UNIT}
    assert register.entry(gone).state == "retired"
    assert register.entry(gone).successors == tuple(heirs)
    assert "unit_duplicate" not in errors(result.after)


def test_points_on_ground_that_changes_hands_go_with_it():
    tables = with_shape(OVERLAP, "component", 0, shapely.Point(100.1, 30))
    tables = with_value(tables, "component", 0, "unit_grid", UNIT)
    result, _ = fix(tables, "unit_overlap")
    assert "component_elsewhere" not in errors(result.after)


def test_values_that_the_drawing_tells_are_set_right():
    tables = with_value(sound_tables(), "unit_grid", 0, "area_m2", 1.0)
    tables = with_value(tables, "unit_grid", 1, "area_m2", None)
    tables = with_value(tables, "lane", 0, "length_m", 999.0)
    tables = with_value(tables, "component", 0, "unit_grid", NEXT)
    tables = with_value(tables, "cases", 0, "unit_grid", UNIT)
    rules = ("area_differs", "attribute_missing", "lane_length_differs", "component_elsewhere", "case_elsewhere")
    result, _ = fix(tables, *rules)
    assert len(result.fixed) == 5
    assert result.after.issues == ()
    assert {(fix.table, fix.column) for fix in result.values} == {
        ("unit_grid", "area_m2"),
        ("lane", "length_m"),
        ("component", "unit_grid"),
        ("cases", "unit_grid"),
    }


def test_the_standing_of_a_lane_becomes_that_of_its_inspections():
    result, _ = fix(with_value(sound_tables(), "lane_inspection", 0, "score", 80.0), "lane_standing_differs")
    assert result.tables["lane"]["standing"].tolist() == ["不达标"]
    assert (len(result.fixed), result.after.issues) == (1, ())


@pytest.mark.parametrize("scheme", [None, "cg"])
def test_a_term_that_ran_out_is_over_and_an_older_one_of_the_role_is_no_news(scheme):
    tables = sound_tables()
    over = {"target": "lane", "target_code": "L1", "person_id": "R1", "role": "street_chief"}
    tables = with_row(
        tables, "post", {"id": "P0", "target": "responsibility_grid", "target_code": "G9", "scheme": "hw"}
    )
    for key, last in (("P8", "2025-01-31"), ("P9", "2025-03-06")):
        tables = with_row(tables, "post", {"id": key, **over, "valid_from": "2024-01-01", "valid_to": last})
    settings = dataclasses.replace(SETTINGS, scheme=scheme)
    result, _ = fix(tables, "lane_post_expired", settings=settings)
    assert len(result.fixed) == 1
    reasons = dict(zip(result.tables["post"]["id"], result.tables["post"]["end_reason"]))
    assert {key: reason for key, reason in reasons.items() if reason} == {"P9": "任期届满"}
    assert "lane_post_expired" not in errors(result.after)


def test_a_missing_code_becomes_the_next_free_one():
    result, register = fix(with_value(sound_tables(), "unit_grid", 0, "code", None), "code_missing")
    code = result.tables["unit_grid"]["code"][0]
    assert result.fixed
    assert register.state(code) == "draft"
    assert code.startswith(COMMUNITIES[0])


def test_a_code_that_a_cell_bears_without_being_registered_is_not_given_again():
    tables = with_value(sound_tables(), "unit_grid", 0, "code", None)
    tables = with_value(tables, "unit_grid", 1, "code", f"{COMMUNITIES[0]}005")
    result, _ = fix(tables, "code_missing")
    assert result.tables["unit_grid"]["code"][0] == f"{COMMUNITIES[0]}006"


def test_of_a_code_used_twice_the_first_row_keeps_it():
    result, _ = fix(with_value(sound_tables(), "unit_grid", 1, "code", UNIT), "code_duplicate")
    codes = result.tables["unit_grid"]["code"]
    assert codes[0] == UNIT
    assert len(set(codes)) == 8


def test_a_code_that_nobody_registered_is_entered():
    tables = with_value(sound_tables(), "code_register", 0, "code", f"{COMMUNITIES[0]}050")
    result, register = fix(tables, "code_unregistered")
    assert len(result.fixed) == 1
    assert register.state(UNIT) == "draft"


def test_what_only_a_planner_can_decide_is_refused_with_the_reason():
    tables = with_value(sound_tables(), "unit_grid", 0, "area_code", COMMUNITIES[1])
    result, _ = fix(tables, "code_parent")
    assert [message.code for _, message in result.refused] == ["fix_by_hand"]
    assert result.tables["unit_grid"]["area_code"][0] == COMMUNITIES[1]


def test_a_name_cannot_be_made_up():
    result, _ = fix(with_value(sound_tables(), "lane", 0, "name", None), "attribute_missing")
    assert [message.code for _, message in result.refused] == ["fix_by_hand"]


def test_an_issue_that_is_gone_is_told():
    result, _ = fix(sound_tables(), refs=[FaultRef("unit_gap", ("@1,1",))])
    assert [message.code for _, message in result.refused] == ["fix_gone"]


def test_the_tables_given_are_not_touched():
    before = [shape.wkb for shape in GAP["unit_grid"].geometry]
    fix(GAP, "unit_gap")
    assert [shape.wkb for shape in GAP["unit_grid"].geometry] == before


def test_a_cancel_is_felt():
    progress = Progress(is_cancelled=lambda: True)
    refs = [FaultRef.of(issue) for issue in validate_tables(GAP, SETTINGS).of("unit_gap")]
    with pytest.raises(Cancelled):
        fix_tables(GAP, SETTINGS, refs, progress=progress)


SHIFTS = st.tuples(st.integers(0, 7), st.floats(-0.4, 0.4), st.floats(-0.4, 0.4))


@tries(25)
@given(st.lists(SHIFTS, min_size=1, max_size=3, unique_by=lambda shift: shift[0]))
def test_whatever_is_shifted_no_fix_makes_it_worse(moves):
    tables = sound_tables()
    shapes = tables["unit_grid"].geometry.copy()
    for row, dx, dy in moves:
        shapes[row] = shapely.transform(shapes[row], lambda c, dx=dx, dy=dy: np.round(c + np.array([dx, dy]), 3))
    tables = {**tables, "unit_grid": tables["unit_grid"].with_geometry(shapes)}
    rules = ("unit_overlap", "unit_gap", "unit_overshoot", "unit_near_miss", "unit_missing_vertex")
    result, _ = fix(tables, *rules)
    before, after = result.before.figures["rules"], result.after.figures["rules"]
    assert all(after[rule] <= before[rule] for rule in after)
    total = shapely.union_all(result.tables["unit_grid"].geometry)
    assert shapely.area(shapely.difference(total, shapely.box(-1, -1, 401, 201))) == 0
    left = {(ref.rule, ref.keys) for ref in result.fixed}
    found = {(issue.rule, issue.object_keys) for issue in result.after.issues}
    refused = {(ref.rule, ref.keys) for ref, _ in result.refused}
    assert not (left - refused) & found
