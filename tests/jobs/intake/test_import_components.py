"""Components as cities keep them: good rows come in with their place, bad ones keep their row and their reason."""

from __future__ import annotations

import json

import numpy as np
import openpyxl
import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st

from gridmgmt_plugin.core.errors import GridError, InputError
from gridmgmt_plugin.core.resources import resource_path
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.text import to_numbers
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.areas.create_workspace import create_workspace
from gridmgmt_plugin.jobs.intake.import_components import import_components
from gridmgmt_plugin.jobs.intake.import_table import import_table
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.districts import assert_cancel_leaves_nothing, dump, layer, town, town_with_a_lane
from tests.tries import tries

HEAD = "标识码,类别代码,部件名称,横坐标X,纵坐标Y"


@pytest.fixture(scope="module")
def component_town_file(tmp_path_factory):
    return town_with_a_lane(tmp_path_factory.mktemp("components")).path


@pytest.fixture
def component_town(component_town_file, tmp_path):
    path = tmp_path / "网格 库.gpkg"
    path.write_bytes(component_town_file.read_bytes())
    return Workspace.open(path)


def csv_of(folder, text, name="部件 清单.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return read_source(path)


def code(number, class_code="0101", county="990101"):
    return f"{county}{class_code}{number:06d}"


def reasons(report):
    return {row.row: row.reason for row in report.rejected_rows}


def test_a_good_row_comes_in_with_its_cell_and_its_lane(component_town, tmp_path):
    source = csv_of(tmp_path, f"{HEAD},部件状态,普查日期\n{code(1)},0101,上水井盖,140,50,正常,2024年9月3日\n")
    report = import_components(component_town, source, author="张")
    assert (report.accepted, report.rejected) == (1, 0)
    (row,) = component_town.read("component").records()
    cell = component_town.read("unit_grid").geometry
    grids = component_town.read("unit_grid", ["code"])
    (inside,) = np.flatnonzero(shapely.intersects_xy(cell, 140, 50))
    assert row["unit_grid"] == grids["code"][inside]
    assert row["lane_code"] == "9901010010001"
    assert (row["code"], row["class_code"], row["name"]) == (code(1), "0101", "上水井盖")
    assert (row["state"], row["surveyed_on"]) == ("完好", "2024-09-03")
    assert component_town.read("component").geometry[0].equals(shapely.Point(140, 50))
    (logged,) = component_town.read("change_log", where={"gesture": "import_components"}).records()
    assert logged["changed_by"] == "张"


def test_the_bgid_of_an_inventory_is_held_against_the_map(component_town, tmp_path):
    cells = component_town.read("unit_grid", ["code"])
    inside = str(cells["code"][shapely.intersects_xy(cells.geometry, 140, 50)][0])
    other = str(cells["code"][~shapely.intersects_xy(cells.geometry, 140, 50)][0])
    text = f"ObjID,ObjName,BGID,X,Y\n{code(1)},井盖,{inside},140,50\n{code(2)},井盖,{other},140,50\n"
    report = import_components(component_town, csv_of(tmp_path, text))
    told = {note.code: note.details for note in report.notes}
    assert told["components_name_other_grid"]["rows"] == "3"
    assert component_town.read("component")["unit_grid"].tolist() == [inside, inside]


NATIONAL_TABLES = {
    "GB/T 30428.2-2013": "ObjID,ObjName,DeptCode1,BGID,ObjState,ORDate,CHDate,DataSource,X,Y",
    "the series of 2023": "comp_code,comp_name,dept_code,grid_id,comp_status,init_date,change_date,data_source,x,y",
}


@pytest.mark.parametrize("series", NATIONAL_TABLES)
def test_component_tables_of_the_national_standards_are_read_by_their_own_headings(component_town, tmp_path, series):
    cells = component_town.read("unit_grid", ["code"])
    inside = str(cells["code"][shapely.intersects_xy(cells.geometry, 140, 50)][0])
    row = f"{code(1)},上水井盖,D1,{inside},完好,20240903,20250102,普查,140,50"
    report = import_components(component_town, csv_of(tmp_path, f"{NATIONAL_TABLES[series]}\n{row}\n"))
    assert (report.accepted, report.reasons) == (1, {})
    (stored,) = component_town.read("component").records()
    expected = {"code": code(1), "name": "上水井盖", "department_code": "D1", "unit_grid": inside, "state": "完好"}
    expected |= {"surveyed_on": "2024-09-03", "changed_on": "2025-01-02", "source": "普查"}
    assert {name: stored[name] for name in expected} == expected


def test_every_bad_row_is_listed_with_its_line_and_reason(component_town, tmp_path):
    rows = [
        f"{code(1)},0101,好,10,10",
        f"{code(2)},0101,空,,10",
        f"{code(3)},0101,字,甲,10",
        f"{code(4)},0101,远,90000,10",
        f"{code(1)},0101,重,20,20",
        f"{code(5, county='110101')},0101,外区,20,20",
        f"{code(6)[:-1]},0101,少一位,20,20",
        f"{code(7, class_code='0000')},0101,段错,20,20",
        f"{code(8)},0101,好,30,30",
    ]
    report = import_components(component_town, csv_of(tmp_path, "\n".join([HEAD, *rows])))
    assert reasons(report) == {
        3: "coordinate_missing",
        4: "coordinate_not_number",
        5: "outside_district",
        6: "duplicate_in_file",
        7: "component_of_other_county",
        8: "component_code_malformed",
        9: "component_code_malformed",
    }
    assert report.reasons["component_code_malformed"] == 2
    assert (report.accepted, report.rejected) == (2, 7)
    assert component_town.count("component") == 2
    for row in report.rejected_rows:
        for language in ("zh", "en"):
            assert "{" not in row.text(language)


def test_a_bad_first_row_does_not_make_its_good_twin_a_duplicate(component_town, tmp_path):
    text = f"{HEAD}\n{code(1)},0101,空,,\n{code(1)},0101,好,10,10\n"
    report = import_components(component_town, csv_of(tmp_path, text))
    assert reasons(report) == {2: "coordinate_missing"}
    assert component_town.read("component")["name"].tolist() == ["好"]


def test_the_same_file_adds_nothing_the_second_time_and_says_so(component_town, tmp_path):
    text = f"{HEAD}\n{code(1)},0101,甲,10,10\n{code(2)},0101,乙,20,20\n"
    import_components(component_town, csv_of(tmp_path, text))
    before = dump(component_town.path)
    report = import_components(component_town, csv_of(tmp_path, text))
    assert (report.rejected, report.figures["added"], report.figures["unchanged"]) == (0, 0, 2)
    assert "nothing_changed" in [note.code for note in report.notes]
    assert dump(component_town.path) == before


def test_a_file_that_tells_neither_codes_nor_classes_is_refused_as_a_whole(component_town, tmp_path):
    with pytest.raises(InputError) as refused:
        import_components(component_town, csv_of(tmp_path, "地点,横坐标X,纵坐标Y\n桥头,10,10\n"))
    assert refused.value.code == "field_not_found"
    assert component_town.count("component") == 0


def test_new_rows_of_a_longer_file_are_appended(component_town, tmp_path):
    text = f"{HEAD}\n{code(1)},0101,甲,10,10\n"
    import_components(component_town, csv_of(tmp_path, text))
    report = import_components(component_town, csv_of(tmp_path, f"{text}{code(2)},0101,乙,20,20\n"))
    assert (report.figures["added"], report.figures["unchanged"]) == (1, 1)
    assert component_town.read("component")["code"].tolist() == [code(1), code(2)]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_any_chinese_encoding_is_read(component_town, tmp_path, encoding):
    text = f"{HEAD},备注\n{code(1)},0101,上水井盖,10,10,井盖位于人行道上\n"
    import_components(component_town, csv_of(tmp_path, text, encoding=encoding))
    (row,) = component_town.read("component").records()
    assert (row["name"], row["note"]) == ("上水井盖", "井盖位于人行道上")


def test_full_width_digits_are_digits(component_town, tmp_path):
    wide = str.maketrans("0123456789.", "０１２３４５６７８９．")
    text = f"{HEAD}\n{code(1).translate(wide)},{'0101'.translate(wide)},甲,{'140.5'.translate(wide)},５０\n"
    report = import_components(component_town, csv_of(tmp_path, text))
    assert report.rejected == 0
    rows = component_town.read("component")
    assert (rows["code"][0], rows["class_code"][0]) == (code(1), "0101")
    assert rows.geometry[0].equals(shapely.Point(140.5, 50))


def test_exchanged_coordinates_are_told_apart_from_points_elsewhere(tmp_path):
    shapes = {f"99010100100{n + 1}": shapely.box(500_000, 300_000 + n, 500_800, 300_001 + n + 400) for n in range(1)}
    workspace = town(tmp_path, shapes=shapes)
    text = (
        f"{HEAD}\n{code(1)},0101,甲,500100,300100\n{code(2)},0101,乙,300100,500100\n{code(3)},0101,丙,600000,300100\n"
    )
    report = import_components(workspace, csv_of(tmp_path, text))
    assert reasons(report) == {3: "coordinates_swapped", 4: "outside_district"}


def workbook_of(folder, rows, name="部件 台账.xlsx"):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    path = folder / name
    book.save(path)
    return read_source(path)


def test_a_workbook_that_holds_codes_as_numbers_keeps_what_can_be_kept(component_town, tmp_path):
    rows = [HEAD.split(","), [8001, 101, "甲", 10.0, 20.0], [8002, 118, "乙", 30.0, 20.0]]
    report = import_components(component_town, workbook_of(tmp_path, rows))
    assert report.rejected == 0
    kept = component_town.read("component")
    assert kept["code"].tolist() == ["8001", "8002"]
    assert kept["class_code"].tolist() == ["0101", "0118"]  # the zero that the spreadsheet took is back
    assert kept["old_code"].tolist() == ["8001", "8002"]


def test_codes_in_scientific_form_are_rejected_never_guessed(component_town, tmp_path):
    good = "\n".join(f"{code(n)},0101,甲,{n},10" for n in range(1, 6))
    report = import_components(component_town, csv_of(tmp_path, f"{HEAD}\n{good}\n9.90101E+15,0101,坏,50,50\n"))
    assert reasons(report) == {7: "damage_scientific"}
    assert report.rejected_rows[0].value == "9.90101E+15"


def test_an_inventory_with_numbers_of_its_own_keeps_them(component_town, tmp_path):
    text = "comp_id,type,x,y\n17,bollard,10,10\n18,litter_can,20,20\n"
    report = import_components(component_town, csv_of(tmp_path, text))
    kept = component_town.read("component")
    assert kept["code"].tolist() == kept["old_code"].tolist() == ["17", "18"]
    assert kept["class_code"].tolist() == ["bollard", "litter_can"]
    codes = [note.code for note in report.notes]
    assert "component_numbers_kept" in codes
    assert "classes_not_in_catalogue" in codes


def test_classes_are_found_by_code_name_or_both(component_town, tmp_path):
    written = ("0101", "上水井盖", "0101 上水井盖", "")
    text = "\n".join([HEAD, *(f"{code(n)},{word},甲,{n}0,10" for n, word in enumerate(written, 1))])
    import_components(component_town, csv_of(tmp_path, text))
    assert component_town.read("component")["class_code"].tolist() == ["0101"] * 4


def test_codes_of_the_other_layout_are_refused_with_the_hint(component_town, tmp_path):
    rows = "\n".join(f"99010101001{n:05d},0101,甲,{n},10" for n in range(1, 5))
    source = csv_of(tmp_path, f"{HEAD}\n{rows}\n")
    report = import_components(component_town, source)
    assert report.accepted == 0
    assert report.reasons == {"component_code_malformed": 4}
    (hint,) = [note for note in report.notes if note.code == "component_layout_other"]
    assert "6+2+3+5" in hint.details["other"]
    assert import_components(component_town, source, component_layout="component_new_series").accepted == 4


def test_components_without_codes_are_numbered_and_known_again_by_their_place(component_town, tmp_path):
    import_components(component_town, csv_of(tmp_path, f"{HEAD}\n{code(1)},0101,甲,10,10\n"))
    text = "类别代码,横坐标X,纵坐标Y\n0101,50,50\n0101,60,60\n0118,50,50\n未知,70,70\n0101,50,50\n"
    report = import_components(component_town, csv_of(tmp_path, text))
    assert reasons(report) == {5: "component_without_code", 6: "duplicate_in_file"}
    assert component_town.read("component")["code"].tolist() == [code(1), code(2), code(3), code(1, "0118")]
    again = import_components(component_town, csv_of(tmp_path, text))
    assert (again.figures["added"], again.figures["unchanged"]) == (0, 3)


def test_a_stored_component_that_lies_nowhere_hinders_no_import(component_town, tmp_path):
    text = "类别代码,横坐标X,纵坐标Y\n0101,50,50\n"
    nowhere = Rows.from_records([{"code": code(7), "class_code": "0101"}], as_column([None]))
    with component_town.transaction("", "test") as transaction:
        transaction.insert("component", nowhere)
    assert import_components(component_town, csv_of(tmp_path, text)).accepted == 1
    assert import_components(component_town, csv_of(tmp_path, text)).figures["added"] == 0


def test_a_number_that_was_ever_used_is_not_given_again(component_town, tmp_path):
    retired = {"code": code(1), "kind": "component", "state": "retired"}
    with component_town.transaction("", "test") as transaction:
        transaction.insert("code_register", Rows.from_records([retired]))
    import_components(component_town, csv_of(tmp_path, "类别代码,x,y\n0101,50,50\n"))
    assert component_town.read("component")["code"].tolist() == [code(2)]


def test_dates_that_are_none_are_left_empty_and_told_with_their_rows(component_town, tmp_path):
    days = ("待补", "2025-02-30", "20250307")
    text = "\n".join([f"{HEAD},普查日期", *(f"{code(n)},0101,甲,{n}0,10,{day}" for n, day in enumerate(days, 1))])
    report = import_components(component_town, csv_of(tmp_path, text))
    assert report.accepted == 3
    assert component_town.read("component")["surveyed_on"].tolist() == [None, None, "2025-03-07"]
    (note,) = [note for note in report.notes if note.code == "dates_left_empty"]
    assert (note.details["count"], note.details["rows"]) == (2, "2, 3")


def test_states_are_brought_to_the_list_and_unknown_ones_told(component_town, tmp_path):
    text = (
        f"{HEAD},部件状态\n{code(1)},0101,甲,10,10,损坏\n{code(2)},0101,乙,20,20,歪了\n{code(3)},0101,丙,20,30,完好\n"
    )
    report = import_components(component_town, csv_of(tmp_path, text))
    assert component_town.read("component")["state"].tolist() == ["破损", None, "完好"]
    (note,) = [note for note in report.notes if note.code == "values_left_empty"]
    assert note.details["shown"] == "歪了"


def test_phones_in_texts_are_masked_and_personal_columns_stay_outside(component_town, tmp_path):
    text = f"{HEAD},备注,联系人,联系电话\n{code(1)},0101,甲,10,10,联系王某13800138000,王某,13800138000\n"
    report = import_components(component_town, csv_of(tmp_path, text))
    assert "13800138000" not in component_town.read("component")["note"][0]
    codes = {note.code: note for note in report.notes}
    assert codes["texts_redacted"].details["phones"] == 1
    assert codes["personal_columns_left_out"].details["names"] == "联系人、联系电话"
    assert b"13800138000" not in component_town.path.read_bytes()


def test_a_personal_column_cannot_be_mapped_either(component_town, tmp_path):
    source = csv_of(tmp_path, f"{HEAD},联系电话\n{code(1)},0101,甲,10,10,13800138000\n")
    before = dump(component_town.path)
    with pytest.raises(InputError) as caught:
        import_components(component_town, source, field_map={"note": "联系电话"})
    assert caught.value.code == "personal_column_refused"
    assert dump(component_town.path) == before


def test_departments_are_named_by_code_or_name_and_unknown_ones_told(component_town, tmp_path):
    departments = csv_of(tmp_path, "部门编码,部门名称,简称\nD01,区城管委,城管\nD02,自来水公司,水司\n", "部门.csv")
    import_table(component_town, departments, "department")
    rows = (f"{code(1)},0101,甲,10,10,D01,水司,自来水公司", f"{code(2)},0101,乙,20,20,D09,D01/D02,")
    text = "\n".join([f"{HEAD},主管部门,权属单位,养护单位", *rows])
    report = import_components(component_town, csv_of(tmp_path, text))
    first, second = component_town.read("component").records()
    assert (first["department_code"], first["owner_code"], first["maintainer_code"]) == ("D01", "D02", "D02")
    assert (second["department_code"], second["owner_code"], second["owner_state"]) == (None, None, "争议")
    (ruling,) = component_town.read("ownership_ruling").records()
    assert (ruling["component_code"], ruling["claims"]) == (code(2), "D01,D02")
    told = [note.details["shown"] for note in report.notes if note.code == "departments_left_empty"]
    assert told == ["D09"]


def test_headings_can_be_mapped_and_unknown_columns_are_refused(component_town, tmp_path):
    text = f"a,b,c,d,e\n{code(1)},0101,井,10,20\n"
    options = {"x_field": "d", "y_field": "e", "id_field": "a", "class_field": "b"}
    import_components(component_town, csv_of(tmp_path, text), field_map={"name": "c"}, **options)
    (row,) = component_town.read("component").records()
    assert (row["code"], row["class_code"], row["name"]) == (code(1), "0101", "井")
    for field_map, wanted in (({"colour": "c"}, "import_column_unknown"), ({"name": "z"}, "field_missing")):
        with pytest.raises(InputError) as caught:
            import_components(component_town, csv_of(tmp_path, text), field_map=field_map, **options)
        assert caught.value.code == wanted


def test_lines_and_areas_of_a_layer_are_placed_and_their_shape_kept(component_town):
    shapes = [shapely.Point(10, 10), shapely.LineString([(20, 10), (40, 10)]), shapely.box(50, 10, 60, 20)]
    rows = Rows({"code": as_column([code(n + 1) for n in range(3)])}, as_column(shapes))
    source = Source(rows, "部件", "部件.gpkg", None, "utf-8", row_numbers=np.arange(1, 4))
    import_components(component_town, source)
    kept = component_town.read("component")
    assert kept["shape"].tolist() == ["point", "line", "area"]
    assert all(shape.geom_type == "Point" for shape in kept.geometry)


def test_a_district_without_cells_or_lanes_still_takes_components(tmp_path):
    workspace = town(tmp_path)
    report = import_components(workspace, csv_of(tmp_path, f"{HEAD}\n{code(1)},0101,甲,10,10\n"))
    assert report.accepted == 1
    assert "points_without_unit_grids" in [note.code for note in report.notes]
    assert workspace.read("component")["unit_grid"].tolist() == [None]


def test_a_point_on_a_shared_edge_belongs_to_the_smaller_code(component_town, tmp_path):
    import_components(component_town, csv_of(tmp_path, f"{HEAD}\n{code(1)},0101,甲,100,50\n"))
    cells = component_town.read("unit_grid")
    touching = sorted(cells["code"][shapely.intersects_xy(cells.geometry, 100, 50)])
    assert len(touching) == 2
    assert component_town.read("component")["unit_grid"].tolist() == touching[:1]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("标识码,类别代码\n1,0101\n", "field_not_found"),
        (f"{HEAD}\n{code(1)},0101,甲,,\n", "no_coordinates"),
    ],
)
def test_a_file_that_cannot_be_used_changes_nothing(component_town, tmp_path, text, wanted):
    before = dump(component_town.path)
    with pytest.raises(GridError) as caught:
        import_components(component_town, csv_of(tmp_path, text))
    assert caught.value.code == wanted
    assert dump(component_town.path) == before


