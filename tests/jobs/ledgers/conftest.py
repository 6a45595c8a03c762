"""A town of four communities with unit grids and one lane, for ledgers."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.districts import drawn_town


@pytest.fixture(scope="session")
def ledger_town_file(tmp_path_factory):
    """Return two street offices, four communities of 400 m, unit grids of 100 m, one lane at x = 150."""
    workspace = drawn_town(tmp_path_factory.mktemp("ledgers"))
    lane = Rows(
        {"code": as_column(["9901010010001"]), "name": as_column(["中巷"])},
        np.array([shapely.LineString([(150, 0), (150, 400)])], dtype=object),
    )
    with workspace.transaction("", "test") as transaction:
        transaction.insert("lane", lane)
    return workspace.path


@pytest.fixture
def town(ledger_town_file, tmp_path):
    """Return the town as a workspace of the test's own."""
    path = tmp_path / "网格 库.gpkg"
    path.write_bytes(ledger_town_file.read_bytes())
    return Workspace.open(path)


@pytest.fixture
def table(tmp_path):
    """Return what makes a csv file of a text and reads it."""

    def read(text, name="台账.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return read_source(path)

    return read
