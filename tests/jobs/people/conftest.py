"""A small district with staff, in a file and in a database."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.core.rows import Rows
from tests.jobs.people.duty_district import duty_workspace
from tests.workspace.places import KINDS, place_of


@pytest.fixture(params=KINDS)
def staffed(request, tmp_path):
    """Return the district of :mod:`tests.jobs.people.duty_district` in each kind of place."""
    with place_of(request.param, tmp_path, request) as place:
        yield duty_workspace(place.location)


@pytest.fixture
def add(staffed):
    """Return a function that adds rows to a table of the district."""

    def added(table: str, *records: dict) -> None:
        with staffed.transaction("", "test") as transaction:
            transaction.insert(table, Rows.from_records(list(records)))

    return added
