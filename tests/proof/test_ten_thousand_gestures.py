"""Ten thousand random gestures with undo and redo on two districts: the partition and the codes hold after each.

``GRIDMGMT_PROOF_EXAMPLES`` sets how many runs of a hundred gestures are made on each district (50 by default).
"""

from __future__ import annotations

import os

import pytest

from tests.qgis.editing.gestures.wild_districts import assert_holds_in_any_order, district_editor  # noqa: F401  fixture

HUNDREDS = int(os.environ.get("GRIDMGMT_PROOF_EXAMPLES", "50"))


@pytest.mark.timeout(7200)  # ten thousand gestures take many minutes, and more where other work runs beside
class TestGesturesInAnyOrder:
    def test_partition_and_codes_hold_and_undo_brings_everything_back(self, district_editor):  # noqa: F811
        assert_holds_in_any_order(district_editor, HUNDREDS)
