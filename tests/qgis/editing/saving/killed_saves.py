"""Kill a save at every step that it takes; run as a program by the tests."""

from __future__ import annotations

import sys

import shapely

from gridmgmt_plugin.editing.gestures.buffer import AddedRow, PendingEdits
from gridmgmt_plugin.editing.saving.cell_save import save_cells
from gridmgmt_plugin.editing.saving.versions import ReadVersions
from gridmgmt_plugin.workspace.changes.gestures import Gesture
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from gridmgmt_plugin.workspace.location import parse_location
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.deadly import kill_at_each_step
from tests.forked import apart

TABLES = ("unit_grid", "code_register", "unit_grid_history", "responsibility_grid", "component", "exemption")
LOGS = ("change_log", "take_back")


def edits(workspace: Workspace) -> tuple[PendingEdits, tuple[Gesture, ...]]:
    """Cut a cell in two and merge two others, as pending edits."""
    rows = workspace.read("unit_grid")
    place = {code: at for at, code in enumerate(rows["code"])}
    codes = sorted(place)
    one, left, right = (place[codes[at]] for at in (0, 4, 5))
    minx, miny, maxx, maxy = rows.geometry[one].bounds
    west, east = shapely.box(minx, miny, minx + 50, maxy), shapely.box(minx + 50, miny, maxx, maxy)
    above = rows.geometry[left]
    foot = above.bounds
    merged = shapely.Polygon(
        [(foot[0], foot[1]), (minx + 50, foot[1]), (foot[2], foot[1]), (foot[2] + 100, foot[1]),
         (foot[2] + 100, foot[3]), (foot[2], foot[3]), (foot[0], foot[3])]
    )  # fmt: skip
    new = {name: column[one] for name, column in rows.columns.items() if name != "row_version"}
    new.update(code=codes[0][:12] + "099", prior_code=codes[0])
    pending = PendingEdits(
        values={},
        shapes={int(rows.fid[one]): west, int(rows.fid[left]): merged},
        deleted=(int(rows.fid[right]),),
        added=(AddedRow(-1, new, east),),
    )
    return pending, ()


def save(workspace: Workspace) -> None:
    versions = ReadVersions(workspace, "unit_grid")
    versions.read()
    pending, gestures = edits(workspace)
    save_cells(workspace, pending, versions, gestures, "王工")


def content(workspace: Workspace, *more: str) -> dict:
    """Return what is stored, without numbers, versions and times."""
    found = {}
    for name in (*TABLES, *more):
        rows = workspace.read(name)
        shapes = rows.geometry if rows.geometry is not None else [None] * len(rows)
        found[name] = sorted(
            str([(k, v) for k, v in record.items() if not k.endswith("_at") and k not in ("row_version", "id")])
            + ("" if shape is None else shape.wkb_hex)
            for record, shape in zip(rows.records(), shapes)
        )
    return found


def main(place: str, task: str) -> None:
    location = parse_location(place)
    run = save if task == "save" else (lambda workspace: take_back_last(workspace, "王工"))
    if task == "take_back":
        apart(lambda: save(Workspace.open(location)))
    kill_at_each_step(location, run, lambda workspace: content(workspace, *LOGS))


if __name__ == "__main__":
    main(*sys.argv[1:])
