"""The ground for unit grids: areas and covered extent as they are in force on a day."""

from __future__ import annotations

from datetime import date

import pytest
import shapely

from gridmgmt_plugin.core.ground import areas_in_force, covered_extent, own_ground, unit_ground
from gridmgmt_plugin.core.rows import Rows, as_column

DAY = date(2025, 3, 7)
COUNTY, WEST, EAST = "990101", "990101001", "990101002"
WHOLE = shapely.box(0, 0, 200, 100)
HALVES = (shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100))
NO_EXTENT = Rows.from_records([], as_column([]))


def areas(*shapes, **columns):
    """Return the county and two street offices; ``columns``: one value per area."""
    codes = (COUNTY, WEST, EAST)
    records = [{"code": code, "parent_code": None if code == COUNTY else COUNTY} for code in codes]
    rows = Rows.from_records(records, as_column(shapes or (WHOLE, *HALVES)))
    return rows.with_columns(**{name: as_column(values) for name, values in columns.items()})


def extents(*pairs):
    """Return covered extents of (shape, valid_from, valid_to)."""
    records = [{"code": f"E{at}", "valid_from": first, "valid_to": last} for at, (_, first, last) in enumerate(pairs)]
    return Rows.from_records(records, as_column(shape for shape, _, _ in pairs))


def covered(rows, limits=NO_EXTENT):
    found = unit_ground(rows, limits, 0.001, DAY)
    return dict(zip(found.codes.tolist(), found.geometry.tolist()))


def same(one, two):
    return shapely.symmetric_difference(one, two).area < 1e-6


@pytest.mark.parametrize(
    ("first", "last", "counts"),
    [
        (None, None, True),
        ("2025-03-07", "2025-03-07", True),
        ("2025-03-08", None, False),
        (None, "2025-03-06", False),
    ],
)
def test_an_extent_counts_from_its_first_to_its_last_day(first, last, counts):
    limits = extents((shapely.box(0, 0, 50, 100), first, last))
    found = covered(areas(), limits)
    assert set(found) == ({WEST} if counts else {WEST, EAST})
    assert same(found[WEST], shapely.box(0, 0, 50, 100) if counts else HALVES[0])


def test_the_phases_in_force_hold_together_and_the_next_waits():
    limits = extents(
        (shapely.box(0, 0, 50, 100), "2024-01-01", None),
        (shapely.box(50, 0, 150, 100), "2025-01-01", None),
        (shapely.box(150, 0, 200, 100), "2026-01-01", None),
    )
    assert same(covered_extent(limits, DAY), shapely.box(0, 0, 150, 100))
    assert same(covered_extent(limits, date(2024, 6, 1)), shapely.box(0, 0, 50, 100))
    assert covered_extent(limits, date(2023, 6, 1)) is None, "nothing is limited before the first phase"


def test_an_extent_without_a_shape_limits_nothing():
    assert covered_extent(extents((None, None, None), (shapely.Polygon(), None, None)), DAY) is None
    assert covered_extent(Rows(), DAY) is None


def test_an_extent_that_crosses_itself_is_made_good():
    bow = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    assert covered_extent(extents((bow, None, None)), DAY).area == pytest.approx(50)


def test_an_area_that_was_abolished_is_no_ground_and_its_successor_is():
    rows = Rows.from_records(
        [
            {"code": WEST, "parent_code": None, "valid_to": "2024-12-31"},
            {"code": EAST, "parent_code": None, "valid_from": "2025-01-01"},
            {"code": "990101003", "parent_code": None, "valid_from": "2025-06-01"},
        ],
        as_column([WHOLE, WHOLE, WHOLE]),
    )
    assert areas_in_force(rows, DAY).tolist() == [1]
    found = unit_ground(rows, NO_EXTENT, 0.001, DAY)
    assert (found.codes.tolist(), found.row.tolist()) == ([EAST], [1])


def test_rows_are_counted_in_the_table_as_it_was_given():
    rows = areas(valid_to=("2024-01-01", None, None))
    found = unit_ground(rows, NO_EXTENT, 0.001, DAY)
    assert rows["code"][found.row].tolist() == found.codes.tolist() == [WEST, EAST]


def test_what_the_parts_leave_is_ground_of_the_area_above():
    found = covered(areas(WHOLE, HALVES[0], None))
    assert same(found[COUNTY], HALVES[1])
    assert set(found) == {WEST, COUNTY}


def test_an_area_that_names_itself_as_its_parent_is_ground():
    rows = Rows.from_records([{"code": WEST, "parent_code": WEST}], as_column([WHOLE]))
    assert same(covered(rows)[WEST], WHOLE)


def test_own_ground_is_what_parts_and_extent_leave():
    parts = as_column([HALVES[0], None, shapely.Polygon()])
    assert same(own_ground(WHOLE, parts, None, 0.001), HALVES[1])
    assert same(own_ground(WHOLE, parts, shapely.box(0, 0, 150, 50), 0.001), shapely.box(100, 0, 150, 50))
    assert own_ground(HALVES[0], parts, None, 0.001).is_empty
    assert own_ground(WHOLE, as_column(HALVES), None, 0.001).is_empty
    assert own_ground(WHOLE, as_column([shapely.box(-5, -5, 300, 200)]), None, 0.001).is_empty
    assert own_ground(WHOLE, as_column([]), None, 0.001) is WHOLE


@pytest.mark.parametrize(
    ("parts", "rest_m2"),
    [
        (HALVES, 0.0),
        (
            (shapely.box(0, 0, 100, 100), shapely.Polygon([(100, 0), (200, 0), (200, 100), (100, 100), (100, 50)])),
            0.0,
        ),
        ((shapely.box(0, 0, 100, 100), shapely.box(100, 0, 150, 100)), 5000.0),
        ((shapely.box(0, 0, 100, 100), shapely.box(0, 0, 100, 100)), 10000.0),
        ((shapely.box(0, 0, 150, 100), shapely.box(100, 0, 200, 100)), 0.0),
        ((shapely.difference(WHOLE, shapely.box(20, 20, 80, 80)), shapely.box(20, 20, 80, 80)), 0.0),
        ((shapely.difference(WHOLE, shapely.box(20, 20, 80, 80)), None), 3600.0),
    ],
)
def test_only_what_parts_really_leave_is_ground_of_the_area_above(parts, rest_m2):
    found = covered(areas(WHOLE, *parts))
    assert (found[COUNTY].area if COUNTY in found else 0.0) == pytest.approx(rest_m2)
