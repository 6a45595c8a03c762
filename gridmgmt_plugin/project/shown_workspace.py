"""What a QGIS project shows of a workspace, found without any library for geometry.

The entry and the property are those that :mod:`gridmgmt_plugin.project.project_file` and
:mod:`gridmgmt_plugin.project.layers` write; a project made on another computer can be looked at everywhere.
"""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsLayerTreeGroup, QgsProject, QgsVectorLayer

from gridmgmt_plugin.project.postponed import open_postponed
from gridmgmt_plugin.workspace.location import GeoPackageLocation, Location, is_database, parse_location

WORKSPACE_ENTRY = ("gridmgmt", "workspace")
TABLE_PROPERTY = "gridmgmt/table"
#: The catalogues of component and event classes, with "|" between them.
CATALOGUES_PROPERTY = "gridmgmt/catalogues"
#: What our own list in a form is called; without the plugin QGIS shows its own list of the relation.
LIST_WIDGET = "gridmgmt_list"
GROUP_PROPERTY = "gridmgmt/workspace"
#: What a layer is that is derived from tables, and the discs of the cases among such.
DERIVED_PROPERTY, CLUSTERS = "gridmgmt/derived", "case_clusters"


def shown_location(project: QgsProject) -> Location | None:
    """Return where the workspace lies that a project shows, ``None`` if it shows none.

    :raises WorkspaceError: when the project names a place that cannot be understood.
    """
    stored, found = project.readEntry(*WORKSPACE_ENTRY)
    if not found or not stored:
        return None
    return parse_location(stored if is_database(stored) else project.readPath(stored))


def shown_layers(project: QgsProject) -> dict[str, QgsVectorLayer]:
    """Return the workspace's layers in a project by table name, those too whose tables are not opened yet."""
    found = {layer.customProperty(TABLE_PROPERTY): layer for layer in project.mapLayers().values()}
    found.pop(None, None)
    return found


def shown_layer(project: QgsProject, table: str) -> QgsVectorLayer | None:
    """Return the project's layer of a workspace table, which is opened now; ``None`` when it is not there.

    :raises WorkspaceError: see :func:`~gridmgmt_plugin.project.postponed.open_postponed`.
    """
    layer = placed_layer(project, table)
    if layer is not None:
        open_postponed(layer)
    return layer


def placed_layer(project: QgsProject, table: str) -> QgsVectorLayer | None:
    """Return the project's layer of a workspace table, opened or not: to compare, to follow, to draw otherwise."""
    return shown_layers(project).get(table)


def shown_group(project: QgsProject) -> QgsLayerTreeGroup | None:
    """Return the group of the layer tree that holds the workspace, ``None`` when the planner took it apart."""
    for group in project.layerTreeRoot().findGroups():
        if group.customProperty(GROUP_PROPERTY):
            return group
    return None


def leave_project_file(project: QgsProject, location: Location | None) -> None:
    """Let a project no longer be the file that was made with a workspace, as that goes out of it.

    The next save asks for a name; else it would put another workspace, or none, into the file beside the old one. A
    file that the planner named otherwise stays the project's.
    """
    if not isinstance(location, GeoPackageLocation) or not project.fileName():
        return
    file = Path(project.fileName()).resolve()
    if file.parent == location.path.resolve().parent and file.stem == location.path.stem:
        project.setFileName(None)  # QGIS asks for a name where there is none, and not where it is empty
