"""Who is on duty: posts in force on the day, the weekday and at the hour, and who takes over when one is away."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from gridmgmt_plugin.core.columns import in_force, numbered, positions, texts
from gridmgmt_plugin.core.duty.times import CATALOGUE, EVERY_DAY, MINUTES_A_DAY, clock_minutes, days, weekday_mask
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.responsibility.answering_order import place_in_order
from gridmgmt_plugin.core.rows import Rows

_ONE_DAY = np.timedelta64(1, "D")


@dataclass(frozen=True)
class Roster:
    """Posts made ready to be asked, n rows in the order of the post table.

    ``person_id``, ``role``, ``turn``: object arrays of texts; ``vacant``: nobody holds the post, or who holds it is
    on leave, gone or retired; ``left_on``: last day of the person, datetime64[D]; ``weekdays``: bit masks;
    ``start_minute``, ``end_minute``: minutes after midnight, an end before the start is on the next day.
    """

    person_id: np.ndarray
    target: np.ndarray
    target_code: np.ndarray
    scheme: np.ndarray
    role: np.ndarray
    turn: np.ndarray
    vacant: np.ndarray
    left_on: np.ndarray
    weekdays: np.ndarray
    start_minute: np.ndarray
    end_minute: np.ndarray
    valid_from: np.ndarray
    valid_to: np.ndarray
    preference: np.ndarray

    def __len__(self) -> int:
        return len(self.person_id)

    def on_duty(self, post: np.ndarray, at: np.ndarray) -> np.ndarray:
        """Tell for each pair of a post (position) and a time (datetime64[s]) whether the post is on duty then.

        A shift runs from its start up to, not including, its end. One that crosses midnight belongs to the day on
        which it starts: at 02:00 on Tuesday Monday's shift counts, with Monday's weekday and validity. A person's
        last day (``left_on``) still counts. Start and end at the same minute, or neither given, mean round the clock.
        """
        day = at.astype("datetime64[D]")
        minute = (at.astype("datetime64[m]") - day.astype("datetime64[m]")).astype(np.int64)
        start, end = self.start_minute[post], self.end_minute[post]
        overnight = end < start
        after_midnight = overnight & (minute < end)
        in_hours = np.where(overnight, (minute >= start) | (minute < end), (minute >= start) & (minute < end))
        in_hours |= start == end
        shift_day = np.where(after_midnight, day - _ONE_DAY, day)
        # 1970-01-01 was a Thursday.
        weekday = (shift_day.astype(np.int64) + 3) % 7
        on_weekday = (self.weekdays[post] >> weekday) & 1 == 1
        present = ~self.vacant[post] & in_force(np.full(len(post), "NaT", "datetime64[D]"), self.left_on[post], day)
        in_period = in_force(self.valid_from[post], self.valid_to[post], shift_day)
        return np.asarray(in_hours & on_weekday & present & in_period)

    def present(self, day: np.datetime64) -> np.ndarray:
        """Tell which posts are in force on a day and held by somebody who is at work: bool (n,)."""
        held = ~self.vacant & in_force(np.full(len(self), "NaT", "datetime64[D]"), self.left_on, np.asarray(day))
        return np.asarray(held & in_force(self.valid_from, self.valid_to, np.asarray(day)))

    def week(self, post: int) -> np.ndarray:
        """Return the minutes of a week, from Monday 00:00, in which a post is on duty while it is in force.

        bool (10080,), not to be written into. Shifts are read as :meth:`on_duty` reads them; that of Sunday night
        ends on Monday morning.
        """
        return _week(int(self.start_minute[post]), int(self.end_minute[post]), int(self.weekdays[post]))

    def first_on_duty(
        self, target: str, codes: np.ndarray, at: np.ndarray, *, scheme: str = "", roles: np.ndarray | None = None
    ) -> np.ndarray:
        """Return for each place the post that answers there at the time: int64 positions, −1 where nobody is on duty.

        Among those on duty: the wanted role first, then as :func:`place_in_order` has it.

        :param target: ``responsibility_grid``, ``lane``, ``area`` or ``station``. :param codes: n codes of such.
        :param at: datetime64[s] of n. :param scheme: posts of another scheme are not asked.
        :param roles: n roles wanted first ("" = none in particular).
        """
        usable = np.flatnonzero((self.target == target) & ((self.scheme == "") | (self.scheme == scheme)))
        place, post = _pairs(codes, self.target_code, usable)
        on = self.on_duty(post, at[place])
        place, post = place[on], post[on]
        wanted = np.full(len(codes), "", dtype=object) if roles is None else roles
        not_wanted = (wanted[place] != "") & (self.role[post] != wanted[place])
        order = np.lexsort((self.preference[post], not_wanted, place))
        found = np.full(len(codes), -1, dtype=np.int64)
        asked, first = np.unique(place[order], return_index=True)
        found[asked] = post[order][first]
        return found

    def all_on_duty(
        self, target: str, code: str, at: np.datetime64, *, scheme: str = "", role: str = ""
    ) -> np.ndarray:
        """Return everybody who is on duty at one place, int64 positions; :meth:`first_on_duty` names the first."""
        usable = (
            (self.target == target) & ((self.scheme == "") | (self.scheme == scheme)) & (self.target_code == code)
        )
        posts = np.flatnonzero(usable) if code else np.empty(0, dtype=np.int64)
        posts = posts[self.on_duty(posts, np.full(len(posts), at, dtype="datetime64[s]"))]
        not_wanted = (self.role[posts] != role) if role else np.zeros(len(posts), dtype=bool)
        return np.asarray(posts[np.lexsort((self.preference[posts], not_wanted))], dtype=np.int64)


@lru_cache(maxsize=512)
def _week(start: int, end: int, weekdays: int) -> np.ndarray:
    """Return :meth:`Roster.week` of a shift; thousands of posts have the same few."""
    if start == end:  # round the clock, from midnight to midnight
        start, end = 0, MINUTES_A_DAY
    minutes = np.arange(start, end if end > start else end + MINUTES_A_DAY)
    found: np.ndarray = np.zeros(7 * MINUTES_A_DAY, dtype=bool)
    for day in range(7):
        if weekdays >> day & 1:
            found[(day * MINUTES_A_DAY + minutes) % len(found)] = True
    found.flags.writeable = False
    return found


def _pairs(codes: np.ndarray, keys: np.ndarray, usable: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pair every code with the usable rows of the same key."""
    usable = usable[np.argsort(keys[usable].astype(str), kind="stable")]
    sorted_keys = keys[usable].astype(str)
    distinct, which = numbered(codes)
    wanted = np.array(distinct, dtype=str)
    low = np.searchsorted(sorted_keys, wanted, side="left")
    count = np.where(wanted == "", 0, np.searchsorted(sorted_keys, wanted, side="right") - low)
    low, count = low[which], count[which]
    place = np.repeat(np.arange(len(codes)), count)
    nth = np.arange(len(place)) - np.repeat(np.cumsum(count) - count, count)
    return place, usable[low[place] + nth]


