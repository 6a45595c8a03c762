"""What cases prove about a period: filed, due, closed in time, overdue, sent back, done again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gridmgmt_plugin.core.evaluation.case_facts import CASE_COLUMNS, case_facts, case_times
from gridmgmt_plugin.core.evaluation.rates import indicators
from gridmgmt_plugin.core.rows import Rows

FIRST, AFTER = np.datetime64("2026-03-01", "s"), np.datetime64("2026-04-01", "s")


def case(**given: Any) -> dict[str, Any]:
    usual = {
        "status": "closed", "source": "监督员",
        "reported_at": "2026-03-02T09:00:00", "filed_at": "2026-03-02T09:30:00",
        "dispatched_at": "2026-03-02T10:00:00", "handled_at": "2026-03-03T10:00:00",
        "closed_at": "2026-03-03T15:00:00", "due_at": "2026-03-04T18:00:00",
    }  # fmt: skip
    return {**dict.fromkeys(CASE_COLUMNS), **usual, **given}


def facts_of(**given: Any) -> set[str]:
    times = case_times(Rows.from_records([case(**given)]))
    return {name for name, mask in case_facts(times, FIRST, AFTER).items() if mask[0]}


def test_a_case_closed_before_its_limit_is_closed_and_closed_in_time() -> None:
    found = facts_of()
    assert {"filed", "dispatched", "should_close", "closed", "closed_in_time", "handled_in_time"} <= found
    assert not {"open", "overdue", "returned", "reworked"} & found


def test_a_case_closed_after_its_limit_is_closed_but_not_in_time() -> None:
    found = facts_of(closed_at="2026-03-06T09:00:00")
    assert {"should_close", "closed", "handled_in_time"} <= found
    assert "closed_in_time" not in found


def test_a_case_due_in_the_period_and_closed_after_it_should_have_been_closed() -> None:
    found = facts_of(closed_at="2026-04-02T09:00:00", handled_at="2026-04-01T09:00:00")
    assert {"should_close", "open", "overdue"} <= found
    assert not {"closed", "handled_in_time"} & found


def test_a_case_that_is_not_due_yet_need_not_be_closed() -> None:
    found = facts_of(status="handling", closed_at=None, handled_at=None, due_at="2026-04-03T18:00:00")
    assert "open" in found
    assert not {"should_close", "overdue", "should_handle_with_limit"} & found


def test_a_case_closed_before_it_is_due_counts_in_the_period_in_which_it_was_closed() -> None:
    assert {"should_close", "closed_in_time"} <= facts_of(due_at="2026-05-01T18:00:00")


def test_a_suspended_case_is_neither_due_nor_overdue() -> None:
    found = facts_of(status="suspended", closed_at=None, handled_at=None)
    assert "open" in found
    assert not {"should_close", "overdue"} & found


def test_a_case_without_a_limit_cannot_be_in_time() -> None:
    found = facts_of(due_at=None)
    assert {"should_close", "closed"} <= found
    assert not {"should_close_with_limit", "closed_in_time", "should_handle_with_limit"} & found


def test_a_list_with_the_time_of_reporting_and_closing_alone_still_has_closing_rates() -> None:
    times = case_times(
        Rows.from_records([{"reported_at": "2026-03-02", "closed_at": "2026-03-05", "status": "closed"}])
    )
    found = case_facts(times, FIRST, AFTER)
    assert found["filed"][0]
    assert found["closed"][0]


def test_a_case_that_was_only_taken_down_is_not_filed() -> None:
    found = facts_of(status="accepted", filed_at=None, dispatched_at=None, handled_at=None, closed_at=None)
    assert "reported" in found
    assert not {"filed", "filed_then", "should_close", "open"} & found


@pytest.mark.parametrize(
    ("answer", "names"), [(True, {"satisfied", "satisfied_known"}), (False, {"satisfied_known"}), (None, set())]
)
def test_an_unanswered_question_is_not_a_no(answer: bool | None, names: set[str]) -> None:
    assert {name for name in facts_of(satisfied=answer) if name.startswith("satisfied")} == names


def test_cases_sent_back_and_done_again_count_once_each() -> None:
    assert {"returned", "reworked"} <= facts_of(returned=2, rework=1)
    assert not {"returned", "reworked"} & facts_of(returned=0, rework=None)


def test_who_found_a_case_counts_only_where_the_source_is_known() -> None:
    assert {"found", "filed_known_source"} <= facts_of(source="视频")
    assert {"asked", "filed_known_source"} <= facts_of(source="12345")
    assert not {"found", "asked", "filed_known_source"} & facts_of(source=None)


def test_a_limit_that_is_a_day_ends_with_that_day() -> None:
    assert "closed_in_time" in facts_of(due_at="2026-03-03")
    assert "closed_in_time" in facts_of(due_at="2026-03-03T00:00:00")
    assert "closed_in_time" not in facts_of(due_at="2026-03-02")
    assert "closed_in_time" not in facts_of(due_at="2026-03-03T14:59:59")


def test_a_case_closed_by_its_status_without_a_time_is_neither_open_nor_late() -> None:
    found = facts_of(closed_at=None, handled_at=None)
    assert "closed_some_day" in found
    assert not {"open", "overdue", "should_close", "should_handle_with_limit"} & found


def test_every_rate_divides_facts_that_there_are_and_a_part_by_its_whole() -> None:
    records = [
        case(),
        case(returned=1, rework=1, source="公众", satisfied=True),
        case(status="accepted", filed_at=None),
    ]
    records += [case(closed_at=None, status="handling"), case(due_at=None), case(reported_at="2026-02-20")]
    found = case_facts(case_times(Rows.from_records(records)), FIRST, AFTER)
    for one in indicators():
        assert not (found[one.of] & ~found[one.among]).any(), one.key
