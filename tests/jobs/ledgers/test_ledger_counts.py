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


BY_AREA = (
    "序号,小区名称,社区编码,办理进度\n1,甲院,990101001001,在办\n2,乙院,990101001001,已完成\n3,丙院,990101002,在办\n"
)


def test_rows_that_name_no_more_than_an_area_count_for_it_and_lie_nowhere_else(town, table):
    report = import_ledger(town, table(BY_AREA), "wuye")
    assert (report.accepted, report.rejected) == (3, 0)
    assert {note.code: note.details for note in report.notes}["ledger_in_area_alone"] == {"count": 3}
    stored = town.read("ledger_item", ["unit_grid"])
    assert set(stored["unit_grid"]) == {None}
    assert not any(stored.shapes)
    communities = ledger_counts(town, "wuye", "community")
    assert figures(communities.rows, "990101001001")[:3] == [2, 1, 1]
    assert communities.report.figures["nowhere"] == 1  # a street office alone is no community
    offices = ledger_counts(town, "wuye", "street_office")
    assert [figures(offices.rows, code)[0] for code in ("990101001", "990101002")] == [2, 1]
    assert offices.report.figures["nowhere"] == 0
    assert ledger_counts(town, "wuye", "unit_grid").report.figures["nowhere"] == 3


def test_a_place_goes_before_the_area_that_a_row_names_and_an_unknown_area_is_no_place(town, table):
    text = "序号,名称,社区编码,X,Y\n1,甲,990101001001,650,50\n2,乙,990101001001,,\n3,丙,999999999999,,\n"
    report = import_ledger(town, table(text), "dian")
    assert (report.accepted, report.reasons) == (2, {"coordinate_missing": 1})
    rows = ledger_counts(town, "dian", "community").rows
    assert [figures(rows, code)[0] for code in ("990101001001", "990101002001")] == [1, 1]
    again = import_ledger(town, table(text.replace("乙,990101001001,,", "乙,990101001001,140,50")), "dian")
    assert again.figures["updated"] == 1
    assert ledger_counts(town, "dian", "unit_grid").report.figures["nowhere"] == 0


def test_the_same_list_by_areas_again_changes_nothing_without_numbers_too(town, table):
    text = BY_AREA.replace("序号,", "").replace("\n1,", "\n").replace("\n2,", "\n").replace("\n3,", "\n")
    import_ledger(town, table(text), "wuye")
    again = import_ledger(town, table(text), "wuye").figures
    assert (again["unchanged"], again["added"], again["gone"]) == (3, 0, 0)


def test_a_list_whose_areas_nobody_knows_is_refused_by_what_is_missing(town, table):
    with pytest.raises(InputError) as refused:
        import_ledger(town, table(BY_AREA.replace("990101", "110101")), "wuye")
    assert refused.value.code == "field_not_found"


def test_a_community_is_found_by_its_name_within_the_office_that_the_row_names(town, table):
    """Two communities of the town bear one name, in two street offices."""
    areas = town.read("area", ["code", "name", "level"], geometry=False).records()
    name = next(one["name"] for one in areas if one["code"] == "990101002001")
    assert [one["code"] for one in areas if one["name"] == name] == ["990101001001", "990101002001"]
    rows = [f"1,甲院,990101002,{name}", f"2,乙院,990101001,{name}", "3,丙院,990101002,", f"4,丁院,,{name}"]
    report = import_ledger(town, table("\n".join(["序号,小区名称,街道,社区", *rows, ""])), "wuye")
    assert (report.accepted, report.reasons) == (3, {"coordinate_missing": 1})
    communities = ledger_counts(town, "wuye", "community").rows
    assert [figures(communities, code)[0] for code in ("990101001001", "990101002001")] == [1, 1]
    offices = ledger_counts(town, "wuye", "street_office").rows
    assert [figures(offices, code)[0] for code in ("990101001", "990101002")] == [1, 2]
