"""Gi* by permutation: against every draw that there is, against esda where it is installed; what may not matter."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from gridmgmt_plugin.core.errors import Cancelled, InputError
from gridmgmt_plugin.core.geometry.adjacency import Adjacency
from gridmgmt_plugin.core.hotspots.analysis import Chance, find_hotspots
from gridmgmt_plugin.core.hotspots.permutation import MOST_PERMUTATIONS, permuted_p
from gridmgmt_plugin.core.progress import Progress

OFTEN = 9_999


def lattice(columns: int, rows: int) -> Adjacency:
    number = np.arange(columns * rows).reshape(rows, columns)
    across = np.column_stack([number[:, :-1].ravel(), number[:, 1:].ravel()])
    up = np.column_stack([number[:-1].ravel(), number[1:].ravel()])
    return Adjacency.from_pairs(columns * rows, np.concatenate([across, up]))


def neighbours_of(adjacency: Adjacency) -> list[set[int]]:
    found: list[set[int]] = [set() for _ in range(adjacency.count)]
    for i, j in adjacency.pairs.tolist():
        found[i].add(j)
        found[j].add(i)
    return found


def exact_shares(x: np.ndarray, adjacency: Adjacency) -> tuple[np.ndarray, np.ndarray]:
    """Return the shares of all draws without replacement from the others that have at least, at most, the sum."""
    above, below = [], []
    for place, near in enumerate(neighbours_of(adjacency)):
        others = [at for at in range(len(x)) if at != place]
        sums = np.array([x[list(drawn)].sum() for drawn in combinations(others, len(near))])
        own = x[list(near)].sum()
        above.append((sums >= own - 1e-9).mean())
        below.append((sums <= own + 1e-9).mean())
    return np.array(above), np.array(below)


@pytest.mark.parametrize("seed", range(4))
def test_the_probability_is_that_of_every_draw_from_the_others(seed):
    random = np.random.default_rng(seed)
    x = random.poisson(2.0, 12) * random.choice([1.0, 0.3], 12)
    adjacency = lattice(4, 3)
    above, below = exact_shares(x, adjacency)
    found = permuted_p(x, adjacency, OFTEN, seed)
    wanted = np.minimum(2 * np.minimum(above, below), 1.0)
    deviation = 2 * np.sqrt(wanted / 2 * (1 - wanted / 2) / OFTEN)
    assert (np.abs(found.p - wanted) <= 5 * deviation + 2 / (OFTEN + 1)).all()
    apart = np.abs(above - below) > 0.05
    assert np.array_equal(found.sign[apart], np.sign(below - above)[apart])


def test_esda_says_the_same():
    esda = pytest.importorskip("esda", reason="the peers of the benchmarks have it")
    weights = pytest.importorskip("libpysal").weights
    random = np.random.default_rng(5)
    x = random.gamma(0.7, 3.0, 100)  # no ties: of these esda counts one side only
    adjacency = lattice(10, 10)
    near = {place: sorted(others) for place, others in enumerate(neighbours_of(adjacency))}
    theirs = esda.G_Local(x, weights.W(near, silence_warnings=True), transform="B", star=True, permutations=OFTEN)
    ours = permuted_p(x, adjacency, OFTEN, 5).p / 2
    deviation = np.sqrt(2 * theirs.p_sim * (1 - theirs.p_sim) / OFTEN)
    assert (np.abs(ours - theirs.p_sim) <= 5 * deviation + 1 / OFTEN).all()


def test_the_same_seed_deals_the_same_values_and_units_in_another_order_say_the_same():
    x = np.random.default_rng(3).poisson(1.5, 400).astype(float)
    first, again, other = (permuted_p(x, lattice(20, 20), OFTEN, seed).p for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert np.abs(first - other).max() < 0.06
    order = np.random.default_rng(4).permutation(400)
    mixed = Adjacency.from_pairs(400, np.argsort(order)[lattice(20, 20).pairs])
    assert np.abs(permuted_p(x[order], mixed, OFTEN, 1).p - first[order]).max() < 0.06


def test_a_unit_of_measure_does_not_matter_and_ties_are_no_proof():
    x = np.zeros(100)
    x[::7] = 1.0
    p = permuted_p(x, lattice(10, 10), 999, 1)
    assert np.array_equal(permuted_p(x * 1e-7, lattice(10, 10), 999, 1).p, p.p)
    assert (permuted_p(np.full(100, 0.1), lattice(10, 10), 999, 1).p == 1.0).all()
    assert np.nanmin(p.p) >= 2 / 1000


def test_islands_have_none_and_whoever_touches_all_is_sure_of_nothing():
    star = Adjacency.from_pairs(5, np.array([[0, 1], [0, 2], [0, 3]]))
    assert np.isnan(permuted_p(np.arange(5.0), star, 99, 1).p).tolist() == [False, False, False, False, True]
    everybody = Adjacency.from_pairs(4, np.array([[0, 1], [0, 2], [0, 3]]))
    assert permuted_p(np.array([1.0, 2.0, 5.0, 9.0]), everybody, 99, 1).p[0] == 1.0
    assert len(permuted_p(np.zeros(0), Adjacency.from_pairs(0, np.empty((0, 2))), 99, 1).p) == 0


@pytest.mark.parametrize("often", [0, -1, MOST_PERMUTATIONS + 1])
def test_an_impossible_number_of_permutations_is_refused(often):
    with pytest.raises(InputError) as error:
        permuted_p(np.arange(9.0), lattice(3, 3), often, 0)
    assert error.value.code == "hotspot_permutations_unknown"


def test_it_can_be_stopped():
    with pytest.raises(Cancelled):
        permuted_p(np.arange(9.0), lattice(3, 3), 99, 0, Progress(None, lambda: True))


class TestDeciding:
    CASES = np.random.default_rng(1).poisson(3.0, (20, 20))
    CASES[4:8, 4:8] += 15

    def judged(self, **chance):
        return find_hotspots(self.CASES.ravel(), lattice(20, 20), chance=Chance(**chance))

    def test_both_find_the_planted_spot_and_permutation_finds_little_else(self):
        found = self.judged(deciding="permutation", permutations=MOST_PERMUTATIONS)
        hot = found.hotspot.reshape(20, 20)
        assert (hot[5:7, 5:7] == 3).all()
        hot[3:9, 3:9] = 0
        assert (hot > 0).sum() <= 5
        assert np.array_equal(found.gi_p, self.judged().gi_p)
        assert (found.gi_q >= found.gi_p_sim).all()

    def test_beside_the_formula_permutations_decide_nothing(self):
        alone, beside = self.judged(), self.judged(permutations=999)
        assert np.array_equal(alone.hotspot, beside.hotspot)
        assert np.array_equal(alone.gi_q, beside.gi_q)
        assert np.isnan(alone.gi_p_sim).all()
        assert not np.isnan(beside.gi_p_sim).any()

    def test_cases_strewn_at_random_are_no_hotspot_by_permutation_either(self):
        share = []
        for seed in range(10):
            strewn = np.random.default_rng(seed).poisson(0.3, 400)
            found = find_hotspots(strewn, lattice(20, 20), chance=Chance("permutation", OFTEN, seed))
            share.append((found.hotspot != 0).mean())
        assert np.mean(share) < 0.02

    def test_a_full_unit_among_empty_ones_is_not_hot_because_its_neighbours_are_cold(self):
        cases = np.full((20, 20), 5)
        cases[10:13, 10:13], cases[11, 11] = 0, 60
        found = find_hotspots(cases.ravel(), lattice(20, 20), chance=Chance("permutation", OFTEN))
        middle = 11 * 20 + 11
        assert found.gi_z[middle] > 0
        assert found.hotspot[middle] == 0

    def test_too_few_permutations_for_so_many_units_are_told(self):
        few = self.judged(deciding="permutation", permutations=99)
        assert [note.code for note in few.notes] == ["hotspot_permutations_few"]
        assert "99" in few.notes[0].text("en")
        assert self.judged(deciding="permutation", permutations=MOST_PERMUTATIONS).notes == ()

    def test_what_cannot_decide_is_refused(self):
        with pytest.raises(InputError) as error:
            self.judged(deciding="feeling")
        assert error.value.code == "hotspot_significance_unknown"
        with pytest.raises(InputError) as error:
            self.judged(deciding="permutation", permutations=0)
        assert error.value.code == "hotspot_permutations_unknown"
