"""A town of four communities with unit grids and one lane, for ledgers."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.districts import town_with_a_lane


@pytest.fixture(scope="session")
def ledger_town_file(tmp_path_factory):
    return town_with_a_lane(tmp_path_factory.mktemp("ledgers")).path


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
