"""Changes of staff since a day, numbered and quick, and workbooks that come back as they went."""

from __future__ import annotations

import time
from datetime import date

import numpy as np
import openpyxl
import pytest

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.jobs.intake.import_table import import_table
from gridmgmt_plugin.jobs.people.export_posts import export_posts
from gridmgmt_plugin.jobs.people.hand_over_posts import hand_over_posts
from gridmgmt_plugin.jobs.people.import_posts import import_posts
from tests.jobs.people.staff_state import post, rows_of

GRID = "responsibility_grid"
GRIDS = ("990101001001001", "990101001001002")


@pytest.fixture
def grids(add):
    add(GRID, *({"scheme": "cg", "code": code, "name": f"第{code[-1]}网格"} for code in GRIDS))


def exported(workspace, folder, stem="责任网格岗位_cg", **options):
    report = export_posts(workspace, folder, target=GRID, author="王工", **options)
    book = openpyxl.load_workbook(folder / f"{stem}.xlsx")
    heading, *rows = book.active.iter_rows(values_only=True)
    return report, [dict(zip(heading, row)) for row in rows]


def test_only_what_changed_goes_out_with_what_it_was_and_a_number(staffed, grids, tmp_path):
    hand_over_posts(staffed, person="P1", successor="P2", on="2026-03-02", author="王工")
    report, rows = exported(staffed, tmp_path, "责任网格岗位_cg_P0001", since="2026-03-01")
    assert report.figures["number"] == "P0001"
    assert [(row["姓名"], row["变更"]) for row in rows] == [("示例甲", "终止"), ("示例乙", "新增")]
    (entry,) = staffed.read("handover_log", geometry=False).records()
    assert (entry["release_number"], entry["handed_by"], entry["means"]) == ("P0001", "王工", "exportposts")


def test_the_next_export_has_the_next_number_and_may_begin_where_the_last_one_ended(staffed, grids, tmp_path):
    with pytest.raises(GridError) as caught:
        export_posts(staffed, tmp_path, target=GRID, since="last")
    assert caught.value.code == "export_none_before"
    exported(staffed, tmp_path / "一", "责任网格岗位_cg_P0001", since="2020-01-01")
    report, _ = exported(staffed, tmp_path / "二", "责任网格岗位_cg_P0002", since="上次")
    assert f"since {date.today()}" in report.notes[0].text("en")


def test_a_deleted_post_and_an_imported_one_are_among_the_changes(staffed, grids, tmp_path):
    (tmp_path / "岗位.csv").write_text(f"责任网格编码,岗位,姓名\n{GRIDS[1]},网格长,示例乙\n", encoding="utf-8-sig")
    import_posts(staffed, read_source(tmp_path / "岗位.csv"), target=GRID, author="王工")
    with staffed.transaction("王工", "qgis") as transaction:
        rows = staffed.read("post", where={"id": "1"}, geometry=False)
        transaction.delete("post", rows.fids)
        transaction.log(
            "post", "1", '{"target": "responsibility_grid", "target_code": "990101001001001", "scheme": "cg"}', None
        )
    _, rows = exported(staffed, tmp_path, "责任网格岗位_cg_P0001", since=date.today())
    assert sorted((row["责任网格编码"], row["变更"]) for row in rows) == [(GRIDS[0], "删除"), (GRIDS[1], "新增")]


def test_a_file_that_is_there_takes_no_number(staffed, grids, tmp_path):
    (tmp_path / "责任网格岗位_cg_P0001.csv").write_text("x", encoding="utf-8")
    with pytest.raises(GridError):
        export_posts(staffed, tmp_path, target=GRID, since="2020-01-01")
    assert staffed.count("handover_log") == 0


def test_workbooks_of_posts_and_persons_come_back_as_they_went(staffed, grids, tmp_path):
    export_posts(staffed, tmp_path, target=GRID, with_persons=True, templates=False)
    before = {table: rows_of(staffed, table) for table in ("post", "person", "contact")}
    posts = import_posts(staffed, read_source(tmp_path / "责任网格岗位_cg.xlsx"), target=GRID)
    persons = import_table(staffed, read_source(tmp_path / "人员.xlsx"), "person")
    assert (posts.figures["unchanged"], persons.figures["unchanged"]) == (1, 3)
    assert {table: rows_of(staffed, table) for table in before} == before


@pytest.mark.daily(1)
def test_what_an_office_changed_in_the_workbook_is_what_is_stored(staffed, grids, tmp_path):
    export_posts(staffed, tmp_path, target=GRID, with_persons=True, templates=True)
    for name, row, heading, value in (
        ("责任网格岗位_cg", 2, "下班时间", "22:00"),
        ("责任网格岗位_cg", 3, "岗位", "网格长"),
        ("责任网格岗位_cg", 3, "姓名", "示例乙"),
        ("人员", 3, "职务", "科长（示例）"),
    ):
        book = openpyxl.load_workbook(tmp_path / f"{name}.xlsx")
        heads = [cell.value for cell in book.active[1]]
        book.active.cell(row, heads.index(heading) + 1).value = value
        book.save(tmp_path / f"{name}.xlsx")
    report = import_posts(staffed, read_source(tmp_path / "责任网格岗位_cg.xlsx"), target=GRID)
    import_table(staffed, read_source(tmp_path / "人员.xlsx"), "person")
    assert (report.figures["updated"], report.figures["added"], report.rejected) == (1, 1, 0)
    assert post(staffed, "1")["end_time"] == "22:00"
    (new,) = [row for row in rows_of(staffed, "post") if row["target_code"] == GRIDS[1]]
    assert (new["person_id"], new["role"]) == ("P2", "grid_leader")
    assert rows_of(staffed, "person")[1]["title"] == "科长（示例）"
    again = tmp_path / "再导"
    export_posts(staffed, again, target=GRID, with_persons=True, formats=("csv",))
    back = import_posts(staffed, read_source(again / "责任网格岗位_cg.csv"), target=GRID)
    assert (back.figures["unchanged"], back.figures["updated"], back.figures["added"]) == (2, 0, 0)


def test_twenty_thousand_posts_go_out_in_five_seconds(staffed, grids, tmp_path):
    count = 20_000
    columns = {
        "id": as_column(f"X{n}" for n in range(count)),
        "target": as_column([GRID] * count),
        "target_code": as_column(GRIDS[n % 2] for n in range(count)),
        "scheme": as_column(["cg"] * count),
        "person_id": as_column(["P1"] * count),
        "role": as_column(["grid_worker"] * count),
        "valid_from": as_column("2026-02-01" if n % 100 == 0 else "2020-01-01" for n in range(count)),
    }
    with staffed.transaction("", "test") as transaction:
        transaction.insert("post", Rows(columns))
    started = time.process_time()
    report = export_posts(staffed, tmp_path, target=GRID, since="2026-01-15")
    assert report.accepted == count // 100
    assert time.process_time() - started < 5
    assert np.all([entry == "P0001" for entry in staffed.read("handover_log", ["release_number"])["release_number"]])
