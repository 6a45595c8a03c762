"""Tell a layer whose database does not answer from one that holds nothing, before the window reads it.

The server is asked by us first (:mod:`gridmgmt_plugin.project.answering`).
"""

from __future__ import annotations

from qgis.core import QgsFeature, QgsFeatureRequest, QgsProject, QgsVectorLayer

from gridmgmt_plugin.core.errors import GridError, WorkspaceError
from gridmgmt_plugin.project.answering import refuse_unanswered
from gridmgmt_plugin.project.shown_workspace import TABLE_PROPERTY, shown_location
from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.workspace import Workspace

# QGIS keeps several connections and notices a lost one by a reading that gives nothing; the next makes it anew.
_TRIES = 6


def refuse_silent(layer: QgsVectorLayer) -> None:
    """Do nothing when a layer gives its rows; call it before rows are read of which none may be missing.

    :raises WorkspaceError: what the server said against us as well, else ``editing_layer_silent`` when its database
        does not answer, ``postgres_wait_given_up`` when the planner did not want to wait for it.
    """
    if layer.providerType() != "postgres":
        return
    refused = refuse_unanswered_layer(layer)
    request = QgsFeatureRequest().setLimit(1).setFlags(QgsFeatureRequest.Flag.NoGeometry).setNoAttributes()
    empty = 0
    for _ in range(_TRIES):
        rows = layer.dataProvider().getFeatures(request)
        if rows.nextFeature(QgsFeature()):
            return
        # A reading that a lost connection broke off looks like an empty table once, and as what it is from then on;
        # of several connections that were lost each may look so.
        empty = empty + 1 if rows.isValid() else 0
        if empty > 1 and _is_empty(layer):
            return
    raise refused or WorkspaceError("editing_layer_silent", layer=layer.name())


def refuse_unanswered_layer(layer: QgsVectorLayer) -> GridError | None:
    """Return when the server of a layer answers us, or when it has none, with what it said against us; QGIS may still
    have lost a connection.

    :raises WorkspaceError: as :func:`gridmgmt_plugin.project.answering.refuse_unanswered`.
    """
    if layer.providerType() != "postgres":
        return None
    place = shown_location(layer.project() or QgsProject.instance())
    return refuse_unanswered(place, layer.name()) if isinstance(place, PostgresLocation) else None


def _is_empty(layer: QgsVectorLayer) -> bool:
    """Tell whether the table of a layer has no row, as the server says to us; so too where nobody can be asked.

    :raises WorkspaceError: when it does not say.
    """
    place = shown_location(layer.project() or QgsProject.instance())
    table = layer.customProperty(TABLE_PROPERTY)
    if not isinstance(place, PostgresLocation) or table is None:
        return True
    return Workspace.open(place).count(str(table)) == 0
