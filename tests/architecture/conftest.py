"""The tests of this folder read the code of the whole repository."""

from __future__ import annotations

import gc

import pytest

from tests.architecture.imports import forget_trees


@pytest.fixture(autouse=True, scope="module")
def _no_search_for_garbage():
    """Look for no garbage: syntax trees hold no circles, and to walk them over and over costs a third of the time."""
    gc.disable()
    yield
    gc.enable()


def pytest_runtest_teardown(item, nextitem):
    """Keep the trees that were read for the other tests of this folder, and for those alone."""
    if nextitem is None or nextitem.path.parent != item.path.parent:
        forget_trees()
