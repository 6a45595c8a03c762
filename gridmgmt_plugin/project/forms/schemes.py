"""The columns of grid schemes in a layer of unit grids: ``rg_<scheme>``, and what a planner calls them."""

from __future__ import annotations

from collections.abc import Mapping

from qgis.core import QgsVectorLayer

from gridmgmt_plugin.core.messages import is_chinese
from gridmgmt_plugin.project.attributes import is_null
from gridmgmt_plugin.project.forms.name_copies import is_outdated, list_layer
from gridmgmt_plugin.workspace.schema import scheme_column

_PREFIX = scheme_column("x")[:-1]


def scheme_columns(layer: QgsVectorLayer) -> list[str]:
    """Return the columns of the schemes that the layer of unit grids has."""
    return [name for name in layer.fields().names() if name.startswith(_PREFIX)]


def scheme_of(column: str) -> str:
    """Return the key of the scheme that a column holds."""
    return column[len(_PREFIX) :]


def scheme_titles(layer: QgsVectorLayer | None) -> Mapping[str, str]:
    """Return the titles of the schemes by key, the key where one has no title.

    :param layer: of the table of schemes, opened or not: where names are copied no server is asked.
    """
    if layer is None:
        return {}
    known = layer if is_outdated(layer) else list_layer(layer)
    rows = ((str(row["key"]), row["title"]) for row in known.getFeatures())
    return {key: key if is_null(title) or not str(title).strip() else str(title) for key, title in rows}


def grid_label(title: str, language: str) -> str:
    """Return the heading of a scheme's column."""
    return f"{title}责任网格" if is_chinese(language) else f"Responsibility grid ({title})"
