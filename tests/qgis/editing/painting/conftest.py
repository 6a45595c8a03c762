"""The town of the saves, under the brush."""

from __future__ import annotations

from tests.qgis.editing.saving.conftest import open_desk, pytest_generate_tests, stored_in, town, valid_town

__all__ = ["open_desk", "pytest_generate_tests", "stored_in", "town", "valid_town"]
