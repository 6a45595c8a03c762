"""Both kinds of places for a workspace, for jobs that must say and do the same in a file and in a database."""

from __future__ import annotations

import pytest

from tests.workspace.places import KINDS, place_of


@pytest.fixture(params=KINDS)
def either_place(request, tmp_path):
    """Return the location of a new workspace: in a file, then in a database."""
    with place_of(request.param, tmp_path, request) as place:
        yield place.location
