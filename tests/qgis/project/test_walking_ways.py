"""QGIS's network analysis finds the shortest ways from all sources in one run."""

from __future__ import annotations

import numpy as np
import pytest

from gridmgmt_plugin.project.walking_ways import shortest_ways
from tests.core.walking.ways import plain_ways


def test_each_node_knows_its_nearest_source_and_what_cannot_be_reached():
    first, second, length_m = np.array([0, 1, 2, 4]), np.array([1, 2, 3, 5]), np.array([10.0, 10.0, 10.0, 1.0])
    metres, nearest = shortest_ways(6, first, second, length_m, np.array([0, 3]), np.array([5.0, 0.0]))
    assert metres.tolist() == [5.0, 15.0, 10.0, 0.0, np.inf, np.inf]
    assert nearest.tolist() == [0, 0, 1, 1, -1, -1]


def test_a_source_that_is_reached_sooner_through_another_belongs_to_that():
    metres, nearest = shortest_ways(
        2, np.array([0]), np.array([1]), np.array([3.0]), np.array([0, 1]), np.array([0.0, 50.0])
    )
    assert (metres.tolist(), nearest.tolist()) == ([0.0, 3.0], [0, 0])


@pytest.mark.parametrize("seed", range(5))
def test_it_agrees_with_a_plain_search(seed):
    random = np.random.default_rng(seed)
    first, second = random.integers(0, 300, (2, 500))
    given = (300, first, second, random.uniform(1, 90, 500), random.choice(300, 12, replace=False))
    begin_m = random.uniform(0, 40, 12)
    metres, nearest = shortest_ways(*given, begin_m)
    expected, source = plain_ways(*given, begin_m)
    np.testing.assert_allclose(metres, expected)
    assert nearest.tolist() == source.tolist()
