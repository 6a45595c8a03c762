"""Communities too large for their sequence are listed before anything is drawn, with a cell size that fits."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.codes.capacity import cell_count_margin, find_overflows
from gridmgmt_plugin.core.codes.layout import default_layout, layout
from gridmgmt_plugin.core.codes.register import CodeRegister
from gridmgmt_plugin.core.errors import InputError

UNIT = default_layout("unit_grid")
HERE, THERE = "110101001001", "110101001002"


def test_a_community_over_9_99_km2_does_not_find_999_numbers_enough():
    found = find_overflows([HERE, THERE], np.array([9_990_000.0, 9_990_001.0]), 10_000.0, UNIT)
    assert [(o.community_code, o.capacity) for o in found] == [(THERE, 999)]
    assert found[0].fitting_target_m2 == 13_000.0, "12 000.001 rounded up"


def test_the_rounding_of_a_computed_area_does_not_cost_a_number():
    assert not find_overflows([HERE], np.array([9_990_000.0 * (1 + 1e-14)]), 10_000.0, UNIT)


def test_two_digits_are_full_ten_times_sooner():
    (found,) = find_overflows([HERE], np.array([1_000_000.0]), 10_000.0, layout("cjt213_2005"))
    assert found.capacity == 99
    assert found.fitting_target_m2 == 13_000.0


def test_a_community_that_may_overflow_because_blocks_are_uneven_is_listed_when_asked():
    areas = np.array([8_000_000.0, 9_000_000.0, 11_000_000.0])
    near = find_overflows(["110101001001", "110101001002", "110101001003"], areas, 10_000.0, UNIT, include_near=True)
    assert [o.community_code[-1] for o in near] == ["2", "3"]


def test_the_target_may_differ_from_community_to_community():
    found = find_overflows([HERE, THERE], np.array([20e6, 20e6]), np.array([10_000.0, 40_000.0]), UNIT)
    assert [o.community_code for o in found] == [HERE]


def test_numbers_used_for_ever_are_no_longer_there():
    register = CodeRegister(UNIT)
    register.hand_over(register.allocate(HERE, 900))
    (found,) = find_overflows([HERE, THERE], np.array([1e6, 1e6]), 10_000.0, UNIT, register=register)
    assert (found.community_code, found.capacity) == (HERE, 99)
    register.hand_over(register.allocate(HERE, 99))
    (full,) = find_overflows([HERE], np.array([1.0]), 10_000.0, UNIT, register=register)
    assert (full.capacity, full.fitting_target_m2) == (0, None)


def test_an_area_without_communities_is_counted_as_one():
    (found,) = find_overflows(["110101001"], np.array([10e6]), 10_000.0, UNIT, register=CodeRegister(UNIT))
    assert found.community_code == "110101001"


def test_a_layout_with_an_object_class_is_asked_with_it():
    grid = layout("cjt349_2010")
    (found,) = find_overflows([HERE], np.array([2e6]), 10_000.0, grid, prefix_parts={"object": "010100"})
    assert found.capacity == 99


def test_a_malformed_community_code_is_refused():
    with pytest.raises(InputError) as caught:
        find_overflows(["1101010010"], np.array([1.0]), 10_000.0, UNIT)
    assert caught.value.code == "area_code_wrong_length"
    with pytest.raises(ValueError, match="positive"):
        find_overflows([HERE], np.array([1.0]), 0.0, UNIT)


@given(st.floats(1.0, 1e9), st.floats(400.0, 1e6), st.sampled_from(["gb30428_2013", "cjt213_2005"]))
def test_the_proposed_target_fits_with_room_and_is_a_round_number(area_m2, target_m2, key):
    for found in find_overflows([HERE], np.array([area_m2]), target_m2, layout(key)):
        proposal = found.fitting_target_m2
        assert proposal > target_m2
        assert area_m2 / proposal * (1 + cell_count_margin()) <= found.capacity * (1 + 1e-9)
        step = 10.0 ** (math.floor(math.log10(proposal)) - 1)
        assert proposal / step == pytest.approx(round(proposal / step))
        assert not find_overflows([HERE], np.array([area_m2]), proposal, layout(key), include_near=False)


@pytest.mark.shared_data
def test_15_of_the_90_communities_of_jiangning_are_too_large_for_one_hectare(shared):
    fiona = pytest.importorskip("fiona")
    shapely = pytest.importorskip("shapely")
    from pyproj import Transformer
    from shapely.geometry import shape

    with fiona.open(shared("nanjing_jiangning_east/jiangning_east.gpkg"), layer="community") as source:
        rows = [(row["properties"]["comm_code"], shape(row["geometry"])) for row in source]
    # Longitude 118.7 to 119.2: the 3-degree zone with central meridian 120E.
    to_metres = Transformer.from_crs(4490, 4549, always_xy=True)
    polygons = shapely.transform(
        np.array([polygon for _, polygon in rows]), lambda xy: np.column_stack(to_metres.transform(*xy.T))
    )
    codes, areas_m2 = [code for code, _ in rows], shapely.area(polygons)
    found = find_overflows(codes, areas_m2, 10_000.0, UNIT)
    assert (len(codes), len(found)) == (90, 15)
    assert {o.community_code for o in found} == {c for c, a in zip(codes, areas_m2) if a > 9_990_000}
    for overflow in found:
        area = np.array([overflow.area_m2])
        assert overflow.fitting_target_m2 % 1000 == 0
        assert not find_overflows([overflow.community_code], area, overflow.fitting_target_m2, UNIT)
