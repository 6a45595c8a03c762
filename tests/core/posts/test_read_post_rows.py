"""An office's table of street-lane officers or grid staff becomes persons, posts and contacts, row by row."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.errors import Cancelled, InputError
from gridmgmt_plugin.core.posts import read_post_rows
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.value_lists import ROLE, value_label
from gridmgmt_plugin.core.value_words import stored_value
from tests.tries import tries

LANES = Rows.from_records(
    [
        {"code": "1101010010001", "name": "新开胡同", "alias": "新开路", "street_code": "110101001"},
        {"code": "1101010020001", "name": "新开胡同", "street_code": "110101002"},
        {"code": "1101010010002", "name": "甲胡同", "street_code": "110101001", "managing_street_code": "110101002"},
    ]
)
OFFICES = Rows.from_records([{"code": "110101001", "name": "东华门街道"}, {"code": "110101002", "name": "景山街道"}])
GRIDS = Rows.from_records([{"code": "110101001001", "name": "东华门一格"}, {"code": "110101001002", "name": "二格"}])
LANE = "1101010010002"


def read(*records, target="lane", targets=LANES, field_map=None, **options):
    options.setdefault("offices", OFFICES)
    return read_post_rows(Rows.from_records(list(records)), field_map or {}, target, targets=targets, **options)


def reasons(result):
    return [(rejected.row, rejected.reason.code) for rejected in result.rejected]


def only(result):
    assert not result.rejected, reasons(result)
    assert len(result.posts) == 1
    return result.posts.records()[0]


def notes(result):
    return {note.code: note.details for note in result.notes}


def test_a_row_becomes_a_person_a_post_and_a_contact():
    result = read(
        {
            "姓名": "张某某",
            "职务": "副主任",
            "角色": "街长",
            "所属街巷编号": LANE,
            "手机": "13900000001",
            "办公电话": "010-60000001",
            "轮次": "A",
            "起始日期": "2025年3月1日",
            "终止日期": date(2026, 2, 28),
        }
    )
    post = only(result)
    person = result.persons.records()[0]
    assert (person["name"], person["title"]) == ("张某某", "副主任")
    expected = {
        "target": "lane",
        "target_code": LANE,
        "scheme": None,
        "person_id": person["id"],
        "role": "street_chief",
        "turn": "A角",
        "valid_from": "2025-03-01",
        "valid_to": "2026-02-28",
    }
    assert {key: post[key] for key in expected} == expected
    assert result.contacts.records() == [
        {
            "person_id": person["id"],
            "office_phone": "010-60000001",
            "mobile": "13900000001",
            "publish_consent": None,
        }
    ]


def test_phones_stand_in_contacts_alone():
    result = read(
        {
            "姓名": "张某某(13900000001)",
            "角色": "巷长",
            "街巷编码": LANE,
            "职务": "科长 电话13900000002",
            "工作职责": "有事请打13900000003",
        }
    )
    elsewhere = [
        str(value) for rows in (result.persons, result.posts) for r in rows.records() for value in r.values()
    ]
    assert not any("1390000000" in text for text in elsewhere)
    assert result.persons["name"][0] == "张某某"
    assert result.contacts["mobile"][0] == "13900000001"


def test_a_single_phone_column_is_told_by_its_number():
    result = read(
        {"姓名": "张某", "角色": "巷长", "街巷编码": LANE, "联系电话": 13900000001.0},
        {"姓名": "李某", "角色": "街长", "街巷编码": LANE, "联系电话": "６０００００００"},
        {"姓名": "王某", "角色": "理事", "街巷编码": LANE, "联系电话": "无"},
    )
    assert [(c["mobile"], c["office_phone"]) for c in result.contacts.records()] == [
        ("13900000001", None),
        (None, "60000000"),
    ]


def test_a_phone_damaged_by_a_spreadsheet_is_left_out_and_said():
    result = read({"姓名": "张某", "角色": "巷长", "街巷编码": LANE, "手机": "1.39E+10"})
    assert len(result.contacts) == 0
    assert notes(result)["post_phones_unclear"] == {"count": 1, "items": "1"}


@pytest.mark.parametrize("header", ["身份证号", "身份证号码", "证件号码", "ID_Card"])
def test_a_column_of_identity_numbers_is_refused(header):
    with pytest.raises(InputError) as caught:
        read({"姓名": "张某", "角色": "巷长", "街巷编码": LANE, header: None})
    assert caught.value.code == "identity_column_refused"
    assert header in caught.value.text("zh")


def test_identity_numbers_under_another_heading_are_refused_and_not_repeated():
    number = "11010119900307123" + "57"[1]
    body = [int(d) for d in number[:17]]
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    number = number[:17] + "10X98765432"[sum(b * w for b, w in zip(body, weights)) % 11]
    with pytest.raises(InputError) as caught:
        read({"姓名": "张某", "角色": "巷长", "街巷编码": LANE, "备注": f"证 {number}"})
    assert caught.value.code == "identity_numbers_refused"
    assert number not in caught.value.text("zh") + caught.value.text("en")


def test_a_long_number_that_is_no_identity_number_is_no_obstacle():
    only(read({"姓名": "张某", "角色": "巷长", "街巷编码": LANE, "备注": "110101199003071230", "其他": "9" * 18}))


@pytest.mark.parametrize("role", load_json("catalogues/roles.json")["roles"], ids=lambda r: r["key"])
def test_every_role_is_known_by_its_key_its_names_and_its_synonyms(role):
    for word in (role["key"], role["zh"], role["en"], f" {role['zh']} ", *role["synonyms"]):
        assert stored_value(ROLE, word) == role["key"]
    assert value_label(ROLE, role["key"], "zh_CN") == role["zh"]
    assert value_label(ROLE, role["key"], "en") == role["en"]


def test_turns_are_known_as_offices_write_them():
    assert [stored_value("turn", word) for word in ("A角", "Ａ角", "a岗", "主班", "替班", "C角", None)] == [
        "A角", "A角", "A角", "A角", "代班", None, None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"角色": "总管"}, "post_role_unknown"),
        ({"角色": None}, "post_role_missing"),
        ({"轮次": "C角"}, "post_turn_unknown"),
        ({"街巷编码": "1101010019999"}, "post_target_unknown"),
        ({"街巷编码": "1.10101E+12"}, "post_target_code_damaged"),
        ({"街巷编码": None}, "post_without_target"),
        ({"姓名": "  "}, "post_without_name"),
        ({"姓名": "空缺"}, "post_without_name"),
        ({"起始日期": "三月初"}, "post_date_unclear"),
        ({"起始日期": "2025-03-02", "终止日期": "2025-03-01"}, "post_period_reversed"),
        ({"值班星期": "单双号"}, "weekdays_unclear"),
        ({"上班时间": "早八点半"}, "clock_unclear"),
    ],
)
def test_a_row_that_cannot_be_used_is_rejected_with_its_reason(change, reason):
    good = {"姓名": "张某", "角色": "巷长", "街巷编码": LANE, "轮次": "A角"}
    result = read({**good, "姓名": "李某"}, {**good, **change})
    assert reasons(result) == [(1, reason)]
    assert len(result.posts) == 1
    assert all(rejected.reason.text(language) for rejected in result.rejected for language in ("zh", "en"))


def test_a_person_of_a_rejected_row_is_not_entered():
    result = read({"姓名": "张某", "角色": "巷长", "街巷编码": "1101010019999", "手机": "13900000001"})
    assert (len(result.persons), len(result.contacts)) == (0, 0)


def test_a_lane_is_found_by_name_and_street_office():
    row = {"姓名": "张某", "角色": "巷长", "街巷名称": "新开胡同"}
    for street in ("景山街道", "景山", "110101002"):
        assert only(read({**row, "所属街道": street}))["target_code"] == "1101010020001"


def test_a_lane_on_the_boundary_is_found_in_the_office_that_manages_it():
    row = {"姓名": "张某", "角色": "巷长", "街巷名称": "甲胡同"}
    assert only(read({**row, "所属街道": "景山街道"}))["target_code"] == LANE
    assert only(read({**row, "所属街道": "东华门街道"}))["target_code"] == LANE


def test_a_lane_is_found_by_its_alias_and_in_full_width():
    assert only(read({"姓名": "张某", "角色": "巷长", "街巷名称": "新开　路"}))["target_code"] == "1101010010001"


def test_a_lane_name_that_fits_several_is_not_guessed():
    result = read({"姓名": "张某", "角色": "巷长", "街巷名称": "新开胡同"})
    assert reasons(result) == [(0, "post_target_ambiguous")]
    assert "1101010010001、1101010020001" in result.rejected[0].reason.text("zh")


@pytest.mark.parametrize(
    ("name", "street", "reason"),
    [
        ("丙胡同", "景山街道", "post_target_name_unknown"),
        ("新开胡同", "天外街道", "post_street_unknown"),
        (None, "景山街道", "post_without_target"),
    ],
)
def test_a_lane_that_is_not_there_is_said(name, street, reason):
    result = read({"姓名": "张某", "角色": "巷长", "街巷名称": name, "所属街道": street})
    assert reasons(result) == [(0, reason)]


def test_posts_in_responsibility_grids_carry_the_scheme_and_the_hours():
    result = read(
        {
            "姓名": "张某",
            "岗位": "网格员",
            "责任网格编号": "110101001001",
            "值班星期": "周一至周五",
            "上班时间": time(8, 30),
            "下班时间": "17:30",
        },
        target="responsibility_grid",
        targets=GRIDS,
        scheme="cg",
    )
    post = only(result)
    assert (post["scheme"], post["weekdays"], post["start_time"]) == ("cg", "周一至周五", "08:30:00")


def test_several_grids_in_one_cell_are_several_posts_of_one_person():
    result = read(
        {"姓名": "张某", "岗位": "网格员", "所属网格编号": "110101001001、110101001002，110101001009"},
        target="responsibility_grid",
        targets=GRIDS,
    )
    assert list(result.posts["target_code"]) == ["110101001001", "110101001002"]
    assert len(result.persons) == 1
    assert reasons(result) == [(0, "post_target_unknown")]


def test_a_table_with_a_column_per_role_is_read_person_by_person():
    result = read(
        {
            "街巷编码": LANE,
            "街长": "张某",
            "街长职务": "副主任",
            "街长电话": "60000001",
            "巷长": "李某",
            "巷长电话": "13900000002",
            "小巷管家": "王某、赵某",
        }
    )
    people = {p["id"]: p for p in result.persons.records()}
    assert [(people[p["person_id"]]["name"], p["role"]) for p in result.posts.records()] == [
        ("张某", "street_chief"),
        ("李某", "lane_chief"),
        ("王某", "lane_steward"),
        ("赵某", "lane_steward"),
    ]
    assert people["P00001"]["title"] == "副主任"
    assert people["P00002"]["title"] is None
    assert [(c["office_phone"], c["mobile"]) for c in result.contacts.records()] == [
        ("60000001", None),
        (None, "13900000002"),
    ]


def test_a_table_with_a_column_per_turn_takes_the_role_given():
    result = read(
        {"责任网格编号": "110101001001", "A角": "张某", "B角": "李某", "B角手机": "13900000002"},
        target="responsibility_grid",
        targets=GRIDS,
        default_role="grid_worker",
    )
    assert [(p["turn"], p["role"]) for p in result.posts.records()] == [
        ("A角", "grid_worker"),
        ("B角", "grid_worker"),
    ]


def test_the_phones_of_several_names_are_shared_out_when_their_number_agrees():
    row = {"街巷编码": LANE, "小巷管家": "王某、赵某"}
    result = read({**row, "小巷管家电话": "13900000001、13900000002"})
    assert list(result.contacts["mobile"]) == ["13900000001", "13900000002"]
    assert len(read({**row, "小巷管家电话": "13900000001"}).contacts) == 0


def test_one_person_in_several_posts_is_one_person():
    row = {"姓名": "张某", "角色": "街长", "街巷编码": LANE, "单位": "东华门街道办"}
    result = read(row, {**row, "角色": "巷长"}, {**row, "单位": "景山街道办"})
    assert len(result.persons) == 2
    assert list(result.posts["person_id"]) == ["P00001", "P00001", "P00002"]


def test_the_employee_number_tells_two_of_one_name_apart():
    row = {"姓名": "张某", "角色": "街长", "街巷编码": LANE}
    result = read({**row, "工号": "001"}, {**row, "工号": "002"}, {**row, "工号": "001", "角色": "巷长"})
    assert list(result.persons["employee_no"]) == ["001", "002"]
    assert list(result.posts["person_id"]) == ["P00001", "P00002", "P00001"]


def test_a_person_whom_the_workspace_knows_is_not_entered_again():
    known = Rows.from_records(
        [{"id": "P00001", "name": "张某", "department_code": "D1"}, {"id": "x", "name": "李某", "employee_no": "7"}]
    )
    row = {"角色": "巷长", "街巷编码": LANE, "手机": "13900000001"}
    result = read(
        {**row, "姓名": "张某", "部门编码": "D1", "工号": None},
        {**row, "姓名": "李小某", "部门编码": None, "工号": 7.0},
        {**row, "姓名": "张某", "部门编码": "D2", "工号": None},
        known_persons=known,
    )
    assert list(result.posts["person_id"]) == ["P00001", "x", "P00003"]
    assert list(result.persons["id"]) == ["P00003"]
    assert set(result.contacts["person_id"]) == {"P00001", "x", "P00003"}


def test_the_same_post_twice_is_rejected_once():
    row = {"姓名": "张某", "角色": "街长", "街巷编码": LANE}
    first = read(row, row)
    assert reasons(first) == [(1, "post_given_twice")]
    again = read(row, known_persons=first.persons, known_posts=first.posts)
    assert reasons(again) == [(0, "post_given_twice")]
    assert len(again.persons) == 0


def test_post_numbers_go_on_after_those_that_exist():
    known = Rows.from_records([{"id": "G00001"}, {"id": "G00003"}])
    row = {"姓名": "张某", "角色": "街长", "街巷编码": LANE}
    result = read(row, {**row, "角色": "巷长"}, known_posts=known)
    assert not set(result.posts["id"]) & {"G00001", "G00003"}
    assert len(set(result.posts["id"])) == 2


def test_department_names_become_codes_and_unknown_ones_are_said():
    departments = Rows.from_records([{"code": "D1", "name": "城市管理委员会", "short_name": "城管委"}])
    row = {"角色": "街长", "街巷编码": LANE}
    result = read(
        {**row, "姓名": "张某", "单位": "城管委"},
        {**row, "姓名": "李某", "单位": "D1"},
        {**row, "姓名": "王某", "单位": "园林局"},
        departments=departments,
    )
    assert list(result.persons["department_code"]) == ["D1", "D1", None]
    assert notes(result)["post_departments_unknown"] == {"count": 1, "items": "园林局"}


def test_a_departments_code_is_no_phone_although_it_reads_like_one():
    departments = Rows.from_records([{"code": "008613000000000", "name": "城管委"}, {"code": "13000000000"}])
    row = {"角色": "街长", "街巷编码": LANE}
    result = read(
        {**row, "姓名": "张某", "单位": "008613000000000"},
        {**row, "姓名": "李某", "单位": "13000000000"},
        {**row, "姓名": "王某", "单位": "13812345678"},
        departments=departments,
    )
    assert list(result.persons["department_code"]) == ["008613000000000", "13000000000", None]
    assert "13812345678" not in str(notes(result))


def test_different_phones_of_one_name_are_put_before_the_planner():
    row = {"姓名": "张某", "角色": "街长", "街巷编码": LANE, "手机": "13900000001"}
    result = read(row, {**row, "角色": "巷长", "手机": "13900000002"})
    assert notes(result)["post_person_with_two_phones"] == {"count": 1, "items": "张某"}
    assert list(result.contacts["mobile"]) == ["13900000001"]


def test_columns_that_were_not_used_are_named():
    result = read({"序号": 1, "姓名": "张某", "角色": "街长", "街巷编码": LANE, "喜好": "棋"})
    assert notes(result)["post_columns_ignored"] == {"count": 2, "items": "序号、喜好"}


def test_other_headings_are_read_by_a_field_map():
    result = read(
        {"谁": "张某", "干啥": "街长", "哪儿": LANE}, field_map={"name": "谁", "role": "干啥", "target_code": "哪儿"}
    )
    assert only(result)["role"] == "street_chief"


def test_consent_to_publish_is_read():
    row = {"姓名": "张某", "角色": "街长", "街巷编码": LANE, "手机": "13900000001"}
    assert read({**row, "同意公示": "是"}).contacts["publish_consent"][0] is True
    assert read({**row, "同意公示": "同意"}).contacts["publish_consent"][0] is True
    for refusal in ("否", "不同意", "再说"):
        assert read({**row, "同意公示": refusal}).contacts["publish_consent"][0] is False


def test_the_state_of_a_person_comes_along():
    row = {"姓名": "张某", "角色": "街长", "街巷编码": LANE, "人员状态": "请假", "退休日期": datetime(2025, 12, 31)}
    person = read(row).persons.records()[0]
    assert (person["state"], person["left_on"]) == ("请假", "2025-12-31")


@pytest.mark.parametrize(
    ("records", "field_map", "code"),
    [
        ([], {}, "post_table_empty"),
        ([{"角色": "街长", "街巷编码": LANE}], {}, "post_name_column_missing"),
        ([{"姓名": "张某", "角色": "街长"}], {}, "post_target_column_missing"),
        ([{"姓名": "张某", "角色": "街长", "街巷编码": LANE}], {"mobile": "手机"}, "post_column_missing"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused(records, field_map, code):
    with pytest.raises(InputError) as caught:
        read(*records, field_map=field_map)
    assert caught.value.code == code


def test_a_field_or_target_that_does_not_exist_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="colour"):
        read({"姓名": "张某"}, field_map={"colour": "姓名"})
    with pytest.raises(ValueError, match="planet"):
        read({"姓名": "张某"}, target="planet")


def test_it_can_be_cancelled():
    with pytest.raises(Cancelled):
        read({"姓名": "张某", "角色": "街长", "街巷编码": LANE}, progress=Progress(is_cancelled=lambda: True))


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "姓名": st.sampled_from(["张某", "李某", " ", None]),
                "单位": st.sampled_from(["甲", "乙", None]),
                "工号": st.sampled_from([None, None, "1", "2"]),
                "角色": st.sampled_from(["街长", "巷长", "总管", None]),
                "轮次": st.sampled_from(["A角", "B", "C", None]),
                "街巷编码": st.sampled_from([LANE, "1101010010001", "x", None]),
            }
        ),
        min_size=1,
        max_size=20,
    )
)
@tries(60)
def test_every_row_becomes_a_post_or_is_rejected_and_every_post_has_its_person(records):
    result = read(*records)
    assert len(result.posts) + len(result.rejected) == len(records)
    assert set(result.posts["person_id"]) == set(result.persons["id"])
    assert len(set(result.posts["id"])) == len(result.posts)
    assert len(set(result.persons["id"])) == len(result.persons)
    again = read(*records, known_persons=result.persons, known_posts=result.posts)
    assert (len(again.persons), len(again.posts)) == (0, 0)
