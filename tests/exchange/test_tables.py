"""Text tables as offices send them: any encoding, any delimiter, every odd row told."""

from __future__ import annotations

import csv
import gzip
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.errors import Cancelled, InputError
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.exchange import encodings
from gridmgmt_plugin.exchange.placeholders import is_blank_text, is_word_for_nothing
from gridmgmt_plugin.exchange.reading import list_layers, read_batches, read_source
from tests.tries import tries

TEXT = "编号,名称,备注\n1,东华门街道,\n2,景山街道,有,问题\n"


def _write(tmp_path, content, name="案件 表.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def _codes(source):
    return [note.code for note in source.notes]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_the_encoding_is_found(tmp_path, encoding):
    source = read_source(_write(tmp_path, "编码,名称\n110101001,东华门街道\n", encoding=encoding))
    assert source.field_names == ("编码", "名称")
    assert source.rows.records() == [{"编码": "110101001", "名称": "东华门街道"}]
    assert source.name == "案件 表"
    assert source.crs_wkt is None


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_even_beside_commas_in_texts(tmp_path, delimiter):
    rows = [["id", "address", "x"], ["1", "东四三条,17号", "116.4"], ["2", "a;b", "116.5"], ["3", "", "116.6"]]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    source = read_source(_write(tmp_path, out.getvalue(), "t.txt"))
    assert source.field_names == ("id", "address", "x")
    assert source.rows["address"].tolist() == ["东四三条,17号", "a;b", None]


def test_a_table_of_one_column_is_a_table(tmp_path):
    assert read_source(_write(tmp_path, "code\n1\n2\n")).rows["code"].tolist() == ["1", "2"]


def test_a_spreadsheets_own_delimiter_line_is_honoured(tmp_path):
    source = read_source(_write(tmp_path, "sep=;\na;b\n1;2\n"))
    assert source.rows.records() == [{"a": "1", "b": "2"}]
    assert source.row_numbers.tolist() == [3]


def test_quoted_line_breaks_stay_inside_their_cell_and_the_line_numbers_stay_true(tmp_path):
    source = read_source(_write(tmp_path, 'id,text\n1,"第一行\n第二行"\n\n2,"说""好"""\n'))
    assert source.rows["text"].tolist() == ["第一行\n第二行", '说"好"']
    assert source.row_numbers.tolist() == [2, 5]


def test_ragged_rows_are_kept_and_told_with_their_rows(tmp_path):
    source = read_source(_write(tmp_path, "a,b,c\n1,2,3\n4,5\n6,7,8,9\n10,11,12,,\n"))
    assert source.rows["c"].tolist() == ["3", None, "8", "12"]
    assert dict(zip(source.problems.rows.tolist(), source.problems.reasons.tolist())) == {
        1: "row_too_short",
        2: "row_too_long",
    }
    assert _codes(source) == ["rows_with_problem", "rows_with_problem"]
    assert "1 行" in source.notes[0].text("zh")


def test_blank_lines_are_no_rows(tmp_path):
    source = read_source(_write(tmp_path, "\n\na,b\n\n1,2\n,\n\n3,4\n\n"))
    assert source.rows["a"].tolist() == ["1", "3"]
    assert source.row_numbers.tolist() == [5, 8]


def test_empty_and_repeated_headings_are_named_and_told(tmp_path):
    source = read_source(_write(tmp_path, "编号,,备注,备注,Ａ\n1,2,3,4,5\n"))
    assert source.field_names == ("编号", "column_2", "备注", "备注_2", "A")
    assert _codes(source) == ["headings_empty", "headings_repeated"]


def test_a_gzipped_table_reads_the_same(tmp_path):
    path = tmp_path / "t.csv.gz"
    path.write_bytes(gzip.compress("名称,x\n景山,1\n".encode("gbk")))
    source = read_source(path)
    assert source.name == "t"
    assert source.rows.records() == [{"名称": "景山", "x": "1"}]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "file_empty"),
        ("\n\n", "table_without_heading"),
        (",,\n", "table_without_heading"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "file_not_text"),
        ('a,b\n1,"never closed\n' + "2,3\n" * 500, "quote_not_closed"),
    ],
)
def test_what_is_no_table_is_refused_with_its_name(tmp_path, content, code):
    with pytest.raises(InputError) as refused:
        read_source(_write(tmp_path, content))
    assert refused.value.code == code
    assert "案件 表.csv" in refused.value.text("zh")


