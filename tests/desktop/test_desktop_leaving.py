"""QGIS is closed, and ends as a program should."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.proof


def test_qgis_ends_well_after_a_thread_has_been_on_the_network(desktop):
    assert desktop("leaving.py")["exit_code"] == 0
