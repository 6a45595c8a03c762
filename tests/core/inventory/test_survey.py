"""What a survey found is told apart from what changed here meanwhile."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.core.inventory.survey import (
    CHANGED,
    CONFLICT,
    FILLED_IN,
    GONE,
    MOVED,
    NEW,
    PLACE,
    compare_survey,
)
from gridmgmt_plugin.core.rows import Rows, as_column


def _rows(*records, fids=()):
    columns = {name: as_column(record.get(name) for record in records) for name in ("number", *FILLED_IN)}
    points = shapely.points([record.get("at", (0.0, 0.0)) for record in records])
    return Rows(columns, points, np.array(fids, dtype=np.int64) if fids else None)


SENT = [{"number": str(at), "state": "完好", "name": f"甲{at}", "at": (at, 0.0)} for at in range(1, 7)]


def _compared(found, here):
    return compare_survey(_rows(*found), _rows(*SENT), _rows(*here, fids=list(range(1, len(here) + 1))), 0.001)


def test_what_is_as_it_was_sent_out_tells_nothing_whatever_changed_here():
    here = [{**part, "state": "破损", "at": (part["at"][0], 5.0)} for part in SENT]
    assert _compared(SENT, here).differences == ()


def test_the_survey_says_what_it_changed_moved_added_and_did_not_bring_back():
    found = [{**SENT[0], "state": "破损"}, {**SENT[1], "at": (2.0, 1.0)}, *SENT[2:5], {"name": "新"}]
    told = _compared(found, SENT).differences
    assert [(one.kind, one.found, one.here, one.column) for one in told] == [
        (NEW, 5, -1, ""),
        (MOVED, 1, 1, PLACE),
        (CHANGED, 0, 0, "state"),
        (GONE, -1, 5, ""),
    ]
    assert (told[2].before, told[2].after) == ("完好", "破损")


def test_what_both_changed_is_a_conflict_unless_they_agree():
    found = [{**SENT[0], "state": "破损"}, {**SENT[1], "state": "破损", "name": "乙"}, *SENT[2:5]]
    here = [{**SENT[0], "state": "丢失"}, {**SENT[1], "state": "破损"}, *SENT[2:5], {**SENT[5], "note": "改过"}]
    told = _compared(found, here).differences
    assert [(one.kind, one.here, one.column) for one in told] == [
        (CHANGED, 1, "name"),
        (CONFLICT, 5, ""),
        (CONFLICT, 0, "state"),
    ]


def test_a_copied_point_is_new_and_one_that_was_deleted_here_is_lost():
    compared = _compared([*SENT, SENT[0]], SENT[:5])
    assert [(one.kind, one.found) for one in compared.differences] == [(NEW, 6)]
    assert compared.lost.tolist() == [5]
