"""``@pytest.mark.daily(n)``: of the cases of a test n run every day, the others in the long proofs.

For a rule that is proven by each of many cases in the same way, where every case costs seconds: kills at each step,
whole real districts, deeds on two back ends. Those of every day are spread evenly over the cases in their order, the
first and the last among them; what is left to the proofs for another reason does not count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import pytest


def leave_to_the_proofs(items: Iterable[pytest.Item]) -> None:
    """Mark as proof the cases of each test that go beyond the number which it asks for every day."""
    cases: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        if item.get_closest_marker("daily") and not item.get_closest_marker("proof"):
            cases[item.nodeid.split("[")[0]].append(item)
    for found in cases.values():
        wanted = found[0].get_closest_marker("daily").args[0]
        kept = {round(at * (len(found) - 1) / max(wanted - 1, 1)) for at in range(wanted)}
        for at, item in enumerate(found):
            if at not in kept:
                item.add_marker(pytest.mark.proof)
