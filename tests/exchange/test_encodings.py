"""Encodings are found from the bytes, believed when declared rightly, and corrected when declared wrongly."""

from __future__ import annotations

import io

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.exchange import encodings
from gridmgmt_plugin.exchange.delimited_rows import RowsOfPieces
from gridmgmt_plugin.exchange.encodings import (
    chosen_encoding,
    codec_of,
    decode_piece,
    encoding_of_file,
    encoding_of_pieces,
    is_web_page,
    pieces_of,
    require_codec,
)
from tests.tries import tries

HANZI = st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=12)
COMMON = "一下大小街道社区网格东西南北中路巷胡同园里号院公共设施井盖联通"


@pytest.mark.parametrize(
    ("written", "codec"),
    [
        ("936", "gb18030"),
        ("GBK", "gb18030"),
        ("GB 2312", "gb18030"),
        ("CP936", "gb18030"),
        ("ANSI 936", "gb18030"),
        ("GB18030", "gb18030"),
        ("UTF8", "utf-8"),
        ("UTF-8", "utf-8"),
        ("65001", "utf-8"),
        ("Big5", "big5hkscs"),
        ("950", "big5hkscs"),
        ("ISO-8859-1", "iso8859-1"),
        ("ISO 88591", "iso8859-1"),
        ("1252", "cp1252"),
        ("utf-16", "utf-16"),
        ("火星文", None),
    ],
)
def test_the_names_of_cpg_files_and_offices_are_understood(written, codec):
    assert codec_of(written) == codec


def test_an_unknown_encoding_is_refused_with_advice():
    with pytest.raises(InputError) as refused:
        require_codec("火星文")
    assert refused.value.code == "encoding_unknown"
    assert "GBK" in refused.value.text("zh")


@given(st.lists(HANZI, min_size=1, max_size=20), st.sampled_from(["utf-8", "gb18030"]))
@tries(120)
def test_chinese_cells_are_found_in_either_encoding(texts, codec):
    cells = [text.encode(codec) for text in texts]
    found = encoding_of_pieces(cells)
    assert [decode_piece(cell, found.name) for cell in cells] == texts
    assert not found.notes


@given(st.text(alphabet=COMMON, min_size=1, max_size=3))
def test_even_one_short_common_word_is_read_rightly(word):
    for codec in ("utf-8", "gb18030"):
        raw = word.encode(codec)
        assert decode_piece(raw, encoding_of_pieces([raw]).name) == word


@given(HANZI, st.sampled_from(["utf-8", "gb18030"]), st.integers(1, 2))
def test_a_cell_cut_inside_a_character_loses_that_character_only(text, codec, cut):
    assume(codec == "utf-8" or cut == 1)
    raw = ("街道" + text).encode(codec)[:-cut]
    assert encoding_of_pieces([raw, "街道办事处".encode(codec)]).name == codec
    assert decode_piece(raw, codec) == ("街道" + text)[:-1]


def test_a_declared_encoding_is_believed_unless_the_bytes_contradict_it():
    gbk, utf8 = "东华门街道".encode("gb18030"), "东华门街道".encode()
    assert encoding_of_pieces([gbk], "gb18030").name == "gb18030"
    wrong = encoding_of_pieces([gbk], "utf-8")
    assert wrong.name == "gb18030"
    assert [note.code for note in wrong.notes] == ["encoding_declared_wrong"]
    assert encoding_of_pieces([utf8], "iso8859-1").name == "utf-8"
    assert encoding_of_pieces(["café".encode("latin-1")], "iso8859-1").name == "iso8859-1"
    assert encoding_of_pieces([b"plain"], "gb18030").name == "gb18030"
    assert encoding_of_pieces([b"plain"]).name == "utf-8"


def test_what_is_neither_is_read_as_western_text_and_said():
    found = encoding_of_pieces([b"caf\xe9", b"\xff\xff\xff\xff"])
    assert [note.code for note in found.notes] == ["encoding_guessed"]


