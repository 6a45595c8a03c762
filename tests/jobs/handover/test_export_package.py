"""A package holds what the workspace holds, in every format; the workspace then knows what it handed over."""

from __future__ import annotations

import csv
import hashlib
import json
import zipfile

import fiona
import numpy as np
import openpyxl
import pytest
import shapely
from shapely.geometry import shape

from gridmgmt_plugin.core.frames import from_ascii
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.validation.catalogue import quality_classes
from tests.jobs.handover.exports import CODE_FIELDS, LAYERS, export, features_of, promoted, table_of
from tests.jobs.package_workspace import (
    COMMUNITIES,
    EPSG_FRAME,
    LOCAL_FRAME,
    SENSITIVE_COMPONENT,
    district,
    group_rows,
    make_workspace,
    unit_rows,
)


class TestLayers:
    @pytest.mark.daily(1)
    @pytest.mark.parametrize("encoding", ["UTF-8", "GBK"])
    @pytest.mark.parametrize("frame", [EPSG_FRAME, LOCAL_FRAME], ids=["epsg", "local"])
    @pytest.mark.proof
    def test_a_shapefile_says_what_the_workspace_says(self, tmp_path, folder, frame, encoding):
        workspace = make_workspace(tmp_path / "库.gpkg", frame)
        report = export(workspace, folder, encoding=encoding)
        for name, count in LAYERS.items():
            path = report.manifest.parent / f"{name}.shp"
            assert path.with_suffix(".cpg").read_text() == encoding
            features = features_of(path)  # no encoding given: the .cpg must do
            assert len(features) == count == workspace.count(name)
            rows = workspace.read(name)
            by_code = {f["properties"][CODE_FIELDS[name]]: f for f in features}
            assert sorted(by_code) == sorted(rows["code"])
            for code, text, geometry in zip(rows["code"], rows["name"], rows.geometry):
                feature = by_code[code]
                assert text in feature["properties"].values()
                found = shape(feature["geometry"])
                if name == "lane":
                    assert found.equals(geometry)
                else:
                    assert promoted(found).equals_exact(promoted(geometry), 0)

    def test_a_geopackage_is_of_version_1_2_and_equal(self, delivered):
        import sqlite3

        workspace, report = delivered
        path = report.manifest.parent / "unit_grid.gpkg"
        connection = sqlite3.connect(path)
        assert connection.execute("PRAGMA user_version").fetchone() == (10200,)
        connection.close()
        rows = workspace.read("unit_grid")
        found = {f["properties"]["BGID"]: f for f in features_of(path)}
        for code, geometry in zip(rows["code"], rows.geometry):
            assert shape(found[code]["geometry"]).normalize().equals_exact(geometry.normalize(), 0)
        assert found[rows["code"][0]]["properties"]["Note"] == "网格里有 @标记"

    def test_geojson_is_longitude_and_latitude_and_keeps_shared_vertices(self, delivered):
        _, report = delivered
        content = json.loads((report.manifest.parent / "unit_grid.geojson").read_text(encoding="utf-8"))
        assert "crs" not in content
        shapes = [shape(feature["geometry"]) for feature in content["features"]]
        assert all(116.9 < part.bounds[0] < 117.1 and 39.8 < part.bounds[1] < 40 for part in shapes)
        assert all(part.exterior.is_ccw for part in shapes)
        text = repr(content["features"][0]["geometry"]["coordinates"])
        assert max(len(number.split(".")[1]) for number in text.strip("[]()").replace("]", "").split(",")) >= 9
        # The same node is the same pair of numbers in both neighbours.
        first, second = (set(part.exterior.coords) for part in shapes[:2])
        assert len(first & second) == 2

    def test_a_frame_without_parameters_leaves_only_its_label(self, tmp_path, folder):
        workspace = make_workspace(tmp_path / "库.gpkg", LOCAL_FRAME)
        report = export(workspace, folder, formats=("shp", "gpkg"))
        prj = (report.manifest.parent / "area.prj").read_text(encoding="ascii")
        assert from_ascii(prj).startswith('LOCAL_CS["示例地方坐标系"')
        assert "DATUM" not in prj
        manifest = json.loads(report.manifest.read_text(encoding="utf-8"))
        assert manifest["frame"] == {"crs_kind": "local", "epsg": None, "label": "示例地方坐标系"}

    def test_the_prj_names_the_frame(self, delivered):
        _, report = delivered
        with fiona.open(report.manifest.parent / "unit_grid.shp") as source:
            assert source.crs.to_epsg() == 4548

    def test_another_system_can_be_delivered(self, workspace, folder):
        report = export(workspace, folder, target_crs="EPSG:4490", formats=("shp", "gpkg"))
        for name in ("unit_grid.shp", "unit_grid.gpkg"):
            with fiona.open(report.manifest.parent / name) as source:
                assert source.crs.to_epsg() == 4490
                west, south, east, north = source.bounds
            assert (west, east) == pytest.approx((117.0, 117.00936), abs=1e-4)
            assert 39.9 < south < north < 39.92
        feature = features_of(report.manifest.parent / "unit_grid.shp")[0]
        centre = shapely.Point(feature["properties"]["CentreX"], feature["properties"]["CentreY"])
        assert shape(feature["geometry"]).contains(centre)
        assert 116 < float(table_of(report, "acceptance_points")[0]["x"]) < 118

    @pytest.mark.daily(1)
    @pytest.mark.parametrize("target_crs", [None, "EPSG:4490"])
    @pytest.mark.proof
    def test_centres_stand_in_the_coordinates_of_their_file(self, workspace, folder, target_crs):
        report = export(workspace, folder, target_crs=target_crs, formats=("shp", "gpkg", "geojson"))
        for layer in ("area", "unit_grid", "responsibility_grid"):
            for suffix in ("shp", "gpkg", "geojson"):
                for feature in features_of(report.manifest.parent / f"{layer}.{suffix}"):
                    values = feature["properties"]
                    centre = shapely.Point(values["CentreX"], values["CentreY"])
                    assert shape(feature["geometry"]).contains(centre), f"{layer}.{suffix}"

    @pytest.mark.daily(1)
    @pytest.mark.parametrize(
        ("target_crs", "formats", "of_layers", "of_tables"),
        [
            (None, ("shp", "gpkg"), "m", "m"),
            (None, ("geojson",), "°", "m"),
            (None, ("shp", "geojson"), "m (shp); ° (geojson)", "m"),
            ("EPSG:4490", ("shp", "geojson"), "°", "°"),
            (4549, ("gpkg",), "m", "m"),
        ],
    )
    def test_the_dictionary_tells_the_unit_of_coordinates_as_delivered(
        self, workspace, folder, target_crs, formats, of_layers, of_tables
    ):
        report = export(workspace, folder, target_crs=target_crs, formats=formats)
        unit = {(row["layer"], row["field"]): row["unit"] for row in table_of(report, "field_dictionary")}
        layers = ("area", "unit_grid", "responsibility_grid")
        assert {unit[layer, field] for layer in layers for field in ("CentreX", "CentreY")} == {of_layers}
        assert {unit["acceptance_points", field] for field in ("x", "y")} == {of_tables}
        assert unit["unit_grid", "Area"] == "m²"

    def test_grid_rows_carry_centre_parent_state_and_members(self, delivered):
        _, report = delivered
        units = features_of(report.manifest.parent / "unit_grid.shp")
        for unit in units:
            values = unit["properties"]
            assert shape(unit["geometry"]).contains(shapely.Point(values["CentreX"], values["CentreY"]))
            assert values["State"] == "valid"
            assert values["ParentCode"] in COMMUNITIES
        groups = features_of(report.manifest.parent / "responsibility_grid.shp")
        for group in groups:
            members = [
                u["properties"]["BGID"] for u in units if u["properties"]["RGCode"] == group["properties"]["RGCode"]
            ]
            assert group["properties"]["Members"] == ",".join(sorted(members))
            assert group["properties"]["UnitCount"] == len(members)

    @pytest.mark.proof
    def test_a_long_member_list_goes_on_in_numbered_fields(self, tmp_path, folder):
        units = unit_rows().take(np.arange(8)).with_columns(rg_cg=[f"{COMMUNITIES[0]}001"] * 8)
        many = []
        for i in range(8):  # 8 cells of 100 m become 40 of 20 m
            west, south, _, _ = units.geometry[i].bounds
            many += [shapely.box(west + 20 * j, south, west + 20 * (j + 1), south + 100) for j in range(5)]
        count = len(many)
        rows = (
            units.take(np.arange(count) % 8)
            .with_geometry(as_column(many))
            .with_columns(code=[f"{COMMUNITIES[0]}{i + 1:03d}" for i in range(count)], area_m2=[2000.0] * count)
        )
        whole = shapely.union_all(as_column(many))
        tables = district()
        areas = tables["area"].take([0, 1, 2]).with_geometry(as_column([whole] * 3))
        groups = group_rows(rows)
        register = Rows.from_records(
            [{"code": code, "kind": "unit_grid", "state": "draft"} for code in rows["code"]]
            + [{"code": code, "kind": "rg_cg", "state": "draft"} for code in groups["code"]]
            + [{"code": code, "kind": "lane", "state": "draft"} for code in tables["lane"]["code"]]
        )
        posts = tables["post"].take(tables["post"]["target"] == "lane")
        empty = Rows()
        workspace = make_workspace(
            tmp_path / "库.gpkg",
            area=areas,
            unit_grid=rows,
            responsibility_grid=groups,
            code_register=register,
            post=posts,
            component=empty,
            cases=empty,
        )
        report = export(workspace, folder, formats=("shp", "gpkg"))
        values = features_of(report.manifest.parent / "responsibility_grid.shp")[0]["properties"]
        joined = ",".join(values[name] for name in ("Members", "Members2", "Members3"))
        assert joined.split(",") == rows["code"].tolist()
        assert features_of(report.manifest.parent / "responsibility_grid.gpkg")[0]["properties"]["Members"] == joined
        fields = [
            row["field"] for row in table_of(report, "field_dictionary") if row["layer"] == "responsibility_grid"
        ]
        assert {"Members", "Members2", "Members3"} <= set(fields)


