"""What PostgreSQL and libpq say, as our typed errors.

Source: PostgreSQL's error codes (appendix A of its manual). A refused connection has no such code, and its text may
be in the language of the server, so it is told apart by words in English and Chinese; what is not recognised is told
as the server said it.
"""

from __future__ import annotations

import re
from typing import Any

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.workspace.duplicates import duplicate_reason
from gridmgmt_plugin.workspace.location import PostgresLocation

# The server answered and said no; without one of these the server was not reached.
_ANSWERED = ("FATAL", "致命错误", "no password supplied", "support SSL", "支持 SSL", "SSL error:", "SSL 错误:")
# The first that fits counts; the Chinese is that of PostgreSQL 15 and 17.
_PATTERNS = (
    (
        "postgres_connections_full",
        "too many (clients|connections)|remaining connection slots|太多的客户|连接过多|连接太多|连接位置|连接槽位",
    ),
    (
        "postgres_not_accepting",
        "the database system is|is not currently accepting connections|数据库系统|当前不接受",
    ),
    # Its rules name computer, user, database and encryption: which of them does not fit a server does not say.
    ("postgres_not_admitted", r"pg_hba\.conf"),
    ("postgres_encryption", "does not support SSL|不支持 SSL|SSL error|SSL 错误"),
    (
        "postgres_password_wrong",
        "authentication failed|认证失败|no password|no such user|role .* does not exist|角色.*不存在",
    ),
    ("postgres_database_missing", "database .* does not exist|no such database|数据库.*不存在"),
)
_NO_RIGHT = "42501"  # insufficient_privilege
_DUPLICATE = "23505"  # unique_violation
_RAISED = "P0001"  # RAISE in a trigger
_CATALOGUE = "pg_catalog"
# What a server that copies another one says to a transaction that begins as one that may write; the state is that of
# much else that cannot be done (feature_not_supported).
_NOT_SUPPORTED = "0A000"
_RECOVERING = re.compile("recovery|恢复", re.IGNORECASE)
_BY_STATE = {
    "55P03": "workspace_locked",  # lock_not_available
    "40P01": "workspace_locked",  # deadlock_detected
    _DUPLICATE: "workspace_duplicate_key",
    _NO_RIGHT: "postgres_no_right_to_write",
    "25006": "postgres_read_only",  # read_only_sql_transaction
    "53100": "workspace_disk_full",
    "42P01": "workspace_not_ours",  # undefined_table
    "3F000": "workspace_missing",  # invalid_schema_name
    "42P06": "workspace_exists",  # duplicate_schema
    "57P01": "postgres_connection_lost",  # the server is shut down
    "57P02": "postgres_connection_lost",
    "57P03": "postgres_connection_lost",
    "57P04": "postgres_connection_lost",  # the database is dropped
    "57P05": "postgres_connection_lost",  # a session that did nothing for long
    "57014": "postgres_too_slow",  # statement_timeout
    "25P03": "postgres_connection_lost",  # a transaction that did nothing for long
    "25P04": "postgres_too_slow",  # transaction_timeout
    _RAISED: "workspace_write_refused",
}
# What the guards of resources/schema/roles.sql give as the name of a constraint; the detail is a code or a number.
_RIGHTS = (
    "rights_not_emptied",
    "rights_only_grows",
    "rights_code_stays",
    "rights_code_not_rewritten",
    "rights_retired_entry",
    "rights_end_stays",
    "rights_not_handed_over",
    "rights_handed_over",
    "rights_of_owner",
    "rights_of_planners",
)
_BY_CLASS = {
    "08": "postgres_connection_lost",
    "23": "workspace_write_refused",  # another constraint
    "22": "workspace_write_refused",  # a value that the column cannot hold
    "53": "postgres_server_full",
}


def connection_error(error: Exception, location: PostgresLocation, password: str | None) -> WorkspaceError:
    """Return why no connection came about: ``postgres_unreachable``, ``postgres_connections_full``,
    ``postgres_not_accepting``, ``postgres_not_admitted``, ``postgres_encryption``, ``postgres_password_wrong``,
    ``postgres_database_missing`` or ``postgres_refused``.
    """
    said = " ".join(_as_said(error).split())
    # A password may be a word of the sentence by which causes are told apart: it is taken out after that.
    reason = said.replace(password, "…") if password else said
    if not any(word in said for word in _ANSWERED):
        code = "postgres_unreachable"
    else:
        code = next((code for code, pattern in _PATTERNS if re.search(pattern, said)), "postgres_refused")
    return WorkspaceError(code, place=location.label, reason=reason)


def _as_said(error: Exception) -> str:
    """Return what the server said. Before a connection stands nobody has agreed on an encoding, and psycopg2 stumbles
    over the GBK of a Chinese server.
    """
    if isinstance(error, UnicodeDecodeError):
        return error.object.decode("gb18030", "replace")
    return str(error)


def statement_error(error: Any, location: PostgresLocation, *, writable: bool) -> WorkspaceError:
    """Return what a failed statement means for the user.

    ``postgres_not_permitted`` (when reading), ``workspace_locked``, ``workspace_duplicate_key``,
    ``postgres_no_right_to_write``, ``postgres_standby``, ``postgres_read_only``, ``workspace_write_refused`` (a
    trigger, a constraint, a value that does not fit), ``workspace_disk_full``, ``workspace_missing``,
    ``workspace_not_ours``, ``workspace_exists``, ``postgres_server_full``, ``postgres_too_slow``,
    ``postgres_connection_lost``, ``rights_…`` (a guard of ``roles.sql``), else ``postgres_statement_failed``.
    """
    state = error.pgcode or ""
    if state == _DUPLICATE and getattr(error.diag, "schema_name", None) == _CATALOGUE:
        # Two make the same schema, table or type at the same time.
        return WorkspaceError("workspace_exists", path=location.label)
    if state == _NO_RIGHT and not writable:
        return WorkspaceError("postgres_not_permitted", place=location.label, schema=location.schema)
    primary = getattr(error.diag, "message_primary", None) or " ".join(str(error).split())
    detail = getattr(error.diag, "message_detail", None)
    guard = getattr(error.diag, "constraint_name", None)
    if state == _RAISED and guard in _RIGHTS:
        return WorkspaceError(guard, path=location.label, object=detail or "–")
    if not state and _is_connection_lost(error):
        code = "postgres_connection_lost"
    elif state == _NOT_SUPPORTED and _RECOVERING.search(primary):
        code = "postgres_standby"
    else:
        code = _BY_STATE.get(state) or _BY_CLASS.get(state[:2]) or "postgres_statement_failed"
    # A duplicate is named by its key; other details may quote a whole row, and rows hold persons.
    named = duplicate_reason(detail, getattr(error.diag, "table_name", None)) if detail else primary
    reason = named if state == _DUPLICATE else primary
    return WorkspaceError(code, path=location.label, reason=reason)


def _is_connection_lost(error: Any) -> bool:
    from psycopg2 import InterfaceError, OperationalError  # noqa: PLC0415  there already when it raised

    return isinstance(error, (InterfaceError, OperationalError))
