"""A wild day on two districts, saved and checked: no fault that was not there before, and all of it comes back."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.editing.gestures.wild_districts import make_dongcheng, make_sample
from tests.qgis.editing.saving.wild_day import assert_saves_hold_and_come_back, furnish

SAVES, GESTURES = 3, 40


@pytest.mark.timeout(7200)  # minutes, and more where other work runs beside
@pytest.mark.parametrize("make", [make_sample, make_dongcheng])
def test_what_is_saved_is_as_sound_as_before_and_comes_back_to_the_last_bit(make, tmp_path):
    path = tmp_path / "库.gpkg"
    make(path)
    furnish(Workspace.open(path))
    assert_saves_hold_and_come_back(path, SAVES, GESTURES)
