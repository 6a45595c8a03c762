"""Columns of real street, tree and hotline layers are found by their names, and by what stands in them."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.column_roles import find_field, uncertain

STREETS = ["长安街", "东四北大街", "南锣鼓巷", "前门东路"]
AVENUES = ["M STREET NW", "Georgia Avenue NW", "K St", "Rock Creek Road"]


def _rows(**columns):
    return Rows({name: as_column(values) for name, values in columns.items()})


@pytest.mark.parametrize(
    "heading",
    [
        *("dlmc", "DLMC", "street", "street_name", "road_name", "ROADNAME", "道路名", "路名", "道路名称", "街巷名"),
        *("ST_NAME", "rd_name", "name", "Name_CHN", "osm_name", "lxmc", "街路巷名称", "fullname"),
    ],
)
@pytest.mark.parametrize("names", [STREETS, AVENUES])
def test_a_street_name_is_found_under_the_headings_of_real_layers(heading, names):
    rows = _rows(OBJECTID=[1, 2, 3, 4], 长度=[1.5, 2.5, 3.5, 4.5], **{heading: names})
    assert find_field(rows, "lane").field == heading


def test_a_column_without_a_value_gives_way_to_one_that_has_some():
    assert find_field(_rows(name=[None] * 4, dlmc=STREETS), "lane").field == "dlmc"
    assert find_field(_rows(name=[None] * 4), "lane").field == "name"


@pytest.mark.parametrize("names", [STREETS, AVENUES])
def test_a_street_name_is_found_by_what_it_says_under_a_heading_that_says_nothing(names):
    rows = _rows(gid=[1, 2, 3, 4], 备注=["好", "坏", "好", "坏"], f7=names)
    guess = find_field(rows, "lane")
    assert guess.field == "f7"
    assert uncertain("lane", guess) is not None


@pytest.mark.parametrize(
    "other",
    [
        ["主干路", "次干路", "支路", "主干路"],
        ["城镇道路用地", "公路用地", "城镇道路用地", "农村道路用地"],
        ["primary", "tertiary", "primary", "service"],
    ],
)
@pytest.mark.parametrize("heading", ["dlmc", "street", "f7"])
def test_a_class_of_streets_is_not_taken_for_their_names(heading, other):
    assert find_field(_rows(**{heading: other}), "lane") is None
    assert find_field(_rows(**{heading: other, "path_name": STREETS}), "lane").field == "path_name"


@pytest.mark.parametrize(
    "heading", ["treeid", "tree_id", "TreeID", "Unique Key", "unique_key", "树木编号", "Record_ID", "case_number"]
)
def test_a_number_of_a_tree_or_request_is_found(heading):
    rows = _rows(borough=["a", "a", "b"], **{heading: ["11", "12", "13"]})
    assert find_field(rows, "id").field == heading


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("Created Date", "reported"),
        ("created_date", "reported"),
        ("incident_date", "reported"),
        ("closed_date", "closed"),
        ("Complaint Type", "class"),
        ("spc_common", "class"),
    ],
)
def test_the_headings_of_open_data_are_found(heading, role):
    values = ["2025-03-07", "2025-03-08"] if role != "class" else ["honeylocust", "pin oak"]
    assert find_field(_rows(**{heading: values}), role).field == heading


def test_the_time_of_a_report_is_found_by_what_it_says_where_no_heading_names_it():
    days = ["2025-03-07 08:05:00", "2025-03-08 09:00:00"]
    assert find_field(_rows(a=["1", "2"], b=days), "reported").field == "b"
    assert find_field(_rows(a=["1", "2"], 结案时间=days), "reported") is None  # it says that it is another time
    assert find_field(_rows(a=["1", "2"], b=days), "closed") is None
    assert find_field(_rows(a=[45723, 45724]), "reported") is None
