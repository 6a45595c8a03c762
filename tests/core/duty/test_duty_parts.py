"""The pieces of "who answers" one by one: the tree of areas, zones over points, the book of rules, the roster."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.duty.area_tree import AreaTree
from gridmgmt_plugin.core.duty.classes import ClassTitle
from gridmgmt_plugin.core.duty.roster import read_roster
from gridmgmt_plugin.core.duty.rules import Places, RuleBook
from gridmgmt_plugin.core.duty.times import days
from gridmgmt_plugin.core.duty.zones import NO_KIND, Zones, group_zones
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.rows import Rows, as_column
from tests.tries import tries

COUNTY, OFFICE, COMMUNITY = "110101", "110101001", "110101001002"


def areas(*rows) -> AreaTree:
    return AreaTree(Rows.from_records([dict(zip(("code", "parent_code", "level"), row)) for row in rows]))


# --- areas ---


def test_above_a_community_are_its_street_office_and_county_also_when_no_table_says_so():
    tree = areas()
    assert tree.chain(COMMUNITY) == (COMMUNITY, OFFICE, COUNTY)
    assert [tree.depth(code) for code in ("", COUNTY, OFFICE, COMMUNITY)] == [0, 1, 2, 3]
    assert tree.street_office(COMMUNITY) == OFFICE
    assert tree.street_office("") == ""


def test_the_table_goes_before_the_digits():
    tree = areas((COMMUNITY, "110101009", "community"), ("110101009", COUNTY, "street_office"))
    assert tree.street_office(COMMUNITY) == "110101009"


def test_an_area_that_is_no_administrative_code_stands_alone():
    tree = areas(("开发区", None, "street_office"))
    assert tree.chain("开发区") == ("开发区",)
    assert tree.street_office("开发区") == "开发区"
    assert tree.street_office("园区") == "园区"


def test_a_community_right_under_a_county_is_answered_by_the_county():
    assert areas().street_office("320115000201") == "320115"


@pytest.mark.parametrize("office", [OFFICE, f"{OFFICE}000"])
@pytest.mark.parametrize("linked", [True, False])
def test_a_code_with_the_zeros_of_statistics_is_the_same_area(office, linked):
    tree = areas(
        (f"{COUNTY}000000", None, "county"),
        (office, COUNTY if linked else None, "street_office"),
        (COMMUNITY, OFFICE if linked else None, "community"),
    )
    for code in (OFFICE, f"{OFFICE}000"):
        assert tree.chain(code) == (office, f"{COUNTY}000000")
        assert tree.at_level(code, "street_office") == tree.street_office(code) == office
        assert tree.at_level(code, "community") == ""
        assert tree.holds(code, COMMUNITY)
        assert not tree.holds(COMMUNITY, code)
    assert tree.at_level(COMMUNITY, "street_office") == office
    assert tree.holds(COUNTY, COMMUNITY)
    assert not tree.holds("110101009000", COMMUNITY)


@given(st.lists(st.tuples(*[st.sampled_from(["a", "b", "c", "d", ""])] * 2), max_size=8))
@tries(80)
def test_a_climb_always_ends_and_meets_no_area_twice(links):
    tree = areas(*((code, parent, None) for code, parent in links))
    for code in "abcd":
        chain = tree.chain(code)
        assert chain[0] == code
        assert len(set(chain)) == len(chain)
        assert tree.street_office(code) in chain


# --- zones ---

ZONES = Rows.from_records(
    [
        {"code": "Z0", "kind": "物业小区", "manager_code": "乙"},
        {"code": "Z1", "kind": "物业小区", "manager_code": "甲"},
        {"code": "Z2", "kind": "工地", "manager_code": None},
        {"code": "Z3", "kind": None, "manager_code": "丙"},
    ]
)


def test_kinds_and_managers_over_a_set_of_zones():
    zones = Zones(ZONES, as_column(["丁", ""]))
    estate, site, absent = zones.kind_numbers(as_column(["物业小区", "工地", "标段"]))
    assert (absent, zones.kind_numbers(as_column([""]))[0]) == (-1, NO_KIND)
    over = zones.over([(), (0,), (0, 1), (2,), (3,)])
    assert over.present[:, estate].tolist() == [False, True, True, False, False]
    assert over.present[:, NO_KIND].all(), "a rule for no kind in particular fits everywhere"
    assert not over.present[:, absent].any(), "a kind that no zone has is nowhere"
    named = [None if number < 0 else zones.departments[number] for number in over.manager[:, estate]]
    assert named == [None, "乙", min("甲", "乙"), None, None]
    assert over.several[:, estate].tolist() == [False, False, True, False, False]
    assert (over.manager[:, site] < 0).all()
    assert (zones.has_manager("物业小区"), zones.has_manager("工地"), zones.has_manager("标段")) == (
        True,
        False,
        False,
    )


def test_departments_are_numbered_in_text_order_with_nothing_first():
    zones = Zones(ZONES, as_column(["丁", "", "丁"]))
    assert zones.departments.tolist() == sorted(["", "丁", "乙", "甲", "丙"])
    assert zones.departments[zones.department_numbers(as_column(["丁", ""]))].tolist() == ["丁", ""]


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 3)), max_size=20, unique=True))
@tries(60)
def test_points_are_grouped_by_the_zones_over_them(pairs):
    rows = sorted(pairs)
    point = np.array([p for p, _ in rows], dtype=np.int64)
    zone = np.array([z for _, z in rows], dtype=np.int64)
    which, sets = group_zones(8, point, zone)
    assert len(set(sets)) == len(sets)
    for p in range(8):
        assert sets[which[p]] == tuple(z for q, z in rows if q == p)


# --- rules ---


def book(*rules, zones=ZONES, scheme="cg") -> RuleBook:
    rows = [{"id": str(number), "department_code": "丁", **rule} for number, rule in enumerate(rules)]
    return RuleBook(Rows.from_records(rows), zones, areas(), scheme)


def places(
    n: int, *, class_code="0101", kind="", area=COMMUNITY, zones=0, day="2025-03-03", zone_sets=((),)
) -> Places:
    def column(value):
        return as_column([value] * n)

    return Places(
        column(kind),
        column(class_code),
        column(area),
        np.full(n, zones, dtype=np.int64),
        np.full(n, day, dtype="datetime64[D]"),
        zone_sets,
    )


def test_without_rules_or_places_nothing_wins():
    assert book().match(places(2)).entry.tolist() == [-1, -1]
    assert len(book({}).match(places(0)).entry) == 0
    assert book({"class_prefix": "02"}).match(places(1)).department.tolist() == [""]


def test_rules_that_cannot_name_anybody_are_listed_by_their_ids():
    found = book(
        {"department_code": None},
        {"department_code": None, "zone_kind": "工地"},
        {"department_code": None, "zone_kind": "物业小区"},
        {"department_code": None, "zone_kind": "标段"},
    )
    assert found.unusable == ("0", "1", "3")
    assert found.rule_id.tolist() == ["2"]


def test_a_zone_rule_is_asked_only_where_a_zone_of_its_kind_has_a_manager():
    ready = book({"department_code": None, "zone_kind": "物业小区"}, {"class_prefix": "01"})
    where = [ready.match(places(1, zones=n, zone_sets=((), (0,), (0, 1), (2,)))) for n in range(4)]
    assert [found.department[0] for found in where] == ["丁", "乙", min("甲", "乙"), "丁"]
    assert [bool(found.disputed[0]) for found in where] == [False, False, True, False]


def test_a_manager_who_is_also_named_by_an_equal_rule_is_no_dispute():
    rules_ = {"department_code": None, "zone_kind": "物业小区"}, {"department_code": "乙", "zone_kind": "物业小区"}
    found = book(*rules_).match(places(1, zones=1, zone_sets=((), (0,))))
    assert (found.department[0], bool(found.disputed[0])) == ("乙", False)
    other = book(rules_[0], {**rules_[1], "department_code": "丁"}).match(places(1, zones=1, zone_sets=((), (0,))))
    assert (other.department[0], bool(other.disputed[0])) == ("乙", True)


def test_priority_may_be_written_as_text_and_nothing_comes_last():
    ready = book({"priority": "10"}, {"priority": "９"}, {"priority": None}, {"priority": "high"})
    assert ready.rule_id.tolist() == ["1", "0", "2", "3"]


def test_many_places_in_blocks_are_matched_as_one_by_one(monkeypatch):
    ready = book(
        {"class_prefix": "01", "area_code": OFFICE},
        {"class_prefix": "0101", "valid_to": "2025-03-02", "department_code": "戊"},
        {"department_code": None, "zone_kind": "物业小区"},
        {"class_kind": "event", "department_code": "己"},
    )
    generator = np.random.default_rng(4)
    n = 200
    asked = Places(
        as_column(generator.choice(["", "event", "component"], n)),
        as_column(generator.choice(["0101", "0102", "02", ""], n)),
        as_column(generator.choice([COMMUNITY, OFFICE, "110102001001", ""], n)),
        generator.integers(0, 3, n),
        np.datetime64("2025-03-01") + generator.integers(0, 4, n),
        ((), (0,), (0, 1)),
    )
    whole = ready.match(asked)
    monkeypatch.setattr("gridmgmt_plugin.core.duty.rules._BLOCK_CELLS", 8)
    blocks = ready.match(asked)
    for name in ("entry", "department", "disputed"):
        assert getattr(whole, name).tolist() == getattr(blocks, name).tolist()
    for row in range(n):
        some = slice(row, row + 1)
        alone = Places(*(getattr(asked, f)[some] for f in ("class_kind", "class_code", "area_code", "zones", "day")),
                       asked.zone_sets)  # fmt: skip
        found = ready.match(alone)
        assert (found.entry[0], found.department[0]) == (whole.entry[row], whole.department[row])


# --- the roster ---


def test_who_asks_for_no_role_gets_no_post_without_a_role_before_the_others():
    post = {"target": "responsibility_grid", "target_code": "R1", "person_id": "p1", "turn": "A角"}
    roster = read_roster(
        Rows.from_records([{**post, "id": role, "role": role} for role in ("", "grid_leader")]), Rows({})
    )
    at = np.array(["2025-03-03T12:00:00"], dtype="datetime64[s]")
    for roles in (None, as_column([""])):
        assert roster.first_on_duty("responsibility_grid", as_column(["R1"]), at, roles=roles).tolist() == [1]


ROLES = ["grid_leader", "grid_worker", "inspector", "", "something_else"]
post_rows = st.fixed_dictionaries(
    {
        "target": st.sampled_from(["responsibility_grid", "lane"]),
        "target_code": st.sampled_from(["R1", "R2"]),
        "scheme": st.sampled_from([None, "cg", "hw"]),
        "person_id": st.sampled_from(["p1", "p2", "p3", None]),
        "role": st.sampled_from(ROLES),
        "turn": st.sampled_from(["A角", "B角", "代班", None]),
        "weekdays": st.sampled_from([None, "1-5", "6-7"]),
        "section_from": st.sampled_from([None, "1号"]),
        "valid_to": st.sampled_from([None, "2025-03-02", "2025-03-03"]),
    }
)


@given(
    st.lists(post_rows, max_size=8),
    st.dictionaries(st.sampled_from(["p1", "p2"]), st.sampled_from(["在岗", "请假", "退休"])),
    st.sampled_from(["R1", "R2", "R3", ""]),
    st.sampled_from(["", "inspector", "grid_worker"]),
)
@tries(120)
def test_who_answers_is_the_first_of_those_on_duty_in_the_order_told(posts, states, code, role):
    rows = [{"id": str(number), **post} for number, post in enumerate(posts)]
    persons = [{"id": person, "state": state} for person, state in states.items()]
    roster = read_roster(Rows.from_records(rows), Rows.from_records(persons))
    at = np.array(["2025-03-03T12:00:00"], dtype="datetime64[s]")  # a Monday
    found = roster.first_on_duty("responsibility_grid", as_column([code]), at, scheme="cg", roles=as_column([role]))[
        0
    ]
    order = ["grid_leader", "grid_worker", "inspector", "liaison"]

    def preference(number):
        post = rows[number]
        return (
            post["role"] != role if role else False,
            order.index(post["role"]) if post["role"] in order else 99,
            ["A角", "B角", "代班"].index(post["turn"] or "A角"),
            bool(post["section_from"]),
            post["person_id"],
            number,
        )

    on = [
        number
        for number, post in enumerate(rows)
        if post["target"] == "responsibility_grid"
        and code
        and post["target_code"] == code
        and post["scheme"] in (None, "cg")
        and post["person_id"]
        and states.get(post["person_id"], "在岗") == "在岗"
        and post["weekdays"] != "6-7"
        and post["valid_to"] != "2025-03-02"
    ]
    assert found == min(on, key=preference, default=-1)


def test_dates_of_the_duty_tables_must_be_dates_and_a_missing_column_is_open():
    rows = Rows.from_records([{"valid_from": "2025-03-01"}, {"valid_from": None}])
    assert days(rows, "duty_rule", "valid_from")[0] == np.datetime64("2025-03-01")
    assert np.isnat(days(rows, "duty_rule", "valid_to")).all()
    with pytest.raises(InputError) as caught:
        days(Rows.from_records([{"valid_to": "年底"}]), "post", "valid_to")
    assert "岗位" in caught.value.text("zh")
    assert "年底" in caught.value.text("zh")


def test_a_rule_about_a_whole_major_class_names_it():
    title = ClassTitle("03", {}, "event", {"event": "events"})
    assert (title.text("zh"), title.text("en")) == ("03 施工管理", "03 Construction")
