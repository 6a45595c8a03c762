"""How algorithms are run in these tests."""

from __future__ import annotations

import pytest

from tests.qgis.small_district import Runner


@pytest.fixture(scope="module")
def run(processing):
    """Return what runs an algorithm of ours by its name, as QGIS does."""
    runner = Runner(processing)
    yield runner
    runner.close()
