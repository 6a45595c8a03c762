"""Short transactions on a PostgreSQL database: how they begin, typed errors, no password in any of them.

Only psycopg2 and, for stored credentials, QGIS are needed here, and both only when somebody connects.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache, partial
from typing import TYPE_CHECKING, Any, TypeVar

from gridmgmt_plugin.core.errors import CapabilityError, WorkspaceError
from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.logins import kept_login, stored_login
from gridmgmt_plugin.workspace.patience import NETWORK_S, GivenUpError, patience, refuse_while_waiting, wait_for
from gridmgmt_plugin.workspace.postgis import idle_connections
from gridmgmt_plugin.workspace.postgis.answer_watch import answered_within, give_up
from gridmgmt_plugin.workspace.postgis.casts import read_as_from_a_file
from gridmgmt_plugin.workspace.postgis.errors import connection_error, statement_error

if TYPE_CHECKING:
    import psycopg2.extensions

    #: What :func:`connected` gives, for those who only pass it on.
    Connection = psycopg2.extensions.connection

_T = TypeVar("_T")

CONNECT_TIMEOUT_S = 4
# A client that is switched off must not keep its row locks until TCP gives up after hours.
_IDLE_TIMEOUT_MS = 300_000
# One that only reads holds nobody off, and a long job thinks for a while between two reads.
_READING_TIMEOUT_MS = 3_600_000
_KEEPALIVE = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3}
_SETTINGS = (
    "SELECT set_config('search_path', concat_ws(', ', %(schema)s, (SELECT quote_ident(n.nspname) FROM pg_extension e"
    " JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'postgis')), true),"
    " set_config('lock_timeout', %(lock)s, true), set_config('statement_timeout', %(statement)s, true),"
    " set_config('idle_in_transaction_session_timeout', %(idle)s, true),"
    " set_config('tcp_keepalives_idle', '10', true), set_config('tcp_keepalives_interval', '5', true),"
    " set_config('tcp_keepalives_count', '3', true), set_config('cursor_tuple_fraction', '1', true);"
)
# By what the columns of a schema are known: a table that is changed, made anew or restored shows other numbers.
_STRUCTURE = (
    "SELECT nullif(concat_ws(' ', count(*), sum(a.attrelid::bigint), sum(a.xmin::text::bigint)), '0')"
    " FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid JOIN pg_attribute a ON a.attrelid = c.oid"
    " WHERE n.nspname = %(schema)s AND c.relkind IN ('r', 'p', 'v', 'f') AND a.attnum > 0"
)
# A pooler gives the process of a transaction that has ended to somebody else at once.
_STOPPING = (
    "SELECT pg_cancel_backend(pid) FROM pg_stat_activity"
    " WHERE pid = %s AND xact_start = coalesce(%s::timestamptz, xact_start)"
)
# Why nothing can be written in the transaction, as our code, NULL where it can.
_HINDERS = (
    "CASE WHEN current_setting('transaction_read_only') = 'off' THEN NULL"
    " WHEN pg_is_in_recovery() THEN 'postgres_standby' ELSE 'postgres_read_only' END"
)
_LOCK_NOT_AVAILABLE = "55P03"
# What libpq knows from its version 12 on.
_NEWER_LIBPQ = 120000
# The server has said no for so long before the connection is cut.
_AFTER_THE_SERVER_S = 2.0
_OLDEST_SERVER = 110000


@dataclass(frozen=True)
class Opening:
    """What goes to the server with the beginning of a transaction, in the same message.

    ``statements``: each ends with a semicolon. ``told``: expressions, each after a comma, whose values are in the
    connection's ``told`` then; both may name ``%(schema)s`` and ``values``.
    """

    statements: str = ""
    told: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


_NOTHING_BESIDE = Opening()


@contextmanager
def connected(
    location: PostgresLocation, *, writable: bool = False, opening: Opening = _NOTHING_BESIDE
) -> Iterator[psycopg2.extensions.connection]:
    """Begin a transaction for the length of the block: a snapshot for reading, or one that may write.

    What is not committed in the block is rolled back. Tables of the workspace's schema and PostGIS are found by their
    plain names; dates come as ISO text, booleans as 0 and 1, bytes as ``bytes``, as from a GeoPackage. A lock of
    somebody else, a statement and the network are waited for as :mod:`gridmgmt_plugin.workspace.patience` says.

    :raises CapabilityError: ``psycopg2_missing``.
    :raises WorkspaceError: ``postgres_unreachable``, ``postgres_password_wrong``, ``postgres_database_missing``,
        ``postgres_refused``, ``postgres_connections_full``, ``postgres_not_accepting``, ``postgres_not_admitted``,
        ``postgres_encryption``, ``postgres_too_old``, ``postgres_credentials_missing``, ``postgres_wait_goes_on`` for
        a change while the window waits in the middle of another deed, ``postgres_standby`` or ``postgres_read_only``
        for one where the server or who runs it lets nobody write, and for statements in the block what
        :func:`translated_errors` raises.
    """
    if writable:
        refuse_while_waiting(location.label)
    begin = partial(_begin, location=location, opening=opening, writable=writable)
    login, connection, _ = _lent(location, begin, writable=writable)
    try:
        with translated_errors(location, writable=writable):
            if writable and connection.hinders is not None:
                raise WorkspaceError(connection.hinders, path=location.label)
            yield connection
    finally:
        _end(connection)
        idle_connections.give_back(login, connection)


def run_alone(location: PostgresLocation, sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run one statement that reads or locks, as a transaction of its own that goes to the server in one message with
    its settings; return its rows. Nothing is read after it in the same state.

    :param values: by the names that the statement gives them, none of them one of those that settings have.
    :raises WorkspaceError: as :func:`connected`.
    """

    def rows(connection: psycopg2.extensions.connection) -> list[tuple[Any, ...]]:
        connection.running = (connection.info.backend_pid, None)
        return run(connection, f"{_SETTINGS} {sql}", {**values, **_settings(location, writable=False)})

    login, connection, found = _lent(location, rows, writable=False)
    idle_connections.give_back(login, connection)
    return found


