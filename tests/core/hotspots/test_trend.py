"""How hot spots develop: the statistic over time, the test for a trend, the classes, and what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gridmgmt_plugin.core.geometry.adjacency import Adjacency
from gridmgmt_plugin.core.hotspots.getis_ord import gi_star, gi_star_in_time
from gridmgmt_plugin.core.hotspots.mann_kendall import mann_kendall
from gridmgmt_plugin.core.hotspots.patterns import COLD_PATTERNS, HOT_PATTERNS, TRENDS, patterns_of, trend_words
from gridmgmt_plugin.core.hotspots.trend import find_trend
from gridmgmt_plugin.core.value_lists import value_list
from tests.core.hotspots.test_hotspot_analysis import codes, lattice
from tests.tries import tries

PATTERNS = (*HOT_PATTERNS, *COLD_PATTERNS, "none")
HISTORIES = st.integers(10, 24).flatmap(
    lambda slices: arrays(np.int64, (6, slices), elements=st.sampled_from([-1, 0, 1]))
)


def dense_gi_star(cube: np.ndarray, adjacency: Adjacency) -> np.ndarray:
    """Work Gi* out bin by bin, with a weight for every pair of bins, as the formula is printed."""
    places, slices = cube.shape
    near = np.eye(places)
    near[adjacency.pairs[:, 0], adjacency.pairs[:, 1]] = near[adjacency.pairs[:, 1], adjacency.pairs[:, 0]] = 1
    x, n = cube.ravel(), cube.size
    spread = math.sqrt((x**2).sum() / n - x.mean() ** 2)
    z = np.zeros(cube.shape)
    for place in range(places):
        for slice_number in range(slices):
            weights = np.zeros(cube.shape)
            weights[:, max(slice_number - 1, 0) : slice_number + 1] = near[place][:, np.newaxis]
            w = weights.ravel()
            below = spread * math.sqrt((n * (w**2).sum() - w.sum() ** 2) / (n - 1))
            z[place, slice_number] = ((w * x).sum() - x.mean() * w.sum()) / below
    return z


def plain_mann_kendall(series: list[float]) -> tuple[float, float]:
    """Count pairs and ties one by one."""
    n = len(series)
    score = sum(np.sign(series[j] - series[i]) for i in range(n) for j in range(i + 1, n))
    ties = [series.count(value) for value in set(series)]
    variance = (n * (n - 1) * (2 * n + 5) - sum(u * (u - 1) * (2 * u + 5) for u in ties)) / 18
    z = 0.0 if score == 0 else (score - math.copysign(1, score)) / math.sqrt(variance)
    return z, math.erfc(abs(z) / math.sqrt(2))


def named(history: list[int], trend_z: float = 0.0, trend_p: float = 1.0) -> str:
    """Return the pattern of a place that was hot (1), cold (−1) or neither in each slice."""
    z = np.array([history], dtype=float) * 5
    q = np.where(z == 0, 1.0, 0.001)
    return str(patterns_of(z, q, np.array([trend_z]), np.array([trend_p]))[0])


class TestStatistics:
    def test_gi_star_in_time_is_the_printed_formula(self):
        cube = np.random.default_rng(3).poisson(4.0, (12, 7)).astype(float)
        graph = lattice(4, 3)
        np.testing.assert_allclose(gi_star_in_time(cube, graph), dense_gi_star(cube, graph), rtol=1e-12)

    def test_one_slice_alone_is_plain_gi_star(self):
        values = np.random.default_rng(4).poisson(4.0, 30).astype(float)
        together = gi_star_in_time(values[:, np.newaxis], lattice(6, 5))[:, 0]
        np.testing.assert_allclose(together, gi_star(values, lattice(6, 5)), rtol=1e-12)

    def test_equal_values_have_no_statistic(self):
        assert np.isnan(gi_star_in_time(np.full((9, 4), 2.0), lattice(3, 3))).all()

    @tries(60)
    @given(st.lists(st.integers(0, 6).map(float), min_size=3, max_size=40).filter(lambda s: len(set(s)) > 1))
    def test_mann_kendall_is_that_of_counting_every_pair(self, series):
        z, p = mann_kendall(np.array([series]))
        assert (z[0], p[0]) == pytest.approx(plain_mann_kendall(series), rel=1e-12, abs=1e-12)

    def test_a_constant_series_has_no_trend_and_a_gap_none_either(self):
        z, p = mann_kendall(np.array([[1.0] * 12, [1.0, np.nan, *[2.0] * 10]]))
        assert np.isnan(z).all()
        assert np.isnan(p).all()

    def test_noise_is_called_a_trend_about_as_often_as_the_level_says(self):
        p = mann_kendall(np.random.default_rng(5).normal(size=(4000, 24)))[1]
        assert 0.035 < (p <= 0.05).mean() < 0.065


class TestPatterns:
    @pytest.mark.parametrize(
        ("history", "pattern"),
        [
            ([0] * 12, "none"),
            ([0] * 11 + [1], "new"),
            ([-1] + [0] * 10 + [1], "new"),
            ([0] * 9 + [1] * 3, "consecutive"),
            ([1] * 12, "persistent"),
            ([1] * 10 + [0, 1], "persistent" if 11 >= 0.9 * 12 else "sporadic"),
            ([0, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1], "sporadic"),
            ([0, 1, -1, 0, 1, 0, 0, 0, 0, 0, 0, 1], "oscillating"),
            ([1] * 11 + [0], "historical"),
            ([1] * 6 + [0] * 6, "none"),
        ],
    )
    def test_each_history_has_its_published_name_and_cold_ones_mirror_it(self, history, pattern):
        assert named(history) == pattern
        mirrored = named([-level for level in history])
        assert mirrored == ("none" if pattern == "none" else f"cold_{pattern}")

    def test_a_sure_trend_tells_growing_from_shrinking(self):
        assert named([1] * 12, 3.0, 0.002) == "intensifying"
        assert named([1] * 12, -3.0, 0.002) == "diminishing"
        assert named([1] * 12, 3.0, 0.2) == "persistent"
        assert named([-1] * 12, -3.0, 0.002) == "cold_intensifying"
        assert named([-1] * 12, 3.0, 0.002) == "cold_diminishing"

    @tries(200)
    @given(HISTORIES)
    def test_every_place_has_one_known_name_that_fits_its_last_slice(self, history):
        z = history * 5.0
        trend_z, trend_p = mann_kendall(z)
        found = patterns_of(z, np.where(history == 0, 1.0, 0.001), trend_z, trend_p)
        words = trend_words(found)
        for place, pattern, word in zip(history, found, words):
            assert pattern in PATTERNS
            assert word in TRENDS
            if pattern in ("historical", "cold_historical"):
                assert place[-1] != (-1 if pattern in COLD_PATTERNS else 1)
            elif pattern != "none":
                assert place[-1] == (-1 if pattern in COLD_PATTERNS else 1)
            if (place == 0).all():
                assert pattern == "none"


def planted(slices: int = 24) -> np.ndarray:
    """Return 20 × 20 places: one always hot, one hot in the last four slices, one hot in all but the last two."""
    cube = np.random.default_rng(1).poisson(3.0, (20, 20, slices))
    cube[2:5, 2:5, :] += 10
    cube[12:15, 2:5, -4:] += 10
    cube[2:5, 12:15, :-2] += 12
    return cube.reshape(400, slices)


@pytest.mark.parametrize(("name", "keys"), [("trend", TRENDS), ("pattern", PATTERNS)])
def test_every_word_has_a_name_in_both_languages(name, keys):
    assert [key for key, _ in value_list(f"hotspot_{name}")] == list(keys)


class TestTrend:
    def test_what_was_planted_is_found_and_nearly_nothing_else(self):
        found = find_trend(planted(), lattice(20, 20))
        word = found.trend.reshape(20, 20)
        assert word[3, 3] == "persistent"
        assert word[13, 3] == "new"
        assert word[3, 13] == "fading"
        assert found.pattern.reshape(20, 20)[3, 13] == "historical"
        word[1:6, 1:6] = word[11:16, 1:6] = word[1:6, 11:16] = "none"
        assert (word != "none").sum() <= 4
        assert found.refusal is None

    def test_the_figures_fit_together(self):
        cube = planted()
        found = find_trend(cube, lattice(20, 20))
        assert np.array_equal(found.count, cube.sum(axis=1))
        assert found.rate == pytest.approx(cube.mean(axis=1))
        assert np.array_equal(found.slices_hot, (found.hotspot > 0).sum(axis=1))

    def test_too_few_slices_are_refused_with_the_number_that_is_needed(self):
        found = find_trend(planted(9), lattice(20, 20))
        assert found.refusal is not None
        assert (found.refusal.code, found.refusal.details) == ("hotspot_too_few_slices", {"count": 9, "needed": 10})
        assert set(found.trend) == {"none"}
        assert np.isnan(found.trend_z).all()
        assert found.count.sum() == planted(9).sum()

    def test_no_slice_at_all_is_refused_too(self):
        found = find_trend(np.zeros((400, 0), dtype=np.int64), lattice(20, 20))
        assert found.refusal is not None
        assert found.refusal.code == "hotspot_too_few_slices"
        assert set(found.pattern) == {"none"}

    @pytest.mark.parametrize(
        ("cube", "code"),
        [
            (np.zeros((400, 12), dtype=int), "hotspot_too_few_cases"),
            (np.full((400, 12), 2), "hotspot_all_equal"),
        ],
    )
    def test_data_that_cannot_tell_are_refused(self, cube, code):
        found = find_trend(cube, lattice(20, 20))
        assert found.refusal is not None
        assert found.refusal.code == code
        assert set(found.trend) == {"none"}

    def test_places_without_a_base_take_no_part_and_islands_get_no_name(self):
        cube = planted()
        graph = lattice(20, 20).cut((lattice(20, 20).pairs == 63).any(axis=1))
        base = np.full(400, 10_000.0)
        base[0] = 0
        found = find_trend(cube, graph, base, "area")
        assert np.isnan(found.rate[0])
        assert found.pattern[0] == found.pattern[63] == "none"
        assert codes(found.notes) == ["hotspot_without_base", "hotspot_islands"]
        assert found.trend.reshape(20, 20)[3, 4] == "persistent"
