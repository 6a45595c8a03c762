"""A town with a few lanes, cases on them, and tables of inspections as offices keep them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import shapely

from gridmgmt_plugin.core.inspection.checklists import chosen_checklist
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.areas.create_workspace import create_workspace
from gridmgmt_plugin.jobs.lanes.import_lanes import import_lanes
from gridmgmt_plugin.workspace.location import Location
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.districts import areas, four_communities, lines, town

NAMES = ("前门胡同", "后海夹道", "灯市口北巷", "前门胡同")
TEN = chosen_checklist({}, "shi_wu_2023")
HEADINGS = [item.zh for item in TEN.items]


def town_with_lanes(folder: Path, place: Location | None = None) -> Workspace:
    """Return a workspace with four lanes, of which two in different offices have the same name.

    :param place: where it shall lie; a file in ``folder`` by default.
    """
    if place is None:
        workspace = town(folder)
    else:
        create_workspace([areas(four_communities())], place)
        workspace = Workspace.open(place)
    import_lanes(workspace, _lines())
    return workspace


def _lines() -> Source:
    places = [[(50, 50), (150, 50)], [(50, 150), (250, 150)], [(50, 250), (350, 250)], [(600, 600), (700, 600)]]
    return lines(places, list(NAMES))


def code_of(workspace: Workspace, name: str) -> str:
    """Return the code of the first lane of a name."""
    return next(row["code"] for row in workspace.read("lane").records() if row["name"] == name)


def table(folder: Path, text: str, name: str = "检查.csv", encoding: str = "utf-8-sig") -> Source:
    """Return a table that was written to a file, as the algorithm reads it."""
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return read_source(path, as_written=True)


def wide(*rows: str) -> str:
    """Return a table with a column per item; a row is ``lane,day,kind,results…``."""
    return "\n".join([",".join(["街巷名称", "检查日期", "检查类别", *HEADINGS]), *rows])


def row(lane: str, day: str, failed: str = "", kind: str = "市查") -> str:
    """Return a row in which the items whose numbers are listed failed."""
    bad = failed.split()
    return ",".join([lane, day, kind, *("×" if item.code in bad else "√" for item in TEN.items)])


def add_cases(workspace: Workspace, *cases: tuple[Any, ...]) -> None:
    """Add ``cases``: (id, x, y, lane name or None, address, class)."""
    records = [
        {
            "id": key,
            "lane_code": None if lane is None else code_of(workspace, lane),
            "address": address,
            "kind": "event",
            "class_code": code,
            "reported_at": "2025-03-05T10:00:00",
        }
        for key, _, _, lane, address, code in cases
    ]
    points = as_column(shapely.points([[x, y] for _, x, y, *_ in cases]))
    with workspace.transaction("", "import_cases") as transaction:
        transaction.insert("cases", Rows.from_records(records, points))


def move_together(workspace: Workspace) -> None:
    """Draw a lane 10 m beside another, so that the ground between them is near to both."""
    lanes = workspace.read("lane")
    at = lanes["name"] == "灯市口北巷"
    line = as_column([shapely.MultiLineString([[(50, 160), (250, 160)]])])
    with workspace.transaction("", "test") as transaction:
        transaction.update("lane", Rows({}, line, lanes.fids[at]))
