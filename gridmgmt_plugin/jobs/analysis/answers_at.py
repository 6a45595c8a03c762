"""Who answers today for what cases tell of: one answer per point, in the names that results have for it."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.people.who_is_responsible import who_is_responsible
from gridmgmt_plugin.workspace.workspace import Workspace

ANSWERS = ("responsibility_grid", "department_name", "person_name", "lane_officer_name")


def answers_at(workspace: Workspace, asked: Rows, scheme: str, progress: Progress | None = None) -> Rows:
    """Return points with the columns :data:`ANSWERS`: who answers for their class; nobody without a place or
    without unit grids.

    :param asked: with ``class_code``, ``kind`` and points of the frame. :param scheme: whose grid and person are
        named; of "" those of the only one that there is.
    :raises InputError: ``scheme_not_there``.
    """
    told = {name: np.full(len(asked), None, dtype=object) for name in ANSWERS}
    there = np.flatnonzero(~(shapely.is_missing(asked.shapes) | shapely.is_empty(asked.shapes)))
    if len(there) and workspace.count("unit_grid"):
        plain = Rows({"class_code": asked["class_code"], "kind": asked["kind"]}, asked.shapes).take(there)
        points = Source(plain, "points", "", None, "", row_numbers=there + 1)
        wanted = scheme or _only_scheme(workspace)
        found = who_is_responsible(
            workspace, points, class_field="class_code", kind_field="kind", scheme=wanted, progress=progress
        )
        for name, column in told.items():
            column[there] = found.rows[name]
    return Rows({**asked.columns, **told}, asked.shapes)


def _only_scheme(workspace: Workspace) -> str:
    known = texts(workspace.read("scheme", ["key"], geometry=False), "key").tolist()
    return str(known[0]) if len(known) == 1 else ""
