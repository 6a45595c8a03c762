"""The layers of QGIS's own geometry checker give the answers that its tests expect."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.coverage.gestures.edit import Cells
from gridmgmt_plugin.core.coverage.health.examine import examine
from gridmgmt_plugin.core.coverage.health.faults import CoverageFaults
from gridmgmt_plugin.core.coverage.health.soundness import check_neighbourhood

# The layer measures about four units across, and the answers are given to four decimals.
PRECISION = 1e-6
GIVEN_TO = 1e-4


@pytest.fixture
def polygons(shared) -> np.ndarray:
    fiona = pytest.importorskip("fiona")
    path = shared("reference/topology/qgis_geometry_checker_layers.zip")
    with fiona.open(f"zip://{path}!polygon_layer.shp") as source:
        rows = [
            json.dumps({"type": r["geometry"]["type"], "coordinates": r["geometry"]["coordinates"]}) for r in source
        ]
    return shapely.from_geojson(np.array(rows, dtype=object))


@pytest.fixture
def expected(shared):
    """Return the function that gives QGIS's answers of one check for the polygon layer."""
    path = shared("reference/topology/qgis_geometry_checker_expected.json")
    tests = json.loads(path.read_text(encoding="utf-8"))["tests"]

    def of(check: str) -> list[dict]:
        rows = next(t["expected"] for t in tests if t["check"] == check and len(t["layers"]) > 1)
        return [row for row in rows if row["layer"] == "polygon_layer.shp" and row.get("fid") is not None]

    return of


@pytest.fixture
def found(polygons) -> CoverageFaults:
    return examine(
        polygons, None, PRECISION, 0.0, near_m=PRECISION, sliver_width_m=0.0, spike_angle_deg=15.0, min_edge_m=0.03
    )


@pytest.fixture
def at_a_save(polygons) -> CoverageFaults:
    """Return what the check of a save says when all polygons were added at once."""
    cells = Cells(polygons, np.zeros(len(polygons), dtype=np.int64), {})
    nobody = Cells(polygons[:0], np.zeros(0, dtype=np.int64), {})
    none = np.zeros(0, dtype=np.int64)
    return check_neighbourhood(nobody, cells, none, np.arange(len(polygons)), PRECISION)


def assert_found(found: CoverageFaults, rows: list[dict]) -> None:
    """Assert that each answer stands among the faults: its polygon, its place and, where given, its measure."""
    place = shapely.get_coordinates(found.geometry)
    for row in rows:
        mine = (found.first == row["fid"]) | (found.second == row["fid"])
        mine &= np.hypot(*(place - row["xy"]).T) < 2 * GIVEN_TO
        assert mine.any(), row
        if row["value"] is not None:
            assert np.abs(found.measure[mine] - row["value"]).min() < GIVEN_TO, row


def test_angles_under_the_limit_are_spikes(found, expected):
    rows = expected("QgsGeometryAngleCheck")
    assert len(rows) == 4
    assert_found(found.of("spike"), rows)
    # One polygon more has spikes: it goes out and back, which QGIS calls degenerate.
    others = np.setdiff1d(found.of("spike").first, [row["fid"] for row in rows])
    assert others.tolist() == [row["fid"] for row in expected("QgsGeometryDegeneratePolygonCheck")]


def test_rings_that_cross_themselves_are_invalid(found, at_a_save, expected):
    rows = expected("QgsGeometrySelfIntersectionCheck")
    assert len(rows) == 2
    for faults in (found, at_a_save):
        assert_found(faults.of("invalid_ring"), rows)
        degenerate = [row["fid"] for row in expected("QgsGeometryDegeneratePolygonCheck")]
        assert faults.of("invalid_ring").first.tolist() == sorted([row["fid"] for row in rows] + degenerate)


def test_polygons_on_one_ground_are_duplicates(found, at_a_save, expected):
    pair = sorted(row["fid"] for row in expected("QgsGeometryDuplicateCheck"))
    for faults in (found, at_a_save):
        twice = faults.of("duplicate")
        assert (twice.first.tolist(), twice.second.tolist()) == ([pair[0]], [pair[1]])


def test_a_polygon_inside_another_overlaps_with_all_of_its_ground(polygons, found, at_a_save, expected):
    [row] = expected("QgsGeometryContainedCheck")
    inner, outer = row["fid"], int(row["value"].split(":")[1])
    for faults in (found, at_a_save):
        over = faults.of("overlap")
        mine = (over.first == min(inner, outer)) & (over.second == max(inner, outer))
        assert over.measure[mine].tolist() == pytest.approx([shapely.area(polygons[inner])])


def test_edges_under_the_limit_are_told(found, expected):
    rows = expected("QgsGeometrySegmentLengthCheck")
    assert len(rows) == 3
    assert_found(found.of("close_vertices"), rows)


def test_a_vertex_that_stands_twice_is_an_edge_without_length(found, expected):
    rows = expected("QgsGeometryDuplicateNodesCheck")
    assert_found(found.of("close_vertices"), rows)
    close = found.of("close_vertices")
    assert close.first[close.measure == 0].tolist() == [row["fid"] for row in rows]
