"""Ask a server before QGIS's own provider does, which waits without an end and without a way out.

We ask through the door that keeps the window alive (:mod:`gridmgmt_plugin.workspace.patience`).
"""

from __future__ import annotations

import time

from gridmgmt_plugin.core.errors import GridError, WorkspaceError
from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.postgis.connection import connected

# One deed reads several times: a server that has just answered is not asked again.
_ANSWERED_FOR_S = 1.0
_GIVEN_UP = "postgres_wait_given_up"
_SILENT = ("postgres_unreachable", "postgres_connection_lost", "postgres_too_slow")
_answered: dict[PostgresLocation, float] = {}


def refuse_unanswered(place: PostgresLocation, layer: str) -> None:
    """Do nothing when a server answers.

    :param layer: what the layer is called that is wanted.
    :raises WorkspaceError: ``editing_layer_silent`` when the server does not answer, ``postgres_wait_given_up`` when
        the planner did not want to wait for it.
    """
    if time.monotonic() - _answered.get(place, -_ANSWERED_FOR_S) < _ANSWERED_FOR_S:
        return
    try:
        with connected(place):
            _answered[place] = time.monotonic()
    except GridError as error:
        if error.code == _GIVEN_UP:
            raise
        if error.code in _SILENT:
            raise WorkspaceError("editing_layer_silent", layer=layer) from error
        # It has answered, and what it says against us may not hold for QGIS, which logs in by itself.
