"""Street-lanes put into classes for the map: by officer, by role that nobody holds, by what the officer carries, by
how long ago somebody walked them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.posts.board import AWAY
from gridmgmt_plugin.core.posts.lane_staff import CATALOGUE, LaneStaff, StaffedLane, needed_roles
from gridmgmt_plugin.core.posts.patrol_plan import LanePatrols
from gridmgmt_plugin.core.resources import load_json

BY_OFFICER, BY_MISSING, BY_LOAD, BY_WALKED = "officer", "missing", "load", "walked"
#: What a class stands for: persons, nobody, somebody gone or on leave, roles that are missing, none missing, metres.
PERSON, NOBODY, AWAY_NOW, LACKS, COMPLETE, METRES = "person", "nobody", "away", "lacks", "complete", "metres"
#: Lanes that nobody ever walked, not for more days than wanted, in time but not on every planned day, in time.
NEVER_WALKED, LONG_AGO, MISSED, IN_TIME = "never_walked", "long_ago", "missed", "in_time"


@dataclass(frozen=True)
class LaneClass:
    """Lanes of one look. ``kind``: of those above; ``words``: names, roles, the days, or the least and the greatest
    metres as text ("" for no bound); ``lanes``: codes; ``rank``: its place in the order of the kind, from 0.
    """

    kind: str
    words: tuple[str, ...]
    lanes: tuple[str, ...]
    rank: int = 0


def lane_classes(staff: LaneStaff, by: str, role: str) -> tuple[LaneClass, ...]:
    """Return the classes in the order of the legend; every lane of the day is in one of them.

    :param by: :data:`BY_OFFICER`, :data:`BY_MISSING` or :data:`BY_LOAD`.
    :param role: whose holders count; "" for everybody, and for missing roles those that every lane needs.
    """
    if by == BY_OFFICER:
        return _by_officer(staff, role)
    if by == BY_LOAD:
        return _by_load(staff, role)
    return _by_missing(staff, (role,) if role else needed_roles())


def walk_classes(patrols: Sequence[LanePatrols], day: np.datetime64, without_days: int) -> tuple[LaneClass, ...]:
    """Return the classes of how long ago lanes were walked, the worst first; every lane is in one of them.

    :param without_days: so many days may pass without a walk.
    """
    lanes: dict[str, list[str]] = {kind: [] for kind in (NEVER_WALKED, LONG_AGO, MISSED, IN_TIME)}
    since = day - np.timedelta64(without_days, "D")
    for lane in patrols:
        passed = lane.days_without(day)
        if passed is None:
            kind = NEVER_WALKED
        elif passed > without_days:
            kind = LONG_AGO
        else:
            kind = MISSED if any(np.datetime64(one) >= since for one in lane.missed) else IN_TIME
        lanes[kind].append(lane.lane)
    return tuple(LaneClass(kind, (str(without_days),), tuple(codes)) for kind, codes in lanes.items() if codes)


def _by_officer(staff: LaneStaff, role: str) -> tuple[LaneClass, ...]:
    lanes: dict[tuple[str, ...], list[str]] = defaultdict(list)
    names: dict[str, str] = {}
    for lane in staff.lanes:
        held = lane.of_role(role)
        names.update((post.person_id, post.person) for post in held)
        lanes[tuple(dict.fromkeys(post.person_id for post in held))].append(lane.code)
    nobody = lanes.pop((), [])
    order = sorted(lanes.items(), key=lambda item: (-len(item[1]), item[0]))
    found = [
        LaneClass(PERSON, tuple(names[person] for person in people), tuple(codes), rank)
        for rank, (people, codes) in enumerate(order)
    ]
    return (*found, *([LaneClass(NOBODY, (), tuple(nobody))] if nobody else ()))


def _by_missing(staff: LaneStaff, roles: tuple[str, ...]) -> tuple[LaneClass, ...]:
    lacking: dict[tuple[str, ...], list[str]] = defaultdict(list)
    away, complete = [], []
    for lane in staff.lanes:
        missing = lane.missing(roles)
        if missing:
            lacking[missing].append(lane.code)
        elif any(_is_out(lane, role) for role in roles):
            away.append(lane.code)
        else:
            complete.append(lane.code)
    order = sorted(lacking.items(), key=lambda item: (-len(item[0]), item[0]))
    found = [LaneClass(LACKS, missing, tuple(codes), rank) for rank, (missing, codes) in enumerate(order)]
    found += [LaneClass(AWAY_NOW, (), tuple(away))] if away else []
    return (*found, *([LaneClass(COMPLETE, (), tuple(complete))] if complete else ()))


def _is_out(lane: StaffedLane, role: str) -> bool:
    """Tell whether nobody who holds a role is at work."""
    return all(set(post.faults) & {AWAY, "gone"} for post in lane.of_role(role))


def _by_load(staff: LaneStaff, role: str) -> tuple[LaneClass, ...]:
    steps: list[int] = load_json(CATALOGUE)["load_steps_m"]
    carried = {load.person_id: load.length_m for load in staff.loads}
    lanes: dict[int, list[str]] = defaultdict(list)
    nobody = []
    for lane in staff.lanes:
        metres = [carried.get(post.person_id, 0.0) for post in lane.of_role(role)]
        if metres:
            lanes[bisect_left(steps, max(metres))].append(lane.code)
        else:
            nobody.append(lane.code)
    bounds = ["", *map(str, steps), ""]
    order = sorted(lanes.items())
    found = [LaneClass(METRES, (bounds[step], bounds[step + 1]), tuple(codes), step) for step, codes in order]
    return (*found, *([LaneClass(NOBODY, (), tuple(nobody))] if nobody else ()))
