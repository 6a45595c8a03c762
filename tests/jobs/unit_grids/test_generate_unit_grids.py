"""Unit grids drawn into a workspace: seamless, coded in the documented order, and nothing written on refusal."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.codes.layout import layout
from gridmgmt_plugin.core.codes.numbering_order import (
    default_band_height_m,
    representative_points,
    sequence_order,
)
from gridmgmt_plugin.core.coordinates import geometry_to_frame
from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.jobs.areas.create_workspace import create_workspace
from gridmgmt_plugin.jobs.checks.validate_workspace import validate_workspace
from gridmgmt_plugin.jobs.unit_grids.generate_unit_grids import generate_unit_grids
from gridmgmt_plugin.workspace.register_store import RegisterStore
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.districts import (
    COUNTY,
    areas,
    assert_cancel_leaves_nothing,
    assert_covers,
    block,
    codes_of,
    dongcheng,
    drawn_town,
    four_communities,
    grid_streets,
    layer,
    lines,
    meddling,
    town,
)
from tests.jobs.refusals import refused_by
from tests.tries import tries

WHOLE = shapely.box(0, 0, 800, 800)


refused = refused_by(generate_unit_grids)


def add_extent(workspace, *shapes, **columns):
    """Add covered extents; ``columns``: one value for all of them."""
    with workspace.transaction("规划员", "test") as transaction:
        values = {name: as_column([value] * len(shapes)) for name, value in columns.items()}
        first = workspace.count("covered_extent")
        codes = as_column(f"E{first + i}" for i in range(len(shapes)))
        transaction.insert("covered_extent", Rows({"code": codes, **values}, as_column(shapes)))


def rules_of(workspace):
    return {issue.rule for issue in validate_workspace(workspace).result.issues}


def codes_in(report):
    return [note.code for note in report.notes]


class TestCoverage:
    def test_every_community_is_covered_exactly(self, tmp_path):
        workspace = drawn_town(tmp_path)
        assert_covers(workspace, WHOLE, 1e-6)
        units = workspace.read("unit_grid")
        assert len(units) == 64
        for code, shape in four_communities().items():
            mine = units.geometry[units["area_code"] == code]
            assert shapely.symmetric_difference(shapely.union_all(mine), shape).area < 1e-6

    def test_streets_are_not_needed(self, tmp_path):
        workspace = town(tmp_path)
        report = generate_unit_grids(workspace, None)
        assert_covers(workspace, WHOLE, 1e-6)
        assert report.accepted == workspace.count("unit_grid")
        assert "partition_no_streets" in codes_in(report)

    def test_streets_without_names_in_several_parts_and_without_shape_will_do(self, tmp_path):
        workspace = town(tmp_path)
        pair = shapely.MultiLineString([[(100, -5), (100, 805)], [(300, -5), (300, 805)]])
        report = generate_unit_grids(workspace, lines([pair, [(-5, 100), (805, 100)], None]))
        assert_covers(workspace, WHOLE, 1e-6)
        assert "partition_rows_skipped" in codes_in(report)

    def test_outlines_of_all_levels_have_the_vertices_of_their_cells(self, tmp_path):
        workspace = drawn_town(tmp_path)
        rows = workspace.read("area")
        county = rows.geometry[rows["level"] == "county"][0]
        vertices = set(map(tuple, shapely.get_coordinates(workspace.read("unit_grid").geometry)))
        for shape in rows.geometry:
            assert set(map(tuple, shapely.get_coordinates(shape))) <= vertices
        assert (100.0, 0.0) in set(map(tuple, shapely.get_coordinates(county)))

    def test_mixed_levels_are_covered_too(self, tmp_path):
        shapes = {COUNTY + "001001": block(0, 0), COUNTY + "001002": block(0, 1), COUNTY + "002": block(1, 0)}
        workspace = town(tmp_path, shapes=shapes)
        report = generate_unit_grids(workspace, None)
        assert_covers(workspace, shapely.union_all(list(shapes.values())), 1e-6)
        assert "cells_without_community" in codes_in(report)
        rest = workspace.read("unit_grid", ["code"], {"area_code": COUNTY + "002"})
        assert all(code.startswith(COUNTY + "002000") for code in rest["code"])


class TestRests:
    def test_ground_that_no_community_fills_gets_cells_of_the_street_office(self, tmp_path):
        shapes = {**four_communities(), COUNTY + "001": shapely.box(0, 0, 400, 1200)}
        workspace = town(tmp_path, shapes=shapes)
        report = generate_unit_grids(workspace, None)
        assert_covers(workspace, shapely.box(0, 0, 400, 1200).union(shapely.box(400, 0, 800, 800)), 1e-6)
        mine = workspace.read("unit_grid", None, {"area_code": COUNTY + "001"})
        assert shapely.area(mine.geometry).sum() == pytest.approx(160_000)
        assert all(code.startswith(COUNTY + "001000") for code in mine["code"])
        note = next(n for n in report.notes if n.code == "ground_rest")
        assert "000" in note.text("zh")

    def test_an_enclosed_rest_is_filled_too(self, tmp_path):
        hole = shapely.box(100, 100, 300, 300)
        shapes = {
            COUNTY + "001": shapely.box(0, 0, 400, 400),
            COUNTY + "001001": shapely.difference(shapely.box(0, 0, 400, 400), hole),
        }
        workspace = town(tmp_path, shapes=shapes)
        generate_unit_grids(workspace, None)
        assert_covers(workspace, shapely.box(0, 0, 400, 400), 1e-6)

    @pytest.mark.proof
    def test_a_county_with_ground_outside_its_street_offices_is_covered(self, tmp_path):
        shapes = {**four_communities(), COUNTY: shapely.box(0, 0, 1200, 800)}
        workspace = town(tmp_path, shapes=shapes)
        generate_unit_grids(workspace, None)
        assert_covers(workspace, shapely.box(0, 0, 1200, 800), 1e-6)
        mine = workspace.read("unit_grid", ["code"], {"area_code": COUNTY})
        assert all(code.startswith(COUNTY + "000000") for code in mine["code"])
        assert "unit_uncovered" not in rules_of(workspace)
        with workspace.transaction("规划员", "test") as transaction:
            transaction.delete("unit_grid", mine.fid)
        assert "unit_uncovered" in rules_of(workspace), "ground that was given cells is asked for cells"

    def test_strips_of_levels_drawn_from_different_lines_get_no_cells_but_a_note(self, tmp_path):
        shapes = {**four_communities(), COUNTY + "001": shapely.box(-20, 30, 420, 800)}
        workspace = town(tmp_path, shapes=shapes)
        report = generate_unit_grids(workspace, None)
        assert_covers(workspace, WHOLE, 1e-6)
        assert "ground_levels_clash" in codes_in(report)
        assert "unit_uncovered" not in rules_of(workspace)

    @pytest.mark.proof
    def test_with_consent_every_street_office_is_covered_by_its_cells_exactly(self, tmp_path):
        shapes = {**four_communities(), COUNTY + "001": shapely.box(-20, 30, 420, 1300)}
        create_workspace([areas(shapes)], tmp_path / "库.gpkg", repair=True)
        workspace = Workspace.open(tmp_path / "库.gpkg")
        generate_unit_grids(workspace, None)
        units, rows = workspace.read("unit_grid"), workspace.read("area")
        for code, shape in zip(rows["code"], rows.geometry):
            mine = [area.startswith(code) for area in units["area_code"]]
            assert shapely.symmetric_difference(shapely.union_all(units.geometry[mine]), shape).area < 1e-6

    def test_a_wide_rest_is_filled_even_where_boundaries_disagree(self, tmp_path):
        shapes = {**four_communities(), COUNTY + "001": shapely.box(0, 30, 400, 1200)}
        workspace = town(tmp_path, shapes=shapes)
        report = generate_unit_grids(workspace, None)
        assert_covers(workspace, WHOLE.union(shapely.box(0, 800, 400, 1200)), 1e-6)
        assert {"ground_rest", "ground_levels_clash"} <= set(codes_in(report))


class TestCoveredExtent:
    def test_cells_stay_inside_the_covered_extent(self, tmp_path):
        workspace = town(tmp_path)
        add_extent(workspace, shapely.box(50, 50, 450, 750), shapely.box(400, 50, 700, 300))
        generate_unit_grids(workspace, grid_streets(800, 800, 100))
        wanted = shapely.box(50, 50, 450, 750).union(shapely.box(400, 50, 700, 300))
        assert_covers(workspace, wanted, 1e-6)

    def test_the_outlines_of_the_areas_stay_whole(self, tmp_path):
        workspace = town(tmp_path)
        add_extent(workspace, shapely.box(50, 50, 450, 750))
        generate_unit_grids(workspace, None)
        rows = workspace.read("area")
        for code, shape in zip(rows["code"], rows.geometry):
            if code in four_communities():
                assert shapely.symmetric_difference(shape, four_communities()[code]).area < 1e-6

    @pytest.mark.parametrize("period", [{"valid_from": "2099-01-01"}, {"valid_to": "2020-12-31"}])
    def test_an_extent_that_is_not_in_force_limits_neither_drawing_nor_checking(self, tmp_path, period):
        workspace = town(tmp_path)
        add_extent(workspace, shapely.box(0, 0, 400, 400), **period)
        generate_unit_grids(workspace, None)
        assert_covers(workspace, WHOLE, 1e-6)
        assert "unit_uncovered" not in rules_of(workspace)

    def test_a_second_phase_that_is_not_in_force_yet_waits(self, tmp_path):
        workspace = town(tmp_path)
        add_extent(workspace, shapely.box(0, 0, 400, 800), valid_from="2020-01-01")
        add_extent(workspace, shapely.box(400, 0, 800, 800), valid_from="2099-01-01")
        generate_unit_grids(workspace, None)
        assert_covers(workspace, shapely.box(0, 0, 400, 800), 1e-6)
        assert "unit_uncovered" not in rules_of(workspace)

    def test_an_extent_elsewhere_is_refused(self, tmp_path):
        workspace = town(tmp_path)
        add_extent(workspace, shapely.box(5000, 5000, 6000, 6000))
        refused(workspace, "extent_elsewhere", None)

    def test_a_self_crossing_extent_is_refused(self, tmp_path):
        workspace = town(tmp_path)
        add_extent(workspace, shapely.Polygon([(0, 0), (400, 400), (400, 0), (0, 400)]))
        refused(workspace, "extent_unusable", None)

    def test_an_extent_filled_in_after_drawing_changes_nothing_that_is_drawn(self, tmp_path):
        workspace = drawn_town(tmp_path)
        before = workspace.read("unit_grid").geometry
        add_extent(workspace, shapely.box(50, 50, 450, 750))
        refused(workspace, "unit_grids_exist", None)
        assert shapely.equals(workspace.read("unit_grid").geometry, before).all()


class TestCodes:
    def test_numbers_go_west_to_east_in_bands_from_north_to_south(self, tmp_path):
        workspace = drawn_town(tmp_path)
        units = workspace.read("unit_grid", None, {"area_code": COUNTY + "001001"})
        ordered = sorted(zip(units["code"], shapely.get_coordinates(shapely.centroid(units.geometry)).tolist()))
        assert [code[-3:] for code, _ in ordered] == [f"{i:03d}" for i in range(1, 17)]
        assert [place for _, place in ordered][:5] == [[50, 350], [150, 350], [250, 350], [350, 350], [50, 250]]

    def test_the_order_is_the_documented_one_for_uneven_cells_too(self, tmp_path):
        workspace = town(tmp_path)
        generate_unit_grids(
            workspace, lines([[(-5, 130), (805, 390)], [(170, -5), (260, 805)], [(-5, 610), (805, 500)]])
        )
        units = workspace.read("unit_grid")
        groups = units["area_code"].astype(str)
        heights = default_band_height_m(shapely.area(units.geometry), groups)
        position = sequence_order(representative_points(units.geometry), heights, groups)
        assert [int(code[-3:]) for code in units["code"]] == (position + 1).tolist()

    def test_every_code_is_a_draft_in_the_register_and_fits_the_layout(self, tmp_path):
        workspace = drawn_town(tmp_path)
        codes = sorted(workspace.read("unit_grid")["code"])
        assert codes_of(workspace, "unit_grid") == codes
        register = workspace.read("code_register", ["state", "changed_at"], {"kind": "unit_grid"}, geometry=False)
        assert set(register["state"]) == {"draft"}
        assert all(register["changed_at"])
        assert all(layout("gb30428_2013").fits(code) for code in codes)
        assert set(workspace.read("unit_grid")["state"]) == {"draft"}

    def test_fourteen_digits_are_numbered_by_the_older_layout(self, tmp_path):
        path = tmp_path / "库.gpkg"
        create_workspace([areas(four_communities())], path, code_layout="cjt213_2005")
        workspace = Workspace.open(path)
        generate_unit_grids(workspace, None)
        assert {len(code) for code in workspace.read("unit_grid")["code"]} == {14}

    def test_a_community_too_large_for_its_numbers_gets_larger_cells_and_no_other_does(self, tmp_path):
        path = tmp_path / "库.gpkg"
        shapes = {COUNTY + "001001": block(0, 0, 1200), COUNTY + "001002": shapely.box(1200, 0, 1600, 400)}
        create_workspace([areas(shapes)], path, code_layout="cjt213_2005")
        workspace = Workspace.open(path)
        report = generate_unit_grids(workspace, None)
        (note,) = [note for note in report.notes if note.code == "cells_larger_for_numbers"]
        units = workspace.read("unit_grid")
        large = units["area_code"] == COUNTY + "001001"
        assert 70 <= large.sum() <= 99
        assert f"{COUNTY}001001 ({large.sum()} ≤ 99, " in note.text("zh")
        assert "001002" not in note.text("zh")
        assert np.median(shapely.area(units.geometry[~large])) == pytest.approx(10_000, rel=0.05)
        assert_covers(workspace, shapely.union_all(list(shapes.values())), 1e-6)

    def test_streets_that_leave_more_blocks_than_numbers_do_not_stop_the_drawing(self, tmp_path):
        path = tmp_path / "库.gpkg"
        create_workspace([areas({COUNTY + "001001": block(0, 0, 900)})], path, code_layout="cjt213_2005")
        workspace = Workspace.open(path)
        # 81 cells by area, but main streets every 60 m leave blocks that are not joined across them otherwise.
        streets = [[(x, -5), (x, 905)] for x in range(60, 900, 60)] + [
            [(-5, y), (905, y)] for y in range(60, 900, 60)
        ]
        report = generate_unit_grids(workspace, lines(streets, [f"{i}大街" for i in range(len(streets))]))
        assert "cells_larger_for_numbers" in codes_in(report)
        assert report.accepted <= 99
        assert_covers(workspace, block(0, 0, 900), 1e-6)

    def test_an_area_without_a_number_left_is_refused(self, tmp_path):
        workspace = town(tmp_path, shapes={COUNTY + "001001": block(0, 0)})
        with workspace.transaction("", "test") as transaction:
            store = RegisterStore(workspace, "gb30428_2013", "unit_grid")
            store.register.claim([f"{COUNTY}001001{number:03d}" for number in range(1, 1000)], state="valid")
            store.write(transaction)
        error = refused(workspace, "cells_without_numbers", None)
        assert COUNTY + "001001" in error.text("zh")

    def test_compounds_that_stay_whole_leave_numbers_enough(self, tmp_path):
        path = tmp_path / "库.gpkg"
        create_workspace([areas({COUNTY + "001001": block(0, 0, 1200)})], path, code_layout="cjt213_2005")
        workspace = Workspace.open(path)
        park = layer({"name": ["大公园"]}, [shapely.box(100, 100, 1100, 900)])
        generate_unit_grids(workspace, None, compounds=park)
        assert_covers(workspace, block(0, 0, 1200), 1e-6)


class TestLayers:
    def test_compounds_give_kind_land_use_and_grade(self, tmp_path):
        workspace = town(tmp_path)
        compounds = layer(
            {
                "类型": ["小区", "公园", "不明"],
                "用地性质": ["居住用地", None, None],
                "管理等级": ["一级", None, None],
            },
            [shapely.box(20, 20, 180, 180), shapely.box(220, 20, 380, 180), shapely.box(20, 220, 180, 380)],
        )
        report = generate_unit_grids(workspace, None, compounds=compounds)
        units = workspace.read("unit_grid")
        at = {
            code: units.take(shapely.intersects(units.geometry, shapely.Point(*place))).records()[0]
            for code, place in {"home": (100, 100), "park": (300, 100), "odd": (100, 300)}.items()
        }
        assert (at["home"]["grid_kind"], at["home"]["land_use"], at["home"]["grade"]) == ("院落", "居住用地", "一级")
        assert at["park"]["grid_kind"] == "公园"
        assert at["odd"]["grid_kind"] == "院落"
        note = next(n for n in report.notes if n.code == "compounds_kind_unknown")
        assert "不明" in note.text("zh")

    def test_road_areas_become_cells_of_their_own(self, tmp_path):
        workspace = town(tmp_path)
        road = layer({"name": ["大街"]}, [shapely.box(180, 0, 220, 800)])
        generate_unit_grids(workspace, None, road_areas=road)
        units = workspace.read("unit_grid")
        assert shapely.area(units.geometry[units["grid_kind"] == "道路"]).sum() == pytest.approx(32_000)
        assert_covers(workspace, WHOLE, 1e-6)

    @pytest.mark.parametrize("role", ["streets", "compounds", "buildings", "road_areas"])
    def test_a_layer_of_the_wrong_kind_is_refused(self, tmp_path, role):
        workspace = town(tmp_path)
        points = layer({"name": ["甲"]}, [shapely.Point(5, 5)])
        options = {"streets": None, role: points}
        refused(workspace, f"{role}_wrong_geometry", options.pop("streets"), **options)

    @pytest.mark.parametrize("role", ["streets", "compounds", "buildings", "road_areas"])
    def test_a_layer_that_lies_elsewhere_is_refused(self, tmp_path, role):
        workspace = town(tmp_path)
        far = [(90_000, 90_000), (90_100, 90_100), (90_000, 90_200)]
        shape = shapely.LineString(far) if role == "streets" else shapely.Polygon(far)
        options = {"streets": None, role: layer({"name": ["甲"]}, [shape])}
        error = refused(workspace, "layer_elsewhere", options.pop("streets"), **options)
        assert "坐标" in error.text("zh")

    def test_degrees_cannot_be_drawn_into_a_local_frame(self, tmp_path):
        workspace = town(tmp_path)
        streets = lines([[(116.4, 39.9), (116.41, 39.9)]], crs=4326)
        refused(workspace, "local_frame_other_crs", streets)
        refused(workspace, "local_frame_no_degrees", streets, coordinates="gcj02")

    def test_an_empty_street_layer_is_no_streets(self, tmp_path):
        workspace = town(tmp_path)
        generate_unit_grids(workspace, lines([]))
        assert_covers(workspace, WHOLE, 1e-6)


class TestProfile:
    PARCELS = tuple(block(i, j, 40) for i in range(10) for j in range(10))

    def drawn(self, folder, profile, **options):
        workspace = town(folder, shapes={COUNTY + "001001": block(0, 0)})
        uses = ["居住用地" if i < 50 else "商业用地" for i in range(100)]
        compounds = layer({"用地类别": uses, "管理等级": ["一级"] * 100}, self.PARCELS)
        report = generate_unit_grids(workspace, None, compounds=compounds, profile=profile, **options)
        units = workspace.read("unit_grid")
        assert_covers(workspace, block(0, 0), 1e-6)
        sizes = shapely.area(units.geometry)
        return {use: float(np.median(sizes[units["land_use"] == use])) for use in ("居住用地", "商业用地")}, report

    def test_a_target_for_a_land_use_changes_the_cells_there(self, tmp_path):
        found, _ = self.drawn(tmp_path, {"land_use": {"居住用地": 3_200, "商业用地": 16_000}})
        assert found["居住用地"] < 6_000
        assert found["商业用地"] > 9_000

    def test_a_target_for_a_grade_changes_cells_too(self, tmp_path):
        found, _ = self.drawn(tmp_path, {"grade": {"一级": 3_200}})
        assert max(found.values()) < 6_000

    def test_values_that_occur_nowhere_are_told(self, tmp_path):
        _, report = self.drawn(tmp_path, {"land_use": {"居住用地": 3_200, "农田": 50_000}})
        note = next(n for n in report.notes if n.code == "profile_values_idle")
        assert "农田" in note.text("zh")

    def test_a_profile_without_any_effect_is_refused(self, tmp_path):
        refused(town(tmp_path), "profile_without_values", None, profile={"land_use": {"居住用地": 8_000}})

    @pytest.mark.parametrize(
        "profile", [{"land_use": {"居住用地": -1}}, {"用地": {}}, {"grade": [1]}, {"grade": {"一级": "大"}}]
    )
    def test_a_profile_that_cannot_be_is_refused(self, tmp_path, profile):
        refused(town(tmp_path), "partition_profile_invalid", None, profile=profile)


class TestRefusals:
    def test_unit_grids_are_not_drawn_twice(self, tmp_path):
        refused(drawn_town(tmp_path), "unit_grids_exist", None)

    @pytest.mark.parametrize(
        "options",
        [
            {"target_area_m2": 0},
            {"target_area_m2": -5},
            {"target_area_m2": float("nan")},
            {"min_area_m2": 20_000},
            {"min_area_m2": -1},
        ],
    )
    def test_impossible_sizes_are_refused(self, tmp_path, options):
        refused(town(tmp_path), "partition_option_invalid", None, **options)

    def test_a_workspace_without_areas_is_refused(self, tmp_path):
        workspace = town(tmp_path)
        with workspace.transaction("", "test") as transaction:
            transaction.clear("area")
        refused(workspace, "workspace_without_areas", None)

    def test_a_field_that_is_not_there_is_refused(self, tmp_path):
        workspace, streets = town(tmp_path), grid_streets(800, 800, 100)
        refused(workspace, "field_missing", streets, name_field="没有")
        refused(workspace, "field_missing", streets, class_field="没有")

    def test_a_workspace_held_by_another_program_is_told_and_untouched(self, tmp_path):
        workspace = town(tmp_path)
        with workspace.transaction("别人", "test"):
            refused(workspace, "workspace_locked", None)

    def test_what_others_changed_meanwhile_is_not_overwritten(self, tmp_path):
        workspace = town(tmp_path)

        def rename():
            areas = workspace.read("area", ["name", "row_version"], geometry=False)
            with workspace.transaction("别人", "test") as transaction:
                transaction.update("area", areas.take([0]).with_columns(name=["新名"]))

        with pytest.raises(GridError) as caught:
            generate_unit_grids(workspace, None, progress=meddling(rename))
        assert caught.value.code == "row_changed_meanwhile"
        assert workspace.count("unit_grid") == workspace.count("code_register") == 0
        with pytest.raises(GridError) as caught:
            generate_unit_grids(
                workspace, None, progress=meddling(lambda: generate_unit_grids(workspace, None, target_area_m2=4_000))
            )
        assert caught.value.code in ("unit_grids_exist", "row_changed_meanwhile")
        assert_covers(workspace, WHOLE, 1e-6)

    def test_cancel_at_any_moment_leaves_the_workspace_as_it_was(self, tmp_path):
        workspace = town(tmp_path)
        streets = grid_streets(800, 800, 100)
        assert_cancel_leaves_nothing(
            lambda there, progress: generate_unit_grids(there, streets, progress=progress), workspace.path
        )


@tries(25)
@given(
    st.lists(st.integers(40, 350), min_size=1, max_size=3),
    st.lists(st.integers(40, 350), min_size=1, max_size=3),
    st.lists(st.tuples(*[st.floats(-50, 900)] * 4), max_size=12),
    st.sampled_from([2_000.0, 10_000.0, 40_000.0]),
)
def test_any_district_is_covered_and_coded(tmp_path_factory, widths, heights, streets, target_m2):
    xs, ys = np.cumsum([0, *widths]), np.cumsum([0, *heights])
    shapes = {
        f"{COUNTY}{i + 1:03d}{j + 1:03d}": shapely.box(xs[i], ys[j], xs[i + 1], ys[j + 1])
        for i in range(len(widths))
        for j in range(len(heights))
    }
    ground = shapely.union_all(list(shapes.values()))
    wanted = [shapely.LineString([(a, b), (c, d)]) for a, b, c, d in streets if (a, b) != (c, d)]
    touching = [line for line in wanted if line.intersects(ground)]
    workspace = town(tmp_path_factory.mktemp("库"), shapes=shapes)
    generate_unit_grids(workspace, lines(touching) if touching else None, target_area_m2=target_m2)
    assert_covers(workspace, ground, 0.1 + 0.002 * ground.length)
    units = workspace.read("unit_grid")
    assert codes_of(workspace, "unit_grid") == sorted(units["code"])
    for code, area_code in zip(units["code"], units["area_code"]):
        assert layout("gb30428_2013").parse(code).prefix == area_code
    outlines = workspace.read("area", None, {"level": "community"})
    for code, outline in zip(outlines["code"], outlines.geometry):
        mine = shapely.union_all(units.geometry[units["area_code"] == code])
        assert shapely.symmetric_difference(mine, outline).area < 1e-9


@pytest.mark.proof
def test_jiangning_draws_larger_cells_only_where_numbers_run_out(shared, tmp_path):
    source = shared("nanjing_jiangning_east/jiangning_east.gpkg")
    layers = [read_source(source, name) for name in ("subdistrict", "community")]
    # The street office with the largest community is enough to prove it.
    mine = [given.rows["sub_code"] == "320115003" for given in layers]
    part = [
        replace(given, rows=given.rows.take(kept), row_numbers=given.row_numbers[kept])
        for given, kept in zip(layers, mine)
    ]
    create_workspace(part, tmp_path / "一个街道.gpkg")
    workspace = Workspace.open(tmp_path / "一个街道.gpkg")
    report = generate_unit_grids(workspace, None, target_area_m2=12_000)
    (note,) = [note for note in report.notes if note.code == "cells_larger_for_numbers"]
    assert "320115003012 (" in note.text("zh")
    units = workspace.read("unit_grid")
    codes, counts = np.unique(units["area_code"].astype(str), return_counts=True)
    assert counts.max() <= 999
    ordinary = [code for code, count in zip(codes, counts) if code not in note.text("zh") and count > 20]
    assert ordinary
    for code in ordinary:
        mean_m2 = shapely.area(units.geometry[units["area_code"] == code]).mean()
        assert mean_m2 == pytest.approx(12_000, rel=0.15)
    communities = workspace.read("area", None, {"level": "community"}).geometry
    rests = [note for note in report.notes if note.code == "ground_rest"]
    rest_m2 = sum(note.details["area_m2"] for note in rests)
    drawn_m2 = shapely.area(units.geometry).sum()
    assert drawn_m2 == pytest.approx(shapely.area(communities).sum() + rest_m2, abs=1.0)
    assert "ground_levels_clash" in codes_in(report)


@pytest.mark.proof
def test_dongcheng_is_covered_office_by_office(shared, tmp_path, tmp_path_factory):
    raw = shared("beijing_dongcheng/dongcheng_raw_gcj02.gpkg")
    path = tmp_path / "东城.gpkg"
    create_workspace([read_source(raw, "subdistrict")], path, coordinates="gcj02")
    given_outlines = Workspace.open(path).read("area", None, {"level": "street_office"})
    drawn = dongcheng(shared, tmp_path_factory)
    workspace = Workspace.open(drawn)
    units = workspace.read("unit_grid")
    assert int(drawn.with_name("accepted").read_text(encoding="utf-8")) == len(units)
    areas_m2 = shapely.area(units.geometry)
    for code, outline in zip(given_outlines["code"], given_outlines.geometry):
        mine = units["area_code"] == code
        union = shapely.union_all(units.geometry[mine])
        assert abs(areas_m2[mine].sum() - union.area) < 1e-3
        assert abs(union.area - outline.area) < 1.0
        assert shapely.symmetric_difference(union, outline).area < 0.002 * outline.length + 1.0
        assert shapely.get_num_interior_rings(union) == shapely.get_num_interior_rings(outline)
    assert areas_m2.min() >= 400
    assert codes_of(workspace, "unit_grid") == sorted(units["code"])


@pytest.mark.proof
def test_dongchengs_land_use_parcels_stay_whole(shared, tmp_path):
    data = shared("beijing_dongcheng/dongcheng.gpkg")
    path = tmp_path / "东城.gpkg"
    some_offices = read_source(data, "subdistrict")
    some_offices = replace(
        some_offices, rows=some_offices.rows.take(np.arange(4)), row_numbers=some_offices.row_numbers[:4]
    )
    create_workspace([some_offices], path)
    workspace = Workspace.open(path)
    parcels = read_source(data, "landuse")
    report = generate_unit_grids(workspace, read_source(data, "streets"), compounds=parcels)
    units = workspace.read("unit_grid")
    offices = workspace.read("area", None, {"level": "street_office"}).geometry
    assert_covers(workspace, shapely.union_all(offices), 1e-3)
    assert shapely.area(units.geometry).min() >= 400
    assert report.figures["cells"] == len(units)
    assert len(set(units["land_use"])) > 3
    # A parcel lies in one cell unless a street office's boundary divides it.
    shapes = geometry_to_frame(parcels.rows.geometry, "crs", parcels.crs_wkt, workspace.info.frame)
    inside = shapes[shapely.contains(shapely.union_all(offices), shapely.buffer(shapes, 1.0))]
    within_one = shapely.STRtree(units.geometry).query(shapely.buffer(inside, -0.5), predicate="within")[0]
    assert len(np.unique(within_one)) > 0.9 * len(inside)
