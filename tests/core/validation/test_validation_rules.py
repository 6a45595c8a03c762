"""Each rule fires on the one thing that it is about, and nothing else fires."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.responsibility.scheme_rules import SchemeRules
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.validation.catalogue import rule_infos
from gridmgmt_plugin.core.validation.registry import validate_tables
from tests.core.validation.sound_workspace import (
    COMMUNITIES,
    SETTINGS,
    STREET,
    Tables,
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

UNIT = unit_code(0, 0)


def change(table: str, row: int, column: str, value) -> Callable[[Tables], Tables]:
    return lambda tables: with_value(tables, table, row, column, value)


def draw(table: str, row: int, shape) -> Callable[[Tables], Tables]:
    return lambda tables: with_shape(tables, table, row, shape)


def add(table: str, record: dict, shape=None) -> Callable[[Tables], Tables]:
    return lambda tables: with_row(tables, table, record, shape)


def drop(table: str, row: int) -> Callable[[Tables], Tables]:
    return lambda tables: without_row(tables, table, row)


def all_of(*steps: Callable[[Tables], Tables]) -> Callable[[Tables], Tables]:
    def apply(tables: Tables) -> Tables:
        for step in steps:
            tables = step(tables)
        return tables

    return apply


def resize(row: int, shape) -> Callable[[Tables], Tables]:
    """Draw a unit grid anew and correct its stored area, so that only the geometry is wrong."""
    return all_of(draw("unit_grid", row, shape), change("unit_grid", row, "area_m2", shapely.make_valid(shape).area))


def pair(left: list, right: list) -> Callable[[Tables], Tables]:
    """Draw the unit grids (0, 0) and (1, 0) anew."""
    return all_of(resize(0, shapely.Polygon(left)), resize(2, shapely.Polygon(right)))


SMALL_SITES = dataclasses.replace(SETTINGS, thresholds={"area_ranges_m2": {"工地": [5000, 20000]}})
OWN_SETTINGS = {
    "area_range_unfit": SMALL_SITES,
    "responsibility_across_bounds": dataclasses.replace(SETTINGS, schemes={"cg": SchemeRules("community")}),
    "responsibility_load_beyond": dataclasses.replace(SETTINGS, schemes={"cg": SchemeRules(tolerance_percent=10.0)}),
}
SPLIT_OFF = {"area_code": COMMUNITIES[0], "grid_kind": "街区", "rg_cg": "G1"}
GRID_POST = {
    "target": "responsibility_grid",
    "target_code": "G1",
    "scheme": "cg",
    "person_id": "R1",
    "role": "grid_leader",
}
ON_ROUND = {**GRID_POST, "role": "grid_worker"}
LANE_POST = {
    "target": "lane",
    "target_code": "L1",
    "person_id": "R1",
    "role": "lane_chief",
    "valid_from": "2025-01-01",
}
BORDER = [(0, 0), (100, 0), (100, 100), (0, 100)]
EXTRA = f"{COMMUNITIES[0]}009"


def extra_unit(shape, **values) -> Callable[[Tables], Tables]:
    record = {"code": EXTRA, "area_m2": shape.area, **SPLIT_OFF, **values}
    registered = {"code": EXTRA, "kind": "unit_grid", "state": "draft"}
    return all_of(add("unit_grid", record, shape), add("code_register", registered))


def many_small_units(tables: Tables) -> Tables:
    """Cut the first community into 24 strips of 0.17 ha, where a planner's own range begins at 0.5 ha."""
    kept = tables["unit_grid"].take(np.arange(4, 8))
    edges = np.linspace(0, 200, 25)
    strips = shapely.box(edges[:-1], 0, edges[1:], 200)
    # Every strip is noded against its neighbours: they share whole sides.
    records = [
        {**SPLIT_OFF, "code": f"{COMMUNITIES[0]}{n + 100}", "grid_kind": "工地", "area_m2": float(strips[n].area)}
        for n in range(24)
    ]
    east = shapely.Polygon([(edges[-2], 0), (200, 0), (200, 100), (200, 200), (edges[-2], 200)])
    shapes = [*strips[:-1], east, *kept.geometry]
    units = Rows.from_records([*records, *kept.records()], as_column(shapes))
    codes = units["code"].tolist()
    register = [{"code": code, "kind": "unit_grid", "state": "draft"} for code in codes]
    register += [row for row in tables["code_register"].records() if row["kind"] != "unit_grid"]
    return {
        **{name: rows for name, rows in tables.items() if name not in ("component", "cases", "duty_zone")},
        "unit_grid": units,
        "code_register": Rows.from_records(register),
        "component": tables["component"].take([]),
        "cases": tables["cases"].take([]),
        "duty_zone": tables["duty_zone"].take([]),
    }


