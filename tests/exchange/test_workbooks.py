"""Sheets of xlsx workbooks as offices fill them in."""

from __future__ import annotations

import sys
from datetime import date, datetime

import pytest

from gridmgmt_plugin.core.errors import CapabilityError, InputError
from gridmgmt_plugin.exchange.reading import list_layers, read_source

openpyxl = pytest.importorskip("openpyxl")


def _book(tmp_path, sheets, name="人员 表.xlsx", merges=()):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        for cells in merges:
            sheet.merge_cells(cells)
    path = tmp_path / name
    book.save(path)
    return path


def _codes(source):
    return [note.code for note in source.notes]


def test_text_stays_text_and_numbers_dates_and_truths_are_what_they_are(tmp_path):
    rows = [
        ["编码", "数量", "比例", "日期", "时间", "有效"],
        ["0101", 3, 0.5, date(2025, 3, 7), datetime(2025, 3, 7, 8, 5), True],
        [None, None, None, None, None, None],
        ["0102", 4, None, None, None, False],
    ]
    source = read_source(_book(tmp_path, {"部件": rows}))
    assert source.name == "部件"
    assert source.rows.records() == [
        {"编码": "0101", "数量": 3, "比例": 0.5, "日期": "2025-03-07", "时间": "2025-03-07T08:05:00", "有效": True},
        {"编码": "0102", "数量": 4, "比例": None, "日期": None, "时间": None, "有效": False},
    ]
    assert source.row_numbers.tolist() == [2, 4]
    assert not source.notes


def test_title_rows_above_the_heading_are_skipped_and_told(tmp_path):
    rows = [["东城区网格员花名册"], ["填报单位:某街道"], ["姓名", "网格", "电话"], ["王某", "110101001001001", "甲"]]
    source = read_source(_book(tmp_path, {"表": rows}, merges=["A1:C1"]))
    assert source.field_names == ("姓名", "网格", "电话")
    assert _codes(source) == ["title_rows_skipped"]
    assert source.row_numbers.tolist() == [4]


def test_a_heading_over_two_rows_is_joined_and_told(tmp_path):
    rows = [["姓名", "职责", None, "电话"], [None, "网格", "街巷", None], ["王某", "A", "B", "C"]]
    source = read_source(_book(tmp_path, {"表": rows}, merges=["B1:C1", "A1:A2", "D1:D2"]))
    assert source.field_names == ("姓名", "职责 网格", "职责 街巷", "电话")
    assert len(source) == 1
    assert "heading_of_several_rows" in _codes(source)


def test_codes_in_number_cells_are_flagged(tmp_path):
    rows = [["部件编码", "x"], *([3205080101000010 + 10 * i, 1] for i in range(5))]
    source = read_source(_book(tmp_path, {"表": rows}))
    assert _codes(source) == ["codes_damaged"]
    assert "15 位" in source.notes[0].text("zh")
    assert source.problems.rows.tolist() == [0, 1, 2, 3, 4]


def test_formula_errors_are_empty_and_told(tmp_path):
    source = read_source(_book(tmp_path, {"表": [["a", "b"], ["#N/A", 1], ["x", 2]]}))
    assert source.rows["a"].tolist() == [None, "x"]
    assert source.problems.reasons.tolist() == ["cell_error"]


def test_rows_longer_than_the_first_are_not_cut(tmp_path):
    source = read_source(_book(tmp_path, {"表": [["a", "b"], [1, 2, 3]]}))
    assert source.field_names == ("a", "b", "column_3")
    assert source.rows["column_3"].tolist() == [3]


def test_the_sheet_must_be_named_when_several_are_filled(tmp_path):
    path = _book(tmp_path, {"街长": [["a"], [1]], "巷长": [["a"], [2]], "空表": []})
    with pytest.raises(InputError) as refused:
        read_source(path)
    assert refused.value.code == "layer_needed"
    assert "街长, 巷长" in refused.value.text("zh")
    assert read_source(path, "巷长").rows["a"].tolist() == [2]
    with pytest.raises(InputError) as refused:
        read_source(path, "秘书长")
    assert refused.value.code == "layer_missing"
    assert [info.name for info in list_layers(path)] == ["街长", "巷长", "空表"]


@pytest.mark.parametrize("asked", ["ＳＨＥＥＴ 2", " sheet2 ", "Sheet\u3000２"])
def test_a_sheet_is_known_by_its_name_in_any_writing(tmp_path, asked):
    path = _book(tmp_path, {"Sheet1": [["a"], [1]], "Sheet2": [["a"], [2]]})
    assert read_source(path, asked).rows["a"].tolist() == [2]


def test_empty_sheets_are_passed_over(tmp_path):
    assert read_source(_book(tmp_path, {"Sheet1": [["a"], [1]], "Sheet2": []})).name == "Sheet1"
    with pytest.raises(InputError) as refused:
        read_source(_book(tmp_path, {"Sheet1": []}))
    assert refused.value.code == "table_without_heading"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("x.xlsx", b"\xd0\xcf\x11\xe0" + bytes(600), "workbook_old"),
        ("x.xls", b"\xd0\xcf\x11\xe0", "workbook_old"),
        ("x.xlsx", b"not a zip at all", "file_broken"),
        ("x.xlsx", b"PK\x03\x04 cut", "file_broken"),
        ("x.xlsx", b"", "file_empty"),
    ],
)
def test_what_is_no_workbook_is_refused_with_advice(tmp_path, name, content, code):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError) as refused:
        read_source(path)
    assert refused.value.code == code
    assert name in refused.value.text("zh")


def test_without_openpyxl_the_user_learns_what_to_do(tmp_path, monkeypatch):
    path = _book(tmp_path, {"表": [["a"], [1]]})
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(CapabilityError) as refused:
        read_source(path)
    assert refused.value.code == "openpyxl_missing"
    assert "CSV" in refused.value.text("zh")
