"""How ledgers stand by place; renamed, removed and taken back; and that items follow their cells."""

from __future__ import annotations

from datetime import datetime

import pytest
import shapely

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.errors import InputError, WorkspaceError
from gridmgmt_plugin.jobs.ledgers.import_ledger import LedgerWishes, import_ledger
from gridmgmt_plugin.jobs.ledgers.ledger_acts import change_ledger, remove_ledger
from gridmgmt_plugin.jobs.ledgers.ledger_counts import ledger_counts
from gridmgmt_plugin.workspace.changes.take_back import take_back_last

HEAD = "编号,名称,状态,期限,X,Y"
FIRST = f"{HEAD}\n1,甲,在办,2026-01-31,140,50\n2,乙,已完成,2026-01-31,160,50\n3,丙,在办,2026-03-01,650,50\n"
SECOND = f"{HEAD}\n1,甲,已完成,,140,50\n2,乙,已完成,,160,50\n4,丁,在办,2026-02-01,650,50\n"


@pytest.fixture
def kept(town, table, monkeypatch):
    """Return the town with a ledger of two imports."""
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 2, 10, 9))
    import_ledger(town, table(FIRST), "dian", LedgerWishes("点位"))
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 2, 20, 9))
    import_ledger(
        town, table(f"{HEAD}\n1,甲,已完成,,140,50\n2,乙,已完成,,160,50\n4,丁,在办,2026-02-01,650,50\n"), "dian"
    )
    return town


def figures(rows, code):
    (row,) = [row for row in rows.records() if row["code"] == code]
    return [row[name] for name in ("items", "open", "done", "overdue", "new", "changed", "gone")]


@pytest.mark.parametrize("level", ["unit_grid", "community", "street_office"])
def test_every_level_counts_the_same_items(kept, level):
    found = ledger_counts(kept, "dian", level)
    whole = found.report.figures
    names = ("items", "open", "done", "overdue", "new", "changed", "gone", "nowhere")
    assert [whole[name] for name in names] == [3, 1, 2, 1, 1, 1, 1, 0]
    assert [sum(found.rows[name]) for name in names[:-1]] == [3, 1, 2, 1, 1, 1, 1]


def test_items_count_for_their_community_and_their_lane(kept):
    rows = ledger_counts(kept, "dian", "community").rows
    assert figures(rows, "990101001001") == [2, 0, 2, 0, 0, 1, 0]
    assert figures(rows, "990101002001") == [1, 1, 0, 1, 1, 0, 1]
    (lane,) = ledger_counts(kept, "dian", "lane").rows.records()
    assert (lane["code"], lane["items"]) == ("9901010010001", 2)


def test_all_ledgers_come_out_only_where_they_have_something(kept, table):
    import_ledger(kept, table(f"{HEAD}\nA,戊,在办,,50,450\n", "另.csv"), "ling")
    rows = ledger_counts(kept, "", "community").rows
    assert {(row["ledger"], row["code"]) for row in rows.records()} == {
        ("dian", "990101001001"),
        ("dian", "990101002001"),
        ("ling", "990101001002"),
    }


def test_what_cannot_be_counted_is_refused(kept):
    for wrong, code in ((("meiyou",), "ledger_unknown"), (("dian", "department"), "evaluation_level_unknown")):
        with pytest.raises(InputError) as refused:
            ledger_counts(kept, *wrong)
        assert refused.value.code == code
    remove_ledger(kept, "dian")
    with pytest.raises(WorkspaceError) as empty:
        ledger_counts(kept)
    assert empty.value.code == "ledgers_none"


def test_a_ledger_is_renamed_and_what_is_done_is_said_anew(kept):
    report = change_ledger(kept, "dian", LedgerWishes("点位表", "在办，已完成", "star", "#0000FF"), author="张")
    assert report.notes[0].code == "ledger_changed"
    (row,) = kept.read("ledger", geometry=False).records()
    assert (row["title"], row["done_statuses"], row["symbol"], row["colour"]) == (
        "点位表",
        "在办\n已完成",
        "star",
        "#0000ff",
    )
    assert ledger_counts(kept, "dian").report.figures["overdue"] == 0
    again = change_ledger(kept, "dian", LedgerWishes("点位表"))
    assert again.notes[0].code == "ledger_unchanged"


def test_a_ledger_that_was_removed_comes_back_whole(kept):
    def state():
        tables = [kept.read(name) for name in ("ledger", "ledger_item")]
        shapes = shapely.to_wkt(tables[1].shapes).tolist()
        return [[{**row, "row_version": 0} for row in rows.records()] for rows in tables], shapes

    before = state()
    assert remove_ledger(kept, "dian", author="张").accepted == 4
    assert kept.count("ledger_item") == kept.count("ledger") == 0
    take_back_last(kept, "张")
    assert state() == before
