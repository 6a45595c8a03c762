"""A package of another hand: taken in with what it has, and every loss told in a sentence."""

from __future__ import annotations

import fiona
import numpy as np
import openpyxl
import pytest
import shapely

from gridmgmt_plugin.core.errors import InputError, WorkspaceError
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.jobs.handover.coming_back.import_package import import_package
from tests.jobs.handover.exports import export
from tests.jobs.package_workspace import COMMUNITIES, EPSG_FRAME, area_rows, lane_rows, make_workspace, unit_rows

CRS = f"EPSG:{EPSG_FRAME.epsg}"


def texts_of(report):
    return "\n".join(note.text("zh_CN") for note in report.notes)


def write_layer(folder, name, geometry, fields, records, shapes, encoding="GBK"):
    """Write a shapefile as older systems do: GBK, and nothing that says so."""
    schema = {"geometry": geometry, "properties": fields}
    path = folder / f"{name}.shp"
    with fiona.open(path, "w", driver="ESRI Shapefile", crs=CRS, schema=schema, encoding=encoding) as sink:
        for record, shape in zip(records, shapes):
            sink.write({"geometry": shapely.geometry.mapping(shape), "properties": dict(zip(fields, record))})
    path.with_suffix(".cpg").unlink(missing_ok=True)


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "外来 成果"
    path.mkdir()
    return path


@pytest.fixture
def write_units(folder):
    """Return how unit grids with the standards' field names are written."""

    def write(name="DYWG", shapes=None, **more):
        units = unit_rows()
        fields = {"BGID": "str:20", "BGName": "str:40", "ORDate": "str:8", "DeptCode1": "str:20"}
        fields.update(dict.fromkeys(more, "str:40"))
        records = zip(units["code"], units["name"], ["20250708"] * len(units), ["D01"] * len(units), *more.values())
        write_layer(folder, name, "Polygon", fields, records, units.shapes if shapes is None else shapes)

    return write


@pytest.fixture
def with_areas(empty):
    """Return a workspace that has its areas and nothing else."""
    workspace = empty()
    with workspace.transaction("王示例", "test") as transaction:
        transaction.insert("area", area_rows())
    return workspace


def test_unit_grids_alone_in_gbk_without_a_word_of_it_come_in(folder, write_units, with_areas):
    write_units()
    report = import_package(with_areas, folder)
    units = {row["code"]: row for row in with_areas.read("unit_grid").records()}
    first = units[f"{COMMUNITIES[0]}001"]
    assert (first["name"], first["valid_from"], first["area_code"]) == ("胡同1号格", "2025-07-08", COMMUNITIES[0])
    assert (len(units), first["state"], first["area_m2"]) == (16, "draft", 10000.0)
    assert set(with_areas.read("code_register")["state"]) == {"draft"}
    told = texts_of(report)
    assert "DeptCode1" in told
    assert "成果包里没有：区划、责任网格、街巷、部门、人员、岗位、责任关系" in told


def test_grids_that_only_unit_grids_name_are_made_of_them(folder, write_units, with_areas):
    units = unit_rows()
    write_units(RGCode=units["rg_cg"])
    with pytest.raises(InputError) as refused:
        import_package(with_areas, folder)
    assert refused.value.code == "package_back_scheme_needed"
    report = import_package(with_areas, folder, scheme="cg")
    groups = with_areas.read("responsibility_grid")
    assert groups["code"].tolist() == sorted(set(units["rg_cg"]))
    assert groups["unit_count"].tolist() == [4, 4, 4, 4]
    assert shapely.area(groups.shapes).tolist() == [40000.0] * 4
    assert with_areas.read("unit_grid")["rg_cg"].tolist() == units["rg_cg"].tolist()
    assert "4 个责任网格只出现在单元网格的归属里" in texts_of(report)


