"""The coverage of street-lanes by officers, checked in files and databases alike, and each finding can be excused."""

from __future__ import annotations

from datetime import date

import pytest

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.inspection.checklists import OWN
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.validation.catalogue import rule_infos
from gridmgmt_plugin.core.validation.fix_attempt import FaultRef
from gridmgmt_plugin.jobs.areas.create_workspace import create_workspace
from gridmgmt_plugin.jobs.checks.exempt_issues import ExemptionTerms, exempt_issues
from gridmgmt_plugin.jobs.checks.fix_issues import plan_fixes, write_fixes
from gridmgmt_plugin.jobs.checks.validate_workspace import validate_workspace
from gridmgmt_plugin.jobs.lanes.import_lanes import import_lanes
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.districts import COUNTY, areas, four_communities, layer, lines

TODAY = date(2026, 5, 10)
STREETS = {"东巷": [(50, 50), (350, 50)], "西巷": [(50, 150), (350, 150)], "横街": [(200, 20), (200, 190)]}


@pytest.fixture(params=["file", "database"])
def workspace(request, tmp_path):
    location = tmp_path / "网格库.gpkg" if request.param == "file" else request.getfixturevalue("database_location")
    create_workspace([areas(four_communities())], location)
    made = Workspace.open(location)
    import_lanes(made, lines(list(STREETS.values()), list(STREETS)))
    return made


def code(workspace, name):
    return next(row["code"] for row in workspace.read("lane", geometry=False).records() if row["name"] == name)


def staff(workspace, *posts):
    """Enter posts of (lane, person, role, more columns); one person for each name, all of one department."""
    records = [
        {
            "id": f"P{at}",
            "target": "lane",
            "target_code": code(workspace, lane),
            "person_id": person,
            "role": role,
            **more,
        }
        for at, (lane, person, role, more) in enumerate(posts)
    ]
    names = sorted({name for record in records for name in record})
    people = sorted({record["person_id"] for record in records})
    with workspace.transaction("", "test") as transaction:
        transaction.insert("person", Rows.from_records([{"id": person, "name": person} for person in people]))
        transaction.insert("post", Rows({name: as_column(record.get(name) for record in records) for name in names}))


def found(workspace, **options):
    """Return rule → sentences of the findings about officers and streets."""
    issues = validate_workspace(workspace, today=TODAY, **options).issues
    rules: dict[str, list[str]] = {}
    for issue in issues:
        if issue.table == "lane" and not issue.rule.startswith("attribute"):
            assert issue.message.text("zh") != issue.message.text("en")
            rules.setdefault(issue.rule, []).append(issue.message.text("en"))
    return rules


def test_sections_that_share_or_leave_a_stretch_are_told_with_the_metres(workspace):
    staff(
        workspace,
        ("东巷", "张", "lane_chief", {"section_from": "横街", "section_to": None}),
        ("东巷", "李", "lane_chief", {"section_from": "横街", "section_to": "150米"}),
        ("西巷", "王", "lane_chief", {"section_from": "0米", "section_to": "120米"}),
        ("西巷", "赵", "lane_chief", {"section_from": "100米", "section_to": "200米"}),
        ("西巷", "钱", "lane_chief", {"section_from": "170米", "section_to": "300米", "turn": "B角"}),
        ("横街", "孙", "lane_chief", {"section_from": "老槐树", "section_to": None}),
    )
    rules = found(workspace)
    assert set(rules) == {"lane_sections_gap"}
    assert sorted(rules["lane_sections_gap"])[1].endswith("appoint somebody.")
    assert len(rules["lane_sections_gap"]) == 2
    assert "from 200 to 300 m" in " ".join(rules["lane_sections_gap"])


def test_an_overlap_names_both_people(workspace):
    staff(
        workspace,
        ("东巷", "张", "lane_chief", {"section_to": "200米"}),
        ("东巷", "李", "lane_chief", {"section_from": "150米"}),
        ("西巷", "王", "lane_chief", {}),
        ("横街", "孙", "lane_chief", {}),
    )
    rules = found(workspace)
    assert set(rules) == {"lane_sections_overlap"}
    assert "张 (张), 李 (李)" in rules["lane_sections_overlap"][0]
    assert "about 50" in rules["lane_sections_overlap"][0]


