"""Fixtures that every layer's tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.postgis_cluster import database_location, postgis  # noqa: F401  fixtures

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if Path("/usr/share/proj").is_dir():  # pyproj in a virtual environment does not find the system's data by itself
    os.environ.setdefault("PROJ_DATA", "/usr/share/proj")

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED_DATA = Path(os.environ.get("GRIDMGMT_SHARED_DATA", REPOSITORY.parent / "shared" / "data"))


def shared_file(relative: str) -> Path:
    """Return a file of the real districts; skip the test, saying why, where they are absent."""
    path = SHARED_DATA / relative
    if not path.exists():
        pytest.skip(f"real data is not beside this checkout: {relative}")
    return path


@pytest.fixture(scope="session")
def shared():
    """Return the function that finds a file of the real districts or skips."""
    return shared_file