# rule → how to break it, and the rules that are expected to fire on that.
BROKEN = {
    "receipt_refused": (
        lambda tables: {
            **tables,
            "receipt": Rows.from_records(
                [
                    {
                        "table_name": "unit_grid",
                        "key": UNIT,
                        "release": "r0001",
                        "scheme": "cg",
                        "reason": "面积为零",
                    },
                    {"table_name": "post", "key": "P1", "release": "r0001", "scheme": "cg", "receiver": "甲平台"},
                ]
            ),
        },
        {"receipt_refused"},
    ),
    "unit_empty": (draw("unit_grid", 0, None), {"unit_empty", "unit_uncovered", "component_outside"}),
    "unit_invalid_ring": (
        resize(0, shapely.Polygon([(0, 0), (100, 0), (100, 100), (50, 100), (50, 60), (50, 100), (0, 100)])),
        {"unit_invalid_ring", "unit_spike", "unit_missing_vertex"},
    ),
    "unit_multipart": (
        all_of(
            resize(0, shapely.union_all([shapely.box(0, 0, 40, 100), shapely.box(60, 0, 100, 100)])),
            extra_unit(shapely.box(40, 0, 60, 100)),
            resize(1, shapely.Polygon([(0, 100), (40, 100), (60, 100), (100, 100), (100, 200), (0, 200)])),
            change("duty_zone", 0, "kind", "标段"),
        ),
        {"unit_multipart"},
    ),
    "unit_overlap": (
        all_of(resize(0, shapely.box(0, 0, 102, 100)), draw("area", 1, shapely.box(0, 0, 200, 200))),
        {"unit_overlap", "unit_missing_vertex"},
    ),
    "unit_duplicate": (extra_unit(cell(0, 0)), {"unit_duplicate", "unit_cuts_compound"}),
    "unit_gap": (
        pair([(0, 0), (99.8, 0), (100, 100), (0, 100)], [(100, 0), (200, 0), (200, 100), (100, 100)]),
        {"unit_gap"},
    ),
    "unit_hole": (
        pair(
            [*BORDER[:2], (100, 40), (80, 40), (80, 60), (100, 60), *BORDER[2:]],
            [
                (100, 0),
                (200, 0),
                (200, 100),
                (100, 100),
                (100, 60),
                (100, 40),
            ],
        ),
        {"unit_hole"},
    ),
    "unit_uncovered": (
        resize(0, shapely.Polygon([(40, 0), (100, 0), (100, 100), (0, 100), (0, 40)])),
        {"unit_uncovered"},
    ),
    "unit_overshoot": (
        resize(0, shapely.Polygon([(-20, 0), *BORDER[1:3], (-20, 100)])),
        {"unit_overshoot", "unit_missing_vertex"},
    ),
    "unit_missing_vertex": (
        resize(0, shapely.Polygon([(0, 0), (100, 0), (100, 50), (100, 100), (0, 100)])),
        {"unit_missing_vertex"},
    ),
    "unit_near_miss": (
        resize(0, shapely.Polygon([(0, 0), (100, 0), (100 + 1e-9, 100), (0, 100)])),
        {"unit_near_miss"},
    ),
    "unit_close_vertices": (
        resize(0, shapely.Polygon([(0, 0), (50, 0), (50.02, 0), *BORDER[1:]])),
        {"unit_close_vertices"},
    ),
    "unit_spike": (
        pair(
            [*BORDER[:2], (100, 49), (150, 50), (100, 51), *BORDER[2:]],
            [
                (100, 0),
                (200, 0),
                (200, 100),
                (100, 100),
                (100, 51),
                (150, 50),
                (100, 49),
            ],
        ),
        {"unit_spike"},
    ),
    "unit_sliver": (
        all_of(
            resize(0, shapely.Polygon([(0, 0), (99.5, 0), (99.5, 100), (0, 100)])),
            extra_unit(shapely.box(99.5, 0, 100, 100)),
            resize(1, shapely.Polygon([(0, 100), (99.5, 100), (100, 100), (100, 200), (0, 200)])),
        ),
        {"unit_sliver", "unit_area_range"},
    ),
    "unit_across_area": (
        all_of(
            resize(2, shapely.Polygon([(100, 0), (200, 0), (210, 50), (200, 100), (100, 100)])),
            resize(4, shapely.Polygon([(200, 0), (300, 0), (300, 100), (200, 100), (210, 50)])),
        ),
        {"unit_across_area"},
    ),
    "unit_outside_area": (
        all_of(
            change("unit_grid", 0, "area_code", COMMUNITIES[1]),
            change("unit_grid", 0, "code", f"{COMMUNITIES[1]}009"),
            change("unit_grid", 0, "rg_cg", "G2"),
            change("responsibility_grid", 1, "expected_parts", 2),
            change("component", 0, "unit_grid", f"{COMMUNITIES[1]}009"),
            change("code_register", 0, "code", f"{COMMUNITIES[1]}009"),
        ),
        {"unit_outside_area"},
    ),
    "duty_zones_overlap": (
        add("duty_zone", {"code": "Z2", "kind": "物业小区", "name": "二期"}, shapely.box(80, 10, 95, 90)),
        {"duty_zones_overlap"},
    ),
    "unit_cuts_building": (draw("building", 0, shapely.box(90, 20, 130, 40)), {"unit_cuts_building"}),
    "unit_cuts_compound": (draw("duty_zone", 0, shapely.box(60, 10, 140, 90)), {"unit_cuts_compound"}),
    "unit_area_range": (
        all_of(
            pair([(0, 0), (3, 0), (3, 100), (0, 100)], [(3, 0), (200, 0), (200, 100), (100, 100), (3, 100)]),
            resize(1, shapely.Polygon([(0, 100), (3, 100), (100, 100), (100, 200), (0, 200)])),
            change("component", 0, "unit_grid", unit_code(1, 0)),
        ),
        {"unit_area_range"},
    ),
    "code_missing": (change("unit_grid", 2, "code", None), {"code_missing"}),
    "code_duplicate": (
        change("unit_grid", 1, "code", UNIT),
        {"code_duplicate"},
    ),
    "code_format": (
        all_of(
            change("unit_grid", 7, "code", f"{COMMUNITIES[1]}04"),
            change("code_register", 7, "code", f"{COMMUNITIES[1]}04"),
            change("component", 1, "unit_grid", f"{COMMUNITIES[1]}04"),
        ),
        {"code_format"},
    ),
    "area_code_format": (
        all_of(
            change("area", 0, "code", "1101"),
            change("area", 1, "parent_code", "1101"),
            change("area", 2, "parent_code", "1101"),
            change("lane", 0, "street_code", "1101"),
        ),
        {"area_code_format"},
    ),
    "code_parent": (
        all_of(
            change("unit_grid", 1, "code", f"{STREET}003001"), change("code_register", 1, "code", f"{STREET}003001")
        ),
        {"code_parent"},
    ),
    "code_retired_in_use": (change("code_register", 0, "state", "retired"), {"code_retired_in_use"}),
    "code_unregistered": (drop("code_register", 0), {"code_unregistered"}),
    "attribute_missing": (change("lane", 0, "name", " "), {"attribute_missing"}),
    "geometry_missing": (draw("component", 0, None), {"geometry_missing"}),
    "date_unreadable": (change("post", 0, "valid_to", "年底"), {"date_unreadable"}),
    "department_unknown": (change("unit_grid", 3, "fallback_code", "D9"), {"department_unknown"}),
    "area_unknown": (change("lane", 0, "street_code", "110101009"), {"area_unknown"}),
    "person_unknown": (change("post", 0, "person_id", "R9"), {"person_unknown"}),
    "reference_unknown": (
        all_of(
            add("responsibility_grid", {"scheme": "xx", "code": "G9", "name": "责任网格9"}),
            add("code_register", {"code": "G9", "kind": "rg_xx", "state": "draft"}),
        ),
        {"reference_unknown"},
    ),
    "record_reference_unknown": (change("component", 0, "lane_code", "L9"), {"record_reference_unknown"}),
    "reference_unchecked": (drop("department", 0), {"reference_unchecked"}),
    "attribute_essential": (change("unit_grid", 0, "area_code", None), {"attribute_essential"}),
    "record_date_unreadable": (change("component", 0, "surveyed_on", "去年"), {"record_date_unreadable"}),
    "unit_area_ended": (
        all_of(
            change("area", 1, "valid_to", "2025-03-06"),
            add(
                "area",
                {"code": f"{STREET}003", "level": "community", "name": "新社区", "parent_code": STREET},
                shapely.box(0, 0, 200, 200),
            ),
        ),
        {"unit_area_ended"},
    ),
    "area_range_unfit": (many_small_units, {"area_range_unfit"}),
    "scheme_without_posts": (all_of(drop("post", 1), drop("post", 0)), {"scheme_without_posts"}),
    "lanes_without_officers": (drop("post", 2), {"lanes_without_officers"}),
    "area_differs": (change("unit_grid", 0, "area_m2", 9000.0), {"area_differs"}),
    "lane_unassigned": (
        all_of(
            add("scheme", {"key": "dl", "title": "道路保洁", "base": "lane"}),
            add(
                "responsibility_grid",
                {"scheme": "dl", "code": "L9", "name": "旧巷", "area_code": STREET, "state": "draft"},
                shapely.box(0, 0, 9, 9),
            ),
            add("code_register", {"code": "L9", "kind": "rg_dl", "state": "draft"}),
        ),
        {"lane_unassigned"},
    ),
    "unit_unassigned": (change("unit_grid", 0, "rg_cg", None), {"unit_unassigned"}),
    "scheme_not_begun": (
        add("scheme", {"key": "hw", "title": "环卫", "base": "unit_grid"}),
        {"scheme_not_begun"},
    ),
    "responsibility_unknown": (change("unit_grid", 0, "rg_cg", "G9"), {"responsibility_unknown"}),
    "responsibility_empty": (
        all_of(
            add("responsibility_grid", {"scheme": "cg", "code": "G3", "name": "责任网格3"}),
            add("code_register", {"code": "G3", "kind": "responsibility_grid", "state": "draft"}),
            add(
                "post",
                {"id": "P4", "target": "responsibility_grid", "target_code": "G3", "person_id": "R1", "role": "x"},
            ),
        ),
        {"responsibility_empty"},
    ),
    "responsibility_closed_in_use": (
        change("responsibility_grid", 0, "valid_to", "2025-03-06"),
        {"responsibility_closed_in_use"},
    ),
    "responsibility_parts": (
        all_of(
            change("unit_grid", 6, "rg_cg", "G1"),
            change("responsibility_grid", 0, "area_code", STREET),
            change("responsibility_grid", 1, "area_code", STREET),
        ),
        {"responsibility_parts"},
    ),
    "responsibility_across_area": (change("unit_grid", 2, "rg_cg", "G2"), {"responsibility_across_area"}),
    "responsibility_outline_differs": (
        draw("responsibility_grid", 0, shapely.box(0, 0, 150, 200)),
        {"responsibility_outline_differs"},
    ),
    "responsibility_without_post": (change("post", 0, "valid_to", "2025-03-06"), {"responsibility_without_post"}),
    "post_person_gone": (
        all_of(change("person", 0, "state", "退休"), change("post", 0, "person_id", "R2")),
        {"post_person_gone", "lane_without_officer"},
    ),
    "post_target_unknown": (
        add("post", {"id": "P4", "target": "lane", "target_code": "L9", "person_id": "R1", "role": "lane_chief"}),
        {"post_target_unknown"},
    ),
    "responsibility_across_bounds": (
        all_of(change("unit_grid", 2, "rg_cg", "G2"), change("responsibility_grid", 1, "area_code", STREET)),
        {"responsibility_across_bounds"},
    ),
    "responsibility_load_beyond": (
        all_of(change("unit_grid", 2, "rg_cg", None), change("unit_grid", 3, "rg_cg", None)),
        {"responsibility_load_beyond", "unit_unassigned"},
    ),
    "responsibility_contract_over": (
        change("responsibility_grid", 0, "contract_to", "2025-03-06"),
        {"responsibility_contract_over"},
    ),
    "post_hours_unreadable": (change("post", 0, "start_time", "早八点"), {"post_hours_unreadable"}),
    "post_written_twice": (
        add("post", {"id": "P9", **GRID_POST, "valid_from": "2025-01-01"}),
        {"post_written_twice"},
    ),
    "post_two_first": (
        all_of(
            change("post", 0, "turn", "A角"),
            add("post", {"id": "P9", **GRID_POST, "person_id": "R2", "turn": "A角"}),
        ),
        {"post_two_first"},
    ),
    "post_two_places": (
        all_of(
            change("post", 0, "start_time", "08:00"),
            change("post", 0, "end_time", "08:00"),
            change("post", 0, "role", "grid_worker"),
            add("post", {"id": "P9", **ON_ROUND, "target_code": "G2", "start_time": "09:00", "end_time": "10:00"}),
        ),
        {"post_two_places"},
    ),
    "hours_unanswered": (
        all_of(change("post", 0, "start_time", "08:00"), change("post", 0, "end_time", "18:00")),
        {"hours_unanswered"},
    ),
    "community_liaisons": (
        add(
            "post",
            {"id": "P9", "target": "area", "target_code": COMMUNITIES[0], "person_id": "R1", "role": "liaison"},
        ),
        {"community_liaisons"},
    ),
    "lane_without_officer": (change("post", 2, "valid_to", "2025-03-06"), {"lane_without_officer"}),
    "lane_length_differs": (change("lane", 0, "length_m", 120), {"lane_length_differs"}),
    "lane_standing_differs": (change("lane_inspection", 0, "score", 80.0), {"lane_standing_differs"}),
    "lane_post_expired": (
        add("post", {"id": "P9", **LANE_POST, "role": "street_chief", "valid_to": "2025-03-06"}),
        {"lane_post_expired"},
    ),
    "lane_stewards": (add("post", {"id": "P9", **LANE_POST, "role": "lane_steward"}), {"lane_stewards"}),
    "lane_officer_of_another_office": (
        all_of(
            add(
                "area",
                {"code": "110101002", "level": "street_office", "name": "别处街道", "valid_to": "2025-03-06"},
                shapely.box(0, 0, 400, 200),
            ),
            add("department", {"code": "D2", "name": "别处街道办事处", "kind": "街镇"}),
            change("person", 0, "department_code", "D2"),
        ),
        {"lane_officer_of_another_office"},
    ),
    "lane_sections_overlap": (
        all_of(
            change("post", 2, "section_to", "100米"),
            add("post", {"id": "P9", **LANE_POST, "person_id": "R2", "section_from": "60米"}),
        ),
        {"lane_sections_overlap"},
    ),
    "lane_sections_gap": (
        all_of(
            change("post", 2, "section_to", "60米"),
            add("post", {"id": "P9", **LANE_POST, "person_id": "R2", "section_from": "100米"}),
        ),
        {"lane_sections_gap"},
    ),
    "lanes_doubled": (
        all_of(
            add(
                "lane",
                {"code": "L2", "name": "又一胡同", "length_m": 60.0, "street_code": STREET, "state": "在用"},
                shapely.LineString([(150, 10), (210, 10)]),
            ),
            add("code_register", {"code": "L2", "kind": "lane", "state": "valid"}),
            add("post", {"id": "P9", **LANE_POST, "target_code": "L2"}),
        ),
        {"lanes_doubled"},
    ),
    "street_in_no_lane": (
        lambda tables: {
            **tables,
            "street": Rows(
                {"name": as_column(["示例胡同", "新巷", None]), "number": as_column(["1", "2", "3"])},
                as_column([shapely.LineString([(50, y), (200, y)]) for y in (12, 90, 120)]),
            ),
        },
        {"street_in_no_lane"},
    ),
    "component_outside": (draw("component", 0, shapely.Point(-5, -5)), {"component_outside"}),
    "component_elsewhere": (draw("component", 0, shapely.Point(120, 20)), {"component_elsewhere"}),
    "component_disputed": (change("component", 0, "owner_state", "争议"), {"component_disputed"}),
    "case_outside": (draw("cases", 0, shapely.Point(-5, -5)), {"case_outside"}),
    "case_elsewhere": (change("cases", 0, "unit_grid", UNIT), {"case_elsewhere"}),
}


