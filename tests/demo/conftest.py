"""The chain draws maps: QGIS runs without a window."""

from __future__ import annotations

from tests.qgis.application import qgis_app  # noqa: F401  a fixture
