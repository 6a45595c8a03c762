"""Phones and identity numbers leave free text; codes, dates and credit codes stay."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gridmgmt_plugin.core.letters import half_width
from gridmgmt_plugin.core.redaction.columns import redact_column
from gridmgmt_plugin.core.redaction.texts import redact
from gridmgmt_plugin.core.resources import load_json
from tests.core.redaction.corpus import with_people, without_people
from tests.tries import tries

PHONE = load_json("catalogues/redaction.json")["phone_mask"]
IDENTITY = load_json("catalogues/redaction.json")["identity_mask"]


@pytest.mark.parametrize(
    "phone",
    [
        "13812345678",
        "138 1234 5678",
        "138-1234-5678",
        "138.1234.5678",
        "1381234-5678",
        "１３８１２３４５６７８",
        "１３８－１２３４－５６７８",
        "+86 138 1234 5678",
        "+8613812345678",
        "008613812345678",
        "013812345678",
        "1 3 8 1 2 3 4 5 6 7 8",
        "13 81 23 45 67 8",
        "19912345678",
        "0532-88886666",
        "0532 8888 6666",
        "010-65123456",
        "01065123456",
        "(010)65123456",
        "（０１０）６５１２３４５６",
        "021 6512-3456",
        "+86 10 65123456",
    ],
)
def test_a_phone_is_taken_out_however_it_is_written(phone):
    assert redact(f"市民来电 {phone},请回复") == f"市民来电 {PHONE},请回复"


@pytest.mark.parametrize("text", ["电话65123456", "座机:6512-3456", "联系方式 88886666"])
def test_a_landline_without_area_code_goes_behind_a_word_that_says_phone(text):
    assert PHONE in redact(text)
    assert not re.search(r"\d{3}", redact(text))


@pytest.mark.parametrize(
    "number",
    [
        "110101199003071233",
        "11010119900307123X",
        "11010119900307123x",
        "１１０１０１１９９００３０７１２３Ｘ",
        "110101 19900307 1234",
        "110101-1990-0307-1234",
        "11010 1199003 071233",
        "1 1 0 1 0 1 1 9 9 0 0 3 0 7 1 2 3 3",
        "1-1-0-1-0-1-1-9-9-0-0-3-0-7-1-2-3-3",
        "999999999999999999",
    ],
)
def test_an_identity_number_goes_with_or_without_a_valid_check_digit(number):
    assert redact(f"居民{number}反映") == f"居民{IDENTITY}反映"


def test_an_old_identity_number_goes_only_when_the_words_say_so():
    assert redact("身份证号:110101900307123") == f"身份证号:{IDENTITY}"
    assert redact("证件编号 110101900307123") == f"证件编号 {IDENTITY}"
    assert redact("身份证已核,网格110101001001001") == "身份证已核,网格110101001001001"
    assert redact("370102011201009") == "370102011201009"


@pytest.mark.parametrize(
    "text",
    [
        "网格编码370102011201009内井盖破损",
        "网格 150102 011 201 009",
        "部件3205080101000001丢失",
        "区划110101001001,街道110101001",
        "监测部件编码110101020300200001",
        "统一社会信用代码91110101MA01ABCD2X",
        "2025-03-07 08:05:13 上报",
        "20250307080513",
        "2025年3月7日15时20分",
        "门牌150 2025-03-07 5件",
        "12345热线,96310",
        "坐标116.4038,39.9133",
        "东四三条17号院3号楼1单元",
        "案件号20250307000123",
        "",
    ],
)
def test_what_planners_need_stays(text):
    assert redact(text) == text


def test_several_numbers_in_one_text_all_go():
    text = "张某13812345678/13912345678,身份证110101199003071233,单位010-65123456"
    assert redact(text) == f"张某{PHONE}/{PHONE},身份证{IDENTITY},单位{PHONE}"


def test_an_all_digit_number_behind_a_code_word_goes_when_it_can_be_a_birth_date():
    assert redact("代码110101199003071233") == f"代码{IDENTITY}"


def test_a_column_is_told_what_was_taken_out_and_where():
    column = redact_column(["无", None, "电话13812345678", 5, "110101199003071233 与 13912345678"])
    assert column.values.tolist() == ["无", None, f"电话{PHONE}", 5, f"{IDENTITY} 与 {PHONE}"]
    assert column.rows.tolist() == [2, 4]
    assert (column.phones, column.identities) == (2, 1)


GAPS = st.sampled_from(["", " ", "-", "  ", "－", "—", "\u3000"])
WORDS = st.sampled_from(["", "电话", "请联系:", "(", "网格110101001001001,", "2025-03-07 ", "老王"])
AFTER = st.sampled_from(["", ",请回复", ")", " 2025-03-07", "老王", ";13912345678"])
CODES = st.text(alphabet="0123456789", min_size=15, max_size=16)
DIGITS = st.text(alphabet="0123456789", min_size=9, max_size=9)


@given(WORDS, st.sampled_from("3456789"), DIGITS, st.lists(GAPS, min_size=8, max_size=8), st.booleans(), AFTER)
@tries(250)
def test_no_text_keeps_the_eleven_digits_of_a_phone(before, second, rest, gaps, wide, after):
    head, tail = "1" + second + rest[0], rest[1:]
    phone = head + "".join(gap + digit for gap, digit in zip(gaps, tail))
    if wide:
        phone = "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in phone)
    if re.search(r"[ \u3000]+(19|20)\d\d[-－—]", phone):
        return  # reads as a number before a date, which stays on purpose
    left = re.sub(r"\D", "", half_width(redact(before + phone + after)))
    assert "1" + second + rest not in left


@given(
    st.text(alphabet="0123456789", min_size=15, max_size=16), st.sampled_from(["", "网格", "部件编码:", "位于", " "])
)
@example("008613000000000", "")  # also a mobile number with the country's number, were it not a code by itself
@example("008613000000000", "位于")
@example("0086013812345678", "部件编码:")
@example("008653288886666", "网格")
@tries(250)
def test_fifteen_and_sixteen_digit_codes_are_never_touched(code, before):
    text = f"{before}{code},井盖破损"
    assert redact(text) == text


@pytest.mark.parametrize(
    "phone", ["008613812345678", "0086013812345678", "008653288886666", "００８６１３８１２３４５６７８"]
)
@pytest.mark.parametrize(
    "text",
    [
        "市民来电{},请回复",
        "电话:{}",
        "请联系{}",
        "老王{}",
        "网格110101001001001,{}",
        "网格员{}已到场",
        "网格长老王手机{}",
        "{},王先生反映井盖破损",
        "{}投诉噪声",
        "13912345678、{}",
        "老于{}",
        "Martin {}",
        "+{}",
    ],
)
def test_a_phone_with_the_countrys_number_goes_where_words_speak_of_people(text, phone):
    left = half_width(redact(text.format(phone))).replace("110101001001001", "")
    assert not re.search(r"\d{4}", left)
    assert PHONE in left


@pytest.mark.parametrize("code", ["008613812345678", "0086013812345678"])
@pytest.mark.parametrize(
    "text", ["网格{}内井盖破损", "部件编码 {} 丢失", "位于{},已处理", "在 {}", "grid code {}", "{}"]
)
def test_a_code_that_reads_like_such_a_phone_stays_where_words_speak_of_codes(text, code):
    assert redact(text.format(code)) == text.format(code)


@given(st.datetimes(datetime(1951, 1, 1), datetime(2099, 12, 31, 23, 59, 59)))
@tries(100)
def test_dates_and_times_are_never_touched(moment):
    for form in ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日%H时%M分", "%Y%m%d%H%M%S"):
        text = f"上报于{moment.strftime(form)},已处理"
        assert redact(text) == text


@given(
    st.lists(
        st.sampled_from(
            [
                "008613000000000",
                "13812345678",
                "110101199003071233",
                "65123456",
                "网格",
                "位于",
                "电话",
                "老王",
                ",",
                " ",
            ]
        ),
        max_size=8,
    ).map("".join)
)
@tries(150)
def test_redacting_twice_changes_nothing_more_whatever_stands_together(text):
    assert redact(redact(text)) == redact(text)


@given(st.text(alphabet="0123456789 -电话身份证X,", max_size=60))
@tries(150)
def test_redacting_twice_changes_nothing_more(text):
    assert redact(redact(text)) == redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "电话：65123456，65123457",
        "座机65123456/65123457/65123458",
        "电话6512-3456 或 6512-3457",
        "010-65123456、65123457",
        "电话010 6512 3456 / 6512 3457",
    ],
)
def test_further_landlines_behind_the_first_go_too(text):
    assert not re.search(r"\d{3}", redact(text))
    assert redact(text).count(PHONE) == 1


@pytest.mark.parametrize("stray", ["\u200b", "\ufeff", "\u2060", "\u200d"])
def test_an_invisible_character_hides_no_phone(stray):
    assert redact(f"来电138{stray}1234{stray}5678") == f"来电{PHONE}"


@pytest.mark.parametrize(
    "number", ["11010119900307123", "1101011990030712345", "11010119900307", "11010119900307123456"]
)
def test_a_mistyped_identity_number_goes_behind_an_identity_word_only(number):
    assert redact(f"身份证：{number}，居民") == f"身份证：{IDENTITY}，居民"
    assert redact(f"身份证号码{number}") == f"身份证号码{IDENTITY}"
    assert number in redact(f"案件编号{number}")


@pytest.mark.parametrize(
    "text",
    [
        "拨打12345或96310，电力95598",
        "电话已登记，日期20250307",
        "部件3205080101000001、3205080101000002",
        "网格370102011201009,370102011201010",
        "门牌10-2-301，面积1234.5平方米",
        "2025/03/07 08:05 至 2025/03/08 09:10",
        "金额12,345,678.00元",
        "车位B2-1234",
        "工单20250307000001、20250307000002",
    ],
)
def test_numbers_of_the_daily_work_stay(text):
    assert redact(text) == text


def test_what_was_taken_out_is_counted_by_kind_and_row():
    column = [
        "电话13812345678",
        None,
        "身份证110101199003071233,电话010-65123456",
        "井盖破损",
        13812345678,
        "座机65123456",
    ]
    found = redact_column(column)
    assert found.rows.tolist() == [0, 2, 5]
    assert (found.phones, found.identities) == (3, 1)
    assert found.values[1] is None
    assert found.values[3] == "井盖破损"
    assert found.values[4] == 13812345678  # only text is looked at; a column of phones is refused as a column


@given(
    st.sampled_from(["", "市民来电", "电话:", "身份证已核 ", "网格370102011201009 "]),
    st.lists(st.sampled_from(["13812345678", "010-65123456", "110101199003071233", "0532 8888 6666"]), max_size=4),
    st.sampled_from([",", "、", " ", "；", "转", "\n"]),
)
@tries(80)
def test_any_row_of_numbers_leaves_no_run_of_seven_digits_but_codes(before, numbers, between):
    left = redact(before + between.join(numbers)).replace("370102011201009", "")
    assert not re.search(r"\d{7}", left)


def test_a_column_is_masked_as_each_of_its_texts_alone_whatever_stands_above_and_below():
    texts = [sample.text for source in (with_people, without_people) for sample in source(1500, 4)]
    texts += [f"{one}\n{other}" for one, other in zip(texts[::7], texts[3::5])] + texts[:40]
    found = redact_column(texts)
    assert found.values.tolist() == [redact(text) for text in texts]
    assert found.rows.tolist() == [row for row, text in enumerate(texts) if redact(text) != text]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("投诉者：张三", "投诉者：〔姓名已隐去〕"),
        ("投诉人（张三）反映", "投诉人（〔姓名已隐去〕）反映"),
        ("举报者(欧阳明)", "举报者(〔姓名已隐去〕)"),
        ("V信zhangsan88", "V信〔账号已隐去〕"),
        ("加微 zhangsan_88", "加微 〔账号已隐去〕"),
        ("Q号123456789", "Q号〔账号已隐去〕"),
        ("138'1234'5678", PHONE),
        ('138"1234"5678', PHONE),
    ],
)
def test_labels_and_signs_that_people_write_for_the_usual_ones(text, masked):
    assert redact(text) == masked


@pytest.mark.parametrize(
    "text", ["投诉人（匿名）", "当事人(已到场)", "当事人(王家园小区)", "加微博关注", "V信用卡", "Q号门"]
)
def test_what_only_looks_like_such_a_label_stays(text):
    assert redact(text) == text