def test_nothing_fires_on_a_sound_workspace():
    result = validate_tables(sound_tables(), SETTINGS)
    assert [issue.message.text() for issue in result.issues] == []
    assert result.errors == result.warnings == 0
    assert result.figures["not_run"] == []


def test_a_component_whose_owner_is_still_to_be_ruled_is_told_like_a_disputed_one():
    tables = change("component", 0, "owner_state", "待认定")(sound_tables())
    (issue,) = validate_tables(tables, SETTINGS).issues
    assert issue.rule == "component_disputed"
    assert "待认定" in issue.message.text("zh")


@pytest.mark.parametrize(("layer", "table"), [("responsibility", "unit_grid"), ("lane_chiefs", "lane")])
def test_a_refused_row_of_who_answers_lies_where_the_grid_or_lane_lies_that_it_names(layer, table):
    tables = sound_tables()
    row = {"table_name": layer, "key": f"{tables[table]['code'][0]}|x||R1", "release": "r0001", "scheme": "cg"}
    (issue,) = validate_tables({**tables, "receipt": Rows.from_records([row])}, SETTINGS).issues
    assert issue.geometry.equals(tables[table].geometry[0])


def test_a_component_without_a_name_is_called_by_its_class():
    tables = change("component", 0, "name", None)(change("component", 0, "owner_state", "争议")(sound_tables()))
    settings = dataclasses.replace(SETTINGS, class_catalogues={"component": "components"})
    (issue,) = validate_tables(tables, settings).issues
    assert "C1 0101 上水井盖 的权属" in issue.message.text("zh")


