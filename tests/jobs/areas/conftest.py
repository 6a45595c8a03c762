"""A workspace at home, in a file and on a server, and a working copy of it."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.jobs.areas.copy_workspace import copy_workspace
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.working_copies import filled_town, working_copy


@pytest.fixture(params=["file", "database"])
def home(request, tmp_path):
    """Return a workspace at home, in a file or on a server."""
    made = filled_town(tmp_path / "家")
    if request.param == "file":
        yield made
        return
    postgis = request.getfixturevalue("postgis")
    location = postgis.location()
    copy_workspace(made, location, contacts=True)
    yield Workspace.open(location)
    postgis.drop(location.schema)


@pytest.fixture
def away(home, tmp_path):
    """Return a working copy of it."""
    return working_copy(home, tmp_path / "外业.gpkg")
