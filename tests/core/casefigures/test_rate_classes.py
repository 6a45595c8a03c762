"""Classes of rates: shared out evenly, with limits of two digits, and no rate outside."""

from __future__ import annotations

import numpy as np
import pytest

from gridmgmt_plugin.core.casefigures.rate_classes import rate_limits

RATES = {
    "many": np.random.default_rng(4).lognormal(0, 1.5, 400),
    "one": np.array([0.0, 0.037, np.nan]),
    "equal": np.full(30, 2.5),
    "few": np.array([0.1, 12.34, 12_345.0]),
}


@pytest.mark.parametrize("kind", RATES)
def test_every_rate_falls_into_a_class_and_limits_are_short(kind):
    rates = RATES[kind]
    limits = rate_limits(rates, 5)
    assert 1 <= len(limits) <= 5
    assert list(limits) == sorted(set(limits))
    assert limits[-1] >= np.nanmax(rates)
    assert all(float(f"{limit:.1e}") == limit for limit in limits)


def test_places_are_shared_out_evenly():
    rates = RATES["many"]
    number = np.searchsorted(rate_limits(rates, 5), rates)
    assert np.bincount(number).min() > 50


def test_without_a_rate_there_is_no_class():
    assert rate_limits(np.array([0.0, np.nan]), 5) == ()
