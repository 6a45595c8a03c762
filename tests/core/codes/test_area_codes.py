"""Administrative codes say their level, their parent and what cells below them begin with."""

from __future__ import annotations

import csv
import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.codes import areas
from gridmgmt_plugin.core.errors import InputError

area_codes = st.one_of(
    st.integers(100_000, 999_999).map(str),
    st.integers(100_000_000, 999_999_999).map(str),
    st.integers(100_000_000_000, 999_999_999_999).map(str),
)


@pytest.mark.parametrize(
    ("code", "level", "normal", "parent", "prefix"),
    [
        ("110101", "county", "110101", None, "110101000000"),
        ("110101001", "street_office", "110101001", "110101", "110101001000"),
        ("110101001001", "community", "110101001001", "110101001", "110101001001"),
        ("110101001000", "street_office", "110101001", "110101", "110101001000"),
        ("110101000000", "county", "110101", None, "110101000000"),
        ("110101000", "county", "110101", None, "110101000000"),
        ("320115000201", "community", "320115000201", "320115", "320115000201"),
        ("441900", "county", "441900", None, "441900000000"),
        ("441900003000", "street_office", "441900003", "441900", "441900003000"),
        ("100000", "county", "100000", None, "100000000000"),
    ],
)
def test_a_code_says_its_level_also_when_statistics_padded_it(code, level, normal, parent, prefix):
    assert areas.area_level(code) == level
    assert areas.normalise_area_code(code) == normal
    assert areas.parent_code(code) == parent
    assert areas.community_prefix(code) == prefix


@given(area_codes)
def test_normalising_twice_changes_nothing_and_padding_never_matters(code):
    normal = areas.normalise_area_code(code)
    assert areas.normalise_area_code(normal) == normal
    assert areas.normalise_area_code(areas.community_prefix(code)) == normal
    assert "".join(areas.area_parts(code).values()) == areas.community_prefix(code)


@given(area_codes)
def test_going_up_always_ends_at_the_county(code):
    steps = [areas.normalise_area_code(code)]
    while (parent := areas.parent_code(steps[-1])) is not None:
        assert steps[-1].startswith(parent)
        assert areas.LEVELS.index(areas.area_level(parent)) < areas.LEVELS.index(areas.area_level(steps[-1]))
        steps.append(parent)
    assert steps[-1] == areas.normalise_area_code(code)[:6]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("110101001", "街道"),
        ("110101001000", "街道"),
        ("110106100", "镇"),
        ("110111208", "乡"),
        ("110115403", "功能区"),
        ("110115699", None),
        ("110101001001", "社区"),
        ("110101001199", "社区"),
        ("110101001200", "村"),
        ("110108023500", None),
        ("110101", None),
    ],
)
def test_the_number_range_hints_at_the_kind(code, kind):
    assert areas.kind_hint(code) == kind


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        (None, "code_missing"),
        (110101, "code_not_text"),
        ("1101", "area_code_wrong_length"),
        ("110101001001001", "area_code_wrong_length"),
        ("11010A", "area_code_not_digit"),
        ("11０101", "code_other_digit"),
        (" 110101", "code_has_space"),
        ("010101", "area_code_no_county"),
        ("1.10101E+11", "code_scientific_form"),
    ],
)
@pytest.mark.parametrize(
    "ask", [areas.area_level, areas.normalise_area_code, areas.parent_code, areas.community_prefix, areas.kind_hint]
)
def test_a_malformed_area_code_is_refused_by_every_question(ask, code, problem):
    with pytest.raises(InputError) as caught:
        ask(code)
    assert caught.value.code == problem
    assert caught.value.text("zh")


@pytest.mark.proof
@pytest.mark.shared_data
def test_the_street_offices_and_communities_of_the_country_have_the_parents_their_files_name(shared):
    with gzip.open(shared("china_division/streets.csv.gz"), "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["code"].endswith("000"):
                continue  # a county without street offices stands in for one
            assert areas.parent_code(row["code"]) == row["areaCode"]
            assert areas.parent_code(row["code"] + "000") == row["areaCode"]
    with gzip.open(shared("china_division/villages.csv.gz"), "rt", encoding="utf-8") as file:
        for number, row in enumerate(csv.DictReader(file)):
            if number % 50 == 0:
                assert areas.area_level(row["code"]) == "community"
                assert areas.parent_code(row["code"]) == row["streetCode"]


@pytest.mark.shared_data
def test_the_kind_hint_is_right_for_nearly_all_towns_and_townships_of_the_country(shared):
    right = wrong = 0
    with gzip.open(shared("china_division/streets.csv.gz"), "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            for ending in ("街道", "镇", "乡"):
                if row["name"].endswith(ending):
                    same = areas.kind_hint(row["code"]) == ending
                    right, wrong = right + same, wrong + (not same)
    assert right > 38_000
    assert wrong < 200
