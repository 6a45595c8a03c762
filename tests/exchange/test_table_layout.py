"""Forms as offices lay them out: titles, headings over several rows, units, totals, signatures."""

from __future__ import annotations

import csv
import io
import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import as_column
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.exchange.table_layout import find_layout, find_left_out
from tests.tries import tries

openpyxl = pytest.importorskip("openpyxl")

HEADING = ["序号", "标识码", "部件名称", "经度", "纬度", "备注"]
ROWS = [
    ["1", "3205080101000001", "井盖", "116.4", "39.9", None],
    ["2", "3205080101000002", "路灯", "116.41", "39.91", "破损，需修"],
    ["3", "3205080101000003", "行道树", "116.42", "39.92", "a,b;c\t|d"],
]
RECORDS = [dict(zip(HEADING, row)) for row in ROWS]
TITLES = {
    "none": [],
    "alone": [["东城区部件普查表"]],
    "with empty cells": [["东城区部件普查表", None, None, None, None, None]],
    "office and date": [
        ["东城区部件普查表"],
        ["填报单位：", "某街道办事处", None, "填报日期：", "2025-3-7", None],
    ],
    "unit line": [["部件普查表"], ["单位：个"]],
}
ENDS = {
    "none": [],
    "total": [["合计", None, "3", None, None, None]],
    "total and signatures": [["合  计", None, "3"], ["填表人：张某", None, None, "审核：", None, None]],
    "signatures": [["填表人：", None, None, None, None, None], ["备注：数据截至三月", None, None, None, None, None]],
}
UNITS = {"none": [], "degrees": [[None, None, None, "（度）", "（度）", "—"]]}


def _form(title, units, end):
    return [*TITLES[title], HEADING, *UNITS[units], *ROWS, *ENDS[end]]


def _expected_codes(title, units, end):
    codes = set()
    if TITLES[title]:
        codes.add("title_rows_skipped")
    if UNITS[units]:
        codes.add("unit_row_skipped")
    if "total" in end:
        codes.add("total_rows_left_out")
    if "signatures" in end:
        codes.add("signature_rows_left_out")
    return codes


FORMS = list(itertools.product(TITLES, UNITS, ENDS))


@pytest.mark.parametrize(("title", "units", "end"), FORMS)
def test_a_form_in_a_text_table_gives_its_rows_and_tells_the_rest(tmp_path, title, units, end):
    encodings = itertools.cycle(["gbk", "utf-8-sig", "utf-16", "utf-8"])
    delimiters = itertools.cycle([",", "\t", ";", "|", ","])
    ends_of_line = itertools.cycle(["\r\n", "\n", "\r"])
    turn = FORMS.index((title, units, end))
    for _ in range(turn % 7):
        next(encodings), next(delimiters), next(ends_of_line)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=next(delimiters), lineterminator=next(ends_of_line))
    for row in _form(title, units, end):
        writer.writerow(["" if cell is None else cell for cell in row])
    path = tmp_path / "部件 普查表（终稿）.csv"
    path.write_bytes(out.getvalue().encode(next(encodings)))
    source = read_source(path)
    assert source.rows.records() == RECORDS
    assert {note.code for note in source.notes} == _expected_codes(title, units, end)
    first = len(TITLES[title]) + len(UNITS[units]) + 2
    assert source.row_numbers.tolist() == [first, first + 1, first + 2]
    assert len(source.problems) == 0


@pytest.mark.parametrize(("title", "units", "end"), FORMS)
def test_the_same_form_in_a_workbook(tmp_path, title, units, end):
    book = openpyxl.Workbook()
    for row in _form(title, units, end):
        book.active.append(row)
    if TITLES[title]:
        book.active.merge_cells("A1:F1")
    path = tmp_path / "普查 表.xlsx"
    book.save(path)
    source = read_source(path)
    assert source.rows.records() == RECORDS
    assert {note.code for note in source.notes} == _expected_codes(title, units, end)


def _names(rows):
    layout = find_layout(rows)
    return layout.titles, layout.heading, layout.rows


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["a", "b"], ["1", "2"]], (0, ["a", "b"], 1)),
        ([["街道名单", None], ["编码", "名称"], ["1", "甲"]], (1, ["编码", "名称"], 1)),
        ([["编号", None], ["1", "甲"]], (0, ["编号", None], 1)),
        ([["名称"], ["甲"], ["乙"]], (0, ["名称"], 1)),
        # A table about tables: the names of columns are its data.
        ([["field", "meaning", "type"], ["code", "编码", "text"], ["name", "名称", "text"]], None),
        ([["标题甲", None, None, None, None], ["姓名", "电话", "职务", "网格", "备注"]], None),
    ],
)
def test_the_heading_is_found_where_it_stands(rows, expected):
    if expected is None:
        expected = (0, rows[0], 1) if rows[0][1] else (1, rows[1], 1)
    assert _names(rows) == expected


def test_a_heading_over_three_rows_becomes_one():
    rows = [
        ["编号", "井盖", None, None, None, "备注"],
        [None, "上水", None, "下水", None, None],
        [None, "完好", "破损", "完好", "破损", None],
        ["A1", 3, 1, 2, 0, None],
    ]
    names = ["编号", "井盖 上水 完好", "井盖 上水 破损", "井盖 下水 完好", "井盖 下水 破损", "备注"]
    assert _names(rows) == (0, names, 3)


