"""Tables and the meeting sheet of people, and the last act taken back, as models and scripts call them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely
from qgis.core import QgsProcessingException

from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.exchange.reading import read_source
from tests.jobs.people.duty_district import duty_workspace
from tests.jobs.people.staff_state import rows_of


@pytest.fixture
def district(tmp_path):
    made = duty_workspace(tmp_path / "库.gpkg")
    part = Rows.from_records([{"code": "C1", "class_code": "0102", "owner_state": "争议", "department_code": "D1"}])
    with made.transaction("", "test") as transaction:
        transaction.insert("component", Rows(part.columns, shapely.points([20.0], [20.0])))
    return made


def test_the_last_act_is_taken_back_and_the_report_says_which(run, district, tmp_path):
    before = rows_of(district, "post")
    place = {"WORKSPACE": district.location.path, "AUTHOR": "甲"}
    run("assignperson", PERSON="P2", TARGET="area", PLACE="990101001", ROLE="liaison", **place)
    assert rows_of(district, "post") != before
    found = run("takeback", REPORT=tmp_path / "1.json", **{**place, "AUTHOR": "乙"})
    assert rows_of(district, "post") == before
    report = json.loads(Path(found["REPORT"]).read_text(encoding="utf-8"))
    figures = report["figures"]
    assert (found["COUNT"], figures["table"], figures["gestures"], figures["by"]) == (
        1,
        "post",
        ["assign_person"],
        "甲",
    )
    with pytest.raises(QgsProcessingException):
        run("takeback", **place)


def test_what_somebody_built_on_is_not_taken_back(run, district):
    place = {"WORKSPACE": district.location.path}
    run("assignperson", PERSON="P2", TARGET="area", PLACE="990101001", ROLE="liaison", **place)
    with district.transaction("", "test") as transaction:
        post = district.read("post", where={"role": "liaison"}, geometry=False)
        changed = {"duty": post["person_id"], "row_version": post["row_version"]}
        transaction.update("post", Rows(changed, None, post.fid))
    before = rows_of(district, "post")
    with pytest.raises(QgsProcessingException):
        run("takeback", **place)
    assert rows_of(district, "post") == before


def test_board_coverage_and_meeting_sheet_come_as_files(run, district, tmp_path):
    place = {"WORKSPACE": district.location.path}
    names = {"OUTPUT": "board.gpkg", "PERSONS": "loads.gpkg", "HOURS": "hours.gpkg"}
    board = run("staffingboard", ON="2026-03-04", **place, **{key: tmp_path / name for key, name in names.items()})
    assert len(read_source(tmp_path / "board.gpkg").rows) == board["COUNT"] > 0
    assert len(read_source(tmp_path / "loads.gpkg").rows) > 0
    gaps = run("dutycoverage", OUTPUT=tmp_path / "gaps.gpkg", **place)
    assert len(read_source(tmp_path / "gaps.gpkg").rows) == gaps["COUNT"] >= gaps["GAPS"] > 0
    sheet = run("meetingsheet", OUTPUT=tmp_path / "会议单.pdf", **place)
    assert sheet["COUNT"] == 1
    assert (tmp_path / "会议单.pdf").read_bytes().startswith(b"%PDF")
