"""The interface speaks Chinese completely, and the catalogue holds nothing that the code no longer says."""

from __future__ import annotations

import re
import string
import struct

import pytest

from tests.architecture.imports import interface_texts
from tools import translations

CATALOGUE = translations.read_catalogue()


def _placeholders(text):
    fields = [(name, spec) for _, name, spec, _ in string.Formatter().parse(text) if name is not None]
    return sorted(name or "" for name, spec in fields if "|" not in (spec or ""))  # Chinese declines nothing


def test_every_interface_text_has_its_chinese():
    missing = [
        f"{text!r} ({', '.join(places)})" for text, places in interface_texts().items() if not CATALOGUE.get(text)
    ]
    assert not missing, "run 'make translate' and fill in the .ts file"


def test_the_catalogue_holds_no_text_that_is_gone():
    assert not sorted(set(CATALOGUE) - set(interface_texts())), "run 'make translate'"


def test_the_catalogue_is_written_as_make_translate_writes_it(tmp_path):
    again = tmp_path / "again.ts"
    translations.write_catalogue(interface_texts(), CATALOGUE, again)
    assert again.read_text(encoding="utf-8") == translations.CATALOGUE.read_text(encoding="utf-8")


def test_a_translation_names_the_same_values_and_ends_alike():
    pairs = [(text, CATALOGUE.get(text, "")) for text in sorted(interface_texts())]
    assert len(pairs) > 1000
    assert [text for text, chinese in pairs if _placeholders(chinese) != _placeholders(text)] == []
    assert [text for text, chinese in pairs if chinese.endswith("…") != text.endswith("…")] == []


def test_chinese_is_set_with_chinese_punctuation():
    mixed = re.compile("[\u4e00-\u9fff][,;:!?()]|[,;:!?()][\u4e00-\u9fff]")
    assert [chinese for text in sorted(interface_texts()) if mixed.search(chinese := CATALOGUE.get(text, ""))] == []


def _module(tmp_path, source):
    (tmp_path / "a.py").write_text(source, encoding="utf-8")
    return translations.extract(tmp_path)


def test_texts_are_found_in_calls_and_in_tables(tmp_path):
    found = _module(tmp_path, 'A = [translatable("One")]\ndef f():\n    return tr("Two " "words")\n')
    assert found == {"One": ["a.py"], "Two words": ["a.py"]}


def test_a_text_that_comes_from_a_table_is_not_collected_twice(tmp_path):
    assert _module(tmp_path, 'A = translatable("One")\nB = tr(A)\n') == {"One": ["a.py"]}


@pytest.mark.parametrize("call", ['tr(f"{n} grids")', 'tr("a" + b)', 'tr("%d grids" % n)'])
def test_a_text_that_no_translator_could_see_is_refused(tmp_path, call):
    with pytest.raises(translations.ExtractionError, match=r"a\.py:1"):
        _module(tmp_path, call)


def test_an_unfinished_entry_is_left_out_of_the_compiled_file():
    assert translations.compile_catalogue({"One": ""}) == translations.compile_catalogue({})


def test_a_new_text_is_marked_unfinished_and_an_old_translation_is_kept(tmp_path):
    path = tmp_path / "x.ts"
    translations.write_catalogue({"Old": ["a.py"], "New": ["a.py"]}, {"Old": "旧 <&> \"'"}, path)
    assert translations.read_catalogue(path) == {"Old": "旧 <&> \"'", "New": ""}
    assert path.read_text(encoding="utf-8").count('type="unfinished"') == 1


def test_who_shows_texts_keeps_them_while_they_are_compiled_anew(tmp_path, monkeypatch):
    """Qt maps the file into memory: to write into it would end QGIS."""
    (tmp_path / "a.ts").write_bytes(translations.CATALOGUE.read_bytes())
    compiled = tmp_path / "a.qm"
    compiled.write_bytes(b"of yesterday")
    monkeypatch.setattr(translations, "CATALOGUE", tmp_path / "a.ts")
    with compiled.open("rb") as shown:
        translations.main(["compile"])
        assert shown.read() == b"of yesterday"
    assert compiled.read_bytes() == translations.compile_catalogue(translations.read_catalogue())
    before = compiled.stat().st_ino
    translations.main(["compile"])
    assert compiled.stat().st_ino == before, "what has not changed is left alone"


def test_the_compiled_file_begins_as_qt_expects():
    compiled = translations.compile_catalogue({"One": "一"})
    assert compiled.startswith(bytes.fromhex("3cb86418caef9c95cd211cbf60a1bddd"))
    tag, length = struct.unpack(">BI", compiled[16:21])
    assert (tag, length) == (0x42, 8)
