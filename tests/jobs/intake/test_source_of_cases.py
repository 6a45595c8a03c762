"""Where cases come from, when their file does not say it."""

from __future__ import annotations

from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.jobs.intake.import_cases import import_cases

HEAD = "案件编号,类别代码,上报时间,横坐标X,纵坐标Y,来源"


def taken(workspace, folder, *rows, **asked):
    path = folder / "案件.csv"
    path.write_text("\n".join([HEAD, *rows, ""]), encoding="utf-8")
    import_cases(workspace, read_source(path), **asked)
    return workspace.read("cases", ["source"])["source"].tolist()


def test_new_cases_get_the_source_that_was_named_where_their_row_has_none(town, tmp_path):
    rows = ["1,0504,2025-03-07 08:05:00,150,50,", "2,0504,2025-03-07 09:05:00,250,50,视频"]
    assert taken(town, tmp_path, *rows, source_word="12345") == ["12345", "视频"]


def test_a_case_that_is_there_keeps_its_source(town, tmp_path):
    row = "1,0504,2025-03-07 08:05:00,150,50,"
    assert taken(town, tmp_path, row, source_word="监督员") == ["监督员"]
    assert taken(town, tmp_path, row, source_word="12345") == ["监督员"]