@given(st.lists(HANZI, min_size=1, max_size=30))
@tries(60)
def test_a_text_file_is_found_in_every_encoding_an_office_writes(lines):
    text = "名称,编码\n" + "\n".join(f"{line},110101001" for line in lines)
    for written, expected in (
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("gb18030", "gb18030"),
        ("utf-16", "utf-16"),
    ):
        found = encoding_of_file(io.BytesIO(text.encode(written)), "x.csv")
        assert found.name == expected
        assert text.encode(written).decode(found.name) == text


def test_utf16_without_a_mark_is_found_by_its_zeros():
    text = "id,name\n1,街道\n" * 30
    assert encoding_of_file(io.BytesIO(text.encode("utf-16-le")), "x").name == "utf-16-le"
    assert encoding_of_file(io.BytesIO(text.encode("utf-16-be")), "x").name == "utf-16-be"


def test_a_character_across_the_border_of_two_blocks_is_no_error():
    for codec, lead in (("utf-8", b"a"), ("utf-8", b"aa"), ("gb18030", b"a"), ("gb18030", b"")):
        raw = lead + ("丂丄丅" * 400_000).encode(codec)
        found = encoding_of_file(io.BytesIO(raw), "x")
        assert found.name == codec
        assert not found.notes


def test_one_broken_byte_in_a_large_file_is_told_not_fatal():
    raw = ("某街道某社区," * 5000).encode() + b"\xff" + "结束".encode()
    found = encoding_of_file(io.BytesIO(raw), "x")
    assert found.name == "utf-8"
    assert found.notes[0].code == "bytes_unreadable"
    assert found.notes[0].details["count"] == 1


@pytest.mark.parametrize(
    ("raw", "code"),
    [(bytes(range(256)) * 20, "file_not_text"), (b"\xff\xfd\xff" * 500, "encoding_not_found")],
)
def test_what_is_no_text_is_refused(raw, code):
    with pytest.raises(InputError) as refused:
        encoding_of_file(io.BytesIO(raw), "照片.csv")
    assert refused.value.code == code
    assert "照片.csv" in refused.value.text("zh")


@pytest.mark.parametrize("text", ["东华门街道", "东华门", "街道", "一", "编码注记", "王府井大街1号"])
@pytest.mark.parametrize(
    ("written", "declared"),
    [("utf-8", "gb18030"), ("gb18030", "utf-8"), ("utf-8", "iso8859-1"), ("gb18030", "cp1252"), ("utf-8", "utf-8"),
     ("gb18030", "gb18030"), ("utf-8", None), ("gb18030", None)],
)  # fmt: skip
def test_whatever_a_cpg_says_the_text_is_read_rightly(text, written, declared):
    raw = [text.encode(written), "景山街道办事处".encode(written)]
    found = encoding_of_pieces(raw, declared)
    assert [decode_piece(piece, found.name) for piece in raw] == [text, "景山街道办事处"]
    assert bool(found.notes) == (declared not in (None, written))


