"""When a case was reported: zones, days and times in two columns, forms of databases, workbooks."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.jobs.intake.import_cases import import_cases
from tests.conftest import fault_file

PLACE = "横坐标X,纵坐标Y"


def _cases(folder, head, *rows):
    path = folder / "案件.csv"
    lines = [f"案件编号,{head},{PLACE}", *(f"{number},{row},10,10" for number, row in enumerate(rows))]
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return read_source(path)


def _codes(report):
    return [note.code for note in report.notes]


@pytest.mark.parametrize(
    ("head", "row"),
    [
        ("Date,Time", "2025-03-07,08:05"),
        ("Time,Date", "08:05:00,2025/3/7"),
        ("上报日期,上报时间", "2025-03-07,8:05"),
        ("上报时间,上报日期", "上午8时5分,2025年3月7日"),
        ("report_date,report_time", "20250307,080500"),
        ("上报日期,上报时刻", "45723,0.336805556"),
        ("日期,时间", "2025-03-07 00:00:00,1899-12-30 08:05:00"),
        ("日期,时间", "07-MAR-25,8:05 a.m."),
        ("受理日期,来电时刻", "2025-03-07,08:05"),
        ("日期,时间", "2025-03-07,00:05Z"),
    ],
)
def test_day_and_time_in_two_columns_are_one_moment_and_told(town, tmp_path, head, row):
    report = import_cases(town, _cases(tmp_path, head, row, row))
    assert (report.accepted, report.rejected) == (2, 0)
    assert set(town.read("cases")["reported_at"].tolist()) == {"2025-03-07T08:05:00"}
    assert "day_and_time_joined" in _codes(report)
    assert not {"times_without_hour", "columns_not_used"} & set(_codes(report))


@pytest.mark.parametrize("named", ["上报日期", "上报时间"])
def test_whichever_column_the_user_names_the_moment_is_whole(town, tmp_path, named):
    source = _cases(tmp_path, "上报日期,上报时间", "2025-03-07,8:05")
    assert import_cases(town, source, reported_field=named).accepted == 1
    assert town.read("cases")["reported_at"].tolist() == ["2025-03-07T08:05:00"]


def test_two_pairs_are_two_moments(town, tmp_path):
    head = "上报日期,上报时间,结案日期,结案时间"
    import_cases(town, _cases(tmp_path, head, "2025-03-07,8:05,2025-03-08,17:30"))
    (row,) = town.read("cases").records()
    assert (row["reported_at"], row["closed_at"]) == ("2025-03-07T08:05:00", "2025-03-08T17:30:00")


def test_a_row_without_time_keeps_its_day_and_one_without_day_is_rejected(town, tmp_path):
    rows = ["2025-03-07,08:05", "2025-03-07,", ",08:05", "2025-03-07,08:05", "2025-03-07,08:05"]
    report = import_cases(town, _cases(tmp_path, "Date,Time", *rows))
    assert (report.accepted, dict(report.reasons)) == (4, {"date_not_a_date": 1})
    assert town.read("cases")["reported_at"].tolist()[1] == "2025-03-07T00:00:00"
    assert "times_without_hour" in _codes(report)


def test_whole_moments_beside_each_other_are_not_joined(town, tmp_path):
    source = _cases(tmp_path, "上报日期,上报时间", "2025-03-07,2025-03-07 08:05:00")
    report = import_cases(town, source)
    assert town.read("cases")["reported_at"].tolist() == ["2025-03-07T08:05:00"]
    assert "day_and_time_joined" not in _codes(report)


@pytest.mark.parametrize(
    ("name", "kind", "moments"),
    [
        ("F4_utc.csv", "lonlat", ["2025-03-07T07:30:00"]),
        ("F4_utc.geojson", "crs", ["2025-03-07T07:30:00"]),
        ("F6.xlsx", "crs", ["2025-03-07T08:05:00", "2025-03-07T09:10:05", "2025-03-07T09:10:05"]),
        ("F6.csv", "crs", ["2025-03-07T08:05:00", "2025-03-07T09:10:05", "2025-03-07T09:10:05"]),
        ("G_day_and_time.csv", "crs", ["2025-03-07T08:05:00"] * 3),
    ],
)
def test_files_once_read_with_another_time_are_right(faults_town, name, kind, moments):
    report = import_cases(faults_town, read_source(fault_file(name)), coordinates=kind)
    assert faults_town.read("cases")["reported_at"].tolist() == moments
    assert ("times_had_zone" in _codes(report)) == name.startswith("F4")
