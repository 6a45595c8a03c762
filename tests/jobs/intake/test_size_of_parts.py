"""How large the parts are in which a file is read changes nothing, nor does what kind of file the rows came in."""

from __future__ import annotations

import shutil
from contextlib import contextmanager

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.exchange import encodings, tables
from gridmgmt_plugin.exchange.reading import read_batches, read_source
from gridmgmt_plugin.exchange.source import Source, WholeNeededError
from gridmgmt_plugin.jobs.intake.import_cases import import_cases
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.exchange.conftest import write_layer
from tests.jobs.districts import drawn_town
from tests.tries import tries

ogr = pytest.importorskip("osgeo.ogr")

# What a cell of a column may be in its first and in its last rows.
_METRES = [str(number * 37 % 390 + 1) for number in range(30)]
_WORDS = [f"路口{number}" for number in range(30)]
_NOTHING = ["无"] * 30
_MOMENTS = [f"2025-03-{number % 28 + 1:02d} 08:05:00" for number in range(30)]
_YEAR_LAST = [f"{number % 12 + 1}/{number % 28 + 1}/2025" for number in range(30)]
_KINDS = ["事件", "部件"] * 15
_YES = ["有", "无", "是"] * 10
COLUMNS = {
    "X": (_METRES, _WORDS, _NOTHING),
    "Y": (_METRES[::-1], _NOTHING),
    "受理时间": (_MOMENTS, _WORDS, _YEAR_LAST, _NOTHING),
    "登记时间": (_MOMENTS, _YEAR_LAST, _NOTHING),
    "位置": (_WORDS, _METRES, _NOTHING),
    "地点": (_WORDS[::-1], _METRES),
    "类型": (_KINDS, _WORDS, _METRES),
    "联系": (_YES, _NOTHING),
}
_NUMBERS = [str(2025000 + number) for number in range(30)]
# What a spreadsheet leaves of the numbers of cases: whether it does, only the whole column shows.
_LONG = [f"990101202500{number:06d}" for number in range(900, 930)]
_ROUNDED = ["990101202500001000"] * 30
_ZEROS = [f"{number:05d}" for number in range(9_980, 10_010)]
_ZEROS_LOST = [str(number) for number in range(9_980, 10_010)]
_TAILS = [f"{number}.0" for number in _NUMBERS]
_POWERS = ["2.03E+06"] * 30
NUMBERS = (_NUMBERS, _LONG, _ROUNDED, _ZEROS, _ZEROS_LOST, _TAILS, _POWERS)
_SIGNED = ["填表人:甲", "审核人:乙", "负责人:丙"]


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    return drawn_town(tmp_path_factory.mktemp("sizes")).path


@pytest.fixture(autouse=True, scope="module")
def _small_chunks():
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(tables, "_CHUNK_ROWS", 2)
        yield


@contextmanager
def _judged_by_pieces():
    """Let small files be judged by pieces of them while the block runs, as large ones are."""
    with pytest.MonkeyPatch.context() as patched:
        for name, size in (("_WHOLE", 400), ("_BEGINNING", 200), ("_PIECE", 150), ("_EVERY", 300)):
            patched.setattr(encodings, name, size)
        yield


@st.composite
def tables_of_cases(draw):
    """Return heading → cells, each column of one kind up to a row and of another from there."""
    count, found = draw(st.integers(8, 24)), dict[str, list[str]]()
    for heading, kinds in {draw(st.sampled_from(["案件编号", "流水"])): NUMBERS, **COLUMNS}.items():
        turn, kind = draw(st.integers(0, count)), st.sampled_from(kinds)
        found[heading] = draw(kind)[:turn] + draw(kind)[turn:count]
    cell = draw(st.sampled_from(["", "{}", '{}"']))
    if cell:
        found['管径(")'] = [cell.format(number) for number in range(count)]
    return found


def _csv(folder, columns, signed=()):
    path = folder / "案件.csv"
    nothing = "," * (len(columns) - 1)
    lines = [",".join(columns), *map(",".join, zip(*columns.values())), *(f"{word}{nothing}" for word in signed)]
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return path


def _xlsx(folder, columns):
    book = openpyxl.Workbook()
    for row in [list(columns), *zip(*columns.values())]:
        book.active.append(list(row))
    book.save(folder / "案件.xlsx")
    return folder / "案件.xlsx"


def _gpkg(folder, columns):
    rows = [(None, *cells) for cells in zip(*columns.values())]
    fields = [(heading, ogr.OFTString) for heading in columns]
    return write_layer(folder / "案件.gpkg", "GPKG", rows, fields, kind=ogr.wkbNone)


def _came_of(town, folder, source, heading):
    """Return what an import did and said, but for the numbers of rows, which a layer counts otherwise."""
    place = folder / "网格库.gpkg"
    shutil.copy(town, place)
    try:
        workspace = Workspace.open(place)
        report = import_cases(workspace, source(), id_field=heading)
    except InputError as error:
        return error.code
    rows = workspace.read("cases")
    shown = sorted(map(str, zip(rows.records(), rows.shapes)))
    return shown, dict(report.figures), dict(report.reasons), [row.key for row in report.rejected_rows]


@given(tables_of_cases(), st.integers(0, 3), st.integers(1, 12))
@tries(60)
@pytest.mark.proof
def test_the_size_of_the_parts_and_the_kind_of_file_change_nothing(town, tmp_path_factory, columns, signed, most):
    folder = tmp_path_factory.mktemp("one")
    path = _csv(folder, columns, _SIGNED[:signed])
    heading = next(iter(columns))
    whole = _came_of(town, folder, lambda: read_source(path), heading)
    assert _came_of(town, folder, lambda: read_batches(path, most=most), heading) == whole
    for write in (_xlsx, _gpkg):
        other = write(folder, columns)
        assert _came_of(town, folder, lambda other=other: read_source(other), heading) == whole


def _columns_and_numbers(read):
    try:
        parts = [read] if isinstance(read, Source) else list(read)
    except WholeNeededError:
        parts = [read.whole()]
    return parts[0].field_names, [number for part in parts for number in part.rows[parts[0].field_names[0]].tolist()]


@given(tables_of_cases(), st.integers(0, 3), st.integers(1, 12))
@tries(60)
def test_of_a_large_file_too_the_size_of_the_parts_changes_nothing(town, tmp_path_factory, columns, signed, most):
    folder = tmp_path_factory.mktemp("one")
    path = _csv(folder, columns, _SIGNED[:signed])
    whole = _columns_and_numbers(read_source(path))
    with _judged_by_pieces():
        assert _columns_and_numbers(read_batches(path, most=most)) == whole
        heading = next(iter(columns))
        one, other = (
            _came_of(town, folder, lambda size=size: read_batches(path, most=size), heading) for size in (most, 100)
        )
    assert one == other