def test_a_broken_gzip_is_refused(tmp_path):
    path = tmp_path / "t.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n1,2\n" * 1000)[:40])
    with pytest.raises(InputError) as refused:
        read_source(path)
    assert refused.value.code == "file_broken"


def test_a_heading_without_rows_is_told(tmp_path):
    source = read_source(_write(tmp_path, "a,b\n"))
    assert len(source) == 0
    assert source.field_names == ("a", "b")
    assert _codes(source) == ["table_without_rows"]


def test_a_named_encoding_is_used_and_a_wrong_one_refused(tmp_path):
    path = _write(tmp_path, "名称\n东华门街道\n", encoding="gbk")
    assert read_source(path, encoding="936").rows["名称"][0] == "东华门街道"
    for wrong, code in (("UTF-8", "encoding_mismatch"), ("火星文", "encoding_unknown")):
        with pytest.raises(InputError) as refused:
            read_source(path, encoding=wrong)
        assert refused.value.code == code


def test_codes_that_a_spreadsheet_damaged_are_told_with_line_and_value(tmp_path):
    source = read_source(_write(tmp_path, "网格编码,x\n3.70102E+14,1\n370102011201009,2\n"))
    note = next(note for note in source.notes if note.code == "codes_damaged")
    assert "3.70102E+14" in note.text("zh")
    assert "第 2 行" in note.text("zh")
    assert "科学计数法" in note.text("zh")
    assert source.problems.reasons.tolist() == ["damage_scientific"]
    assert source.rows["网格编码"][0] == "3.70102E+14"


def test_measures_with_decimals_are_not_called_damaged_codes(tmp_path):
    assert not read_source(_write(tmp_path, "id,面积\n1.0,12.0\n2.0,3.0\n")).notes


def test_a_text_table_is_its_own_only_layer(tmp_path):
    (info,) = list_layers(_write(tmp_path, TEXT))
    assert (info.name, info.geometry) == ("案件 表", None)


def test_reading_can_be_cancelled(tmp_path):
    path = _write(tmp_path, "a,b\n" + "1,2\n" * 30_000)
    with pytest.raises(Cancelled):
        read_source(path, progress=Progress(is_cancelled=lambda: True))


CELLS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029\x85"), max_size=8
).filter(lambda text: not is_word_for_nothing(text) and not (text and is_blank_text(text)))


@given(st.lists(st.tuples(CELLS, CELLS), max_size=12), st.sampled_from(["utf-8-sig", "utf-8", "utf-16"]))
@tries(60)
def test_what_a_csv_writer_writes_comes_back(tmp_path, rows, encoding):
    out = io.StringIO()
    csv.writer(out).writerows([("id", "text", "街道"), *((a, b, "e") for a, b in rows)])
    source = read_source(_write(tmp_path, out.getvalue(), encoding=encoding))
    assert source.rows["id"].tolist() == [a or None for a, _ in rows]
    assert source.rows["text"].tolist() == [b or None for _, b in rows]


@pytest.mark.proof
def test_real_case_tables_come_in_whole(shared):
    cases = read_source(shared("washington_dc/dc_311_cases.csv.gz"))
    assert len(cases) == 34_049
    assert not len(cases.problems)
    assert cases.rows["request_id"][0] == "15-00259642"
    assert len(read_source(shared("houston/houston_crime_2010_01_04.csv.gz"))) == 41_090
    assert read_source(shared("china_cases/pingshan_cases_by_community.csv")).rows["community"][0] == "六联社区"


OFFICE_TEXT = st.text("东华门街道井盖路灯，。（）“”0123456789abc ,;|.-/", max_size=10).filter(
    lambda text: text == text.strip() and not is_word_for_nothing(text)
)