def test_people_and_offices_are_told_by_their_names():
    damaged = BROKEN["lane_officer_of_another_office"][0](sound_tables())
    (issue,) = validate_tables(with_summed_outlines(damaged), SETTINGS).issues
    person = dict(zip(damaged["person"]["id"], damaged["person"]["name"]))["R1"]
    assert f"{person} (R1)" in issue.message.text("en")
    assert "别处街道办事处" in issue.message.text("zh")


def test_every_rule_has_an_example():
    assert set(BROKEN) == set(rule_infos())


# Of these rules only some issues can be repaired: figures that the drawing tells.
NARROWER = ("attribute_missing",)


@pytest.mark.parametrize("code", list(BROKEN))
def test_a_rule_fires_on_what_it_is_about_and_nothing_else_does(code):
    damage, expected = BROKEN[code]
    settings = OWN_SETTINGS.get(code, SETTINGS)
    damaged = damage(sound_tables())
    if code != "responsibility_outline_differs":
        damaged = with_summed_outlines(damaged)  # as every save does
    result = validate_tables(damaged, settings)
    assert {issue.rule for issue in result.issues} == expected
    for issue in result.of(code):
        info = rule_infos()[code]
        assert (issue.severity, issue.fixable, issue.unit) == (
            info.severity,
            info.fixable and code not in NARROWER,
            info.unit,
        )
        assert issue.object_keys
        for language in LANGUAGES:
            sentence = issue.message.text(language)
            assert "{" not in sentence
            assert "None" not in sentence


