"""What offices send wrong about staff and duty: told row by row, in file and database, nothing half-imported."""

from __future__ import annotations

import pytest
import shapely

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.jobs.intake.import_table import import_table
from gridmgmt_plugin.jobs.people.import_posts import import_posts
from gridmgmt_plugin.jobs.responsibility.assign_units import assign_units
from tests.jobs.people.duty_district import CELLS
from tests.jobs.people.staff_state import rows_of

GRIDS = ("990101001001001", "990101001001002")
HEAD = "责任网格编码,岗位,轮次,姓名,工号,任职日期,离任日期"
TABLES = ("person", "contact", "post", "duty_rule", "department")
ENCODINGS = ["gbk", "utf-8-sig"]


@pytest.fixture
def district(staffed):
    """Return the small district with its two responsibility grids entered."""
    grids = {"scheme": ["cg"] * 2, "code": GRIDS, "name": ["一格", "二格"], "area_code": ["990101001001"] * 2}
    boxes = shapely.multipolygons([[shapely.box(x, 0, x + 100, 100)] for x in (0, 100)])
    with staffed.transaction("", "test") as transaction:
        rows = Rows({name: as_column(values) for name, values in grids.items()}, boxes)
        transaction.insert("responsibility_grid", rows)
        transaction.insert("scheme", Rows.from_records([{"key": "hw", "title": "环卫", "base": "unit_grid"}]))
    return staffed


def sent(folder, text, encoding="utf-8-sig"):
    path = folder / "表 格.csv"
    path.write_bytes(text.encode(encoding))
    return read_source(path)


def state(workspace):
    return {table: rows_of(workspace, table) for table in TABLES}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_bad_row_of_a_table_of_posts_is_told_and_only_the_good_ones_come_in(district, tmp_path, encoding):
    rows = [
        f"{GRIDS[0]},网格员,A角,示例丁,E1,2026-01-01,2026-06-30",
        f"{GRIDS[0]},网格员,A角,示例丁,E1,2026-06-30,",  # overlaps the one above
        "990101001001099,网格员,,示例戊,E2,,",  # a grid that is not there
        "9.90101E+14,网格员,,示例己,E3,,",  # a code that a spreadsheet damaged
        f"{GRIDS[1]},网格员,,,E4,,",  # nobody
        f"{GRIDS[1]},网格员,,示例庚110101199003071234,E5,,",  # an identity number in a name
        f"{GRIDS[1]},院长,,示例辛,E6,,",  # no such role
        f"{GRIDS[1]},网格员,,示例壬,E7,2026-06-01,2026-01-01",  # ends before it begins
        f"{GRIDS[1]},网格员,A角,示例癸,E8,2026-01-01,",
    ]
    before = state(district)
    report = import_posts(
        district, sent(tmp_path, "\n".join([HEAD, *rows, ""]), encoding), target="responsibility_grid", scheme="cg"
    )
    assert {row.row: row.reason for row in report.rejected_rows} == {
        3: "post_overlaps",
        4: "post_target_unknown",
        5: "post_target_code_damaged",
        6: "post_without_name",
        7: "name_is_private",
        8: "post_role_unknown",
        9: "post_period_reversed",
    }
    assert (report.accepted, report.rejected) == (2, 7)
    for row in report.rejected_rows:
        assert row.text("zh")
        assert "110101199003071234" not in row.text("zh") + row.value
    after = state(district)
    new = [row for row in after["post"] if row not in before["post"]]
    assert [(row["target_code"], row["valid_from"], row["valid_to"]) for row in new] == [
        (GRIDS[0], "2026-01-01", "2026-06-30"),
        (GRIDS[1], "2026-01-01", None),
    ]
    assert {row["name"] for row in after["person"]} - {row["name"] for row in before["person"]} == {
        "示例丁",
        "示例癸",
    }


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_bad_row_of_a_duty_list_is_told_and_only_the_good_ones_come_in(district, tmp_path, encoding):
    head = "编号,类别,适用区划,责任部门,生效日期,失效日期"
    rows = [
        "Q1,0101,990101001,D1,,",
        "Q2,0101,990101999,D1,,",
        "Q3,0101,9.90101E+08,D1,,",
        "Q4,0101,990101001,D77,,",
        "Q5,0101,990101001,D1,2026-05-01,2026-01-01",
    ]
    before = state(district)
    report = import_table(
        district,
        sent(tmp_path, "\n".join([head, *rows, ""]), encoding),
        "duty_rule",
        field_map=dict(
            zip(("id", "class_prefix", "area_code", "department_code", "valid_from", "valid_to"), head.split(","))
        ),
    )
    assert {row.row: row.reason for row in report.rejected_rows} == {
        3: "reference_unknown",
        4: "reference_damaged",
        5: "reference_unknown",
        6: "period_reversed",
    }
    new = [row["id"] for row in state(district)["duty_rule"] if row not in before["duty_rule"]]
    assert new == ["Q1"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_persons_without_a_name_are_told_and_a_known_one_keeps_the_name(district, tmp_path, encoding):
    report = import_table(district, sent(tmp_path, "id,name,职务\nP1,,科长\nP8,,\nP9,示例丁,\n", encoding), "person")
    assert [(row.row, row.reason) for row in report.rejected_rows] == [(3, "name_missing")]
    names = {row["id"]: row["name"] for row in rows_of(district, "person")}
    assert (names["P1"], names["P9"], "P8" in names) == ("示例甲", "示例丁", False)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"{HEAD},身份证号\n{GRIDS[0]},网格员,,示例丁,E1,,,11010519491231002X\n", "identity_column_refused"),
        (f"{HEAD},备注\n{GRIDS[0]},网格员,,示例丁,E1,,,11010519491231002X\n", "identity_numbers_refused"),
    ],
)
def test_a_table_with_identity_numbers_is_refused_whole(district, tmp_path, text, code):
    before = state(district)
    with pytest.raises(GridError) as caught:
        import_posts(district, sent(tmp_path, text), target="responsibility_grid", scheme="cg")
    assert caught.value.code == code
    assert "11010519491231002X" not in caught.value.text("zh")
    assert state(district) == before


