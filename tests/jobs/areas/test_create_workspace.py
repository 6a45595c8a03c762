"""A workspace from areas as offices send them: every level, every frame, and everything that is refused."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from osgeo import ogr, osr
from pyproj import Transformer

from gridmgmt_plugin.core.coverage.health.examine import is_coverage
from gridmgmt_plugin.core.errors import Cancelled, GridError, InputError, WorkspaceError
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.jobs.areas.create_workspace import create_workspace
from gridmgmt_plugin.jobs.checks.validate_workspace import validate_workspace
from gridmgmt_plugin.jobs.unit_grids.generate_unit_grids import generate_unit_grids
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.districts import (
    COUNTY,
    EAST_M,
    LABEL,
    LOCAL_CS,
    NORTH_M,
    CancelAt,
    areas,
    block,
    four_communities,
    layer,
    names_in,
)
from tests.tries import tries

NAMED = "areas_parents_named"


def made(folder, sources, **options):
    path = folder / "网格 库.gpkg"
    report = create_workspace(sources if isinstance(sources, list) else [sources], path, **options)
    return Workspace.open(path), report


def refused(folder, sources, code, **options):
    """Return the error of a job that must refuse; nothing may be left behind, and both sentences must be readable."""
    __tracebackhide__ = True
    before = names_in(folder)
    with pytest.raises(GridError) as caught:
        create_workspace(sources if isinstance(sources, list) else [sources], folder / "网格 库.gpkg", **options)
    assert names_in(folder) == before
    for language in ("zh_CN", "en"):
        text = caught.value.text(language)
        assert text[-1] in "。."
        assert "{" not in text
        assert "  " not in text
    assert caught.value.code == code, caught.value.text()
    return caught.value


def moved(shapes, change):
    return {code: shapely.transform(shape, change) for code, shape in shapes.items()}


def in_beijing(crs=4548, swap=False, prefix=0.0):
    """Return the four communities in Beijing as numbers of another system."""
    shapes = four_communities(east=EAST_M, north=NORTH_M)
    change = Transformer.from_crs(4548, crs, always_xy=True)

    def to(xy):
        x, y = change.transform(*xy.T)
        return np.column_stack([y, x] if swap else [np.asarray(x) + prefix, y])

    return moved(shapes, to)


def levels(workspace):
    rows = workspace.read("area")
    return dict(zip(rows["code"], rows["level"])), dict(zip(rows["code"], rows.geometry))


class TestLevels:
    def test_missing_parents_are_made_of_their_parts(self, tmp_path):
        workspace, report = made(tmp_path, areas(four_communities()))
        level, shape = levels(workspace)
        assert level[COUNTY] == "county"
        assert level[COUNTY + "001"] == "street_office"
        assert len(level) == 7
        assert shape[COUNTY].equals(shapely.box(0, 0, 800, 800))
        assert shape[COUNTY + "002"].equals(shapely.box(400, 0, 800, 800))
        assert report.figures["derived"] == 3
        note = next(n for n in report.notes if n.code == "areas_parents_derived")
        assert COUNTY in note.text("zh")

    def test_columns_beside_name_the_areas_above(self, tmp_path):
        """The same for every community of one office, and for no other."""
        beside = {
            "街道名称": ["安定门街道"] * 2 + ["景山街道"] * 2,
            "区县名称": ["东城区"] * 4,
            "网格名称": ["一", "二", "一", None],
        }
        workspace, report = made(tmp_path, areas(four_communities(), **beside))
        rows = workspace.read("area", ["code", "name"], geometry=False)
        names = dict(zip(rows["code"], rows["name"]))
        above = {COUNTY: "东城区", f"{COUNTY}001": "安定门街道", f"{COUNTY}002": "景山街道"}
        assert {code: names[code] for code in above} == above
        told = {note.code: note.text("zh") for note in report.notes}
        assert "网格名称" in told["areas_columns_left_out"]
        assert "街道名称" not in told["areas_columns_left_out"]
        assert "景山街道" in told["areas_parents_named"] or "东城区" in told["areas_parents_named"]
        assert "areas_parents_derived" not in told

    def test_where_one_office_is_all_there_is_a_column_names_the_level_of_its_heading(self, tmp_path):
        """The office and its county both have the same communities; 所属名称 says of neither that it is meant."""
        shapes = {f"{COUNTY}00100{number}": block(0, number) for number in (1, 2, 3)}
        beside = {"街道名称": ["万寿路街道"] * 3, "区县名称": ["海淀区"] * 3, "所属名称": ["城西片"] * 3}
        workspace, report = made(tmp_path, areas(shapes, **beside))
        rows = workspace.read("area", ["code", "name"], geometry=False)
        names = dict(zip(rows["code"], rows["name"]))
        assert (names[COUNTY], names[f"{COUNTY}001"]) == ("海淀区", "万寿路街道")
        told = {note.details["field"]: note.details["shown"] for note in report.notes if note.code == NAMED}
        assert told == {"街道名称": f"{COUNTY}001 万寿路街道", "区县名称": f"{COUNTY} 海淀区"}
        assert "所属名称" in next(n for n in report.notes if n.code == "areas_columns_left_out").text("zh")

    def test_a_layer_for_each_office_names_its_own_and_what_they_contradict_is_told(self, tmp_path):
        shapes = four_communities()
        sources = []
        for office, name, county in (("001", "安定门街道", "东城区"), ("002", "景山街道", "东城")):
            own = {code: shape for code, shape in shapes.items() if code.startswith(COUNTY + office)}
            sources.append(areas(own, 街道名称=[name] * 2, 区县名称=[county] * 2))
        workspace, report = made(tmp_path, sources)
        rows = workspace.read("area", ["code", "name"], geometry=False)
        names = dict(zip(rows["code"], rows["name"]))
        assert (names[f"{COUNTY}001"], names[f"{COUNTY}002"], names[COUNTY]) == ("安定门街道", "景山街道", None)
        told = {note.code: note.text("zh") for note in report.notes}
        assert f"{COUNTY}: 东城区 (区县名称) / 东城 (区县名称)" in told["areas_parents_named_differently"]
        assert COUNTY in told["areas_parents_derived"]
        assert "区县名称" not in told[NAMED]

    def test_every_area_knows_its_parent_and_its_kind(self, tmp_path):
        workspace, _ = made(tmp_path, areas(four_communities()))
        rows = workspace.read("area")
        parents = dict(zip(rows["code"], rows["parent_code"]))
        assert parents[COUNTY] is None
        assert parents[COUNTY + "001"] == COUNTY
        assert parents[COUNTY + "002001"] == COUNTY + "002"
        assert dict(zip(rows["code"], rows["kind"]))[COUNTY + "001001"] == "社区"

    @pytest.mark.parametrize("as_one_layer", [True, False])
    def test_three_levels_come_in_one_layer_or_in_several(self, tmp_path, as_one_layer):
        county = {COUNTY: shapely.box(0, 0, 800, 800)}
        offices = {COUNTY + "001": shapely.box(0, 0, 400, 800), COUNTY + "002": shapely.box(400, 0, 800, 800)}
        parts = [county, offices, four_communities()]
        sources = [areas({k: v for part in parts for k, v in part.items()})] if as_one_layer else map(areas, parts)
        workspace, report = made(tmp_path, list(sources))
        assert report.accepted == 7
        assert report.figures["derived"] == 0
        assert len(levels(workspace)[0]) == 7

    def test_layers_with_different_field_names_are_read_together(self, tmp_path):
        offices = layer(
            {"街道代码": [COUNTY + "001", COUNTY + "002"], "街道名称": ["甲街道", "乙街道"]},
            [shapely.box(0, 0, 400, 800), shapely.box(400, 0, 800, 800)],
        )
        communities = layer(
            {"社区编码": list(four_communities()), "社区名称": ["一", "二", "三", "四"]}, four_communities().values()
        )
        workspace, _ = made(tmp_path, [offices, communities], code_field="街道代码")
        rows = workspace.read("area", ["code", "name"])
        assert dict(zip(rows["code"], rows["name"]))[COUNTY + "001002"] == "二"

    def test_street_offices_alone_are_enough_and_the_planner_is_told(self, tmp_path):
        shapes = {COUNTY + "001": block(0, 0), COUNTY + "002": block(1, 0)}
        workspace, report = made(tmp_path, areas(shapes))
        assert set(levels(workspace)[0].values()) == {"county", "street_office"}
        assert "areas_without_communities" in [n.code for n in report.notes]

    def test_statistical_codes_of_twelve_digits_say_street_office(self, tmp_path):
        shapes = {COUNTY + "001000": block(0, 0), COUNTY + "002000": block(1, 0), COUNTY + "000000": block(0, 0)}
        shapes[COUNTY + "000000"] = shapely.box(0, 0, 800, 400)
        workspace, _ = made(tmp_path, areas(shapes))
        assert sorted(levels(workspace)[0]) == [COUNTY, COUNTY + "001", COUNTY + "002"]

    def test_a_village_right_under_the_county_belongs_to_the_county(self, tmp_path):
        workspace, _ = made(tmp_path, areas({COUNTY + "000201": block(0, 0), COUNTY + "001001": block(1, 0)}))
        rows = workspace.read("area", ["code", "parent_code"])
        assert dict(zip(rows["code"], rows["parent_code"]))[COUNTY + "000201"] == COUNTY

    def test_ground_that_no_community_fills_is_told(self, tmp_path):
        shapes = {**four_communities(), COUNTY + "001": shapely.box(0, 0, 400, 1000)}
        _, report = made(tmp_path, areas(shapes))
        note = next(n for n in report.notes if n.code == "ground_rest")
        assert note.details["area_m2"] == pytest.approx(80_000)
        assert COUNTY + "001" in note.text("zh")

    def test_levels_drawn_from_different_lines_are_told_and_kept(self, tmp_path):
        shapes = four_communities()
        office = shapely.box(0, 30, 420, 800)
        workspace, report = made(tmp_path, areas({**shapes, COUNTY + "001": office}))
        note = next(n for n in report.notes if n.code == "ground_levels_clash")
        assert note.details["beyond_m2"] == pytest.approx(12_000)
        assert levels(workspace)[1][COUNTY + "001"].equals(office)

    def test_with_consent_areas_take_the_outline_of_their_parts(self, tmp_path):
        shapes = {**four_communities(), COUNTY + "001": shapely.box(0, 30, 420, 800)}
        workspace, report = made(tmp_path, areas(shapes), repair=True)
        assert levels(workspace)[1][COUNTY + "001"].equals(shapely.box(0, 0, 400, 800))
        assert "areas_follow_their_parts" in [n.code for n in report.notes]

    def test_columns_of_the_table_are_taken_over_with_their_types(self, tmp_path):
        source = areas(
            four_communities(),
            片区=["东片区", "东片区", "西片区", None],
            户数=["1,200", "８００", "无", None],
            启用日期=["2024/1/5", "20240106", "明年", None],
            别的=[1, 2, 3, 4],
        )
        workspace, report = made(tmp_path, source)
        rows = workspace.read("area", ["zone", "households", "valid_from"], {"level": "community"}).records()
        assert [r["zone"] for r in rows] == ["东片区", "东片区", "西片区", None]
        assert [r["households"] for r in rows] == [1200, 800, None, None]
        assert [r["valid_from"] for r in rows] == ["2024-01-05", "2024-01-06", None, None]
        told = " ".join(n.text("zh") for n in report.notes)
        assert "别的" in told
        assert "无" in told  # what is no number is told, not swallowed


class TestSeams:
    def test_gaps_and_overlaps_of_a_conversion_are_closed_and_told(self, tmp_path):
        shapes = four_communities()
        first = COUNTY + "001001"
        shapes[first] = shapely.transform(shapes[first], lambda xy: xy + 0.02)
        workspace, report = made(tmp_path, areas(shapes))
        finest = workspace.read("area", where={"level": "community"}).geometry
        assert is_coverage(finest)
        assert report.figures["moved_m2"] > 0

    def test_real_overlaps_are_refused_with_the_pair_and_the_place(self, tmp_path):
        shapes = four_communities()
        shapes[COUNTY + "001001"] = shapely.box(0, 0, 430, 400)
        error = refused(tmp_path, areas(shapes), "areas_overlap")
        assert f"{COUNTY}001001 / {COUNTY}002001" in error.text("zh")
        assert "12000" in error.text("en")

    def test_an_area_drawn_twice_is_refused(self, tmp_path):
        shapes = {COUNTY + "001": block(0, 0), COUNTY + "002": block(0, 0)}
        assert refused(tmp_path, areas(shapes), "areas_overlap")

    def test_enclaves_and_holes_survive(self, tmp_path):
        hole = shapely.box(100, 100, 200, 200)
        shapes = {
            COUNTY + "001": shapely.MultiPolygon([shapely.difference(block(0, 0), hole), block(3, 0)]),
            COUNTY + "002": hole,
        }
        workspace, _ = made(tmp_path, areas(shapes))
        assert levels(workspace)[1][COUNTY + "001"].equals(shapes[COUNTY + "001"])


class TestFrames:
    def test_degrees_become_the_zone_of_the_district(self, tmp_path):
        workspace, _ = made(tmp_path, areas(in_beijing(4326), 4326))
        assert workspace.info.frame.epsg == 4548
        x, y = workspace.read("area").geometry[0].centroid.coords[0]
        assert (x, y) == pytest.approx((EAST_M + 400, NORTH_M + 400), abs=0.5)

    @pytest.mark.daily(1)
    @pytest.mark.parametrize(("declared", "expected"), [(4490, 4548), (3857, 4548), (4527, 4548), (4548, 4548)])
    def test_any_system_that_says_where_it_lies_is_understood(self, tmp_path, declared, expected):
        workspace, _ = made(tmp_path, areas(in_beijing(declared), declared))
        assert workspace.info.frame.epsg == expected
        area = workspace.read("area").geometry[0]
        assert area.area == pytest.approx(640_000, rel=1e-6)
        assert area.centroid.x == pytest.approx(EAST_M + 400, abs=0.5)

    def test_degrees_of_cgcs2000_in_a_file_keep_their_axis_order(self, tmp_path):
        path = written(tmp_path, in_beijing(4490), epsg=4490)
        workspace, _ = made(tmp_path, read_source(path))
        assert workspace.read("area").geometry[0].centroid.x == pytest.approx(EAST_M + 400, abs=0.5)

    def test_shifted_map_coordinates_are_taken_back(self, tmp_path):
        from tests.web_maps import wgs84_to_gcj02

        shapes = moved(in_beijing(4326), lambda xy: np.column_stack(wgs84_to_gcj02(*xy.T)))
        workspace, _ = made(tmp_path, areas(shapes, 4326), coordinates="gcj02")
        assert workspace.read("area").geometry[0].centroid.x == pytest.approx(EAST_M + 400, abs=0.5)

    def test_a_label_is_enough_for_a_local_frame(self, tmp_path):
        workspace, _ = made(tmp_path, areas(four_communities(), None), local_frame="北京2000")
        assert workspace.info.frame.is_local
        assert workspace.info.frame.label == "北京2000"

    def test_a_layer_with_a_label_instead_of_a_system_stays_local(self, tmp_path):
        workspace, _ = made(tmp_path, areas(four_communities()))
        assert workspace.info.frame.label == LABEL

    def test_a_shapefile_with_a_local_prj_stays_local(self, tmp_path):
        path = written(tmp_path, four_communities(), wkt=LOCAL_CS, driver="ESRI Shapefile", name="街道 面.shp")
        workspace, _ = made(tmp_path, read_source(path))
        assert workspace.info.frame.is_local
        assert workspace.info.frame.label == LABEL

    def test_a_missing_prj_is_asked_for(self, tmp_path):
        error = refused(tmp_path, areas(four_communities(), None), "frame_unknown")
        assert ".prj" in error.text("zh")

    @pytest.mark.parametrize(
        ("shapes", "words"),
        [
            (in_beijing(4326), "经纬度"),
            (in_beijing(4326, swap=True), "颠倒"),
            (in_beijing(4527), "EPSG:4527"),
            (in_beijing(4548, swap=True), "颠倒"),
            (in_beijing(3857), "3857"),
        ],
        ids=["degrees", "degrees swapped", "zone prefix", "axes swapped", "web mercator"],
    )
    def test_without_prj_the_numbers_give_a_hint(self, tmp_path, shapes, words):
        assert words in refused(tmp_path, areas(shapes, None), "frame_unknown").text("zh")

    @pytest.mark.parametrize("shapes", [in_beijing(4326), in_beijing(4527), in_beijing(3857)])
    def test_a_frame_given_for_a_bare_layer_that_its_numbers_deny_is_refused(self, tmp_path, shapes):
        with pytest.raises(InputError) as caught:
            made(tmp_path, areas(shapes, None), crs="EPSG:4548")
        assert caught.value.code in ("crs_missing_degrees", "crs_missing_zone", "crs_missing_web_mercator")
        assert names_in(tmp_path) == []

    @pytest.mark.parametrize(
        ("shapes", "declared", "words"),
        [
            (in_beijing(4326), 4548, "经纬度"),
            (in_beijing(4527), 4548, "EPSG:4527"),
            (in_beijing(4548, swap=True), 4548, "颠倒"),
            (in_beijing(3857), 4548, "3857"),
        ],
        ids=["degrees", "zone prefix", "axes swapped", "web mercator"],
    )
    def test_a_declared_system_that_the_numbers_deny_is_refused(self, tmp_path, shapes, declared, words):
        error = refused(tmp_path, areas(shapes, declared), "frame_contradicts_numbers")
        assert words in error.text("zh")

    def test_metres_without_the_zone_number_that_their_system_promises_are_refused(self, tmp_path):
        with pytest.raises(InputError):
            made(tmp_path, areas(in_beijing(4548), 4527))
        assert names_in(tmp_path) == []

    def test_metres_declared_as_degrees_are_refused(self, tmp_path):
        refused(tmp_path, areas(in_beijing(4548), 4326), "not_lonlat")

    def test_latitude_before_longitude_is_refused(self, tmp_path):
        refused(tmp_path, areas(in_beijing(4326, swap=True), 4326), "lonlat_swapped")

    def test_the_zone_of_another_part_of_the_country_is_refused(self, tmp_path):
        refused(tmp_path, areas(in_beijing(4326), 4326), "frame_contradicts_numbers", crs="EPSG:4540")

    def test_the_zone_next_door_is_allowed(self, tmp_path):
        workspace, _ = made(tmp_path, areas(in_beijing(4326), 4326), crs="4549")
        assert workspace.info.frame.epsg == 4549

    @pytest.mark.parametrize(
        ("crs", "code"),
        [("EPSG:4326", "frame_not_metric"), ("4548x", "crs_unreadable"), ("EPSG:999999", "crs_unreadable")],
    )
    def test_a_frame_that_cannot_be_is_refused(self, tmp_path, crs, code):
        refused(tmp_path, areas(in_beijing(4326), 4326), code, crs=crs)

    def test_frame_and_label_together_are_refused(self, tmp_path):
        refused(tmp_path, areas(four_communities()), "frame_given_twice", crs="4548", local_frame="北京2000")

    @pytest.mark.parametrize("crs", [None, LOCAL_CS], ids=["no prj", "label"])
    def test_degrees_cannot_enter_a_local_frame(self, tmp_path, crs):
        with pytest.raises(InputError) as caught:
            made(tmp_path, areas(in_beijing(4326), crs), local_frame=LABEL)
        assert caught.value.code in ("crs_missing_degrees", "local_frame_degrees")
        assert names_in(tmp_path) == []

    def test_a_known_system_cannot_enter_a_local_frame(self, tmp_path):
        refused(tmp_path, areas(in_beijing(4548), 4548), "local_frame_other_crs", local_frame="北京2000")

    def test_map_coordinates_cannot_enter_a_local_frame(self, tmp_path):
        shapes = in_beijing(4326)
        refused(tmp_path, areas(shapes, 4326), "local_frame_no_degrees", local_frame="北京2000", coordinates="gcj02")

    def test_an_unreadable_system_is_refused(self, tmp_path):
        refused(tmp_path, areas(four_communities(), "GEOGCS[rubbish"), "crs_unreadable")


def one(code=COUNTY + "001", shape=None):
    return areas({code: block(0, 0) if shape is None else shape})


class TestCodes:
    @pytest.mark.parametrize(
        ("written_as", "stored"),
        [
            ("９９０１０１００１", "990101001"),
            (990101001, "990101001"),
            (990101001.0, "990101001"),
            (" 990101 001 ", "990101001"),
            ("'990101001", "990101001"),
            ("990101001000", "990101001"),
        ],
    )
    def test_codes_as_spreadsheets_write_them_are_understood(self, tmp_path, written_as, stored):
        workspace, _ = made(tmp_path, one(written_as))
        assert stored in levels(workspace)[0]

    @pytest.mark.parametrize(
        "code", ["99010100A", "9.90101E+11", "9901010", "099101001", "9901010011", None, "九九〇一〇一", "-990101"]
    )
    def test_malformed_codes_are_refused_with_their_rows(self, tmp_path, code):
        source = layer({"code": [COUNTY + "002", code], "name": ["甲", "乙"]}, [block(1, 0), block(0, 0)])
        error = refused(tmp_path, source, "areas_codes_malformed", code_field="code")
        assert "2:" in error.text("zh")

    def test_one_code_on_two_rows_is_refused(self, tmp_path):
        source = layer({"code": [COUNTY + "001"] * 2, "name": ["甲", "乙"]}, [block(0, 0), block(1, 0)])
        assert COUNTY + "001" in refused(tmp_path, source, "areas_codes_twice").text("zh")

    def test_two_forms_of_one_code_are_the_same_code(self, tmp_path):
        shapes = {COUNTY + "001": block(0, 0), COUNTY + "001000": block(1, 0)}
        refused(tmp_path, areas(shapes), "areas_codes_twice")

    def test_two_counties_are_refused(self, tmp_path):
        shapes = {"990101001": block(0, 0), "990102001": block(1, 0)}
        assert "990102" in refused(tmp_path, areas(shapes), "areas_of_two_counties").text("zh")

    def test_no_code_column_is_said_with_the_columns_there_are(self, tmp_path):
        source = layer({"甲": ["a"], "乙": ["b"]}, [block(0, 0)])
        assert "甲" in refused(tmp_path, source, "area_code_not_found").text("zh")

    def test_a_code_column_that_is_not_there_is_said(self, tmp_path):
        refused(tmp_path, one(), "field_missing", code_field="没有")
        refused(tmp_path, one(), "field_missing", name_field="没有")

    def test_a_layer_without_names_is_refused(self, tmp_path):
        refused(tmp_path, layer({"code": [COUNTY + "001"]}, [block(0, 0)]), "field_not_found")

    def test_a_parent_column_that_contradicts_the_code_is_told(self, tmp_path):
        source = areas({COUNTY + "001001": block(0, 0)}, 上级代码=[COUNTY + "002"])
        workspace, report = made(tmp_path, source)
        assert dict(levels(workspace)[0])[COUNTY + "001"] == "street_office"
        assert "areas_parent_differs" in [n.code for n in report.notes]


FLAT = shapely.Polygon([(0, 0), (400, 0), (200, 0)])
ENDLESS = shapely.Polygon([(0, 0), (np.inf, 0), (200, 200)])
NO_NUMBER = shapely.Polygon([(0, 0), (np.nan, 0), (200, 200)])
BOW_TIE = shapely.Polygon([(0, 0), (400, 400), (400, 0), (0, 400)])


class TestShapes:
    def test_a_self_crossing_area_is_refused_and_named(self, tmp_path):
        error = refused(tmp_path, one(shape=BOW_TIE), "areas_invalid_rings")
        assert COUNTY + "001" in error.text("zh")

    def test_with_consent_it_is_repaired_and_the_ground_told(self, tmp_path):
        workspace, report = made(tmp_path, one(shape=BOW_TIE), repair=True)
        note = next(n for n in report.notes if n.code == "areas_rings_repaired")
        assert note.details["moved_m2"] == pytest.approx(80_000)
        assert levels(workspace)[1][COUNTY + "001"].area == pytest.approx(80_000)

    @pytest.mark.parametrize("shape", [FLAT, ENDLESS, NO_NUMBER], ids=["flat", "infinite", "nan"])
    def test_what_no_repair_can_save_is_refused_or_with_consent_left_out(self, tmp_path, shape):
        shapes = {COUNTY + "001": shape, COUNTY + "002": block(1, 0)}
        assert "1" in refused(tmp_path, areas(shapes), "areas_invalid_rings").text("zh")
        workspace, report = made(tmp_path, areas(shapes), repair=True)
        assert COUNTY + "001" not in levels(workspace)[1]
        assert (report.accepted, report.rejected, report.reasons) == (1, 1, {"invalid_ring": 1})
        assert report.rejected_rows[0].text("zh")

    def test_a_hundred_thousand_vertices_in_zigzag_are_left_out_and_not_waited_for(self, tmp_path):
        t = np.arange(100_000)
        zigzag = shapely.Polygon(np.column_stack([np.where(t % 2, 400.0, 0.0), t * 0.004]))
        shapes = {COUNTY + "001": zigzag, COUNTY + "002": block(1, 0)}
        _, report = made(tmp_path, areas(shapes), repair=True)
        assert (report.accepted, report.reasons) == (1, {"invalid_ring": 1})

    def test_areas_without_any_ground_are_refused(self, tmp_path):
        refused(tmp_path, areas({COUNTY + "001": FLAT}), "areas_beyond_repair", repair=True)

    def test_a_stray_line_among_areas_is_left_out_with_consent(self, tmp_path):
        shapes = {COUNTY + "001": block(0, 0), COUNTY + "002": shapely.LineString([(0, 0), (9, 9)])}
        refused(tmp_path, areas(shapes), "areas_without_shape")
        _, report = made(tmp_path, areas(shapes), repair=True)
        assert report.reasons == {"not_a_polygon": 1}

    @pytest.mark.parametrize("missing", [None, shapely.Polygon()], ids=["null", "empty"])
    def test_a_row_without_a_shape_is_refused_or_with_consent_left_out(self, tmp_path, missing):
        shapes = {COUNTY + "001": block(0, 0), COUNTY + "002": missing}
        assert "2" in refused(tmp_path, areas(shapes), "areas_without_shape").text("zh")
        workspace, report = made(tmp_path, areas(shapes), repair=True)
        assert COUNTY + "002" not in levels(workspace)[0]
        assert "areas_without_shape_left_out" in [n.code for n in report.notes]

    def test_points_and_tables_are_refused(self, tmp_path):
        refused(tmp_path, one(shape=shapely.Point(1, 1)), "areas_not_polygons")
        table = layer({"code": ["990101001"], "name": ["甲"]}, [None])
        refused(tmp_path, table, "areas_without_shape", repair=True)
        beside = {"街道代码": ["990101001"], "街道名称": ["甲街道"], "区县名称": ["东城区"]}
        refused(tmp_path, layer(beside, [None]), "areas_without_shape", repair=True)

    def test_an_empty_layer_is_refused_also_beside_a_full_one(self, tmp_path):
        empty = layer({"code": [], "name": []}, [])
        refused(tmp_path, empty, "areas_empty")
        refused(tmp_path, [one(), empty], "areas_empty")
        refused(tmp_path, [], "areas_not_given")

    def test_heights_are_dropped(self, tmp_path):
        workspace, _ = made(tmp_path, one(shape=shapely.force_3d(block(0, 0), 44.0)))
        assert not shapely.has_z(workspace.read("area").geometry).any()


class TestFile:
    def test_nothing_is_overwritten(self, tmp_path):
        made(tmp_path, one())
        before = (tmp_path / "网格 库.gpkg").read_bytes()
        with pytest.raises(WorkspaceError) as caught:
            made(tmp_path, one(COUNTY + "002"))
        assert caught.value.code == "workspace_exists"
        assert (tmp_path / "网格 库.gpkg").read_bytes() == before

    @pytest.mark.parametrize("name", ["库.shp", "库", "库.gpkg.zip"])
    def test_a_name_that_is_no_geopackage_is_refused(self, tmp_path, name):
        with pytest.raises(WorkspaceError) as caught:
            create_workspace([one()], tmp_path / name)
        assert caught.value.code == "workspace_extension"
        assert names_in(tmp_path) == []

    def test_a_folder_that_is_a_file_is_told(self, tmp_path):
        (tmp_path / "文件").write_text("x")
        with pytest.raises(WorkspaceError) as caught:
            create_workspace([one()], tmp_path / "文件" / "库.gpkg")
        assert caught.value.code == "workspace_not_created"

    @pytest.mark.parametrize(
        ("options", "code"),
        [
            ({"code_layout": "none"}, "layout_unknown"),
            ({"code_layout": "rg_street_12"}, "layout_not_for_cells"),
            ({"object_code": "600101"}, "layout_without_object"),
            ({"code_layout": "cjt349_2010", "object_code": "6001"}, "code_part_value"),
            ({"code_layout": "cjt349_2010", "object_code": "六零零一"}, "code_part_value"),
            ({"split_policy": "smaller"}, "split_policy_unknown"),
            ({"coordinates": "wgs"}, "coordinates_kind_unknown"),
        ],
    )
    def test_unknown_options_are_refused(self, tmp_path, options, code):
        refused(tmp_path, one(), code, **options)

    @pytest.mark.parametrize(("told", "leads"), [("600101", "600101"), (None, "000000")])
    def test_the_layout_of_20_digits_begins_with_the_object_class(self, tmp_path, told, leads):
        workspace, report = made(tmp_path, one(), code_layout="cjt349_2010", object_code=told)
        assert ("layout_object_not_told" in [note.code for note in report.notes]) == (told is None)
        generate_unit_grids(workspace, None)
        units = workspace.read("unit_grid")
        assert all(
            code == f"{leads}{area.ljust(12, '0')}{code[-2:]}"
            for code, area in zip(units["code"], units["area_code"])
        )
        assert units["code"][0].endswith("01")
        assert validate_workspace(workspace).result.errors == 0

    def test_the_layout_brings_its_split_policy(self, tmp_path):
        from gridmgmt_plugin.core.codes.layout import layout

        workspace, _ = made(tmp_path, one(), code_layout="cjt213_2005")
        assert workspace.info.split_policy == layout("cjt213_2005").split_policy

    def test_cancel_leaves_an_empty_folder(self, tmp_path):
        user = CancelAt()
        create_workspace([areas(four_communities())], tmp_path / "a.gpkg", progress=user.progress)
        (tmp_path / "a.gpkg").unlink()
        for moment in range(1, user.asked + 1):
            with pytest.raises(Cancelled):
                create_workspace([areas(four_communities())], tmp_path / "a.gpkg", progress=CancelAt(moment).progress)
            assert names_in(tmp_path) == []


def written(folder, shapes, *, epsg=None, wkt=None, driver="GPKG", name="区划 图层.gpkg"):
    """Write an area layer with GDAL beside the folder of the test and return its path."""
    place = folder.parent / f"{folder.name} 原始"
    place.mkdir(exist_ok=True)
    reference = osr.SpatialReference()
    if epsg:
        reference.ImportFromEPSG(epsg)
        reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    else:
        reference.ImportFromWkt(wkt)
    dataset = ogr.GetDriverByName(driver).CreateDataSource(str(place / name))
    target = dataset.CreateLayer("areas", reference, ogr.wkbPolygon)
    for field in ("code", "name"):
        target.CreateField(ogr.FieldDefn(field, ogr.OFTString))
    for code, shape in shapes.items():
        feature = ogr.Feature(target.GetLayerDefn())
        feature["code"], feature["name"] = code, f"区划{code[-1]}"
        feature.SetGeometry(ogr.CreateGeometryFromWkb(shapely.to_wkb(shape)))
        target.CreateFeature(feature)
    del target, dataset
    return place / name


@tries(15)
@given(st.lists(st.integers(30, 400), min_size=1, max_size=5), st.lists(st.integers(30, 400), min_size=1, max_size=5))
def test_parents_are_always_the_sum_of_their_parts(tmp_path_factory, widths, heights):
    xs, ys = np.cumsum([0, *widths]) + 0.0005, np.cumsum([0, *heights])
    shapes = {
        f"{COUNTY}{i + 1:03d}{j + 1:03d}": shapely.box(xs[i], ys[j], xs[i + 1], ys[j + 1])
        for i in range(len(widths))
        for j in range(len(heights))
    }
    workspace, _ = made(tmp_path_factory.mktemp("库"), areas(shapes))
    rows = workspace.read("area")
    for code, shape in zip(rows["code"], rows.geometry):
        parts = [s for c, s in zip(rows["code"], rows.geometry) if len(c) == 12 and c.startswith(code)]
        assert shapely.symmetric_difference(shape, shapely.union_all(parts)).area < 1e-6


@pytest.mark.proof
def test_jiangning_comes_with_both_levels(shared, tmp_path):
    path = shared("nanjing_jiangning_east/jiangning_east.gpkg")
    sources = [read_source(path, name) for name in ("subdistrict", "community")]
    workspace, report = made(tmp_path, sources)
    assert report.figures["street_office"] == 7
    assert report.figures["community"] == 90
    assert report.figures["derived"] == 1
    # The two layers were drawn from different lines; nothing of that may pass in silence.
    assert "ground_levels_clash" in [n.code for n in report.notes]
    communities = workspace.read("area", where={"level": "community"}).geometry
    assert is_coverage(communities)


@pytest.mark.proof
def test_both_levels_of_jiangning_leave_no_hair_between_the_communities(shared, tmp_path):
    path = shared("nanjing_jiangning_east/jiangning_east.gpkg")
    workspace, _ = made(tmp_path, [read_source(path, name) for name in ("subdistrict", "community")], repair=True)
    for level, count in (("county", 1), ("street_office", 7), ("community", 90)):
        shapes = workspace.read("area", where={"level": level}).geometry
        assert len(shapes) == count
        assert is_coverage(shapes, 0.01), level


def test_dongcheng_comes_from_shifted_degrees(shared, tmp_path):
    source = read_source(shared("beijing_dongcheng/dongcheng_raw_gcj02.gpkg"), "subdistrict")
    workspace, report = made(tmp_path, source, coordinates="gcj02")
    assert workspace.info.frame.epsg == 4548
    assert report.figures["street_office"] == 17
    county = workspace.read("area", where={"level": "county"}).geometry[0]
    assert county.area == pytest.approx(41.885e6, rel=2e-3)
