"""Officers of street-lanes in words: rows for the lists of lanes and of persons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gridmgmt_plugin.core.posts.board import AWAY
from gridmgmt_plugin.core.posts.fault_words import fault_words
from gridmgmt_plugin.core.posts.lane_staff import LaneStaff, OfficerLoad, OfficerPost, StaffedLane, needed_roles
from gridmgmt_plugin.core.value_lists import ROLE, value_label
from gridmgmt_plugin.gui.people.model import Row
from gridmgmt_plugin.project.i18n import language, tr, translatable

LANE_HEADINGS = (
    translatable("Lane"),
    translatable("Code"),
    translatable("Length in m"),
    translatable("Officers"),
    translatable("Task letters"),
    translatable("What is wrong"),
)
LOAD_HEADINGS = (
    translatable("Person"),
    translatable("Lanes"),
    translatable("Length in m"),
    translatable("Households"),
    translatable("Cases"),
    translatable("Cases per 100 m"),
    translatable("Roles"),
)
_NOBODY = ("", "")


def lane_rows(staff: LaneStaff) -> list[Row]:
    """Return a row for each lane."""
    return [_lane(lane) for lane in staff.lanes]


def load_rows(staff: LaneStaff, persons: Sequence[tuple[str, str]]) -> list[Row]:
    """Return a row for each officer, and for each other person (id, name) who can be made one."""
    known = {load.person_id for load in staff.loads}
    others = [OfficerLoad(key, name, "", (), (), 0.0, 0, 0) for key, name in persons if key not in known]
    return [_load(load) for load in (*staff.loads, *others)]


def _lane(lane: StaffedLane) -> Row:
    missing = lane.missing(needed_roles())
    faults = tuple(dict.fromkeys(fault for post in lane.posts for fault in post.faults))
    words = [fault_words(faults, language())] if faults else []
    if missing:
        roles = tr(", ").join(value_label(ROLE, role, language()) for role in missing)
        words.append(tr("without: {roles}").format(roles=roles))
    letters = [post.letter_no for post in lane.posts if post.letter_no]
    cells = (
        lane.name or lane.code,
        lane.code,
        f"{lane.length_m:,.0f}",
        tr("; ").join(map(_held, lane.posts)),
        tr(", ").join(letters),
        tr(", ").join(words),
    )
    tone = 2 if missing or set(faults) - {AWAY} else 1 if faults else 0
    return Row(cells, (cells[0], lane.code, lane.length_m, *cells[3:]), _NOBODY, tone, lane)


def _held(post: OfficerPost) -> str:
    role = value_label(ROLE, post.role, language()) if post.role else ""
    section = "–".join(post.section) if any(post.section) else ""
    name = post.person or tr("nobody")
    return " ".join(filter(None, (role, name, f"({section})" if section else "")))


def _load(load: OfficerLoad) -> Row:
    rate = 100.0 * load.cases / load.length_m if load.length_m else 0.0
    roles = tr(", ").join(value_label(ROLE, role, language()) for role in load.roles)
    cells = (
        f"{load.person}  {load.person_id}",
        str(len(load.lanes) or ""),
        f"{load.length_m:,.0f}" if load.length_m else "",
        f"{load.households:,}" if load.households else "",
        str(load.cases or ""),
        f"{rate:.2f}" if load.cases else "",
        roles,
    )
    order = (load.person, len(load.lanes), load.length_m, load.households, load.cases, rate, roles)
    return Row(cells, order, (load.person_id, load.person), 0, load)


def runs(rows: Iterable[int]) -> list[tuple[int, int]]:
    """Return rows as (first, last) of those that lie next to each other; rows that are not shown (−1) stay away."""
    runs: list[tuple[int, int]] = []
    for row in sorted(row for row in rows if row >= 0):
        if runs and runs[-1][1] == row - 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return runs
