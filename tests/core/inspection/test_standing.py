"""Below 90 is not up to standard, three months in a row at 90 or more restores it; and what the rule leaves open."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.inspection.checklists import StandingRule, chosen_checklist
from gridmgmt_plugin.core.inspection.rounds import rounds_of
from gridmgmt_plugin.core.inspection.standing import (
    BELOW,
    IN_THE_MAKING,
    UP_TO_STANDARD,
    deciding,
    monthly,
    standing_of,
)
from gridmgmt_plugin.core.rows import Rows

RULE = StandingRule(90.0, 3, ("市查",))
LIST = chosen_checklist({}, "shi_wu_2023")


def judged(before, scores, target=None):
    """``scores``: of the months of 2025 in turn; ``None`` is a month without an inspection."""
    there = [(f"2025-{month:02d}", score) for month, score in enumerate(scores, 1) if score is not None]
    months = np.array([month for month, _ in there], dtype="datetime64[M]")
    return standing_of(before, months, np.array([score for _, score in there], dtype=np.float64), RULE, target)


class TestTheRule:
    def test_one_month_below_ninety_is_enough(self):
        assert judged(UP_TO_STANDARD, [95, 89.9]).standing == BELOW

    def test_ninety_itself_is_up_to_standard(self):
        assert judged(UP_TO_STANDARD, [90]).standing == UP_TO_STANDARD

    @pytest.mark.parametrize(("scores", "standing"), [([80, 90, 95], BELOW), ([80, 90, 95, 91], UP_TO_STANDARD)])
    def test_three_good_months_restore_and_two_do_not(self, scores, standing):
        assert judged(UP_TO_STANDARD, scores).standing == standing

    def test_a_bad_month_between_begins_the_row_anew(self):
        found = judged(BELOW, [95, 95, 85, 95, 95])
        assert (found.standing, found.good_months) == (BELOW, 2)

    def test_a_month_without_an_inspection_begins_the_row_anew_and_changes_nothing_else(self):
        assert judged(BELOW, [95, 95, None, 95]).standing == BELOW
        assert judged(UP_TO_STANDARD, [95, None, None, 95]).standing == UP_TO_STANDARD
        assert judged(BELOW, [95, 95, None, 95]).empty_months == 1

    def test_a_lane_nobody_inspected_keeps_what_it_has(self):
        for state in ("", IN_THE_MAKING, UP_TO_STANDARD, BELOW):
            assert judged(state, []).standing == state

    def test_a_lane_without_standing_is_in_the_making_until_three_months_are_good(self):
        assert judged("", [95, 95]).standing == IN_THE_MAKING
        assert judged("", [95, 95, 95]).standing == UP_TO_STANDARD

    def test_a_lane_in_the_making_is_not_judged_down_before_its_target_date(self):
        target = np.datetime64("2025-02-15")
        assert judged(IN_THE_MAKING, [70, 70], target).standing == IN_THE_MAKING
        assert judged(IN_THE_MAKING, [70, 70, 70], target).standing == BELOW
        assert judged(UP_TO_STANDARD, [70], target).standing == BELOW

    def test_relapses_are_falls_after_being_restored(self):
        found = judged(UP_TO_STANDARD, [80, 95, 95, 95, 80, 85])
        assert [str(month) for month in found.fell] == ["2025-01", "2025-05"]
        assert found.relapses == 1

    def test_a_month_in_the_making_is_no_fall_when_the_lane_is_judged_again_after_it_got_there(self):
        scores, target = [80, 95, 95, 95, 80], np.datetime64("2025-12-31")
        in_april = judged(IN_THE_MAKING, scores[:4], target).standing
        assert in_april == UP_TO_STANDARD
        in_may = judged(in_april, scores, target)
        assert ([str(month) for month in in_may.fell], in_may.relapses) == (["2025-05"], 0)

    def test_the_month_since_when_is_the_one_in_which_it_changed(self):
        assert str(judged(UP_TO_STANDARD, [95, 80, 95]).since) == "2025-02"
        assert judged(UP_TO_STANDARD, [95, 95]).since is None


STATES = st.sampled_from(["", IN_THE_MAKING, UP_TO_STANDARD, BELOW])
SCORES = st.lists(st.one_of(st.none(), st.sampled_from([0.0, 89.9, 90.0, 100.0])), max_size=12)
TARGETS = st.one_of(st.none(), st.sampled_from([np.datetime64("2025-03-31"), np.datetime64("2026-01-01")]))


class TestWhateverHappens:
    @given(STATES, SCORES, TARGETS)
    def test_judging_again_changes_nothing(self, before, scores, target):
        once = judged(before, scores, target).standing
        assert judged(once, scores, target).standing == once

    @given(STATES, SCORES)
    def test_falls_and_relapses_are_those_of_the_inspections_whatever_was_written_meanwhile(self, before, scores):
        once = judged(before, scores)
        again = judged(once.standing, scores)
        assert (again.fell, again.relapses) == (once.fell, once.relapses)

    @given(STATES, SCORES, TARGETS)
    def test_judging_every_month_in_turn_gives_what_judging_at_the_end_does(self, before, scores, target):
        once = judged(before, scores, target)
        state, last = before, judged(before, [], target)
        for months in range(1, len(scores) + 1):
            last = judged(state, scores[:months], target)
            state = last.standing
        assert (last.standing, last.fell, last.relapses) == (once.standing, once.fell, once.relapses)
        assert (last.good_months, last.last_score) == (once.good_months, once.last_score)

    @given(STATES, SCORES, TARGETS)
    def test_below_standard_means_a_bad_month_or_that_it_was_so_before(self, before, scores, target):
        found = judged(before, scores, target)
        bad = [score for score in scores if score is not None and score < 90]
        assert found.standing != BELOW or bad or before == BELOW

    @given(STATES, SCORES, TARGETS)
    def test_who_comes_up_to_standard_had_three_good_months_in_a_row(self, before, scores, target):
        found = judged(before, scores, target)
        states = [month.standing for month in found.months]
        for at, state in enumerate(states):
            was = before if at == 0 else states[at - 1]
            if state == UP_TO_STANDARD and was != UP_TO_STANDARD:
                last = [month.score for month in found.months[at - 2 : at + 1]]
                assert at >= 2
                assert all(score is not None and score >= 90 for score in last)

    @given(SCORES)
    def test_after_a_bad_month_it_no_longer_matters_how_the_lane_began(self, scores):
        bad = [at for at, score in enumerate(scores) if score is not None and score < 90]
        if bad:
            assert len({judged(state, scores).standing for state in (UP_TO_STANDARD, BELOW)}) == 1

    @given(STATES, SCORES)
    def test_better_scores_never_make_a_worse_standing(self, before, scores):
        rank = {"": 0, BELOW: 0, IN_THE_MAKING: 1, UP_TO_STANDARD: 2}
        better = [None if score is None else 100.0 for score in scores]
        assert rank[judged(before, better).standing] >= rank[judged(before, scores).standing]


def rows(*results):
    names = ("lane_code", "inspected_on", "kind", "item_code", "passed", "score")
    records = [{**dict(zip(names, result)), "checklist": LIST.key} for result in results]
    return Rows.from_records(records)


def full_round(lane, day, kind, failed=()):
    return [(lane, day, kind, item.code, int(item.code not in failed), None) for item in LIST.items]


class TestRounds:
    def test_each_failed_item_costs_its_weight(self):
        found = rounds_of(rows(*full_round("1", "2025-03-05", "市查", ("03", "08"))), {LIST.key: LIST}, LIST.key)
        assert found.scores.tolist() == [80.0]
        assert np.flatnonzero(found.failed[0]).tolist() == [2, 7]

    def test_points_count_as_given_and_never_above_the_weight(self):
        results = full_round("1", "2025-03-05", "市查")
        results[0] = ("1", "2025-03-05", "市查", "01", 0, 6.5)
        results[1] = ("1", "2025-03-05", "市查", "02", 1, 99.0)
        assert rounds_of(rows(*results), {LIST.key: LIST}, LIST.key).scores.tolist() == [96.5]

    def test_a_round_that_lacks_an_item_has_no_score(self):
        found = rounds_of(rows(*full_round("1", "2025-03-05", "市查")[:9]), {LIST.key: LIST}, LIST.key)
        assert np.isnan(found.scores).all()
        assert not deciding(found, RULE).any()

    def test_a_total_decides_over_items(self):
        results = [*full_round("1", "2025-03-05", "市查"), ("1", "2025-03-05", "市查", None, None, 88.0)]
        assert rounds_of(rows(*results), {LIST.key: LIST}, LIST.key).scores.tolist() == [88.0]

    def test_own_checks_and_those_without_a_kind_do_not_decide(self):
        results = [*full_round("1", "2025-03-05", "自查"), *full_round("1", "2025-03-06", None)]
        results += full_round("1", "2025-03-07", "市查")
        found = rounds_of(rows(*results), {LIST.key: LIST}, LIST.key)
        assert deciding(found, RULE).tolist() == [False, False, True]

    def test_the_lowest_score_of_a_month_counts(self):
        results = [*full_round("1", "2025-03-05", "市查", ("01", "02")), *full_round("1", "2025-03-25", "市查")]
        months, scores = monthly(rounds_of(rows(*results), {LIST.key: LIST}, LIST.key))["1"]
        assert (months.astype(str).tolist(), scores.tolist()) == (["2025-03"], [80.0])

    def test_nothing_gives_no_rounds(self):
        assert len(rounds_of(Rows.from_records([]), {LIST.key: LIST}, LIST.key)) == 0
