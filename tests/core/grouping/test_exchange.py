"""The parts of the search: growth, leaving a group, exchange, potentials, the best of what was offered."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.geometry.adjacency import Adjacency
from gridmgmt_plugin.core.grouping.anneal import Annealing
from gridmgmt_plugin.core.grouping.barriers import close_barriers
from gridmgmt_plugin.core.grouping.chain import chain_pass
from gridmgmt_plugin.core.grouping.exchange import Pull, move_sweep, trade_sweep
from gridmgmt_plugin.core.grouping.frontier import Frontier
from gridmgmt_plugin.core.grouping.group_numbers import spatial_order
from gridmgmt_plugin.core.grouping.growth import first_grouping, spread_seeds
from gridmgmt_plugin.core.grouping.potential import potential
from gridmgmt_plugin.core.grouping.problem import Problem, prepare, scaled
from gridmgmt_plugin.core.grouping.scores import Best, excess_deviation, price_of, worst_deviation
from gridmgmt_plugin.core.grouping.state import State
from gridmgmt_plugin.core.grouping.today import continued, homes
from gridmgmt_plugin.core.grouping.wishes import Wishes
from gridmgmt_plugin.core.progress import Progress
from tests.tries import tries


def problem_of(district, count: int, tolerance: float = 0.0, wishes: Wishes | None = None) -> Problem:
    prepared = prepare(
        district.weights,
        district.points,
        district.adjacency,
        district.zones,
        count,
        None,
        tolerance,
        None,
        wishes or Wishes(),
    )
    return scaled(prepared.problem)


def firm(problem: Problem) -> Pull:
    """Balance and nothing else: no luck, borders hardly count."""
    return Pull(0.0, 1e6, np.zeros(problem.group_count), np.zeros(problem.group_count))


def sound(problem: Problem, label: np.ndarray) -> bool:
    return bool(
        (np.bincount(label, minlength=problem.group_count) > 0).all()
        and problem.graph.is_connected(label).all()
        and np.array_equal(problem.group_part[label], problem.part)
    )


@tries(25)
@given(st.integers(1, 8), st.integers(1, 8), st.integers(0, 1000), st.data())
def test_growth_gives_every_unit_to_a_whole_group(lattice, columns, rows, seed, data):
    district = lattice(columns, rows, seed)
    problem = problem_of(district, data.draw(st.integers(1, columns * rows)))
    assert sound(problem, first_grouping(problem, np.random.default_rng(seed)))


@tries(60)
@given(st.integers(1, 8), st.integers(1, 8), st.integers(0, 1000), st.sampled_from([0, 3]), st.data())
def test_a_first_grouping_from_any_assignment_of_today_is_whole(lattice, columns, rows, seed, zone_columns, data):
    district = lattice(columns, rows, seed, zone_columns=zone_columns)
    n = columns * rows
    parts = len(set(district.zones.tolist()))
    count = data.draw(st.integers(parts, n))
    today = np.random.default_rng(seed).integers(-1, max(count + 2, 1), n)
    seeds = data.draw(st.lists(st.integers(0, n - 1), unique=True, max_size=count - parts))
    problem = problem_of(district, count, wishes=Wishes(today=today, stay=0.5, seeds=seeds))
    label = first_grouping(problem, np.random.default_rng(seed))
    assert sound(problem, label)
    assert len(set(label[seeds].tolist())) == len(seeds)
    assert np.array_equal(label[problem.seed[problem.seed >= 0]], np.flatnonzero(problem.seed >= 0))


@tries(25)
@given(st.integers(2, 8), st.integers(2, 8), st.integers(0, 1000), st.sampled_from([0.0, 0.1]), st.data())
def test_annealing_never_worsens_the_largest_deviation_nor_tears_a_group(
    lattice, columns, rows, seed, tolerance, data
):
    district = lattice(columns, rows, seed, zone_columns=columns // 2)
    problem = problem_of(district, data.draw(st.integers(4, columns * rows)), tolerance)
    rng = np.random.default_rng(seed)
    start = first_grouping(problem, rng)
    best = Best(problem)
    run = Annealing(problem, start, rng, best)
    run.cool(15, Progress())
    run.even_out(Progress())
    before = np.maximum(worst_deviation(problem, start), tolerance)
    after = np.maximum(worst_deviation(problem, best.label), tolerance)
    assert (after <= before + 1e-9).all()
    same = np.isclose(after, before) & np.isclose(
        excess_deviation(problem, best.label), excess_deviation(problem, start)
    )
    assert (price_of(problem, best.label)[same] <= price_of(problem, start)[same] + 1e-9).all()
    assert sound(problem, best.label)


@tries(40)
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


@tries(40)
@given(st.integers(2, 7), st.integers(2, 7), st.integers(0, 1000), st.sampled_from([0.0, 0.7]), st.data())
def test_the_price_of_a_move_is_what_the_price_of_all_grows_by(lattice, columns, rows, seed, stay, data):
    district = lattice(columns, rows, seed)
    n = columns * rows
    today = np.random.default_rng(seed).integers(-1, 4, n)
    count = data.draw(st.integers(2, n))
    problem = problem_of(district, count, wishes=Wishes(today=today, stay=stay))
    label = first_grouping(problem, np.random.default_rng(seed))
    moves, state = Frontier(problem).moves(label), State(problem, label)
    for unit, group, price in zip(moves.unit.tolist(), moves.group.tolist(), moves.price.tolist()):
        then = label.copy()
        then[unit] = group
        grown = price_of(problem, then).sum() - price_of(problem, label).sum()
        assert price == pytest.approx(grown, abs=1e-9)
        assert state.price(unit, group) == pytest.approx(grown, abs=1e-9)


@tries(30)
@given(st.integers(2, 7), st.integers(2, 7), st.integers(0, 1000), st.data())
def test_trades_are_all_pairs_of_opposite_moves(lattice, columns, rows, seed, data):
    problem = problem_of(lattice(columns, rows, seed), data.draw(st.integers(2, columns * rows)))
    frontier = Frontier(problem)
    moves = frontier.moves(first_grouping(problem, np.random.default_rng(seed)))
    trades = frontier.trades(moves)
    found = {tuple(sorted(pair)) for pair in zip(trades.one.tolist(), trades.two.tolist())}
    way = list(zip(moves.own.tolist(), moves.group.tolist()))
    expected = {(a, b) for a in range(len(way)) for b in range(a + 1, len(way)) if way[a] == way[b][::-1]}
    assert found == expected
    assert len(trades.one) == len(expected)


def test_a_trade_of_two_units_balances_what_no_single_move_can(lattice):
    district = lattice(4, 2)
    # West: 5 4 / 1 1, east: 1 1 / 1 1 mirrored; only a trade of 4 against 1 makes both 7 or 8.
    weights = np.array([5.0, 4.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0])
    district = type(district)(district.points, district.areas_m2, district.adjacency, district.zones, weights)
    problem = problem_of(district, 2)
    state, frontier = State(problem, np.array([0, 0, 1, 1, 0, 0, 1, 1])), Frontier(problem)
    before = max(abs(state.deviation(g)) for g in (0, 1))
    moves = frontier.moves(np.array(state.label))
    assert trade_sweep(state, frontier, moves, firm(problem), np.random.default_rng(0)) == 1
    assert max(abs(state.deviation(g)) for g in (0, 1)) < before
    assert problem.graph.is_connected(np.array(state.label)).all()


@tries(25)
@given(st.integers(3, 8), st.integers(3, 8), st.integers(0, 1000), st.integers(2, 6))
def test_without_luck_moves_and_trades_only_ever_help(lattice, columns, rows, seed, count):
    problem = problem_of(lattice(columns, rows, seed), count)
    rng = np.random.default_rng(seed)
    start = first_grouping(problem, rng)
    state, frontier = State(problem, start), Frontier(problem)
    squares = (state.surpluses() ** 2).sum()
    move_sweep(state, frontier.moves(np.array(state.label)), firm(problem), rng)
    trade_sweep(state, frontier, frontier.moves(np.array(state.label)), firm(problem), rng)
    label = np.array(state.label)
    assert (state.surpluses() ** 2).sum() <= squares + 1e-9
    assert sound(problem, label)
    np.testing.assert_allclose(state.load, np.bincount(label, weights=problem.load, minlength=count), atol=1e-9)


def test_a_surplus_travels_through_groups_that_are_full(lattice):
    district = lattice(9, 1)
    district = type(district)(district.points, district.areas_m2, district.adjacency, district.zones, np.ones(9))
    problem = problem_of(district, 3)
    state = State(problem, np.array([0, 0, 0, 0, 1, 1, 1, 2, 2]))
    assert chain_pass(problem, state, 0.0) == 1
    assert state.label == [0, 0, 0, 1, 1, 1, 2, 2, 2]


@tries(25)
@given(st.integers(3, 8), st.integers(3, 8), st.integers(0, 1000), st.integers(2, 9))
def test_chains_only_ever_help(lattice, columns, rows, seed, count):
    problem = problem_of(lattice(columns, rows, seed), count)
    start = first_grouping(problem, np.random.default_rng(seed))
    state = State(problem, start)
    chain_pass(problem, state, 0.0)
    label = np.array(state.label)
    assert worst_deviation(problem, label).max() <= worst_deviation(problem, start).max() + 1e-9
    assert sound(problem, label)


def test_heights_say_what_should_flow_through_groups_that_are_balanced_themselves(lattice):
    district = lattice(9, 1)
    district = type(district)(district.points, district.areas_m2, district.adjacency, district.zones, np.ones(9))
    problem = problem_of(district, 3)
    moves = Frontier(problem).moves(np.repeat([0, 1, 2], 3))
    height = potential(moves, np.array([2.0, 0.0, -2.0]), np.zeros(3, dtype=np.int64), np.zeros(3))
    assert height[0] - height[1] == pytest.approx(2.0)
    assert height[1] - height[2] == pytest.approx(2.0)


@tries(25)
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


def test_a_group_continues_the_one_that_it_shares_most_units_with():
    today = np.array([5, 5, 5, 7, 7, 7, -1, 9])
    label = np.array([0, 0, 1, 1, 1, 2, 2, 2])
    assert continued(label, today).tolist() == [5, 7, 9]
    assert continued(np.zeros(8, dtype=np.int64), today).tolist() == [5]
    assert continued(label, np.full(8, -1)).tolist() == [-1, -1, -1]


def test_the_heaviest_groups_of_today_are_kept_where_there_are_too_many():
    part, today = np.zeros(6, dtype=np.int64), np.array([1, 1, 2, 3, 3, 3])
    home, seed = homes(part, np.zeros(2, dtype=np.int64), np.ones(6), today, [])
    assert home.tolist() == [1, 1, -1, 0, 0, 0]
    home, seed = homes(part, np.zeros(2, dtype=np.int64), np.ones(6), today, [2])
    assert (home >= 0).tolist() == [False, False, True, True, True, True]
    assert seed[home[2]] == 2


def test_a_barrier_parts_what_can_be_a_group_and_keeps_what_cannot_with_its_neighbour():
    graph = Adjacency.from_pairs(7, np.column_stack([np.arange(6), np.arange(1, 7)]), np.full(6, 50.0))
    barrier = np.array([False, False, True, False, False, True])  # 0 1 2 | 3 4 5 | 6
    closed, opened = close_barriers(graph, barrier, np.ones(7), 3.0)
    assert opened == 1
    assert closed.components().tolist() == [0, 0, 0, 1, 1, 1, 1]
    closed, opened = close_barriers(graph, barrier, np.ones(7), 1.0)
    assert (opened, closed.components().tolist()) == (0, [0, 0, 0, 1, 1, 1, 2])
