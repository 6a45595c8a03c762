"""Posts whose grid another one takes in: nobody holds one twice on a day, and no day is lost."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.unit_grids.assignments import GroundShare
from gridmgmt_plugin.workspace.changes.following_posts import following_posts
from tests.tries import tries

TODAY = date(2026, 3, 10)
WEEKS = [TODAY + timedelta(days=at) for at in range(-8, 9)]
OLD, OTHER, NEW = "A", "B", "C"


@dataclass(frozen=True)
class Posts:
    """A table of posts, as a workspace gives it."""

    rows: Rows

    def read(self, _table, columns=None, _where=None, **_more):
        return (
            self.rows if columns is None else Rows({name: self.rows[name] for name in columns}, None, self.rows.fid)
        )


def term(days):
    first, last = days
    return {
        "valid_from": None if first is None else WEEKS[first].isoformat(),
        "valid_to": None if last is None else WEEKS[last].isoformat(),
    }


@st.composite
def terms(draw):
    """Draw terms that follow one another, the first from ever, the last for ever where it falls so."""
    cuts = sorted(draw(st.sets(st.integers(0, len(WEEKS) - 1), max_size=6)))
    days = [(cuts[at], cuts[at + 1] - 1) for at in range(0, len(cuts) - 1, 2) if cuts[at + 1] > cuts[at]]
    if days and draw(st.booleans()):
        days[-1] = (days[-1][0], None)
    if days and draw(st.booleans()):
        days[0] = (None, days[0][1])
    return [term(one) for one in days]


def held(rows):
    """Return how many posts there are by grid and day."""
    found: Counter[tuple[str, date]] = Counter()
    for row in rows:
        for day in WEEKS:
            if (row["valid_from"] or "") <= day.isoformat() <= (row["valid_to"] or "9999"):
                found[row["target_code"], day] += 1
    return found


def after(posts, change):
    """Return the posts once a change is written."""
    rows = dict(zip(posts.fids.tolist(), posts.records()))
    for fid in change.deleted.fids.tolist():
        del rows[fid]
    for fid, row in zip(change.updated.fids.tolist(), change.updated.records()):
        rows[fid].update(row)
    return [*rows.values(), *change.inserted.records()]


@tries(200)
@given(terms(), terms(), terms())
def test_nobody_holds_a_post_twice_on_a_day_and_no_day_is_lost(old, other, new):
    given_posts = [(OLD, one) for one in old] + [(OTHER, one) for one in other] + [(NEW, one) for one in new]
    records = [
        {"id": f"G{at:05d}", "target": "responsibility_grid", "target_code": code, "scheme": "cg", "person_id": "P1",
         "role": "inspector", "turn": "A角", "row_version": 1, "end_reason": None, **one}
        for at, (code, one) in enumerate(given_posts, start=1)
    ]  # fmt: skip
    if not records:
        return
    posts = Rows.from_records(records)
    posts = Rows(posts.columns, None, np.arange(1, len(records) + 1))
    share = (GroundShare(NEW, 1.0),)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "today", lambda: TODAY)
        followed = following_posts(Posts(posts), "cg", {OLD, OTHER}, {OLD: share, OTHER: share})
    before, now = held(records), held(after(posts, followed.change))
    assert max(now.values(), default=0) <= 1
    for day in WEEKS:
        if day >= TODAY:
            had = any(before[code, day] for code in (OLD, OTHER, NEW))
            assert (now[NEW, day], now[OLD, day], now[OTHER, day]) == (had, 0, 0)
        else:
            assert sum(now[code, day] for code in (OLD, OTHER, NEW)) == sum(
                before[code, day] for code in (OLD, OTHER, NEW)
            )
            assert now[NEW, day] >= before[NEW, day]
    ids = [row["id"] for row in after(posts, followed.change)]
    assert len(ids) == len(set(ids))
