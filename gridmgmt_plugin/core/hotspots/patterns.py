"""What a place's history as hot or cold spot is called: the 17 classes of emerging hot spots, and our three words.

Source of the classes: ArcGIS, “How Emerging Hot Spot Analysis works” (eight hot, eight cold, one without a pattern).
Where two of its definitions fit one place, the hot one goes before the cold one, and a place that is new or in its
first unbroken run is called that even when it was cold long ago.
"""

from __future__ import annotations

import numpy as np

from gridmgmt_plugin.core.resources import load_json

NO_PATTERN = "none"
HOT_PATTERNS = (
    "new",
    "consecutive",
    "intensifying",
    "persistent",
    "diminishing",
    "sporadic",
    "oscillating",
    "historical",
)
COLD_PATTERNS = tuple(f"cold_{pattern}" for pattern in HOT_PATTERNS)
TRENDS = ("new", "persistent", "fading", "cold", NO_PATTERN)


def patterns_of(z: np.ndarray, q: np.ndarray, trend_z: np.ndarray, trend_p: np.ndarray) -> np.ndarray:
    """Return each place's pattern, an object array (n,): of :data:`HOT_PATTERNS`, :data:`COLD_PATTERNS`, or none.

    ``z``, ``q``: float (n, t), Gi* and its q value per slice, NaN = not tested. ``trend_z``, ``trend_p``: float (n,),
    Mann-Kendall of the place's z values. Levels and shares: ``trend`` in ``resources/statistics/hotspots.json``.
    """
    limits = load_json("statistics/hotspots.json")["trend"]
    with np.errstate(invalid="ignore"):
        sure = np.asarray(q) <= float(limits["q_at_most"])
        hot, cold = sure & (np.asarray(z) > 0), sure & (np.asarray(z) < 0)
        moves = np.asarray(trend_p) <= float(limits["p_at_most"])
    share = float(limits["share"])
    upward = np.asarray(trend_z) > 0
    found = np.full(len(hot), NO_PATTERN, dtype=object)
    for names, spot, other, stronger in (
        (COLD_PATTERNS, cold, hot, ~upward),
        (HOT_PATTERNS, hot, cold, upward),
    ):
        for name, members in zip(names, _members(spot, other, moves & stronger, moves & ~stronger, share)):
            found[members] = name
    return found


def trend_words(patterns: np.ndarray) -> np.ndarray:
    """Return :data:`TRENDS` for patterns: new, persistent or fading as hot spots; the cold ones are only ``cold``."""
    words = load_json("statistics/hotspots.json")["trend"]["words"]
    known = {**dict.fromkeys(COLD_PATTERNS, "cold"), NO_PATTERN: NO_PATTERN, **words}
    return np.array([known[pattern] for pattern in patterns], dtype=object)


def _members(
    spot: np.ndarray, other: np.ndarray, growing: np.ndarray, shrinking: np.ndarray, share: float
) -> tuple[np.ndarray, ...]:
    """Return the places of each pattern in the order of :data:`HOT_PATTERNS`; no place is in two."""
    last = spot[:, -1]
    times = spot.sum(axis=1)
    often = times >= share * spot.shape[1] - 1e-9
    run = np.cumprod(spot[:, ::-1], axis=1).sum(axis=1)
    only_now = last & (run == times) & ~often
    on_and_off = last & ~only_now & ~often
    was_other = other.any(axis=1)
    return (
        only_now & (run == 1),
        only_now & (run > 1),
        often & last & growing,
        often & last & ~growing & ~shrinking,
        often & last & shrinking,
        on_and_off & ~was_other,
        on_and_off & was_other,
        often & ~last,
    )
