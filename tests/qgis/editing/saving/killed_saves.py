"""Kill a save at every step that it takes, each time in a process of its own; run as a program by the tests.

Prints one line per step: its number, what was called, and whether the workspace is as before or as after the save.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from contextlib import closing, contextmanager

import shapely

from gridmgmt_plugin.editing.gestures.buffer import AddedRow, PendingEdits
from gridmgmt_plugin.editing.saving.cell_save import save_cells
from gridmgmt_plugin.editing.saving.edited_cells import touched_cells
from gridmgmt_plugin.editing.saving.versions import ReadVersions
from gridmgmt_plugin.workspace.changes.gestures import Gesture
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from gridmgmt_plugin.workspace.location import GeoPackageLocation, parse_location
from gridmgmt_plugin.workspace.workspace import Workspace

TABLES = ("unit_grid", "code_register", "unit_grid_history", "responsibility_grid", "component", "exemption")
LOGS = ("change_log", "take_back")


class Deadly:
    """A transaction in which the process is killed at the n-th call, before it does anything."""

    def __init__(self, transaction, last_call: int) -> None:
        self._transaction, self._left = transaction, last_call

    def __getattr__(self, name: str):
        value = getattr(self._transaction, name)
        if not callable(value):
            return value

        def called(*given, **named):
            self.step(name)
            return value(*given, **named)

        return called

    def step(self, name: str) -> None:
        self._left -= 1
        if self._left == 0:
            os.write(1, f"{name} ".encode())
            os.kill(os.getpid(), signal.SIGKILL)


def deadly(workspace: Workspace, last_call: int) -> Workspace:
    """Return the workspace with transactions that kill at a call; the last ones are before and after the commit."""
    real = workspace.transaction

    @contextmanager
    def transaction(author: str, gesture: str):
        with real(author, gesture) as running:
            proxy = Deadly(running, last_call)
            yield proxy
            proxy.step("commit")
        proxy.step("committed")

    workspace.transaction = transaction
    return workspace


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
    save_cells(workspace, touched_cells(workspace, pending), versions, gestures, "王工")


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


def sound(workspace: Workspace) -> bool:
    """Tell whether a file is whole; a database sees to that by itself."""
    if not isinstance(workspace.location, GeoPackageLocation):
        return True
    with closing(sqlite3.connect(workspace.path)) as connection:
        return connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def main(place: str, task: str) -> None:
    location = parse_location(place)
    run = save if task == "save" else (lambda workspace: take_back_last(workspace, "王工"))
    if task == "take_back":
        save(Workspace.open(location))
    workspace = Workspace.open(location)
    before = content(workspace, *LOGS)
    for number in range(1, 100):
        child = os.fork()
        if child == 0:
            run(deadly(Workspace.open(location), number))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        same = content(workspace, *LOGS) == before
        state = "before" if same else "after"
        os.write(1, f"{number} {state} {sound(workspace)}\n".encode())
        if not same or not os.WIFSIGNALED(status):
            break


if __name__ == "__main__":
    main(*sys.argv[1:])
