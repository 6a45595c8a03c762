"""Tables that offices keep: added, updated by their key, refused where a reference would mislead."""

from __future__ import annotations

import numpy as np
import openpyxl
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.resources import resource_path
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.intake.import_table import import_table
from gridmgmt_plugin.workspace.schema import OFFICE_TABLES
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.districts import assert_cancel_leaves_nothing, dump, layer, town
from tests.jobs.refusals import refused_by
from tests.tries import tries

DEPARTMENTS = "部门编码,部门名称,简称,类别\nD01,区城管委,城管,主管\nD02,自来水公司,水司,权属单位\n"


@pytest.fixture(scope="module")
def table_town_file(tmp_path_factory):
    return town(tmp_path_factory.mktemp("tables")).path


@pytest.fixture
def table_town(table_town_file, tmp_path):
    path = tmp_path / "网格 库.gpkg"
    path.write_bytes(table_town_file.read_bytes())
    return Workspace.open(path)


def table_file(folder, text, name="表 格.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return read_source(path)


def refused(workspace, source, table, code, **options):
    return refused_by(import_table)(workspace, code, source, table, **options)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk"])
def test_departments_come_in_and_say_their_kind_in_any_words(table_town, tmp_path, encoding):
    report = import_table(table_town, table_file(tmp_path, DEPARTMENTS, encoding=encoding), "department")
    assert report.figures == {"rows": 2, "added": 2, "updated": 0, "unchanged": 0, "older": 0}
    rows = table_town.read("department")
    assert rows["name"].tolist() == ["区城管委", "自来水公司"]
    assert rows["kind"].tolist() == ["主管", "权属"]


def test_a_second_import_updates_by_key_and_empty_cells_change_nothing(table_town, tmp_path):
    import_table(table_town, table_file(tmp_path, DEPARTMENTS), "department")
    text = "部门编码,部门名称,简称\nD02,供水集团,\nD03,电力公司,电力\n"
    report = import_table(table_town, table_file(tmp_path, text), "department")
    assert report.figures == {"rows": 2, "added": 1, "updated": 1, "unchanged": 0, "older": 0}
    rows = {row["code"]: row for row in table_town.read("department").records()}
    assert (rows["D02"]["name"], rows["D02"]["short_name"], rows["D02"]["kind"]) == ("供水集团", "水司", "权属")
    assert rows["D02"]["row_version"] == 2
    assert rows["D01"]["row_version"] == 1


def test_the_same_table_again_changes_nothing_and_says_so(table_town, tmp_path):
    import_table(table_town, table_file(tmp_path, DEPARTMENTS), "department")
    before = dump(table_town.path)
    report = import_table(table_town, table_file(tmp_path, DEPARTMENTS), "department")
    assert report.figures["unchanged"] == report.accepted == 2
    assert "nothing_changed" in [note.code for note in report.notes]
    assert dump(table_town.path) == before


def test_rows_without_key_and_repeated_keys_are_rejected(table_town, tmp_path):
    text = "部门编码,部门名称\nD01,甲\n,乙\nD01,丙\n9.9E+15,丁\n"
    report = import_table(table_town, table_file(tmp_path, text), "department")
    assert {row.row: row.reason for row in report.rejected_rows} == {
        3: "key_missing",
        4: "duplicate_in_file",
        5: "damage_scientific",
    }
    assert table_town.read("department")["name"].tolist() == ["甲"]


def test_a_department_may_name_one_of_its_own_file_as_its_parent(table_town, tmp_path):
    text = "部门编码,部门名称,上级部门编码\nD02,乙,D01\nD01,甲,\nD03,丙,D99\n"
    report = import_table(table_town, table_file(tmp_path, text), "department")
    assert dict(zip(*(table_town.read("department")[n] for n in ("code", "parent_code")))) == {
        "D01": None,
        "D02": "D01",
        "D03": None,
    }
    (note,) = [note for note in report.notes if note.code == "references_left_empty"]
    assert (note.details["shown"], note.details["rows"]) == ("D99", "4")


def test_persons_name_their_department_by_code_or_name(table_town, tmp_path):
    import_table(table_town, table_file(tmp_path, DEPARTMENTS), "department")
    text = "人员编号,姓名,单位编码,状态,离岗日期\nP1,示例甲,水司,在职,2026/3/31\nP2,示例乙,某公司,退休,\n"
    report = import_table(table_town, table_file(tmp_path, text), "person")
    first, second = table_town.read("person").records()
    assert (first["department_code"], first["state"], first["left_on"]) == ("D02", "在岗", "2026-03-31")
    assert second["department_code"] is None
    assert "references_left_empty" in [note.code for note in report.notes]


def test_before_departments_are_there_persons_keep_what_is_written(table_town, tmp_path):
    report = import_table(table_town, table_file(tmp_path, "人员编号,姓名,单位编码\nP1,示例甲,D07\n"), "person")
    assert table_town.read("person")["department_code"].tolist() == ["D07"]
    assert "departments_not_checked" in [note.code for note in report.notes]


def test_identity_numbers_are_refused(table_town, tmp_path):
    source = table_file(tmp_path, "人员编号,姓名,身份证号\nP1,示例甲,11010119900307875X\n")
    refused(table_town, source, "person", "identity_column_refused")


def test_a_name_with_a_mistyped_identity_number_and_an_account_that_is_one_do_not_come_in(table_town, tmp_path):
    text = "人员编号,姓名,账号\nP1,示例甲110101199003071234,\nP2,示例乙,110101900307123\nP3,示例丙,13812345678\n"
    report = import_table(table_town, table_file(tmp_path, text), "person")
    assert [(row.row, row.reason) for row in report.rejected_rows] == [(2, "name_is_private")]
    assert table_town.read("person")["account"].tolist() == [None, "13812345678"]
    (told,) = [note for note in report.notes if note.code == "private_codes_left_empty"]
    assert told.details["rows"] == "3"
    report.write(tmp_path / "told.json", "zh_CN")
    for secret in (b"110101199003071234", b"110101900307123"):
        assert all(secret not in path.read_bytes() for path in (table_town.path, *tmp_path.glob("told*")))


def test_contacts_belong_to_persons_that_are_there(table_town, tmp_path):
    import_table(table_town, table_file(tmp_path, "人员编号,姓名\nP1,示例甲\n"), "person")
    text = "人员编号,办公电话,手机,同意公示\nP1,000-5551,19900001000,同意\nP9,,19900001001,否\n"
    report = import_table(table_town, table_file(tmp_path, text), "contact")
    (row,) = report.rejected_rows
    assert (row.row, row.reason, row.value) == (3, "reference_unknown", "P9")
    assert "人员" in row.text("zh")
    (kept,) = table_town.read("contact").records()
    assert (kept["mobile"], kept["publish_consent"]) == ("19900001000", 1)


def test_phones_that_a_spreadsheet_spoilt_are_left_empty(table_town, tmp_path):
    import_table(table_town, table_file(tmp_path, "人员编号,姓名\nP1,甲\nP2,乙\n"), "person")
    book = openpyxl.Workbook()
    for row in (["人员编号", "手机"], ["P1", 19900001000], ["P2", "1.99E+10"]):
        book.active.append(row)
    book.save(tmp_path / "联系 方式.xlsx")
    report = import_table(table_town, read_source(tmp_path / "联系 方式.xlsx"), "contact")
    assert table_town.read("contact")["mobile"].tolist() == ["19900001000", None]
    assert [note.details["rows"] for note in report.notes if note.code == "phones_left_empty"] == ["3"]


def test_a_duty_rule_that_would_reach_too_far_is_rejected(table_town, tmp_path):
    import_table(table_town, table_file(tmp_path, DEPARTMENTS), "department")
    head = "序号,类型,类别前缀,区划编码,责任区类型,部门编码,失效日期"
    rows = [
        "1,部件,0101,990101,,D01,",
        "2,部件,0101,990199,,D01,",
        "3,部件,0101,990101,海底,D01,",
        "4,部件,0101,990101,,D77,",
        "5,物件,0101,990101,,D01,",
        "6,部件,0101,990101,,D01,长期",
        "7,事件,0101,990101,物业小区,,",
    ]
    report = import_table(table_town, table_file(tmp_path, "\n".join([head, *rows])), "duty_rule")
    assert {row.row: row.reason for row in report.rejected_rows} == {
        3: "reference_unknown",
        4: "value_unknown",
        5: "reference_unknown",
        6: "value_unknown",
        7: "value_unknown",
    }
    assert all("{" not in row.text(language) for row in report.rejected_rows for language in ("zh", "en"))
    kept = table_town.read("duty_rule")
    assert kept["id"].tolist() == ["1", "7"]
    assert kept["class_kind"].tolist() == ["component", "event"]


def test_stations_are_points_in_the_district(table_town, tmp_path):
    text = "工作站编号,名称,级别,区划编码,x,y\n01,甲站,区中心,990101,10,10\n02,乙站,区中心,990101,99999,10\n"
    report = import_table(table_town, table_file(tmp_path, text), "station")
    assert {row.row: row.reason for row in report.rejected_rows} == {3: "outside_district"}
    rows = table_town.read("station")
    assert rows.geometry[0].equals(shapely.Point(10, 10))
    text = text.replace("10,10", "20,20", 1)
    assert import_table(table_town, table_file(tmp_path, text), "station").figures["updated"] == 1
    assert table_town.read("station").geometry[0].equals(shapely.Point(20, 20))


def test_duty_zones_are_polygons_and_broken_ones_are_told(table_town):
    shapes = [
        shapely.box(0, 0, 100, 100),
        shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)]),
        shapely.Point(5, 5),
        None,
    ]
    source = layer(
        {"编号": ["Z1", "Z2", "Z3", "Z4"], "责任区类型": ["物业小区"] * 4, "名称": list("甲乙丙丁")}, shapes
    )
    report = import_table(table_town, source, "duty_zone")
    assert [row.reason for row in report.rejected_rows] == ["geometry_invalid", "not_a_polygon", "geometry_missing"]
    rows = table_town.read("duty_zone")
    assert (rows["code"].tolist(), rows["kind"].tolist()) == (["Z1"], ["物业小区"])
    assert import_table(table_town, source, "duty_zone").figures["unchanged"] == 1


