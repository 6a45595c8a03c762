"""A ledger is kept in its row and comes back from it as it was."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.core.ledgers.ledger import Ledger, statuses_said


@pytest.mark.parametrize(
    "statuses", [(), ("在建", "完工"), ("已完成、已验收", "在建"), ('["完工"]',), ("甲，乙", "3")]
)
def test_statuses_come_back_as_they_were_whatever_signs_they_have(statuses):
    kept = Ledger.of_row(Ledger("gd", "工地", statuses, statuses[:1]).as_row())
    assert (kept.statuses, kept.done) == (statuses, statuses[:1])


def test_plain_statuses_are_kept_line_by_line_and_read_as_they_were_kept_before():
    row = Ledger("gd", "工地", ("在建", "完工"), ("完工",)).as_row()
    assert (row["statuses"], row["done_statuses"]) == ("在建\n完工", "完工")
    assert Ledger.of_row({**row, "statuses": "在建、完工"}).statuses == ("在建", "完工")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("完工，停用", ("完工", "停用")),
        ("已完成、已验收", ("已完成、已验收",)),
        ("停用; 已完成、已验收,完工", ("停用", "已完成、已验收", "完工")),
        ("已验收、已完成", ("已验收", "已完成")),
        ('["已验收、已完成"]', ("已验收、已完成",)),
    ],
)
def test_who_lists_statuses_need_not_take_apart_one_that_has_commas(text, said):
    assert statuses_said(text, ["在建", "已完成、已验收", "已完成、已验收、已归档"]) == said
