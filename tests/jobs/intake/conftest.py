"""The district for which the files that were once answered wrongly are made."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.jobs.areas.create_workspace import create_workspace
from gridmgmt_plugin.jobs.unit_grids.generate_unit_grids import generate_unit_grids
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.districts import EAST_M, NORTH_M, areas, drawn_town, four_communities, grid_streets


@pytest.fixture(scope="session")
def faults_town_file(tmp_path_factory):
    """Return four communities of 400 m at (448000, 4418000), streets every 100 m, unit grids drawn."""
    path = tmp_path_factory.mktemp("faults") / "网格 库.gpkg"
    place = {"east": EAST_M, "north": NORTH_M}
    create_workspace([areas(four_communities(400.0, **place), crs=4548)], path)
    generate_unit_grids(Workspace.open(path), grid_streets(800, 800, 100, crs=4548, **place), target_area_m2=10_000)
    return path


@pytest.fixture
def faults_town(faults_town_file, tmp_path):
    """Return the district as a workspace of the test's own."""
    path = tmp_path / "网格 库 4548.gpkg"
    path.write_bytes(faults_town_file.read_bytes())
    return Workspace.open(path)


@pytest.fixture(scope="session")
def drawn_town_file(tmp_path_factory):
    """Return a town of four communities with its unit grids drawn."""
    return drawn_town(tmp_path_factory.mktemp("town")).path


@pytest.fixture
def town(drawn_town_file, tmp_path):
    """Return the town as a workspace of the test's own."""
    path = tmp_path / "网格 库.gpkg"
    path.write_bytes(drawn_town_file.read_bytes())
    return Workspace.open(path)
