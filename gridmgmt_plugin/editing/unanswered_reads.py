"""Tell a layer whose database does not answer from one that holds nothing, before the window reads it.

QGIS's own provider waits for its server without an end and without a way out. So the server is asked by us first,
through the door that keeps the window alive (:mod:`gridmgmt_plugin.workspace.patience`).
"""

from __future__ import annotations

import time

from qgis.core import QgsFeature, QgsFeatureRequest, QgsProject, QgsVectorLayer

from gridmgmt_plugin.core.errors import GridError, WorkspaceError
from gridmgmt_plugin.project.shown_workspace import shown_location
from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.postgis.connection import connected

# QGIS keeps several connections and notices a lost one by a reading that gives nothing; the next makes it anew.
_TRIES = 6
# One gesture reads several times: a server that has just answered is not asked again.
_ANSWERED_FOR_S = 1.0
_GIVEN_UP = "postgres_wait_given_up"
_SILENT = ("postgres_unreachable", "postgres_connection_lost", "postgres_too_slow")
_answered: dict[PostgresLocation, float] = {}


def refuse_silent(layer: QgsVectorLayer) -> None:
    """Do nothing when a layer gives its rows; call it before rows are read of which none may be missing.

    :raises WorkspaceError: ``editing_layer_silent`` when its database does not answer, ``postgres_wait_given_up``
        when the planner did not want to wait for it.
    """
    if layer.providerType() != "postgres":
        return
    _refuse_unanswered(layer)
    request = QgsFeatureRequest().setLimit(1).setFlags(QgsFeatureRequest.Flag.NoGeometry).setNoAttributes()
    empty = 0
    for _ in range(_TRIES):
        rows = layer.dataProvider().getFeatures(request)
        if rows.nextFeature(QgsFeature()):
            return
        # A reading that a lost connection broke off looks like an empty table once, and as what it is from then on.
        empty = empty + 1 if rows.isValid() else 0
        if empty > 1:
            return
    raise WorkspaceError("editing_layer_silent", layer=layer.name())


def _refuse_unanswered(layer: QgsVectorLayer) -> None:
    """Do nothing when the server of a layer answers, or when the layer has none.

    :raises WorkspaceError: as :func:`refuse_silent`.
    """
    if layer.providerType() != "postgres":
        return
    place = shown_location(layer.project() or QgsProject.instance())
    if not isinstance(place, PostgresLocation) or time.monotonic() - _answered.get(place, -_ANSWERED_FOR_S) < (
        _ANSWERED_FOR_S
    ):
        return
    try:
        with connected(place):
            _answered[place] = time.monotonic()
    except GridError as error:
        if error.code == _GIVEN_UP:
            raise
        if error.code in _SILENT:
            raise WorkspaceError("editing_layer_silent", layer=layer.name()) from error
        # It has answered, and what it says against us may not hold for QGIS, which logs in by itself.
