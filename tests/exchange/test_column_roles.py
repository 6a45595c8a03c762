"""Columns are found by name and content, and what is not found is told with what is there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.column_roles import (
    FieldGuess,
    find_area_fields,
    find_field,
    find_xy,
    is_personal,
    named_field,
    require_field,
    role_title,
    roles,
    uncertain,
)
from gridmgmt_plugin.exchange.reading import read_source

ROLES = ("x", "y", "id", "class", "reported", "closed", "due", "status", "address", "surveyed")


def _rows(**columns):
    return Rows({name: as_column(values) for name, values in columns.items()})


@pytest.mark.daily(1)
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (
            "washington_dc/dc_311_cases.csv.gz",
            {
                "x": "lng",
                "y": "lat",
                "id": "request_id",
                "class": "service_code",
                "reported": "created",
                "closed": "closed",
                "due": "due",
                "status": "status",
                "address": "address",
            },
        ),
        (
            "washington_dc/dc_components.csv.gz",
            {"x": "lng", "y": "lat", "id": "comp_id", "class": "type", "surveyed": "survey_date"},
        ),
        (
            "houston/houston_crime_2010_01_04.csv.gz",
            {"x": "lon", "y": "lat", "class": "offense", "reported": "time", "address": "address"},
        ),
        ("china_cases/pingshan_cases_by_community.csv", {"x": "lng", "y": "lat"}),
    ],
)
def test_the_columns_of_real_tables_are_found_and_none_invented(shared, path, expected):
    rows = read_source(shared(path)).rows
    found = {role: find_field(rows, role) for role in ROLES}
    assert {role: guess.field for role, guess in found.items() if guess} == expected


@pytest.mark.parametrize(
    ("layer", "code", "name"),
    [
        ("nanjing_jiangning_east/jiangning_east.gpkg|layername=community", "comm_code", "name"),
        ("nanjing_jiangning_east/jiangning_east.gpkg|layername=subdistrict", "sub_code", "name"),
        ("beijing_dongcheng/dongcheng.gpkg|layername=subdistrict", "code", "name"),
        ("beijing_dongcheng/encoding/subdistrict_utf8_cpg.zip", "街道代", "街道名"),
        ("beijing_dongcheng/encoding/subdistrict_gbk_nocpg_ldid0.zip", "街道代码", "街道名称"),
    ],
)
def test_the_code_and_name_of_real_areas_are_found(shared, layer, code, name):
    file, _, rest = layer.partition("|")
    guesses = find_area_fields(read_source(f"{shared(file)}{'|' + rest if rest else ''}").rows)
    assert (guesses[0].field, guesses[1].field) == (code, name)


def test_a_layer_without_area_codes_is_refused_with_its_columns(shared):
    rows = read_source(f"{shared('washington_dc/dc_polygons.gpkg')}|layername=smd_2013").rows
    with pytest.raises(InputError) as refused:
        find_area_fields(rows)
    assert refused.value.code == "area_code_not_found"
    assert "smd_id, anc_id" in refused.value.text("zh")
    assert find_area_fields(rows, "SMD_ID", "anc_id")[0] == FieldGuess("smd_id", 1.0)


def test_repeated_codes_are_not_the_areas_own():
    rows = _rows(sub=["110101001", "110101001"], own=["110101001001", "110101001002"], 社区=["甲", "乙"])
    code, name = find_area_fields(rows)
    assert code.field == "own"
    assert name.field == "社区"
    assert uncertain("name", name).code == "field_guessed"


def test_the_name_of_what_areas_or_grids_lie_in_is_not_their_own():
    offices, own = (
        ["安定门街道"] * 3 + ["北新桥街道"] * 3,
        ["甲社区", "乙社区", "丙社区", "甲社区", "丁社区", "戊社区"],
    )
    codes = [f"11010100{office}00{n}" for office in (4, 5) for n in (1, 2, 3)]
    _, name = find_area_fields(_rows(社区代码=codes, 街道名称=offices, 社区名称=own))
    assert (name.field, name.candidates) == ("社区名称", ("街道名称",))
    grids = _rows(街道名称=offices * 2, 社区名称=own * 2, 网格名称=[f"第{n}网格" for n in range(12)])
    assert find_field(grids, "name").field == "网格名称"


@pytest.mark.parametrize("heading", ["来电时间", "来电日期", "反映人来电时间", "caller_time"])
def test_when_somebody_called_is_not_who_called(heading):
    assert not is_personal(heading)
    assert is_personal(heading.replace("时间", "号码").replace("日期", "姓名").replace("_time", ""))


def test_names_are_compared_whatever_their_width_case_and_marks():
    rows = _rows(**{"Ｌｎｇ": ["116.4"], "LAT ": ["39.9"], "案件编号（必填）": ["1"], "上报_时间": ["2025-03-07"]})
    assert [guess.field for guess in find_xy(rows)] == ["Ｌｎｇ", "LAT "]
    assert find_field(rows, "id").field == "案件编号（必填）"
    assert find_field(rows, "reported").field == "上报_时间"


def test_coordinates_are_found_by_content_when_the_names_say_nothing():
    rows = _rows(a=["1", "2"], b=["116.41", "116.42"], c=["39.91", "39.92"])
    x, y = find_xy(rows)
    assert (x.field, y.field) == ("b", "c")
    assert x.confidence < 0.8
    assert "“b”" in uncertain("x", x).text("zh")


def test_a_telling_name_with_contradicting_content_is_not_taken():
    rows = _rows(经度=["东", "西"], lng=["116.4", "116.5"])
    assert find_field(rows, "x").field == "lng"
    assert find_field(_rows(time=["甲", "乙"]), "reported") is None


def test_the_more_telling_name_wins_and_the_others_are_named():
    rows = _rows(type=["a", "b"], 小类编码=["0101", "0102"])
    guess = find_field(rows, "class")
    assert guess.field == "小类编码"
    assert guess.candidates == ("type",)


def test_a_column_in_use_is_not_taken_twice():
    rows = _rows(编码=["1", "2"])
    assert find_field(rows, "code", taken=["编码"]) is None


def test_the_users_choice_is_taken_whatever_stands_in_it_and_must_exist():
    rows = _rows(Code=["甲"], other=["乙"])
    assert require_field(rows, "x", "code") == FieldGuess("Code", 1.0)
    with pytest.raises(InputError) as refused:
        require_field(rows, "x", "lon")
    assert refused.value.code == "field_missing"
    assert "Code, other" in refused.value.text("zh")


def test_what_is_not_found_is_called_by_its_planners_name():
    with pytest.raises(InputError) as refused:
        require_field(_rows(a=["甲"]), "closed")
    assert refused.value.code == "field_not_found"
    assert "结案时间" in refused.value.text("zh")
    assert "time closed" in refused.value.text("en")


@pytest.mark.parametrize("role", roles())
def test_every_role_is_complete_and_its_names_are_found(role):
    entry = load_json("catalogues/field_names.json")[role]
    assert set(entry) - {"tells_apart"} == {"zh", "en", "content", "names"}
    assert role_title(role, "zh_CN") == entry["zh"]
    assert len(set(entry["names"])) == len(entry["names"])
    for name in entry["names"]:
        assert find_field(Rows({name: as_column([None])}), role).field == name


@given(st.text(min_size=1), st.text(min_size=1))
def test_an_exact_name_is_always_the_users(first, second):
    rows = Rows({name: as_column(["1"]) for name in {first, second}})
    assert named_field(rows, first) == first


def test_a_running_number_is_not_taken_for_an_identifier():
    rows = _rows(序号=["1", "2"], 标识码=["3205080101000001", "3205080101000002"])
    assert find_field(rows, "id").field == "标识码"
    assert find_field(_rows(序号=["1", "2"], 名称=["甲", "乙"]), "id") is None


@pytest.mark.parametrize(
    ("x", "y"),
    [
        ("经度", "纬度"),
        ("经度(°)", "纬度(°)"),
        ("经度【WGS84】", "纬度【WGS84】"),
        ("ＬＮＧ", "ＬＡＴ"),
        ("X", "Y"),
        ("横坐标X", "纵坐标Y"),
        ("X坐标（米）", "Y坐标（米）"),
        ("Longitude", "Latitude"),
        ("point_x", "POINT_Y"),
    ],
)
def test_coordinates_are_found_under_the_headings_that_offices_write(x, y):
    rows = Rows({y: as_column(["39.9", "39.91"]), "备注": as_column([None, "x"]), x: as_column(["116.4", "116.41"])})
    assert [guess.field for guess in find_xy(rows)] == [x, y]


def test_a_column_of_pairs_is_named_in_the_refusal_only_when_the_coordinates_are_not_elsewhere():
    pairs = ["116.4,39.9", "116.41,39.91"]
    rows = _rows(坐标=pairs, 经度=["116.4", "116.41"], 纬度=["39.9", "39.91"])
    assert [guess.field for guess in find_xy(rows)] == ["经度", "纬度"]
    with pytest.raises(InputError) as refused:
        find_xy(_rows(坐标=pairs, 名称=["甲", "乙"]))
    assert refused.value.code == "coordinates_in_one_field"
    with pytest.raises(InputError) as refused:
        find_xy(_rows(数量=["1,234", "5,678"], 名称=["甲", "乙"]))
    assert refused.value.code == "field_not_found"


@pytest.mark.parametrize("role", ["id", "class", "reported", "status", "address", "department", "person", "phone"])
def test_unit_and_code_words_around_a_heading_do_not_hide_it(role):
    name = next(n for n in load_json("catalogues/field_names.json")[role]["names"] if not n.isascii())
    for heading in (f"{name}（必填）", f" {name} ", f"{name}[文本]", f"{name}：", f"*{name}"):
        found = find_field(Rows({heading: as_column([None])}), role)
        assert found is not None, heading


@pytest.mark.parametrize("word", ["主 干路", "ＰＲＩＭＡＲＹ", "Primary_Link", "公路 用地"])
def test_a_column_that_says_the_class_of_roads_in_any_writing_holds_no_names(word):
    assert find_field(_rows(name=["东巷"] * 20), "lane").field == "name"
    assert find_field(_rows(name=[word] * 20), "lane") is None


def test_headings_with_blanks_that_nobody_sees_are_known():
    found = [find_field(_rows(**{heading: ["东巷", "西巷"]}), "lane") for heading in ("路名", "\ufeff路\u200b名")]
    assert found[0].confidence == found[1].confidence