class TestTables:
    def test_csv_has_a_byte_order_mark_and_windows_line_ends(self, delivered):
        _, report = delivered
        for path in report.manifest.parent.glob("*.csv"):
            raw = path.read_bytes()
            assert raw.startswith(b"\xef\xbb\xbf")
            assert raw.count(b"\n") == raw.count(b"\r\n") > 0

    def test_a_cell_that_a_spreadsheet_would_run_is_quoted(self, delivered):
        _, report = delivered
        assert table_of(report, "lane_chiefs")[1]["lane_name"] == "'=石桥巷"
        sheet = openpyxl.load_workbook(report.manifest.parent / "lane_chiefs.xlsx").worksheets[0]
        cell = sheet["B3"]
        assert (cell.value, cell.data_type) == ("=石桥巷", "s")

    def test_codes_are_text_in_workbooks(self, delivered):
        _, report = delivered
        sheet = openpyxl.load_workbook(report.manifest.parent / "responsibility.xlsx").worksheets[0]
        assert sheet.title == "责任关系"
        assert [cell.value for cell in sheet[1]][:2] == ["单元网格编码", "责任网格编码"]
        assert sheet["A2"].value == "990101001001001"
        assert sheet["A2"].number_format == "@"

    def test_every_unit_grid_names_its_group_department_and_person(self, delivered):
        rows = table_of(delivered[1], "responsibility")
        assert len({row["unit_grid"] for row in rows}) == 16
        first = next(row for row in rows if row["unit_grid"] == f"{COMMUNITIES[0]}003")
        assert first == {
            "unit_grid": f"{COMMUNITIES[0]}003",
            "responsibility_grid": f"{COMMUNITIES[0]}002",
            "department_code": "D03",  # the person's own
            "person_id": "R003",
            "role": "grid_worker",
            "turn": "A角",
        }

    def test_who_is_on_leave_or_whose_post_has_ended_is_not_responsible(self, delivered):
        _, report = delivered
        persons = {row["person_id"] for row in table_of(report, "responsibility")}
        assert persons == {"R001", "R003"}
        assert "P104" not in {row["id"] for row in table_of(report, "posts")}

    def test_lane_officers_stand_with_their_lanes(self, delivered):
        rows = table_of(delivered[1], "lane_chiefs")
        assert [(r["lane_code"][-1], r["lane_name"], r["person_id"], r["role"]) for r in rows] == [
            ("1", "柳荫胡同", "R002", "lane_chief"),
            ("2", "'=石桥巷", "R001", "street_chief"),
        ]

    @pytest.mark.proof
    def test_only_the_receivers_own_codes_go_out(self, workspace, folder):
        assert table_of(export(workspace, folder), "external_codes") == []
        report = export(workspace, folder, profile={"receiver": "示例平台"})
        assert table_of(report, "external_codes") == [{"kind": "department", "key": "D01", "external_key": "DEPT-1"}]

    def test_the_quality_report_has_the_six_classes_and_every_rule(self, delivered):
        rows = table_of(delivered[1], "quality_report")
        classes = [row["quality"] for row in rows if not row["rule"]]
        assert classes == list(quality_classes())
        assert [row["title_zh"] for row in rows if not row["rule"]][:2] == ["边界完整性", "拓扑关系"]
        not_run = {row["rule"] for row in rows if row["result"] == "NOT_RUN"}
        assert not_run == {
            "unit_cuts_building",
            "street_in_no_lane",
        }  # a workspace keeps neither buildings nor streets
        assert {row["result"] for row in rows if row["rule"] not in not_run} == {"PASS"}

    def test_an_exemption_is_told_with_its_reason(self, tmp_path, folder):
        exemption = Rows.from_records(
            [
                {
                    "rule": "area_differs",
                    "object_key": f"{COMMUNITIES[0]}001",
                    "reason": "按批复面积登记",
                    "approved_by": "李示例",
                    "created_at": "2026-01-01T00:00:00",
                }
            ]
        )
        units = unit_rows()
        units["area_m2"][0] = 12000.0
        workspace = make_workspace(tmp_path / "库.gpkg", unit_grid=units, exemption=exemption)
        report = export(workspace, folder)
        row = next(r for r in table_of(report, "quality_report") if r["rule"] == "area_differs")
        assert (row["found"], row["exempted"], row["result"]) == ("0", "1", "PASS")
        assert row["exemptions"] == f"{COMMUNITIES[0]}001: 按批复面积登记 (李示例)"
        assert report.exempted == 1

    @pytest.mark.proof
    def test_who_exports_in_which_language_changes_no_value(self, tmp_path, folder):
        packages = []
        for language in ("zh_CN", "en"):
            workspace, target = make_workspace(tmp_path / f"{language}.gpkg"), folder / language
            target.mkdir()
            made = export(workspace, target, language=language, formats=("shp", "geojson")).manifest.parent
            values = {path.name: path.read_bytes() for path in made.iterdir() if path.suffix != ".xlsx"}
            manifest = json.loads(values.pop("manifest.json"))
            manifest["files"] = [entry for entry in manifest["files"] if not entry["path"].endswith(".xlsx")]
            packages.append((values, manifest))
        assert packages[0] == packages[1]

    def test_every_delivered_field_is_in_the_dictionary(self, delivered):
        _, report = delivered
        told = {(row["layer"], row["field"]) for row in table_of(report, "field_dictionary")}
        for name in LAYERS:
            with fiona.open(report.manifest.parent / f"{name}.shp") as source:
                assert {(name, field) for field in source.schema["properties"]} <= told
        for path in report.manifest.parent.glob("*.csv"):
            if path.stem != "field_dictionary":
                with path.open(encoding="utf-8-sig") as stream:
                    assert {(path.stem, field) for field in next(csv.reader(stream))} <= told

    def test_a_street_office_has_one_code_everywhere(self, tmp_path, folder):
        units = unit_rows().with_columns(responsible_code=[None] * 16, fallback_code=[None] * 16)
        groups = group_rows(units).with_columns(supervisor_code=[None] * 4)
        departments = district()["department"]
        departments = departments.with_columns(name=["澄湖街道办事处（示例）", *departments["name"][1:]])
        workspace = make_workspace(
            tmp_path / "库.gpkg", unit_grid=units, responsibility_grid=groups, department=departments, post=Rows()
        )
        report = export(workspace, folder)
        answered = [row for row in table_of(report, "acceptance_points") if row["rule"] == "street_office"]
        assert len(answered) > 20
        assert {(row["department_code"], row["status"]) for row in answered} == {("D01", "fallback")}
        assert {row["department_code"] for row in table_of(report, "responsibility")} == {"D01"}

    def test_acceptance_points_expect_what_the_rules_say(self, delivered):
        rows = table_of(delivered[1], "acceptance_points")
        assert {row["place"] for row in rows} == {"inside", "near_edge", "on_edge", ""}
        of_classes = [row for row in rows if row["class_kind"] == "component" and not row["component_code"]]
        assert {row["department_code"] for row in of_classes} == {"D02"}
        assert {row["department_code"] for row in rows if row["class_kind"] == "event"} == {"D03"}
        units = delivered[0].read("unit_grid")
        for row in rows:
            held = units["code"][shapely.intersects(units.geometry, shapely.Point(float(row["x"]), float(row["y"])))]
            assert row["unit_grid"] == min(held)
            assert len(held) == 1 or row["place"] in ("on_edge", "")

    def test_acceptance_points_ask_at_night_at_a_weekend_and_for_components_that_may_be_told_of(self, delivered):
        rows = table_of(delivered[1], "acceptance_points")
        assert {row["at"][11:] for row in rows} == {"10:00", "02:30", "15:00"}
        told = {row["component_code"] for row in rows} - {""}
        assert told == set(delivered[0].read("component")["code"]) - {SENSITIVE_COMPONENT}


