"""Jobs that divide unit grids into grids look for the best division in every day's tests from two starts alone.

How good a division becomes is proven in ``tests/core/grouping``, by the whole search; who tests a job needs one that
holds. There too what holds for every search asks for ``short_search``. The long proofs search in full everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import settings

from tests.tries import EVERY_DAY

_STARTS = 2


@pytest.fixture(scope="module", autouse=True)
def _short_search():
    with _few_starts():
        yield


@pytest.fixture
def short_search():
    """Look for divisions from few starts, except in the long proofs."""
    with _few_starts():
        yield


@contextmanager
def _few_starts() -> Iterator[None]:
    if settings.get_current_profile_name() != EVERY_DAY:
        yield
        return
    from gridmgmt_plugin.core.grouping import search

    whole = search.effort

    def short(units: int) -> tuple[int, int]:
        starts, sweeps = whole(units)
        return min(starts, _STARTS), sweeps

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(search, "effort", short)
        yield
