"""A file of cases that is read part by part ends as one that is read whole, in the workspace and in the report."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from gridmgmt_plugin.core.errors import Cancelled, InputError, WorkspaceError
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.exchange import tables
from gridmgmt_plugin.exchange.reading import is_large, read_batches, read_source
from gridmgmt_plugin.jobs.intake.import_cases import import_cases
from gridmgmt_plugin.jobs.lanes.import_lanes import import_lanes
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.districts import drawn_town, dump, grid_streets

HEAD = "案件编号,类别代码,上报时间,结案时间,案件状态,返工次数,地址,问题描述,横坐标X,纵坐标Y,更新时间"


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    return drawn_town(tmp_path_factory.mktemp("parts")).path


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch):
    monkeypatch.setattr(tables, "_CHUNK_ROWS", 4)


def _row(number, *, day="2025-03-07", state="处置中", x="", note="", written="", again="0", closed=""):
    place = x or f"{number * 37 % 390 + 1}"
    return (
        f"{number},0504,{day} 08:05:00,{closed},{state},{again},解放路{number}号,暴露垃圾 {note},"
        f"{place},{number * 53 % 390 + 1},{written}"
    )


def _numbered(written, number):
    return f"{written},{_row(number).split(',', 1)[1]}"


def _rows(count=40):
    return [_row(number) for number in range(1, count + 1)]


def _file(folder, rows, head=HEAD, encoding="utf-8"):
    path = Path(folder) / "案件.csv"
    path.write_bytes("\n".join([head, *rows, ""]).encode(encoding))
    return path


REPEATED = [
    _row(3, state="已结案", closed="2025-03-09 10:00:00"),
    *_rows(20),
    _row(7, state="已结案", closed="2025-03-08 10:00:00"),
    *(_row(number) for number in range(21, 30)),
    _row(7, state="处置中", again="1", closed="2025-03-08 10:00:00"),
]
FILES = {
    "sound rows": _rows(),
    "only the last row shows what is the month": [_row(n, day="3/7/2025") for n in range(1, 40)]
    + [_row(40, day="3/17/2025")],
    "states of one case in several parts": REPEATED,
    "each state says when it was written": [
        *(_row(number, written="2025-03-10 10:00:00") for number in range(1, 12)),
        *(_row(number, written="2025-03-09 10:00:00", state="已结案") for number in range(1, 12)),
    ],
    "every tenth row broken": [
        _row(number, x="无") if number % 10 == 0 else _row(number, day="昨天") if number % 10 == 5 else _row(number)
        for number in range(1, 60)
    ],
    "full-width digits": [_row(number).replace("2025-03-07", "２０２５-０３-０７") for number in range(1, 30)],
    "no numbers, some rows alike": [_row(number % 9).split(",", 1)[1] for number in range(1, 30)],
    "short and long rows": [row + ",," if at % 7 else row.rsplit(",", 2)[0] for at, row in enumerate(_rows(30))],
    "numbers rounded to one far apart": [
        _numbered("990101202500001000" if at in (1004, 1017, 1028) else f"990101202500{at:06d}", at)
        for at in range(1001, 1035)
    ],
    "numbers that lost their zeros further on": [
        _numbered(f"{number:03d}" if number < 25 else number, number) for number in [*range(90, 110), *range(1, 31)]
    ],
    "some numbers are decimals": [
        _numbered(f"{number}.0" if number > 20 else number, number) for number in range(1, 40)
    ],
    "a part without any place": [_row(number, x="-" if 9 <= number < 25 else "") for number in range(1, 40)],
    "no place in the first parts": [_row(number, x="-" if number < 25 else "") for number in range(1, 40)],
    "no numbers, no place in the first parts": [
        _row(number % 5, x="-" if at < 25 else "").split(",", 1)[1] for at, number in enumerate(range(40))
    ],
    "phones in texts": [_row(number, note="电话13800138000" if number % 4 else "") for number in range(1, 30)],
    "a total and a signature at the end": [*_rows(21), "合计,21,,,,,,,,,", "制表人：张三,,,,,,,,,,"],
    "in the future and closed before reported": [
        _row(number, day="2099-01-01" if number % 2 else "2025-03-07", closed="2024-01-01 00:00:00")
        for number in range(1, 30)
    ],
    "the time of day in a column of its own, empty in later parts": [
        _row(number).replace("2025-03-07 08:05:00", f"2025-03-07,{'08:05' if number < 12 else ''}")
        for number in range(1, 40)
    ],
    "the time of day in a column of its own, empty in the first part": [
        _row(number).replace("2025-03-07 08:05:00", f"2025-03-07,{'08:05' if number > 12 else ''}")
        for number in range(1, 40)
    ],
    "the moment of writing empty in later parts, another one there": [
        f"{_row(number, written=written, state=state)},{other}"
        for state, written, other in (("处置中", "2025-03-10 10:00:00", ""), ("已结案", "", "2025-03-19 10:00:00"))
        for number in range(1, 19)
    ],
    "all at one spot": [
        _row(number, x="100").replace(f",{number * 53 % 390 + 1},", ",100,") for number in range(1, 30)
    ],
}

HEADS = {
    "no numbers": HEAD.split(",", 1)[1],
    "the time of day in a column of its own": HEAD.replace("上报时间", "上报日期,上报时间"),
    "the moment of writing empty in later parts": f"{HEAD},最后修改时间",
}


def _both(town, folder, path, *, before=None, **options):
    """Import a file whole and in parts, each into a workspace of its own; return both with both reports."""
    found = []
    for name in ("whole", "parts"):
        place = Path(folder) / name / "网格 库.gpkg"
        place.parent.mkdir()
        shutil.copy(town, place)
        workspace = Workspace.open(place)
        if before is not None:
            import_cases(workspace, read_source(before))
        source = read_source(path) if name == "whole" else read_batches(path, most=9)
        found += [workspace, import_cases(workspace, source, **options)]
    return found


def _rows_of(workspace):
    return workspace.read("cases", geometry=True).records(), workspace.read("cases").shapes.tolist()


def _alike(whole, parts):
    for name in ("accepted", "rejected", "figures"):
        assert getattr(parts, name) == getattr(whole, name)
    assert dict(parts.reasons) == dict(whole.reasons)
    assert [(r.row, r.key, r.reason, r.value) for r in parts.rejected_rows] == [
        (r.row, r.key, r.reason, r.value) for r in whole.rejected_rows
    ]
    texts = [{note.text("zh") for note in report.notes} for report in (whole, parts)]
    assert texts[0] == texts[1]


@pytest.mark.daily(3)
@pytest.mark.parametrize("name", FILES)
def test_it_ends_as_when_it_is_read_whole(town, tmp_path, name):
    path = _file(tmp_path, FILES[name], head=HEADS.get(name.split(",")[0], HEAD))
    first, whole, second, parts = _both(town, tmp_path, path)
    _alike(whole, parts)
    one, two = _rows_of(first), _rows_of(second)
    key = [record["id"] for record in one[0]]
    assert sorted(key) == sorted(record["id"] for record in two[0])
    assert sorted(map(str, zip(*one))) == sorted(map(str, zip(*two)))


@pytest.mark.parametrize(
    "rows",
    [
        [_row(number, x="-") for number in range(1, 40)],
        [_row(number, x='"117.1,39.9"' if number > 30 else "-") for number in range(1, 40)],
    ],
)
def test_a_file_without_any_place_is_refused_as_when_it_is_read_whole(town, tmp_path, rows):
    place = tmp_path / "网格 库.gpkg"
    shutil.copy(town, place)
    before, path, refusals = dump(place), _file(tmp_path, rows), []
    for read in (read_source, lambda file: read_batches(file, most=9)):
        with pytest.raises(InputError) as refused:
            import_cases(Workspace.open(place), read(path))
        refusals.append((refused.value.code, dict(refused.value.message.details)))
    assert refusals[0] == refusals[1]
    assert dump(place) == before


@pytest.mark.daily(1)
@pytest.mark.parametrize("mode", ["update", "add"])
def test_a_newer_file_changes_what_is_there_as_when_it_is_read_whole(town, tmp_path, mode):
    before = _file(tmp_path, _rows(30)).rename(tmp_path / "前.csv")
    newer = [
        _row(number, state="已结案", closed="2025-03-09 10:00:00", x="200" if number % 3 else "")
        for number in range(20, 50)
    ]
    path = _file(tmp_path, [*newer, _row(25, state="已结案", again="1", closed="2025-03-11 10:00:00")])
    first, whole, second, parts = _both(town, tmp_path, path, before=before, mode=mode)
    _alike(whole, parts)
    one, two = _rows_of(first), _rows_of(second)
    assert sorted(map(str, zip(*one))) == sorted(map(str, zip(*two)))
    logs = [w.read("change_log", ["row_key", "before", "after"]).records() for w in (first, second)]
    assert sorted(map(str, logs[0])) == sorted(map(str, logs[1]))


def test_text_in_another_encoding_without_a_word_about_it_is_read(town, tmp_path):
    path = _file(tmp_path, _rows(), encoding="gbk")
    _, whole, second, parts = _both(town, tmp_path, path)
    _alike(whole, parts)
    assert second.read("cases", ["address"], geometry=False)["address"][0] == "解放路1号"


def test_a_file_that_breaks_in_its_last_part_leaves_nothing(town, tmp_path):
    place = tmp_path / "网格 库.gpkg"
    shutil.copy(town, place)
    before = dump(place)
    path = _file(tmp_path, [*_rows(30), '31,"0504,2025-03-07 08:05:00' + "\n" * 400])
    with pytest.raises(InputError):
        import_cases(Workspace.open(place), read_batches(path, most=9))
    assert dump(place) == before


def test_a_cancel_leaves_nothing_also_while_it_is_written(town, tmp_path):
    place = tmp_path / "网格 库.gpkg"
    shutil.copy(town, place)
    before = dump(place)
    told = []
    with pytest.raises(Cancelled):
        progress = Progress(told.append, lambda: len(told) > 3)
        import_cases(Workspace.open(place), read_batches(_file(tmp_path, _rows(80)), most=9), progress=progress)
    assert dump(place) == before


def _take_cells_and_lanes_away(workspace):
    with workspace.transaction("李工", "edit") as transaction:
        for name in ("unit_grid", "lane"):
            transaction.delete(name, workspace.read(name, ["code"], geometry=False).fids[::3])


def test_cells_and_lanes_that_were_changed_meanwhile_are_found_again_and_told(town, tmp_path):
    with_lanes = tmp_path / "lanes.gpkg"
    shutil.copy(town, with_lanes)
    laned = Workspace.open(with_lanes)
    import_lanes(laned, grid_streets(800, 800, 100))
    cells = laned.read("unit_grid", ["code"], geometry=False)["code"]
    import_cases(laned, read_source(_file(tmp_path, _rows(6))))
    moved = [_row(number, x="300") for number in range(1, 7)]
    rows = [f"{row},{cells[at % 5]}" for at, row in enumerate([*moved, *_rows(40)[6:], _row(9, again="1")])]
    path = _file(tmp_path, rows, head=f"{HEAD},所属网格")
    places = [tmp_path / name for name in ("parts.gpkg", "whole.gpkg")]
    for place in places:
        shutil.copy(with_lanes, place)
    one, two = map(Workspace.open, places)

    read = read_batches(path, most=9)

    def parts():
        yield from read
        _take_cells_and_lanes_away(one)

    told = import_cases(one, replace(read, parts=parts()))
    _take_cells_and_lanes_away(two)
    _alike(import_cases(two, read_source(path)), told)
    assert sorted(map(str, zip(*_rows_of(one)))) == sorted(map(str, zip(*_rows_of(two))))
    codes = {note.code for note in told.notes}
    assert {"points_in_no_unit_grid", "cases_name_other_grid"} <= codes
    assert 0 < told.figures["with_unit_grid"] < told.figures["added"]


def test_a_full_disk_is_told_and_nothing_is_written(town, tmp_path, monkeypatch):
    place = tmp_path / "网格 库.gpkg"
    shutil.copy(town, place)
    before = dump(place)

    def full(*_):
        raise OSError(28, "No space left on device")

    disk = "gridmgmt_plugin.jobs.intake.cases.spool.tempfile.TemporaryFile"
    monkeypatch.setattr(disk, lambda **_: SimpleNamespace(write=full, close=lambda: None))
    with pytest.raises(WorkspaceError) as refused:
        import_cases(Workspace.open(place), read_batches(_file(tmp_path, _rows()), most=9))
    assert refused.value.code == "workspace_disk_full"
    assert dump(place) == before


def test_only_large_text_tables_are_read_in_parts(tmp_path, monkeypatch):
    path = _file(tmp_path, _rows())
    assert not is_large(path)
    monkeypatch.setattr("gridmgmt_plugin.exchange.reading._LARGE_BYTES", 1_000)
    assert is_large(path)
