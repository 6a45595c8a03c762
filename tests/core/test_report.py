"""The report of a job as files: what the contract says, readable by programs, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.report import RejectedRow, Report, write_rejected_rows

ROWS = (
    RejectedRow(3, "A1", "coordinate_missing"),
    RejectedRow(7, "=1+1", "lane_segment_unnamed", value="+86123"),
)
REPORT = Report(
    "importcases",
    accepted=10,
    rejected=2,
    reasons={"coordinate_missing": 1, "lane_segment_unnamed": 1},
    rejected_rows=ROWS,
    figures={"largest": np.float64(1.5), "count": np.int64(3), "nothing": float("nan"), "parts": np.array([1, 2])},
    notes=(Message("hotspot_cases_nowhere", {"count": 4}),),
)


def read_csv(path):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


def test_the_report_is_what_the_contract_says(tmp_path):
    path = REPORT.write(tmp_path / "报告 一.json", "zh_CN")
    content = json.loads(path.read_text(encoding="utf-8"))
    assert content["accepted"] == 10
    assert content["rejected"] == 2
    assert content["reasons"] == {"coordinate_missing": 1, "lane_segment_unnamed": 1}
    assert content["rejected_rows"] == str(tmp_path / "报告 一_rejected.csv")
    assert content["notes"] == [{"code": "hotspot_cases_nowhere", "text": "4 件案件不在任何统计单元内，没有计入。"}]


def test_figures_are_numbers_for_programs(tmp_path):
    text = REPORT.write(tmp_path / "r.json").read_text(encoding="utf-8")
    assert json.loads(text)["figures"] == {"largest": 1.5, "count": 3, "nothing": None, "parts": [1, 2]}
    assert "NaN" not in text


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_rejected_rows_are_listed_with_row_key_and_sentence(tmp_path, language):
    REPORT.write(tmp_path / "r.json", language)
    heading, first, second = read_csv(tmp_path / "r_rejected.csv")
    chinese = ["行号", "标识", "原因代码", "值", "原因"]
    assert heading == (chinese if language == "zh_CN" else ["row", "key", "reason", "value", "text"])
    assert first[:3] == ["3", "A1", "coordinate_missing"]
    assert first[4] == Message("coordinate_missing").text(language)
    assert second[1] == "'=1+1"
    assert second[3] == "+86123"  # a number is shown, not run


def test_the_list_opens_in_a_spreadsheet(tmp_path):
    REPORT.write(tmp_path / "r.json")
    raw = (tmp_path / "r_rejected.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\r\n") == 3


def test_reasons_may_have_values_of_their_own(tmp_path):
    row = RejectedRow(2, "x", "hotspot_date_unreadable", value="去年")
    more = RejectedRow(3, "x", "weight_unknown", value="a", details={"known": "b, c"})
    write_rejected_rows(tmp_path / "r.csv", [row, more], "zh")
    assert "去年" in read_csv(tmp_path / "r.csv")[1][4]
    assert "b, c" in read_csv(tmp_path / "r.csv")[2][4]


def test_without_rejected_rows_there_is_no_list_and_an_old_one_goes(tmp_path):
    REPORT.write(tmp_path / "r.json")
    Report("importcases", accepted=1).write(tmp_path / "r.json")
    assert json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["rejected_rows"] is None
    assert [p.name for p in tmp_path.iterdir()] == ["r.json"]


def test_folders_are_made_and_nothing_unfinished_is_left(tmp_path):
    REPORT.write(str(tmp_path / "新建" / "报告" / "r.json"))
    assert sorted(p.name for p in (tmp_path / "新建" / "报告").iterdir()) == ["r.json", "r_rejected.csv"]


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "文件").write_text("x")
    with pytest.raises(WorkspaceError) as caught:
        REPORT.write(tmp_path / "文件" / "r.json")
    assert caught.value.code == "report_not_written"
    (tmp_path / "r.json").mkdir()
    with pytest.raises(WorkspaceError):
        REPORT.write(tmp_path / "r.json")
    assert not [path for path in tmp_path.iterdir() if not path.name.startswith(("r", "文件"))]
