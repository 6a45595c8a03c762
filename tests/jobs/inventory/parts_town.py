"""The town of two communities with components in it, some of them with something wrong."""

from __future__ import annotations

import shapely

from gridmgmt_plugin.core.rows import Rows, as_column
from tests.jobs.people.duty_district import CELLS, duty_workspace

OFFICE, COMMUNITY = "990101001", "990101001001"
WELL, LAMP = "0102", "0118"


def code(class_code, number):
    return f"990101{class_code}{number:06d}"


#: code, class, department, state of ownership, state, unit grid, surveyed on, x, y
PARTS = [
    (code(WELL, 1), WELL, "D1", "明确", "完好", CELLS[0], "2025-06-01", 10.0, 10.0),
    (code(WELL, 2), WELL, "D1", "争议", "破损", CELLS[0], "2024-06-01", 20.0, 10.0),
    (code(WELL, 3), WELL, "D2", "明确", "废弃", CELLS[1], "2019-06-01", 150.0, 10.0),
    (code(LAMP, 1), LAMP, "D2", "待认定", "完好", CELLS[1], None, 160.0, 50.0),
    (code(LAMP, 2), LAMP, None, None, None, CELLS[0], "2025-06-01", 160.0, 60.0),  # lies in the other cell
    (code(LAMP, 3), WELL, "D2", "明确", "完好", CELLS[1], "2025-06-01", 170.0, 60.0),  # its code tells another class
    (None, LAMP, "D2", "明确", "完好", None, "2025-06-01", 900.0, 900.0),  # no code, outside
]
COLUMNS = ("code", "class_code", "department_code", "owner_state", "state", "unit_grid", "surveyed_on")


def parts_workspace(path):
    """Make the workspace at ``path`` and return it; its own component (0103) is one of the eight."""
    made = duty_workspace(path)
    columns = {name: as_column(part[at] for part in PARTS) for at, name in enumerate(COLUMNS)}
    points = shapely.points([part[-2:] for part in PARTS])
    with made.transaction("测试", "test") as transaction:
        transaction.insert("component", Rows(columns, points))
    return made
