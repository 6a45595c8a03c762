"""Main roads that are drawn as several lines: no thread, no needle and no tail becomes a unit grid."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.geometry.measures import compactness
from gridmgmt_plugin.core.partition import partition_areas, regrowing
from tests.core.partition.promises import areas_of, assert_seamless, assert_sized, streets_of
from tests.core.partition.towns import paired_town
from tests.tries import tries

THREAD = 0.2


def threads_of(result) -> np.ndarray:
    return result.geometry[compactness(result.geometry) < THREAD]


@tries(12)
@given(st.integers(0, 10_000))
def test_a_town_of_paired_carriageways_has_no_thread_and_stays_seamless(seed):
    areas, streets = paired_town(seed, 900, 800)
    result = partition_areas(areas, streets)
    assert_seamless(result, areas)
    assert_sized(result)
    thread = threads_of(result)
    notes = {note.code: note.details for note in result.notes}
    assert notes.get("partition_thread_cells", {"count": 0})["count"] == len(thread)
    # Streets alone never make a thread: only the outline of the area may leave no other way.
    outline = shapely.union_all(shapely.boundary(areas.geometry))
    along = shapely.length(shapely.intersection(thread, outline.buffer(0.01))) / shapely.length(thread)
    assert (along > 0.25).all(), list(thread[along <= 0.25])


def test_the_ground_between_two_carriageways_is_shared_out_to_the_blocks_beside_it():
    ground = areas_of(shapely.box(0, 0, 600, 300))
    lanes = [[(x, 0), (x, 300)] for x in (100, 200, 300, 400, 500)]
    streets = streets_of([(0, 130), (600, 130)], [(0, 160), (600, 160)], *lanes, grade=[3, 3, 0, 0, 0, 0, 0])
    result = partition_areas(ground, streets)
    assert_seamless(result, ground)
    assert len(threads_of(result)) == 0
    middle = result.geometry[shapely.intersects(result.geometry, shapely.LineString([(0, 145), (600, 145)]))]
    assert len(middle) >= 6  # each with a block, none of the median alone
    assert (np.diff(shapely.bounds(middle)[:, [1, 3]], axis=1) > 80).all()


@pytest.mark.parametrize("outer", [12, 25])
def test_between_service_roads_and_carriageways_no_strip_is_hung_on_a_block(outer):
    ground = areas_of(shapely.box(0, 0, 700, 300))
    lines = [[(0, 150 + y), (700, 150 + y)] for y in (-8 - outer, -8, 0, 8 + outer)]
    lanes = [[(x, 0), (x, 142 - outer)] for x in (120, 230, 350, 470, 590)]
    lanes += [[(x, 158 + outer), (x, 300)] for x in (60, 170, 290, 410, 520, 640)]
    grade = [1, 3, 3, 1, *[0] * len(lanes)]
    result = partition_areas(ground, streets_of(*lines, *lanes, grade=grade))
    assert_seamless(result, ground)
    for cell in result.geometry:
        body = cell.buffer(-6).buffer(6.1)
        tails = shapely.get_parts(cell.difference(body))
        assert max((tail.length / 2 for tail in tails), default=0) < 60


def test_cells_looked_at_again_in_part_are_the_same_as_computed_with_all_others(monkeypatch):
    areas, streets = paired_town(4, 900, 800)
    in_part = partition_areas(areas, streets)
    monkeypatch.setattr(regrowing, "_fits", lambda *_: False)
    with_all = partition_areas(areas, streets)
    assert len(in_part) == len(with_all)
    assert shapely.equals(in_part.geometry, with_all.geometry).mean() > 0.98
    assert_seamless(with_all, areas)
    assert len(threads_of(with_all)) == 0


def test_a_thread_that_the_areas_own_outline_forces_is_told_with_its_place():
    river = areas_of(shapely.union_all([shapely.box(0, 0, 100, 100), shapely.box(100, 40, 900, 52)]))
    result = partition_areas(river)
    assert_seamless(result, river)
    notes = {note.code: note.details for note in result.notes}
    assert len(threads_of(result)) == notes["partition_thread_cells"]["count"] > 0
    assert notes["partition_thread_cells"]["places"].startswith("(")
