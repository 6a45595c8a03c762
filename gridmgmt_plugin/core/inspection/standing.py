"""The standing of a lane (达标/不达标/创建中) as it follows month by month from what inspections gave.

The rule is news of Beijing's monthly check (2025): a lane below the pass mark is not up to standard; three months in
a row at it or above restore it. What the source leaves open is decided here and told: the lowest score of a month
counts; a month without a deciding inspection ends the row of good months and changes nothing else; a lane that is
still being brought up to standard (创建中) is not judged down before its target date; without an inspection a lane
keeps what it has.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core import columns
from gridmgmt_plugin.core.inspection.checklists import StandingRule
from gridmgmt_plugin.core.inspection.rounds import Rounds
from gridmgmt_plugin.core.rows import Rows

UP_TO_STANDARD, BELOW, IN_THE_MAKING = "达标", "不达标", "创建中"


@dataclass(frozen=True)
class MonthOfLane:
    """One month: ``score`` the lowest that decides (``None``: no inspection), the standing at its end."""

    month: np.datetime64
    score: float | None
    standing: str


@dataclass(frozen=True)
class LaneStanding:
    """What follows for a lane.

    ``standing``: at the end; "" for a lane that has none and was never inspected. ``since``: the month from which it
    holds, ``None`` where it stood before. ``good_months``: how many in a row count towards the standard. ``fell``:
    the months of its inspections in which the lane fell below it, none up to its target date before its inspections
    show that it had reached it; ``relapses``: of these, those after it was restored. ``empty_months``: months between
    the first and the last inspection in which there was none. ``months``: all of them.
    """

    standing: str
    since: np.datetime64 | None
    good_months: int
    fell: tuple[np.datetime64, ...]
    relapses: int
    empty_months: int
    months: tuple[MonthOfLane, ...]

    @property
    def last_score(self) -> float | None:
        """Return the score of the last month with an inspection."""
        return next((month.score for month in reversed(self.months) if month.score is not None), None)


def standing_of(
    before: str, months: np.ndarray, scores: np.ndarray, rule: StandingRule, target: np.datetime64 | None = None
) -> LaneStanding:
    """Return the standing of one lane.

    :param before: the standing that is stored: what the lane begins with; what this function gave is as good.
    :param months: datetime64[M], ascending, those with a deciding inspection; ``scores``: float64 of 100, one each.
    :param target: the day until which a lane in the making is not judged down.
    """
    found = dict(zip(months.tolist(), scores.tolist()))
    state = before or (IN_THE_MAKING if len(months) else "")
    since: np.datetime64 | None = None
    good = 0
    reached, is_down, fell, listed = False, False, [], []
    every = np.arange(months[0], months[-1] + 1) if len(months) else np.empty(0, dtype="datetime64[M]")
    for month in every:
        score = found.get(month.item())
        if score is None:
            good = 0
        elif score >= rule.pass_mark:
            good += 1
            if good >= rule.months:
                reached, is_down = True, False
                if state != UP_TO_STANDARD:
                    state, since = UP_TO_STANDARD, month
        else:
            good = 0
            # Whether a lane was still in the making is asked of the record and not of what an earlier run stored: the
            # falls are the same however often it was judged meanwhile.
            is_fall = reached or not _is_before_target(month, target)
            if is_fall and not is_down:
                fell.append(month)
                is_down, state, since = True, BELOW, month
            elif state not in (IN_THE_MAKING, BELOW):
                state, since = BELOW, month
        listed.append(MonthOfLane(month, score, state))
    empty = len(every) - len(months)
    return LaneStanding(state, since, good, tuple(fell), max(len(fell) - 1, 0), empty, tuple(listed))


def standings(lanes: Rows, rounds: Rounds, rule: StandingRule) -> list[LaneStanding]:
    """Return the standing of each lane by the rounds that decide it.

    :param lanes: rows with ``code``, ``standing`` and ``target_date``. ``rounds``: up to the day that is asked about.
    """
    by_lane = monthly(rounds.take(deciding(rounds, rule)))
    nothing = (np.empty(0, dtype="datetime64[M]"), np.empty(0))
    codes, before = (columns.texts(lanes, name).tolist() for name in ("code", "standing"))
    found = []
    for code, state, target in zip(codes, before, columns.days(lanes, "target_date")):
        months, scores = by_lane.get(code, nothing)
        found.append(standing_of(state, months, scores, rule, None if np.isnat(target) else target))
    return found


def _is_before_target(month: np.datetime64, target: np.datetime64 | None) -> bool:
    return target is not None and bool(month <= target.astype("datetime64[M]"))


def deciding(rounds: Rounds, rule: StandingRule, checklist: str | None = None) -> np.ndarray:
    """Tell which rounds decide the standing: bool (n,). Own checks, rounds without a kind and incomplete ones do not.

    :param checklist: only rounds of this list, of any when ``None``.
    """
    kinds = np.isin(rounds.kinds.astype(str), rule.kinds)
    own = True if checklist is None else rounds.checklists == checklist
    return np.asarray(kinds & ~np.isnan(rounds.scores) & own, dtype=bool)


def monthly(rounds: Rounds) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return lane → its months (datetime64[M], ascending) and the lowest score of each (float64)."""
    found: dict[str, dict[np.datetime64, float]] = {}
    for lane, month, score in zip(rounds.lanes.tolist(), rounds.months, rounds.scores.tolist()):
        of_lane = found.setdefault(lane, {})
        of_lane[month] = min(score, of_lane.get(month, score))
    return {
        lane: (np.array(sorted(months), dtype="datetime64[M]"), np.array([months[m] for m in sorted(months)]))
        for lane, months in found.items()
    }