def test_layers_and_tables_are_known_by_names_and_headings(folder, write_units, write_table, empty):
    areas, lanes = area_rows(), lane_rows()
    write_units("单元格2025")
    fields = {"AreaCode": "str:12", "AreaName": "str:40"}
    write_layer(folder, "xzqh", "Polygon", fields, zip(areas["code"], areas["name"]), areas.shapes)
    fields = {"LaneCode": "str:20", "LaneName": "str:40"}
    write_layer(folder, "jx", "LineString", fields, zip(lanes["code"], lanes["name"]), lanes.shapes)
    write_table(folder, "部门表", ["部门编码", "名称", "类别"], ["D01", "示例街道办事处", "街镇"])
    write_table(folder, "部件", ["ObjID", "ObjName"], ["9901010102000001", "井盖"])
    (folder / "说明.docx").write_bytes(b"PK")
    workspace = empty()
    report = import_package(workspace, folder)
    assert {name: figures["added"] for name, figures in report.figures["layers"].items()} == {
        "area": 4, "departments": 1, "unit_grid": 16, "lane": 2,
    }  # fmt: skip
    levels = dict(zip(workspace.read("area")["code"], workspace.read("area")["level"]))
    assert (levels["990101"], levels[COMMUNITIES[0]]) == ("county", "community")
    assert "有 1 个文件不认识，没有导入：部件.csv" in texts_of(report)


def test_a_row_without_a_code_or_a_second_one_of_it_is_left_out_with_its_reason(folder, write_table, empty):
    write_table(folder, "departments", ["code", "name"], ["D01", "一"], ["", "二"], ["D01", "三"])
    report = import_package(empty(), folder)
    assert (report.accepted, report.rejected, report.reasons["key_missing"]) == (1, 2, 1)


def test_what_rows_refer_to_and_nobody_has_is_told(folder, write_units, with_areas):
    write_units(RespCode=["D77"] * 16)
    assert "单元网格的“责任主体”有 1 个值在成果包和网格库里都找不到（D77）" in texts_of(
        import_package(with_areas, folder)
    )


def test_unit_grids_that_overlap_are_not_taken(folder, write_units, with_areas):
    shapes = unit_rows().shapes.copy()
    shapes[0] = shapely.buffer(shapes[0], 5, join_style="mitre")
    write_units(shapes=shapes)
    with pytest.raises(InputError) as refused:
        import_package(with_areas, folder)
    assert refused.value.code == "package_back_cells_faulty"


@pytest.mark.parametrize("ended", [False, True])
def test_without_areas_in_force_anywhere_unit_grids_have_no_ground(folder, write_units, empty, ended):
    write_units()
    workspace = empty()
    areas = area_rows() if ended else Rows()
    with workspace.transaction("王示例", "test") as transaction:
        transaction.insert("area", areas.with_columns(valid_to=["2020-12-31"] * len(areas)))
    with pytest.raises(WorkspaceError) as refused:
        import_package(workspace, folder)
    assert refused.value.code == "workspace_without_areas"


def test_identity_numbers_are_refused_and_phones_masked(folder, write_table, write_units, with_areas):
    write_units(Note=np.array(["联系 13812345678"] * 16))
    import_package(with_areas, folder)
    assert not any("13812345678" in note for note in with_areas.read("unit_grid")["note"])
    write_table(folder, "persons", ["id", "account", "身份证号"], ["R1", "a", "110101199003071233"])
    with pytest.raises(InputError):
        import_package(with_areas, folder)


def test_a_folder_of_something_else_is_no_package(folder, write_table, empty):
    write_table(folder, "价格", ["品名", "单价"], ["苹果", "5"])
    with pytest.raises(InputError) as refused:
        import_package(empty(), folder)
    assert refused.value.code == "package_back_nothing"


