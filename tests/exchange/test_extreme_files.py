"""Files at and beyond the limits of what a table may be: read, or refused with a sentence that can be read."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
from osgeo import ogr

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.exchange.reading import list_layers, read_source


def _csv(folder, content, name="案件.csv"):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def _refused(path, code, **options):
    with pytest.raises(InputError) as caught:
        read_source(path, **options)
    assert caught.value.code == code
    for language in ("zh", "en"):
        assert path.name in caught.value.text(language)
        assert len(caught.value.text(language)) < 1500
    return caught.value


def _workbook(folder, rows, changes=(), method=None, name="表.xlsx"):
    """Save a workbook whose parts are changed byte by byte: (name of the part, before, after)."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    saved = io.BytesIO()
    book.save(saved)
    path = folder / name
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            content = old.read(part)
            for changed, before, after in changes:
                if changed in part:
                    assert before in content
                    content = content.replace(before, after)
            new.writestr(part, content)
    if method is not None:
        raw = bytearray(path.read_bytes())
        for mark, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
            at = raw.find(mark)
            while at >= 0:
                raw[at + offset : at + offset + 2] = method.to_bytes(2, "little")
                at = raw.find(mark, at + 4)
        path.write_bytes(raw)
    return path


# --- text tables


def test_zero_characters_in_a_text_are_dropped_and_told(tmp_path):
    source = read_source(_csv(tmp_path, "编号,标题\n1,测试\0\0\n".encode()))
    assert source.rows["标题"].tolist() == ["测试"]
    note = next(note for note in source.notes if note.code == "nul_characters_dropped")
    assert note.details["count"] == 2


@pytest.mark.proof
def test_zero_characters_that_pad_a_column_are_dropped_also_far_down(tmp_path):
    rows = "".join(f"{i},甲{i}\n" for i in range(100_000))
    source = read_source(_csv(tmp_path, ("编号,标题\n" + rows + "x,乙\0\n").encode("gbk")))
    assert source.rows["标题"][-1] == "乙"


def test_a_program_under_the_name_of_a_table_is_no_text(tmp_path):
    _refused(_csv(tmp_path, b"\x7fELF\x02\x01\x01\0\0\0 text, text\n" * 9), "file_not_text")


def test_a_cell_longer_than_python_reads_by_itself_is_read(tmp_path):
    source = read_source(_csv(tmp_path, "编号,标题\n1," + "长" * 200_000 + "\n"))
    assert len(source.rows["标题"][0]) == 200_000


def test_a_cell_of_millions_of_characters_is_refused(tmp_path):
    _refused(_csv(tmp_path, "编号,标题\n1," + "x" * 2_000_000 + "\n"), "quote_not_closed")
    _refused(_csv(tmp_path, "编号,标题\n1," + "x" * 10_000_000 + "\n"), "line_too_long")


def test_a_table_of_thousands_of_columns_is_refused(tmp_path):
    error = _refused(_csv(tmp_path, ",".join(f"列{i}" for i in range(20_000)) + "\n1,2\n"), "table_too_wide")
    assert "20,000" in error.text("zh")


@pytest.mark.parametrize(
    "name", ["rot13", "base64", "zlib", "hex", "idna", "punycode", "undefined", "unicode_escape"]
)
def test_what_python_calls_a_codec_and_no_file_is_written_in_is_an_unknown_encoding(tmp_path, name):
    with pytest.raises(InputError) as caught:
        read_source(_csv(tmp_path, "编号\n1\n"), encoding=name)
    assert caught.value.code == "encoding_unknown"


def test_half_a_character_is_replaced_and_told(tmp_path):
    source = read_source(_csv(tmp_path, b"a,+2AA-\n+2AA-x,1\n"), encoding="utf-7")
    assert source.field_names == ("a", "\ufffd")
    assert source.rows["a"].tolist() == ["\ufffdx"]
    assert "bytes_unreadable" in [note.code for note in source.notes]


# --- workbooks


def test_half_a_character_in_a_workbook_is_replaced(tmp_path):
    path = _workbook(tmp_path, [["编号"], ["甲"]], [("sheet1", b"&#30002;", b"_xD800_x")])
    assert "\ud800" not in read_source(path).rows["编号"][0]


