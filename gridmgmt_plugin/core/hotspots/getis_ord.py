"""Getis-Ord Gi* with binary weights, as standardised z values.

Source: J. K. Ord and A. Getis, Local spatial autocorrelation statistics: distributional issues and an
application, Geographical Analysis 27 (1995), equation 5. The conventions (population variance) are those of PySAL's
esda, whose published values the tests reproduce.
"""

from __future__ import annotations

import math

import numpy as np

from gridmgmt_plugin.core.geometry.adjacency import Adjacency


def gi_star(values: np.ndarray, adjacency: Adjacency) -> np.ndarray:
    """Return z of Gi*, float64 (n,): is the unit *together with* its neighbours above the average?

    ``values``: float (n,), finite. NaN where the statistic does not exist: all values are equal, or the unit and
    its neighbours are the whole study area. A unit without neighbours gets its own standard score.
    The z values do not change when ``values`` are multiplied by a positive number or shifted by a constant, and
    change sign with them.
    """
    deviation = _centred(np.asarray(values, dtype=np.float64))
    total = deviation + neighbour_sum(deviation, adjacency)
    return _standardised(total, adjacency.degree() + 1.0, deviation)


def gi_star_in_time(values: np.ndarray, adjacency: Adjacency) -> np.ndarray:
    """Return z of Gi* for every unit in every time slice, float64 (n, t), against all slices together.

    ``values``: float (n, t), finite. The neighbourhood of a unit in a slice is itself and its neighbours in that
    slice and in the one before (the first slice has none before it), as in ArcGIS's emerging hot spot analysis
    with one neighbourhood time step. NaN as for :func:`gi_star`.
    """
    cube = np.asarray(values, dtype=np.float64)
    deviation = _centred(cube.ravel()).reshape(cube.shape)
    around = np.zeros(cube.shape)
    for slice_number in range(cube.shape[1]):
        now = deviation[:, slice_number]
        around[:, slice_number] = now + neighbour_sum(now, adjacency)
    total = around.copy()
    total[:, 1:] += around[:, :-1]
    inside = np.repeat((adjacency.degree() + 1.0)[:, np.newaxis], cube.shape[1], axis=1)
    inside[:, 1:] *= 2.0
    return _standardised(total, inside, deviation)


def neighbour_sum(values: np.ndarray, adjacency: Adjacency) -> np.ndarray:
    """Return the sum of ``values`` (float (n,)) over each unit's neighbours, float64 (n,); 0 without any."""
    i, j = adjacency.pairs[:, 0], adjacency.pairs[:, 1]
    n = adjacency.count
    return np.bincount(i, weights=values[j], minlength=n) + np.bincount(j, weights=values[i], minlength=n)


def p_two_sided(z: np.ndarray) -> np.ndarray:
    """Return the probability of a standard normal value at least as far from 0 as ``z``, in its shape; NaN stays."""
    far = np.abs(np.asarray(z, dtype=np.float64)) / math.sqrt(2.0)
    return np.fromiter((math.erfc(v) for v in far.flat), dtype=np.float64, count=far.size).reshape(far.shape)


def _standardised(total: np.ndarray, inside: np.ndarray, deviation: np.ndarray) -> np.ndarray:
    """Divide sums over neighbourhoods of ``inside`` values by their standard deviation under randomness."""
    n = deviation.size
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.sqrt((deviation**2).sum() / n * inside * (n - inside) / (n - 1.0))
        return np.where(scale > 0, total / scale, np.nan)


def _centred(x: np.ndarray) -> np.ndarray:
    """Return the deviations from the mean; exactly 0 for equal values, whatever their mean rounds to."""
    if len(x) == 0 or x.min() == x.max():
        return np.zeros(len(x))
    return np.asarray(x - x.mean())
