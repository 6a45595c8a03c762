"""The parts of the search: growth, leaving a group, exchange that never makes things worse."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmgmt_plugin.core.grouping.chain import chain_pass
from gridmgmt_plugin.core.grouping.exchange import exchange
from gridmgmt_plugin.core.grouping.group_numbers import spatial_order
from gridmgmt_plugin.core.grouping.growth import grow, spread_seeds
from gridmgmt_plugin.core.grouping.problem import Problem, prepare
from gridmgmt_plugin.core.grouping.scores import Best, border_between_groups, excess_deviation, worst_deviation
from gridmgmt_plugin.core.grouping.state import State
from gridmgmt_plugin.core.grouping.swap import swap_pass
from gridmgmt_plugin.core.progress import Progress


def problem_of(district, count: int, tolerance: float = 0.0) -> Problem:
    return prepare(
        district.weights, district.points, district.adjacency, district.zones, count, None, tolerance, None
    ).problem


@settings(max_examples=25)
@given(st.integers(1, 8), st.integers(1, 8), st.integers(0, 1000), st.data())
def test_growth_gives_every_unit_to_a_whole_group(lattice, columns, rows, seed, data):
    district = lattice(columns, rows, seed)
    problem = problem_of(district, data.draw(st.integers(1, columns * rows)))
    label = grow(problem, np.random.default_rng(seed))
    assert (np.bincount(label, minlength=problem.group_count) > 0).all()
    assert problem.graph.is_connected(label).all()
    assert np.array_equal(problem.group_part[label], problem.part)


@settings(max_examples=25)
@given(st.integers(2, 8), st.integers(2, 8), st.integers(0, 1000), st.sampled_from([0.0, 0.1]), st.data())
def test_exchange_never_worsens_the_largest_deviation_nor_tears_a_group(
    lattice, columns, rows, seed, tolerance, data
):
    district = lattice(columns, rows, seed, zone_columns=columns // 2)
    problem = problem_of(district, data.draw(st.integers(4, columns * rows)), tolerance)
    rng = np.random.default_rng(seed)
    start = grow(problem, rng)
    best = Best(problem)
    exchange(problem, start, rng, 15, best, Progress())
    before = np.maximum(worst_deviation(problem, start), tolerance)
    after = np.maximum(worst_deviation(problem, best.label), tolerance)
    assert (after <= before + 1e-9).all()
    excess = excess_deviation(problem, best.label), excess_deviation(problem, start)
    same = np.isclose(after, before) & np.isclose(*excess)
    assert (border_between_groups(problem, best.label)[same] <= border_between_groups(problem, start)[same]).all()
    assert problem.graph.is_connected(best.label).all()
    assert (np.bincount(best.label, minlength=problem.group_count) > 0).all()


@settings(max_examples=40)
@given(st.integers(1, 7), st.integers(1, 7), st.integers(0, 1000), st.sampled_from([0.0, 0.3]), st.integers(1, 4))
def test_a_unit_may_leave_exactly_when_its_group_stays_whole(lattice, columns, rows, seed, closed, groups):
    district = lattice(columns, rows, seed, closed)
    n = columns * rows
    label = np.random.default_rng(seed).integers(0, groups, n)
    # Make every group whole: each connected piece of a label is a group of its own.
    label = district.adjacency.components(label)
    parts = int(district.adjacency.components().max()) + 1
    state = State(problem_of(district, max(parts, 1)), np.zeros(n, dtype=np.int64))
    state.label = label.tolist()
    for unit in range(n):
        rest = label == label[unit]
        rest[unit] = False
        i, j = district.adjacency.pairs.T
        inside = rest[i] & rest[j]
        numbers = district.adjacency.cut(~inside).components()[rest]
        assert state.may_leave(unit) == (len(set(numbers.tolist())) == 1)


def test_a_trade_of_two_units_balances_what_no_single_move_can(lattice):
    district = lattice(4, 2)
    # West: 5 4 / 1 1, east: 1 1 / 1 1 mirrored; only a trade of 4 against 1 makes both 7 or 8.
    weights = np.array([5.0, 4.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0])
    district = type(district)(district.points, district.areas_m2, district.adjacency, district.zones, weights)
    problem = problem_of(district, 2)
    state = State(problem, np.array([0, 0, 1, 1, 0, 0, 1, 1]))
    before = max(abs(state.deviation(g)) for g in (0, 1))
    assert swap_pass(problem, state, 0.0) >= 1
    assert max(abs(state.deviation(g)) for g in (0, 1)) < before
    assert problem.graph.is_connected(np.array(state.label)).all()


@settings(max_examples=25)
@given(st.integers(3, 8), st.integers(3, 8), st.integers(0, 1000), st.integers(2, 6))
def test_trades_only_ever_help(lattice, columns, rows, seed, count):
    problem = problem_of(lattice(columns, rows, seed), count)
    start = grow(problem, np.random.default_rng(seed))
    state = State(problem, start)
    swap_pass(problem, state, 0.0)
    label = np.array(state.label)
    assert worst_deviation(problem, label).max() <= worst_deviation(problem, start).max() + 1e-9
    assert problem.graph.is_connected(label).all()
    np.testing.assert_allclose(state.load, np.bincount(label, weights=problem.load, minlength=count), atol=1e-9)


def test_a_surplus_travels_through_groups_that_are_full(lattice):
    district = lattice(9, 1)
    district = type(district)(district.points, district.areas_m2, district.adjacency, district.zones, np.ones(9))
    problem = problem_of(district, 3)
    state = State(problem, np.array([0, 0, 0, 0, 1, 1, 1, 2, 2]))
    assert chain_pass(problem, state, 0.0) == 1
    assert state.label == [0, 0, 0, 1, 1, 1, 2, 2, 2]


@settings(max_examples=25)
@given(st.integers(3, 8), st.integers(3, 8), st.integers(0, 1000), st.integers(2, 9))
def test_chains_only_ever_help(lattice, columns, rows, seed, count):
    problem = problem_of(lattice(columns, rows, seed), count)
    start = grow(problem, np.random.default_rng(seed))
    state = State(problem, start)
    chain_pass(problem, state, 0.0)
    label = np.array(state.label)
    assert worst_deviation(problem, label).max() <= worst_deviation(problem, start).max() + 1e-9
    assert problem.graph.is_connected(label).all()
    assert (np.bincount(label, minlength=count) > 0).all()


@settings(max_examples=25)
@given(st.integers(1, 60), st.integers(0, 1000), st.booleans(), st.data())
def test_seeds_are_different_units_even_where_points_coincide(count, seed, stacked, data):
    rng = np.random.default_rng(seed)
    points = np.zeros((60, 2)) if stacked else rng.uniform(0, 1000, (60, 2))
    seeds = spread_seeds(points, rng.uniform(0.1, 5, 60), count, rng)
    assert len(set(seeds.tolist())) == count


def test_seeds_spread_over_the_place(lattice):
    district = lattice(20, 20)
    seeds = spread_seeds(district.points, np.ones(400), 16, np.random.default_rng(0))
    apart = np.hypot(*(district.points[seeds][:, None] - district.points[seeds][None]).transpose(2, 0, 1))
    np.fill_diagonal(apart, np.inf)
    assert apart.min() > 200  # a perfect lattice of seeds would have 500


def test_groups_are_numbered_by_place_whatever_they_were_called(lattice):
    district = lattice(6, 6)
    column, row = np.arange(36) % 6, np.arange(36) // 6
    quarters = (column >= 3) + 2 * (row < 3)  # 0 north-west, 1 north-east, 2 south-west, 3 south-east
    for shuffle in ([0, 1, 2, 3], [3, 1, 0, 2], [2, 3, 1, 0]):
        label = np.array(shuffle)[quarters]
        number = spatial_order(label, district.points, district.areas_m2, district.zones)
        assert np.array_equal(number[label], quarters)