def test_degrees_are_refused_in_a_local_frame(component_town, tmp_path):
    source = csv_of(tmp_path, f"{HEAD}\n{code(1)},0101,甲,116.4,39.9\n")
    with pytest.raises(InputError) as caught:
        import_components(component_town, source, coordinates="gcj02")
    assert caught.value.code == "local_frame_no_degrees"


def test_cancelling_at_any_moment_leaves_the_workspace_as_it_was(component_town_file, tmp_path):
    folder = tmp_path / "库"
    folder.mkdir()
    path = folder / "a.gpkg"
    path.write_bytes(component_town_file.read_bytes())
    source = csv_of(tmp_path, f"{HEAD}\n{code(1)},0101,甲,10,10\n")
    assert_cancel_leaves_nothing(lambda w, progress: import_components(w, source, progress=progress), path)


CELLS = st.sampled_from(["", "10", "250.5", "7999", "-1", "甲", "1e2", "nan"])
CODES = st.one_of(st.integers(1, 6).map(code), st.sampled_from(["", "9.9E+15", "7", "乱码"]))


@tries(25)
@given(rows=st.lists(st.tuples(CODES, st.sampled_from(["0101", "井", ""]), CELLS, CELLS), min_size=1, max_size=12))
def test_every_row_comes_in_once_or_keeps_one_reason(component_town_file, tmp_path, rows):
    path = tmp_path / "库.gpkg"
    path.write_bytes(component_town_file.read_bytes())
    workspace = Workspace.open(path)
    names = ("标识码", "类别代码", "x", "y")
    columns = {name: as_column(value or None for value in column) for name, column in zip(names, zip(*rows))}
    numbers = np.arange(2, len(rows) + 2)
    source = Source(Rows(columns), "t", "t.csv", None, "utf-8", row_numbers=numbers)
    assume(any(np.isfinite(to_numbers(columns["x"])) & np.isfinite(to_numbers(columns["y"]))))
    report = import_components(workspace, source, x_field="x", y_field="y")
    assert report.accepted + report.rejected == len(rows)
    assert workspace.count("component") == report.accepted
    listed = [row.row for row in report.rejected_rows]
    assert sorted(set(listed)) == listed
    assert len(listed) == report.rejected == sum(report.reasons.values())
    kept = workspace.read("component")
    assert len(set(kept["code"].tolist())) == len(kept)
    again = import_components(workspace, source, x_field="x", y_field="y")
    assert again.figures["added"] == again.figures["updated"] == 0