def test_a_package_whose_manifest_was_taken_out_comes_in_all_the_same(delivered, empty, tmp_path):
    folder = tmp_path / "副本"
    folder.mkdir()
    for file in delivered[1].manifest.parent.iterdir():
        if file.suffix in (".gpkg", ".csv"):
            (folder / file.name).write_bytes(file.read_bytes())
    workspace = empty()
    report = import_package(workspace, folder)
    assert report.reasons == {"external_receiver_missing": 1}
    assert {name: of["added"] for name, of in report.figures["layers"].items() if of["added"]} == {
        "area": 4, "departments": 5, "persons": 4, "unit_grid": 16, "responsibility_grid": 4, "lane": 2, "posts": 7,
        "duty_rules": 2,
    }  # fmt: skip
    assert make_workspace(tmp_path / "原.gpkg").read("unit_grid")["rg_cg"].tolist() == (
        workspace.read("unit_grid")["rg_cg"].tolist()
    )


def test_the_list_of_missing_codes_that_a_receiver_filled_in_comes_in_alone(tmp_path, folder):
    workspace = make_workspace(tmp_path / "库.gpkg")
    receiver = f"{'乙' * 40}/网格[二期]"
    profile = {"receiver": receiver, "fields": {"departments": [{"from": "code"}, {"from": "name"}]}}
    profile["fields"]["departments"].append({"from": "code", "name": "their", "external": "department"})
    with pytest.raises(InputError) as refused:
        export(workspace, folder, profile=profile)
    assert refused.value.code == "package_codes_missing"
    (listed,) = folder.glob("*.xlsx")
    book = openpyxl.load_workbook(listed)
    sheet = book.active
    for number, row in enumerate(sheet.iter_rows(min_row=2), start=1):
        row[2].value = f"T{number}" if number > 1 else None
    book.save(listed)
    report = import_package(workspace, listed)
    assert report.reasons == {"external_key_missing": 1}
    codes = workspace.read("external_code", where={"receiver": receiver}).records()
    assert [row["external_key"] for row in codes] == [f"T{number}" for number in range(2, len(codes) + 2)]
    assert {row["kind"] for row in codes} == {"department"}


def test_ground_that_first_unit_grids_leave_bare_is_told_with_its_communities(empty, tmp_path):
    units, workspace = unit_rows(), empty()
    with workspace.transaction("王示例", "test") as transaction:
        transaction.insert("area", area_rows())
    folder = tmp_path / "网格"
    folder.mkdir()
    kept = [row for row in range(16) if row not in (0, 5)]
    codes = [[units["code"][row]] for row in kept]
    write_layer(folder, "DYWG", "Polygon", {"BGID": "str:20"}, codes, units.shapes[kept])
    text = texts_of(import_package(workspace, folder))
    assert f"{COMMUNITIES[0]} 内有 2 处共 20,000 " in text
    assert COMMUNITIES[1] not in text
    assert workspace.count("unit_grid") == 14


def test_a_map_of_codes_beside_unit_grids_ends_the_old_codes_whatever_columns_it_lacks(
    folder, write_units, write_table, with_areas
):
    write_units()
    new = f"{COMMUNITIES[0]}001"
    write_table(folder, "编码对照", ["原网格编码", "现网格编码"], [f"{COMMUNITIES[0]}901", new])
    import_package(with_areas, folder)
    entry = with_areas.read("code_register", where={"code": f"{COMMUNITIES[0]}901"}, geometry=False).records()[0]
    assert (entry["kind"], entry["state"], entry["successors"]) == ("unit_grid", "retired", new)


def test_codes_of_responsibility_grids_in_a_map_are_those_of_the_scheme_that_comes_with_it(
    folder, write_units, write_table, with_areas
):
    units = unit_rows()
    write_units(RGCode=units["rg_cg"])
    alone = next(code for code in units["code"] if code not in set(units["rg_cg"]))
    rows = ["责任网格", "旧一", units["rg_cg"][0]], ["", "旧二", alone]
    write_table(folder, "编码对照", ["类型", "原编码", "现编码"], *rows)
    import_package(with_areas, folder, scheme="cg")
    stored = with_areas.read("code_map", geometry=False)
    assert dict(zip(stored["old_code"], stored["kind"])) == {"旧一": "rg_cg", "旧二": "unit_grid"}
