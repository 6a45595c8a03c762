"""Words for nothing are nothing, in every column and from every kind of file; what only looks like one stays."""

from __future__ import annotations

import numpy as np
import openpyxl
import pytest

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.placeholders import without_placeholders
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.exchange.source import Source

NOTHING = ["NULL", "null", "ＮＵＬＬ", "(null)", "<null>", "\\N", "N/A", "n/a", "#N/A", "NaN", "nan", "NA", "None", "无", "暂无", "无数据", "不详", "未填写", "-", "－", "--", "—", "/", "／"]  # fmt: skip  # noqa: E501
BLANKS = ["", " ", "\u3000", "\u00a0", "\ufeff", "\u200b", " \t "]


def _table(folder, *rows, head="编码,名称,数量"):
    path = folder / "表.csv"
    path.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    return path


def _source(**columns):
    rows = Rows({name: as_column(values) for name, values in columns.items()})
    return Source(rows, "表", "表.csv", None, "utf-8", row_numbers=np.arange(2, 2 + len(rows)))


@pytest.mark.parametrize("word", NOTHING)
def test_a_word_for_nothing_is_nothing_in_every_column_and_is_told(tmp_path, word):
    source = read_source(_table(tmp_path, "1,井盖,3", f"{word},{word},{word}"))
    assert [column[1] for column in source.rows.columns.values()] == [None, None, None]
    (note,) = [note for note in source.notes if note.code == "words_for_nothing"]
    assert note.details == {"count": 3, "shown": word}
    assert len(source) == 2  # the row itself is not lost


@pytest.mark.parametrize("blank", BLANKS)
def test_blanks_are_nothing_and_no_word(tmp_path, blank):
    source = read_source(_table(tmp_path, f"1,{blank},3"))
    assert source.rows["名称"][0] is None
    assert not source.notes


@pytest.mark.parametrize("blank", BLANKS)
def test_a_line_of_blanks_is_no_row(tmp_path, blank):
    source = read_source(_table(tmp_path, "1,井盖,3", f"{blank},{blank},{blank}", "2,路灯,4"))
    assert source.rows["编码"].tolist() == ["1", "2"]
    assert source.row_numbers.tolist() == [2, 4]


def test_a_workbook_and_a_layer_know_the_same_words(tmp_path, layer_file):
    ogr = pytest.importorskip("osgeo.ogr")
    book = openpyxl.Workbook()
    for row in (["编码", "名称"], ["1", "NULL"], ["\\N", "\u3000"]):
        book.active.append(row)
    book.save(tmp_path / "表.xlsx")
    fields = [("编码", ogr.OFTString), ("名称", ogr.OFTString)]
    values = [("POINT(1 1)", "1", "NULL"), ("POINT(2 2)", "\\N", "\u3000")]
    for path in (tmp_path / "表.xlsx", layer_file("层.gpkg", "GPKG", values, fields)):
        rows = read_source(path).rows
        assert rows["编码"].tolist() == ["1", None]
        assert rows["名称"].tolist() == [None, None]


def test_what_only_holds_such_a_word_is_a_value(tmp_path):
    words = ["无名巷", "无锡路", "A-1", "N", "NA路", "1/2", "-5", "空军大院", "0", "nullarbor"]
    source = read_source(_table(tmp_path, *words, head="名称"))
    assert source.rows["名称"].tolist() == words
    assert not source.notes


@pytest.mark.parametrize(
    ("heading", "cells", "found"),
    [
        ("联系", ["有", "无", "-"], ["有", "无", None]),
        ("解决情况", ["是", "无", "NULL"], ["是", "无", None]),
        ("是否退回", ["无", "无", "/"], ["无", "无", None]),
        ("有无隐患", ["无", None, "无"], ["无", None, "无"]),
        ("备注", ["无", "井盖破损", "无"], [None, "井盖破损", None]),
        ("备注", ["无", "无", "无"], [None, None, None]),
    ],
)
def test_a_no_that_answers_a_question_stays(heading, cells, found):
    assert without_placeholders(_source(**{heading: cells})).rows[heading].tolist() == found


def test_not_a_number_is_nothing_and_numbers_stay_as_they_are():
    column = without_placeholders(_source(数量=[float("nan"), 0, 1.5, False])).rows["数量"]
    assert column.tolist() == [None, 0, 1.5, False]


def test_a_file_of_ours_can_be_read_as_it_was_written(tmp_path):
    source = read_source(_table(tmp_path, "1,无,-"), as_written=True)
    assert source.rows.records() == [{"编码": "1", "名称": "无", "数量": "-"}]