def test_a_strict_workbook_is_refused_with_the_way_out(tmp_path):
    plain, strict = (
        b"http://schemas.openxmlformats.org/officeDocument/2006/",
        b"http://purl.oclc.org/ooxml/officeDocument/",
    )
    main = (
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    )
    changes = [("_rels/.rels", plain, strict), ("xl/workbook.xml", *main), ("sheet1.xml", *main)]
    path = _workbook(tmp_path, [["编号"], ["1"]], changes)
    assert ".xlsx" in _refused(path, "workbook_strict").text("zh")
    with pytest.raises(InputError):
        list_layers(path)


@pytest.mark.parametrize("row", [b"2000000000", b"1048577", b"0", b"-5"])
def test_a_row_beyond_the_end_of_every_sheet_is_refused_at_once(tmp_path, row):
    path = _workbook(tmp_path, [["编号"], ["1"]], [("sheet1", b'<row r="2"', b'<row r="%s"' % row)])
    _refused(path, "sheet_row_impossible")


def test_rows_far_down_keep_their_number(tmp_path):
    changes = [("sheet1", b'<row r="3"', b'<row r="1048576"')]
    source = read_source(_workbook(tmp_path, [["编号"], ["1"], ["2"]], changes))
    assert source.row_numbers.tolist() == [2, 1_048_576]


@pytest.mark.proof
def test_a_sheet_filled_to_its_last_column_is_refused(tmp_path):
    _refused(_workbook(tmp_path, [["编号", *range(16_383)]] * 2), "table_too_wide")


@pytest.mark.proof
def test_cells_that_only_have_a_colour_take_no_column(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["编号", "名称"])
    book.active.append(["1", "甲"])
    for column in range(3, 16_385):
        book.active.cell(2, column).fill = openpyxl.styles.PatternFill("solid", fgColor="FFFF00")
    book.save(tmp_path / "彩.xlsx")
    assert read_source(tmp_path / "彩.xlsx").field_names == ("编号", "名称")


@pytest.mark.parametrize("method", [9, 14, 93, 99])
def test_an_unknown_way_of_packing_is_a_broken_file(tmp_path, method):
    path = _workbook(tmp_path, [["编号"], ["1"]], method=method)
    _refused(path, "file_broken")


@pytest.mark.parametrize("suffix", [".xlsx", ".zip"])
def test_an_archive_of_a_later_version_is_a_broken_file(tmp_path, suffix):
    path = _workbook(tmp_path, [["编号"], ["1"]], name="表" + suffix)
    raw = bytearray(path.read_bytes())
    at = raw.find(b"PK\x01\x02")
    raw[at + 6 : at + 8] = (99).to_bytes(2, "little")
    path.write_bytes(raw)
    _refused(path, "file_broken")


# --- wide numbers of a DBF


@pytest.mark.parametrize(
    ("code", "told"), [(990101001001001, False), (9_007_199_254_740_991, False), (10**17 + 1, True)]
)
def test_a_wide_number_column_of_a_dbf_is_damaged_only_where_digits_are_lost(tmp_path, code, told):
    path = tmp_path / "网格.dbf"
    dataset = ogr.GetDriverByName("ESRI Shapefile").CreateDataSource(str(path))
    layer = dataset.CreateLayer("网格", None, ogr.wkbNone)
    field = ogr.FieldDefn("CODE", ogr.OFTReal)
    field.SetWidth(20)
    field.SetPrecision(0)
    layer.CreateField(field)
    feature = ogr.Feature(layer.GetLayerDefn())
    feature.SetField(0, float(code))
    layer.CreateFeature(feature)
    del feature, layer, dataset
    source = read_source(path)
    assert ("codes_damaged" in [note.code for note in source.notes]) is told
    if not told:
        assert source.rows["CODE"].tolist() == [code]
        assert isinstance(source.rows["CODE"][0], int)


# --- sentences


def test_no_sentence_quotes_more_than_can_be_read():
    long = "长" * 269_000
    for value in (long, [long], {long: 1}, 10**5000, -(10**5000)):
        text = Message("encoding_unknown", {"name": value}).text("zh")
        assert len(text) < 1000
        assert "…" in text


def test_a_sentence_can_always_be_written():
    text = Message("encoding_unknown", {"name": "x\ud800\0"}).text("zh")
    assert text.encode("utf-8")
    assert "\0" not in text
