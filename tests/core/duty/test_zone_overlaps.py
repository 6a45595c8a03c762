"""Duty zones of one kind that share ground: what counts, and what is only a common border."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.duty.zone_overlaps import overlapping_zones
from gridmgmt_plugin.core.rows import Rows

ESTATE, SITE = "物业小区", "工地"


def pairs(*zones, asked=None):
    """Return the rows of the pairs found; a zone is its kind, its box and its days."""
    records = [{"kind": kind, "valid_from": begins, "valid_to": ends} for kind, _, begins, ends in zones]
    shapes = np.array([shapely.box(*box) for _, box, _, _ in zones], dtype=object)
    wanted = np.ones(len(zones), dtype=bool) if asked is None else np.array(asked)
    found = overlapping_zones(Rows.from_records(records, shapes), wanted)
    return list(zip(found.one.tolist(), found.other.tolist()))


FIRST = (ESTATE, (0, 0, 100, 100), None, None)


@pytest.mark.parametrize(
    ("second", "found"),
    [
        ((ESTATE, (90, 0, 200, 100), None, None), [(0, 1)]),
        ((SITE, (90, 0, 200, 100), None, None), []),
        ((ESTATE, (100, 0, 200, 100), None, None), []),
        ((ESTATE, (99.995, 0, 200, 100), None, None), []),
        ((None, (90, 0, 200, 100), None, None), []),
    ],
)
def test_one_kind_on_one_ground_is_an_overlap(second, found):
    assert pairs(FIRST, second) == found


def test_zones_that_are_never_in_force_together_do_not_overlap():
    before = (ESTATE, (0, 0, 100, 100), "2024-01-01", "2024-12-31")
    assert pairs(before, (ESTATE, (0, 0, 100, 100), "2025-01-01", None)) == []
    assert pairs(before, (ESTATE, (0, 0, 100, 100), "2024-12-31", None)) == [(0, 1)]


def test_only_zones_that_are_asked_about_are_looked_at():
    zones = (FIRST, (ESTATE, (50, 0, 150, 100), None, None), (ESTATE, (140, 0, 240, 100), None, None))
    assert pairs(*zones) == [(0, 1), (1, 2)]
    assert pairs(*zones, asked=[False, False, True]) == [(2, 1)]
