"""Which grid a unit grid belonged to at a moment: the change log read backward."""

from __future__ import annotations

import json

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.responsibility.assignment_history import AssignmentHistory
from gridmgmt_plugin.core.rows import Rows, as_column

COLUMN = "rg_cg"


def log(*changes: tuple[str, str, str | None]) -> Rows:
    """Return a log of (when, unit grid, grid before the change)."""
    records = [
        {"changed_at": at, "row_key": unit, "before": json.dumps({"attributes": {COLUMN: grid}})}
        for at, unit, grid in changes
    ]
    records.append(
        {"changed_at": "2026-05-05T00:00:00", "row_key": "u1", "before": json.dumps({"attributes": {"name": 1}})}
    )
    records.append({"changed_at": "2026-05-05T00:00:00", "row_key": "u9", "before": None})
    return Rows.from_records(records)


def grid_at(history: AssignmentHistory, unit: str, at: str, today: str | None) -> str | None:
    found = history.at(as_column([unit]), np.array([at], dtype="datetime64[s]"), as_column([today]))
    return found[0]


def test_before_its_first_change_a_unit_grid_belongs_to_what_the_log_says_it_was() -> None:
    history = AssignmentHistory(log(("2026-03-10T09:00:00", "u1", "A"), ("2026-04-10T09:00:00", "u1", "B")), COLUMN)
    assert grid_at(history, "u1", "2026-03-10T08:59:59", "C") == "A"
    assert grid_at(history, "u1", "2026-03-10T09:00:00", "C") == "B"
    assert grid_at(history, "u1", "2026-04-10T09:00:00", "C") == "C"
    assert grid_at(history, "u2", "2026-03-01T00:00:00", "C") == "C"


def test_before_it_was_first_assigned_a_unit_grid_counts_as_what_it_was_assigned_to_then() -> None:
    history = AssignmentHistory(log(("2026-03-10T09:00:00", "u1", None), ("2026-03-12T09:00:00", "u1", "A")), COLUMN)
    assert grid_at(history, "u1", "2026-03-09T00:00:00", "C") == "A"
    assert grid_at(history, "u1", "2026-03-13T00:00:00", "C") == "C"


def test_a_unit_grid_without_a_grid_between_two_had_none_then() -> None:
    history = AssignmentHistory(log(("2026-03-10T09:00:00", "u1", "A"), ("2026-03-12T09:00:00", "u1", None)), COLUMN)
    assert grid_at(history, "u1", "2026-03-11T00:00:00", "C") is None


def test_the_end_of_a_day_is_after_what_changed_on_it() -> None:
    history = AssignmentHistory(log(("2026-03-10T23:59:59", "u1", "A"), ("2026-03-11T00:00:00", "u2", "B")), COLUMN)
    assert history.at_end_of(np.datetime64("2026-03-09")) == {"u1": "A", "u2": "B"}
    assert history.at_end_of(np.datetime64("2026-03-10")) == {"u2": "B"}
    assert history.at_end_of(np.datetime64("2026-03-11")) == {}


@given(
    st.lists(st.tuples(st.integers(0, 50), st.sampled_from("uvw"), st.sampled_from("ABC")), max_size=12),
    st.integers(0, 51),
)
def test_any_moment_reads_as_replaying_the_changes_backward(changes: list[tuple[int, str, str]], minute: int) -> None:
    start = np.datetime64("2026-03-10T00:00:00", "s")
    written = [(str(start + np.timedelta64(at, "m")), unit, grid) for at, unit, grid in changes]
    history = AssignmentHistory(log(*written), COLUMN)
    for unit in "uvw":
        later = sorted(((a, order) for order, (a, u, _) in enumerate(changes) if u == unit and a > minute))
        # Of changes in the same second the first that was written tells what was before all of them.
        state = changes[later[0][1]][2] if later else "today"
        assert grid_at(history, unit, str(start + np.timedelta64(minute, "m")), "today") == state
