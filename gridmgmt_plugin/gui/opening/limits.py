"""What whoever opened a workspace is kept from: tables that are left out, and saving."""

from __future__ import annotations

from collections.abc import Mapping

from qgis.core import QgsVectorDataProvider, QgsVectorLayer

from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.workspace.location import Location, PostgresLocation
from gridmgmt_plugin.workspace.schema import tables


def limits(location: Location, layers: Mapping[str, QgsVectorLayer], language: str) -> list[Message]:
    """Return what is to be told of a workspace whose layers stand, what costs work first; nobody is asked, QGIS
    knows it of its layers.

    A file that may not be written is told when somebody begins to edit: that may be over by then.
    """
    found = []
    cells = layers.get("unit_grid")
    if isinstance(location, PostgresLocation) and cells is not None and not _may_add(cells):
        found.append(Message("database_only_read", {"place": location.label}))
    withheld = [definition.label(language) for name, definition in tables().items() if name not in layers]
    if withheld:
        found.append(Message("tables_withheld", {"count": len(withheld), "tables": listing(withheld)}))
    return found


def _may_add(layer: QgsVectorLayer) -> bool:
    """Tell whether rows may be added: who publishes may write some columns, but draws nothing."""
    return bool(layer.dataProvider().capabilities() & QgsVectorDataProvider.Capability.AddFeatures)