def read_roster(posts: Rows, persons: Rows) -> Roster:
    """Read the ``post`` and ``person`` tables.

    A person who is not in the person table is taken to be at work; a post without a person is vacant.

    :raises InputError: ``weekdays_unclear`` or ``clock_unclear`` with the post, ``duty_date_unclear``.
    """
    person_id = texts(posts, "person_id")
    person = positions(texts(persons, "id"), person_id)
    absent = np.isin(texts(persons, "state").astype(str), load_json(CATALOGUE)["absent_states"])
    left_on = np.append(days(persons, "person", "left_on"), np.datetime64("NaT", "D"))
    role, turn = texts(posts, "role"), texts(posts, "turn")
    target = texts(posts, "target")
    section = (texts(posts, "section_from") != "") | (texts(posts, "section_to") != "")
    return Roster(
        person_id=person_id,
        target=target,
        target_code=texts(posts, "target_code"),
        scheme=texts(posts, "scheme"),
        role=role,
        turn=turn,
        vacant=(person_id == "") | np.append(absent, False)[person],
        left_on=left_on[person],
        weekdays=_per_post(posts, "weekdays", EVERY_DAY),
        start_minute=_per_post(posts, "start_time", 0),
        end_minute=_per_post(posts, "end_time", MINUTES_A_DAY),
        valid_from=days(posts, "post", "valid_from"),
        valid_to=days(posts, "post", "valid_to"),
        preference=_preference(target, role, turn, section, person_id),
    )


def _per_post(posts: Rows, column: str, missing: int) -> np.ndarray:
    values = np.full(len(posts), missing, dtype=np.int64)
    ids = texts(posts, "id")
    for row, text in enumerate(texts(posts, column)):
        try:
            values[row] = weekday_mask(text) if column == "weekdays" else clock_minutes(text, missing)
        except InputError as error:
            raise InputError("post_times_unclear", post=ids[row], cause=error.message) from error
    return values


def _preference(
    target: np.ndarray, role: np.ndarray, turn: np.ndarray, section: np.ndarray, person_id: np.ndarray
) -> np.ndarray:
    """Return the place of each post in the order in which posts of one target answer, int64."""
    keys = [
        (*place_in_order(t, r, u, of_section=bool(s), person_id=p), row)
        for row, (t, r, u, s, p) in enumerate(zip(target, role, turn, section, person_id))
    ]
    preference = np.empty(len(keys), dtype=np.int64)
    preference[np.array(sorted(range(len(keys)), key=keys.__getitem__), dtype=np.int64)] = np.arange(len(keys))
    return preference
