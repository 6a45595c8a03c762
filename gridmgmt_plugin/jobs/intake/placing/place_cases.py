"""Cases that wait for a place (待落图案件): which there are, and a planner says where one lies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import shapely

from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.duty.classes import ClassTitle
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.rows import Rows, as_column, is_null
from gridmgmt_plugin.core.text import clean_text
from gridmgmt_plugin.jobs.intake.point_rows import district_outline, find_places
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.gestures import PLACE_CASE
from gridmgmt_plugin.workspace.changes.row_acts import write_rows
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.workspace import Workspace

_SHOWN = ("id", "case_no", "reported_at", "kind", "class_code", "title", "address", "note")


@dataclass(frozen=True)
class WaitingCase:
    """A case without a place. ``id``: its key; the other texts are what helps to find the place, "" where not known.

    ``catalogues``: kind → the catalogue of its classes.
    """

    id: str
    case_no: str
    reported_at: str
    kind: str
    class_code: str
    title: str
    address: str
    note: str
    catalogues: Mapping[str, str] = field(default_factory=dict)

    @property
    def class_title(self) -> ClassTitle:
        """Return the class as people call it."""
        return ClassTitle(self.class_code, kind=self.kind, catalogues=self.catalogues)


def waiting_cases(workspace: Workspace) -> tuple[WaitingCase, ...]:
    """Return the cases without a place, the newest first."""
    rows = workspace.read("cases", list(_SHOWN), {"unit_grid": None})
    rows = rows.take(shapely.is_missing(rows.shapes) | shapely.is_empty(rows.shapes))
    catalogues = {"component": workspace.info.component_catalogue, "event": workspace.info.event_catalogue}
    columns = {name: texts(rows, name) for name in _SHOWN}
    found = [
        WaitingCase(**{name: str(column[at]) for name, column in columns.items()}, catalogues=catalogues)
        for at in range(len(rows))
    ]
    return tuple(sorted(found, key=lambda case: (case.reported_at, case.id), reverse=True))


def place_case(
    workspace: Workspace, case: str, x: float, y: float, author: str = "", progress: Progress | None = None
) -> Report:
    """Say where a case lies that has no place: one act, to be taken back; files do not move the case any more.

    Its unit grid when reported is the one of that place unless it has one.

    :param case: its id. :param x, y: metres of the frame.
    :raises InputError: ``case_not_there``, ``case_has_place``, ``case_outside_district``.
    """
    progress = progress or Progress()
    spot = np.array([shapely.Point(x, y)], dtype=object)
    act = Act.now(PLACE_CASE, author)
    with workspace.transaction(author, PLACE_CASE) as transaction:
        before = workspace.read("cases", None, {"id": case})
        if not len(before):
            raise InputError("case_not_there", case=case)
        if not (shapely.is_missing(before.shapes[0]) or shapely.is_empty(before.shapes[0])):
            raise InputError("case_has_place", case=case)
        outline = district_outline(workspace)
        if outline is not None and not shapely.intersects_xy(outline, x, y):
            raise InputError("case_outside_district")
        transaction.hold("unit_grid", "lane")
        address = as_column([clean_text(before["address"][0])])
        places = find_places(workspace, spot, address, Progress())
        reported = np.where(is_null(before["reported_grid"]), places.unit_grid, before["reported_grid"])
        columns = {"unit_grid": places.unit_grid, "lane_code": places.lane_code, "reported_grid": reported}
        updated = Rows({**columns, "row_version": before["row_version"]}, spot, before.fids)
        write_rows(transaction, [TableChange("cases", before=before, updated=updated)], act)
        progress.report(1.0)  # the last moment to cancel: what follows is written
    grid = places.unit_grid[0]
    said = Message("case_placed", {"case": before["case_no"][0] or case, "grid": grid or "–"})
    return Report("placecase", 1, notes=(said, *places.notes))
