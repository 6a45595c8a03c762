"""One bad shape costs its own row in every job that takes shapes, and is told; the rest goes in."""

from __future__ import annotations

import pytest
import shapely

from gridmgmt_plugin.jobs.intake.import_cases import import_cases
from gridmgmt_plugin.jobs.intake.import_components import import_components
from gridmgmt_plugin.jobs.intake.import_table import import_table
from gridmgmt_plugin.jobs.lanes.import_lanes import import_lanes
from gridmgmt_plugin.jobs.unit_grids.generate_unit_grids import generate_unit_grids
from tests.jobs.bad_shapes import BAD_LINES, BAD_POINTS, BAD_POLYGONS
from tests.jobs.districts import assert_covers, drawn_town, layer, lines, town

WHOLE = shapely.box(0, 0, 800, 800)


@pytest.mark.parametrize("kind", BAD_POLYGONS)
@pytest.mark.parametrize("table", ["duty_zone", "covered_extent"])
def test_a_bad_zone_or_extent_is_refused_alone(tmp_path, table, kind):
    shape, reason = BAD_POLYGONS[kind]
    good = shapely.box(0, 0, 100, 100)
    source = layer({"zone_id": ["A", "B"], "name": ["甲", "乙"], "area_code": ["990101"] * 2}, [good, shape])
    report = import_table(town(tmp_path), source, table)
    assert (report.accepted, report.rejected, report.reasons) == (1, 1, {reason: 1})
    assert report.rejected_rows[0].text("zh")


@pytest.mark.parametrize("kind", BAD_LINES)
def test_a_bad_street_costs_its_own_lane(tmp_path, kind):
    shape, reason = BAD_LINES[kind]
    source = lines([[(10, 10), (90, 10)], shape], ["甲巷", "乙巷"])
    report = import_lanes(town(tmp_path), source)
    assert (report.accepted, report.reasons) == (1, {reason: 1})


@pytest.mark.daily(1)
@pytest.mark.parametrize("kind", BAD_LINES)
def test_a_bad_street_does_not_keep_cells_from_being_drawn(tmp_path, kind):
    shape, _ = BAD_LINES[kind]
    workspace = town(tmp_path)
    source = lines([[(-5, 400), (805, 400)], shape], ["甲路", "乙路"])
    report = generate_unit_grids(workspace, source)
    assert "partition_rows_skipped" in [note.code for note in report.notes]
    assert_covers(workspace, WHOLE, 1e-6)


@pytest.mark.daily(3)
@pytest.mark.parametrize("kind", BAD_POLYGONS)
@pytest.mark.parametrize("role", ["compounds", "buildings", "road_areas"])
def test_a_bad_compound_building_or_road_does_not_keep_cells_from_being_drawn(tmp_path, role, kind):
    shape, _ = BAD_POLYGONS[kind]
    workspace = town(tmp_path)
    given = layer({"name": ["甲", "乙"]}, [shapely.box(20, 20, 90, 90), shape])
    report = generate_unit_grids(workspace, None, **{role: given})
    assert "partition_rows_skipped" in [note.code for note in report.notes]
    assert_covers(workspace, WHOLE, 1e-6)


@pytest.mark.parametrize("kind", BAD_POINTS)
def test_a_case_without_a_place_is_refused_alone(tmp_path, kind):
    columns = {"案件编号": ["1", "2"], "类别代码": ["0504"] * 2, "上报时间": ["2025-03-07 08:05:00"] * 2}
    report = import_cases(drawn_town(tmp_path), layer(columns, [shapely.Point(10, 10), BAD_POINTS[kind]]))
    assert (report.accepted, report.reasons) == (1, {"geometry_missing": 1})


@pytest.mark.parametrize("kind", BAD_POINTS)
def test_a_component_without_a_place_is_refused_alone(tmp_path, kind):
    columns = {"类别代码": ["0101"] * 2, "部件名称": ["上水井盖"] * 2}
    report = import_components(drawn_town(tmp_path), layer(columns, [shapely.Point(10, 10), BAD_POINTS[kind]]))
    assert (report.accepted, report.reasons) == (1, {"geometry_missing": 1})


@pytest.mark.parametrize("kind", BAD_POINTS)
def test_a_station_without_a_place_is_refused_alone(tmp_path, kind):
    columns = {"code": ["S1", "S2"], "name": ["甲站", "乙站"]}
    report = import_table(town(tmp_path), layer(columns, [shapely.Point(10, 10), BAD_POINTS[kind]]), "station")
    assert (report.accepted, report.reasons) == (1, {"geometry_missing": 1})
