"""``@pytest.mark.daily(n)``: of the cases of a test n run every day, the others in the long proofs.

For a rule that is proven by each of many cases in the same way, where every case costs seconds: kills at each step,
whole real districts, deeds on two back ends. Those of every day are spread evenly over the cases in their order, the
first and the last among them. Where it is one, it is another one from test to test, so that of many tests about a
file and a database every day has both; without a database server it is the first, that on a file. What is left to the
proofs for another reason does not count.
"""

from __future__ import annotations

from binascii import crc32
from collections import defaultdict
from collections.abc import Iterable
from functools import cache

import pytest

from tests.postgis_cluster import NotInstalledError, binaries


def leave_to_the_proofs(items: Iterable[pytest.Item]) -> None:
    """Mark as proof the cases of each test that go beyond the number which it asks for every day."""
    cases: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        if item.get_closest_marker("daily") and not item.get_closest_marker("proof"):
            cases[item.nodeid.split("[")[0]].append(item)
    for name, found in cases.items():
        kept = _kept(name, len(found), found[0].get_closest_marker("daily").args[0])
        for at, item in enumerate(found):
            if at not in kept:
                item.add_marker(pytest.mark.proof)


def _kept(name: str, count: int, wanted: int) -> set[int]:
    """Return which of the cases of a test run every day, by their places."""
    if wanted == 1 and not _has_server():
        return {0}
    if wanted == 1:
        return {crc32(name.encode()) % count}
    return {round(at * (count - 1) / (wanted - 1)) for at in range(wanted)}


@cache
def _has_server() -> bool:
    try:
        binaries()
    except NotInstalledError:
        return False
    return True
