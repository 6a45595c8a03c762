"""Does a series rise or fall? The Mann-Kendall test, for many series at once.

Source: M. G. Kendall, Rank Correlation Methods (1975); variance with ties and correction for continuity as in
R. O. Gilbert, Statistical Methods for Environmental Pollution Monitoring (1987), section 16.4.
"""

from __future__ import annotations

import numpy as np

from gridmgmt_plugin.core.hotspots.getis_ord import p_two_sided


def mann_kendall(series: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return z and the two-sided p of a trend for each of n series, float64 (n,) each.

    ``series``: float (n, t), in the order of time. Positive z = rising. A series that is constant, or holds NaN, has
    neither: NaN.
    """
    x = np.asarray(series, dtype=np.float64)
    t = x.shape[1]
    score = np.zeros(len(x))
    for lag in range(1, t):
        score += np.sign(x[:, lag:] - x[:, :-lag]).sum(axis=1)
    variance = (t * (t - 1.0) * (2.0 * t + 5.0) - _ties(x)) / 18.0
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(variance > 0, (score - np.sign(score)) / np.sqrt(variance), np.nan)
    return z, p_two_sided(z)


def _ties(x: np.ndarray) -> np.ndarray:
    """Return the sum of u (u − 1) (2 u + 5) over each series' groups of u equal values, float64 (n,)."""
    ordered = np.sort(x, axis=1)
    total = np.zeros(len(x))
    run: np.ndarray = np.ones(len(x))
    for step in range(1, x.shape[1] + 1):
        goes_on = ordered[:, step] == ordered[:, step - 1] if step < x.shape[1] else np.zeros(len(x), dtype=bool)
        total += np.where(goes_on, 0.0, run * (run - 1.0) * (2.0 * run + 5.0))
        run = np.where(goes_on, run + 1.0, 1.0)
    return total
