"""What whoever opened a workspace has to know first: tables that are left out, saving, and that it is a copy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from qgis.core import QgsVectorDataProvider, QgsVectorLayer

from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.workspace.location import GeoPackageLocation, PostgresLocation
from gridmgmt_plugin.workspace.schema import tables

if TYPE_CHECKING:
    from gridmgmt_plugin.workspace.workspace import Workspace


def limits(workspace: Workspace, layers: Mapping[str, QgsVectorLayer], language: str) -> list[Message]:
    """Return what is to be told of a workspace whose layers stand, what costs work first; nobody is asked, QGIS
    knows it of its layers.

    A file that may not be written is told when somebody begins to edit: that may be over by then.
    """
    found, location = [], workspace.location
    cells = layers.get("unit_grid")
    if isinstance(location, PostgresLocation) and cells is not None and not _may_add(cells):
        found.append(Message("database_only_read", {"place": location.label}))
    withheld = [definition.label(language) for name, definition in tables().items() if name not in layers]
    if withheld:
        found.append(Message("tables_withheld", {"count": len(withheld), "tables": listing(withheld)}))
    if isinstance(location, GeoPackageLocation) and workspace.info.copied_at:
        copied = {"made_at": workspace.info.copied_at, "home": workspace.info.copied_from}
        found.append(Message("opened_working_copy", copied))
    return found


def _may_add(layer: QgsVectorLayer) -> bool:
    """Tell whether rows may be added: who publishes may write some columns, but draws nothing."""
    return bool(layer.dataProvider().capabilities() & QgsVectorDataProvider.Capability.AddFeatures)
