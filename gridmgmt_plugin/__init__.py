"""Grid management (网格管理): draw, staff, check and hand over the management grids of a city in QGIS."""

from __future__ import annotations

from typing import Any


def classFactory(iface: Any) -> Any:
    """Return the plugin object; QGIS calls this when it loads the plugin."""
    from gridmgmt_plugin.plugin import GridManagementPlugin  # noqa: PLC0415  keeps the import of the package free of Qt

    return GridManagementPlugin(iface)
