"""Rings that nobody can mend are known in a moment."""

from __future__ import annotations

import time

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.coverage.health.shape_faults import crosses_too_often, polygonal


def zigzag(count):
    t = np.arange(count)
    return shapely.Polygon(np.column_stack([np.where(t % 2, 400.0, 0.0), (t * 7919 % count) * 400.0 / count]))


def sawtooth(count):
    t = np.arange(count)
    return shapely.Polygon(np.column_stack([np.where(t % 2, 400.0, 0.0), t * 400.0 / count]))


@pytest.mark.parametrize(
    "shape",
    [
        pytest.param(zigzag(1000), id="small"),
        pytest.param(zigzag(20_000), id="large"),
        pytest.param(sawtooth(100_000), id="saw"),
    ],
)
@pytest.mark.proof
def test_a_ring_that_crosses_itself_everywhere_is_given_up_at_once(shape):
    began = time.process_time()
    assert crosses_too_often(shape)
    assert shapely.is_empty(polygonal(np.array([shape], dtype=object))[0])
    assert time.process_time() - began < 30


@pytest.mark.parametrize("count", [4, 50, 500])
def test_a_ring_that_crosses_itself_here_and_there_is_mended(count):
    shape = sawtooth(count)
    assert not crosses_too_often(shape)
    mended = polygonal(np.array([shape], dtype=object))[0]
    assert mended.is_valid
    assert mended.area > 0


def test_a_long_sound_border_is_no_crossing():
    assert not crosses_too_often(shapely.Point(0, 0).buffer(1000, quad_segs=20_000))
    assert not crosses_too_often(shapely.Polygon())