def structure_told() -> str:
    """Return the question by what the columns of the schema are known, for :func:`run_alone`."""
    return f"({_STRUCTURE})"


def _lent(
    location: PostgresLocation, first: Callable[[psycopg2.extensions.connection], _T], *, writable: bool
) -> tuple[Hashable, psycopg2.extensions.connection, _T]:
    """Return a connection with its login, one that waits or else a new one, and what was done on it first.

    :raises WorkspaceError: as :func:`connected`.
    """
    psycopg2 = _psycopg2()
    parameters = _parameters(location)
    # What libpq reads by itself belongs to the login as well.
    surroundings = {name: value for name, value in os.environ.items() if name.startswith("PG")}
    login = (os.getpid(), tuple(sorted(parameters.items())), tuple(sorted(surroundings.items())))
    connection = idle_connections.take(login)
    if connection is not None:
        try:
            with _giving_up_is_told(location):
                return login, connection, first(connection)
        except psycopg2.Error as error:
            connection.close()
            if error.pgcode == _LOCK_NOT_AVAILABLE:
                raise statement_error(error, location, writable=writable) from error
            # The server has closed it meanwhile, or a new one tells what is the matter.
    connection = _connect(location, parameters)
    try:
        with translated_errors(location, writable=writable):
            return login, connection, first(connection)
    except BaseException:
        _end(connection)
        idle_connections.give_back(login, connection)
        raise


@contextmanager
def translated_errors(location: PostgresLocation, *, writable: bool) -> Iterator[None]:
    """Turn what the server says about a statement into our typed errors.

    :raises WorkspaceError: see :func:`gridmgmt_plugin.workspace.postgis.errors.statement_error`;
        ``postgres_wait_given_up`` when the planner did not want to wait for the server; ``text_not_storable``.
    """
    try:
        with _giving_up_is_told(location):
            yield
    except UnicodeEncodeError as error:
        raise WorkspaceError("text_not_storable", sign=f"U+{ord(error.object[error.start]):04X}") from error
    except ValueError as error:
        if "NUL" not in str(error):  # what psycopg2 says before it sends a text
            raise
        raise WorkspaceError("text_not_storable", sign="NUL, U+0000") from error
    except _psycopg2().Error as error:
        raise statement_error(error, location, writable=writable) from error


