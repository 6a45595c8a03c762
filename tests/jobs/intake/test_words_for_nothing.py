"""Cases whose columns hold words for nothing: fields stay empty, rows without a place are rejected one by one."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.jobs.intake.import_cases import import_cases
from tests.conftest import fault_file

HEAD = "案件编号,案卷号,类别代码,上报时间,横坐标X,纵坐标Y,地址"
WORDS = ["NULL", "\\N", "N/A", "NaN", "None", "无", "-", "/", " ", "\u3000"]


def _cases(folder, *rows, head=HEAD):
    path = folder / "案件.csv"
    path.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    return read_source(path)


@pytest.mark.parametrize("word", WORDS)
def test_two_cases_that_say_nothing_of_themselves_are_two_cases(town, tmp_path, word):
    rows = [f"{word},{word},0504,2025-03-07 {hour}:05:00,{x},50,{word}" for hour, x in (("09", 150), ("10", 250))]
    report = import_cases(town, _cases(tmp_path, *rows))
    assert (report.accepted, report.rejected) == (2, 0)
    records = town.read("cases").records()
    assert len({record["id"] for record in records}) == 2
    assert not {f"990101-{word}", word} & {record[name] for record in records for name in ("id", "case_no")}
    assert [record["address"] for record in records] == [None, None]


@pytest.mark.parametrize("word", WORDS)
def test_a_word_for_nothing_in_every_other_column_leaves_it_empty(town, tmp_path, word):
    head = "案件编号,类别代码,上报时间,横坐标X,纵坐标Y,标题,状态,结案时间,部门编码,部件编码,退回次数,满意"
    row = ",".join(["1", word, "2025-03-07 08:05:00", "10", "10", *[word] * 7])
    report = import_cases(town, _cases(tmp_path, row, "2,0504,2025-03-07 08:05:00,20,10,,,,,,,有", head=head))
    assert report.accepted == 2
    record = town.read("cases").records()[0]
    for column in ("class_code", "title", "status", "closed_at", "department_code", "component_code"):
        assert record[column] is None, column
    assert not {"values_left_empty", "dates_left_empty"} & {note.code for note in report.notes}


@pytest.mark.parametrize("word", [*WORDS, "待补"])
def test_places_that_are_not_there_reject_their_rows_and_not_the_file(town, tmp_path, word):
    places = ["10,50", "20,50", f"{word},{word}", "40,50", f"{word},{word}"]
    rows = [f"{i},,0504,2025-03-07 08:05:00,{place}," for i, place in enumerate(places)]
    report = import_cases(town, _cases(tmp_path, *rows))
    reason = "coordinate_not_number" if word == "待补" else "coordinate_missing"
    assert (report.accepted, dict(report.reasons)) == (3, {reason: 2})


@pytest.mark.daily(1)
@pytest.mark.parametrize(
    ("name", "taken", "reasons"),
    [
        *((f"F2_{kind}.csv", 3, {"coordinate_missing": 2}) for kind in ("NULL", "blank", "dash", "wu")),
        ("F2_line_of_blanks.csv", 1, {}),
        ("F5_null.csv", 2, {}),
        ("F5_empty.csv", 2, {}),
    ],
)
def test_files_once_refused_for_their_words_are_taken(faults_town, name, taken, reasons):
    report = import_cases(faults_town, read_source(fault_file(name)))
    assert (report.accepted, dict(report.reasons)) == (taken, reasons)
    assert not any(
        "NULL" in str(value) for record in faults_town.read("cases").records() for value in record.values()
    )
