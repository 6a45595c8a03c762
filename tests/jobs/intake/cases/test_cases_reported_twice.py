"""Cases that may have been reported twice are taken and told, with the case that they may repeat."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.exchange import tables
from gridmgmt_plugin.exchange.reading import read_batches, read_source
from gridmgmt_plugin.jobs.intake.import_cases import import_cases

HEAD = "案件编号,类别代码,上报时间,横坐标X,纵坐标Y,地址,重复案件"
ROWS = (
    "1,0504,2025-03-07 08:05:00,150,50,大厦西门,",
    "2,0504,2025-03-07 08:45:00,153,50,大厦西,",
    "3,0504,2025-03-07 08:50:00,153,50,大厦西,990101-1",
    "4,0504,2025-03-07 18:05:00,150,50,大厦西门,",
    "5,0504,2025-03-07 18:15:00,150,50,大厦西门,",
)


def written(folder, *rows):
    path = folder / "案件.csv"
    path.write_text("\n".join([HEAD, *rows, ""]), encoding="utf-8")
    return path


def repeats(report):
    return [(row.row, row.key, row.value) for row in report.to_confirm if row.reason == "case_maybe_repeated"]


@pytest.mark.parametrize("read", [read_source, read_batches])
def test_what_may_be_repeated_is_taken_and_listed_whole_and_in_parts(town, tmp_path, monkeypatch, read):
    monkeypatch.setattr(tables, "_CHUNK_ROWS", 2)
    report = import_cases(town, read(written(tmp_path, *ROWS)))
    assert (report.accepted, report.figures["maybe_repeated"]) == (5, 2)
    assert repeats(report) == [(3, "990101-2", "990101-1"), (6, "990101-5", "990101-4")]
    assert "cases_maybe_repeated" in [note.code for note in report.notes]
    assert town.read("cases", ["duplicate_of"])["duplicate_of"].tolist() == [None, None, "990101-1", None, None]


def test_a_case_that_is_there_already_is_met_and_the_same_file_says_nothing_again(town, tmp_path):
    import_cases(town, read_source(written(tmp_path, ROWS[0])))
    report = import_cases(town, read_source(written(tmp_path, *ROWS[:2])))
    assert repeats(report) == [(3, "990101-2", "990101-1")]
    assert repeats(import_cases(town, read_source(written(tmp_path, *ROWS[:2])))) == []


def test_two_cases_of_one_lane_alone_are_not_one(town, tmp_path):
    rows = [f"{number},0504,2025-03-07 08:05:00,,,大厦{number}门," for number in (1, 2)]
    assert repeats(import_cases(town, read_source(written(tmp_path, ROWS[0], *rows)))) == []


@pytest.mark.parametrize("read", [read_source, read_batches])
def test_what_is_repeated_is_marked_where_that_is_wanted_and_stays_so(town, tmp_path, monkeypatch, read):
    monkeypatch.setattr(tables, "_CHUNK_ROWS", 2)
    path = written(tmp_path, *ROWS)
    report = import_cases(town, read(path), marks_repeated=True)
    assert [row.reason for row in report.to_confirm] == ["case_marked_repeated"] * 2
    assert "cases_marked_repeated" in [note.code for note in report.notes]
    marks = [None, "990101-1", "990101-1", None, "990101-4"]
    assert town.read("cases", ["duplicate_of"])["duplicate_of"].tolist() == marks
    import_cases(town, read(path))
    assert town.read("cases", ["duplicate_of"])["duplicate_of"].tolist() == marks


def test_a_case_that_is_void_repeats_none_and_is_repeated_by_none(town, tmp_path):
    path = tmp_path / "案件.csv"
    cases = [f"{row}," for row in ROWS[:2]]
    path.write_text("\n".join([f"{HEAD},案件状态", f"{ROWS[0]},作废", *cases[1:], ""]), encoding="utf-8")
    assert repeats(import_cases(town, read_source(path), marks_repeated=True)) == []
    assert town.read("cases", ["duplicate_of"])["duplicate_of"].tolist() == [None, None]


@pytest.mark.daily(1)
@pytest.mark.parametrize("read", [read_source, read_batches])
@pytest.mark.parametrize("minute", ["08:05", "08:25"])
def test_a_case_of_the_workspace_is_the_one_repeated_though_a_new_one_was_reported_with_it_or_before(
    town, tmp_path, read, minute
):
    import_cases(town, read_source(written(tmp_path, f"9,0504,2025-03-07 {minute}:00,150,50,大厦西门,")))
    report = import_cases(town, read(written(tmp_path, *ROWS[:2])), marks_repeated=True)
    assert report.figures["maybe_repeated"] == 2
    marks = dict(zip(*(town.read("cases", ["id", "duplicate_of"])[name].tolist() for name in ("id", "duplicate_of"))))
    assert marks == {"990101-9": None, "990101-1": "990101-9", "990101-2": "990101-9"}
