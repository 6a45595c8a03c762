"""What somebody who looks through the releases is told of each."""

from __future__ import annotations

from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.jobs.handover.release_desk import read_releases
from tests.jobs.package_workspace import make_workspace


def test_the_history_of_a_release_says_by_which_later_one_it_was_replaced(tmp_path):
    workspace = make_workspace(tmp_path / "库.gpkg")
    day, later = "2026-03-02T09:00:00", "2026-03-09T09:00:00"
    rows = [
        {"number": "r0001", "scheme": "cg", "state": "rejected", "delivered_at": day, "replaces": None},
        {"number": "r0002", "scheme": "cg", "state": "handed_over", "delivered_at": later, "replaces": "r0001"},
        {"number": "r0003", "scheme": "cg", "state": "draft", "delivered_at": None, "replaces": "r0002"},
    ]
    logged = {"release_number": "r0001", "handed_at": day, "act": "hand_over"}
    with workspace.transaction("", "test") as transaction:
        transaction.insert("release", Rows.from_records(rows))
        transaction.insert("handover_log", Rows.from_records([logged]))
    _, second, first = read_releases(workspace)
    told = [(act.act, act.handed_at, act.note) for act in first.history]
    assert told == [("hand_over", day, ""), ("replaced", later, "r0002")]
    assert second.history == (), "a draft replaces nothing yet"