def _only(code: str, damage: Callable[[Tables], Tables]):
    return validate_tables(damage(sound_tables()), SETTINGS).of(code)


def test_a_spike_that_the_area_itself_has_is_not_told_of_its_grids():
    tip = [(200, 49), (250, 50), (200, 51)]
    west = shapely.Polygon([(100, 0), (200, 0), *tip, (200, 100), (100, 100)])
    east = shapely.Polygon([(200, 0), (300, 0), (300, 100), (200, 100), *reversed(tip)])
    cells = all_of(resize(2, west), resize(4, east))(sound_tables())
    units = cells["unit_grid"]
    outlines = [shapely.union_all(units.shapes[units["area_code"] == code]) for code in COMMUNITIES[:2]]
    drawn = all_of(draw("area", 1, outlines[0]), draw("area", 2, outlines[1]))(cells)
    told = [validate_tables(with_summed_outlines(tables), SETTINGS) for tables in (cells, drawn)]
    assert [bool(result.of("unit_spike")) for result in told] == [True, False]


def test_an_overlap_names_both_grids_its_place_and_its_area():
    (issue,) = _only("unit_overlap", BROKEN["unit_overlap"][0])
    assert set(issue.object_keys) == {UNIT, unit_code(1, 0)}
    assert issue.measure == pytest.approx(200)
    assert issue.geometry.equals(shapely.box(100, 0, 102, 100))
    assert "200.0 平方米" in issue.message.text("zh_CN")


