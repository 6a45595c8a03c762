"""Jobs behind PgBouncer in transaction mode: the same rows as beside the server."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.workspace.workspace import Workspace
from tests.pooler import pooler_before
from tests.qgis.small_district import write_areas, write_streets

WRITTEN = {"area": None, "unit_grid": None, "responsibility_grid": None, "code_register": ["code", "kind", "state"]}


@pytest.mark.daily(1)
def test_jobs_write_what_they_write_without_a_pooler(postgis, database_location, run, tmp_path):
    with pooler_before(postgis, auth_type="trust") as pooler:
        there = str(pooler.before(database_location))
        another = postgis.location()
        for at in (there, str(another)):
            run("createworkspace", AREAS=write_areas(tmp_path), OUTPUT=at)
            run("generateunitgrids", WORKSPACE=at, STREETS=write_streets(tmp_path), AUTHOR="王工")
            run("buildresponsibilitygrids", WORKSPACE=at, SCHEME="cg", COUNT=2, AUTHOR="王工")
            assert run("validate", WORKSPACE=at)["ERRORS"] == 0
    near, far = Workspace.open(another), Workspace.open(database_location)
    for table, columns in WRITTEN.items():
        assert near.read(table, columns).records() == far.read(table, columns).records(), table
        assert far.count(table), table
    postgis.drop(another.schema)