class TestNothingLeaks:
    @pytest.mark.usefixtures("workbooks")
    def test_no_phone_number_path_or_machine_name_stands_in_a_package(self, workspace, folder):
        import getpass

        report = export(workspace, folder, formats=("shp", "gpkg", "geojson"), note="电话 13800138000")
        texts = [path.read_bytes() for path in report.manifest.parent.iterdir() if path.suffix != ".xlsx"]
        workbooks = list(report.manifest.parent.glob("*.xlsx"))
        assert workbooks
        for path in workbooks:
            with zipfile.ZipFile(path) as archive:
                texts += [archive.read(name) for name in archive.namelist()]
        for secret in ("13700000009", "13800000002", "13900000001", "010-5555", "13800138000", str(folder)):
            assert not any(secret.encode() in text for text in texts), secret
        user = getpass.getuser().encode()
        assert not any(b"/home/" + user in text or b"/root" in text for text in texts)
        assert not (report.manifest.parent / "contacts.csv").exists()

    def test_contacts_go_out_only_when_asked_and_only_with_consent(self, workspace, folder):
        plain = export(workspace, folder)
        report = export(workspace, folder, with_contacts=True)
        (contact,) = table_of(report, "contacts")
        assert contact == {
            "person_id": "R001",
            "account": "grid01",
            "office_phone": "010-55550011",
            "mobile": "13900000001",
        }
        assert report.content_hash == plain.content_hash
        frozen = workspace.read("release_item")
        assert "contacts" not in set(frozen["layer"])
        assert not any("13900000001" in content for content in frozen["content"])

    def test_sensitive_component_classes_stay_out(self, delivered):
        _, report = delivered
        assert [row["id"] for row in table_of(report, "duty_rules")] == ["1", "2"]
        assert "0136" not in {row["class_code"] for row in table_of(report, "acceptance_points")}
        assert report.left_out["sensitive_rules"] == 1

    def test_the_mark_of_classification_is_in_the_manifest_and_the_log(self, delivered):
        workspace, report = delivered
        assert json.loads(report.manifest.read_text(encoding="utf-8"))["classification"] == "内部"
        (line,) = workspace.read("handover_log").records()
        assert (line["classification"], line["handed_by"], line["release_number"]) == ("内部", "王示例", "r0001")