def test_of_two_posts_that_ran_out_on_one_day_that_without_a_reason_is_told_in_either_order(workspace):
    chiefs = [(name, "张", "lane_chief", {}) for name in STREETS]
    over, gone = {"valid_to": "2026-05-09"}, {"valid_to": "2026-05-09", "end_reason": "调离"}
    one, other = ("street_chief", over), ("street_chief", gone)
    staff(
        workspace, *chiefs, ("东巷", "李", *one), ("东巷", "王", *other), ("西巷", "李", *other), ("西巷", "王", *one)
    )
    assert len(found(workspace)["lane_post_expired"]) == 2


def test_a_damaged_checklist_of_the_workspace_keeps_nobody_from_checking_everything_else(workspace):
    before = found(workspace)
    with workspace.transaction("", "test") as transaction:
        transaction.set_info(f"{OWN}own", "{}")
    assert found(workspace) == before


def test_a_term_that_ran_out_is_told_unless_somebody_followed_or_a_reason_stands_there(workspace):
    chiefs = [(name, "张", "lane_chief", {}) for name in STREETS]
    over = {"valid_to": "2026-05-09"}
    staff(
        workspace,
        *chiefs,
        ("东巷", "李", "street_chief", over),
        ("西巷", "李", "street_chief", {**over, "end_reason": "调离"}),
        ("横街", "李", "street_chief", over),
        ("横街", "王", "street_chief", {}),
    )
    rules = found(workspace)
    assert set(rules) == {"lane_post_expired"}
    assert "2026-05-09" in rules["lane_post_expired"][0]
    assert "东巷" in rules["lane_post_expired"][0]
    assert len(rules["lane_post_expired"]) == 1


def test_stewards_are_counted_by_person(workspace):
    chiefs = [(name, "张", "lane_chief", {}) for name in STREETS]
    several = [("东巷", person, "lane_steward", {}) for person in "甲乙"]
    many = [("西巷", person, "lane_steward", {}) for person in "甲乙丙丁戊己"]
    staff(workspace, *chiefs, *several, *many, ("横街", "甲", "lane_steward", {}))
    rules = found(workspace)
    assert set(rules) == {"lane_stewards"}
    assert sorted(" ".join(text.split()[2:6]) for text in rules["lane_stewards"]) == [
        "横街 has 1 steward;",
        "西巷 has 6 stewards;",
    ]


def test_an_officer_of_another_office_is_told_and_one_of_a_section_of_the_own_is_not(workspace):
    staff(
        workspace,
        ("东巷", "张", "lane_chief", {}),
        ("西巷", "李", "lane_chief", {}),
        ("横街", "王", "lane_chief", {}),
    )
    departments = [
        {"code": "B1", "name": "区划001街道办事处", "kind": "街镇"},
        {"code": "B2", "name": "区划002街道办事处", "kind": "街镇"},
        {"code": "B11", "name": "城管科", "parent_code": "B1"},
        {"code": "W1", "name": "区环卫中心", "kind": "作业"},
    ]
    own = {"张": "B11", "李": "B2", "王": "W1"}
    with workspace.transaction("", "test") as transaction:
        transaction.insert("department", Rows.from_records(departments))
        for table, column, values in (
            ("person", "department_code", own),
            ("area", "name", {f"{COUNTY}00{n}": f"区划00{n}街道" for n in (1, 2)}),
        ):
            rows = workspace.read(table, geometry=False)
            known = [values.get(key) for key in rows["id" if table == "person" else "code"]]
            columns = {column: as_column(known), "row_version": rows["row_version"]}
            transaction.update(table, Rows(columns, None, rows.fids))
    rules = found(workspace)
    assert len(rules["lane_officer_of_another_office"]) == 1
    assert all(word in rules["lane_officer_of_another_office"][0] for word in ("西巷", "李", "区划002街道办事处"))


def test_lanes_that_double_each_other_are_told(workspace):
    staff(workspace, *((name, "张", "lane_chief", {}) for name in STREETS))
    assert found(workspace) == {}
    twin = workspace.read("lane").take([0])
    with workspace.transaction("", "test") as transaction:
        columns = {name: twin[name] for name in ("name", "street_code", "length_m", "state")}
        transaction.insert("lane", Rows({**columns, "code": as_column(["9901010010099"])}, twin.shapes))
    assert len(found(workspace)["lanes_doubled"]) == 1


def test_named_streets_in_no_lane_are_told_when_streets_are_given(workspace):
    staff(workspace, *((name, "张", "lane_chief", {}) for name in STREETS))
    ways = [*STREETS.values(), [(50, 300), (350, 300)], [(50, 350), (350, 350)]]
    streets = lines(ways, [*STREETS, "新路/新桥", None])
    rules = found(workspace, streets=streets)
    assert [text.split("(")[0] for text in rules["street_in_no_lane"]] == ["A piece of 新路 "]
    with pytest.raises(InputError):
        validate_workspace(workspace, streets=layer({"id": [1]}, streets.rows.shapes[:1]))


