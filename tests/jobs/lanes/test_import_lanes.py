"""The lane inventory of a workspace: joined, measured, coded; every segment accounted for."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.codes.layout import default_layout
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.jobs.areas.create_workspace import create_workspace
from gridmgmt_plugin.jobs.lanes.import_lanes import import_lanes
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.districts import (
    COUNTY,
    LOCAL_CS,
    assert_cancel_leaves_nothing,
    block,
    codes_of,
    grid_streets,
    layer,
    lines,
    town,
)
from tests.jobs.refusals import refused_by

refused = refused_by(import_lanes)


def lanes_of(workspace):
    return {row["name"]: row for row in workspace.read("lane").records()}


class TestInventory:
    def test_segments_of_one_name_that_connect_are_one_lane(self, tmp_path):
        workspace = town(tmp_path)
        streets = lines(
            [[(50, 50), (150, 50)], [(150, 50), (350, 50)], [(600, 600), (700, 600)]], ["长巷", "长巷", "短巷"]
        )
        report = import_lanes(workspace, streets)
        found = lanes_of(workspace)
        assert report.accepted == 2
        assert found["长巷"]["length_m"] == pytest.approx(300)
        assert found["长巷"]["street_code"] == COUNTY + "001"
        assert found["短巷"]["street_code"] == COUNTY + "002"
        assert found["短巷"]["state"] == "在用"

    def test_a_lane_through_several_communities_is_shared_among_them(self, tmp_path):
        workspace = town(tmp_path)
        import_lanes(workspace, lines([[(100, 300), (100, 500)]], ["南北巷"]))
        rows = workspace.read("lane_area").records()
        assert {r["area_code"]: round(r["length_m"]) for r in rows} == {
            COUNTY + "001001": 100,
            COUNTY + "001002": 100,
        }

    def test_codes_are_drafts_in_the_register_and_fit_the_layout(self, tmp_path):
        workspace = town(tmp_path)
        import_lanes(workspace, grid_streets(800, 800, 100))
        codes = sorted(workspace.read("lane")["code"])
        assert codes_of(workspace, "lane") == codes
        assert all(default_layout("lane").fits(code) for code in codes)

    def test_multiline_segments_and_road_classes_are_taken(self, tmp_path):
        workspace = town(tmp_path)
        pair = shapely.MultiLineString([[(50, 50), (150, 50)], [(150, 50), (150, 150)]])
        import_lanes(workspace, lines([pair], ["折巷"], road_class=["支路"]))
        assert lanes_of(workspace)["折巷"]["length_m"] == pytest.approx(200)
        assert lanes_of(workspace)["折巷"]["road_class"] == "支路"

    def test_counties_without_street_offices_have_lanes_too(self, tmp_path):
        workspace = town(tmp_path, shapes={COUNTY: block(0, 0)})
        import_lanes(workspace, lines([[(50, 50), (150, 50)]], ["县巷"]))
        assert lanes_of(workspace)["县巷"]["street_code"].startswith(COUNTY)

    def test_ground_outside_street_offices_and_communities_has_lanes_too(self, tmp_path):
        shapes = {COUNTY + "001": block(0, 0), COUNTY + "000201": block(1, 0), COUNTY: shapely.box(0, 0, 1200, 400)}
        workspace = town(tmp_path, shapes=shapes)
        rows = [[(50, 50), (150, 50)], [(450, 50), (550, 50)], [(850, 50), (950, 50)]]
        import_lanes(workspace, lines(rows, ["街道巷", "村巷", "县巷"]))
        found = lanes_of(workspace)
        assert [found[name]["street_code"] for name in ("街道巷", "村巷", "县巷")] == [COUNTY + "001", COUNTY, COUNTY]
        where = {r["lane_code"]: r["area_code"] for r in workspace.read("lane_area").records()}
        assert where[found["村巷"]["code"]] == COUNTY + "000201"
        assert where[found["县巷"]["code"]] == COUNTY

    @pytest.mark.parametrize("language", ["zh_CN", "en_GB"])
    def test_ends_are_named_in_the_language_asked_for(self, tmp_path, language):
        workspace = town(tmp_path)
        streets = lines([[(50, 50), (150, 50)], [(150, 10), (150, 90)]], ["断头巷", "横街"])
        import_lanes(workspace, streets, language=language)
        row = lanes_of(workspace)["断头巷"]
        ends = {row["from_place"], row["to_place"]}
        assert "横街" in ends
        assert all(end.isascii() for end in ends - {"横街"}) == (language == "en_GB")


class TestAccount:
    def test_every_segment_is_in_a_lane_or_rejected_with_a_reason(self, tmp_path):
        workspace = town(tmp_path)
        streets = lines(
            [[(50, 50), (150, 50)], [(50, 90), (150, 90)], None, [(9000, 9000), (9100, 9000)]],
            ["好巷", None, "无形巷", "远巷"],
        )
        report = import_lanes(workspace, streets)
        assert report.rejected == 3
        assert {r.row: r.reason for r in report.rejected_rows} == {
            2: "lane_segment_unnamed",
            3: "lane_segment_without_line",
            4: "lane_segment_outside",
        }
        assert report.figures["segments"] == report.figures["segments_in_lanes"] + report.rejected
        assert sum(report.reasons.values()) == report.rejected
        assert all(row.text("zh") and row.text("en") for row in report.rejected_rows)

    def test_a_piece_without_a_name_that_fills_a_gap_is_offered_to_its_lane(self, tmp_path):
        ways = [[(50, 50), (150, 50)], [(150, 50), (190, 50)], [(190, 50), (300, 50)], [(60, 90), (90, 90)]]
        report = import_lanes(town(tmp_path), lines(ways, ["好巷", None, "好巷", None]))
        assert {r.row: r.reason for r in report.rejected_rows} == {2: "lane_segment_fills", 4: "lane_segment_unnamed"}
        assert all("好巷" in report.rejected_rows[0].text(language) for language in ("zh", "en"))
        assert report.figures["length_km"] == pytest.approx(0.21)

    def test_the_list_of_rejected_segments_is_left(self, tmp_path):
        workspace = town(tmp_path)
        report = import_lanes(workspace, lines([[(50, 50), (150, 50)], [(50, 90), (150, 90)]], ["好巷", None]))
        report.write(tmp_path / "报告.json", "zh_CN")
        listed = (tmp_path / "报告_rejected.csv").read_text(encoding="utf-8-sig").splitlines()
        assert listed[1].startswith("2,")


class TestRefusals:
    def test_lanes_are_not_imported_twice(self, tmp_path):
        workspace = town(tmp_path)
        import_lanes(workspace, grid_streets(800, 800, 100))
        refused(workspace, "lanes_exist", grid_streets(800, 800, 100))

    @pytest.mark.parametrize("shape", [shapely.Point(5, 5), block(0, 0)], ids=["points", "polygons"])
    def test_layers_that_are_no_lines_are_refused(self, tmp_path, shape):
        refused(town(tmp_path), "streets_wrong_geometry", layer({"name": ["甲"]}, [shape]))

    def test_streets_elsewhere_are_refused(self, tmp_path):
        refused(town(tmp_path), "layer_elsewhere", lines([[(9e4, 9e4), (9.1e4, 9e4)]], ["远巷"]))

    def test_streets_without_any_name_are_refused(self, tmp_path):
        refused(town(tmp_path), "lanes_without_names", lines([[(50, 50), (150, 50)]], [None]))
        nameless = layer({"id": [1]}, [shapely.LineString([(50, 50), (150, 50)])])
        assert "id" in refused(town(tmp_path / "另"), "field_not_found", nameless).text("zh")

    def test_fields_that_are_not_there_are_refused(self, tmp_path):
        workspace = town(tmp_path)
        refused(workspace, "field_missing", grid_streets(800, 800, 100), name_field="没有")
        refused(workspace, "field_missing", grid_streets(800, 800, 100), class_field="没有")

    def test_degrees_cannot_enter_a_local_frame(self, tmp_path):
        streets = lines([[(116.4, 39.9), (116.41, 39.9)]], ["巷"], crs=4326)
        refused(town(tmp_path), "local_frame_other_crs", streets)

    def test_a_workspace_without_areas_is_refused(self, tmp_path):
        workspace = town(tmp_path)
        with workspace.transaction("", "test") as transaction:
            transaction.clear("area")
        refused(workspace, "workspace_without_areas", grid_streets(800, 800, 100))

    def test_cancel_at_any_moment_leaves_the_workspace_as_it_was(self, tmp_path):
        workspace = town(tmp_path)
        streets = grid_streets(800, 800, 100, crs=LOCAL_CS)
        assert_cancel_leaves_nothing(
            lambda there, progress: import_lanes(there, streets, progress=progress), workspace.path
        )


@pytest.mark.proof
def test_dongchengs_streets_become_lanes_and_none_is_lost(shared, tmp_path):
    raw = shared("beijing_dongcheng/dongcheng_raw_gcj02.gpkg")
    create_workspace([read_source(raw, "subdistrict")], tmp_path / "东城.gpkg", coordinates="gcj02")
    workspace = Workspace.open(tmp_path / "东城.gpkg")
    streets = read_source(raw, "streets")
    report = import_lanes(workspace, streets, coordinates="gcj02")
    lanes = workspace.read("lane")
    assert report.accepted == len(lanes) > 700
    assert report.figures["segments_in_lanes"] + report.rejected == len(streets) == 15_542
    assert "南锣鼓巷" in set(lanes["name"])
    assert np.isin(lanes["street_code"], workspace.read("area")["code"]).all()
    assert codes_of(workspace, "lane") == sorted(lanes["code"])
