"""Ask a server before QGIS's own provider does, which waits without an end and without a way out.

We ask through the door that keeps the window alive (:mod:`gridmgmt_plugin.workspace.patience`).
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from gridmgmt_plugin.core.errors import GridError, WorkspaceError
from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.postgis.connection import run_alone

# One deed reads several times: a server that has just answered is not asked again.
_ANSWERED_FOR_S = 1.0
_GIVEN_UP = "postgres_wait_given_up"
_SILENT = ("postgres_unreachable", "postgres_connection_lost", "postgres_too_slow")
# QGIS would get no further, but would take it for a wrong login, forget the right one and ask for another.
_FOR_QGIS_TOO = ("postgres_database_missing", "postgres_not_accepting")
_answered: dict[PostgresLocation, float] = {}


def refuse_unanswered(place: PostgresLocation, layer: str) -> GridError | None:
    """Return when a server answers: with what it said against us, which may not hold for QGIS: it logs in itself.

    :param layer: what the layer is called that is wanted.
    :raises WorkspaceError: ``editing_layer_silent`` when the server does not answer, ``postgres_wait_given_up`` when
        the planner did not want to wait for it, ``postgres_database_missing``, ``postgres_not_accepting``.
    """
    return _ask(place, layer, ())


def refuse_unreadable(place: PostgresLocation, layer: str, tables: Sequence[str]) -> None:
    """Do nothing when tables can be read now: QGIS would wait for a lock of somebody else without an end, too.

    :raises WorkspaceError: as :func:`refuse_unanswered`, ``workspace_locked``.
    """
    _ask(place, layer, tables)


def _ask(place: PostgresLocation, layer: str, tables: Sequence[str]) -> GridError | None:
    if not tables and time.monotonic() - _answered.get(place, -_ANSWERED_FOR_S) < _ANSWERED_FOR_S:
        return None
    try:
        if tables:
            from gridmgmt_plugin.workspace.postgis.sql import quoted  # noqa: PLC0415  needs numpy

            run_alone(place, f"LOCK TABLE {', '.join(map(quoted, tables))} IN ACCESS SHARE MODE", {})
        else:
            run_alone(place, "SELECT 1", {})
        _answered[place] = time.monotonic()
    except GridError as error:
        if error.code in (_GIVEN_UP, *_FOR_QGIS_TOO) or (tables and error.code not in _SILENT):
            raise
        if error.code in _SILENT:
            raise WorkspaceError("editing_layer_silent", layer=layer) from error
        return error
    return None
