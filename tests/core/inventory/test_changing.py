"""What an act on many components writes, and what it leaves alone."""

from __future__ import annotations

from gridmgmt_plugin.core.inventory.changing import plan_change
from gridmgmt_plugin.core.rows import Rows, as_column

PARTS = Rows(
    {
        "code": as_column(["A", "B", "C"]),
        "state": as_column(["完好", "废弃", None]),
        "owner_code": as_column(["D1", "D1", "D2"]),
        "note": as_column(["旧备注", None, None]),
    }
)


def test_only_what_differs_is_written_and_the_reason_goes_behind_the_note():
    plan = plan_change(PARTS, {"state": "废弃"}, frozenset(), "拆迁", "2026-01-15")
    assert plan.changed.tolist() == [True, False, True]
    assert plan.same.tolist() == [False, True, False]
    assert plan.columns["note"].tolist() == ["旧备注；2026-01-15 拆迁", "2026-01-15 拆迁"]
    assert plan.columns["changed_on"].tolist() == ["2026-01-15"] * 2


def test_an_owner_on_trial_is_left_alone_but_not_the_state():
    on_trial = frozenset({"A"})
    plan = plan_change(PARTS, {"owner_code": "D3"}, on_trial, "更换", "2026-01-15")
    assert plan.changed.tolist() == [False, True, True]
    assert plan.in_dispute.tolist() == [True, False, False]
    assert not plan_change(PARTS, {"state": "废弃"}, on_trial, "拆迁", "2026-01-15").in_dispute.any()