@contextmanager
def _giving_up_is_told(location: PostgresLocation) -> Iterator[None]:
    try:
        yield
    except GivenUpError as error:
        raise WorkspaceError("postgres_wait_given_up", path=location.label) from error


def answer_of(connection: psycopg2.extensions.connection, deed: Callable[[], _T]) -> _T:
    """Do what the server has to answer: no longer than this thread waits, whatever the network makes of it.

    :raises GivenUpError: when a planner before the window did not want to wait; the connection is closed then.
    """
    with answered_within(connection, patience().statement_s + _AFTER_THE_SERVER_S):
        try:
            return wait_for(deed, lambda: give_up(connection, partial(_stop, connection, connection.running)))
        except GivenUpError:
            connection.close()
            raise


def _as_sent(sql: str, values: Any) -> str:
    """Return a statement, in which percent signs are doubled, for psycopg2: that makes one of two only where values
    go along.
    """
    return sql if values else sql.replace("%%", "%")


def run(connection: psycopg2.extensions.connection, sql: str, values: Any = ()) -> list[tuple[Any, ...]]:
    """Run one statement and return its rows, none for a statement that has none."""

    def rows() -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(_as_sent(sql, values), values or None)
            return cursor.fetchall() if cursor.description is not None else []

    return answer_of(connection, rows)


def run_counted(connection: psycopg2.extensions.connection, sql: str, values: Any = ()) -> int:
    """Run one statement and return how many rows it changed."""

    def count() -> int:
        with connection.cursor() as cursor:
            cursor.execute(_as_sent(sql, values), values or None)
            return int(cursor.rowcount)

    return answer_of(connection, count)


def _stop(connection: Any, running: tuple[int, str | None]) -> None:
    """Ask the server over another connection to stop a transaction, if it still runs: psycopg2's own ``cancel`` holds
    the whole program while it waits, and the window is to live on.
    """
    psycopg2 = _psycopg2()
    with suppress(psycopg2.Error):  # it is not there any more, or has stopped by itself
        asking = psycopg2.connect(**connection.login, connect_timeout=CONNECT_TIMEOUT_S)
        with closing(asking), asking.cursor() as cursor:
            cursor.execute(_STOPPING, running)


@cache
def _class_of_connections() -> Any:
    class Connection(_psycopg2().extensions.connection):  # type: ignore[misc]
        """A connection that knows what it was made with, and in a transaction by what the columns of its schema are
        known: ``None`` where there are none yet or they have just been changed. ``hinders``: the code of why nothing
        can be written in the transaction, ``None`` where it can. ``told``: what its opening told. ``read_out``:
        cursors to be closed. ``running``: the server's process of the transaction and when it began; until that is
        known what was told at connecting, which behind a pooler is no process.
        """

        login: dict[str, str]
        structure: str | None
        hinders: str | None
        told: list[Any]
        read_out: list[str]
        running: tuple[int, str | None]

    return Connection


