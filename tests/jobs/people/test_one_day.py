"""What day it is, everybody about people hears from one clock: answers, board, duty list, cases about owners."""

from __future__ import annotations

from datetime import datetime

import pytest

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.duty.matrix import ClassRow, PlaceColumn
from gridmgmt_plugin.jobs.people.ask_place import Where, ask_place
from gridmgmt_plugin.jobs.people.duty_matrix import read_matrix, set_duty
from gridmgmt_plugin.jobs.people.reform_department import reform_department
from gridmgmt_plugin.jobs.people.staff_board import NewPost, assign_person, read_board
from tests.jobs.people.staff_state import rows_of

COUNTY = "990101"


@pytest.fixture
def it_is(monkeypatch):
    """Return what sets the clock."""

    def set_to(moment: str) -> None:
        monkeypatch.setattr(clock, "now", lambda: datetime.fromisoformat(moment))

    return set_to


def test_what_is_written_without_a_day_begins_on_the_day_of_the_clock(staffed, it_is):
    it_is("2031-05-06T07:08:09")
    assign_person(staffed, NewPost("P2", "area", "990101001", role="liaison"))
    set_duty(staffed, ClassRow("component", "0104"), PlaceColumn(COUNTY), "D1")
    assert [row["valid_from"] for row in rows_of(staffed, "post") if row["role"] == "liaison"] == ["2031-05-06"]
    assert [row["valid_from"] for row in rows_of(staffed, "duty_rule") if row["class_prefix"] == "0104"] == [
        "2031-05-06"
    ]
    assert {row["changed_at"] for row in rows_of(staffed, "change_log")} == {"2031-05-06T07:08:09"}


def test_board_duty_list_and_answer_go_over_midnight_together(staffed, it_is):
    it_is("2031-05-06T23:59:59")
    reform_department(staffed, department="D1", successor="D2", on="2031-05-07")
    row, column = ClassRow("component", "0103"), PlaceColumn(COUNTY)

    def told() -> tuple[str, str, str]:
        matrix = read_matrix(staffed).matrix
        cell = matrix.cells[matrix.rows.index(row)][matrix.columns.index(column)]
        (answer,) = ask_place(staffed, Where(x=150.0, y=50.0), classes=[("component", "0103")]).classes
        return str(read_board(staffed).day), cell.department, answer.department_code

    assert told() == ("2031-05-06", "D1", "D1")
    it_is("2031-05-07T00:00:00")
    assert told() == ("2031-05-07", "D2", "D2")