def test_uncovered_ground_is_keyed_by_its_place():
    (issue,) = _only("unit_uncovered", BROKEN["unit_uncovered"][0])
    assert issue.object_keys[0].startswith("@")
    assert issue.measure == pytest.approx(800)


def test_a_lake_outside_the_covered_extent_needs_no_grid():
    damaged = with_summed_outlines(BROKEN["unit_uncovered"][0](sound_tables()))
    extent = shapely.difference(shapely.box(0, 0, 400, 200), shapely.Polygon([(0, 0), (40, 0), (0, 40)]))
    damaged = with_row(damaged, "covered_extent", {"code": "E1", "name": "一期"}, extent)
    assert validate_tables(damaged, SETTINGS).issues == ()
    later = with_value(damaged, "covered_extent", 0, "valid_from", "2026-01-01")
    assert {issue.rule for issue in validate_tables(later, SETTINGS).issues} == {"unit_uncovered"}


def test_the_area_range_follows_the_kind_and_can_be_set():
    settings = dataclasses.replace(SETTINGS, thresholds={"area_ranges_m2": {"街区": [12000, 20000]}})
    result = validate_tables(sound_tables(), settings)
    assert {issue.rule for issue in result.issues} == {"unit_area_range"}
    assert len(result.issues) == 8
    big = with_value(sound_tables(), "unit_grid", 0, "grid_kind", "公园")
    assert len(validate_tables(big, settings).issues) == 7


