"""Who is who in an office's table: numbers, names, phones, states, and what must never come in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.posts import read_post_rows
from gridmgmt_plugin.core.posts.columns import find_columns, refuse_identity_numbers
from gridmgmt_plugin.core.posts.people import plain
from gridmgmt_plugin.core.posts.targets import Targets
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.value_words import stored_value
from tests.tries import tries

LANE = "1101010010001"
LANES = Rows.from_records([{"code": LANE, "name": "甲胡同", "street_code": "110101001"}])
ROW = {"姓名": "张某", "角色": "街长", "街巷编码": LANE}


def read(*records, **options):
    return read_post_rows(Rows.from_records(list(records)), {}, "lane", targets=LANES, **options)


def note(result, code):
    return next((n.details for n in result.notes if n.code == code), None)


# --- one name, several persons ---


def test_one_name_with_and_without_a_department_is_put_before_the_planner():
    known = Rows.from_records([{"id": "P00001", "name": "张某", "department_code": "D1"}])
    result = read(ROW, known_persons=known)
    assert list(result.persons["id"]) == ["P00002"]
    assert note(result, "post_person_namesakes") == {"count": 1, "items": "张某"}
    assert "张某" in result.notes[-1].text("zh")


def test_one_name_in_one_department_is_one_person_and_no_news():
    known = Rows.from_records([{"id": "P00001", "name": "张某", "department_code": "D1"}])
    result = read({**ROW, "部门编码": "D1"}, known_persons=known)
    assert len(result.persons) == 0
    assert note(result, "post_person_namesakes") is None


def test_namesakes_with_numbers_of_their_own_are_no_news_but_one_without_is():
    two = [{**ROW, "工号": "001"}, {**ROW, "工号": "002"}]
    assert note(read(*two), "post_person_namesakes") is None
    result = read(*two, {**ROW, "角色": "巷长", "工号": None})
    assert list(result.posts["person_id"]) == ["P00001", "P00002", "P00001"]
    assert note(result, "post_person_namesakes") == {"count": 1, "items": "张某"}


def test_a_number_that_comes_later_belongs_to_the_name():
    result = read(ROW, {**ROW, "角色": "巷长", "工号": "007"}, {**ROW, "角色": "理事", "工号": "007"})
    assert len(result.persons) == 1
    assert result.persons["employee_no"][0] == "007"


def test_blanks_in_chinese_names_do_not_make_another_person():
    result = read({**ROW, "姓名": "张 三"}, {**ROW, "姓名": "张　三", "角色": "巷长"})
    assert list(result.persons["name"]) == ["张三"]


def test_ids_that_offices_chose_are_not_given_again():
    known = Rows.from_records([{"id": f"P{n:05d}", "name": f"甲{n}"} for n in (1, 3, 4)])
    result = read(ROW, {**ROW, "姓名": "李某"}, known_persons=known)
    assert len({*known["id"], *result.persons["id"]}) == 5


# --- states ---


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("在职", "在岗"),
        ("已退休", "退休"),
        ("离职", "离岗"),
        (" 休假 ", "请假"),
        ("退休", "退休"),
        ("Retired", "退休"),
    ],
)
def test_the_state_of_a_person_is_read_as_offices_write_it(word, state):
    result = read({**ROW, "人员状态": word})
    assert result.persons["state"][0] == state
    assert note(result, "post_states_unknown") is None


def test_a_state_that_cannot_be_read_is_left_empty_and_said():
    result = read({**ROW, "人员状态": "神游"}, {**ROW, "姓名": "李某", "人员状态": None})
    assert result.persons["state"].tolist() == [None, None]
    assert note(result, "post_states_unknown") == {"count": 1, "items": "神游"}


def test_every_word_for_a_state_leads_to_one_of_the_list():
    keys = {entry["key"] for entry in load_json("catalogues/value_lists.json")["person_state"]}
    words = load_json("catalogues/import_values.json")["values"]["person_state"]
    assert {stored_value("person_state", word) for others in words.values() for word in others} <= keys


# --- phones ---


@pytest.mark.parametrize(
    ("cell", "mobile", "office"),
    [
        ("13900000001", "13900000001", None),
        (13900000001, "13900000001", None),
        (13900000001.0, "13900000001", None),
        ("１３９０００００００１", "13900000001", None),
        ("139-0000-0001", "139-0000-0001", None),
        ("010-60000001", None, "010-60000001"),
        ("60000001转12", None, "60000001转12"),
        ("无", None, None),
        ("1.39E+10", None, None),
        ("见附件", None, None),
    ],
)
def test_a_phone_is_a_mobile_or_an_office_phone_or_nothing(cell, mobile, office):
    contacts = read({**ROW, "联系电话": cell}).contacts.records()
    found = contacts[0] if contacts else {"mobile": None, "office_phone": None}
    assert (found["mobile"], found["office_phone"]) == (mobile, office)


def test_phones_that_cannot_be_read_name_their_rows():
    result = read(ROW | {"手机": "1.39E+10"}, ROW | {"姓名": "李某", "手机": "见附件"})
    assert note(result, "post_phones_unclear") == {"count": 2, "items": "1、2"}


def test_a_phone_behind_the_name_is_a_contact_and_no_part_of_the_name():
    result = read({**ROW, "姓名": "张某（13900000001）"})
    assert list(result.persons["name"]) == ["张某"]
    assert list(result.contacts["mobile"]) == ["13900000001"]


def test_phones_and_identity_numbers_in_free_text_do_not_come_in():
    result = read({**ROW, "职责": "巡查，电话13900000001", "职务": "主任 13900000001", "街巷名称": "甲胡同"})
    held = " ".join(str(v) for rows in (result.persons, result.posts) for r in rows.records() for v in r.values())
    assert "13900000001" not in held


@pytest.mark.parametrize("word", ["无", "暂无", "-", "空缺", "待定", " ", None, float("nan")])
def test_words_for_nothing_are_nothing(word):
    assert plain(word) is None


# --- identity numbers ---

# Invented: the area 999999 does not exist, the check digit is right.
INVENTED = "99999919900101001"


def with_check_digit(digits: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return digits + "10X98765432"[sum(int(d) * w for d, w in zip(digits, weights)) % 11]


@pytest.mark.parametrize(
    "cell",
    [
        with_check_digit(INVENTED),
        with_check_digit(INVENTED).lower(),
        f"张某 {with_check_digit(INVENTED)}",
        with_check_digit(INVENTED).translate({48 + d: 0xFF10 + d for d in range(10)}),
        f"{INVENTED[:6]} {INVENTED[6:14]} {with_check_digit(INVENTED)[14:]}",
        "-".join((INVENTED[:6], INVENTED[6:10], INVENTED[10:14], with_check_digit(INVENTED)[14:])),
        "－".join(with_check_digit(INVENTED)).translate({48 + d: 0xFF10 + d for d in range(10)}),
        " ".join(with_check_digit(INVENTED)),
        f"张某{with_check_digit(INVENTED)[:5]} {with_check_digit(INVENTED)[5:]}",
        with_check_digit(INVENTED).translate({48 + d: "〇一二三四五六七八九"[d] for d in range(10)}),
        999999199001010000.0,  # a number cell keeps fifteen digits: the day of birth is still there
        int(INVENTED + "0"),
    ],
)
def test_identity_numbers_are_refused_in_whatever_form(cell):
    with pytest.raises(InputError) as caught:
        refuse_identity_numbers(Rows({"备注": as_column(["x", cell])}))
    assert caught.value.code == "identity_numbers_refused"
    assert caught.value.message.details == {"column": "备注", "count": 1}
    assert "19900101" not in caught.value.text("zh")


@pytest.mark.parametrize(
    "cell",
    [None, "", "110101001001", 123456789012345678.0, "6222021234567890123", INVENTED + "z", 13900000001],
)
def test_other_long_numbers_are_taken_in(cell):
    refuse_identity_numbers(Rows({"备注": as_column([cell])}))


@given(st.integers(0, 99_999_999_999_999_999))
@tries(100)
def test_text_without_a_day_of_birth_is_no_identity_number(number):
    text = f"{number:018d}"
    born = text[6:14]
    if not (born[:2] in ("18", "19", "20") and "01" <= born[4:6] <= "12" and "01" <= born[6:] <= "31"):
        refuse_identity_numbers(Rows({"x": as_column([text])}))


# With the right one the whole table is refused.
WRONG_CHECK_DIGITS = [digit for digit in "0123456789X" if INVENTED + digit != with_check_digit(INVENTED)]


@pytest.mark.parametrize("digit", WRONG_CHECK_DIGITS)
def test_a_name_with_an_identity_number_in_it_refuses_its_row_whatever_the_wrong_check_digit(digit):
    for written in (f"张某{INVENTED}{digit}", f"张某 {INVENTED[:6]} {INVENTED[6:14]} {INVENTED[14:]}{digit}"):
        result = read(ROW | {"姓名": written}, ROW)
        assert [(row.row, row.reason.code, dict(row.reason.details)) for row in result.rejected] == [
            (0, "name_is_private", {})
        ]
        assert list(result.persons["name"]) == [ROW["姓名"]]


def test_an_employee_number_or_department_that_is_a_phone_is_left_empty_and_told():
    result = read(
        ROW | {"工号": "13812345678", "单位": "139-1234-5678", "账号": "13700001111"}, ROW | {"姓名": "李某"}
    )
    (first, _) = result.persons.records()
    assert (first["employee_no"], first["department_code"], first["account"]) == (None, None, "13700001111")
    assert note(result, "post_numbers_private") == {"count": 1, "items": "1"}
    assert note(result, "post_departments_private") == {"count": 1, "items": "1"}


def test_an_account_that_is_an_identity_number_is_left_empty():
    result = read(ROW | {"账号": "999999900101001"})
    assert [person["account"] for person in result.persons.records()] == [None]
    assert note(result, "post_numbers_private") == {"count": 1, "items": "1"}


# --- columns and targets ---


def test_a_heading_is_used_once_and_the_first_word_of_the_list_wins():
    rows = Rows.from_records([{"姓名": "甲", "负责人": "乙", "角色": "街长", "街巷编码": LANE, "街巷": "甲胡同"}])
    found = find_columns(rows, {})
    assert found.shared["name"] == "姓名"
    assert found.ignored == ("负责人",)
    assert "target_name" in found
    assert "mobile" not in found


def test_headings_are_compared_without_blanks_width_and_case():
    rows = Rows.from_records([{" 姓 名 ": "甲", "ＮＡＭＥ": "乙", "Role": "街长", "街巷编码\n": LANE}])
    found = find_columns(rows, {})
    assert found.shared["name"] == " 姓 名 "
    assert found.shared["role"] == "Role"
    assert found.shared["target_code"] == "街巷编码\n"


@pytest.mark.parametrize(
    ("code", "name", "street", "found"),
    [
        (LANE, "别的胡同", None, [LANE]),
        (f"{LANE}、{LANE}", None, None, [LANE, LANE]),
        (float(LANE), None, None, [LANE]),
        (None, "甲胡同", "110101001", [LANE]),
        (None, "甲 胡同", None, [LANE]),
        ("1.10101E+12", None, None, ["post_target_code_damaged"]),
        ("①", None, None, ["post_target_unknown"]),
        (None, "甲胡同", "②", ["post_street_unknown"]),
        (None, "甲胡同", "110101002", ["post_target_name_unknown"]),
        (None, None, None, ["post_without_target"]),
    ],
)
def test_what_a_post_is_for_is_found_or_said(code, name, street, found):
    answers = Targets(LANES).find(code, name, street)
    assert [answer if isinstance(answer, str) else answer.code for answer in answers] == found


def test_a_street_office_is_found_without_its_kind():
    offices = Rows.from_records([{"code": "110101001", "name": "东华门街道"}])
    assert Targets(LANES, offices).find(None, "甲胡同", "东华门") == [LANE]
    (answer,) = Targets(LANES, offices).find(None, "甲胡同", "景山")
    assert answer.code == "post_street_unknown"


def test_objects_without_code_or_name_are_no_candidates():
    rows = Rows.from_records([{"code": None, "name": "甲胡同"}, {"code": LANE, "name": None}])
    (answer,) = Targets(rows).find(None, "甲胡同", None)
    assert answer.code == "post_target_name_unknown"
    assert Targets(Rows()).find(LANE, None, None)[0].code == "post_target_unknown"


@given(st.lists(st.sampled_from(["张某", "李某", "王某 13900000001", "赵某、钱某", "", None]), max_size=12))
@tries(50)
def test_persons_posts_and_contacts_always_fit_together(names):
    if not names:
        return
    result = read(*({**ROW, "姓名": name, "职责": f"第{n}段", "路段起点": str(n)} for n, name in enumerate(names)))
    ids = set(result.persons["id"])
    assert set(result.posts["person_id"]) <= ids
    assert set(result.contacts["person_id"]) <= ids
    assert len(result.persons) == len(set(result.persons["name"]))
    assert {r.row for r in result.rejected} == {n for n, name in enumerate(names) if not name}
