"""Words in a PDF are the words that were written, whatever picture they share with a radical."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridmgmt_plugin.core.papers.pdf_text import mend_pdf_text, word_of

TABLE = b"""/CIDInit /ProcSet findresource begin
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
3 beginbfrange
<0000> <0000> <0000>
<2ED3> <2ED4> [<2ED3> <516C> ]
<0005> <0006> <2F54>
endbfrange
endcmap
"""


def _pdf(folder: Path, table: bytes) -> Path:
    """Return a file put together as Qt's are: one font, one table."""
    font = b"1 0 obj\n<< /Type /Font\n/ToUnicode 2 0 R\n>>\nendobj\n"
    head = b"%PDF-1.4\n"
    stream = b"2 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (len(table), table)
    places = (len(head), len(head) + len(font))
    start = len(head) + len(font) + len(stream)
    entries = b"0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    tail = b"xref\n0 3\n%strailer\n<<\n/Size 3 \n/Root 1 0 R\n>>\nstartxref\n%d \n%%%%EOF\n" % (entries, start)
    path = folder / "图.pdf"
    path.write_bytes(head + font + stream + tail)
    return path


def test_radicals_become_words_and_pictures_keep_their_numbers(tmp_path: Path) -> None:
    path = _pdf(tmp_path, TABLE)
    before = path.read_bytes()
    assert mend_pdf_text(path) == 1
    after = path.read_bytes()
    assert after.startswith(before)
    added = after[len(before) :]
    for line in (b"<2ED3> <2ED3> <957F>", b"<2ED4> <2ED4> <516C>", b"<0005> <0005> <6C34>", b"<0006> <0006> <706B>"):
        assert line in added
    start = int(added.rsplit(b"startxref\n", 1)[1].split()[0])
    assert after[start : start + 4] == b"xref"
    place = int(added.split(b"xref\n2 1\n", 1)[1][:10])
    assert after[place:].startswith(b"2 0 obj")
    assert b"/Prev" in added


def test_a_table_without_radicals_is_left_alone(tmp_path: Path) -> None:
    path = _pdf(tmp_path, TABLE.replace(b"[<2ED3>", b"[<957F>").replace(b"<2F54>", b"<0041>"))
    before = path.read_bytes()
    assert mend_pdf_text(path) == 0
    assert path.read_bytes() == before


def test_what_is_no_such_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.pdf"
    path.write_bytes(b"%PDF-1.7 something else")
    assert mend_pdf_text(path) == 0


@pytest.mark.parametrize(("radical", "word"), [("⻓", "长"), ("⽔", "水"), ("⼾", "户"), ("⻔", "门"), ("巷", "巷")])
def test_each_radical_has_its_word(radical: str, word: str) -> None:
    assert chr(word_of(ord(radical))) == word
