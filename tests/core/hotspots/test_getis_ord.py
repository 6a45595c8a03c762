"""Gi*: the published values of a peer, and what may not change them."""

from __future__ import annotations

import csv
import json
import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gridmgmt_plugin.core.geometry.adjacency import Adjacency
from gridmgmt_plugin.core.hotspots.getis_ord import gi_star, neighbour_sum, p_two_sided


def reference(shared, name: str):
    with shared(f"reference/hotspot/{name}_esda.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    columns = {key: np.array([float(row[key]) for row in rows]) for key in rows[0]}
    pairs = np.loadtxt(shared(f"reference/hotspot/{name}_neighbours.csv"), delimiter=",", skiprows=1, dtype=np.int64)
    return columns, Adjacency.from_pairs(len(rows), pairs)


@pytest.mark.parametrize("name", ["columbus_crime", "stl_homicide_hr8893"])
def test_z_and_p_are_those_of_esda(shared, name):
    columns, adjacency = reference(shared, name)
    assert np.array_equal(adjacency.degree(), columns["n_neighbours"])
    z = gi_star(columns["value"], adjacency)
    np.testing.assert_allclose(z, columns["gi_star_z"], rtol=0, atol=1e-10)
    np.testing.assert_allclose(p_two_sided(z) / 2, columns["gi_star_p_norm"], rtol=0, atol=1e-10)


def test_the_six_points_of_esdas_own_unit_test(shared):
    summary = json.loads(shared("reference/hotspot/summary.json").read_text(encoding="utf-8"))["summary"]
    six = next(entry for entry in summary if "points" in entry)
    points = np.array(six["points"], dtype=float)
    near = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1)) <= 15
    adjacency = Adjacency.from_pairs(6, np.argwhere(near))
    y = np.array(six["y"])
    assert gi_star(y, adjacency)[0] == pytest.approx(six["published_assertions"]["gi_star_binary_z0"], abs=1e-7)
    np.testing.assert_allclose(gi_star(y, adjacency), six["computed"]["gi_star_binary_z"], atol=1e-10)


@st.composite
def samples(draw):
    n = draw(st.integers(4, 15))
    values = draw(st.lists(st.integers(0, 40), min_size=n, max_size=n))
    assume(len(set(values)) > 2)
    pairs = draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), min_size=1, max_size=2 * n))
    return np.array(values, dtype=float), Adjacency.from_pairs(n, np.array(pairs))


@given(samples())
def test_gi_star_is_the_formula_of_ord_and_getis(sample):
    x, adjacency = sample
    n = len(x)
    weights = np.eye(n)
    weights[tuple(adjacency.pairs.T)] = 1
    weights[tuple(adjacency.pairs[:, ::-1].T)] = 1
    s = math.sqrt((x**2).mean() - x.mean() ** 2)
    got = gi_star(x, adjacency)
    for i in range(n):
        w, s1 = weights[i].sum(), (weights[i] ** 2).sum()
        if w == n:
            assert math.isnan(got[i])
        else:
            wanted = (weights[i] @ x - w * x.mean()) / (s * math.sqrt((n * s1 - w**2) / (n - 1)))
            assert got[i] == pytest.approx(wanted, abs=1e-9)


@given(samples(), st.floats(0.01, 1000), st.floats(-1000, 1000))
def test_unit_of_measure_and_origin_do_not_matter_and_the_sign_mirrors(sample, factor, shift):
    x, adjacency = sample
    z = gi_star(x, adjacency)
    np.testing.assert_allclose(gi_star(x * factor, adjacency), z, atol=1e-7)
    np.testing.assert_allclose(gi_star(x + shift, adjacency), z, atol=1e-7)
    np.testing.assert_allclose(gi_star(-x, adjacency), -z, atol=1e-7)


@given(samples(), st.randoms(use_true_random=False))
def test_the_order_of_units_does_not_matter(sample, random):
    x, adjacency = sample
    order = list(range(len(x)))
    random.shuffle(order)
    place = np.argsort(order)
    mixed = Adjacency.from_pairs(len(x), place[adjacency.pairs])
    np.testing.assert_allclose(gi_star(x[order], mixed), gi_star(x, adjacency)[order], atol=1e-9)


@pytest.mark.parametrize("value", [0.0, 7.0, 0.1])
def test_equal_values_have_no_z_however_their_mean_rounds(value):
    adjacency = Adjacency.from_pairs(6, np.array([[0, 1], [1, 2], [3, 4]]))
    assert np.isnan(gi_star(np.full(6, value), adjacency)).all()


def test_a_unit_whose_neighbours_are_everybody_has_no_z():
    star = Adjacency.from_pairs(4, np.array([[0, 1], [0, 2], [0, 3]]))
    x = np.array([1.0, 2.0, 5.0, 9.0])
    assert np.isnan(gi_star(x, star)).tolist() == [True, False, False, False]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_few_units_give_no_number_and_no_crash(count):
    none = Adjacency.from_pairs(count, np.empty((0, 2)))
    assert len(gi_star(np.arange(count), none)) == count


def test_neighbour_sum_adds_both_directions():
    path = Adjacency.from_pairs(4, np.array([[0, 1], [1, 2]]))
    assert neighbour_sum(np.array([1.0, 10.0, 100.0, 1000.0]), path).tolist() == [10.0, 101.0, 10.0, 0.0]


def test_probabilities_are_exact_far_into_the_tail():
    z = np.array([0.0, 1.959963984540054, -2.5758293035489004, 10.0, np.nan])
    p = p_two_sided(z)
    assert p[:3] == pytest.approx([1.0, 0.05, 0.01], rel=1e-12)
    assert p[3] == pytest.approx(1.5239706048320995e-23, rel=1e-12)
    assert math.isnan(p[4])
