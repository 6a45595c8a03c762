"""A town at home and a working copy of it, and what planners do to the rows of either."""

from __future__ import annotations

import shapely

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.areas.copy_workspace import copy_workspace
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.row_acts import write_rows
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.districts import drawn_town

ACT = Act("test", "外业", "2026-03-02T09:30:00")


def filled_town(folder) -> Workspace:
    """Return a town of 64 cells with eight components and two persons with contacts."""
    town = drawn_town(folder)
    spots = shapely.points([(50 + 100 * n, 50) for n in range(8)])
    cells = town.read("unit_grid")
    lying = [cells["code"][shapely.covers(cells.shapes, spot)][0] for spot in spots]
    with town.transaction("", "test") as transaction:
        parts = {"code": [f"B{n}" for n in range(8)], "state": ["完好"] * 8, "unit_grid": lying}
        transaction.insert("component", Rows({name: as_column(v) for name, v in parts.items()}, spots))
        transaction.insert("person", Rows({"id": as_column("甲乙"), "name": as_column(["张三", "李四"])}))
        transaction.insert("contact", Rows({"person_id": as_column("甲"), "mobile": as_column(["13800000000"])}))
        transaction.log("component", None, None, '{"rows": 8}')
    return town


def working_copy(home, path) -> Workspace:
    report = copy_workspace(home, path, working_copy=True)
    assert "copy_is_a_working_copy" in {note.code for note in report.notes}
    return Workspace.open(path)


def edit_rows(workspace, table, where, **values):
    """Change the rows that ``where`` finds as a planner does."""
    rows = workspace.read(table, where=where)
    columns = {name: as_column([value] * len(rows)) for name, value in values.items() if name != "shape"}
    shapes = as_column([values["shape"]] * len(rows)) if "shape" in values else None
    updated = Rows({**columns, "row_version": rows["row_version"]}, shapes, rows.fid)
    with workspace.transaction("外业", "test") as transaction:
        write_rows(transaction, [TableChange(table, rows, updated)], ACT)


def add_rows(workspace, table, shapes=None, **columns):
    rows = Rows({name: as_column(values) for name, values in columns.items()}, shapes)
    with workspace.transaction("外业", "test") as transaction:
        write_rows(transaction, [TableChange(table, inserted=rows)], ACT)


def remove_rows(workspace, table, where):
    with workspace.transaction("外业", "test") as transaction:
        write_rows(transaction, [TableChange(table, deleted=workspace.read(table, where=where))], ACT)
