"""Small groups cut anew: what single moves and trades cannot balance, every cut of two or three groups may."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.grouping.problem import prepare, scaled
from gridmgmt_plugin.core.grouping.recut import recut_pass
from gridmgmt_plugin.core.grouping.state import State
from gridmgmt_plugin.core.grouping.wishes import Wishes
from tests.tries import tries


def problem_of(district, count, tolerance):
    prepared = prepare(
        district.weights,
        district.points,
        district.adjacency,
        district.zones,
        count,
        None,
        tolerance,
        None,
        Wishes(),
    )
    return scaled(prepared.problem)


def outside(problem, state):
    return np.abs(state.loads / problem.target - 1.0) > problem.room_of_group + 1e-9


def test_a_cut_that_no_single_move_and_no_trade_leads_to_is_found(lattice):
    weights = np.array([4.0, 1.0, 2.0, 3.0, 2.0, 4.0])
    district = replace(lattice(3, 2), weights=weights)
    problem = problem_of(district, 2, 0.01)
    state = State(problem, np.array([0, 0, 0, 1, 1, 1]))
    assert outside(problem, state).all()
    assert recut_pass(problem, state) == 1
    assert not outside(problem, state).any()
    assert problem.graph.is_connected(state.labels).all()


def test_where_no_cut_is_within_the_tolerance_nothing_changes(lattice):
    district = replace(lattice(3, 2), weights=np.array([5.0, 1.0, 1.0, 1.0, 1.0, 2.0]))
    problem = problem_of(district, 2, 0.01)
    state = State(problem, np.array([0, 0, 0, 1, 1, 1]))
    assert recut_pass(problem, state) == 0
    assert state.labels.tolist() == [0, 0, 0, 1, 1, 1]


@tries(15)
@given(st.integers(0, 10_000))
def test_groups_stay_whole_and_in_balance_and_keep_the_unit_that_each_must_keep(lattice, seed):
    district = lattice(8, 6, seed=seed)
    district = replace(district, weights=district.weights + 3.0)
    problem = problem_of(district, 12, 0.1)
    column, row = np.arange(48) % 8, np.arange(48) // 8
    label = (column // 2) + 4 * (row // 2)  # blocks of four
    kept = np.array([int(np.flatnonzero(label == group)[0]) for group in range(12)])
    problem = replace(problem, seed=kept)
    state = State(problem, label)
    before = outside(problem, state)
    made = recut_pass(problem, state)
    after = outside(problem, state)
    assert not (after & ~before).any(), "a group in balance never leaves it"
    assert after.sum() <= before.sum() - made
    assert problem.graph.is_connected(state.labels).all()
    assert state.labels[kept].tolist() == list(range(12))
    assert np.allclose(state.loads, np.bincount(state.labels, weights=problem.load, minlength=12))
