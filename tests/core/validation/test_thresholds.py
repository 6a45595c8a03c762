"""A city sets thresholds of its own: read from text or file, every value checked, used by the rules."""

from __future__ import annotations

import dataclasses
import json

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.validation.catalogue import default_parameters
from gridmgmt_plugin.core.validation.context import ValidationSettings
from gridmgmt_plugin.core.validation.registry import validate_tables
from gridmgmt_plugin.core.validation.thresholds import check_thresholds, effective_parameters, read_thresholds
from tests.core.validation.sound_workspace import SETTINGS, sound_tables, with_shape, with_value
from tests.languages import LANGUAGES
from tests.tries import tries

OWN = {"min_edge_m": 0.02, "area_ranges_m2": {"街区": [3000, 20000]}}


@pytest.mark.parametrize("nothing", [None, "", "  \n"])
def test_nothing_set_is_the_catalogue(nothing):
    assert dict(read_thresholds(nothing)) == {}
    assert effective_parameters({}) == default_parameters()


@pytest.mark.parametrize("content", [OWN, {"about": "本区规定", "parameters": OWN}])
def test_thresholds_are_read_from_text_and_from_a_file(content, tmp_path):
    text = json.dumps(content, ensure_ascii=False)
    path = tmp_path / "本区 检查参数.json"
    path.write_text("\ufeff" + text, encoding="utf-8")
    assert dict(read_thresholds(text)) == dict(read_thresholds(path)) == dict(read_thresholds(str(path))) == OWN


def test_only_what_is_named_changes():
    merged = effective_parameters(OWN)
    assert merged["min_edge_m"] == 0.02
    assert merged["area_ranges_m2"]["街区"] == [3000, 20000]
    assert merged["area_ranges_m2"]["水域"] == default_parameters()["area_ranges_m2"]["水域"]
    assert merged["near_m"] == default_parameters()["near_m"]
    assert default_parameters()["area_ranges_m2"]["街区"] != [3000, 20000], "the catalogue itself stays"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("near_m", -0.1),
        ("near_m", "0.05"),
        ("near_m", True),
        ("near_m", float("nan")),
        ("near_m", float("inf")),
        ("near_m", None),
        ("listed_per_rule", 0),
        ("listed_per_rule", 2.5),
        ("compound_kinds", "物业小区"),
        ("compound_kinds", [1]),
        ("area_ranges_m2", [400, 30000]),
        ("area_ranges_m2", {"街区": [30000, 400]}),
        ("area_ranges_m2", {"街区": [400]}),
        ("area_ranges_m2", {"街区": [-1, 400]}),
        ("area_ranges_m2", {"街区": 400}),
        ("required_columns", ["name"]),
        ("required_columns", {"no_such_table": ["name"]}),
        ("required_columns", {"lane": ["no_such_column"]}),
        ("required_columns", {"lane": "name"}),
    ],
)
def test_a_value_of_the_wrong_form_is_refused_with_its_name(name, value):
    with pytest.raises(InputError) as caught:
        ValidationSettings(thresholds={name: value})
    assert caught.value.code == "rules_parameter_wrong"
    for language in LANGUAGES:
        assert name in caught.value.text(language)
        assert "{" not in caught.value.text(language).replace(json.dumps(value, ensure_ascii=False), "")


def test_an_unknown_threshold_is_refused_and_those_that_exist_are_named():
    with pytest.raises(InputError) as caught:
        read_thresholds('{"gap_with_m": 1}')
    assert caught.value.code == "rules_parameter_unknown"
    assert "gap_with_m" in caught.value.text("zh")
    assert "gap_width_m" in caught.value.text("zh")


def test_the_lists_of_the_program_cannot_be_set():
    with pytest.raises(InputError) as caught:
        check_thresholds({"delivered_tables": []})
    assert caught.value.code == "rules_parameter_unknown"


@pytest.mark.parametrize("content", ['{"near_m": }', "{", '{"near_m": 1'])
def test_text_that_is_no_json_is_told_with_its_line(content):
    with pytest.raises(InputError) as caught:
        read_thresholds(content)
    assert caught.value.code == "rules_not_json"
    assert "rules" in caught.value.text("zh")


def test_a_file_that_is_no_json_no_object_or_not_there_is_told_by_its_name(tmp_path):
    broken, listed, gbk = (tmp_path / name for name in ("坏.json", "表.json", "国标.json"))
    broken.write_text("near_m = 1", encoding="utf-8")
    listed.write_text("[1]", encoding="utf-8")
    gbk.write_bytes('{"compound_kinds": ["物业小区"]}'.encode("gbk"))
    codes = {}
    for path in (broken, listed, gbk, tmp_path / "无.json"):
        with pytest.raises(InputError) as caught:
            read_thresholds(path)
        codes[path.name] = caught.value.code
    assert codes == {
        "坏.json": "rules_not_json",
        "表.json": "rules_parameter_wrong",
        "国标.json": "rules_not_json",
        "无.json": "file_missing",
    }


def with_own(**thresholds):
    return dataclasses.replace(SETTINGS, thresholds=thresholds)


NEARLY_CLOSE = shapely.Polygon([(0, 0), (50, 0), (50.02, 0), (100, 0), (100, 100), (0, 100)])


@pytest.mark.parametrize(("limit_m", "found"), [(0.05, 1), (0.03, 1), (0.01, 0)])
def test_a_rule_follows_the_workspace(limit_m, found):
    tables = with_shape(sound_tables(), "unit_grid", 0, NEARLY_CLOSE)
    assert len(validate_tables(tables, with_own(min_edge_m=limit_m)).of("unit_close_vertices")) == found


def test_tolerances_and_kinds_and_columns_follow_the_workspace():
    longer = with_value(sound_tables(), "lane", 0, "length_m", 153)
    assert len(validate_tables(longer, SETTINGS).of("lane_length_differs")) == 1
    assert validate_tables(longer, with_own(length_tolerance_m=5)).issues == ()
    cut = with_shape(sound_tables(), "duty_zone", 0, shapely.box(60, 10, 140, 90))
    assert len(validate_tables(cut, SETTINGS).of("unit_cuts_compound")) == 1
    assert validate_tables(cut, with_own(compound_kinds=["单位大院"])).issues == ()
    assert len(validate_tables(sound_tables(), with_own(required_columns={"unit_grid": ["name"]})).issues) == 8


def test_how_wide_a_shared_border_must_be_follows_the_workspace():
    tables = sound_tables()
    for row in (4, 5):
        tables = with_value(tables, "unit_grid", row, "rg_cg", "G1")
    assert validate_tables(tables, SETTINGS).of("responsibility_parts") == ()
    assert len(validate_tables(tables, with_own(shared_border_m=150)).of("responsibility_parts")) == 2


@given(st.dictionaries(st.sampled_from(["near_m", "gap_width_m", "min_edge_m"]), st.floats(0, 1e6), max_size=3))
@tries(40)
def test_what_was_checked_is_what_the_rules_see(values):
    read = read_thresholds(json.dumps(values))
    merged = effective_parameters(read)
    assert {name: merged[name] for name in values} == values
    assert set(merged) == set(default_parameters())
