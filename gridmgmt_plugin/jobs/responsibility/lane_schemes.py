"""Grid schemes over street-lanes (一路一格): a grid per lane under the lane's own code; no unit grid is assigned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.codes.stored import DRAFT
from gridmgmt_plugin.core.columns import positions, texts
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.lanes.lane_edit import lanes_in_use
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import RejectedRow, Report
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.row_acts import write_rows
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.workspace import Workspace

LANE, GRID = "lane", "responsibility_grid"
ASSIGN, DROP = "assign_lanes", "drop_lanes"
_LANE_WIDTH_M = 8.0  # of a lane whose width nobody knows
#: Who answers for a lane: what an alternative over lanes proposes beside the lanes that it has.
BODIES = ("supervisor_code", "operator_code")
_CONTRACT = ("contract_no", "contract_from", "contract_to")


def lane_grids(lanes: Rows, key: str) -> Rows:
    """Return one grid per lane: its ground is the lane, half its width to either side."""
    width = np.array([float(w) if w else _LANE_WIDTH_M for w in lanes["width_m"]], dtype=float)
    ground = shapely.buffer(lanes.shapes, width / 2, cap_style="flat")
    return Rows(
        {
            "scheme": as_column([key] * len(lanes)),
            "code": lanes["code"],
            "name": lanes["name"],
            "area_code": as_column(
                own or street for own, street in zip(lanes["managing_street_code"], lanes["street_code"])
            ),
            "operator_code": lanes["cleaning_code"],
            "area_m2": as_column(np.round(shapely.area(ground), 3).tolist()),
            "state": as_column([DRAFT] * len(lanes)),
            "valid_from": as_column([clock.today().isoformat()] * len(lanes)),
        },
        ground,
    )


def read_lanes_in_use(workspace: Workspace) -> Rows:
    """Return the lanes that are drawn and not abolished, whole."""
    lanes = workspace.read(LANE)
    return lanes.take(lanes_in_use(lanes))


def assign_lanes(
    workspace: Workspace,
    key: str,
    lanes: Sequence[str] = (),
    *,
    author: str = "",
    progress: Progress | None = None,
) -> Report:
    """Make grids in a scheme over lanes for lanes in use that have none, such as lanes drawn since.

    :param lanes: codes; all that have none when empty. Those that have a grid stay as they are.
    :raises InputError: ``scheme_not_known``, ``scheme_not_of_lanes``, ``lanes_not_known``.
    :raises WorkspaceError: what keeps the workspace from being written.
    """
    progress = progress or Progress()
    progress.report(0.0)
    act = Act.now(ASSIGN, author)
    with workspace.transaction(author, ASSIGN) as transaction:
        transaction.hold(GRID)
        title = _title_of_lane_scheme(workspace, key)
        known = read_lanes_in_use(workspace)
        codes = texts(known, "code")
        unknown = sorted(set(lanes) - set(codes))
        if unknown:
            raise InputError("lanes_not_known", codes=listing(unknown), count=len(unknown))
        have = texts(workspace.read(GRID, ["code"], {"scheme": key}, geometry=False), "code")
        wanted = ~np.isin(codes.astype(str), have.astype(str)) & (codes != "")
        if lanes:
            wanted &= np.isin(codes.astype(str), list(lanes))
        made = lane_grids(known.take(wanted), key)
        write_rows(transaction, [TableChange(GRID, inserted=made)], act)
        progress.report(1.0)
    notes = (Message("lanes_assigned", {"count": len(made), "scheme": title}),)
    return Report("assignlanes", len(made), figures={"grids": len(made)}, notes=notes)


def drop_lanes(
    workspace: Workspace,
    key: str,
    lanes: Sequence[str],
    *,
    author: str = "",
    progress: Progress | None = None,
) -> Report:
    """Take lanes out of a scheme over lanes; one act, to be taken back. The lanes themselves stay.

    A lane that is no grid of the scheme, or whose grid still has posts, stays as it is and is listed.

    :param lanes: codes. :raises InputError: ``scheme_not_known``, ``scheme_not_of_lanes``.
    :raises WorkspaceError: what keeps the workspace from being written.
    """
    progress = progress or Progress()
    progress.report(0.0)
    act = Act.now(DROP, author)
    with workspace.transaction(author, DROP) as transaction:
        transaction.hold(GRID, "post")
        title = _title_of_lane_scheme(workspace, key)
        grids = workspace.read(GRID, where={"scheme": key, "code": sorted(set(lanes))})
        there = set(texts(grids, "code"))
        staffed = {str(row["target_code"]) for row in _posts_still_held(workspace, key, there)}
        refused = [RejectedRow(0, code, "drop_lane_unknown") for code in dict.fromkeys(lanes) if code not in there]
        refused += [RejectedRow(0, code, "drop_lane_staffed") for code in sorted(staffed)]
        gone = grids.take(~np.isin(texts(grids, "code").astype(str), sorted(staffed)))
        write_rows(transaction, [TableChange(GRID, deleted=gone)], act)
        progress.report(1.0)
    notes = (Message("lanes_dropped", {"count": len(gone), "scheme": title}),)
    return Report(
        "droplanes",
        len(gone),
        len(refused),
        dict(Counter(row.reason for row in refused)),
        tuple(refused),
        {"grids": len(gone)},
        notes,
    )


def _title_of_lane_scheme(workspace: Workspace, key: str) -> str:
    schemes = workspace.read("scheme", where={"key": key}, geometry=False).records()
    if not schemes:
        raise InputError("scheme_not_known", scheme=key)
    title = str(schemes[0]["title"] or key)
    if schemes[0]["base"] != LANE:
        raise InputError("scheme_not_of_lanes", scheme=title)
    return title


def _posts_still_held(workspace: Workspace, key: str, codes: Collection[str]) -> list[dict[str, Any]]:
    """Return the posts at grids of a scheme that have not ended."""
    posts = workspace.read("post", where={"target": GRID, "scheme": key}, geometry=False)
    today = clock.today().isoformat()
    return [
        row
        for row in posts.records()
        if row["target_code"] in codes and (row["valid_to"] is None or row["valid_to"] >= today)
    ]


@dataclass(frozen=True, eq=False)
class LaneAdoption:
    """What adopting an alternative over lanes does to the grids of its scheme. ``posts_left``: ids of posts in force
    on lanes that leave the scheme.
    """

    grids: TableChange
    posts_left: tuple[str, ...]


def lane_adoption(workspace: Workspace, main: str, present: Rows, proposed: Rows) -> LaneAdoption:
    """Return the change by which a scheme has the lanes of an alternative, supervised and operated as it says.

    A grid that stays keeps its name, state and, unless another body operates it, its contract. Exemptions stay: they
    name the lane, which is there still.
    """
    theirs = positions(texts(proposed, "code"), texts(present, "code"))
    stays = present.take(theirs >= 0)
    wanted = proposed.take(theirs[theirs >= 0])
    other = {name: stays.differs(name, wanted[name]) for name in BODIES}
    changes = np.logical_or.reduce(list(other.values()))
    before = stays.take(changes)
    updated = {name: wanted[name][changes] for name in BODIES}
    ends = other["operator_code"][changes]
    for name in _CONTRACT:
        updated[name] = as_column(None if over else value for over, value in zip(ends, before[name]))
    updated["row_version"] = before["row_version"]
    new = proposed.take(positions(texts(present, "code"), texts(proposed, "code")) < 0)
    gone = present.take(theirs < 0)
    columns = {name: column for name, column in new.columns.items() if name != "row_version"}
    columns["scheme"] = as_column([main] * len(new))
    left = [str(row["id"]) for row in _posts_still_held(workspace, main, set(gone["code"]))]
    grids = TableChange(
        GRID,
        before=before,
        updated=Rows(updated, None, before.fid),
        inserted=Rows(columns, new.geometry),
        deleted=gone,
    )
    return LaneAdoption(grids, tuple(left))
