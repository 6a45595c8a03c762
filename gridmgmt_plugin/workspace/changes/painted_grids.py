"""What painting did to the responsibility grids themselves: new ones are entered, merged ones end.

All other grids follow from their unit grids (:mod:`~.grid_outlines`); one that merely lost all its unit grids stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.codes.register import CodeRegister
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.responsibility.outlines import summed_grids
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.unit_grids.assignments import GroundShare, heirs_of_groups
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.change_log import row_lines
from gridmgmt_plugin.workspace.changes.followers import void_exemptions
from gridmgmt_plugin.workspace.changes.following_posts import FollowedPosts, following_posts
from gridmgmt_plugin.workspace.changes.gestures import GridStep
from gridmgmt_plugin.workspace.changes.row_reading import read_any
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.changes.touched_cells import TouchedCells
from gridmgmt_plugin.workspace.register_store import RegisterStore
from gridmgmt_plugin.workspace.schema import scheme_column
from gridmgmt_plugin.workspace.transaction import Transaction
from gridmgmt_plugin.workspace.workspace import Workspace

_TABLE = "responsibility_grid"
_MERGED = "merged"


@dataclass(frozen=True, eq=False)
class PaintedGrids:
    """``touched``: the unit grids with the codes under which new grids are stored. ``codes``: scheme's column and
    code of every grid that is entered or ends. ``parts``: what is written for them. ``notes``: what to tell.
    """

    touched: TouchedCells
    codes: frozenset[tuple[str, str]] = frozenset()
    parts: tuple[TableChange, ...] = ()
    notes: tuple[Message, ...] = ()

    def log(self, transaction: Transaction, act: Act) -> None:
        """Write the lines of the change log."""
        for part in self.parts:
            if part.table != "code_register":
                transaction.append("change_log", row_lines(part, act.gesture, act.at, act.by))


def paint_grids(
    workspace: Workspace, touched: TouchedCells, steps: Iterable[GridStep], act: Act, language: str
) -> PaintedGrids:
    """Work out which grids the standing strokes made and ended. Call it in the transaction that holds the tables.

    A number that somebody else took meanwhile is replaced by the next free one. A grid ends when no unit grid is left
    in it: its code goes back or is retired in favour of those that hold its ground, and its posts follow the ground.

    :param language: of the names that new grids get.
    :raises InputError: ``code_sequence_full``.
    """
    by_scheme: dict[str, list[GridStep]] = {}
    for step in steps:
        by_scheme.setdefault(step.scheme, []).append(step)
    painted = PaintedGrids(touched)
    for scheme, its_steps in by_scheme.items():
        painted = _paint_scheme(workspace, painted, scheme, its_steps, act, language)
    return painted


def _paint_scheme(
    workspace: Workspace, painted: PaintedGrids, scheme: str, steps: Sequence[GridStep], act: Act, language: str
) -> PaintedGrids:
    column, touched = scheme_column(scheme), painted.touched
    if column not in touched.after:
        return painted
    wanted = dict(pair for step in steps for pair in step.made)
    ended = {code for step in steps for code in step.ended}
    if not wanted and not ended:
        return painted
    store = RegisterStore(workspace, workspace.info.responsibility_layout, column)
    stored = workspace.read(_TABLE, where={"scheme": scheme})
    known = set(stored["code"])
    touched, made = _numbered(touched, column, wanted, store.register, known, act)
    rows = _new_rows(workspace, touched, column, scheme, made, store.register, language)
    gone = sorted(code for code in ended & known if not _is_held(workspace, touched, column, code))
    shares = {**_heirs_by_gesture(workspace, touched, column, steps, gone), **_heirs(touched, column, gone)}
    gone = [code for code in gone if code in shares or not _has_posts(workspace, scheme, code)]
    for code in gone:
        if store.register.state(code) is not None:
            store.register.withdraw(code, _MERGED, [share.code for share in shares.get(code, ())], act.at, act.by)
    followed = following_posts(workspace, scheme, set(gone), shares)
    before, after, added, removed = store.rows()
    parts = (
        TableChange(_TABLE, deleted=stored.take(np.isin(stored["code"], gone)), inserted=rows),
        TableChange("code_register", before=before, updated=after, inserted=added, deleted=removed),
        followed.change,
        void_exemptions(workspace, gone),
    )
    return PaintedGrids(
        touched,
        painted.codes | {(column, code) for code in [*made, *gone]},
        (*painted.parts, *(part for part in parts if part)),
        (*painted.notes, *_notes(sorted(made), gone, followed)),
    )


def _numbered(
    touched: TouchedCells,
    column: str,
    wanted: dict[str, str],
    register: CodeRegister,
    known: set[str],
    act: Act,
) -> tuple[TouchedCells, dict[str, str]]:
    """Enter the codes of new grids that have unit grids; return code → area of these."""
    codes = touched.after[column].copy()
    register.keep_off(known)
    made: dict[str, str] = {}
    for code, area in sorted(wanted.items()):
        mine = np.array([value == code for value in codes], dtype=bool)
        if not mine.any():
            continue
        final = code
        if code in register or code in known:
            prefix = register.layout.prefix_for_area(area)
            final = register.allocate(prefix, 1, at=act.at, by=act.by)[0]
            codes[mine] = final
        else:
            register.claim([code], at=act.at, by=act.by)
        made[final] = area
    return replace(touched, after=touched.after.with_columns(**{column: codes})), made


def _new_rows(
    workspace: Workspace,
    touched: TouchedCells,
    column: str,
    scheme: str,
    made: dict[str, str],
    register: CodeRegister,
    language: str,
) -> Rows:
    codes = sorted(made)
    summed = summed_grids(touched.after.shapes, touched.after[column], codes)
    areas = workspace.read("area", ["code", "name"], {"code": sorted(set(made.values()))}, geometry=False)
    titles = dict(zip(areas["code"], areas["name"]))
    names = (
        Message(
            "responsibility_grid_name",
            {"area": titles.get(made[code]) or made[code], "number": register.layout.parse(code).sequence},
        ).text(language)
        for code in codes
    )
    return Rows(
        {
            "scheme": as_column([scheme] * len(codes)),
            "code": as_column(codes),
            "name": as_column(names),
            "area_code": as_column(made[code] for code in codes),
            "expected_parts": as_column([1] * len(codes)),
            "unit_count": summed.unit_count,
            "area_m2": summed.area_m2,
            "state": as_column(["draft"] * len(codes)),
            "valid_from": as_column([clock.today().isoformat()] * len(codes)),
        },
        summed.outline,
    )


def _is_held(workspace: Workspace, touched: TouchedCells, column: str, code: str) -> bool:
    """Tell whether a unit grid is in a grid after the change."""
    if (touched.after[column] == code).any():
        return True
    members = read_any(workspace, "unit_grid", column, [code], [column], geometry=False)
    return not np.isin(members.fids, touched.before.fids).all()


def _heirs(touched: TouchedCells, column: str, gone: Sequence[str]) -> dict[str, tuple[GroundShare, ...]]:
    stays = touched.origin >= 0
    before = touched.before[column][touched.origin[stays]]
    before = as_column(code if code in gone else None for code in before)
    return heirs_of_groups(before, touched.after[column][stays], touched.after["area_m2"][stays])


def _heirs_by_gesture(
    workspace: Workspace, touched: TouchedCells, column: str, steps: Sequence[GridStep], gone: Sequence[str]
) -> dict[str, tuple[GroundShare, ...]]:
    """Return who took grids without a stored unit grid: who has the unit grids that were merged away now."""
    found = {}
    for code in gone:
        units = sorted({unit for step in steps if code in step.ended for unit in step.units})
        stored = read_any(workspace, "unit_grid", "code", units, ["code", column], geometry=False)
        now = {**dict(zip(stored["code"], stored[column])), **dict(zip(touched.after["code"], touched.after[column]))}
        takers = Counter(now[unit] for unit in units if now.get(unit) is not None and now[unit] not in gone)
        if takers:
            order = sorted(takers, key=lambda taker: (-takers[taker], taker))
            found[code] = tuple(GroundShare(taker, takers[taker] / sum(takers.values())) for taker in order)
    return found


def _has_posts(workspace: Workspace, scheme: str, code: str) -> bool:
    """Tell whether somebody would be left at a grid that ends; nobody knows whose ground it was then, so it stays."""
    posts = workspace.read("post", ["target_code", "valid_to"], {"scheme": scheme, "target": _TABLE}, geometry=False)
    today = clock.today().isoformat()
    rows = zip(posts["target_code"], posts["valid_to"])
    return any(at == code and (end is None or end >= today) for at, end in rows)


def _notes(made: Sequence[str], gone: Sequence[str], followed: FollowedPosts) -> list[Message]:
    notes = []
    if made:
        notes.append(Message("save_grids_made", {"count": len(made), "codes": listing(made)}))
    if gone:
        notes.append(Message("save_grids_ended", {"count": len(gone), "codes": listing(gone)}))
    return [*notes, *followed.notes]
