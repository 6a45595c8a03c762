"""Who answers: the contract's sentence, case by case, and against a literal reading of it."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.duty import Points, who_answers
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.rows import Rows, as_column
from tests.tries import tries

COUNTY, OFFICE, EAST, WEST = "110101", "110101001", "110101001002", "110101001001"
NOON = "2025-03-03T12:00"
AREAS = Rows.from_records(
    [
        {"code": COUNTY, "level": "county", "parent_code": None},
        {"code": OFFICE, "level": "street_office", "parent_code": COUNTY},
        {"code": WEST, "level": "community", "parent_code": OFFICE},
        {"code": EAST, "level": "community", "parent_code": OFFICE},
    ],
    shapely.box([0, 0, 0, 100], [0, 0, 0, 0], [200, 200, 100, 200], [150, 150, 150, 150]),
)
UNITS = Rows.from_records(
    [
        {"code": f"{WEST}001", "area_code": WEST, "rg_cg": "R1"},
        {"code": f"{EAST}001", "area_code": EAST, "rg_cg": "R2"},
    ],
    shapely.box([0, 100], [0, 0], [100, 200], [100, 100]),
)


def ask(x=50, y=50, class_code="0101", component_code=None, at=NOON, scheme="cg", class_kind=None, **tables):
    points = Points(
        np.array([x], dtype=float),
        np.array([y], dtype=float),
        as_column([class_code]),
        as_column([component_code]),
        np.array([at], dtype="datetime64[s]"),
        as_column([class_kind]),
    )
    given_tables = {"unit_grid": UNITS, "area": AREAS}
    given_tables.update({k: Rows.from_records(v) if isinstance(v, list) else v for k, v in tables.items()})
    answers = who_answers(points, given_tables, scheme)
    row = answers.rows().records()[0]
    row["notes"] = [note.code for note in answers.notes]
    return row


def told(answer):
    return answer["department_code"], answer["status"], answer["rule"]


def rules(*rows):
    return [{"id": f"r{i}", "department_code": f"D{i}", **row} for i, row in enumerate(rows)]


def test_without_any_rule_the_street_office_answers():
    assert told(ask()) == (OFFICE, "fallback", "street_office")


def test_the_answer_says_where_the_point_lies():
    answer = ask()
    assert (answer["unit_grid"], answer["area_code"], answer["responsibility_grid"]) == (f"{WEST}001", WEST, "R1")


def test_a_point_on_a_shared_edge_belongs_to_the_smaller_code():
    assert ask(x=100)["unit_grid"] == f"{WEST}001"


def test_a_point_in_an_area_without_grids_is_answered_by_its_street_office():
    answer = ask(x=150, y=120)
    assert (answer["unit_grid"], answer["area_code"]) == (None, EAST)
    assert told(answer) == (OFFICE, "fallback", "street_office")


def test_a_point_outside_everything_has_no_department_and_it_is_said():
    answer = ask(x=900, duty_rule=rules({}))
    assert told(answer) == (None, "fallback", "outside")
    assert answer["notes"] == ["duty_points_outside"]


def test_a_county_without_street_offices_answers_itself():
    units = UNITS.with_columns(area_code=[COUNTY, COUNTY])
    assert told(ask(unit_grid=units, area=Rows())) == (COUNTY, "fallback", "street_office")


def test_the_unit_grids_responsible_body_answers_before_its_fallback():
    units = UNITS.with_columns(responsible_code=["物业", None], fallback_code=["兜底", "兜底"])
    assert told(ask(unit_grid=units)) == ("物业", "clear", "unit_grid_responsible")
    assert told(ask(x=150, unit_grid=units)) == ("兜底", "fallback", "unit_grid_fallback")


def test_a_duty_rule_answers_before_the_unit_grid():
    units = UNITS.with_columns(responsible_code=["物业", "物业"])
    assert told(ask(unit_grid=units, duty_rule=rules({"class_prefix": "01"}))) == ("D0", "clear", "r0")
    assert told(ask(unit_grid=units, duty_rule=rules({"class_prefix": "02"})))[0] == "物业"


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        ((), ("先行", "clear", "interim")),
        (("interim_code",), ("养护", "clear", "maintainer")),
        (("interim_code", "maintainer_code"), ("权属", "clear", "owner")),
        (("interim_code", "maintainer_code", "owner_code"), ("D0", "clear", "r0")),
    ],
)
def test_a_component_names_who_acts_first_then_maintainer_then_owner(missing, expected):
    row = {"code": "C1", "interim_code": "先行", "maintainer_code": "养护", "owner_code": "权属"}
    row.update(dict.fromkeys(missing))
    assert told(ask(component_code="C1", component=[row], duty_rule=rules({}))) == expected


@pytest.mark.parametrize("state", ["争议", "待认定"])
def test_a_component_whose_owner_is_disputed_or_still_to_be_ruled_has_an_answer_that_is_disputed(state):
    row = {"code": "C1", "interim_code": "先行", "owner_state": state}
    assert told(ask(component_code="C1", component=[row])) == ("先行", "disputed", "interim")
    named = {"code": "C1", "maintainer_code": "养护", "owner_state": state}
    assert told(ask(component_code="C1", component=[named])) == ("养护", "disputed", "maintainer")
    alone = [{"code": "C1", "owner_state": state}]
    assert told(ask(component_code="C1", component=alone)) == (OFFICE, "disputed", "street_office")
    assert told(ask(component_code="C1", component=alone, duty_rule=rules({}))) == ("D0", "disputed", "r0")


@pytest.mark.parametrize("state", [None, "明确", "无主"])
def test_a_component_whose_owner_is_settled_is_not_disputed(state):
    row = {"code": "C1", "maintainer_code": "养护", "owner_state": state}
    assert told(ask(component_code="C1", component=[row])) == ("养护", "clear", "maintainer")


def test_rules_of_a_scheme_that_was_not_named_are_left_out_and_it_is_said():
    listed = rules({"scheme": "cg"}, {"scheme": "hw", "class_prefix": "01"}, {"scheme": None, "class_prefix": "02"})
    found = ask(scheme="", duty_rule=listed)
    assert told(found)[2] == "street_office"
    assert found["notes"] == ["duty_rules_of_schemes_not_asked"]
    assert ask(scheme="cg", duty_rule=listed)["notes"] == []
    assert ask(scheme="", duty_rule=rules({}))["notes"] == []


def test_the_street_office_is_named_by_its_department():
    areas = AREAS.with_columns(name=["东城区", "湖阳街道", "甲社区", "乙社区"])
    departments = [{"code": "D02", "name": "湖阳街道办事处", "kind": "街镇"}]
    found = ask(area=areas, department=departments)
    assert told(found) == ("D02", "fallback", "street_office")
    assert found["notes"] == []


def test_a_street_office_without_a_department_is_named_by_its_area_and_it_is_said():
    areas = AREAS.with_columns(name=["东城区", "湖阳街道", "甲社区", "乙社区"])
    found = ask(area=areas, department=[{"code": "D02", "name": "别处街道办事处", "kind": "街镇"}])
    assert told(found) == (OFFICE, "fallback", "street_office")
    assert found["notes"] == ["duty_offices_without_department"]


def test_a_component_that_is_not_known_is_no_obstacle():
    assert told(ask(component_code="C9", component=[{"code": "C1", "owner_code": "权属"}])) == (
        OFFICE,
        "fallback",
        "street_office",
    )


def test_the_class_of_a_component_serves_where_the_point_has_none():
    row = {"code": "C1", "class_code": "0105"}
    found = ask(class_code=None, component_code="C1", component=[row], duty_rule=rules({"class_prefix": "0105"}))
    assert told(found)[0] == "D0"


def test_the_longest_class_prefix_wins():
    found = ask(duty_rule=rules({"class_prefix": ""}, {"class_prefix": "0101"}, {"class_prefix": "01"}))
    assert told(found) == ("D1", "clear", "r1")


def test_events_and_components_of_one_number_have_their_own_rules():
    sewer_cover = {"class_kind": "component", "class_prefix": "0102", "department_code": "排水"}
    exposed_refuse = {"class_kind": "event", "class_prefix": "0102", "department_code": "环卫"}
    listed = rules(sewer_cover, exposed_refuse)
    assert told(ask(class_code="0102", class_kind="component", duty_rule=listed)) == ("排水", "clear", "r0")
    assert told(ask(class_code="0102", class_kind="event", duty_rule=listed)) == ("环卫", "clear", "r1")
    assert told(ask(class_code="0102", duty_rule=listed)) == ("排水", "disputed", "r0")


def test_a_component_asks_the_rules_for_components_without_being_told():
    row = {"code": "C1", "class_code": "0102"}
    listed = rules({"class_kind": "event", "class_prefix": "0102"}, {"class_kind": "component", "class_prefix": "01"})
    assert told(ask(class_code=None, component_code="C1", component=[row], duty_rule=listed))[2] == "r1"


def test_the_class_prefix_weighs_more_than_the_area():
    found = ask(duty_rule=rules({"class_prefix": "01", "area_code": WEST}, {"class_prefix": "0101"}))
    assert told(found)[0] == "D1"


def test_the_smallest_area_wins():
    found = ask(
        duty_rule=rules({"area_code": COUNTY}, {"area_code": WEST}, {"area_code": OFFICE}, {"area_code": EAST})
    )
    assert told(found) == ("D1", "clear", "r1")


def test_the_smaller_priority_wins_and_none_comes_last():
    assert told(ask(duty_rule=rules({"priority": None}, {"priority": 2}, {"priority": 1})))[0] == "D2"


ZONES = Rows.from_records(
    [
        {"code": "Z1", "kind": "物业小区", "manager_code": "物业甲"},
        {"code": "Z2", "kind": "工地", "manager_code": "施工方", "valid_to": "2025-03-02"},
    ],
    shapely.box([40, 40], [40, 40], [60, 60], [60, 60]),
)


def test_a_rule_for_the_zone_wins_over_any_class_and_area():
    listed = rules({"class_prefix": "0101", "area_code": WEST}, {"zone_kind": "物业小区"})
    assert told(ask(duty_zone=ZONES, duty_rule=listed)) == ("D1", "clear", "r1")
    assert told(ask(x=20, duty_zone=ZONES, duty_rule=listed)) == ("D0", "clear", "r0")


def test_a_zone_that_is_no_longer_in_force_does_not_count():
    listed = rules({"zone_kind": "工地"})
    assert told(ask(duty_zone=ZONES, duty_rule=listed))[2] == "street_office"
    assert told(ask(duty_zone=ZONES, duty_rule=listed, at="2025-03-02T12:00"))[2] == "r0"


def test_a_zone_rule_without_a_department_speaks_for_the_manager_of_the_zone():
    listed = rules({"zone_kind": "物业小区", "department_code": None})
    assert told(ask(duty_zone=ZONES, duty_rule=listed)) == ("物业甲", "clear", "r0")
    assert told(ask(x=20, duty_zone=ZONES, duty_rule=listed))[2] == "street_office"


def test_two_zones_of_one_kind_with_different_managers_are_disputed():
    zones = ZONES.with_columns(kind=["物业小区", "物业小区"], valid_to=[None, None])
    found = ask(duty_zone=zones, duty_rule=rules({"zone_kind": "物业小区", "department_code": None}))
    assert found["status"] == "disputed"
    assert found["department_code"] == min("物业甲", "施工方")


ADJOINING = Rows.from_records(
    [
        {"code": "Z2", "kind": "物业小区", "manager_code": "物业乙"},
        {"code": "Z1", "kind": "物业小区", "manager_code": "物业甲"},
        {"code": "Z0", "kind": "工地", "manager_code": "施工方"},
    ],
    shapely.box([20, 50, 50], [0, 0, 0], [50, 80, 80], [90, 90, 90]),
)
BY_MANAGER = [{"id": "r", "zone_kind": "物业小区"}]


def test_on_the_edge_of_two_compounds_the_smaller_code_answers_without_dispute():
    assert told(ask(x=49, duty_zone=ADJOINING, duty_rule=BY_MANAGER)) == ("物业乙", "clear", "r")
    assert told(ask(x=50, duty_zone=ADJOINING, duty_rule=BY_MANAGER)) == ("物业甲", "clear", "r")
    assert told(ask(x=20, duty_zone=ADJOINING, duty_rule=BY_MANAGER)) == ("物业乙", "clear", "r"), "its own edge"


def test_a_point_in_one_compound_and_on_the_edge_of_another_that_overlaps_it_is_disputed():
    overlapping = ADJOINING.with_geometry(shapely.box([20, 40, 0], [0, 0, 0], [60, 80, 1], [90, 90, 1]))
    assert told(ask(x=50, duty_zone=overlapping, duty_rule=BY_MANAGER)) == ("物业乙", "disputed", "r")
    assert told(ask(x=60, duty_zone=overlapping, duty_rule=BY_MANAGER)) == ("物业乙", "disputed", "r")


def test_a_zone_of_another_kind_with_a_smaller_code_does_not_take_the_edge():
    by_site = [{"id": "s", "zone_kind": "工地"}]
    assert told(ask(x=50, duty_zone=ADJOINING, duty_rule=by_site)) == ("施工方", "clear", "s")
    assert told(ask(x=50, duty_zone=ADJOINING, duty_rule=BY_MANAGER)) == ("物业甲", "clear", "r")


def test_rule_ids_of_any_digits_are_put_in_order():
    tied = [{"id": text, "department_code": text} for text in ("②", "2", "10", "２")]
    assert told(ask(duty_rule=tied)) == ("2", "disputed", "2")


def test_an_area_that_names_itself_or_its_child_as_parent_ends_the_climb():
    areas = AREAS.with_columns(parent_code=[WEST, COUNTY, OFFICE, EAST])
    assert told(ask(area=areas)) == (OFFICE, "fallback", "street_office")
    assert told(ask(area=areas, duty_rule=rules({"area_code": COUNTY}))) == ("D0", "clear", "r0")
    assert told(ask(x=150, area=areas)) == (EAST, "fallback", "street_office"), "nobody above is known"


def test_a_rule_that_names_nobody_is_left_out_and_it_is_said():
    found = ask(duty_rule=rules({"department_code": None}))
    assert told(found)[2] == "street_office"
    assert found["notes"] == ["duty_rules_without_department"]


def test_rules_that_tie_between_departments_are_disputed_and_the_smaller_id_answers():
    tied = [
        {"id": 10, "department_code": "甲", "class_prefix": "01"},
        {"id": 9, "department_code": "乙", "class_prefix": "01"},
    ]
    assert told(ask(duty_rule=tied)) == ("乙", "disputed", "9")
    agreed = [{**row, "department_code": "甲"} for row in tied]
    assert told(ask(duty_rule=agreed)) == ("甲", "clear", "9")


@pytest.mark.parametrize("state", ["争议", "协商中"])
def test_a_rule_that_is_not_settled_is_disputed(state):
    assert told(ask(duty_rule=rules({"state": state}))) == ("D0", "disputed", "r0")
    assert told(ask(duty_rule=rules({"state": state}, {"class_prefix": "01"}))) == ("D1", "clear", "r1")


def test_a_dispute_that_a_component_settles_is_none():
    found = ask(
        component_code="C1", component=[{"code": "C1", "owner_code": "权属"}], duty_rule=rules({"state": "争议"})
    )
    assert told(found) == ("权属", "clear", "owner")


def test_a_rule_holds_on_its_days_only():
    listed = rules({"valid_from": "2025-03-03", "valid_to": "2025-03-04"})
    found = [told(ask(at=f"{day}T12:00", duty_rule=listed))[2] for day in ("2025-03-02", "2025-03-03", "2025-03-04")]
    assert found == ["street_office", "r0", "r0"]
    assert told(ask(at="2025-03-05T00:00", duty_rule=listed))[2] == "street_office"


def test_rules_of_another_scheme_do_not_speak():
    listed = rules({"scheme": "hw"}, {"scheme": "cg"})
    assert told(ask(duty_rule=listed))[0] == "D1"
    assert told(ask(duty_rule=listed, scheme="hw"))[0] == "D0"
    assert told(ask(duty_rule=listed, scheme=""))[2] == "street_office"


POSTS = [
    {"id": "1", "target": "responsibility_grid", "target_code": "R1", "scheme": "cg", "person_id": "长",
     "role": "grid_leader", "turn": "A角"},
    {"id": "2", "target": "responsibility_grid", "target_code": "R1", "scheme": "cg", "person_id": "监",
     "role": "inspector", "turn": "A角"},
    {"id": "3", "target": "lane", "target_code": "L2", "person_id": "巷", "role": "lane_chief"},
    {"id": "4", "target": "lane", "target_code": "L1", "person_id": "别", "role": "lane_chief"},
]  # fmt: skip
LANES = Rows.from_records(
    [{"code": "L2", "name": "乙巷"}, {"code": "L1", "name": "甲巷"}],
    shapely.linestrings([[(0, 60), (200, 60)], [(0, 130), (200, 130)]]),
)


def test_the_answer_names_the_person_on_duty_in_the_responsibility_grid():
    found = ask(post=POSTS)
    assert (found["person_id"], found["person_role"], found["person_turn"]) == ("长", "grid_leader", "A角")
    assert ask(x=150, post=POSTS)["person_id"] is None


def test_the_role_that_the_rule_names_is_asked_first():
    assert ask(post=POSTS, duty_rule=rules({"role": "inspector"}))["person_id"] == "监"


def test_the_answer_names_the_lane_and_its_officer():
    found = ask(post=POSTS, lane=LANES)
    assert (found["lane_code"], found["lane_distance_m"], found["lane_officer"]) == ("L2", 10.0, "巷")
    assert found["lane_officer_role"] == "lane_chief"


def test_a_lane_too_far_away_is_not_named():
    found = ask(y=0, lane=LANES, post=POSTS)
    assert (found["lane_code"], found["lane_officer"]) == (None, None)


def test_the_lane_that_a_component_is_recorded_on_is_named():
    row = {"code": "C1", "lane_code": "L1"}
    assert ask(lane=LANES, post=POSTS, component_code="C1", component=[row])["lane_officer"] == "别"
    row = {"code": "C1", "lane_code": "gone"}
    assert ask(lane=LANES, post=POSTS, component_code="C1", component=[row])["lane_officer"] == "巷"


def test_a_lane_that_is_closed_or_not_in_force_on_the_day_is_not_named():
    closed = LANES.with_columns(state=["撤销", None])
    assert ask(lane=closed, post=POSTS)["lane_code"] is None
    later = LANES.with_columns(valid_from=["2025-03-04", None], valid_to=["2025-03-05", None])
    named = [ask(lane=later, at=f"2025-03-0{day}T12:00")["lane_code"] for day in (3, 4, 5, 6)]
    assert named == [None, "L2", "L2", None]
    both = later.with_geometry(shapely.linestrings([[(0, 60), (200, 60)], [(0, 70), (200, 70)]]))
    assert [ask(lane=both, at=f"2025-03-0{day}T12:00")["lane_code"] for day in (3, 4)] == ["L1", "L2"]


def test_a_component_on_a_lane_that_is_closed_gets_the_nearest_in_use():
    row = {"code": "C1", "lane_code": "L1"}
    closed = LANES.with_columns(state=[None, "撤销"])
    assert ask(lane=closed, component_code="C1", component=[row])["lane_code"] == "L2"
    ended = LANES.with_columns(valid_to=[None, "2025-03-02"])
    assert ask(lane=ended, component_code="C1", component=[row])["lane_code"] == "L2"
    assert ask(lane=ended, component_code="C1", component=[row], at="2025-03-02T12:00")["lane_code"] == "L1"


def test_a_stand_in_answers_while_the_leader_is_on_leave_and_nobody_when_there_is_none():
    leave = [{"id": "长", "state": "请假"}]
    stand_in = {**POSTS[0], "id": "9", "person_id": "替", "turn": "代班"}
    both = ask(post=[POSTS[0], stand_in], person=leave)
    assert (both["person_id"], both["person_turn"]) == ("替", "代班")
    alone = ask(post=POSTS[:1], person=leave)
    assert (alone["person_id"], alone["department_code"], alone["status"]) == (None, OFFICE, "fallback")


def test_a_point_without_coordinates_lies_outside_and_is_counted():
    found = ask(x=float("nan"), lane=LANES, duty_zone=ZONES, duty_rule=rules({}))
    assert told(found) == (None, "fallback", "outside")
    assert found["lane_code"] is None
    assert found["notes"] == ["duty_points_outside"]


def test_many_points_are_answered_as_each_of_them_alone():
    generator = np.random.default_rng(3)
    n = 60
    x, y = generator.uniform(-10, 210, n), generator.uniform(-10, 160, n)
    classes = as_column(generator.choice(["0101", "0201", None], n))
    at = np.datetime64("2025-03-01T00:00:00") + generator.integers(0, 96, n) * np.timedelta64(3600, "s")
    listed = rules(
        {"class_prefix": "01", "valid_to": "2025-03-02"}, {"zone_kind": "物业小区", "department_code": None}
    )
    tables = {
        "unit_grid": UNITS,
        "area": AREAS,
        "duty_zone": ZONES,
        "lane": LANES.with_columns(valid_from=["2025-03-03", None]),
        "duty_rule": Rows.from_records(listed),
        "post": Rows.from_records(POSTS),
    }
    whole = who_answers(Points(x, y, classes, as_column([None] * n), at), tables, "cg").rows()
    for row in range(n):
        some = slice(row, row + 1)
        alone = who_answers(Points(x[some], y[some], classes[some], as_column([None]), at[some]), tables, "cg").rows()
        assert alone.records()[0] == whole.take([row]).records()[0]


def test_a_point_without_a_time_is_refused():
    with pytest.raises(InputError) as caught:
        ask(at="NaT")
    assert caught.value.code == "duty_time_missing"


def test_a_date_that_is_none_names_table_and_column():
    with pytest.raises(InputError) as caught:
        ask(duty_rule=rules({"valid_from": "someday"}))
    assert caught.value.code == "duty_date_unclear"
    assert "权责条目" in caught.value.text("zh")
    assert "someday" in caught.value.text("en")


def test_no_points_give_no_answers():
    none = np.empty(0)
    points = Points(none, none, as_column([]), as_column([]), np.empty(0, dtype="datetime64[s]"))
    assert (
        len(who_answers(points, {"unit_grid": UNITS, "area": AREAS, "duty_rule": Rows.from_records(rules({}))})) == 0
    )


def literal(point, units, zones, components, listed):
    """The contract's sentence, read word by word, for one point in a row of three cells of 10 m."""
    x, _, class_code, component_code = point
    unit = units[int(x // 10)]
    component = next((c for c in components if c["code"] == component_code), {})
    disputed_owner = component.get("owner_state") in ("争议", "待认定")

    def said(department, status, rule):
        return department, "disputed" if disputed_owner else status, rule

    for column, rule in (("interim_code", "interim"), ("maintainer_code", "maintainer"), ("owner_code", "owner")):
        if component.get(column):
            return said(component[column], "clear", rule)
    chain = [unit["area_code"], OFFICE, COUNTY]
    over = [zone for zone in zones if zone["x"] <= x <= zone["x"] + 10]
    kinds = {zone["kind"] for zone in over}

    def departments(rule):
        if rule["department_code"]:
            return {rule["department_code"]}
        return {zone["manager_code"] for zone in over if zone["kind"] == rule["zone_kind"] and zone["manager_code"]}

    fitting = [
        rule
        for rule in listed
        if class_code.startswith(rule["class_prefix"] or "")
        and (not rule["area_code"] or rule["area_code"] in chain)
        and (not rule["zone_kind"] or rule["zone_kind"] in kinds)
        and (not rule["valid_from"] or rule["valid_from"] <= "2025-03-03")
        and (not rule["valid_to"] or rule["valid_to"] >= "2025-03-03")
        and departments(rule)
    ]

    def grade(rule):
        height = chain.index(rule["area_code"]) if rule["area_code"] else len(chain)
        priority = float("inf") if rule["priority"] is None else rule["priority"]
        return (not rule["zone_kind"], -len(rule["class_prefix"] or ""), height, priority)

    if fitting:
        best = min(grade(rule) for rule in fitting)
        winners = [rule for rule in fitting if grade(rule) == best]
        winner = min(winners, key=lambda rule: rule["id"])
        open_ = len(set.union(*map(departments, winners))) > 1 or any(r["state"] != "明确" for r in winners)
        return said(min(departments(winner)), "disputed" if open_ else "clear", str(winner["id"]))
    if unit["responsible_code"]:
        return said(unit["responsible_code"], "clear", "unit_grid_responsible")
    if unit["fallback_code"]:
        return said(unit["fallback_code"], "fallback", "unit_grid_fallback")
    return said(OFFICE, "fallback", "street_office")


maybe = st.sampled_from([None, "甲", "乙"])
day = st.sampled_from([None, None, "2025-03-02", "2025-03-03", "2025-03-04"])
unit_rows = st.fixed_dictionaries(
    {"area_code": st.sampled_from([WEST, EAST]), "responsible_code": maybe, "fallback_code": maybe}
)
component_rows = st.fixed_dictionaries(
    {
        "interim_code": maybe,
        "maintainer_code": maybe,
        "owner_code": maybe,
        "owner_state": st.sampled_from([None, "明确", "待认定", "争议", "无主"]),
    }
)
rule_rows = st.fixed_dictionaries(
    {
        "class_prefix": st.sampled_from([None, "", "01", "0101", "02"]),
        "area_code": st.sampled_from([None, COUNTY, OFFICE, WEST, EAST]),
        "zone_kind": st.sampled_from([None, None, "工地", "标段"]),
        "department_code": st.sampled_from(["甲", "乙", "丙", None]),
        "priority": st.sampled_from([None, 1, 2]),
        "state": st.sampled_from(["明确", "明确", "争议", "协商中"]),
        "valid_from": day,
        "valid_to": day,
    }
)


@given(
    st.lists(unit_rows, min_size=3, max_size=3),
    st.lists(component_rows, max_size=3),
    st.lists(rule_rows, max_size=10),
    st.lists(st.tuples(st.sampled_from(["工地", "标段"]), st.integers(0, 20), maybe), max_size=3),
    st.lists(
        st.tuples(
            st.integers(0, 29).map(lambda v: v + 0.5),
            st.just(5.0),
            st.sampled_from(["0101", "0102", "0201", ""]),
            st.sampled_from(["C0", "C1", "C2", "C7", None]),
        ),
        min_size=1,
        max_size=8,
    ),
)
@tries(120)
def test_the_answers_are_the_contracts_sentence_read_word_by_word(units, components, listed, zones, points):
    for number, rule in enumerate(listed):
        rule["id"] = number
    components = [{"code": f"C{i}", **row} for i, row in enumerate(components)]
    zone_rows = [
        {"code": f"Z{i}", "kind": kind, "x": x, "manager_code": manager} for i, (kind, x, manager) in enumerate(zones)
    ]
    starts = np.array([zone["x"] for zone in zone_rows], dtype=float)
    tables = {
        "area": AREAS,
        "unit_grid": Rows.from_records(
            [{"code": f"U{i}", **row} for i, row in enumerate(units)], shapely.box([0, 10, 20], 0, [10, 20, 30], 10)
        ),
        "component": Rows.from_records(components),
        "duty_rule": Rows.from_records(listed),
        "duty_zone": Rows.from_records(zone_rows, shapely.box(starts, 0, starts + 10, 10) if zone_rows else None),
    }
    x, y, classes, component_codes = zip(*points)
    found = who_answers(
        Points(
            np.array(x), np.array(y), as_column(classes), as_column(component_codes),
            np.full(len(points), NOON, dtype="datetime64[s]"),
        ),
        tables,
    )  # fmt: skip
    assert list(zip(found.department_code, found.status, found.rule)) == [
        literal(point, units, zone_rows, components, listed) for point in points
    ]
