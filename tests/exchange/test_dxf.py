"""Drawings: lines with their layers, texts with their places, in the encodings of CAD programs."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.exchange.dxf import read_dxf
from gridmgmt_plugin.exchange.reading import list_layers, read_source
from tests.tries import tries


def _group(*pairs):
    return "".join(f"{code}\n{value}\n" for code, value in pairs)


def _line(layer, start, end):
    return _group((0, "LINE"), (8, layer), (10, start[0]), (20, start[1]), (11, end[0]), (21, end[1]))


def _polyline(layer, points, *, closed=False):
    head = _group((0, "LWPOLYLINE"), (8, layer), (90, len(points)), (70, int(closed)))
    return head + "".join(_group((10, x), (20, y)) for x, y in points)


def _label(layer, x, y, content, kind="TEXT", *, on_paper=False):
    paper = [(67, 1)] if on_paper else []
    return _group((0, kind), (8, layer), *paper, (10, x), (20, y), (40, 2.5), (1, content))


def _drawing(*entities, version="AC1015", page="ANSI_936", blocks=""):
    header = _group((0, "SECTION"), (2, "HEADER"), (9, "$ACADVER"), (1, version))
    header += _group((9, "$DWGCODEPAGE"), (3, page)) if page else ""
    tables = _group((0, "ENDSEC"), (0, "SECTION"), (2, "TABLES"), (0, "ENDSEC"))
    tables += _group((0, "SECTION"), (2, "BLOCKS")) + blocks + _group((0, "ENDSEC"))
    return header + tables + _group((0, "SECTION"), (2, "ENTITIES")) + "".join(entities) + _group(
        (0, "ENDSEC"), (0, "EOF")
    )  # fmt: skip


SQUARE = [(0, 0), (100, 0), (100, 100), (0, 100)]
GRID = (
    _polyline("网格线", SQUARE, closed=True),
    _line("网格线", (50, 0), (50, 100)),
    _label("编码注记", 25, 50, "370102011201001"),
    _label("编码注记", 75, 50, "370102011201002", "MTEXT"),
    _label("名称注记", 25, 60, "东华门"),
)


@pytest.fixture
def drawing(tmp_path):
    def write(*entities, encoding="gbk", name="网格 图.dxf", **more):
        path = tmp_path / name
        path.write_bytes(_drawing(*entities, **more).encode(encoding))
        return path

    return write


def test_lines_and_texts_come_with_layer_and_place(drawing):
    found = read_dxf(drawing(*GRID))
    assert found.line_layers.tolist() == ["网格线", "网格线"]
    assert [line.geom_type for line in found.lines] == ["LineString", "LineString"]
    assert shapely.is_closed(found.lines).tolist() == [True, False]
    assert dict(zip(found.texts, map(tuple, shapely.get_coordinates(found.points)))) == {
        "370102011201001": (25.0, 50.0),
        "370102011201002": (75.0, 50.0),
        "东华门": (25.0, 60.0),
    }
    assert not found.notes


def test_the_lines_of_a_drawing_enclose_its_cells(drawing):
    found = read_dxf(drawing(*GRID))
    cells = shapely.get_parts(shapely.polygonize([shapely.union_all(found.lines)]))
    assert shapely.area(cells).tolist() == [5000.0, 5000.0]
    inside = shapely.STRtree(cells).query(found.points, predicate="intersects")
    assert len(set(inside[0].tolist())) == 3


@pytest.mark.parametrize(
    ("version", "page", "encoding", "found", "told"),
    [
        ("AC1015", "ANSI_936", "gbk", "gb18030", []),
        ("AC1009", "", "gbk", "gb18030", []),
        ("AC1009", "", "utf-8", "utf-8", []),
        ("AC1021", "ANSI_936", "utf-8", "utf-8", []),
        ("AC1032", "ANSI_1252", "utf-8", "utf-8", []),
        ("AC1015", "ANSI_1252", "gbk", "gb18030", ["encoding_declared_wrong"]),
        ("AC1015", "ANSI_936", "utf-8", "utf-8", ["encoding_declared_wrong"]),
        ("AC1021", "ANSI_936", "gbk", "gb18030", ["encoding_declared_wrong"]),
        ("AC1015", "ANSI_950", "big5", "big5hkscs", []),
    ],
)
def test_the_encoding_is_what_the_drawing_says_unless_its_bytes_say_otherwise(
    drawing, version, page, encoding, found, told
):
    name = "東華門" if encoding == "big5" else "东华门"
    path = drawing(_line("道路", (0, 0), (1, 1)), _label("名稱", 0, 0, name), version=version, page=page,
                   encoding=encoding) if encoding == "big5" else drawing(*GRID, version=version, page=page,
                   encoding=encoding)  # fmt: skip
    result = read_dxf(path)
    assert result.encoding == found
    assert name in result.texts.tolist()
    assert [note.code for note in result.notes] == told


def test_the_user_may_name_the_encoding(drawing):
    path = drawing(*GRID, page="ANSI_1252")
    assert "东华门" in read_dxf(path, "GBK").texts.tolist()
    for wrong, code in (("UTF-8", "encoding_mismatch"), ("火星文", "encoding_unknown")):
        with pytest.raises(InputError) as refused:
            read_dxf(path, wrong)
        assert refused.value.code == code


@pytest.mark.parametrize(
    ("written", "kind", "text"),
    [
        (r"\U+4E1C\U+56DB", "TEXT", "东四"),
        (r"\M+5B6AB\M+5CBC4", "TEXT", "东四"),
        (r"{\fSimSun|b0|i0|c134|p2;北门\P一号}", "MTEXT", "北门\n一号"),
        (r"\A1;{\C1;370102011201001}", "MTEXT", "370102011201001"),
        ("100%%d", "TEXT", "100°"),
    ],
)
def test_the_spellings_of_cad_programs_are_resolved(drawing, written, kind, text):
    assert read_dxf(drawing(_label("注记", 1, 2, written, kind))).texts.tolist() == [text]


def test_arcs_circles_and_blocks_become_lines_and_paper_space_stays_outside(drawing):
    block = _group((0, "BLOCK"), (8, "0"), (2, "井"), (10, 0), (20, 0)) + _line("井盖", (0, 0), (2, 0))
    block += _label("井盖", 1, 1, "雨") + _group((0, "ENDBLK"), (8, "0"))
    arc = _group((0, "ARC"), (8, "弧"), (10, 0), (20, 0), (40, 10), (50, 0), (51, 90))
    circle = _group((0, "CIRCLE"), (8, "圆"), (10, 0), (20, 0), (40, 5))
    insert = _group((0, "INSERT"), (8, "0"), (2, "井"), (10, 100), (20, 200))
    found = read_dxf(drawing(arc, circle, insert, _label("图框", 0, 0, "图名", on_paper=True), blocks=block))
    assert sorted(found.line_layers.tolist()) == sorted(["弧", "圆", "井盖"])
    moved = found.lines[found.line_layers.tolist().index("井盖")]
    assert shapely.get_coordinates(moved).tolist() == [[100.0, 200.0], [102.0, 200.0]]
    assert found.texts.tolist() == ["雨"]
    assert [note.code for note in found.notes] == ["paper_space_left_out"]
    assert "1 个图元" in found.notes[0].text("zh")


def test_hatches_count_with_their_outline(drawing):
    hatch = _group((0, "HATCH"), (8, "水面"), (10, 0), (20, 0), (30, 0), (2, "SOLID"), (70, 1), (71, 0), (91, 1))
    hatch += _group((92, 2), (72, 0), (73, 1), (93, 4)) + "".join(_group((10, x), (20, y)) for x, y in SQUARE)
    hatch += _group((97, 0), (75, 1), (76, 1), (98, 0))
    path = drawing(hatch)
    assert [info.name for info in list_layers(path)] == ["areas"]
    (line,) = read_dxf(path).lines
    assert line.geom_type == "LineString"
    assert shapely.length(line) == 400


def test_a_drawing_is_a_source_with_one_layer_per_kind(drawing):
    path = drawing(*GRID, _group((0, "POINT"), (8, "井盖"), (10, 5), (20, 5)))
    assert [(i.name, i.geometry, i.rows) for i in list_layers(path)] == [
        ("lines", "Line String", 2),
        ("texts", "Point", 3),
        ("points", "Point", 1),
    ]
    lines = read_source(f"{path}|layername=lines")
    assert lines.rows["Layer"].tolist() == ["网格线", "网格线"]
    assert lines.field_names == ("Layer", "Text", "Linetype", "EntityHandle")
    assert lines.crs_wkt is None
    assert [note.code for note in lines.notes] == ["crs_missing"]
    assert read_source(path, layer="texts").rows["Text"].tolist()[2] == "东华门"
    assert len(read_source(path, layer="points")) == len(read_source(path, layer="ＰＯＩＮＴＳ")) == 1
    assert len(read_source(path, layer="entities")) == 6


def test_where_there_is_a_choice_the_layer_must_be_named(drawing):
    assert read_source(drawing(_line("道路", (0, 0), (1, 1)))).name == "网格 图"
    for layer, code in ((None, "layer_needed"), ("面", "layer_missing"), ("areas", "layer_missing")):
        with pytest.raises(InputError) as refused:
            read_source(drawing(*GRID), layer=layer)
        assert refused.value.code == code
        assert "lines, texts" in refused.value.text("zh")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"AutoCAD Binary DXF\r\n\x1a\x00" + bytes(200), "drawing_binary"),
        (b"hello", "file_broken"),
        (b"0\nSECTION\n2\nENTITIES\n0\nLINE\n8\n", "file_broken"),
        (_drawing().encode(), "no_layers"),
    ],
)
def test_what_is_no_drawing_is_refused(tmp_path, content, code):
    path = tmp_path / "图.dxf"
    path.write_bytes(content)
    with pytest.raises(InputError) as refused:
        read_source(path)
    assert refused.value.code == code
    assert "图.dxf" in refused.value.text("zh")


def test_reading_reports_its_progress(drawing):
    seen = []
    read_dxf(drawing(*GRID), progress=Progress(seen.append))
    assert seen
    assert seen[-1] == 1.0


PLACES = st.tuples(st.integers(-10_000, 10_000), st.integers(-10_000, 10_000))
WORDS = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=6)


@given(st.lists(st.tuples(PLACES, PLACES, WORDS), min_size=1, max_size=8), st.sampled_from(["gbk", "utf-8"]))
@tries(40)
def test_what_was_drawn_comes_back(tmp_path, rows, encoding):
    entities = [_line(word, a, b) + _label(word, *a, word) for a, b, word in rows]
    path = tmp_path / "图.dxf"
    path.write_bytes(_drawing(*entities, version="AC1015" if encoding == "gbk" else "AC1021").encode(encoding))
    found = read_dxf(path)
    assert found.line_layers.tolist() == [word for _, _, word in rows]
    assert found.texts.tolist() == [word for _, _, word in rows]
    assert np.array_equal(shapely.get_coordinates(found.lines).reshape(-1, 2, 2), [(a, b) for a, b, _ in rows])
