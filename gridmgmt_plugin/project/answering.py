"""Ask a server before QGIS's own provider does, which waits without an end and without a way out.

We ask through the door that keeps the window alive (:mod:`gridmgmt_plugin.workspace.patience`).
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from gridmgmt_plugin.core.errors import GridError, WorkspaceError
from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.postgis.answer_watch import quickest_answer_s
from gridmgmt_plugin.workspace.postgis.connection import run_alone

# One deed reads several times: a server that has just answered is not asked again.
_ANSWERED_FOR_S = 1.0
_GIVEN_UP = "postgres_wait_given_up"
_SILENT = ("postgres_unreachable", "postgres_connection_lost", "postgres_too_slow")
# QGIS would get no further, but would take it for a wrong login, forget the right one and ask for another.
_FOR_QGIS_TOO = ("postgres_database_missing", "postgres_not_accepting")
_answered: dict[PostgresLocation, float] = {}
# What QGIS asks to open one table over the connection that it shares in the window's thread, and how many seconds the
# window may stand still for that.
_QUESTIONS, _STILL_S = 14, 0.25
# Whether more than half of the connections are free that the server has, this login may have and this database may.
_HAS_ROOM = """
SELECT 2 * (SELECT sum(numbackends) FROM pg_stat_database) < current_setting('max_connections')::integer
 AND NOT EXISTS (SELECT FROM pg_roles WHERE rolname = session_user AND rolconnlimit >= 0
  AND rolconnlimit <= 2 * (SELECT count(*) FROM pg_stat_activity WHERE usename = session_user))
 AND NOT EXISTS (SELECT FROM pg_database d JOIN pg_stat_database s ON s.datid = d.oid
  WHERE d.datname = current_database() AND d.datconnlimit >= 0 AND d.datconnlimit <= 2 * s.numbackends)
"""


def refuse_unanswered(place: PostgresLocation, layer: str) -> GridError | None:
    """Return when a server answers: with what it said against us, which may not hold for QGIS: it logs in itself.

    :param layer: what the layer is called that is wanted.
    :raises WorkspaceError: ``editing_layer_silent`` when the server does not answer, ``postgres_wait_given_up`` when
        the planner did not want to wait for it, ``postgres_database_missing``, ``postgres_not_accepting``.
    """
    error, _ = _ask(place, layer, ())
    return error


def refuse_unreadable(place: PostgresLocation, layer: str, tables: Sequence[str]) -> bool:
    """Return when tables can be read now: QGIS would wait for a lock of somebody else without an end, too.

    :returns: whether QGIS shall open them apart, over connections of their own
        (:mod:`gridmgmt_plugin.project.opened_apart`): in the window's thread it would stand still for each, and the
        server has room enough.
    :raises WorkspaceError: as :func:`refuse_unanswered`, ``workspace_locked``.
    """
    _, has_room = _ask(place, layer, tables)
    return has_room and is_far(place)


def is_far(place: PostgresLocation) -> bool:
    """Tell whether the window would stand still while QGIS opens a table in it, as long as answers take now."""
    return _QUESTIONS * (quickest_answer_s(place.libpq()) or 0.0) > _STILL_S


def _ask(place: PostgresLocation, layer: str, tables: Sequence[str]) -> tuple[GridError | None, bool]:
    """Return what the server said against us, and whether it has room; that is asked only where tables are."""
    if not tables and time.monotonic() - _answered.get(place, -_ANSWERED_FOR_S) < _ANSWERED_FOR_S:
        return None, False
    has_room = False
    try:
        if tables:
            from gridmgmt_plugin.workspace.postgis.sql import quoted  # noqa: PLC0415  needs numpy

            held = f"LOCK TABLE {', '.join(map(quoted, tables))} IN ACCESS SHARE MODE"
            ((has_room,),) = run_alone(place, f"{held}; {_HAS_ROOM}", {})
        else:
            run_alone(place, "SELECT 1", {})
        _answered[place] = time.monotonic()
    except GridError as error:
        if error.code in (_GIVEN_UP, *_FOR_QGIS_TOO) or (tables and error.code not in _SILENT):
            raise
        if error.code in _SILENT:
            raise WorkspaceError("editing_layer_silent", layer=layer) from error
        return error, False
    return None, bool(has_room)
