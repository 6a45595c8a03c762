"""What whoever opened a workspace has to know first: tables that are left out, saving, and that it is a copy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from qgis.core import Qgis, QgsVectorDataProvider, QgsVectorLayer

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.gui.frame.message_door import Tell
from gridmgmt_plugin.workspace.location import GeoPackageLocation, Location, PostgresLocation
from gridmgmt_plugin.workspace.schema import tables

if TYPE_CHECKING:
    from gridmgmt_plugin.workspace.workspace import Workspace


def tell_limits(tell: Tell, workspace: Workspace, layers: Mapping[str, QgsVectorLayer], language: str) -> None:
    """Tell what there is to know of a workspace whose layers stand, what costs work first; nobody is asked, QGIS
    knows it of its layers.

    A file that may not be written is told when somebody begins to edit: that may be over by then.
    """
    found = _only_read(workspace.location, layers)
    withheld = [definition.label(language) for name, definition in tables().items() if name not in layers]
    if withheld:
        found.append(Message("tables_withheld", {"count": len(withheld), "tables": listing(withheld)}))
    if isinstance(workspace.location, GeoPackageLocation) and workspace.info.copied_at:
        copied = {"made_at": workspace.info.copied_at, "home": workspace.info.copied_from}
        found.append(Message("opened_working_copy", copied))
    if found:
        tell(found[0], Qgis.MessageLevel.Warning, also=found[1:])


def tell_only_read(tell: Tell, location: Location, layers: Mapping[str, QgsVectorLayer]) -> None:
    """Tell of a workspace that came with a project that nothing can be saved in it; what the project lacks may have
    been taken out on purpose.
    """
    for message in _only_read(location, layers):
        tell(message, Qgis.MessageLevel.Warning)


def refuse_where_nothing_is_drawn(location: Location, layers: Mapping[str, QgsVectorLayer]) -> None:
    """Do nothing unless whoever is logged in to a database may not draw or fill in: he need not be asked for an act.

    :raises WorkspaceError: ``postgres_no_right_to_write``.
    """
    if _only_read(location, layers):
        raise WorkspaceError("postgres_no_right_to_write", path=location.label)


def _only_read(location: Location, layers: Mapping[str, QgsVectorLayer]) -> list[Message]:
    cells = layers.get("unit_grid")
    if not isinstance(location, PostgresLocation) or cells is None or _may_add(cells):
        return []
    return [Message("database_only_read", {"place": location.label})]


def _may_add(layer: QgsVectorLayer) -> bool:
    """Tell whether rows may be added: who publishes may write some columns, but draws nothing."""
    return bool(layer.dataProvider().capabilities() & QgsVectorDataProvider.Capability.AddFeatures)