def _connect(location: PostgresLocation, parameters: dict[str, str]) -> psycopg2.extensions.connection:
    """Return a new connection that reads values as a GeoPackage gives them."""
    psycopg2 = _psycopg2()
    connecting = partial(
        psycopg2.connect,
        **parameters,
        **_KEEPALIVE,
        **_network_limit(),
        connect_timeout=CONNECT_TIMEOUT_S,
        client_encoding="UTF8",
        fallback_application_name="gridmgmt",
        connection_factory=_class_of_connections(),
    )
    try:
        with _giving_up_is_told(location):
            # It cannot be broken off; one that nobody waits for any more is closed as soon as it stands.
            connection = wait_for(connecting, lambda: None)
    except (psycopg2.Error, UnicodeError) as error:
        raise connection_error(error, location, parameters.get("password")) from None
    connection.login, connection.read_out = parameters, []
    connection.running = (connection.info.backend_pid, None)
    # Our own statements begin and end transactions: psycopg2 would ask the server once more for each.
    connection.autocommit = True
    if connection.server_version < _OLDEST_SERVER:
        connection.close()
        found = connection.server_version // 10000
        raise WorkspaceError("postgres_too_old", place=location.label, found=found, known=_OLDEST_SERVER // 10000)
    read_as_from_a_file(connection)
    return connection


def _network_limit() -> dict[str, int]:
    newer = _psycopg2().extensions.libpq_version() >= _NEWER_LIBPQ
    return {"tcp_user_timeout": int(NETWORK_S * 1000)} if newer else {}


def _begin(
    connection: psycopg2.extensions.connection, location: PostgresLocation, opening: Opening, *, writable: bool
) -> None:
    """Begin a transaction with settings of its own: the next one, or a connection pooler, inherits nothing.

    All in one message, which brings back by what the columns of the schema are known, and whether something can be
    written: one that shall write does not ask to be let, so that a database that an administrator has made read-only
    stays as it is.
    """
    connection.read_out, connection.running = [], (connection.info.backend_pid, None)
    level = "READ COMMITTED" if writable else "REPEATABLE READ READ ONLY"
    ((process, began, connection.structure, connection.hinders, *connection.told),) = run(
        connection,
        f"BEGIN ISOLATION LEVEL {level}; {_SETTINGS} {opening.statements}"
        f" SELECT pg_backend_pid(), now(), ({_STRUCTURE}), {_HINDERS}{opening.told}",
        {**opening.values, **_settings(location, writable=writable)},
    )
    connection.running = (process, began)


def _settings(location: PostgresLocation, *, writable: bool) -> dict[str, str]:
    waits = patience()
    return {
        "schema": location.schema,
        "lock": f"{waits.lock_s * 1000:.0f}ms",
        "statement": f"{waits.statement_s * 1000:.0f}ms",
        "idle": f"{_IDLE_TIMEOUT_MS if writable else _READING_TIMEOUT_MS}ms",
    }


def _end(connection: psycopg2.extensions.connection) -> None:
    """Roll back what is not committed; a connection that does not even do that is closed."""
    psycopg2 = _psycopg2()
    states, state = psycopg2.extensions, connection.info.transaction_status
    try:
        if not connection.closed and state != states.TRANSACTION_STATUS_IDLE:
            # What was read is in the server's own statistics only where its cursor is closed.
            has_read = state == states.TRANSACTION_STATUS_INTRANS and connection.read_out
            run(connection, "CLOSE ALL; ROLLBACK" if has_read else "ROLLBACK")
    except (psycopg2.Error, GivenUpError):
        connection.close()


def lasting_connection(location: PostgresLocation) -> psycopg2.extensions.connection:
    """Return a connection in no transaction that stays until it is closed by who asked for it.

    :raises GridError: what :func:`connected` raises when it cannot connect.
    """
    return _connect(location, _parameters(location))


def _parameters(location: PostgresLocation) -> dict[str, str]:
    return {**location.libpq(), **_login(location), **_stored_credentials(location)}


def _login(location: PostgresLocation) -> dict[str, str]:
    """Return the password that came with the location, else the login that was typed in this run of QGIS."""
    if location.password is not None:
        return {"password": location.password}
    typed = kept_login(location)
    if typed is None:
        return {}
    return {"password": typed.password, **({} if typed.user is None else {"user": typed.user})}


def _stored_credentials(location: PostgresLocation) -> dict[str, str]:
    """Return what QGIS keeps under ``authcfg``: user, password, certificates by libpq's names.

    :raises WorkspaceError: ``postgres_credentials_missing`` when QGIS does not give them.
    """
    if location.authcfg is None:
        return {}
    from psycopg2.extensions import parse_dsn  # noqa: PLC0415  only where somebody connects

    stored = stored_login(location.authcfg)
    if stored is None:
        raise WorkspaceError("postgres_credentials_missing", key=location.authcfg)
    expanded: dict[str, str] = parse_dsn(stored)
    known = ("user", "password", "sslcert", "sslkey", "sslrootcert")
    found = {name: expanded[name] for name in known if expanded.get(name)}
    if not found:
        raise WorkspaceError("postgres_credentials_missing", key=location.authcfg)
    return found


def _psycopg2() -> Any:
    try:
        import psycopg2  # noqa: PLC0415  the rest of the plugin works without it
    except ImportError as error:
        raise CapabilityError("psycopg2_missing", reason=str(error)) from error
    return psycopg2
