"""A file of cases that was taken in is remembered by its content, in a file and in a database."""

from __future__ import annotations

import openpyxl
import pytest

from gridmgmt_plugin.core.errors import CapabilityError, InputError
from gridmgmt_plugin.core.intake.arriving_files import arrived_files, digest_of_input, taken_digests
from gridmgmt_plugin.exchange import tables
from gridmgmt_plugin.exchange.reading import read_batches, read_source
from gridmgmt_plugin.jobs.intake.cases import arrivals
from gridmgmt_plugin.jobs.intake.cases.arrivals import PartsWithCases
from gridmgmt_plugin.jobs.intake.import_cases import import_cases
from gridmgmt_plugin.workspace.light.lists import read_lists
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.workspace.conftest import EPSG_FRAME, made
from tests.workspace.places import KINDS, place_of

WHOLE_IN_DATABASE = True
HEAD = "案件编号,类别代码,上报时间,横坐标X,纵坐标Y\n"
GOOD, BAD = HEAD + "1,0504,2025-03-07 08:05:00,250,50\n", HEAD + "2,0504,,250,50\n"


@pytest.fixture(params=KINDS)
def workspace(request, tmp_path):
    with place_of(request.param, tmp_path, request) as place:
        made(place.location, EPSG_FRAME)
        yield Workspace.open(place.location)


def _taken(workspace, path, *, reading=read_source):
    there = Workspace.open(workspace.location)
    return import_cases(there, reading(str(path)), digest=digest_of_input(str(path)))


def _left(workspace, folder):
    return [one.path.name for one in _offered(workspace, folder)]


def _offered(workspace, folder):
    return arrived_files(folder, read_lists(workspace.location).taken_files, {}, PartsWithCases())


def test_what_was_taken_is_offered_no_more_and_what_was_refused_is(workspace, tmp_path):
    folder = tmp_path / "收件"
    folder.mkdir()
    for name, text in (("一月.csv", GOOD), ("二月.csv", GOOD.replace("1,05", "3,05")), ("坏.csv", BAD)):
        (folder / name).write_text(text, encoding="utf-8")
    assert len(_left(workspace, folder)) == 3
    _taken(workspace, folder / "一月.csv")
    _taken(workspace, folder / "坏.csv")
    _taken(workspace, folder / "二月.csv", reading=read_batches)
    assert _left(workspace, folder) == ["坏.csv"]


def test_a_file_whose_rows_are_all_there_is_taken_too_and_the_second_time_changes_nothing(workspace, tmp_path):
    path, again = tmp_path / "一.csv", tmp_path / "同样的行.csv"
    path.write_text(GOOD, encoding="utf-8")
    again.write_text(GOOD + "\n", encoding="utf-8")
    for one in (path, again, again):
        _taken(workspace, one)
    entries = Workspace.open(workspace.location).info.more
    assert taken_digests(entries) == {digest_of_input(str(path)), digest_of_input(str(again))}
    assert Workspace.open(workspace.location).count("cases") == 1
    assert str(tmp_path) not in str(entries)


@pytest.mark.proof
def test_the_other_sheets_of_a_workbook_are_offered_when_one_was_taken(workspace, tmp_path):
    path = tmp_path / "收件" / "案件.xlsx"
    path.parent.mkdir()
    book = openpyxl.Workbook()
    book.active.append(["怎样填写本表"])
    for month, text in (("一月", GOOD), ("二月", GOOD.replace("1,05", "3,05"))):
        sheet = book.create_sheet(month)
        for line in text.splitlines():
            sheet.append(line.split(","))
    book.save(path)
    assert [one.parts for one in _offered(workspace, path.parent)] == [()]
    _taken(workspace, f"{path}|layername=一月")
    assert [one.parts for one in _offered(workspace, path.parent)] == [("二月",)]
    _taken(workspace, f"{path}|layername=二月")
    assert _offered(workspace, path.parent) == ()
    assert Workspace.open(workspace.location).count("cases") == 2


@pytest.mark.parametrize("step", ["list_layers", "read_source"])
@pytest.mark.parametrize(
    ("error", "at_first", "later"),
    [
        (InputError("file_locked", name="a"), None, ("a",)),
        (InputError("file_no_permission", name="a"), None, ("a",)),
        (CapabilityError("gdal_missing"), None, ("a",)),
        (InputError("table_without_heading", name="a"), (), ()),
    ],
)
def test_what_cannot_be_read_now_is_asked_again_and_what_holds_no_cases_is_not(
    tmp_path, monkeypatch, step, error, at_first, later
):
    path = tmp_path / "a.csv"
    path.write_text(GOOD, encoding="utf-8")

    def refuse(*_):
        raise error

    parts = PartsWithCases()
    with monkeypatch.context() as patched:
        patched.setattr(arrivals, step, refuse)
        assert parts(path, "digest") == at_first
    assert parts(path, "digest") == later


def test_a_drive_that_went_away_says_nothing_of_what_a_file_holds(tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    path.write_text(GOOD, encoding="utf-8")

    def gone(*_):
        raise OSError("away")

    parts = PartsWithCases()
    with monkeypatch.context() as patched:
        patched.setattr(tables, "_open", gone)
        assert parts(path, "digest") is None
    assert parts(path, "digest") == ("a",)
