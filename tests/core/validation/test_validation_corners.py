"""Where rules keep silent, what they do with odd tables, and how a mass of faults is told."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.validation.catalogue import rule_infos
from gridmgmt_plugin.core.validation.issue import SEVERITIES
from gridmgmt_plugin.core.validation.registry import issue_rows, validate_tables
from tests.core.validation.sound_workspace import (
    COMMUNITIES,
    SETTINGS,
    STREET,
    cell,
    sound_tables,
    unit_code,
    with_row,
    with_shape,
    with_summed_outlines,
    with_value,
    without_row,
)
from tests.languages import LANGUAGES
from tests.tries import tries

UNIT = unit_code(0, 0)


def rules_of(tables, validation_settings=SETTINGS) -> set[str]:
    return {issue.rule for issue in validate_tables(tables, validation_settings).issues}


def own(**thresholds):
    return dataclasses.replace(SETTINGS, thresholds=thresholds)


# --- a mass of faults ---


def crowd(count: int):
    """Return sound tables with so many components beside all grids, keyed W000 …."""
    tables = sound_tables()
    points = shapely.points(np.full(count, -50.0), np.arange(count, dtype=float))
    rows = Rows.from_records([{"code": f"W{n:03d}", "class_code": "0101"} for n in range(count)], points)
    return {**tables, "component": rows}


def test_of_a_mass_of_faults_the_first_are_listed_and_the_rest_is_counted():
    result = validate_tables(crowd(25), own(listed_per_rule=10))
    found = result.of("component_outside")
    assert [issue.object_keys[0] for issue in found] == [*(f"W{n:03d}" for n in range(10)), "…"]
    assert [issue.count for issue in found] == [1] * 10 + [15]
    assert result.warnings == 25
    assert result.figures["rules"]["component_outside"] == 25
    assert result.figures["classes"]["relations"]["warnings"] == 25
    for language in LANGUAGES:
        assert "15" in found[-1].message.text(language)
        assert len(issue_rows(result, language)) == 11


def test_exactly_as_many_faults_as_are_listed_need_no_rest():
    found = validate_tables(crowd(10), own(listed_per_rule=10)).of("component_outside")
    assert [issue.count for issue in found] == [1] * 10


def test_an_exempted_fault_beyond_the_limit_is_still_shown_and_does_not_count():
    tables = crowd(25)
    tables["exemption"] = Rows.from_records(
        [{"rule": "component_outside", "object_key": key, "author": "甲"} for key in ("W020", "W003")]
    )
    result = validate_tables(tables, own(listed_per_rule=10))
    assert result.warnings == 23
    assert result.exempted == 2
    assert {issue.object_keys[0] for issue in result.issues if issue.exempted} == {"W003", "W020"}


def test_a_rule_with_many_faults_can_be_cancelled_on_the_way():
    calls: list[float] = []
    validate_tables(crowd(30), SETTINGS, Progress(calls.append))
    assert calls == sorted(calls)


# --- one scheme of several ---


def two_schemes():
    """Return sound tables with a second scheme in which nearly everything is wrong."""
    tables = with_row(sound_tables(), "scheme", {"key": "hw", "title": "环卫", "base": "unit_grid"})
    tables = with_value(tables, "unit_grid", 0, "rg_hw", "H9")
    tables = with_row(tables, "responsibility_grid", {"scheme": "hw", "code": None, "name": None}, None)
    post = {"id": None, "target": "responsibility_grid", "target_code": "H8", "scheme": "hw", "person_id": "R9"}
    return with_row(tables, "post", {**post, "role": "grid_leader"})


def test_what_is_wrong_in_another_scheme_does_not_hold_up_this_one():
    assert validate_tables(two_schemes(), dataclasses.replace(SETTINGS, scheme="cg")).issues == ()
    assert {"unit_unassigned", "person_unknown", "post_target_unknown", "code_missing"} <= rules_of(two_schemes())


def test_row_numbers_are_those_of_the_whole_table_also_when_one_scheme_is_checked():
    tables = two_schemes()
    for settings_ in (SETTINGS, dataclasses.replace(SETTINGS, scheme="hw")):
        missing = validate_tables(tables, settings_).of("code_missing")
        assert [(i.table, i.object_keys) for i in missing] == [("responsibility_grid", ("#3",)), ("post", ("#4",))]
        assert "3" in missing[0].message.text("zh")


def test_a_post_of_no_scheme_in_particular_counts_for_each():
    tables = with_value(sound_tables(), "post", 0, "scheme", None)
    assert validate_tables(tables, SETTINGS).issues == ()
    assert validate_tables(tables, dataclasses.replace(SETTINGS, scheme="cg")).issues == ()


def test_a_post_in_the_grid_of_another_scheme_is_at_something_that_does_not_exist():
    tables = with_row(sound_tables(), "scheme", {"key": "hw", "title": "环卫", "base": "lane"})
    tables = with_value(tables, "post", 0, "scheme", "hw")
    assert "post_target_unknown" in rules_of(tables)


def test_sentences_name_a_scheme_by_its_title():
    tables = with_summed_outlines(with_value(sound_tables(), "unit_grid", 0, "rg_cg", None))
    (issue,) = validate_tables(tables, SETTINGS).issues
    assert "“城管巡查”" in issue.message.text("zh")
    untitled = with_value(tables, "scheme", 0, "title", None)
    assert "“cg”" in validate_tables(untitled, SETTINGS).of("unit_unassigned")[0].message.text("zh")


# --- the register ---


@pytest.mark.parametrize("kind", ["rg_cg", "responsibility_grid", None])
def test_codes_of_responsibility_grids_are_registered_by_scheme(kind):
    tables = sound_tables()
    for row in (8, 9):
        tables = with_value(tables, "code_register", row, "kind", kind)
    assert validate_tables(tables, SETTINGS).issues == ()


def test_a_code_registered_for_another_scheme_is_not_registered_here():
    tables = with_value(sound_tables(), "code_register", 8, "kind", "rg_hw")
    (issue,) = validate_tables(tables, SETTINGS).issues
    assert (issue.rule, issue.object_keys) == ("code_unregistered", ("G1",))


def test_the_state_in_the_own_scheme_decides_whether_a_code_is_retired():
    tables = with_value(sound_tables(), "code_register", 8, "state", "retired")
    again = with_row(tables, "code_register", {"code": "G1", "kind": "rg_cg", "state": "draft"})
    assert rules_of(tables) == {"code_retired_in_use"}
    assert validate_tables(again, SETTINGS).issues == ()


# --- areas and outline ---


def test_communities_that_are_listed_but_not_drawn_leave_their_street_office_the_outline():
    tables = sound_tables()
    for row in (1, 2):
        tables = with_shape(tables, "area", row, None)
    assert rules_of(tables) == {"geometry_missing"}
    tables = with_shape(tables, "unit_grid", 0, shapely.box(0, 0, 90, 100))
    assert "unit_uncovered" in rules_of(tables), "the ground of the street office must still be covered"


def test_an_area_that_names_itself_as_parent_is_an_outline_all_the_same():
    tables = with_value(sound_tables(), "area", 1, "parent_code", COMMUNITIES[0])
    assert validate_tables(tables, SETTINGS).issues == ()


def test_an_area_that_has_ended_is_no_outline_any_more():
    old = {"code": f"{STREET}009", "level": "community", "name": "旧社区", "parent_code": STREET}
    tables = with_row(sound_tables(), "area", {**old, "valid_to": "2025-03-06"}, shapely.box(400, 0, 500, 200))
    assert validate_tables(tables, SETTINGS).issues == ()
    assert "unit_uncovered" in rules_of(with_value(tables, "area", 3, "valid_to", "2025-03-07"))


def test_a_grid_that_names_its_street_office_only_is_covered_by_it():
    tables = sound_tables()
    tables = {**tables, "area": tables["area"].take([0])}
    tables["unit_grid"] = tables["unit_grid"].with_columns(area_code=[STREET] * 8)
    codes = [f"{STREET}000{n + 1:03d}" for n in range(8)]
    register = [{"code": c, "kind": "unit_grid", "state": "draft"} for c in codes]
    tables["unit_grid"] = tables["unit_grid"].with_columns(code=codes)
    tables["code_register"] = Rows.from_records([*register, *tables["code_register"].records()[8:]])
    tables["responsibility_grid"] = tables["responsibility_grid"].with_columns(area_code=[STREET, STREET])
    tables["component"] = tables["component"].take([])
    tables["cases"] = tables["cases"].take([])
    assert validate_tables(tables, SETTINGS).issues == ()


def test_without_any_drawn_area_nobody_can_say_what_is_uncovered():
    tables = sound_tables()
    tables = {**tables, "area": tables["area"].with_geometry(as_column([None] * 3))}
    tables = without_row(tables, "unit_grid", 7)
    assert not {"unit_uncovered", "unit_across_area", "unit_overshoot"} & rules_of(tables)


# --- people ---


@pytest.mark.parametrize("state", ["在岗", "请假", None])
def test_who_is_there_or_on_leave_still_holds_the_post(state):
    issues = validate_tables(with_value(sound_tables(), "person", 0, "state", state), SETTINGS).issues
    # The post is held, but while its only holder is away nobody answers.
    assert [issue.rule for issue in issues] == (["hours_unanswered"] if state == "请假" else [])


def test_a_vacant_post_begins_no_staffing():
    tables = without_row(without_row(sound_tables(), "post", 1), "post", 0)
    vacant = {"id": "P9", "target": "responsibility_grid", "target_code": "G1", "scheme": "cg", "person_id": None}
    found = rules_of(with_row(tables, "post", {**vacant, "role": "grid_leader"}))
    assert found == {"scheme_without_posts", "attribute_missing"}


def test_a_staffing_that_has_begun_is_told_grid_by_grid_and_one_that_has_not_once():
    begun = without_row(sound_tables(), "post", 1)
    (issue,) = validate_tables(begun, SETTINGS).issues
    assert (issue.rule, issue.object_keys, issue.severity) == ("responsibility_without_post", ("G2",), "warning")
    (issue,) = validate_tables(without_row(begun, "post", 0), SETTINGS).issues
    assert (issue.rule, issue.object_keys, issue.severity) == ("scheme_without_posts", ("cg",), "warning")
    assert "2 个责任网格" in issue.message.text("zh")


def test_a_district_without_staff_lanes_departments_and_components_has_no_error():
    tables = {
        name: rows.take([]) if name in ("person", "post", "department", "lane", "component", "cases") else rows
        for name, rows in sound_tables().items()
    }
    result = validate_tables(tables, SETTINGS)
    assert result.errors == 0
    assert {issue.rule for issue in result.issues} == {"reference_unchecked", "scheme_without_posts"}


def test_an_ended_post_at_a_place_that_is_gone_is_history():
    old = {"id": "P9", "target": "lane", "target_code": "L9", "person_id": "R1", "role": "lane_chief"}
    assert rules_of(with_row(sound_tables(), "post", old)) == {"post_target_unknown"}
    ended = with_row(sound_tables(), "post", {**old, "valid_to": "2025-03-06"})
    assert validate_tables(ended, SETTINGS).issues == ()


def test_a_post_at_a_kind_of_place_that_does_not_exist_is_told():
    tables = with_value(sound_tables(), "post", 2, "target", "roof")
    assert "post_target_unknown" in rules_of(tables)


# --- references and dates ---


def test_the_same_wrong_department_is_an_error_in_a_grid_and_a_warning_in_a_case():
    grid = validate_tables(with_value(sound_tables(), "unit_grid", 0, "responsible_code", "D9"), SETTINGS)
    case = validate_tables(with_value(sound_tables(), "cases", 0, "department_code", "D9"), SETTINGS)
    assert (grid.errors, grid.warnings) == (1, 0)
    assert (case.errors, case.warnings) == (0, 1)


def test_references_into_an_empty_table_are_told_once_per_column():
    tables = {**sound_tables(), "department": sound_tables()["department"].take([])}
    found = validate_tables(tables, SETTINGS).issues
    assert [issue.object_keys for issue in found] == [("person.department_code",), ("unit_grid.responsible_code",)]
    assert [issue.message.details["count"] for issue in found] == [2, 8]


def test_a_wrong_date_is_an_error_where_it_is_delivered_and_a_warning_elsewhere():
    post = validate_tables(with_value(sound_tables(), "post", 0, "valid_from", "开春"), SETTINGS)
    case = validate_tables(with_value(sound_tables(), "component", 0, "changed_on", "开春"), SETTINGS)
    assert (post.errors, post.warnings) == (1, 0)
    assert (case.errors, case.warnings) == (0, 1)


def test_rows_of_tables_with_several_keys_are_named_by_all_but_the_scheme():
    tables = sound_tables()
    tables["lane_area"] = Rows.from_records([{"lane_code": "L1", "area_code": "110101009001", "length_m": 5.0}])
    (issue,) = validate_tables(tables, SETTINGS).issues
    assert (issue.rule, issue.object_keys) == ("area_unknown", ("L1|110101009001",))


# --- points ---


def test_within_the_precision_of_an_edge_either_grid_will_do():
    near = with_shape(sound_tables(), "component", 0, shapely.Point(100.0004, 50))
    assert validate_tables(near, SETTINGS).issues == (), "recorded on the other side of the edge, 0.4 mm away"
    assert rules_of(near, dataclasses.replace(SETTINGS, precision_m=1e-6)) == {"component_elsewhere"}
    far = with_shape(sound_tables(), "component", 0, shapely.Point(100.002, 50))
    assert rules_of(far) == {"component_elsewhere"}


def test_points_without_a_place_are_in_no_wrong_grid():
    for nothing in (None, shapely.Point()):
        tables = with_shape(sound_tables(), "cases", 0, nothing)
        assert validate_tables(tables, SETTINGS).issues == ()


# --- sizes and compounds ---


@pytest.mark.parametrize("kind", ["院落", "水域", "公园", "道路", "山地"])
def test_grids_that_are_large_by_nature_are_no_fault(kind):
    tables = sound_tables()
    park = shapely.box(0, 0, 300, 300)
    tables["unit_grid"] = Rows.from_records(
        [{"code": UNIT, "area_code": COMMUNITIES[0], "area_m2": park.area, "grid_kind": kind}], as_column([park])
    )
    assert "unit_area_range" not in rules_of({"unit_grid": tables["unit_grid"]})
    block = {"unit_grid": tables["unit_grid"].with_columns(grid_kind=["街区"])}
    assert "unit_area_range" in rules_of(block)


def test_a_few_odd_grids_are_told_one_by_one_and_most_of_a_kind_together():
    def strips(small: int, usual: int):
        widths = [3.0] * small + [100.0] * usual
        edges = np.concatenate([[0.0], np.cumsum(widths)])
        shapes = shapely.box(edges[:-1], 0, edges[1:], 100)
        records = [{"code": f"{n:03d}", "grid_kind": "街区", "area_m2": s.area} for n, s in enumerate(shapes)]
        return {"unit_grid": Rows.from_records(records, shapes)}

    few = validate_tables(strips(10, 15))
    assert (len(few.of("unit_area_range")), len(few.of("area_range_unfit"))) == (10, 0)
    most = validate_tables(strips(15, 10))
    assert (len(most.of("unit_area_range")), len(most.of("area_range_unfit"))) == (0, 1)
    assert most.of("area_range_unfit")[0].message.details["odd"] == 15
    little = validate_tables(strips(10, 2))
    assert len(little.of("unit_area_range")) == 10, "of a dozen grids nobody draws conclusions"


def test_a_compound_over_many_grids_names_them_by_their_share():
    tables = with_shape(sound_tables(), "duty_zone", 0, shapely.box(10, 10, 350, 90))
    (issue,) = validate_tables(tables, SETTINGS).of("unit_cuts_compound")
    assert issue.object_keys == ("Z1", unit_code(1, 0), unit_code(2, 0), unit_code(0, 0), unit_code(3, 0))
    assert issue.measure == pytest.approx((340 - 100) * 80)


def test_a_compound_of_another_kind_or_time_may_be_cut():
    cut = with_shape(sound_tables(), "duty_zone", 0, shapely.box(60, 10, 140, 90))
    for column, value in (("kind", "标段"), ("valid_to", "2025-03-06"), ("valid_from", "2025-03-08")):
        assert validate_tables(with_value(cut, "duty_zone", 0, column, value), SETTINGS).issues == ()


def test_the_place_of_units_of_a_grid_is_one_valid_shape():
    tables = sound_tables()
    for row in range(4):
        tables = with_value(tables, "unit_grid", row, "rg_cg", "G9")
    (issue,) = validate_tables(tables, SETTINGS).of("responsibility_unknown")
    assert issue.geometry.is_valid
    assert issue.geometry.equals(shapely.box(0, 0, 200, 200))


def test_a_border_of_a_stride_connects_and_a_shorter_one_does_not():
    notch = shapely.Polygon([(0, 100), (99.5, 100), (100, 100), (100, 200), (0, 200)])
    tables = with_shape(sound_tables(), "unit_grid", 1, notch)
    left = shapely.Polygon([(0, 0), (99.5, 0), (99.5, 100), (0, 100)])
    right = shapely.Polygon([(99.5, 0), (100, 0), (200, 0), (200, 100), (100, 100), (99.5, 100)])
    tables = with_shape(with_shape(tables, "unit_grid", 0, left), "unit_grid", 2, right)
    # (0, 1) and (1, 0) now share half a metre; with the other two in another grid nothing else connects them.
    for row, code in ((0, "G2"), (1, "G1"), (2, "G1"), (3, "G2")):
        tables = with_value(tables, "unit_grid", row, "rg_cg", code)
    assert "G1" in {issue.object_keys[0] for issue in validate_tables(tables, SETTINGS).of("responsibility_parts")}
    loose = validate_tables(tables, own(shared_border_m=0.4)).of("responsibility_parts")
    assert "G1" not in {issue.object_keys[0] for issue in loose}


# --- whatever stands in the tables ---

JUNK = st.one_of(
    st.none(),
    st.sampled_from(["", " ", "坏", "２", "²", "1.1E+14", "110101", "…|…", "1" * 40, -1, 0, 1e20, True]),
    st.just(math.nan),
)
COLUMNS = [(name, column) for name, rows in sorted(sound_tables().items()) for column in rows.columns if len(rows)]


@given(st.lists(st.tuples(st.sampled_from(COLUMNS), st.integers(0, 7), JUNK), min_size=1, max_size=6))
@tries(60)
def test_no_value_in_any_column_stops_the_check(damage):
    tables = sound_tables()
    for (name, column), row, value in damage:
        tables = with_value(tables, name, row % len(tables[name]), column, value)
    result = validate_tables(tables, SETTINGS)
    severities = [issue.severity for issue in result.issues]
    assert severities == sorted(severities, key=SEVERITIES.index)
    assert result.errors + result.warnings + result.count("info") + result.exempted == len(result.issues)
    assert sum(result.figures["rules"].values()) == len(result.issues)
    assert {issue.rule for issue in result.issues} <= set(rule_infos())
    for language in LANGUAGES:
        assert all(issue.message.text(language) for issue in result.issues)
        issue_rows(result, language)


SHAPES = st.sampled_from(
    [
        None,
        shapely.Polygon(),
        shapely.Point(50, 50),
        shapely.LineString([(0, 0), (100, 100)]),
        shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)]),
        shapely.GeometryCollection([shapely.box(0, 0, 50, 50), shapely.Point(0, 0)]),
        shapely.box(-1e7, -1e7, 1e7, 1e7),
        cell(1, 1),
        shapely.MultiPolygon([cell(0, 0), cell(3, 1)]),
    ]
)
DRAWN = ["area", "unit_grid", "duty_zone", "responsibility_grid"]


@given(st.lists(st.tuples(st.sampled_from(DRAWN), st.integers(0, 7), SHAPES), min_size=1, max_size=4))
@tries(40)
def test_no_shape_in_any_polygon_table_stops_the_check(damage):
    tables = sound_tables()
    for name, row, shape in damage:
        tables = with_shape(tables, name, row % len(tables[name]), shape)
    result = validate_tables(tables, SETTINGS)
    assert len(issue_rows(result, "zh")) == len(result.issues)


@given(st.randoms(use_true_random=False))
@tries(15)
def test_the_order_of_the_rows_does_not_matter(random):
    tables = with_shape(two_schemes(), "unit_grid", 0, shapely.box(0, 0, 102, 100))
    tables = with_value(tables, "component", 0, "unit_grid", "x")
    before = validate_tables(tables, SETTINGS)
    for name, rows in tables.items():
        order = list(range(len(rows)))
        random.shuffle(order)
        tables[name] = rows.take(order)
    after = validate_tables(tables, SETTINGS)

    def told(result):
        # A vertex of two polygons that a third one lacks names either of the two.
        named = (i for i in result.issues if i.rule != "unit_missing_vertex")
        return sorted((i.rule, i.severity, *sorted(key for key in i.object_keys if key[:1] != "#")) for i in named)

    assert told(after) == told(before)
    assert after.figures["rules"] == before.figures["rules"]


@pytest.mark.parametrize(("code", "found"), [("110101001000001", []), ("L1", ["L1"])])
def test_a_grid_over_a_lane_is_held_against_the_layout_of_lanes(code, found):
    def of_lanes(text):
        return None if len(text) == 15 else Message("code_missing")

    tables = with_row(sound_tables(), "scheme", {"key": "dl", "title": "道路保洁", "base": "lane"})
    grid = {"scheme": "dl", "code": code, "name": "示例胡同", "area_code": STREET, "state": "draft"}
    tables = with_row(tables, "responsibility_grid", grid, shapely.box(50, 6, 200, 14))
    layouts = {"responsibility_grid": lambda _: None, "lane": of_lanes}
    issues = validate_tables(tables, dataclasses.replace(SETTINGS, code_layouts=layouts)).of("code_format")
    assert [issue.object_keys[0] for issue in issues if issue.table == "responsibility_grid"] == found
