"""Which version of a row counts as read: that of when editing began, or the one that a colleague told of since."""

from __future__ import annotations

import numpy as np
import pytest

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.editing.saving.versions import GONE, ReadVersions
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.workspace_window import build_workspace


@pytest.fixture
def versions(tmp_path) -> ReadVersions:
    """Return what was read of 24 unit grids, each in its first version."""
    read = ReadVersions(Workspace.open(build_workspace(tmp_path / "district.gpkg")), "unit_grid")
    read.read()
    return read


def rows(**versions: int) -> Rows:
    numbers = np.array([int(name[1:]) for name in versions], dtype=np.int64)
    return Rows({"row_version": as_column(versions.values())}, None, numbers)


def test_what_a_colleague_wrote_counts_as_read(versions):
    versions.learn(rows(_1=2, _3=5), ())
    assert versions.of([1, 2, 3]).tolist() == [2, 1, 5]


def test_a_row_that_was_edited_before_keeps_what_was_read(versions):
    versions.learn(rows(_1=2, _2=2), [2])
    assert versions.of([1, 2]).tolist() == [2, 1]


def test_a_row_that_came_meanwhile_is_known(versions):
    assert versions.of([99]).tolist() == [GONE]
    versions.learn(rows(_99=1), ())
    assert versions.of([99]).tolist() == [1]


def test_what_was_saved_here_since_counts_more_than_what_was_read_before(versions):
    versions.wrote([1], [], [])
    versions.wrote([1], [], [])
    versions.learn(rows(_1=2), ())
    assert versions.of([1]).tolist() == [3]
