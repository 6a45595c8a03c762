"""Which cases are of one place."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.recurrence.gathering import _batches, gather
from tests.tries import tries

CASES = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300), st.integers(0, 2)), max_size=60)


def columns(cases) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    table = np.array(cases, dtype=np.int64).reshape(-1, 3)
    return table[:, 0] * 1.0, table[:, 1] * 1.0, table[:, 2]


@tries(200)
@given(CASES, st.sampled_from([1.0, 20.0, 75.0]))
def test_every_case_is_in_one_place_of_its_class_that_is_no_wider_than_asked(cases, distance):
    x, y, group = columns(cases)
    places = gather(x, y, group, distance)
    assert (places.of_case >= 0).all()
    assert set(places.of_case.tolist()) == set(range(len(places)))
    assert (places.group[places.of_case] == group).all()
    away = np.hypot(x - places.x[places.of_case], y - places.y[places.of_case])
    assert (away <= distance + 0.15).all()


@tries(60)
@given(CASES, st.randoms())
def test_the_order_of_the_cases_does_not_matter(cases, chance):
    def together(some) -> set[frozenset]:
        places = gather(*columns(some), 40.0)
        return {
            frozenset((some[case], some.count(some[case])) for case in np.flatnonzero(places.of_case == place))
            for place in range(len(places))
        }

    mixed = list(cases)
    chance.shuffle(mixed)
    assert together(cases) == together(mixed)


def test_a_row_of_cases_along_a_street_is_several_places():
    x = np.arange(0.0, 1000.0, 10.0)
    places = gather(x, np.zeros(100), np.zeros(100, dtype=int), 50.0)
    assert len(places) >= 10


def test_a_crowd_is_one_place_around_its_thickest_spot():
    x = np.array([0.0, 0.0, 0.0, 30.0, 60.0])
    places = gather(x, np.zeros(5), np.zeros(5, dtype=int), 40.0)
    assert places.of_case[:4].tolist() == [places.of_case[0]] * 4
    assert places.of_case[4] != places.of_case[0]
    assert places.x[places.of_case[0]] == 0


def test_a_distance_far_too_large_is_answered_in_batches(monkeypatch):
    chance = np.random.default_rng(4)
    x, y, group = chance.uniform(0, 3000, 500), chance.uniform(0, 3000, 500), np.zeros(500, dtype=int)
    whole = gather(x, y, group, 900.0)
    monkeypatch.setattr("gridmgmt_plugin.core.recurrence.gathering._NEIGHBOURS_AT_ONCE", 700)
    parts = list(_batches(np.full(500, 300)))
    assert max(part.stop - part.start for part in parts) == 2
    assert [part.start for part in parts[1:]] == [part.stop for part in parts[:-1]]
    assert parts[-1].stop == 500
    assert np.array_equal(gather(x, y, group, 900.0).of_case, whole.of_case)


def test_a_hundred_thousand_cases_on_one_spot_are_one_place():
    places = gather(np.full(100_000, 5.0), np.full(100_000, 7.0), np.zeros(100_000, dtype=int), 30.0)
    assert len(places) == 1
    assert (places.x[0], places.y[0]) == (5.0, 7.0)