def test_an_extent_without_codes_is_numbered(table_town):
    report = import_table(table_town, layer({"期次": ["一期"]}, [shapely.box(0, 0, 200, 200)]), "covered_extent")
    assert "keys_numbered" in [note.code for note in report.notes]
    assert table_town.read("covered_extent").records()[0]["code"] == "1"


def test_scheme_keys_fit_a_column_name(table_town, tmp_path):
    report = import_table(table_town, table_file(tmp_path, "标识,名称\ncg,城管巡查\nHW,环卫\n"), "scheme")
    (row,) = report.rejected_rows
    assert row.reason == "scheme_key_malformed"
    assert "HW" in row.text("zh")
    assert table_town.read("scheme")["key"].tolist() == ["cg"]


def test_tables_and_columns_that_are_not_there_are_refused(table_town, tmp_path):
    source = table_file(tmp_path, DEPARTMENTS)
    refused(table_town, source, "unit_grid", "import_table_unknown")
    refused(table_town, source, "department", "field_missing", field_map={"name": "无此列"})
    refused(table_town, source, "department", "import_column_unknown", field_map={"colour": "简称"})
    refused(table_town, table_file(tmp_path, "名称\n甲\n"), "department", "import_key_missing")
    refused(table_town, table_file(tmp_path, "部门编码,部门名称\n"), "department", "import_table_empty")
    refused(table_town, source, "duty_zone", "import_not_polygons")


