"""The long proofs: ``make proof`` runs them, ``make test`` does not. Every test of this folder has QGIS."""

import os
from pathlib import Path

import pytest

from tests.qgis.application import (  # noqa: F401  fixtures and the end of QGIS
    _no_hidden_errors,
    _no_window_left,
    _same_modules_after_unloading,
    logins,
    pytest_unconfigure,
    qgis_app,
)

HERE = Path(__file__).resolve().parent


def pytest_collection_modifyitems(items):
    """Mark what lies here, so that it is left out where it is not asked for."""
    here = f"{HERE}{os.sep}"
    for item in items:
        if str(item.path).startswith(here):  # looked at for all of the run
            item.add_marker(pytest.mark.proof)
