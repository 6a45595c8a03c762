"""How many examples a test of Hypothesis tries: every day a fifth of what the long proofs try.

    @given(towns())
    @tries(30)
    def test_something(town): ...

``make proof`` tries all of them and new ones each time; ``make test`` the same ones each time, no fewer than five, or
than ``least`` where one example takes seconds.
"""

from __future__ import annotations

from typing import Any

from hypothesis import settings

EVERY_DAY = "same_examples"
SHARE, LEAST = 5, 5


def every_day(count: int, least: int = LEAST) -> int:
    """Return how many of so many examples ``make test`` tries."""
    return min(count, max(least, count // SHARE))


def tries(count: int, *, least: int = LEAST, **more: Any) -> settings:
    """Return settings with so many examples in the long proofs, and further settings of Hypothesis."""
    return settings(max_examples=every_day(count, least) if _is_every_day() else count, **more)


def _is_every_day() -> bool:
    return settings.get_current_profile_name() == EVERY_DAY
