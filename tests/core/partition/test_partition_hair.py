"""No cell ends in a tail that nobody can see: cuts and streets meet borders in a vertex of both sides."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
import shapely.affinity
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.partition import partition_areas
from tests.core.partition.promises import areas_of, assert_healthy, assert_no_hair, assert_seamless, streets_of
from tests.tries import tries

# A place in a Gauss-Krüger zone: coordinates so large that doubles hold a fraction of a nanometre only.
EAST, NORTH = 448_000.0, 4_418_000.0


def turned(shape, degrees, east=EAST, north=NORTH):
    return shapely.affinity.translate(shapely.affinity.rotate(shape, degrees, origin=(0, 0)), east, north)


@pytest.mark.daily(1)
@pytest.mark.parametrize("degrees", [0, 3, 17.3, 45, 89.99])
def test_a_district_without_streets_is_cut_without_tails_however_it_is_turned(degrees):
    areas = areas_of(turned(shapely.box(0, 0, 2300, 1900), degrees))
    result = partition_areas(areas)
    assert_no_hair(result)
    assert_seamless(result, areas)
    assert len(result) == pytest.approx(437, abs=10)


@tries(25)
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


# Streets of a town of two areas, 600 by 400 m, whose border runs at x = 300; ``off`` is some millimetres.
NASTY = {
    "beside the border": lambda off: [[(300 + off, -5), (300 - off, 190), (300 + off, 405)]],
    "part of the way beside the border": lambda off: [[(250, 30), (300 + off, 60), (300 + off, 330), (340, 380)]],
    "ending before the border": lambda off: [[(20, y), (300 - abs(off), y + 9)] for y in (60, 150, 260, 350)],
    "across the border at an acute angle": lambda off: [[(299 + off, 5), (301, 395)], [(300, 30), (302 + off, 390)]],
    "ending beside another street": lambda off: [
        [(0, 200), (600, 207)],
        *([(x, 200 + 7 * x / 600 + off), (x + 20, 380)] for x in (80, 190, 400, 555)),
    ],
    "beside one another": lambda off: [
        [(x, 250 + off * (-1) ** (x // 50)) for x in range(0, 601, 50)],
        [(0, 250), (600, 250 - off)],
        [(100, 250 + 2 * off), (110, 390)],
    ],
    "winding about the border": lambda off: [[(300 + off * np.sin(y / 3), y) for y in np.arange(5, 395, 0.7)]],
    "along the outline": lambda off: [[(-5, off), (280, -off), (605, off)], [(abs(off), 3), (abs(off), 395)]],
}


@pytest.mark.daily(1)
@pytest.mark.parametrize("streets", NASTY)
@tries(12)
@given(
    st.floats(0, 90),
    st.sampled_from([-30, -11.5, -3, -1, -0.4, 0.2, 0.7, 1, 2, 5, 30]),
    st.tuples(st.floats(0, 1), st.floats(0, 1)),
    st.booleans(),
)
def test_streets_that_nearly_meet_a_border_leave_no_tails_and_no_faults(streets, degrees, off_mm, offset, crossed):
    boxes = shapely.box(0, 0, 300, 400), shapely.box(300, 0, 600, 400)
    lines = [*NASTY[streets](off_mm / 1000), *([[(-5, 120), (605, 131)], [(150, -5), (163, 405)]] if crossed else [])]
    place = degrees, EAST + offset[0], NORTH + offset[1]
    areas = areas_of(*(turned(box, *place) for box in boxes))
    result = partition_areas(areas, streets_of(*(turned(shapely.LineString(line), *place) for line in lines)))
    assert_no_hair(result)
    assert_seamless(result, areas)
    assert_healthy(result, areas.geometry)
