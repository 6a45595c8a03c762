"""From cases to hot spots: what is found, what is refused, and what is said about it."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.geometry.adjacency import Adjacency, rook_adjacency
from gridmgmt_plugin.core.hotspots import NORMALISATIONS, count_cases, find_hotspots, rates
from gridmgmt_plugin.core.hotspots.getis_ord import gi_star, p_two_sided


def lattice(columns: int, rows: int) -> Adjacency:
    number = np.arange(columns * rows).reshape(rows, columns)
    across = np.column_stack([number[:, :-1].ravel(), number[:, 1:].ravel()])
    up = np.column_stack([number[:-1].ravel(), number[1:].ravel()])
    return Adjacency.from_pairs(columns * rows, np.concatenate([across, up]))


def with_a_planted_hotspot(seed: int = 1) -> np.ndarray:
    cases = np.random.default_rng(seed).poisson(3.0, (20, 20))
    cases[4:8, 4:8] += 15
    return cases.ravel()


def codes(notes) -> list[str]:
    return [note.code for note in notes]


def test_a_planted_hotspot_is_found_and_little_else():
    result = find_hotspots(with_a_planted_hotspot(), lattice(20, 20))
    found = result.hotspot.reshape(20, 20)
    assert (found[4:8, 4:8] == 3).all()
    outside = found.copy()
    outside[3:9, 3:9] = 0
    assert (outside > 0).sum() <= 5
    assert result.refusal is None
    assert np.isfinite(result.gi_q).all()
    assert result.neighbours_mean == pytest.approx(2 * 760 / 400)
    assert result.notes == ()


def test_cases_strewn_at_random_are_no_hotspot():
    hot = [
        (find_hotspots(np.random.default_rng(s).poisson(3.0, 400), lattice(20, 20)).hotspot != 0).mean()
        for s in range(20)
    ]
    assert np.mean(hot) < 0.02


def test_the_figures_fit_together():
    cases = with_a_planted_hotspot()
    result = find_hotspots(cases, lattice(20, 20))
    assert np.array_equal(result.count, cases)
    assert np.array_equal(result.rate, cases)
    assert np.array_equal(result.gi_z, gi_star(cases, lattice(20, 20)))
    assert np.array_equal(result.gi_p, p_two_sided(result.gi_z))
    assert (result.gi_q >= result.gi_p).all()
    assert result.hotspot.dtype == np.int64


def test_too_few_cases_are_counted_but_not_judged():
    cases = np.zeros(400, dtype=np.int64)
    cases[:20] = 1
    result = find_hotspots(cases, lattice(20, 20))
    assert result.refusal is not None
    assert result.refusal.code == "hotspot_too_few_cases"
    assert "20" in result.refusal.text("zh")
    assert result.count.sum() == 20
    assert np.isnan(result.gi_q).all()
    assert np.isnan(result.gi_p).all()
    assert np.isnan(result.gi_q).all()
    assert (result.hotspot == 0).all()


def test_a_handful_of_communities_is_described_but_not_judged():
    cases = np.array([100, 90, 3, 2, 1, 4])
    result = find_hotspots(cases, lattice(3, 2))
    assert result.refusal is not None
    assert result.refusal.code == "hotspot_too_few_units"
    assert not np.isnan(result.gi_z).any()
    assert np.isnan(result.gi_p).all()


def test_equal_counts_have_no_hotspot():
    result = find_hotspots(np.full(100, 4), lattice(10, 10))
    assert result.refusal is not None
    assert result.refusal.code == "hotspot_all_equal"
    assert np.isnan(result.gi_z).all()


def test_units_that_do_not_touch_cannot_be_judged():
    loose = Adjacency.from_pairs(40, np.empty((0, 2)))
    result = find_hotspots(np.arange(40), loose)
    assert result.refusal is not None
    assert result.refusal.code == "hotspot_no_neighbours"
    assert np.isnan(result.gi_z).all()


def test_an_island_gets_no_significance_and_is_counted():
    cases = np.concatenate([with_a_planted_hotspot(), [500]])
    mainland = lattice(20, 20)
    adjacency = Adjacency.from_pairs(401, mainland.pairs)
    result = find_hotspots(cases, adjacency)
    assert result.hotspot[-1] == 0
    assert np.isnan(result.gi_z[-1])
    assert np.isnan(result.gi_q[-1])
    assert codes(result.notes) == ["hotspot_islands"]
    assert result.notes[0].details["count"] == 1
    # It is part of the study area all the same: the mean that the others are compared with knows it.
    assert np.array_equal(result.gi_z[:-1], gi_star(cases.astype(float), adjacency)[:-1])


def test_a_unit_without_a_base_takes_no_part():
    cases = with_a_planted_hotspot()
    components = np.full(400, 10.0)
    components[[0, 399]] = 0
    result = find_hotspots(cases, lattice(20, 20), components, "components")
    assert np.isnan(result.rate[[0, 399]]).all()
    assert np.isnan(result.gi_z[[0, 399]]).all()
    assert codes(result.notes) == ["hotspot_without_base"]
    rest = np.arange(1, 399)
    graph = lattice(20, 20)
    inner = np.isin(graph.pairs, rest).all(axis=1)
    renamed = Adjacency.from_pairs(398, graph.pairs[inner] - 1)
    np.testing.assert_allclose(result.gi_z[rest], gi_star(result.rate[rest], renamed), atol=1e-12)


def test_the_same_density_everywhere_is_no_hotspot_however_large_the_units():
    area_m2 = np.random.default_rng(2).integers(1, 50, 400) * 10_000.0
    cases = (area_m2 / 10_000).astype(np.int64)
    result = find_hotspots(cases, lattice(20, 20), area_m2, "area")
    assert result.rate == pytest.approx(1.0)
    assert not (result.hotspot != 0).any()


def test_borders_found_by_position_are_said():
    units = [shapely.box(c * 100, 0, c * 100 + 100, 100) for c in range(39)]
    units.append(shapely.box(0, 100, 3900, 200))
    geometry = np.empty(40, dtype=object)
    geometry[:] = units
    result = find_hotspots(np.arange(40), rook_adjacency(geometry))
    assert codes(result.notes) == ["hotspot_borders_not_matched"]


def test_nothing_at_all_is_refused_not_crashed():
    result = find_hotspots(np.empty(0, dtype=np.int64), Adjacency.from_pairs(0, np.empty((0, 2))))
    assert result.refusal is not None
    assert len(result.hotspot) == 0


def test_cases_outside_every_unit_are_told():
    counted = count_cases(np.array([0, 2, 2, -1, -1]), 4)
    assert counted.count.tolist() == [1, 0, 2, 0]
    assert counted.outside == 2
    with pytest.raises(ValueError, match="does not exist"):
        count_cases(np.array([4]), 4)


@pytest.mark.parametrize(
    ("normalise", "base", "wanted"),
    [
        ("none", None, 6.0),
        ("area", 10_000.0, 6.0),
        ("components", 12.0, 50.0),
        ("length", 500.0, 1.2),
        ("population", 300.0, 20.0),
    ],
)
def test_rates_are_per_hectare_hundred_components_hundred_metres_or_thousand_people(normalise, base, wanted):
    assert normalise in NORMALISATIONS
    bases = None if base is None else np.array([base])
    assert rates(np.array([6]), bases, normalise) == pytest.approx([wanted])


def test_no_base_or_an_unknown_one_is_said():
    with pytest.raises(InputError) as error:
        rates(np.array([1]), None, "area")
    assert error.value.code == "hotspot_base_missing"
    with pytest.raises(InputError) as error:
        rates(np.array([1]), None, "dogs")
    assert error.value.code == "hotspot_normalise_unknown"
