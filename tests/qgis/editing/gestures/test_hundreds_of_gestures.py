"""Three hundred random gestures with undo and redo on the sample; ``make proof`` makes ten thousand, on two."""

from __future__ import annotations

import pytest

from tests.qgis.editing.gestures.wild_districts import (
    assert_holds_in_any_order,
    copy_dongcheng,
    district_editor,  # noqa: F401  fixture
    draw_sample,
)

HUNDREDS = 10
DISTRICTS = [
    pytest.param(draw_sample, id="sample"),
    pytest.param(copy_dongcheng, id="dongcheng", marks=pytest.mark.proof),
]


@pytest.mark.parametrize("district_editor", DISTRICTS, indirect=True)
def test_partition_and_codes_hold_and_undo_brings_everything_back(district_editor):  # noqa: F811
    assert_holds_in_any_order(district_editor, HUNDREDS)
