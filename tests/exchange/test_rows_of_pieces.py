"""Which lines of a piece of a large table are rows by themselves."""

from __future__ import annotations

from gridmgmt_plugin.exchange.delimited_rows import RowsOfPieces


def lines(*texts):
    return [f"{text}\n".encode() for text in texts]


def test_under_a_title_a_piece_of_a_text_is_no_row():
    rows = RowsOfPieces("utf-8")
    rows.whole_at_the_start(
        lines("2025年案件清单", "编号,类别,时间,内容", "A1,0101,2025-05-02,路灯", "A2,0101,2025-05-02,井盖")
    )
    found = rows.whole(lines("第二行没有分隔", "A3,0101,2025-05-03,路灯"))
    assert [line.decode().strip() for line in found] == ["A3,0101,2025-05-03,路灯"]


def test_in_a_table_of_one_column_each_line_is_a_row():
    rows = RowsOfPieces("utf-8")
    rows.whole_at_the_start(lines("编号", "A1", "A2"))
    assert len(rows.whole(lines("A3", "A4"))) == 2
