"""The tests of this folder read the code of the whole repository."""

from __future__ import annotations

import gc

import pytest


@pytest.fixture(autouse=True, scope="module")
def _no_search_for_garbage():
    """Look for no garbage: syntax trees hold no circles, and to walk them over and over costs a third of the time."""
    gc.disable()
    yield
    gc.enable()
