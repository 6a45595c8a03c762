"""People follow the ground (人随地走): proposals for posts, the sheet to sign, and one act that can be taken back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import shapely

from gridmgmt_plugin.core.columns import days, geometries, in_force, texts
from gridmgmt_plugin.core.dates.asked import day_of
from gridmgmt_plugin.core.duty.lane_grids import is_over_lanes
from gridmgmt_plugin.core.lanes.lane_edit import lanes_on
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.posts.following import ALSO, MOVES, Ground, Proposal, ground_of_grids, proposals
from gridmgmt_plugin.core.posts.succession import TermsLeft, next_post_id, pass_beside, terms_left
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import RejectedRow, Report
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.titles import ValueTitle
from gridmgmt_plugin.core.unit_grids.assignments import GroundShare
from gridmgmt_plugin.jobs.people.signing_sheet import signing_sheet, staged_sheet
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.row_acts import write_rows
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.schema import scheme_column
from gridmgmt_plugin.workspace.workspace import Workspace

GESTURE = "follow_ground"
GRID, LANE, AREA = "responsibility_grid", "lane", "area"
_SIGNED = ("task_letter_no", "signed_on", "end_reason")
_REASON = "随地调整"


@dataclass(frozen=True)
class FollowReport:
    """``proposals``: all that were found; ``report``: what was written, with each proposal to confirm."""

    proposals: tuple[Proposal, ...]
    report: Report


@dataclass(frozen=True, eq=False)
class _Moving:
    """Posts that move: ``at``, positions in the table of posts; to ``places``; for the terms that are ``left``."""

    proposals: tuple[Proposal, ...]
    at: np.ndarray
    places: Mapping[str, np.ndarray]
    left: TermsLeft

    @property
    def held(self) -> list[Proposal]:
        """Return those whose holders have the post at the other place all the time."""
        return [proposal for proposal, is_held in zip(self.proposals, self.left.held.tolist()) if is_held]

    @property
    def first_days(self) -> dict[str, str]:
        """Return from when on the others are held at the other place: id of the proposal → ISO day."""
        return {proposal.id: str(terms[0][0]) for proposal, terms in zip(self.proposals, self.left.terms) if terms}


def follow_ground(
    workspace: Workspace,
    *,
    since: str | date | None = None,
    on: str | date | None = None,
    leave: Collection[str] = (),
    folder: Path | str | None = None,
    language: str = "zh_CN",
    author: str = "",
    progress: Progress | None = None,
) -> FollowReport:
    """Let posts follow the ground of their places, from a day on.

    Grids: by the share of ground that passed since ``since``, as the change log tells it; those over lanes as lanes,
    and a lane that was split off gets who holds the grid of the one it was part of. Areas that have ended: by
    the code map, else by the ground that they share with areas of their level. Lanes that are no more: by the
    successors in the register.

    :param since: from when on changes of grids count; everything that is on record when not given.
    :param on: from when on people serve at the new place; today when not given.
    :param leave: ids of proposals (``post>place``) that are not to be carried out.
    :param folder: where the sheet to sign goes; none is written when not given.
    :raises InputError: ``day_unclear``, ``export_files_exist``.
    :raises WorkspaceError: ``row_changed_meanwhile``, ``export_not_written`` …, with nothing changed.
    """
    progress = progress or Progress()
    progress.report(0.0)
    day = day_of(on)
    earliest = "" if since in (None, "") else str(day_of(since))
    act = Act.now(GESTURE, author)
    # The sheet gets its name when the transaction is written.
    with ExitStack() as placing, workspace.transaction(author, GESTURE) as transaction:
        transaction.hold("post")
        posts = workspace.read("post", geometry=False)
        found = [
            *_of_grids(workspace, posts, earliest, day),
            *_of_areas(workspace, posts, day),
            *_of_lanes(workspace, posts, day),
        ]
        wanted = [proposal for proposal in found if proposal.id not in leave]
        progress.report(0.8)
        moving = _moving(posts, wanted, day)
        signed = [proposal for proposal in wanted if proposal not in moving.held]
        sheet = signing_sheet(workspace, signed, day, moving.first_days, language)
        write_rows(transaction, [_change(posts, wanted, moving, day)], act)
        files = []
        if folder and signed:
            files = placing.enter_context(staged_sheet(folder, sheet, only_tried=workspace.rehearses))
        progress.report(1.0)  # the last moment to cancel: what follows is written
    return FollowReport(tuple(found), _report(posts, found, wanted, moving, files, day))


def _of_grids(workspace: Workspace, posts: Rows, earliest: str, day: np.datetime64) -> list[Proposal]:
    grids = workspace.read(GRID, geometry=False)
    units, lanes, schemes = (workspace.read(name, geometry=False) for name in ("unit_grid", LANE, "scheme"))
    lines = workspace.read(
        "change_log", ["changed_at", "row_key", "before"], {"table_name": "unit_grid"}, geometry=False
    ).records()
    log = [line for line in lines if str(line["changed_at"]) >= earliest and line["row_key"] is not None]
    found = []
    for scheme in sorted(set(texts(grids, "scheme")) | set(texts(posts, "scheme")) - {""}):
        column = scheme_column(scheme)
        mine = grids.take(texts(grids, "scheme") == scheme)
        if is_over_lanes(schemes, scheme):
            there = _in_force(mine, day) & _lanes_there(lanes, day)
            found += proposals(posts, GRID, scheme, there, _ground_of_lanes(workspace, lanes), day)
        if column not in units:
            continue
        ground = _with_successors(workspace, column, ground_of_grids(units, column, log))
        found += proposals(posts, GRID, scheme, _in_force(mine, day), ground, day)
    return found


def _of_areas(workspace: Workspace, posts: Rows, day: np.datetime64) -> list[Proposal]:
    areas = workspace.read(AREA)
    present = _in_force(areas, day)
    wanted = set(texts(posts, "target_code")[texts(posts, "target") == AREA]) - present
    if not wanted:
        return []
    heirs = _mapped(workspace, AREA, wanted)
    codes, levels, shapes = texts(areas, "code"), texts(areas, "level"), geometries(areas)
    for at in np.flatnonzero(np.isin(codes.astype(str), sorted(wanted - set(heirs)))).tolist():
        if shapes[at] is None:
            continue
        near = [
            row
            for row in range(len(codes))
            if codes[row] in present and levels[row] == levels[at] and shapes[row] is not None
        ]
        shared = shapely.area(shapely.intersection(shapes[near], shapes[at])) / shapely.area(shapes[at])
        order = sorted((row for row in range(len(near)) if shared[row] > 0), key=lambda row: -shared[row])
        heirs[codes[at]] = tuple(GroundShare(str(codes[near[row]]), float(shared[row])) for row in order)
    return proposals(posts, AREA, "", present, Ground(heirs, {}), day)


def _of_lanes(workspace: Workspace, posts: Rows, day: np.datetime64) -> list[Proposal]:
    lanes = workspace.read(LANE, geometry=False)
    ground = _with_successors(workspace, LANE, Ground({}, {}))
    return proposals(posts, LANE, "", _lanes_there(lanes, day), ground, day)


def _lanes_there(lanes: Rows, day: np.datetime64) -> set[str]:
    return set(texts(lanes, "code")[lanes_on(lanes, day)].tolist())


def _ground_of_lanes(workspace: Workspace, lanes: Rows) -> Ground:
    """Return where the ground of grids over lanes went: by the register, and by what new lanes say they were before.

    Posts of lanes themselves follow when a lane is split; those of their grids wait until the new lane is one.
    """
    heirs: dict[str, list[GroundShare]] = {}
    origins: dict[str, tuple[GroundShare, ...]] = {}
    for code, prior in zip(texts(lanes, "code"), texts(lanes, "prior_code")):
        if prior and prior != code:
            heirs.setdefault(prior, []).append(GroundShare(code, float("nan")))
            origins[code] = (GroundShare(prior, float("nan")),)
    return _with_successors(workspace, LANE, Ground({}, origins), heirs)


def _in_force(rows: Rows, day: np.datetime64) -> set[str]:
    now = in_force(days(rows, "valid_from"), days(rows, "valid_to"), np.asarray(day))
    return set(texts(rows, "code")[now])


def _with_successors(
    workspace: Workspace, kind: str, ground: Ground, otherwise: Mapping[str, Sequence[GroundShare]] = {}
) -> Ground:
    """Return the ground with what code map and register say of codes of which no ground is known; ``otherwise``: the
    heirs of codes of which they say nothing.
    """
    rows = workspace.read("code_register", where={"kind": kind, "state": "retired"}, geometry=False)
    heirs: dict[str, tuple[GroundShare, ...]] = {}
    for code, successors in zip(texts(rows, "code"), texts(rows, "successors")):
        named = [one for one in successors.split(",") if one]
        if named:
            heirs[code] = tuple(GroundShare(one, float("nan")) for one in named)
    return Ground({**otherwise, **heirs, **_mapped(workspace, kind, None), **ground.heirs}, ground.origins)


def _mapped(workspace: Workspace, kind: str, wanted: Collection[str] | None) -> dict[str, tuple[GroundShare, ...]]:
    rows = workspace.read("code_map", where={"kind": kind}, geometry=False).records()
    found: dict[str, list[GroundShare]] = {}
    for row in rows:
        if row["old_code"] and row["new_code"] and (wanted is None or row["old_code"] in wanted):
            share = float("nan") if row["share"] is None else float(row["share"])
            found.setdefault(row["old_code"], []).append(GroundShare(row["new_code"], share))
    return {old: tuple(sorted(heirs, key=lambda heir: -np.nan_to_num(heir.share))) for old, heirs in found.items()}


def _moving(posts: Rows, wanted: list[Proposal], day: np.datetime64) -> _Moving:
    row_of = {post: at for at, post in enumerate(texts(posts, "id"))}
    moving = tuple(proposal for proposal in wanted if proposal.kind == MOVES)
    passing = np.array([row_of[proposal.post] for proposal in moving], dtype=np.int64)
    places = {"target_code": as_column(proposal.new for proposal in moving)}
    return _Moving(moving, passing, places, terms_left(posts, passing, places, day))


def _change(posts: Rows, wanted: list[Proposal], moving: _Moving, day: np.datetime64) -> TableChange:
    row_of = {post: at for at, post in enumerate(texts(posts, "id"))}
    taken = set(row_of)
    passed = pass_beside(posts, moving.at, moving.places, moving.left, day, taken)
    ended, later = passed.ended, passed.changes
    before = posts.take(np.concatenate([ended, passed.changed]).astype(np.int64))
    updated = {
        "valid_from": as_column([*posts["valid_from"][ended], *(one["valid_from"] for one in later)]),
        "valid_to": as_column([*[passed.last_day] * len(ended), *(one["valid_to"] for one in later)]),
        "end_reason": as_column([*[_REASON] * len(ended), *posts["end_reason"][passed.changed]]),
        "target_code": as_column([*posts["target_code"][ended], *(one["target_code"] for one in later)]),
        "row_version": before["row_version"],
    }
    new = passed.new.records()
    for proposal in wanted:
        if proposal.kind == ALSO:
            at = row_of[proposal.post]
            record = {name: posts[name][at] for name in posts.columns if name not in ("row_version", *_SIGNED)}
            more = {"id": next_post_id(taken), "target_code": proposal.new, "valid_from": str(day)}
            new.append({**record, **more})
    inserted = Rows.from_records(new) if new else Rows()
    deleted = posts.take(passed.removed)  # would begin later, and their holders have them there
    return TableChange("post", before, Rows(updated, None, before.fid), deleted, inserted)


def _report(
    posts: Rows,
    found: list[Proposal],
    wanted: list[Proposal],
    moving: _Moving,
    files: list[str],
    day: np.datetime64,
) -> Report:
    role = dict(zip(texts(posts, "id"), texts(posts, "role")))
    held = {proposal.id: proposal.post for proposal in moving.held}
    codes = {
        proposal.id: "post_there_already"
        if proposal.id in held
        else "post_moves_with_ground"
        if proposal.kind == MOVES
        else "post_also_with_ground"
        for proposal in wanted
    }
    rows = []
    for number, proposal in enumerate(found, start=1):
        told = {
            "old": proposal.old,
            "share": "–" if np.isnan(proposal.share) else f"{100 * proposal.share:.0f}%",
            "day": moving.first_days.get(proposal.id, str(day)),
            "post": proposal.post,
            "role": ValueTitle(f"role.{role[proposal.post]}"),
        }
        code = codes.get(proposal.id, "post_stays_behind")
        rows.append(RejectedRow(number, proposal.id, code, proposal.new, told))
    count = len(wanted) - len(held)
    figures = {"proposed": len(found), "carried_out": count, "held_already": len(held), "files": files}
    notes = [] if found else [Message("posts_are_where_they_belong")]
    if count or (found and not held):
        notes.append(Message("posts_follow_ground", {"count": count, "day": str(day)}))
    if held:
        notes.append(Message("posts_there_already", {"count": len(held), "posts": listing(list(held.values()))}))
    return Report("followground", count, figures=figures, notes=tuple(notes), to_confirm=tuple(rows))
