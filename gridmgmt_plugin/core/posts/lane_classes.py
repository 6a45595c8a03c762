"""Street-lanes put into classes for the map: by officer, by role that nobody holds, by what the officer carries."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass

from gridmgmt_plugin.core.posts.board import AWAY
from gridmgmt_plugin.core.posts.lane_staff import CATALOGUE, LaneStaff, StaffedLane, needed_roles
from gridmgmt_plugin.core.resources import load_json

BY_OFFICER, BY_MISSING, BY_LOAD = "officer", "missing", "load"
#: What a class stands for: persons, nobody, somebody gone or on leave, roles that are missing, none missing, metres.
PERSON, NOBODY, AWAY_NOW, LACKS, COMPLETE, METRES = "person", "nobody", "away", "lacks", "complete", "metres"


@dataclass(frozen=True)
class LaneClass:
    """Lanes of one look. ``kind``: of those above; ``words``: names, roles, or the least and the greatest metres as
    text ("" for no bound); ``lanes``: codes; ``rank``: its place in the order of the kind, from 0.
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