class TestManifest:
    def test_it_lists_every_file_with_rows_and_checksum(self, delivered):
        _, report = delivered
        manifest = json.loads(report.manifest.read_text(encoding="utf-8"))
        there = {path.name for path in report.manifest.parent.iterdir()} - {"manifest.json"}
        assert {entry["path"] for entry in manifest["files"]} == there
        for entry in manifest["files"]:
            content = (report.manifest.parent / entry["path"]).read_bytes()
            assert entry["sha256"] == hashlib.sha256(content).hexdigest()
        rows = {entry["layer"]: entry["rows"] for entry in manifest["files"]}
        assert {name: rows[name] for name in LAYERS} == LAYERS
        assert set(manifest["load_order"]) == set(filter(None, rows))
        assert manifest["load_order"].index("area") < manifest["load_order"].index("unit_grid")

    def test_it_says_which_release_for_whom_from_when(self, workspace, folder):
        report = export(workspace, folder, profile={"receiver": "示例平台"}, effective_from="2026年4月1日")
        manifest = json.loads(report.manifest.read_text(encoding="utf-8"))
        wanted = {
            "format_version": "1.2",
            "release": "r0001",
            "base_release": None,
            "receiver": "示例平台",
            "effective_from": "2026-04-01",
            "author": "王示例",
            "encoding": "UTF-8",
            "content_hash": report.content_hash,
        }
        assert {key: manifest[key] for key in wanted} == wanted
        assert len(manifest["grid_version"]) == 12

    def test_all_schemes_over_the_same_unit_grids_name_one_grid_version(self, workspace, folder):
        reports = [export(workspace, folder, scheme=scheme, formats=("gpkg",)) for scheme in ("cg", "hw")]
        told = [json.loads(report.manifest.read_text(encoding="utf-8")) for report in reports]
        assert told[0]["grid_version"] == told[1]["grid_version"]
        assert told[0]["content_hash"] != told[1]["content_hash"]

    def test_the_zip_holds_the_folder(self, delivered):
        _, report = delivered
        assert report.package.name == "990101-cg-r0001.zip"
        with zipfile.ZipFile(report.package) as archive:
            names = set(archive.namelist())
            assert names == {f"990101-cg-r0001/{path.name}" for path in report.manifest.parent.iterdir()}
            assert archive.read("990101-cg-r0001/manifest.json") == report.manifest.read_bytes()


@pytest.mark.proof
def test_rulings_go_out_with_the_next_hand_over_open_cases_and_sensitive_components_do_not(workspace, folder):
    rulings = Rows.from_records(
        [
            {"id": "R1", "component_code": "9901010102000001", "owner_code": "D02", "document_no": "权字1号",
             "ruled_on": "2026-02-01", "claims": "甲；乙"},
            {"id": "R2", "component_code": "9901010102000001", "claims": "甲；乙", "opened_on": "2026-02-02"},
            {"id": "R3", "component_code": SENSITIVE_COMPONENT, "owner_code": "D01", "ruled_on": "2026-02-01"},
        ]
    )  # fmt: skip
    with workspace.transaction("王示例", "rule_ownership") as transaction:
        transaction.insert("ownership_ruling", rulings)
    (row,) = table_of(export(workspace, folder), "ownership_rulings")
    assert (row["component_code"], row["owner_code"], row["document_no"], row["ruled_on"]) == (
        "9901010102000001",
        "D02",
        "权字1号",
        "2026-02-01",
    )
    assert "claims" not in row
