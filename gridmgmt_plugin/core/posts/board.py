"""The staffing of a street office on a day: who holds which post, what is wrong with it, what each person carries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.columns import in_force, numbers, positions, table, texts
from gridmgmt_plugin.core.duty.area_tree import AreaTree
from gridmgmt_plugin.core.duty.roster import Roster, read_roster
from gridmgmt_plugin.core.duty.watch import DutyPhone, DutyPhones, Gap, week_gaps
from gridmgmt_plugin.core.lanes.lane_edit import lanes_on
from gridmgmt_plugin.core.posts.clashes import TWICE, TWO_FIRST, TWO_PLACES, find_clashes
from gridmgmt_plugin.core.rows import Rows

GRID, LANE, AREA, STATION = "responsibility_grid", "lane", "area", "station"
PLACE_TABLES = (GRID, LANE, AREA, STATION)
TABLES = ("post", "person", *PLACE_TABLES, "department")
#: What can be wrong with a line: nobody there, somebody who has left, an end without a follower, somebody on leave.
VACANT, GONE, EXPIRED, AWAY = "vacant", "gone", "expired", "away"
#: All that can be wrong, worst first.
FAULTS = (VACANT, GONE, EXPIRED, TWO_FIRST, TWICE, TWO_PLACES, AWAY)
_AREA_COLUMNS = {GRID: ("area_code",), LANE: ("managing_street_code", "street_code"), AREA: ("code",)}
_ON_LEAVE, _AT_WORK = "请假", ("", "在岗")
_Key = tuple[str, str, str]


@dataclass(frozen=True)
class Place:
    """What posts are for: ``table`` (the target), ``scheme`` of a grid, ``code``, ``name``, the area it lies in, and
    the ``level`` of an area or a station ("" for others).
    """

    table: str
    scheme: str
    code: str
    name: str
    area_code: str
    level: str = ""


@dataclass(frozen=True)
class BoardLine:
    """One post on a day, or a place without any (``post`` is "" then). ``faults``: of :data:`FAULTS`, worst first."""

    place: Place
    post: str = ""
    role: str = ""
    turn: str = ""
    person_id: str = ""
    person: str = ""
    hours: str = ""
    valid_from: str = ""
    valid_to: str = ""
    faults: tuple[str, ...] = ()


@dataclass(frozen=True)
class Load:
    """What a person carries on the day, wherever it lies. ``kinds``: keys of grid schemes, and the tables of other
    posts: more than one is 一岗多责. ``units``, ``area_m2``: of all grids; ``lane_m``: length of all lanes.
    """

    person_id: str
    person: str
    state: str
    posts: int
    kinds: tuple[str, ...]
    units: int
    area_m2: float
    lane_m: float


@dataclass(frozen=True)
class Unwatched:
    """A staffed place with hours in which nobody is on duty, and the phone that answers then (``None``: nobody)."""

    place: Place
    gaps: tuple[Gap, ...]
    phone: DutyPhone | None


@dataclass(frozen=True)
class Board:
    """``lines``: by kind of place, scheme, code and post; ``loads``: most posts first; ``unwatched``: by place."""

    day: np.datetime64
    lines: tuple[BoardLine, ...]
    loads: tuple[Load, ...]
    unwatched: tuple[Unwatched, ...]

    def count(self, fault: str) -> int:
        """Return how many lines have a fault."""
        return sum(fault in line.faults for line in self.lines)


def staffing_board(
    tables: Mapping[str, Rows], day: np.datetime64, *, office: str = "", without: Collection[str] = ()
) -> Board:
    """Return the staffing on ``day``.

    A place without a post is a vacancy only where others of its kind (scheme, level) have one: where nobody was put
    yet, staffing has not begun. A post that has ended is expired when nobody followed in its role.

    :param tables: :data:`TABLES`, geometry is not looked at; a missing one is empty.
    :param office: a street office, a community or the county; "" for everything.
    :param without: keys of grid schemes to leave out: alternatives that are only proposed.
    :raises InputError: what reading hours and dates of posts raises.
    """
    found = _Staffing(tables, day, office, without)
    places, roster, of_post = found.places, found.roster, found.of_post
    lines = found.lines()
    held_here = np.flatnonzero(found.here & found.now)
    staffed = sorted({_known(of_post[at]) for at in held_here}, key=lambda key: _order_of(places[key]))
    unwatched = _unwatched(tables, roster, [places[key] for key in staffed], day)
    return Board(day, tuple(lines), _loads(tables, roster, found.now, lines, of_post), unwatched)


def board_lines(tables: Mapping[str, Rows], day: np.datetime64) -> tuple[BoardLine, ...]:
    """Return the lines of :func:`staffing_board` alone, for those who look at nothing else.

    :raises InputError: what reading hours and dates of posts raises.
    """
    return tuple(_Staffing(tables, day, "", ()).lines())


class _Staffing:
    """Posts and places of a day, put together once. ``here``, ``now``: bool per post, of the office, in force."""

    def __init__(self, tables: Mapping[str, Rows], day: np.datetime64, office: str, without: Collection[str]) -> None:
        self.day, self.posts, self.persons = day, table(tables, "post"), table(tables, "person")
        self.roster = read_roster(self.posts, self.persons)
        self.places = board_places(tables, day, without)
        self.of_post = _places_of_posts(self.roster, self.places)
        tree = AreaTree(table(tables, "area"))
        self.inside = {key for key, at in self.places.items() if not office or tree.holds(office, at.area_code)}
        self.here = np.array([key in self.inside for key in self.of_post], dtype=bool)
        self.now = in_force(self.roster.valid_from, self.roster.valid_to, np.asarray(day))

    def lines(self) -> list[BoardLine]:
        """Return the lines in their order."""
        roster, of_post, places = self.roster, self.of_post, self.places
        faults = _faults(self.persons, self.posts, roster, self.day, self.now)
        names = dict(zip(texts(self.persons, "id"), texts(self.persons, "name")))
        held = np.flatnonzero(self.here & self.now)
        lines = [_line(self.posts, names, at, places[_known(of_post[at])], faults[at]) for at in held]
        ended = np.flatnonzero(self.here & (roster.valid_to < self.day))
        held_roles = {(of_post[at], roster.role[at]) for at in held}
        for at in _last_of_each(ended, of_post, roster):
            if (of_post[at], roster.role[at]) not in held_roles:
                lines.append(_line(self.posts, names, at, places[_known(of_post[at])], (EXPIRED,)))
        shown = {(line.place.table, line.place.scheme, line.place.code) for line in lines}
        begun = {_kind_of(places[key]) for key in of_post if key is not None}
        empty = [places[key] for key in self.inside if key not in shown]
        lines += [BoardLine(place, faults=(VACANT,)) for place in empty if _kind_of(place) in begun]
        return sorted(lines, key=_order)


def board_places(tables: Mapping[str, Rows], day: np.datetime64, without: Collection[str] = ()) -> dict[_Key, Place]:
    """Return everything that posts can be for on a day: (table, scheme, code) → place."""
    found = {}
    for name in PLACE_TABLES:
        rows = table(tables, name)
        if name == LANE:
            rows = rows.take(lanes_on(rows, day))
        scheme = texts(rows, "scheme") if name == GRID else np.full(len(rows), "", dtype=object)
        area: np.ndarray = np.full(len(rows), "", dtype=object)
        for column in _AREA_COLUMNS.get(name, ("area_code",)):
            area = np.where(area == "", texts(rows, column), area)
        columns = (scheme, texts(rows, "code"), texts(rows, "name"), area, texts(rows, "level"))
        for key, code, title, within, level in zip(*columns):
            if code and key not in without:
                found[(name, key, code)] = Place(name, key, code, title, within, level)
    return found


def _places_of_posts(roster: Roster, places: Mapping[_Key, Place]) -> list[_Key | None]:
    """Return the place of each post; one in a grid that names no scheme belongs to all and is told at the first."""
    of_any: dict[tuple[str, str], _Key] = {}
    for key in places:
        of_any.setdefault((key[0], key[2]), key)
    found: list[_Key | None] = []
    for target, scheme, code in zip(roster.target, roster.scheme, roster.target_code):
        key = (target, scheme if target == GRID else "", code)
        found.append(key if key in places else of_any.get((target, code)) if not scheme else None)
    return found


def _known(key: _Key | None) -> _Key:
    assert key is not None
    return key


def _faults(persons: Rows, posts: Rows, roster: Roster, day: np.datetime64, now: np.ndarray) -> list[tuple[str, ...]]:
    """Return what is wrong with each post that is in force, worst first."""
    state = np.append(texts(persons, "state"), "")[positions(texts(persons, "id"), roster.person_id)]
    wrong: list[set[str]] = [set() for _ in range(len(roster))]
    for at in np.flatnonzero(now).tolist():
        if roster.person_id[at] == "":
            wrong[at].add(VACANT)
        elif roster.left_on[at] < day or state[at] not in (*_AT_WORK, _ON_LEAVE):
            wrong[at].add(GONE)
        elif state[at] == _ON_LEAVE:
            wrong[at].add(AWAY)
    for clash in find_clashes(posts, roster, now):
        wrong[clash.one].add(clash.kind)
        wrong[clash.other].add(clash.kind)
    return [tuple(fault for fault in FAULTS if fault in found) for found in wrong]


def _line(posts: Rows, names: Mapping[str, str], at: int, place: Place, faults: tuple[str, ...]) -> BoardLine:
    def cell(column: str) -> str:
        value = posts[column][at] if column in posts else None
        return "" if value is None else str(value)

    times = "–".join(filter(None, (cell("start_time"), cell("end_time"))))
    hours = " ".join(filter(None, (cell("weekdays"), times)))
    return BoardLine(
        place,
        cell("id"),
        cell("role"),
        cell("turn"),
        cell("person_id"),
        names.get(cell("person_id"), ""),
        hours,
        cell("valid_from"),
        cell("valid_to"),
        faults,
    )


def _last_of_each(ended: np.ndarray, of_post: list[_Key | None], roster: Roster) -> list[int]:
    """Return of the posts that have ended the last one of each place, role and turn."""
    last: dict[tuple[_Key | None, str, str], int] = {}
    for at in ended.tolist():
        key = (of_post[at], roster.role[at], roster.turn[at])
        if key not in last or roster.valid_to[at] > roster.valid_to[last[key]]:
            last[key] = at
    return sorted(last.values())


def _loads(
    tables: Mapping[str, Rows], roster: Roster, now: np.ndarray, lines: list[BoardLine], of_post: list[_Key | None]
) -> tuple[Load, ...]:
    """Return the loads of those who hold one of the posts that are shown; all their posts count."""
    grids, lanes, persons = table(tables, GRID), table(tables, LANE), table(tables, "person")
    grid_keys = zip(texts(grids, "scheme"), texts(grids, "code"))
    of_grid = dict(zip(grid_keys, zip(numbers(grids, "unit_count"), numbers(grids, "area_m2"))))
    length = dict(zip(texts(lanes, "code"), numbers(lanes, "length_m")))
    named = dict(zip(texts(persons, "id"), zip(texts(persons, "name"), texts(persons, "state"))))
    held: dict[str, list[int]] = defaultdict(list)
    wanted = {line.person_id for line in lines if line.person_id and EXPIRED not in line.faults}
    for at in np.flatnonzero(now).tolist():
        if roster.person_id[at] in wanted and of_post[at] is not None:
            held[roster.person_id[at]].append(at)
    loads = []
    for person, posts in held.items():
        keys = {_known(of_post[at]) for at in posts}
        kinds = tuple(sorted({key[1] if key[0] == GRID else key[0] for key in keys}))
        ground = [of_grid.get((key[1], key[2]), (np.nan, np.nan)) for key in keys if key[0] == GRID]
        lane_m = float(np.nansum([length.get(key[2], np.nan) for key in keys if key[0] == LANE]))
        units, area_m2 = (float(np.nansum([pair[part] for pair in ground])) for part in (0, 1))
        name, state = named.get(person, (person, ""))
        loads.append(Load(person, name, state, len(posts), kinds, int(units), area_m2, lane_m))
    return tuple(sorted(loads, key=lambda load: (-load.posts, -load.area_m2, load.person_id)))


def _unwatched(
    tables: Mapping[str, Rows], roster: Roster, places: list[Place], day: np.datetime64
) -> tuple[Unwatched, ...]:
    """Return the places with hours in which nobody is on duty, by the posts of the day."""
    phones = DutyPhones(tables)
    found: dict[_Key, Unwatched] = {}
    for name, scheme in sorted({(place.table, place.scheme) for place in places}):
        some = [place for place in places if (place.table, place.scheme) == (name, scheme)]
        for place, gaps in zip(some, week_gaps(roster, name, [place.code for place in some], day, scheme=scheme)):
            if gaps:
                own = phones.of_station(place.code, place.area_code, day) if name == STATION else None
                found[(name, scheme, place.code)] = Unwatched(
                    place, gaps, own or phones.of_area(place.area_code, day)
                )
    keys = [(place.table, place.scheme, place.code) for place in places]
    return tuple(found[key] for key in keys if key in found)


def _kind_of(place: Place) -> tuple[str, str, str]:
    return place.table, place.scheme, place.level


def _order_of(place: Place) -> tuple[int, str, str]:
    return PLACE_TABLES.index(place.table), place.scheme, place.code


def _order(line: BoardLine) -> tuple[int, str, str, str]:
    return (*_order_of(line.place), line.post)
