"""Patrols of street-lanes: a council's rota shared out evenly, and what was planned but not walked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.columns import days, in_force, table, texts
from gridmgmt_plugin.core.lanes.lane_edit import lanes_on
from gridmgmt_plugin.core.posts.board import LANE
from gridmgmt_plugin.core.rows import Rows

# How far back walks count, so that those who walked more for the last weeks walk less now.
_LOOKED_BACK = np.timedelta64(28, "D")


@dataclass(frozen=True)
class PlannedWalk:
    """One lane on one day, and who walks it."""

    lane: str
    day: np.datetime64
    person_id: str


@dataclass(frozen=True)
class LanePatrols:
    """What is known of the patrols of a lane by a day. ``last``: the last day on which somebody walked it, not-a-time
    for never, and ``last_by`` who did; ``planned``, ``missed``: days planned up to the day, and those of them on
    which nobody walked it. ``rota``: who is planned on the day; ``next_on``, ``next_by``: the first planned day after
    it. Persons by id.
    """

    lane: str
    last: np.datetime64
    planned: int
    missed: tuple[str, ...]
    last_by: tuple[str, ...] = ()
    rota: tuple[str, ...] = ()
    next_on: str = ""
    next_by: tuple[str, ...] = ()

    def days_without(self, day: np.datetime64) -> int | None:
        """Return how many days before a day somebody walked it last, ``None`` for never."""
        return None if np.isnat(self.last) else int((day - self.last).astype(np.int64))


def council_rota(
    tables: Mapping[str, Rows],
    lanes: Sequence[str],
    span: tuple[np.datetime64, np.datetime64],
    weekdays: int,
    roles: Sequence[str],
) -> tuple[tuple[PlannedWalk, ...], tuple[str, ...]]:
    """Return who walks which lane on which day, and the lanes that have no walker on some day of the span.

    On each day each lane that is not planned yet gets one of those who hold one of the roles there on that day: who
    walks fewest lanes that day, then who walked least so far, then who has not walked this lane the longest, then the
    smaller id. So over weeks all walk equally often as far as their lanes allow, also when each week is planned by
    itself: what was planned for the four weeks before the span, and is for days in it, counts too. Who joins has to
    make up for nothing: he or she begins with as many walks as the one with fewest of those who share a lane.

    :param tables: ``post``, ``person``, ``lane``, ``patrol``. ``span``: first and last day. ``weekdays``: bit mask,
        Monday is 1.
    """
    walkers = _Walkers(tables, roles)
    planned = _Planned(table(tables, "patrol"), span)
    total, last_on = planned.total, planned.last_on
    walkers.let_join(total, planned.before, span[0])
    found: list[PlannedWalk] = []
    bare: dict[str, None] = {}
    standing = table(tables, LANE)
    for day in np.arange(span[0], span[1] + np.timedelta64(1, "D")):
        walkers.level(total, day)
        if not weekdays >> (int(day.astype(np.int64)) + 3) % 7 & 1:
            continue
        there = set(texts(standing, "code")[lanes_on(standing, day)].tolist())
        today = planned.busy[str(day)]
        able = walkers.on(day)
        # A lane with few to choose from chooses first.
        for lane in sorted(lanes, key=lambda code: (len(able.get(code, ())), code)):
            if lane not in there or (lane, str(day)) in planned.done:
                continue
            choice = [
                (today[person], total[person], last_on[(person, lane)], person) for person in able.get(lane, ())
            ]
            if not choice:
                bare[lane] = None
                continue
            person = min(choice)[3]
            today[person] += 1
            total[person] += 1
            last_on[(person, lane)] = int(day.astype(np.int64))
            found.append(PlannedWalk(lane, day, person))
    return tuple(found), tuple(bare)


def lane_patrols(patrols: Rows, lanes: Sequence[str], day: np.datetime64) -> tuple[LanePatrols, ...]:
    """Return for each lane what is known of its patrols by a day, in the order of the lanes.

    A planned day counts as walked when somebody walked the lane on it, whoever was to do it.
    """
    mine = patrols.take(texts(patrols, "target") == LANE) if len(patrols) else patrols
    codes, people = texts(mine, "target_code"), texts(mine, "person_id")
    planned_on, walked_on = days(mine, "planned_on"), days(mine, "patrolled_at")
    planned: dict[str, dict[np.datetime64, set[str]]] = defaultdict(lambda: defaultdict(set))
    walked: dict[str, dict[np.datetime64, set[str]]] = defaultdict(lambda: defaultdict(set))
    for code, person, plan, walk in zip(codes.tolist(), people.tolist(), planned_on, walked_on):
        if not np.isnat(plan):
            planned[code][plan].add(person)
        if walk <= day:  # a missing day compares as false
            walked[code][walk].add(person)
    found = []
    for lane in lanes:
        plans, walks = planned[lane], walked[lane]
        due = {plan for plan in plans if plan <= day}
        last = max(walks, default=np.datetime64("NaT", "D"))
        later = min((plan for plan in plans if plan > day), default=None)
        found.append(
            LanePatrols(
                lane,
                last,
                len(due),
                tuple(str(one) for one in sorted(due - set(walks))),
                _people(walks.get(last, ())),
                _people(plans.get(day, ())),
                "" if later is None else str(later),
                () if later is None else _people(plans[later]),
            )
        )
    return tuple(found)


def _people(people: Collection[str]) -> tuple[str, ...]:
    return tuple(sorted(person for person in people if person))


class _Walkers:
    """Who can walk which lane on a day."""

    def __init__(self, tables: Mapping[str, Rows], roles: Sequence[str]) -> None:
        posts, persons = table(tables, "post"), table(tables, "person")
        wanted = (texts(posts, "target") == LANE) & np.isin(texts(posts, "role").astype(str), list(roles))
        self._posts = posts.take(wanted & (texts(posts, "person_id") != ""))
        self._lane, self._person = texts(self._posts, "target_code"), texts(self._posts, "person_id")
        self._first, self._last = days(self._posts, "valid_from"), days(self._posts, "valid_to")
        gone = np.isin(texts(persons, "state").astype(str), ("离岗", "退休"))
        left = dict(zip(texts(persons, "id").tolist(), days(persons, "left_on")))
        never = np.datetime64("NaT", "D")
        self._gone = set(texts(persons, "id")[gone & np.isnat(days(persons, "left_on"))].tolist())
        self._left = np.array([left.get(person, never) for person in self._person], dtype="datetime64[D]")

    def let_join(self, total: dict[str, int], before: Mapping[str, Mapping[str, int]], first: np.datetime64) -> None:
        """Count the walks of the days that are looked back at, and let those join who began in them.

        :param total: walks of each person; what was planned before is added. ``before``: day → walks of each.
        :param first: the day up to which is counted, itself left out.
        """
        for day in np.arange(first - _LOOKED_BACK, first):
            self.level(total, day)
            for person, count in before.get(str(day), {}).items():
                total[person] += count

    def level(self, total: dict[str, int], day: np.datetime64) -> None:
        """Give who begins on a day as many walks as the one with fewest of those beside whom he or she walks."""
        beginning = set(self._person[self._first == day].tolist()) - set(self._person[self._stood(day)].tolist())
        if not beginning:
            return
        beside: dict[str, set[str]] = {person: set() for person in beginning}
        for people in self.on(day).values():
            for person in beginning & set(people):
                beside[person].update(set(people) - beginning)
        for person, others in beside.items():
            if others:
                total[person] = max(total[person], min(total[other] for other in others))

    def _stood(self, day: np.datetime64) -> np.ndarray:
        """Tell which posts were in force on the eve of a day."""
        return in_force(self._first, self._last, np.asarray(day - np.timedelta64(1, "D")))

    def on(self, day: np.datetime64) -> Mapping[str, tuple[str, ...]]:
        """Return lane → persons, by id."""
        now = in_force(self._first, self._last, np.asarray(day)) & (np.isnat(self._left) | (self._left >= day))
        found: dict[str, set[str]] = defaultdict(set)
        for at in np.flatnonzero(now).tolist():
            if self._person[at] not in self._gone:
                found[self._lane[at]].add(self._person[at])
        return {lane: tuple(sorted(people)) for lane, people in found.items()}


class _Planned:
    """What is planned around a span. ``done``: lane and day; ``total``: walks of each person; ``last_on``: person and
    lane → day since 1970, before the span; ``busy``, ``before``: day in the span, or before it, → walks of each
    person on it; ``total`` has only those in it.
    """

    def __init__(self, patrols: Rows, span: tuple[np.datetime64, np.datetime64]) -> None:
        self.done: set[tuple[str, str]] = set()
        self.total: dict[str, int] = defaultdict(int)
        self.last_on: dict[tuple[str, str], int] = defaultdict(lambda: -1)
        self.busy: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self.before: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        codes, people = texts(patrols, "target_code"), texts(patrols, "person_id")
        planned = days(patrols, "planned_on")
        near = (texts(patrols, "target") == LANE) & (planned >= span[0] - _LOOKED_BACK) & (planned <= span[1])
        for at in np.flatnonzero(near).tolist():
            day, person, lane = planned[at], people[at], codes[at]
            self.done.add((lane, str(day)))
            if day < span[0]:
                self.before[str(day)][person] += 1
                known = self.last_on[(person, lane)]
                self.last_on[(person, lane)] = max(known, int(day.astype(np.int64)))
            else:
                self.total[person] += 1
                self.busy[str(day)][person] += 1
