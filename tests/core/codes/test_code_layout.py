"""Codes are taken apart and put together by their layout, and a bad code is told exactly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.codes.layout import KINDS, default_layout, layout, layouts_of_kind, load_layouts
from gridmgmt_plugin.core.errors import InputError

ALL_LAYOUTS = list(load_layouts().layouts.values())


@st.composite
def layout_and_parts(draw):
    chosen = draw(st.sampled_from(ALL_LAYOUTS))
    parts = {}
    for part in chosen.parts:
        if part.pattern is not None:
            parts[part.name] = draw(st.from_regex(part.pattern, fullmatch=True))
        else:
            parts[part.name] = draw(st.integers(part.first, part.last))
    return chosen, parts


def code_of(problem):
    return None if problem is None else problem.code


@given(layout_and_parts())
def test_a_code_put_together_and_taken_apart_is_the_same_code(case):
    chosen, parts = case
    code = chosen.format(**parts)
    parsed = chosen.parse(code)
    assert chosen.format(**parsed.parts) == code
    assert len(code) == chosen.length
    assert parsed.sequence == parts["sequence"]
    assert chosen.code_at(parsed.prefix, parsed.sequence, parsed.tail) == code
    chosen.validate_prefix(parsed.prefix)


@given(st.sampled_from(ALL_LAYOUTS), st.text(max_size=24))
def test_any_text_is_either_a_code_that_comes_back_or_has_a_problem_with_a_sentence(chosen, text):
    problem = chosen.problem(text)
    if problem is None:
        assert chosen.format(**chosen.parse(text).parts) == text
    else:
        assert problem.text("zh")
        assert problem.text("en")
        with pytest.raises(InputError) as caught:
            chosen.parse(text)
        assert caught.value.code == problem.code


@pytest.mark.parametrize(
    ("key", "code", "split"),
    [
        ("gb30428_2013", "370102011201009", ["370102", "011", "201", "009"]),
        ("gb30428_2013", "110101001001001", ["110101", "001", "001", "001"]),
        ("db11_2157_2023", "110101001001001", ["110101", "001", "001", "001"]),
        ("cjt213_2005", "11010100100112", ["110101", "001", "001", "12"]),
        ("rg_street_12", "110101001003", ["110101", "001", "003"]),
        ("evaluation_12", "11010100102A", ["110101", "001", "02", "A"]),
        ("component_gb30428_2013", "3205080101000001", ["320508", "01", "01", "000001"]),
        ("component_new_series", "1101010100100001", ["110101", "01", "001", "00001"]),
        ("monitoring_18", "110101020300200001", ["110101", "02", "03", "002", "00001"]),
        ("cjt349_2010", "01010011010100160100", ["010100", "110101", "001", "601", "00"]),
        ("lane_street_13", "1101010010012", ["110101", "001", "0012"]),
    ],
)
def test_published_codes_split_as_their_standard_says(key, code, split):
    assert list(layout(key).parse(code).parts.values()) == split


def test_old_and_new_component_codes_have_one_length_and_are_read_by_the_layout_that_was_chosen():
    code = "3205080101000001"
    old, new = layout("component_gb30428_2013"), layout("component_new_series")
    assert old.length == new.length == 16
    assert old.parse(code)["minor"] == "01"
    assert new.parse(code)["minor"] == "010"


@pytest.mark.parametrize(
    ("code", "problem", "details"),
    [
        ("", "code_missing", {}),
        (None, "code_missing", {}),
        (370102011201009, "code_not_text", {"value": 370102011201009}),
        (3.70102011201009e14, "code_not_text", {}),
        ("3.70102E+14", "code_scientific_form", {}),
        ("37010201120100", "code_wrong_length", {"length": 14, "expected": 15}),
        ("3701020112010091", "code_wrong_length", {"length": 16}),
        ("370102011201009 ", "code_has_space", {"position": 16}),
        ("370102 11201009", "code_has_space", {"position": 7}),
        ("3701020112010\u200b9", "code_has_space", {"position": 14}),
        ("37010201120100９", "code_other_digit", {"position": 15, "character": "９"}),
        ("３７０１０２０１１２０１００９", "code_other_digit", {"position": 1}),
        ("37010201120100²", "code_other_digit", {"position": 15}),
        ("37O102011201009", "code_not_digit", {"position": 3, "character": "O", "part_value": "37O102"}),
        ("37010201120100甲", "code_not_digit", {"position": 15}),
        ("370102011201000", "code_part_out_of_range", {"position": 13, "end": 15, "part_value": "000"}),
        ("000102011201001", "code_part_out_of_range", {"position": 1, "end": 6}),
    ],
)
def test_a_bad_code_is_told_by_what_is_wrong_and_where(code, problem, details):
    found = default_layout("unit_grid").problem(code)
    assert found.code == problem
    assert {name: found.details[name] for name in details} == details
    assert found.text("zh") != found.text("en")


def test_the_sentence_names_the_part_in_the_language_of_the_reader():
    problem = layout("gb30428_2013").problem("370102011201000")
    assert "顺序码" in problem.text("zh_CN")
    assert "sequence" in problem.text("en")
    assert "GB/T 30428.1-2013 (6+3+3+3)" in layout("gb30428_2013").problem("1").text("zh")


def test_an_unknown_type_letter_is_out_of_range():
    problem = layout("evaluation_12").problem("11010100102D")
    assert problem.code == "code_part_out_of_range"
    assert problem.details["allowed"] == "[ABC]"


def test_a_beijing_layout_refuses_a_county_of_another_province():
    assert code_of(layout("db11_2157_2023").problem("320115001001001")) == "code_part_out_of_range"


@pytest.mark.parametrize(
    ("key", "capacity"),
    [
        ("gb30428_2013", 999),
        ("cjt213_2005", 99),
        ("cjt349_2010", 99),
        ("evaluation_12", 99),
        ("component_gb30428_2013", 999_999),
        ("component_new_series", 99_999),
        ("lane_street_13", 9999),
    ],
)
def test_the_capacity_is_what_the_sequence_can_ever_give_out(key, capacity):
    assert layout(key).capacity == capacity


def test_an_undivided_community_has_a_valid_number_that_is_never_given_out():
    grid = layout("cjt349_2010")
    assert grid.fits("01010011010100160100")
    assert grid.sequence_part.reserved == (0,)


def test_formatting_refuses_a_number_that_does_not_fit_its_part():
    with pytest.raises(InputError) as caught:
        layout("cjt213_2005").format(county="110101", street_office=1, community=1, sequence=100)
    assert caught.value.code == "code_part_value"
    assert caught.value.message.details["allowed"] == "01–99"
    with pytest.raises(InputError):
        layout("cjt213_2005").format(county=110101, street_office=-1, community=1, sequence=1)


def test_formatting_without_a_part_is_a_mistake_of_the_caller():
    with pytest.raises(TypeError, match="sequence"):
        layout("rg_street_12").format(county=110101, street_office=1)


@pytest.mark.parametrize(
    ("key", "area", "prefix"),
    [
        ("gb30428_2013", "110101001001", "110101001001"),
        ("gb30428_2013", "110101001", "110101001000"),
        ("gb30428_2013", "110101001000", "110101001000"),
        ("gb30428_2013", "110101", "110101000000"),
        ("rg_street_12", "110101001001", "110101001"),
        ("lane_street_13", "110101001000", "110101001"),
        ("lane_street_13", "110101", "110101000"),
    ],
)
def test_the_prefix_of_an_area_has_zeros_for_levels_it_lacks(key, area, prefix):
    assert layout(key).prefix_for_area(area) == prefix
    layout(key).validate_prefix(prefix)


def test_the_prefix_of_a_component_needs_its_class_beside_the_area():
    component = layout("component_gb30428_2013")
    assert component.prefix_for_area("320508001", major=1, minor="01") == "3205080101"
    with pytest.raises(TypeError):
        component.prefix_for_area("320508001")


@pytest.mark.parametrize(
    ("prefix", "problem"),
    [
        ("11010100100", "code_prefix_wrong_length"),
        ("1101010010011", "code_prefix_wrong_length"),
        ("", "code_missing"),
        ("01010100100１", "code_other_digit"),
        ("0101010010011"[:12], "code_part_out_of_range"),
    ],
)
def test_a_bad_prefix_is_refused(prefix, problem):
    with pytest.raises(InputError) as caught:
        layout("gb30428_2013").validate_prefix(prefix)
    assert caught.value.code == problem


def test_each_kind_has_layouts_and_a_default_among_them():
    for kind in KINDS:
        assert default_layout(kind) in layouts_of_kind(kind)
    assert default_layout("unit_grid").key == "gb30428_2013"
    assert default_layout("responsibility_grid").key == "rg_community_15"
    assert layout("cjt213_2005").split_policy == "both_new"


def test_every_layout_says_in_both_languages_what_it_is():
    for item in ALL_LAYOUTS:
        assert item.title("zh_CN") != item.title("en_US")
        assert all(part.title.text("zh") and part.title.text("en") for part in item.parts)


def test_an_unknown_layout_or_kind_is_refused_and_the_known_ones_are_named():
    with pytest.raises(InputError) as caught:
        layout("gb30428")
    assert caught.value.code == "layout_unknown"
    assert "gb30428_2013" in caught.value.text("zh")
    with pytest.raises(ValueError, match="planet"):
        default_layout("planet")
    with pytest.raises(ValueError, match="planet"):
        layouts_of_kind("planet")


def test_the_county_leads_every_code_but_where_a_standard_has_the_kind_of_object_before_it():
    """Codes of several counties lie beside one another in a city."""
    leading = {
        one.key: [part.name for part in one.parts].index("county") for kind in KINDS for one in layouts_of_kind(kind)
    }
    assert leading.pop("cjt349_2010") == 1
    assert set(leading.values()) == {0}
