"""No cell ends in a tail that nobody can see: cuts and streets meet borders in a vertex of both sides."""

from __future__ import annotations

import pytest
import shapely
import shapely.affinity
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmgmt_plugin.core.partition import partition_areas
from tests.core.partition.promises import areas_of, assert_no_hair, assert_seamless

# A place in a Gauss-Krüger zone: coordinates so large that doubles hold a fraction of a nanometre only.
EAST, NORTH = 448_000.0, 4_418_000.0


def turned(shape, degrees, east=EAST, north=NORTH):
    return shapely.affinity.translate(shapely.affinity.rotate(shape, degrees, origin=(0, 0)), east, north)


@pytest.mark.parametrize("degrees", [0, 3, 17.3, 45, 89.99])
def test_a_district_without_streets_is_cut_without_tails_however_it_is_turned(degrees):
    areas = areas_of(turned(shapely.box(0, 0, 2300, 1900), degrees))
    result = partition_areas(areas)
    assert_no_hair(result)
    assert_seamless(result, areas)
    assert len(result) == pytest.approx(437, abs=10)


@settings(max_examples=25)
@given(
    st.floats(0, 90),
    st.tuples(st.floats(150, 900), st.floats(150, 900)),
    st.floats(0.2, 0.8),
    st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
def test_turned_neighbours_without_streets_have_no_tails(degrees, sides, share, offset):
    wide, high = sides
    west, east = shapely.box(0, 0, wide * share, high), shapely.box(wide * share, 0, wide, high)
    areas = areas_of(*(turned(box, degrees, EAST + offset[0], NORTH + offset[1]) for box in (west, east)))
    result = partition_areas(areas)
    assert_no_hair(result)
    assert_seamless(result, areas)