@pytest.mark.parametrize(
    "data",
    [["A001", "x", None], ["1", "2", None], [1, 2, None], ["20250307", "甲", None], ["3205080101000001", "甲", None]],
)
def test_a_row_of_data_below_a_heading_with_a_gap_stays_data(data):
    assert _names([["编号", None, "备注"], data, data]) == (0, ["编号", None, "备注"], 1)


@pytest.mark.parametrize(
    ("row", "units"),
    [
        ([None, "米", "㎡"], True),
        ([None, "（米）", "[个]"], True),
        (["—", "平方米", "/"], True),
        (["-", "-", "-"], False),
        ([None, 3, "米"], False),
        (["井盖", "米", None], False),
        ([None, "ｍ", None], True),
    ],
)
def test_a_row_of_units_is_known_by_its_words(row, units):
    assert find_layout([["名称", "长度", "面积"], row, ["甲", 1, 2]]).units is units


def _left_out(*rows):
    columns = [as_column(column) for column in zip(*rows)]
    return find_left_out(columns, np.arange(2, 2 + len(rows)))


@pytest.mark.parametrize("word", [*load_json("catalogues/table_forms.json")["totals"], "合 计", "合　计：", "Total"])
def test_every_word_for_a_total_is_known_at_the_start_of_a_row(word):
    found = _left_out(["1", "井盖", 5], [word, None, 5], [None, word, 5], ["2", word, 7])
    assert found.rows.tolist() == [1, 2]
    assert found.notes[0].details == {"count": 2, "rows": "3, 4"}


def test_subtotals_in_the_middle_are_left_out_too_and_only_the_first_rows_are_listed():
    rows = [row for i in range(9) for row in ([str(i), "井盖", 1], ["小计", None, 1])]
    found = _left_out(*rows)
    assert found.rows.tolist() == list(range(1, 18, 2))
    assert found.notes[0].details["rows"] == "3, 5, 7, 9, 11 …"


@pytest.mark.parametrize(
    "text", ["填表人：张某", "审核： 李某", "制表日期:2025年3月", "注：本表一式两份", "联系人：", "备 注：无"]
)
def test_signatures_and_remarks_below_the_table_are_left_out(text):
    found = _left_out(["1", "井盖", 5], ["2", "路灯", 6], [text, None, None])
    assert found.rows.tolist() == [2]
    assert found.notes[0].code == "signature_rows_left_out"


@pytest.mark.parametrize(
    "row",
    [
        ["注销网格", None, None],
        ["备注", "井盖", 5],
        ["日期", "2025", 5],
        ["合计井盖", None, 5],
        ["说明书", None, None],
    ],
)
def test_what_only_begins_like_a_signature_or_total_stays(row):
    assert not len(_left_out(["1", "井盖", 5], row).rows)


def test_a_signature_in_the_middle_of_the_data_stays():
    rows = [["填表人：张某", None, None], *([str(i), "井盖", 5] for i in range(3))]
    assert not len(_left_out(*rows).rows)


def test_an_empty_table_has_nothing_to_leave_out():
    assert not len(find_left_out([], np.zeros(0, dtype=np.int64)).rows)
    assert not len(find_left_out([as_column([])], np.zeros(0, dtype=np.int64)).rows)


def test_a_form_without_any_rows_of_data_is_told(tmp_path):
    path = tmp_path / "空表.csv"
    path.write_text("部件普查表,,\n编码,名称,备注\n合计,0,\n", encoding="utf-8")
    source = read_source(path)
    assert len(source) == 0
    assert [note.code for note in source.notes] == ["title_rows_skipped", "total_rows_left_out", "table_without_rows"]


def test_problems_keep_their_rows_when_totals_above_them_are_left_out(tmp_path):
    path = tmp_path / "表.csv"
    path.write_text("编码,名称,数量\n1,甲,2\n小计,,2\n2,乙\n3,丙,1,多\n合计,,3\n", encoding="utf-8")
    source = read_source(path)
    assert source.rows["编码"].tolist() == ["1", "2", "3"]
    assert source.row_numbers.tolist() == [2, 4, 5]
    assert list(zip(source.problems.rows, source.problems.reasons)) == [(1, "row_too_short"), (2, "row_too_long")]


def test_columns_without_heading_and_value_are_no_columns(tmp_path):
    path = tmp_path / "表.csv"
    path.write_text("编码,,名称,,\n1,,甲,,\n2,x,乙,,\n", encoding="utf-8")
    source = read_source(path)
    assert source.field_names == ("编码", "column_2", "名称")
    assert [note.details for note in source.notes] == [{"names": "column_2"}]


CELL = st.text("甲乙丙井盖路灯街道东西0123456789.-", min_size=1, max_size=6)


@given(st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=15))
@tries(60)
def test_whatever_stands_in_full_rows_no_row_is_lost(tmp_path, rows):
    path = tmp_path / "表.csv"
    path.write_text("编码,名称,备注\n" + "".join(f"{','.join(row)}\n" for row in rows), encoding="utf-8")
    assert len(read_source(path)) == len(rows)
    source = read_source(path, as_written=True)
    assert [tuple(record.values()) for record in source.rows.records()] == rows
