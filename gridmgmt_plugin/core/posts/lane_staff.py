"""The officers of street-lanes (街巷长) on a day: who holds which role where, and what each of them carries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.codes.area_chains import KnownAreas
from gridmgmt_plugin.core.columns import as_texts, days, in_force, numbers, table, texts
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.lanes.lane_edit import lanes_during, lanes_on
from gridmgmt_plugin.core.lanes.lane_homes import lane_homes
from gridmgmt_plugin.core.lanes.names import normalise_name
from gridmgmt_plugin.core.lanes.sections import LaneAlong, gaps, house_number, stretches
from gridmgmt_plugin.core.posts.board import EXPIRED, LANE, board_lines
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.value_lists import lane_roles

CATALOGUE = "catalogues/lane_officers.json"
TABLES = ("post", "person", "lane", "lane_area", "area")


@dataclass(frozen=True)
class OfficerPost:
    """A post at a lane. ``section``: where it begins and ends, "" for the whole. ``faults``: as on the board."""

    post: str
    lane: str
    role: str
    person_id: str
    person: str
    section: tuple[str, str]
    letter_no: str
    signed_on: str
    valid_from: str
    valid_to: str
    faults: tuple[str, ...]


@dataclass(frozen=True)
class StaffedLane:
    """A lane that is there on the day. ``office``: the street office that manages it; ``home``: the community with
    most of it. ``posts``: those in force on the day; ``expired``: those that ran out without a follower.
    """

    code: str
    name: str
    office: str
    home: str
    length_m: float
    households: int
    posts: tuple[OfficerPost, ...]
    expired: tuple[OfficerPost, ...]

    def missing(self, roles: Sequence[str]) -> tuple[str, ...]:
        """Return which of the roles nobody holds."""
        held = {post.role for post in self.posts if post.person_id}
        return tuple(role for role in roles if role not in held)

    def of_role(self, role: str) -> tuple[OfficerPost, ...]:
        """Return who holds a role, in the order of the posts; "" for all roles."""
        return tuple(post for post in self.posts if post.person_id and role in ("", post.role))


@dataclass(frozen=True)
class OfficerLoad:
    """What one officer carries on the day. ``lanes``: codes; ``length_m``: of lanes, or of sections where they
    can be told; ``cases``: on these lanes in the period that was asked for.
    """

    person_id: str
    person: str
    state: str
    roles: tuple[str, ...]
    lanes: tuple[str, ...]
    length_m: float
    households: int
    cases: int


@dataclass(frozen=True)
class LaneStaff:
    """``lanes``: by code; ``loads``: most metres first; ``adrift``: posts in force at lanes that are no more."""

    day: np.datetime64
    lanes: tuple[StaffedLane, ...]
    loads: tuple[OfficerLoad, ...]
    adrift: tuple[OfficerPost, ...]


def needed_roles() -> tuple[str, ...]:
    """Return the roles without which a lane is not staffed."""
    return tuple(load_json(CATALOGUE)["needed"])


def lanes_held_by_area(
    tables: Mapping[str, Rows], area: str, day: np.datetime64, last: np.datetime64 | None = None
) -> tuple[str, ...]:
    """Return the codes of the lanes that an area holds on a day, or on some day from it to ``last``: of a community
    those that are most of all in it, of a street office those that it manages, of the county and of "" all. Each lane
    is held once; what merely runs through, see :func:`.core.lanes.lane_homes.lanes_through_areas`.

    :raises InputError: ``scope_unknown`` for an area that is not there, ``scope_not_in_force`` for one that had ended
        by then or only begins later.
    """
    lanes, end = table(tables, LANE), day if last is None else last
    lanes = lanes.take(lanes_during(lanes, day, end))
    return tuple(sorted(texts(lanes, "code")[_inside(tables, lanes, area, (day, end))].tolist()))


def lane_staff(
    tables: Mapping[str, Rows],
    day: np.datetime64,
    *,
    area: str = "",
    cases: Rows | None = None,
    period: tuple[np.datetime64, np.datetime64] | None = None,
) -> LaneStaff:
    """Return the officers of the lanes on ``day``.

    :param tables: :data:`TABLES`; geometry is not looked at, a missing one is empty.
    :param area: a street office or a community; "" for everything.
    :param cases: ``lane_code`` and ``reported_at``; those of ``period``, both days included, are counted.
    :raises InputError: ``scope_unknown`` for an area that is not there, ``scope_not_in_force`` for one that is not on
        that day, and what reading hours and dates of posts raises.
    """
    lanes, posts = table(tables, LANE), table(tables, "post")
    there = lanes.take(lanes_on(lanes, day))
    posts = posts.take(texts(posts, "target") == LANE)
    held: dict[str, list[OfficerPost]] = defaultdict(list)
    for post in _officers(posts, tables, there, day):
        held[post.lane].append(post)
    inside = _inside(tables, there, area, (day, day))
    staffed = _lanes(tables, there.take(inside), held)
    counted = _cases(cases, period)
    drift = _adrift(posts, table(tables, "person"), set(texts(there, "code").tolist()), day)
    return LaneStaff(day, staffed, _loads(table(tables, "person"), there, staffed, counted), drift)


def _managing(lanes: Rows) -> np.ndarray:
    managing = texts(lanes, "managing_street_code")
    return np.where(managing == "", texts(lanes, "street_code"), managing)


def _homes(tables: Mapping[str, Rows], lanes: Rows) -> list[str]:
    if not len(lanes):
        return []
    return [str(home) for home in as_texts(lane_homes(lanes, table(tables, "lane_area"), table(tables, "area")))]


def _inside(
    tables: Mapping[str, Rows], lanes: Rows, area: str, span: tuple[np.datetime64, np.datetime64]
) -> np.ndarray:
    """Tell which lanes an area has that is in force on some day of the span: bool (n,).

    :raises InputError: ``scope_unknown``, ``scope_not_in_force``.
    """
    areas = table(tables, "area")
    codes = texts(areas, "code").tolist()
    area = KnownAreas(codes).stored(area)
    level = dict(zip(codes, texts(areas, "level").tolist())).get(area, "")
    if area and not level:
        raise InputError("scope_unknown", scope=area)
    if area:
        _refuse_ended(areas.take(texts(areas, "code") == area), area, span)
    if not area or level == "county":
        return np.ones(len(lanes), dtype=bool)
    if level == "community":
        return np.array([home == area for home in _homes(tables, lanes)], dtype=bool)
    return np.asarray(_managing(lanes) == area)


def _refuse_ended(rows: Rows, area: str, span: tuple[np.datetime64, np.datetime64]) -> None:
    """Refuse an area, of which these are the rows, that is in force on no day of the span.

    :raises InputError: ``scope_not_in_force``.
    """
    begins, ends = days(rows, "valid_from"), days(rows, "valid_to")
    there = (np.isnat(begins) | (begins <= span[1])) & (np.isnat(ends) | (ends >= span[0]))
    if not there.any():
        name = str(texts(rows, "name")[0] or area)
        first, last = ("–" if np.isnat(one[0]) else str(one[0]) for one in (begins, ends))
        raise InputError("scope_not_in_force", name=name, scope=area, day=str(span[0]), begins=first, ends=last)


def _officers(posts: Rows, tables: Mapping[str, Rows], lanes: Rows, day: np.datetime64) -> Iterator[OfficerPost]:
    """Yield the posts of the day, and those that ran out, as the staffing board has them."""
    row_of = dict(zip(texts(posts, "id").tolist(), range(len(posts))))
    names = ("section_from", "section_to", "task_letter_no", "signed_on")
    start, end, letter, signed = (list(map(str, texts(posts, name))) for name in names)
    for line in board_lines({"post": posts, "person": table(tables, "person"), LANE: lanes}, day):
        if line.post:
            at = row_of[line.post]
            who = line.person_id, line.person or line.person_id
            section, dates = (start[at], end[at]), (line.valid_from, line.valid_to)
            papers = letter[at], signed[at]
            yield OfficerPost(line.post, line.place.code, line.role, *who, section, *papers, *dates, line.faults)


def _lanes(
    tables: Mapping[str, Rows], lanes: Rows, held: Mapping[str, Sequence[OfficerPost]]
) -> tuple[StaffedLane, ...]:
    length_m, households = (np.nan_to_num(numbers(lanes, name)) for name in ("length_m", "households"))
    columns = (texts(lanes, "code"), texts(lanes, "name"), _managing(lanes), _homes(tables, lanes))
    found = []
    for code, name, office, home, metres, count in zip(*columns, length_m.tolist(), households.tolist()):
        posts = held.get(code, ())
        now = tuple(post for post in posts if EXPIRED not in post.faults)
        over = tuple(post for post in posts if EXPIRED in post.faults)
        found.append(StaffedLane(code, name, office, home, metres, int(count), now, over))
    return tuple(sorted(found, key=lambda lane: lane.code))


def _cases(cases: Rows | None, period: tuple[np.datetime64, np.datetime64] | None) -> Mapping[str, int]:
    """Return lane → number of cases of the period."""
    if cases is None or not len(cases):
        return {}
    lanes = texts(cases, "lane_code")
    if period is not None:
        reported = days(cases, "reported_at")
        lanes = lanes[(reported >= period[0]) & (reported <= period[1])]
    return Counter(lane for lane in lanes.tolist() if lane)


def _loads(
    persons: Rows, lanes: Rows, staffed: Sequence[StaffedLane], cases: Mapping[str, int]
) -> tuple[OfficerLoad, ...]:
    """Return the loads of those who hold a post at one of the lanes; most metres first."""
    along = _lanes_along(lanes)
    name_of = dict(zip(texts(persons, "id").tolist(), texts(persons, "name").tolist()))
    state_of = dict(zip(texts(persons, "id").tolist(), texts(persons, "state").tolist()))
    mine: dict[str, list[tuple[StaffedLane, OfficerPost]]] = defaultdict(list)
    for lane in staffed:
        for post in lane.posts:
            if post.person_id:
                mine[post.person_id].append((lane, post))
    found = []
    for person, held in mine.items():
        of_lane = {lane.code: lane for lane, _ in held}
        sections: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for lane, post in held:
            sections[lane.code].append(post.section)
        found.append(
            OfficerLoad(
                person,
                name_of.get(person, person),
                state_of.get(person, ""),
                tuple(role for role in lane_roles() if any(post.role == role for _, post in held)),
                tuple(of_lane),
                sum(_metres(lane, sections[code], along[code]) for code, lane in of_lane.items()),
                sum(lane.households for lane in of_lane.values()),
                sum(cases.get(code, 0) for code in of_lane),
            )
        )
    return tuple(sorted(found, key=lambda load: (-load.length_m, load.person_id)))


def _lanes_along(lanes: Rows) -> Mapping[str, LaneAlong]:
    """Return how sections of each lane can be told without its drawing: by its ends, metres and house numbers."""
    names = ("code", "from_place", "to_place", "house_no_min", "house_no_max")
    length_m = np.nan_to_num(numbers(lanes, "length_m")).tolist()
    found = {}
    for code, first, last, least, most, metres in zip(*(texts(lanes, name) for name in names), length_m):
        ends = {normalise_name(first): 0.0, normalise_name(last): metres} if first != last else {}
        numbered = house_number(least), house_number(most)
        houses = None if numbered[0] is None or numbered[1] is None else (numbered[0], numbered[1])
        found[str(code)] = LaneAlong(metres, ends, houses)
    return found


def _metres(lane: StaffedLane, sections: Sequence[tuple[str, str]], along: LaneAlong) -> float:
    """Return how many metres of a lane sections are together, each metre once; all of it where they cannot tell."""
    parts = stretches(sections, along) if all(map(any, sections)) else None
    if parts is None:
        return lane.length_m
    return lane.length_m - sum(last_m - first_m for first_m, last_m in gaps(parts, lane.length_m, 0.0))


def _adrift(posts: Rows, persons: Rows, there: Collection[str], day: np.datetime64) -> tuple[OfficerPost, ...]:
    """Return the posts in force at lanes that are not there on the day."""
    now = in_force(days(posts, "valid_from"), days(posts, "valid_to"), np.asarray(day))
    lost = now & ~np.isin(texts(posts, "target_code").astype(str), sorted(there))
    left = posts.take(lost)
    names = dict(zip(texts(persons, "id").tolist(), texts(persons, "name").tolist()))
    columns = ("id", "target_code", "role", "person_id", "valid_from", "valid_to")
    found = []
    for key, lane, role, person, first, last in zip(*(texts(left, name).tolist() for name in columns)):
        found.append(
            OfficerPost(key, lane, role, person, names.get(person, person), ("", ""), "", "", first, last, ())
        )
    return tuple(found)