def test_posts_for_a_scheme_without_grids_are_refused_by_name(district, tmp_path):
    before = state(district)
    good = sent(tmp_path, f"{HEAD}\n{GRIDS[0]},网格员,,示例丁,E1,,\n")
    with pytest.raises(GridError) as caught:
        import_posts(district, good, target="responsibility_grid", scheme="hw")
    assert caught.value.code == "post_scheme_without_grids"
    assert "环卫" in caught.value.text("zh")
    assert state(district) == before


def test_a_unit_grid_of_another_street_office_stays_and_is_told_while_the_others_go(district):
    beyond = "990101002001001"
    ground = shapely.box(200, 0, 300, 100)
    areas = {
        "code": ["990101002", "990101002001"],
        "level": ["street_office", "community"],
        "parent_code": ["990101", "990101002"],
    }
    unit = {"code": [beyond], "area_code": ["990101002001"]}
    with district.transaction("", "test") as transaction:
        shapes = shapely.multipolygons([[ground]] * 2)
        transaction.insert("area", Rows({name: as_column(values) for name, values in areas.items()}, shapes))
        rows = Rows({name: as_column(values) for name, values in unit.items()}, as_column([ground]))
        transaction.insert("unit_grid", rows)
    report = assign_units(district, scheme="cg", grid=GRIDS[0], units=f"{CELLS[1]},{beyond},999", author="王示例")
    told = {row.key: row.reason for row in report.rejected_rows}
    assert (report.accepted, told) == (1, {"999": "assign_unit_unknown", beyond: "assign_unit_across"})
    grid_of = {row["code"]: row["rg_cg"] for row in rows_of(district, "unit_grid")}
    assert grid_of == {CELLS[0]: GRIDS[0], CELLS[1]: GRIDS[0], beyond: None}
