"""Cells that a job of a colleague changed while they were edited, but nothing that is drawn: the edits follow it.

A grouping changes nothing of a cell but the grid that it is in, and a hand-over nothing but that its code is valid;
the change log says of which version of the row they made which. So edits that leave the grids alone need not be made
once more: cells that stay are in the grid that they are in now, new ones go where the cell goes whose ground they
have, and what becomes of codes is settled by the register when they are saved. Cuts next door between two jobs are no
reason to refuse them either (:mod:`gridmgmt_plugin.editing.saving.changed_next_door`).
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.editing.saving.changed_next_door import Lines, outline_when_read
from gridmgmt_plugin.editing.saving.versions import ReadVersions
from gridmgmt_plugin.workspace.changes.grid_outlines import scheme_columns
from gridmgmt_plugin.workspace.changes.touched_cells import TouchedCells

#: What the edits read of each cell: column → value, of those that jobs set.
_Was = Mapping[str, Any]


def after_jobs(
    touched: TouchedCells, versions: ReadVersions, since: Mapping[int, Lines]
) -> tuple[TouchedCells, ReadVersions]:
    """Return the cells as the edits leave them now, and the versions that count as read.

    What was changed otherwise, or is given to another grid by the edits too, keeps the version that was read, and is
    refused as overtaken.

    :param since: by row number, what the change log says of cells since they were read.
    """
    before, columns = touched.before, scheme_columns(touched.before)
    mine = touched.mine_before
    read = versions.of(before.fids[mine].tolist())
    overtaken = [int(at) for at, was in zip(mine, read) if was != before["row_version"][at]]
    if not overtaken:
        return touched, versions
    painted = {
        int(at)
        for at, now in zip(touched.changed, touched.now(touched.changed))
        if any(before[name][at] != touched.after[name][now] for name in columns)
    }
    was_in: dict[int, _Was] = {}
    for at in overtaken:
        was = _before_jobs(since.get(int(before.fids[at]), ()), before.take(np.array([at])))
        if was is not None and at not in painted:
            was_in[at] = was
    followed = {int(before.fids[at]): int(before["row_version"][at]) for at in was_in}
    following = copy(versions)
    following.follow(followed)
    return _with_new_cells_moved(touched, was_in), following


def _before_jobs(lines: Lines, row: Rows) -> _Was | None:
    """Return in which grids and state a cell was when it was read, ``None`` unless nothing but jobs and cuts next
    door came after that.

    :param lines: since then. ``row``: as it is stored now.
    """
    if outline_when_read(lines, row) is None:
        return None
    was = {name: row[name][0] for name in ("state", *scheme_columns(row))}
    for line in lines:
        values = line["after"].get("attributes", {})
        if any(was.get(name, values) != value for name, value in values.items()):
            return None
        was.update(line["before"].get("attributes", {}))
    return was


def _with_new_cells_moved(touched: TouchedCells, was_in: Mapping[int, _Was]) -> TouchedCells:
    """Return the cells, new ones in the grid in which the cell is now whose ground they have."""
    if not was_in or not len(touched.added):
        return touched
    parents = np.array(sorted(was_in), dtype=np.int64)
    points = shapely.point_on_surface(touched.after.shapes[touched.added])
    which, where = shapely.STRtree(touched.before.shapes[parents]).query(points, predicate="intersects")
    columns = {name: touched.after[name].copy() for name in scheme_columns(touched.after)}
    for new, parent in zip(touched.added[which].tolist(), parents[where].tolist()):
        for name, values in columns.items():
            if values[new] == was_in[parent].get(name):
                values[new] = touched.before[name][parent]
    return replace(touched, after=touched.after.with_columns(**columns))