def test_headings_map_to_columns(table_town, tmp_path):
    source = table_file(tmp_path, "a,b\nD1,甲\n")
    import_table(table_town, source, "department", field_map={"code": "a", "name": "b"})
    assert table_town.read("department")["name"].tolist() == ["甲"]


def test_cancelling_a_table_import_leaves_the_workspace_as_it_was(table_town_file, tmp_path):
    folder = tmp_path / "库"
    folder.mkdir()
    path = folder / "a.gpkg"
    path.write_bytes(table_town_file.read_bytes())
    source = table_file(tmp_path, DEPARTMENTS)
    assert_cancel_leaves_nothing(lambda w, progress: import_table(w, source, "department", progress=progress), path)


@tries(20)
@given(
    table=st.sampled_from(
        [name for name in OFFICE_TABLES if name in ("department", "person", "scheme", "duty_rule")]
    ),
    rows=st.lists(
        st.tuples(st.sampled_from(["a", "b", "c", "", "1.2E+16"]), st.text("甲乙1,'=- ", max_size=4)),
        min_size=1,
        max_size=8,
    ),
)
def test_every_row_of_a_table_comes_in_or_keeps_its_reason(table_town_file, tmp_path, table, rows):
    path = tmp_path / "库.gpkg"
    path.write_bytes(table_town_file.read_bytes())
    workspace = Workspace.open(path)
    key = {"department": "code", "person": "id", "scheme": "key", "duty_rule": "id"}[table]
    other = {"department": "name", "person": "name", "scheme": "title", "duty_rule": "basis"}[table]
    keys, texts = ([value or None for value in column] for column in zip(*rows))
    source = Source(
        Rows({key: as_column(keys), other: as_column(texts)}),
        "t",
        "t.csv",
        None,
        "utf-8",
        row_numbers=np.arange(2, len(rows) + 2),
    )
    report = import_table(workspace, source, table)
    assert report.accepted + report.rejected == len(rows)
    assert report.rejected == sum(report.reasons.values()) == len(report.rejected_rows)
    assert workspace.count(table) == report.figures["added"]
    again = import_table(workspace, source, table)
    assert again.figures["unchanged"] == report.accepted