# --- the sample and real inventories


@pytest.fixture(scope="module")
def component_sample_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("sample") / "示例.gpkg"
    names = ("county", "street_offices", "communities")
    create_workspace([read_source(resource_path(f"sample/{n}.shp")) for n in names], path, local_frame="示例")
    return path


def test_the_sample_inventory_loses_just_the_planted_rows(component_sample_file, tmp_path):
    path = tmp_path / "示例.gpkg"
    path.write_bytes(component_sample_file.read_bytes())
    workspace = Workspace.open(path)
    import_table(workspace, read_source(resource_path("sample/departments.csv")), "department")
    report = import_components(workspace, read_source(resource_path("sample/components.csv")))
    planted = json.loads(resource_path("sample/planted.json").read_text(encoding="utf-8"))
    faults = {name: entry["rows"] for name, entry in planted["files"]["components.csv"]["faults"].items()}
    found = {}
    for row in report.rejected_rows:
        found.setdefault(row.reason, []).append(row.row - 1)  # the account counts data rows, the report lines
    assert found["damage_scientific"] == faults["code_in_scientific_form"]
    assert found["damage_digits_lost"] == faults["code_lost_last_digit"]
    assert found["duplicate_in_file"] == faults["duplicated_id"]
    assert found["coordinate_missing"] == faults["empty_coordinates"]
    assert found["coordinates_swapped"] == faults["swapped_coordinates"]
    outside = ("outside_district", "coordinate_zero", "coordinates_degrees")
    assert sorted(row for reason in outside for row in found.get(reason, ())) == faults["outside_district"]
    expected = sum(len(rows) for name, rows in faults.items() if name not in ("not_a_date", "full_width_digits"))
    assert report.rejected == expected
    rulings = sorted(workspace.read("ownership_ruling")["component_code"].tolist())
    assert rulings == sorted(planted["disputed_components"])


@pytest.mark.proof
def test_the_inventory_of_washington_comes_in_by_longitude_and_latitude(shared, tmp_path):
    wards = read_source(shared("washington_dc/dc_polygons.gpkg"), "ward_2012")
    codes = [f"99010100{n + 1}" for n in range(len(wards))]
    path = tmp_path / "dc.gpkg"
    names = [f"第{code[-1]}区" for code in codes]
    create_workspace([layer({"code": codes, "name": names}, wards.rows.geometry, wards.crs_wkt)], path, crs="32618")
    workspace = Workspace.open(path)
    source = read_source(shared("washington_dc/dc_components.csv.gz"))
    report = import_components(workspace, source, coordinates="lonlat")
    assert report.accepted + report.rejected == 62_648
    assert report.accepted > 62_000
    assert set(report.reasons) <= {"outside_district"}
    kept = workspace.read("component", ["code", "old_code", "class_code", "surveyed_on"])
    assert set(kept["class_code"].tolist()) >= {"bollard", "fire_hydrant", "cctv_camera"}
    assert kept["surveyed_on"][0] == "2015-04-24"
