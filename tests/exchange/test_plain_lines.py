"""Lines without quotation marks are cut many at a time, and say what the csv module reads in them."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.exchange.delimited_rows import columns_at_once
from gridmgmt_plugin.exchange.tables import read_text_parts, read_text_table
from tests.tries import tries

_ROWS = 5000
_SIGNS = ("a", "井", ",", ",", ";", "\n", "\n", "\r\n", "\r", '"', "\0", " ", "\u2028", "\x0b")


@tries(300)
@given(st.lists(st.sampled_from(_SIGNS), max_size=30).map("".join))
def test_lines_cut_at_once_are_the_rows_of_the_csv_module(text):
    for width in (1, 2, 3):
        columns = columns_at_once(text, ",", width)
        if columns is not None:
            rows = list(csv.reader(io.StringIO(text, newline="")))
            assert [list(row) for row in zip(*columns)] == rows
            assert all(map(any, rows))


def test_usual_lines_are_cut_at_once():
    assert columns_at_once("a,b\r\n1,\r\n", ",", 2) == [["a", "1"], ["b", ""]]
    assert columns_at_once("a;b\n1;2", ";", 2) == [["a", "1"], ["b", "2"]]
    assert columns_at_once("", ",", 2) is None


def _written(path, *, quoted: bool):
    """Write a long table with rows of every kind in it; return its rows with the line on which each begins."""
    odd = {
        700: '700,"甲, 乙",700\n',
        1900: '1900,"上行\n下行",1900\n',
        2500: "\n",
        2600: ",,\n",
        3100: "3100,短\n",
        3300: "3300,长,3300,多\n",
        4100: "4100,零\0,4100\r\n",
    }
    text = "编号,说明,数\n"
    for row in range(_ROWS):
        plain = '"{0}","门前暴露垃圾影响通行{0}","{0}"\n' if quoted else "{0},门前暴露垃圾影响通行{0},{0}\n"
        text += odd.get(row, plain.format(row))
    path.write_text(text, encoding="utf-8", newline="")
    return path


def _read(path):
    table = read_text_table(str(path), "auto", Progress())
    columns = {name: column.tolist() for name, column in table.rows.columns.items()}
    problems = [(int(row), reason) for row, reason in zip(table.problems.rows, table.problems.reasons)]
    return columns, table.row_numbers.tolist(), problems, [note.code for note in table.notes]


def test_a_long_table_reads_the_same_whether_its_cells_are_quoted_or_not(tmp_path):
    plain = _read(_written(tmp_path / "plain.csv", quoted=False))
    assert plain == _read(_written(tmp_path / "quoted.csv", quoted=True))
    columns, numbers, problems, notes = plain
    assert len(numbers) == _ROWS - 2
    assert numbers[1899:1903] == [1901, 1902, 1904, 1905]
    assert columns["说明"][1900] == "上行\n下行"
    assert columns["编号"][-1] == "4999"
    assert [reason for _, reason in problems] == ["row_too_short", "row_too_long"]
    assert "nul_characters_dropped" in notes


def test_parts_of_such_a_table_are_the_table(tmp_path):
    path = _written(tmp_path / "plain.csv", quoted=False)
    _, parts = read_text_parts(str(path), "auto", Progress(), 600)
    read = list(parts(["编号", "数"]))
    assert len(read) > 3
    assert [value for part in read for value in part.rows["编号"]] == _read(path)[0]["编号"]
    assert [number for part in read for number in part.row_numbers.tolist()] == _read(path)[1]
