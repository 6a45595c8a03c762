"""Who is responsible as a receiver gets it: by the day on which the release begins to hold."""

from __future__ import annotations

import numpy as np
import pytest

from gridmgmt_plugin.core.release.relations import responsibility
from gridmgmt_plugin.core.rows import Rows

GRID = "990101001001001"


def chosen(**unit):
    old = {"code": "D1", "name": "旧局", "valid_to": "2026-06-30", "successor_code": "D2"}
    return {
        "area": Rows.from_records([{"code": "990101", "level": "county"}]),
        "department": Rows.from_records([old, {"code": "D2", "name": "新局"}]),
        "unit_grid": Rows.from_records([{"code": f"{GRID}", "area_code": "990101", **unit}]),
        "responsibility_grid": Rows.from_records([{"code": GRID, "supervisor_code": None}]),
        "person": Rows.from_records([{"id": "P1", "department_code": "D1", "state": "在岗"}]),
        "post": Rows.from_records([{"target": "responsibility_grid", "target_code": GRID, "person_id": "P1"}]),
    }


@pytest.mark.parametrize(("day", "department"), [("2026-06-30", "D1"), ("2026-07-01", "D2")])
@pytest.mark.parametrize("unit", [{"responsibility_grid": GRID}, {"responsible_code": "D1"}, {"fallback_code": "D1"}])
def test_a_department_answers_up_to_its_last_day_and_its_successor_from_the_next(unit, day, department):
    (row,) = responsibility(chosen(**unit), np.datetime64(day)).records()
    assert row["department_code"] == department
