"""Whether a layer can be edited by our tools; every reason why not has its own sentence."""

from __future__ import annotations

from pathlib import Path

from qgis.core import (
    Qgis,
    QgsDataSourceUri,
    QgsProject,
    QgsProviderRegistry,
    QgsVectorDataProvider,
    QgsVectorLayer,
)

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.project.shown_workspace import TABLE_PROPERTY
from gridmgmt_plugin.workspace.location import GeoPackageLocation, PostgresLocation
from gridmgmt_plugin.workspace.workspace import Workspace

_NEEDED = (
    QgsVectorDataProvider.Capability.AddFeatures,
    QgsVectorDataProvider.Capability.DeleteFeatures,
    QgsVectorDataProvider.Capability.ChangeGeometries,
    QgsVectorDataProvider.Capability.ChangeAttributeValues,
)


def refuse_unready(layer: QgsVectorLayer, workspace: Workspace, table: str = "unit_grid") -> None:
    """Do nothing when gestures and our save can work on the layer.

    :raises WorkspaceError: ``editing_layer_foreign``, ``editing_layer_broken``, ``editing_in_degrees``,
        ``editing_layer_filtered``, ``editing_layer_read_only``, ``editing_file_read_only``,
        ``edits_in_transaction_group``, ``edits_in_buffered_group``, or what :meth:`Workspace.probe` says
        (``workspace_locked``, ``workspace_read_only``, ``workspace_missing``).
    """
    name = layer.name()
    if layer.customProperty(TABLE_PROPERTY) != table or not _is_of(layer, workspace, table):
        raise WorkspaceError("editing_layer_foreign", layer=name)
    if not layer.isValid():
        raise WorkspaceError("editing_layer_broken", layer=name)
    if layer.crs().isValid() and layer.crs().isGeographic():
        raise WorkspaceError("editing_in_degrees", layer=name, crs=layer.crs().authid())
    if layer.subsetString():
        raise WorkspaceError("editing_layer_filtered", layer=name, filter=layer.subsetString())
    if layer.readOnly():
        raise WorkspaceError("editing_layer_read_only", layer=name)
    capabilities = layer.dataProvider().capabilities()
    if not all(capabilities & needed for needed in _NEEDED):
        if isinstance(workspace.location, PostgresLocation):
            workspace.probe()  # says that this login may not write, and whom to ask
        raise WorkspaceError("editing_file_read_only", layer=name)
    refuse_transaction_modes(layer.project() or QgsProject.instance())
    workspace.probe()


def refuse_transaction_modes(project: QgsProject) -> None:
    """Do nothing unless the project commits layers together, which loses edits without an error.

    :raises WorkspaceError: ``edits_in_transaction_group`` or ``edits_in_buffered_group``, naming the option.
    """
    if hasattr(project, "transactionMode"):  # QGIS 3.26 and later
        mode = project.transactionMode()
        if mode == Qgis.TransactionMode.AutomaticGroups:
            raise WorkspaceError("edits_in_transaction_group", option=Message("option_transaction_mode"))
        if mode == Qgis.TransactionMode.BufferedGroups:
            raise WorkspaceError("edits_in_buffered_group", option=Message("option_transaction_mode"))
    elif project.autoTransaction():
        raise WorkspaceError("edits_in_transaction_group", option=Message("option_automatic_groups"))


def _is_of(layer: QgsVectorLayer, workspace: Workspace, table: str) -> bool:
    """Tell whether a layer shows a table of this workspace: of its file, or of its schema."""
    place = workspace.location
    if isinstance(place, GeoPackageLocation):
        source = QgsProviderRegistry.instance().decodeUri("ogr", layer.source()).get("path")
        return layer.providerType() == "ogr" and source is not None and Path(source).resolve() == place.path.resolve()
    found = QgsDataSourceUri(layer.source())
    return layer.providerType() == "postgres" and (found.schema(), found.table()) == (place.schema, table)
