"""The correction for testing every unit, and the classes made from it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.geometry.adjacency import Adjacency
from gridmgmt_plugin.core.hotspots.significance import hotspot_class, place_count, q_values

probabilities = st.lists(st.floats(0, 1), min_size=1, max_size=40).map(np.array)


def rejected_by_step_up(p: np.ndarray, level: float) -> np.ndarray:
    """Benjamini and Hochberg's procedure as they wrote it: reject up to the last p(i) <= level * i / m."""
    order = np.sort(p)
    m = len(p)
    passing = [i for i in range(1, m + 1) if order[i - 1] * (m / i) <= level]
    return p <= order[passing[-1] - 1] if passing else np.zeros(m, dtype=bool)


@given(probabilities, st.floats(0.001, 0.5))
def test_q_at_most_the_level_is_what_the_procedure_rejects(p, level):
    assert np.array_equal(q_values(p) <= level, rejected_by_step_up(p, level))


@given(probabilities)
def test_q_keeps_the_order_of_p_and_is_never_below_it(p):
    q = q_values(p)
    order = np.argsort(p)
    assert (np.diff(q[order]) >= 0).all()
    assert (q >= p).all()
    assert (q <= 1).all()


@given(probabilities, st.integers(0, 5))
def test_units_that_were_not_tested_change_nothing(p, untested):
    with_gaps = np.concatenate([np.full(untested, np.nan), p])
    q = q_values(with_gaps)
    assert np.isnan(q[:untested]).all()
    assert np.array_equal(q[untested:], q_values(p))


def test_a_known_family():
    assert q_values(np.array([0.01, 0.04, 0.03, 0.005])) == pytest.approx([0.02, 0.04, 0.04, 0.02])
    assert q_values(np.empty(0)).tolist() == []


def test_classes_say_confidence_and_direction():
    z = np.array([5.0, 3.0, 2.0, 1.0, -2.0, -3.0, -5.0, np.nan, 4.0])
    q = np.array([0.01, 0.05, 0.10, 0.11, 0.09, 0.02, 0.001, np.nan, np.nan])
    assert hotspot_class(z, q).tolist() == [3, 2, 1, 0, -1, -2, -3, 0, 0]


def test_units_that_touch_are_one_place():
    row = Adjacency.from_pairs(7, np.array([[0, 1], [1, 2], [2, 3], [3, 4], [4, 5]]))
    assert place_count(np.array([1, 1, 0, 1, 1, 0, 1], dtype=bool), row) == 3
    assert place_count(np.zeros(7, dtype=bool), row) == 0
    assert place_count(np.ones(7, dtype=bool), row) == 2


def test_two_units_that_only_meet_over_another_one_are_two_places():
    row = Adjacency.from_pairs(3, np.array([[0, 1], [1, 2]]))
    assert place_count(np.array([True, False, True]), row) == 2