@given(
    st.lists(st.tuples(OFFICE_TEXT, OFFICE_TEXT, OFFICE_TEXT), min_size=1, max_size=12),
    st.sampled_from(["gbk", "gb18030", "utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\r\n", "\n"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
@tries(120)
def test_every_dialect_in_every_encoding_comes_back(tmp_path, rows, encoding, delimiter, end, quoting):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerow(["标识码", "部件名称", "位置", "状态"])
    writer.writerows([f"A{i:04d}", *row] for i, row in enumerate(rows))
    source = read_source(_write(tmp_path, out.getvalue(), encoding=encoding))
    assert source.field_names == ("标识码", "部件名称", "位置", "状态")
    found = [tuple(value or "" for value in record.values()) for record in source.rows.records()]
    assert found == [(f"A{i:04d}", *row) for i, row in enumerate(rows)]


@given(st.lists(st.sampled_from(["\r\n", "\n", "\r"]), min_size=5, max_size=20))
@tries(60)
def test_mixed_line_ends_part_the_same_rows(tmp_path, ends):
    text = "编码,名称" + "".join(f"{end}{i},井盖" for i, end in enumerate(ends))
    assert read_source(_write(tmp_path, text)).rows["编码"].tolist() == [str(i) for i in range(len(ends))]


def test_a_text_encoded_otherwise_than_the_user_says_is_doubted(tmp_path):
    path = _write(tmp_path, "编码,名称\n1,东华门街道办\n")
    source = read_source(path, encoding="GBK")
    assert _codes(source) == ["encoding_chosen_doubtful"]
    assert "乱码" in source.notes[0].text("zh")


def test_a_damaged_gzip_is_refused(tmp_path):
    raw = bytearray(gzip.compress(("名称,x\n" + "景山,1\n" * 500).encode()))
    for at in range(12, len(raw) - 8, 7):
        path = tmp_path / f"{at}.csv.gz"
        path.write_bytes(bytes(raw[:at]) + bytes([raw[at] ^ 0xFF]) + bytes(raw[at + 1 :]))
        with pytest.raises(InputError) as refused:
            read_source(path)
        assert refused.value.code in ("file_broken", "encoding_not_found", "file_not_text")


def test_numbers_as_offices_type_them_stay_text_until_they_are_asked_for(tmp_path):
    source = read_source(_write(tmp_path, '编码,数量,比例\n００１,"1,234",５０％\n002, 12 ,半\n'))
    assert source.rows.records() == [
        {"编码": "００１", "数量": "1,234", "比例": "５０％"},
        {"编码": "002", "数量": " 12 ", "比例": "半"},
    ]


def test_a_table_of_many_chunks_keeps_its_order_numbers_and_problems(tmp_path):
    lines = [f"{i},井盖{i % 7},{i % 3}" for i in range(3210)]
    lines[1700] = "1700,短"
    lines[2500] = "2500,长,1,2"
    source = read_source(_write(tmp_path, "编码,名称,数量\n" + "\n".join(lines)))
    assert source.rows["编码"].tolist() == [str(i) for i in range(3210)]
    assert source.row_numbers.tolist() == list(range(2, 3212))
    assert dict(zip(source.problems.rows, source.problems.reasons)) == {1700: "row_too_short", 2500: "row_too_long"}


def test_equal_texts_of_a_repeating_column_are_one_object(tmp_path):
    source = read_source(_write(tmp_path, "编码,名称\n" + "".join(f"{i},某某某街道办事处\n" for i in range(2000))))
    assert len({id(value) for value in source.rows["名称"]}) == 1


@pytest.mark.parametrize("delimiter", [",", "|"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
@pytest.mark.parametrize("heading", ['管径(")', '"管""径"', '"管\n径"'])
@pytest.mark.parametrize("cell", ["{}", '{}"', '"{}\n号"'])
def test_a_large_table_with_quotation_marks_has_the_columns_and_rows_that_it_has_whole(
    tmp_path, monkeypatch, heading, cell, encoding, delimiter
):
    rows = [delimiter.join([heading, "名称"]), *(delimiter.join([cell.format(n), f"路{n}"]) for n in range(100))]
    path = _write(tmp_path, "\n".join([*rows, ""]), encoding=encoding)
    whole = read_source(path)
    for name, size in (("_WHOLE", 400), ("_BEGINNING", 200), ("_PIECE", 150), ("_EVERY", 300)):
        monkeypatch.setattr(encodings, name, size)
    parts = list(read_batches(path, most=9))
    assert {part.field_names for part in parts} == {whole.field_names}
    assert [row for part in parts for row in part.rows.records()] == whole.rows.records()