def test_units_that_meet_in_a_corner_only_do_not_hang_together():
    tables = all_of(
        change("unit_grid", 3, "rg_cg", "G2"),
        change("unit_grid", 4, "rg_cg", "G1"),
        change("responsibility_grid", 0, "expected_parts", None),
    )(sound_tables())
    # G1 holds the western three and (2, 0), which touches them along one edge; G2 holds (1, 1) and the east.
    assert validate_tables(tables, SETTINGS).of("responsibility_parts") == ()
    tables = with_value(tables, "unit_grid", 2, "rg_cg", "G2")
    (issue,) = validate_tables(tables, SETTINGS).of("responsibility_parts")
    assert (issue.object_keys, issue.measure) == (("G1",), 2)
    tables = with_value(tables, "responsibility_grid", 0, "expected_parts", 2)
    assert validate_tables(tables, SETTINGS).of("responsibility_parts") == ()


def test_a_grid_without_an_area_of_its_own_may_not_reach_into_a_second_street_office():
    tables = with_value(sound_tables(), "responsibility_grid", 0, "area_code", None)
    tables = with_value(tables, "unit_grid", 4, "rg_cg", "G1")
    assert validate_tables(tables, SETTINGS).of("responsibility_across_area") == (), "same street office"
    tables = with_value(tables, "unit_grid", 4, "area_code", "110101002001")
    (issue,) = validate_tables(tables, SETTINGS).of("responsibility_across_area")
    assert issue.object_keys == ("G1", unit_code(2, 0))


def test_a_grid_whose_only_person_has_left_is_without_a_person_too():
    tables = with_value(sound_tables(), "person", 1, "left_on", "2025-03-06")
    assert {issue.rule for issue in validate_tables(tables, SETTINGS).issues} == {
        "post_person_gone",
        "responsibility_without_post",
    }
    last_day = with_value(sound_tables(), "person", 1, "left_on", "2025-03-07")
    assert validate_tables(last_day, SETTINGS).issues == (), "the last day still counts"


def test_a_point_on_a_shared_edge_belongs_to_the_smaller_code():
    tables = with_shape(sound_tables(), "component", 0, shapely.Point(100, 50))
    assert validate_tables(tables, SETTINGS).issues == ()
    other = with_value(tables, "component", 0, "unit_grid", unit_code(1, 0))
    (issue,) = validate_tables(other, SETTINGS).issues
    assert issue.object_keys == ("C1", UNIT)


def test_a_code_check_of_ones_own_can_be_given():
    def no_four(code):
        return Message("code_missing") if "4" in str(code)[-1] else None

    settings = dataclasses.replace(SETTINGS, code_layouts={"unit_grid": no_four})
    found = validate_tables(sound_tables(), settings).of("code_format")
    assert [issue.object_keys[0][-3:] for issue in found] == ["004", "004"]


