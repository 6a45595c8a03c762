"""Whatever is done with lanes and officers, day after day: nobody stays at a lane that is no more or is forgotten."""

from __future__ import annotations

import random

import numpy as np
import pytest

from gridmgmt_plugin.core.columns import days, in_force, texts
from gridmgmt_plugin.core.duty.roster import read_roster
from gridmgmt_plugin.core.posts.clashes import TWICE, find_clashes
from gridmgmt_plugin.core.posts.lane_posts import LaneHeirs, inherited_posts
from gridmgmt_plugin.core.posts.officer_acts import NewOfficer, end_posts, put_on_lanes
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.value_lists import lane_roles

PEOPLE = tuple(f"P{n}" for n in range(5))
ROLES = lane_roles()
COLUMNS = (
    *("id", "target", "target_code", "scheme", "person_id", "role", "turn", "weekdays", "start_time", "end_time"),
    *("section_from", "section_to", "task_letter_no", "signed_on", "valid_from", "valid_to", "end_reason"),
)
STEPS = 60


class Town:
    """Lanes and posts, changed by one act a day as the jobs and the save change them."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.lanes = {f"L{n}" for n in range(6)}
        self.made = len(self.lanes)
        self.day = np.datetime64("2025-01-01")
        self.posts = Rows({name: as_column([]) for name in COLUMNS})
        self.persons = Rows.from_records([{"id": one, "name": one, "state": "在岗"} for one in PEOPLE])

    def _put(self, kept, new):
        self.posts = Rows(
            {
                name: as_column([*kept[name].tolist(), *(new[name].tolist() if name in new else [None] * len(new))])
                for name in COLUMNS
            }
        )

    def assign(self):
        lanes = tuple(sorted(self.chance.sample(sorted(self.lanes), self.chance.randint(1, len(self.lanes)))))
        person, role, replaces = self.chance.choice(PEOPLE), self.chance.choice(ROLES), self.chance.random() < 0.6
        first = self.day + np.timedelta64(self.chance.choice((0, 0, 4)), "D")
        last = first + np.timedelta64(self.chance.choice((0, 3, 9)), "D") if self.chance.random() < 0.3 else None
        section = self.chance.choice((("", ""), ("", ""), ("", "80米"), ("80米", "")))
        new = NewOfficer(person, role, lanes, first, last, section, replaces, "T{year}-{n}", str(self.day))
        served = self.ever(first)
        change = put_on_lanes(self.posts, self.persons, new)
        self._take(change, "换人")
        serving = self.serving(new.first)
        assert {(lane, person, role) for lane in lanes if lane not in change.held} <= serving
        if last is not None:
            later = {lane for lane, one, held in self.serving(last + np.timedelta64(1, "D")) if one == person}
            assert later <= {lane for lane, one, _ in served if one == person}, "nobody goes on beyond the last day"
        if replaces and not change.held and section == ("", ""):
            assert {one for lane, one, held in serving if held == role and lane in lanes} == {person}

    def end(self):
        if len(self.posts):
            ending = np.array(sorted(self.chance.sample(range(len(self.posts)), 1)), dtype=np.int64)
            self._take(end_posts(self.posts, ending, self.day), "离职")

    def _take(self, change, reason):
        last, why = self.posts["valid_to"].copy(), self.posts["end_reason"].copy()
        last[change.ended], why[change.ended] = change.last_day, reason
        stays = np.ones(len(self.posts), dtype=bool)
        stays[change.dropped] = False
        self._put(self.posts.with_columns(valid_to=last, end_reason=why).take(stays), change.new)

    def reshape(self):
        """Abolish, merge or split a lane; who served goes on with the ground."""
        lane, *others = self.chance.sample(sorted(self.lanes), min(2, len(self.lanes)))
        kind = self.chance.choice(("abolish", "merge", "split", "split"))
        self.made += 1
        new = f"L{self.made}"
        heirs = {
            "abolish": LaneHeirs({lane: ()}, {}),
            "merge": LaneHeirs({lane: tuple(others)}, {}),
            "split": LaneHeirs({}, {lane: (new,)}),
        }[kind if others else "split"]
        taken = set(texts(self.posts, "id").tolist())
        found = inherited_posts(self.posts, heirs, str(self.day), "街巷调整", taken)
        stays = np.ones(len(self.posts), dtype=bool)
        stays[found.gone] = False
        served = {(person, role) for code, person, role in self.serving(self.day) if code == lane}
        self._put(found.after.take(stays), found.new)
        self.lanes = (self.lanes - set(heirs.passing)) | {one for some in heirs.copied.values() for one in some}
        for heir in (*heirs.passing.get(lane, ()), *heirs.copied.get(lane, ())):
            now = {(person, role) for code, person, role in self.serving(self.day) if code == heir}
            assert served <= now, f"{kind}: somebody of {lane} does not go on at {heir}"

    def serving(self, day):
        now = in_force(days(self.posts, "valid_from"), days(self.posts, "valid_to"), np.asarray(day))
        columns = (texts(self.posts, name)[now].tolist() for name in ("target_code", "person_id", "role"))
        return set(zip(*columns))

    def ever(self, day):
        """Return who serves where on a day or later."""
        last = days(self.posts, "valid_to")
        goes_on = np.isnat(last) | (last >= day)
        return set(zip(*(texts(self.posts, name)[goes_on].tolist() for name in ("target_code", "person_id", "role"))))

    def check(self):
        last = days(self.posts, "valid_to")
        goes_on = np.isnat(last) | (last >= self.day)
        adrift = set(texts(self.posts, "target_code")[goes_on].tolist()) - self.lanes
        assert adrift == set(), "somebody serves at a lane that is no more"
        ids = texts(self.posts, "id").tolist()
        assert len(set(ids)) == len(ids)
        letters = [text for text in texts(self.posts, "task_letter_no").tolist() if text]
        assert len(set(letters)) == len(letters), "no number of a letter is given twice"
        clashes = find_clashes(self.posts, read_roster(self.posts, self.persons), np.ones(len(ids), dtype=bool))
        assert not [clash for clash in clashes if clash.kind == TWICE]
        reversed_ = days(self.posts, "valid_from") > last
        assert not reversed_.any()


@pytest.mark.daily(1)
@pytest.mark.parametrize("seed", range(6))
def test_officers_are_never_orphaned_nor_entered_twice(seed):
    town = Town(seed)
    for _ in range(STEPS):
        act = town.chance.choice((town.assign, town.assign, town.reshape, town.end))
        act()
        town.check()
        town.day += np.timedelta64(town.chance.choice((0, 1, 2)), "D")


def test_who_takes_a_place_that_he_shares_already_has_it_alone():
    town = Town(0)
    both = [NewOfficer(person, "lane_chief", ("L1",), town.day) for person in ("P0", "P1")]
    for new in both:
        town._take(put_on_lanes(town.posts, town.persons, new), "")
    town.day += np.timedelta64(5, "D")
    alone = NewOfficer("P1", "lane_chief", ("L1",), town.day, replaces=True)
    change = put_on_lanes(town.posts, town.persons, alone)
    assert (len(change.new), change.held, len(change.ended)) == (0, ("L1",), 1)
    town._take(change, "换人")
    assert town.serving(town.day) == {("L1", "P1", "lane_chief")}