@pytest.mark.parametrize("bom", [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"])
def test_a_mark_at_the_start_does_not_hide_what_is_broken_behind_it(bom):
    codec = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}[bom]
    good = bom + ("某街道某社区\n" * 2000).encode(codec)
    assert not encoding_of_file(io.BytesIO(good), "x").notes
    broken = {"utf-8": b"\xff", "utf-16-le": b"\x00\xdc", "utf-16-be": b"\xdc\x00"}[codec]
    found = encoding_of_file(io.BytesIO(good + broken + "完".encode(codec)), "x")
    assert [note.code for note in found.notes] == ["bytes_unreadable"]


def test_two_files_in_one_keep_the_larger_part_and_tell_the_rest():
    mixed = ("1,东华门街道\n" * 3000).encode() + "2,景山街道\n".encode("gbk")
    found = encoding_of_file(io.BytesIO(mixed), "x")
    assert found.name == "utf-8"
    assert [note.code for note in found.notes] == ["bytes_unreadable"]


@given(st.text(st.characters(max_codepoint=0x7F), max_size=40))
@tries(60)
def test_plain_ascii_is_utf8_whatever_is_declared_otherwise(text):
    raw = text.replace("\0", "").encode()
    assert encoding_of_file(io.BytesIO(raw), "x").name == "utf-8"
    assert encoding_of_pieces([raw]).name == "utf-8"


@pytest.mark.parametrize(
    ("written", "chosen", "told"),
    [
        ("utf-8", "gb18030", True),
        ("gb18030", "gb18030", False),
        ("utf-8", "utf-8", False),
        ("gb18030", "big5", False),
    ],
)
def test_an_encoding_that_the_user_chose_against_the_text_is_used_and_doubted(written, chosen, told):
    found = chosen_encoding(io.BytesIO(("编码,名称\n" + "1,东华门街道\n" * 20).encode(written)), chosen)
    assert found.name == chosen
    assert [note.code for note in found.notes] == (["encoding_chosen_doubtful"] if told else [])


@pytest.mark.parametrize(
    ("head", "page"),
    [
        (b"<html>", True),
        (b"\xef\xbb\xbf \r\n<!DOCTYPE html>", True),
        (b"<TABLE>", True),
        (b"a,b\n<html>", False),
        (b"", False),
        (b"<name>,b", False),
    ],
)
def test_a_web_page_is_known_by_its_start(head, page):
    assert is_web_page(head) is page


@pytest.fixture
def small_pieces(monkeypatch):
    for name, size in (("_WHOLE", 1000), ("_BEGINNING", 100), ("_PIECE", 120), ("_EVERY", 400)):
        monkeypatch.setattr(encodings, name, size)


class _Lines:
    """Every line is a row, or as many of the first as are told."""

    def __init__(self, first=None):
        self._first = first

    def whole_at_the_start(self, lines):
        return len(lines) if self._first is None else self._first

    def whole(self, lines):
        return lines


@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "utf-16-le"])
def test_of_a_large_text_whole_lines_all_through_it_are_looked_at(small_pieces, codec):
    lines = [f"{number},解放路{number}号,处置中\n".encode(codec) for number in range(400)]
    pieces = pieces_of(io.BytesIO(b"".join(lines)), codec, _Lines())
    if codec == "utf-16-le":
        assert pieces == b"".join(lines)
        return
    found = pieces.splitlines(keepends=True)
    assert set(found) <= set(lines)
    at = [lines.index(line) for line in found]
    assert at == sorted(at)
    assert at[0] == 0
    assert at[-1] > 350
    assert len(found) < 200


def test_of_a_text_that_is_not_large_everything_is(small_pieces):
    assert pieces_of(io.BytesIO(b"a,b\n" * 200), "utf-8", _Lines()) == b"a,b\n" * 200


def test_a_text_of_which_no_row_ends_within_the_beginning_is_looked_at_whole(small_pieces):
    text = b"a,b\n" * 400
    assert pieces_of(io.BytesIO(text), "utf-8", _Lines(0)) == text


def _pieces_of(text):
    return pieces_of(io.BytesIO(text.encode()), "utf-8", RowsOfPieces("utf-8")).decode().splitlines()


def test_no_line_inside_a_cell_of_several_lines_is_taken_for_a_row(small_pieces):
    rows = [
        f'{number},"门前,\n第二行\n第三行",处置中\n' if number % 3 else f"{number},门前,处置中\n"
        for number in range(400)
    ]
    found = _pieces_of("编号,地址,状态\n" + "".join(rows))
    further = found[8:]
    assert all(line.endswith(",门前,处置中") for line in further)
    assert int(further[-1].split(",")[0]) > 350


@pytest.mark.parametrize("cell", ['{}"', '12"x{}', '"{} ""门"""'])
def test_marks_in_every_line_hinder_nobody_from_looking_at_all_of_a_text(small_pieces, cell):
    rows = [f"{number},{cell.format(number)},处置中\n" for number in range(400)]
    found = _pieces_of("编号,管径,状态\n" + "".join(rows))
    assert set(found[1:]) <= {row.rstrip("\n") for row in rows}
    assert int(found[-1].split(",")[0]) > 350
