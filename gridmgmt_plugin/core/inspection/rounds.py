"""Rounds: what one inspection of one lane on one day gave, from the rows of the table, one per item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np

from gridmgmt_plugin.core import columns
from gridmgmt_plugin.core.inspection.checklists import Checklist
from gridmgmt_plugin.core.rows import Rows

#: How a score counts against the full one.
FULL = 100.0


@dataclass(frozen=True, eq=False)
class Rounds:
    """``n`` rounds in the order of lane, day and kind.

    ``lanes``, ``checklists``, ``kinds``: object arrays of text ("" for nothing). ``days``: datetime64[D]. ``scores``:
    float64 of 100, not-a-number for a round in which items are not judged and no total is given. ``failed``: bool
    (n, m) whether item m of the first list that was asked for failed; ``judged``: whether it was judged at all.
    """

    lanes: np.ndarray
    checklists: np.ndarray
    kinds: np.ndarray
    days: np.ndarray
    scores: np.ndarray
    failed: np.ndarray
    judged: np.ndarray

    def __len__(self) -> int:
        return len(self.lanes)

    @property
    def months(self) -> np.ndarray:
        """Return the month of each round, datetime64[M]."""
        return self.days.astype("datetime64[M]")

    def take(self, picked: np.ndarray) -> Rounds:
        """Return the rounds at a mask or at positions."""
        return Rounds(**{part.name: getattr(self, part.name)[picked] for part in fields(self)})


def rounds_of(inspections: Rows, known: Mapping[str, Checklist], first: str) -> Rounds:
    """Return the rounds that rows of ``lane_inspection`` make; rows without lane or day make none.

    A row without an item is the total of its round (a check that tells its result alone), of 100, and decides. Else
    the score is the points of the items over the full ones of the list, × 100; an item gives its weight where it was
    passed, nothing where it failed, and ``score`` where points are given. A list that is not known gives the share
    of items that were passed.

    :param known: key → list. ``first``: the list whose items ``failed`` and ``judged`` are about.
    """
    lane, checklist, kind, item = (
        columns.texts(inspections, name) for name in ("lane_code", "checklist", "kind", "item_code")
    )
    day = columns.days(inspections, "inspected_on")
    good = np.flatnonzero((lane != "") & ~np.isnat(day))
    keys = list(zip(lane[good].tolist(), day[good].tolist(), kind[good].tolist(), checklist[good].tolist()))
    ordered = sorted(set(keys))
    place = {key: at for at, key in enumerate(ordered)}
    at = np.array([place[key] for key in keys], dtype=np.int64)
    passed, points = columns.numbers(inspections, "passed")[good], columns.numbers(inspections, "score")[good]
    shown = known.get(first)
    codes = {entry.code: number for number, entry in enumerate(shown.items)} if shown else {}
    failed = np.zeros((len(ordered), len(codes)), dtype=bool)
    judged = np.zeros_like(failed)
    number = np.array([codes.get(code, -1) for code in item[good].tolist()], dtype=np.int64)
    mine = np.flatnonzero((number >= 0) & (checklist[good] == first) & ~(np.isnan(passed) & np.isnan(points)))
    judged[at[mine], number[mine]] = True
    full = np.array([entry.weight for entry in shown.items], dtype=np.float64) if shown else np.zeros(0)
    short = np.where(np.isnan(passed[mine]), points[mine] < full[number[mine]], passed[mine] == 0)
    failed[at[mine], number[mine]] = short
    lists_of = np.array([key[3] for key in ordered], dtype=object)
    scores = _scores(known, lists_of, at, item[good], passed, points)
    lanes, lists, kinds = (np.array([key[column] for key in ordered], dtype=object) for column in (0, 3, 2))
    days = np.array([key[1] for key in ordered], dtype="datetime64[D]")
    return Rounds(lanes, lists, kinds, days, scores, failed, judged)


def _scores(
    known: Mapping[str, Checklist],
    lists: np.ndarray,
    at: np.ndarray,
    items: np.ndarray,
    passed: np.ndarray,
    points: np.ndarray,
) -> np.ndarray:
    """Return the score of each round, of 100; not-a-number where it cannot be known.

    :param lists: the list of each round. ``at``: the round of each result, with its item, verdict and points.
    """
    scores = np.full(len(lists), np.nan)
    for key in dict.fromkeys(lists.tolist()):
        rounds = np.flatnonzero(lists == key)
        mine = np.flatnonzero((lists[at] == key) & (items != ""))
        place = np.full(len(lists), -1, dtype=np.int64)
        place[rounds] = np.arange(len(rounds))
        checklist = known.get(key)
        if checklist is None:
            mine = mine[~np.isnan(passed[mine])]
            judged = np.bincount(place[at[mine]], minlength=len(rounds))
            good = np.bincount(place[at[mine]], weights=passed[mine], minlength=len(rounds))
            with np.errstate(invalid="ignore"):
                scores[rounds] = FULL * good / judged
            continue
        number = {entry.code: place for place, entry in enumerate(checklist.items)}
        column = np.array([number.get(code, -1) for code in items[mine].tolist()], dtype=np.int64)
        mine, column = mine[column >= 0], column[column >= 0]
        weights = np.array([entry.weight for entry in checklist.items], dtype=np.float64)
        given = np.where(np.isnan(points[mine]), passed[mine] * weights[column], points[mine])
        values = np.full((len(rounds), len(weights)), np.nan)
        values[place[at[mine]], column] = given
        scores[rounds] = FULL * np.clip(values, 0.0, weights).sum(axis=1) / checklist.full_score
    total = np.flatnonzero((items == "") & ~np.isnan(points))
    least = np.full(len(lists), np.inf)
    np.minimum.at(least, at[total], points[total])
    return np.where(np.isinf(least), scores, least)