def test_codes_that_begin_with_an_object_class_are_held_against_the_area_behind_it():
    settings = dataclasses.replace(SETTINGS, code_layouts={"unit_grid": "cjt349_2010"})
    tables = sound_tables()
    for row, code in enumerate(tables["unit_grid"]["code"]):
        tables = with_value(tables, "unit_grid", row, "code", f"600101{code[:-3]}{code[-2:]}")
    assert validate_tables(tables, settings).of("code_parent") == ()
    strayed = f"600101{COMMUNITIES[1]}07"
    (issue,) = validate_tables(with_value(tables, "unit_grid", 0, "code", strayed), settings).of("code_parent")
    assert issue.object_keys == (strayed,)


def test_a_scheme_keeps_its_grids_within_the_areas_that_it_names():
    tables = with_value(sound_tables(), "unit_grid", 2, "rg_cg", "G2")
    tables = with_value(tables, "responsibility_grid", 1, "area_code", STREET)
    rules_of_scheme = {"cg": SchemeRules("community")}
    found = validate_tables(tables, dataclasses.replace(SETTINGS, schemes=rules_of_scheme))
    (issue,) = found.of("responsibility_across_bounds")
    assert issue.object_keys == ("G2",)
    assert "2 个社区" in issue.message.text("zh")
    street = dataclasses.replace(SETTINGS, schemes={"cg": SchemeRules("street_office")})
    assert validate_tables(tables, street).of("responsibility_across_bounds") == ()
    zones = with_value(with_value(tables, "area", 1, "zone", "东片"), "area", 2, "zone", "西片")
    by_zone = dataclasses.replace(SETTINGS, schemes={"cg": SchemeRules("zone")})
    assert len(validate_tables(zones, by_zone).of("responsibility_across_bounds")) == 1


def test_a_load_beyond_the_tolerance_of_its_scheme_is_told_with_how_far():
    tables = with_value(sound_tables(), "unit_grid", 2, "rg_cg", "G2")
    narrow = dataclasses.replace(SETTINGS, schemes={"cg": SchemeRules("county", tolerance_percent=10.0)})
    found = validate_tables(tables, narrow).of("responsibility_load_beyond")
    assert [(issue.object_keys[0], issue.measure) for issue in found] == [("G1", -25.0), ("G2", 25.0)]
    wide = dataclasses.replace(SETTINGS, schemes={"cg": SchemeRules("county", tolerance_percent=25.0)})
    assert validate_tables(tables, wide).of("responsibility_load_beyond") == ()


def test_a_scheme_that_is_not_contiguous_has_grids_in_parts():
    tables = with_value(sound_tables(), "unit_grid", 6, "rg_cg", "G1")
    loose = dataclasses.replace(SETTINGS, schemes={"cg": SchemeRules("county", contiguous=False)})
    assert validate_tables(tables, loose).of("responsibility_parts") == ()


def test_an_alternative_is_checked_only_when_it_is_asked_for():
    tables = with_value(sound_tables(), "unit_grid", 6, "rg_cg", "G1")
    proposed = dataclasses.replace(SETTINGS, schemes={"cg": SchemeRules("county", alternative_of="hw")})
    assert validate_tables(tables, proposed).of("responsibility_parts") == ()
    asked = dataclasses.replace(proposed, scheme="cg")
    assert len(validate_tables(tables, asked).of("responsibility_parts")) == 1


@pytest.mark.parametrize(
    ("liaisons", "told"), [((1, 1), []), ((2, 1), []), ((2, 2), []), ((3, 1), [3]), ((1, 0), [0]), ((0, 0), [])]
)
def test_a_community_has_one_or_two_liaisons_once_any_has_one(liaisons, told):
    post = {"target": "area", "role": "liaison", "weekdays": None, "start_time": None}
    named = [(code, number) for code, count in zip(COMMUNITIES, liaisons) for number in range(count)]
    steps = [
        add("post", {"id": f"L{at}", "target_code": code, "person_id": f"R{number + 1}", **post})
        for at, (code, number) in enumerate(named)
    ]
    ended = {"id": "L9", "target_code": COMMUNITIES[0], "person_id": "R3", "valid_to": "2020-01-01", **post}
    found = _only("community_liaisons", all_of(*steps, add("post", ended)))
    assert [issue.message.details["count"] for issue in found] == told