def test_every_table_of_the_sample_comes_in_whole(table_town_file, tmp_path):
    path = tmp_path / "示例.gpkg"
    path.write_bytes(table_town_file.read_bytes())
    workspace = Workspace.open(path)
    for name, table, count in (
        ("departments.csv", "department", 20),
        ("persons.xlsx", "person", 256),
        ("contacts.xlsx", "contact", 256),
        ("duty_rules.csv", "duty_rule", 44),
    ):
        report = import_table(workspace, read_source(resource_path(f"sample/{name}")), table)
        assert (report.accepted, report.rejected) == (count, 0), name
        assert not [note for note in report.notes if note.code.endswith("left_empty")], name


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk"])
def test_a_new_person_without_a_name_is_told_and_a_known_one_keeps_the_name(table_town, tmp_path, encoding):
    import_table(table_town, table_file(tmp_path, "id,name\nP1,示例甲\n", "a.csv"), "person")
    text = "id,name,职务\nP1,,科长\nP2,,\nP3,无,\n'P4,示例丁,\n"
    report = import_table(table_town, table_file(tmp_path, text, "b.csv", encoding), "person")
    assert [(row.row, row.reason) for row in report.rejected_rows] == [(3, "name_missing"), (4, "name_missing")]
    assert "姓名" in report.rejected_rows[0].text("zh")
    assert dict(zip(*table_town.read("person", ["id", "name"]).columns.values())) == {"P1": "示例甲", "P4": "示例丁"}


RULE_HEAD = "id,class_kind,class_prefix,area_code,department_code,valid_from,valid_to,scheme"


def test_every_fault_of_a_duty_list_is_told_with_its_row(table_town, tmp_path):
    import_table(table_town, table_file(tmp_path, DEPARTMENTS, "d.csv"), "department")
    with table_town.transaction("", "test") as transaction:
        transaction.insert("scheme", Rows.from_records([{"key": "cg", "title": "城管巡查", "base": "unit_grid"}]))
    rows = [
        "Q1,部件,0101,990101001,D01,2026-05-01,2026-01-01,",
        "Q2,部件,0101,9.90101E+08,D01,,,",
        "Q3,部件,0101,990101999,D01,,,",
        "Q4,部件,1E+2,990101001,D01,,,",
        "Q5,部件,0101,990101001,D99,,,",
        "Q6,部件,0101,990101001,D01,,,zz",
        "Q7,部件,0101,９９０１０１００１,D01,2026-01-01,2026-06-30,",
        "Q8,部件,0101,'990101001,自来水公司,2026-06-30,,",
        "Q9,部件,0101,990101001,D01,2025-01-01,2025-12-31,",
        "Q10,部件,9999,990101001,D01,,,",
        "Q11,部件,0102,990101001000,D01,,,",
    ]
    report = import_table(table_town, table_file(tmp_path, "\n".join([RULE_HEAD, *rows, ""]), "r.csv"), "duty_rule")
    assert {row.key: row.reason for row in report.rejected_rows} == {
        "Q1": "period_reversed",
        "Q2": "reference_damaged",
        "Q3": "reference_unknown",
        "Q4": "value_unknown",
        "Q5": "reference_unknown",
        "Q6": "reference_unknown",
    }
    assert [row.row for row in report.rejected_rows] == [2, 3, 4, 5, 6, 7]
    assert not any("{" in row.text("zh") + row.text("en") for row in report.rejected_rows)
    assert table_town.read("duty_rule")["id"].tolist() == ["Q7", "Q8", "Q9", "Q10", "Q11"]
    assert set(table_town.read("duty_rule")["area_code"].tolist()) == {"990101001"}  # also of 990101001000
    told = {note.code: note.details for note in report.notes}
    assert told["duty_rules_overlap"]["rows"] == "8, 9"
    assert told["classes_not_in_catalogue"]["rows"] == "11"