def with_faults(workspace):
    """Let a term run out, a standing be wrong, a lane double another, and officers leave gaps and overlaps."""
    half = {"section_from": "横街", "section_to": ""}
    chiefs = [("东巷", "张", "lane_chief", {}), ("西巷", "李", "lane_chief", half)]
    parts = [("东巷", name, "street_chief", {"section_from": "", "section_to": "横街"}) for name in ("赵", "钱")]
    staff(workspace, *chiefs, *parts, ("西巷", "王", "street_chief", {"valid_to": "2026-05-09"}))
    twin = workspace.read("lane").take([0])
    names = ("name", "street_code", "length_m", "state")
    inspected = {"lane_code": code(workspace, "西巷"), "checklist": workspace.info.checklist, "kind": "市查"}
    with workspace.transaction("", "test") as transaction:
        columns = {name: twin[name] for name in names}
        transaction.insert("lane", Rows({**columns, "code": as_column(["9901010010099"])}, twin.shapes))
        round_ = {**inspected, "inspected_on": "2026-04-02", "score": 80.0}
        transaction.insert("lane_inspection", Rows.from_records([round_]))


def test_a_term_that_ran_out_and_a_standing_are_fixed_and_taken_back_in_one(workspace):
    with_faults(workspace)
    rules = ("lane_post_expired", "lane_standing_differs")
    wanted = [FaultRef.of(one) for one in validate_workspace(workspace, today=TODAY).issues if one.rule in rules]
    before = {name: workspace.read(name, geometry=False).records() for name in ("lane", "post")}
    plan = plan_fixes(workspace, wanted, author="王工", today=TODAY)
    assert (len(plan.fixed), plan.refused) == (2, ())
    told = {(value.key, value.column.text("zh"), value.before, value.after) for value in plan.values}
    lane = f"西巷 {code(workspace, '西巷')}"
    assert told == {(lane, "达标情况", None, "不达标"), (f"P4 {lane[3:]}", "离任原因", None, "任期届满")}
    write_fixes(workspace, plan, "王工")
    lanes, posts = (workspace.read(name, geometry=False) for name in ("lane", "post"))
    assert dict(zip(lanes["name"], lanes["standing"]))["西巷"] == "不达标"
    ended = dict(zip(posts["id"], zip(posts["valid_to"], posts["end_reason"])))["P4"]
    assert ended == ("2026-05-09", "任期届满")
    assert not {*rules} & set(found(workspace))
    logged = workspace.read("change_log", geometry=False)
    told = set(zip(logged["table_name"], logged["gesture"], logged["row_key"]))
    assert {("post", "fix_issues", "P4"), ("lane", "fix_issues", code(workspace, "西巷"))} <= told
    assert plan_fixes(workspace, wanted, author="王工", today=TODAY).fixed == ()  # twice: nothing is left to do
    take_back_last(workspace, "王工")
    after = {name: workspace.read(name, geometry=False).records() for name in ("lane", "post")}
    for name, rows in before.items():
        assert [{**row, "row_version": 0} for row in after[name]] == [{**row, "row_version": 0} for row in rows]


@pytest.mark.daily(1)
def test_every_finding_on_lanes_can_stay_with_a_reason_until_a_day(workspace):
    with_faults(workspace)
    issues = [one for one in validate_workspace(workspace, today=TODAY).issues if one.rule.startswith("lane")]
    assert {"lane_post_expired", "lane_standing_differs", "lanes_doubled", "lane_sections_overlap"} <= {
        one.rule for one in issues
    }
    refs = [FaultRef.of(one) for one in issues]
    exempt_issues(workspace, refs, ExemptionTerms("社区意见", "王工", "李科", date(2099, 6, 30)))
    again = [one for one in validate_workspace(workspace, today=TODAY).issues if one.rule.startswith("lane")]
    assert {FaultRef.of(one) for one in again} == set(refs)
    assert all(one.exempted_by == "李科" for one in again)
    later = validate_workspace(workspace, today=date(2099, 7, 1)).issues
    assert not any(one.exempted for one in later)


def test_what_only_a_planner_can_settle_on_lanes_names_the_tool_for_it():
    of_lanes = [info for info in rule_infos().values() if info.topic == "lanes"]
    assert all(info.fixable or info.tool for info in of_lanes)
