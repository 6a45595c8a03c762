"""Whatever the streets are like, the cells keep the promises of a partition."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
import shapely.affinity
from hypothesis import assume, given
from hypothesis import strategies as st

from gridmgmt_plugin.core.partition import CompoundLayer, PartitionOptions, StreetLayer, partition_areas
from tests.core.partition.promises import areas_of, assert_not_cut, assert_seamless, assert_sized, objects
from tests.tries import tries

SIDE = 500.0
# A tenth of a millimetre is finer than the precision grid, and coarse enough for areas to stay valid when moved.
coordinate = st.integers(-400_000, 5_400_000).map(lambda tenth_mm: tenth_mm / 10_000)
place = st.tuples(coordinate, coordinate)
line = st.lists(place, min_size=2, max_size=4).map(shapely.LineString)


@st.composite
def area_layers(draw):
    """A square cut into areas by a few lines, perhaps with an enclave and with one area in two parts."""
    ground = shapely.box(0, 0, SIDE, SIDE)
    cuts = draw(st.lists(line, max_size=3))
    lines = shapely.node(shapely.multilinestrings([ground.boundary, *cuts]))
    faces = list(shapely.get_parts(shapely.polygonize(shapely.get_parts(lines))))
    assume(all(2 * face.area / face.length > 0.5 for face in faces))
    if draw(st.booleans()):
        host = max(range(len(faces)), key=lambda k: faces[k].area)
        enclave = shapely.Point(faces[host].representative_point()).buffer(45, quad_segs=2)
        if faces[host].contains_properly(enclave):
            faces = [*faces[:host], faces[host].difference(enclave), *faces[host + 1 :], enclave]
    if len(faces) > 2 and draw(st.booleans()):
        joined = shapely.union_all([faces[0], faces[-1]])
        faces = [joined, *faces[1:-1]]
    assume(all(face.is_valid for face in faces))
    return areas_of(*faces)


def boxes(most, size):
    corner = st.tuples(st.floats(0, SIDE), st.floats(0, SIDE), st.floats(0.3, 1), st.floats(0.3, 1), st.floats(0, 90))
    return st.lists(corner, max_size=most).map(
        lambda rows: objects(
            *[
                shapely.affinity.rotate(shapely.box(x, y, x + size * wide, y + size * high), turn)
                for x, y, wide, high, turn in rows
            ]
        )
    )


def undisturbed(shapes, areas, others=()):
    """Return the shapes that no area boundary divides and that no other shape laps over."""
    near = shapely.union_all(shapely.boundary(areas.geometry)).buffer(0.01)
    alone = shapely.intersects(shapes, shapely.union_all(areas.geometry)) & ~shapely.intersects(shapes, near)
    every = np.concatenate([shapes, *others]) if others else shapes
    first, second = shapely.STRtree(every).query(every, predicate="intersects")
    lapping = np.isin(np.arange(len(shapes)), first[first != second])
    return shapes[alone & ~lapping]


@tries(25)
@given(area_layers(), st.lists(line, max_size=12), st.integers(0, 4))
def test_cells_of_any_streets_are_seamless_and_sized(areas, lines, grade):
    streets = StreetLayer(objects(*lines), np.full(len(lines), grade, dtype=np.int8))
    result = partition_areas(areas, streets)
    assert_seamless(result, areas)
    assert_sized(result)


@tries(25)
@given(area_layers(), st.lists(line, max_size=6), boxes(8, 120), boxes(25, 25), st.booleans())
def test_compounds_and_buildings_stay_whole(areas, lines, compounds, buildings, far_away):
    if far_away:  # coordinates as large as those of a Gauss-Krüger zone
        move = [447_000.1237, 4_420_000.4563]
        areas, compounds, buildings, lines = (
            type(areas)(shapely.transform(areas.geometry, lambda c: c + move), areas.codes),
            *(shapely.transform(part, lambda c: c + move) for part in (compounds, buildings, objects(*lines))),
        )
    result = partition_areas(
        areas, StreetLayer(objects(*lines)), compounds=CompoundLayer(compounds), buildings=buildings
    )
    assert_seamless(result, areas)
    assert_not_cut(result, undisturbed(compounds, areas))
    assert_not_cut(result, undisturbed(buildings, areas, [compounds]))


@tries(20)
@given(area_layers(), st.lists(line, max_size=6), st.floats(30, 260), boxes(3, 90))
def test_cells_fill_the_covered_extent_and_nothing_else(areas, lines, radius, roads):
    extent = shapely.Point(SIDE / 2, SIDE / 2).buffer(radius, quad_segs=4)
    result = partition_areas(areas, StreetLayer(objects(*lines)), road_areas=roads, covered_extent=extent)
    assert_seamless(result, areas, extent=extent)


@tries(25)
@given(area_layers(), st.lists(line, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_the_direction_of_lines_do_not_matter(areas, lines, random):
    shuffled = [street.reverse() if random.random() < 0.5 else street for street in lines]
    random.shuffle(shuffled)
    one = partition_areas(areas, StreetLayer(objects(*lines)))
    two = partition_areas(areas, StreetLayer(objects(*shuffled)))
    assert len(one) == len(two)
    assert shapely.equals_exact(one.geometry, two.geometry).all()
    assert (one.area_index == two.area_index).all()


@tries(15)
@given(area_layers(), st.lists(line, max_size=6), st.sampled_from([0.001, 0.01, 0.1]), st.sampled_from([900, 60_000]))
@pytest.mark.proof
def test_other_targets_and_precisions_keep_the_promises_too(areas, lines, precision_m, target_m2):
    options = PartitionOptions(target_area_m2=target_m2, precision_m=precision_m)
    result = partition_areas(areas, StreetLayer(objects(*lines)), options=options)
    assert_seamless(result, areas, precision_m=precision_m, tolerance_m=0.02)
