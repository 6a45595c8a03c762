"""What a workbook says beside its values: merged cells, formulas without results, hidden sheets, odd cells."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time, timedelta

import pytest

from gridmgmt_plugin.core.dates import parse_dates
from gridmgmt_plugin.core.errors import Cancelled, InputError
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.exchange.reading import list_layers, read_source

openpyxl = pytest.importorskip("openpyxl")


@pytest.fixture
def book(tmp_path):
    def write(*sheets, merges=(), name="花名册 表.xlsx", hidden=()):
        made = openpyxl.Workbook()
        made.remove(made.active)
        for i, rows in enumerate(sheets):
            sheet = made.create_sheet(f"表{i + 1}")
            for row in rows:
                sheet.append(row)
        for cells in merges:
            made.worksheets[0].merge_cells(cells)
        for i in hidden:
            made.worksheets[i].sheet_state = "hidden"
        made.save(tmp_path / name)
        return tmp_path / name

    return write


def _codes(source):
    return [note.code for note in source.notes]


def test_cells_merged_downwards_give_their_value_to_every_row(book):
    rows = [["街道", "社区", "网格员"], ["东华门", "甲社区", "王某"], [None, None, "李某"], [None, "乙社区", "张某"]]
    source = read_source(book(rows, merges=["A2:A4", "B2:B3"]))
    assert source.rows["街道"].tolist() == ["东华门"] * 3
    assert source.rows["社区"].tolist() == ["甲社区", "甲社区", "乙社区"]
    assert _codes(source) == ["merged_cells_filled"]
    assert "3 个单元格" in source.notes[0].text("zh")


def test_cells_that_are_empty_without_being_merged_stay_empty(book):
    source = read_source(book([["街道", "社区"], ["东华门", "甲"], [None, "乙"]]))
    assert source.rows["街道"].tolist() == ["东华门", None]
    assert not source.notes


def test_cells_merged_sideways_keep_their_value_in_the_first_column(book):
    rows = [["姓名", "手机", "座机"], ["王某", "丙", None], ["李某", "甲", "乙"]]
    source = read_source(book(rows, merges=["B2:C2"]))
    assert source.rows["座机"].tolist() == [None, "乙"]
    assert not source.notes


def test_merged_titles_headings_and_bodies_together(book):
    rows = [
        ["东城区网格员花名册", None, None, None],
        ["街道", "职责", None, "电话"],
        [None, "网格", "街巷", None],
        ["东华门", "A1", "甲巷", "1"],
        [None, "A2", "乙巷", "2"],
    ]
    merges = ["A1:D1", "A2:A3", "B2:C2", "D2:D3", "A4:A5"]
    source = read_source(book(rows, merges=merges))
    assert source.rows.records() == [
        {"街道": "东华门", "职责 网格": "A1", "职责 街巷": "甲巷", "电话": "1"},
        {"街道": "东华门", "职责 网格": "A2", "职责 街巷": "乙巷", "电话": "2"},
    ]
    assert _codes(source) == ["title_rows_skipped", "heading_of_several_rows", "merged_cells_filled"]


def test_formulas_without_a_stored_result_are_told_row_by_row(book):
    rows = [["编码", "合计数量"], ["0101", "=1+1"], ["0102", 3], ["0103", "=SUM(B2:B3)"]]
    source = read_source(book(rows))
    assert source.rows["合计数量"].tolist() == [None, 3, None]
    assert list(zip(source.problems.rows, source.problems.reasons)) == [
        (0, "cell_without_result"),
        (2, "cell_without_result"),
    ]
    assert "公式没有保存计算结果" in source.notes[0].text("zh")


@pytest.mark.parametrize("result", ["<v>2</v>", "<v></v>", "<v/>", ""])
def test_formulas_with_a_result_give_it(book, tmp_path, result):
    path = book([["a", "b"], [1, "=1+1"]])
    changed = tmp_path / "changed.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith("sheet1.xml"):
                assert b"<f>1+1</f>" in content
                content = content.replace(b"<f>1+1</f><v></v>", b"<f>1+1</f>" + result.encode())
                content = content.replace(b"<f>1+1</f><v />", b"<f>1+1</f>" + result.encode())
            new.writestr(name, content)
    source = read_source(changed)
    assert source.rows["b"].tolist() == [2 if "2" in result else None]
    assert len(source.problems) == ("2" not in result)


def test_spreadsheet_errors_are_empty_and_told(book):
    errors = ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?"]
    source = read_source(book([["编码", "值"], *([f"{i}", error] for i, error in enumerate(errors))]))
    assert source.rows["值"].tolist() == [None] * 5
    assert source.problems.counts() == {"cell_error": 5}


def test_hidden_sheets_are_passed_over_unless_nothing_else_is_filled(book):
    rows = [["a"], [1]]
    assert read_source(book(rows, [["字典"], ["x"]], hidden=[1])).name == "表1"
    assert read_source(book([], rows, [["字典"], ["x"]], hidden=[2])).name == "表2"
    path = book([], rows, hidden=[1])
    with pytest.raises(InputError) as refused:
        read_source(path)
    assert refused.value.code == "layer_needed"
    assert "表2" in refused.value.text("zh")
    assert len(read_source(path, layer="表2")) == 1


def test_a_sheet_is_found_whatever_blanks_and_case_its_name_has(book):
    path = book([["a"], [1]], [["a"], [2]])
    assert read_source(path, layer=" 表2 ").rows["a"].tolist() == [2]
    assert read_source(f"{path}|layername=表1").rows["a"].tolist() == [1]


def test_every_kind_of_cell_becomes_a_plain_value(book):
    row = [
        "文",
        3,
        2.5,
        True,
        date(2025, 3, 7),
        datetime(2025, 3, 7, 8, 5),
        time(8, 5),
        timedelta(hours=30),
        "  ",
        45723,
    ]
    names = ["t", "i", "r", "b", "d", "dt", "tm", "td", "blank", "serial"]
    source = read_source(book([names, row]))
    assert list(source.rows.records()[0].values()) == [
        "文", 3, 2.5, True, "2025-03-07", "2025-03-07T08:05:00", "08:05:00", "1 day, 6:00:00", None, 45723,
    ]  # fmt: skip
    assert parse_dates(source.rows["serial"]).iso.tolist() == ["2025-03-07"]


def test_numbers_and_dates_stored_as_text_stay_as_they_were_typed(book):
    rows = [["编码", "经度", "日期"], ["0101", "１１６．４", "2025/3/7"], ["'0102", "1,161.4", "45723"]]
    assert read_source(book(rows)).rows["编码"].tolist() == ["0101", "'0102"]


def test_columns_far_beside_the_heading_are_not_lost(book):
    rows = [["编码", "名称"], *([f"{i}", "甲"] for i in range(40)), ["40", "乙", None, "补充说明"]]
    source = read_source(book(rows))
    assert source.field_names == ("编码", "名称", "column_4")
    assert source.rows["column_4"][40] == "补充说明"
    assert _codes(source) == ["headings_empty"]


def test_rows_between_blank_rows_keep_the_numbers_of_the_sheet(book):
    rows = [[], ["编码"], [], ["1"], ["  "], ["2"], [], []]
    source = read_source(book(rows))
    assert source.rows["编码"].tolist() == ["1", "2"]
    assert source.row_numbers.tolist() == [4, 6]


@pytest.mark.proof
def test_a_large_sheet_is_read_whole_and_its_marks_found_at_the_end(book):
    rows = [["编码", "街道", "值"], *([f"{i:015d}", "东" if i == 20_000 else None, i] for i in range(20_003))]
    source = read_source(book(rows, merges=["B20002:B20004"]))
    assert len(source) == 20_003
    assert source.rows["街道"][-3:].tolist() == ["东", "东", "东"]


def test_reading_a_sheet_can_be_cancelled(book):
    path = book([["a"], *([i] for i in range(6000))])
    with pytest.raises(Cancelled):
        read_source(path, progress=Progress(is_cancelled=lambda: True))


def test_a_workbook_lists_its_sheets_hidden_ones_too(book):
    path = book([["a"]], [["b"]], hidden=[1])
    assert [info.name for info in list_layers(path)] == ["表1", "表2"]
