"""``@pytest.mark.daily(n)``: of the cases of a test the first n run every day, all of them in the long proofs.

For a rule that is proven by each of many cases in the same way, where every case costs seconds: kills at each step,
whole real districts, deeds on two back ends. What stands for the rest is chosen by the order of the cases.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest


def leave_to_the_proofs(items: Iterable[pytest.Item]) -> None:
    """Mark as proof the cases of each test that go beyond the number which it asks for every day."""
    seen: Counter[str] = Counter()
    for item in items:
        marker = item.get_closest_marker("daily")
        if marker is None:
            continue
        test = item.nodeid.split("[")[0]
        if seen[test] >= marker.args[0]:
            item.add_marker(pytest.mark.proof)
        seen[test] += 1
