"""Who upgrades a schema says so before, and who has it open answers: advisory locks with names, as jobs have them.

A notice and each answer are a transaction that does nothing else, on a connection whose name tells who gives it: no
right on any table is needed, everything is gone with the program or the connection, and a pooler between is no
matter. News wake those who can hear them at once; everybody else looks now and then.

Source: PostgreSQL's manual, "Advisory Locks", "pg_locks" and "pg_stat_activity".
"""

from __future__ import annotations

import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.redaction.texts import redact
from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.news.news import UPGRADE, News
from gridmgmt_plugin.workspace.postgis.connection import Opening, connected, run, translated_errors
from gridmgmt_plugin.workspace.postgis.connection_names import as_name, text_of
from gridmgmt_plugin.workspace.postgis.job_locks import jobs_at_work, schema_number
from gridmgmt_plugin.workspace.postgis.listening import channel_of
from gridmgmt_plugin.workspace.upgrading.notice import Answers, OpenElsewhere, Seen, UpgradeNotice

if TYPE_CHECKING:
    from gridmgmt_plugin.workspace.postgis.connection import Connection

# "gril" and "grim" as four bytes, so that no other program's locks are met; the second key is the schema.
_NOTICES, _ANSWERS = 0x6772696C, 0x6772696D
_UPGRADES, _OPEN, _BETWEEN = "gridupgrade ", "gridopen ", "."
_EDITED, _SAVED = "e", "s"
_VERSION = Opening(told=", (SELECT value FROM workspace_info WHERE key = 'schema_version')")
_NAMED = """
SELECT DISTINCT a.application_name, extract(epoch FROM clock_timestamp())::float8
FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.objid::bigint = %(schema)s AND l.classid = %(kind)s
    AND l.granted AND a.application_name LIKE %(named)s
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


class UpgradeNoticeGiven:
    """Says that a schema is going to be upgraded, until :meth:`close` or the end of the program.

    May be made and used in any thread, one after the other.
    """

    def __init__(self, location: PostgresLocation, who: str, seconds: float) -> None:
        """Give notice to everybody who has the schema open; who has no name is called by his login.

        :raises WorkspaceError: ``upgrade_under_way``, naming who has given notice before; what connecting raises.
        """
        self._location = location
        with ExitStack() as stack:
            connection = stack.enter_context(connected(location))
            ((is_ours, end, login),) = run(
                connection,
                "SELECT pg_try_advisory_xact_lock(%s, %s), (extract(epoch FROM clock_timestamp()) + %s)::bigint,"
                " session_user::text FROM set_config('idle_in_transaction_session_timeout', '0', true)",
                (_NOTICES, schema_number(location), seconds),
            )
            if not is_ours:
                _refuse_second(location)
            self._end = int(end)
            _rename(connection, as_name(_UPGRADES, redact(who) or login, f"{_BETWEEN}{self._end}"))
            _wake_all(location)
            self._kept = stack.pop_all()

    def answers(self) -> Answers:
        """Return who has answered, and what runs."""
        with connected(self._location) as connection:
            named = _names(connection, self._location, _ANSWERS, _OPEN)
            ((now,),) = run(connection, "SELECT extract(epoch FROM clock_timestamp())::float8")
            jobs = tuple(job for job in jobs_at_work(connection, self._location) if not job.is_ours)
        people = sorted((_answer(name) for name, _ in named), key=lambda one: (one.since, one.who))
        return Answers(tuple(people), jobs, self._end - now)

    def close(self) -> None:
        """Withdraw it, whatever came of the upgrade, and have everybody look."""
        self._kept.close()
        _wake_all(self._location)


class NoticeWatch:
    """Looks for a notice on behalf of a program that has a schema open, and answers it as long as it stands.

    May be used in several threads: one waits for the other.

    :param since: when the schema was opened here, ``HH:MM``.
    """

    def __init__(self, location: PostgresLocation, since: str) -> None:
        self._location, self._since = location, since
        self._kept = ExitStack()
        self._answering: Connection | None = None
        self._one_by_one = threading.Lock()
        self._is_closed = False

    def look(self, who: str, *, has_edits: bool) -> Seen:
        """Return what is to be seen; a notice is answered with who we are and whether there are unsaved edits, unless
        we are closed.

        :raises GridError: what connecting raises.
        """
        with self._one_by_one:
            return self._look(who, _EDITED if has_edits else _SAVED)

    def _look(self, who: str, state: str) -> Seen:
        with connected(self._location, opening=_VERSION) as connection:
            (version,) = connection.told
            notice = notice_of(connection, self._location)
        if notice is None:
            self._answer_no_more()
        elif not self._is_closed:
            self._answer(who, state)
        return Seen(notice, int(version) if version and version.isascii() and version.isdigit() else None)

    def close(self) -> None:
        """Answer no longer, also where somebody is just looking."""
        self._is_closed = True
        with self._one_by_one:
            self._answer_no_more()

    def _answer_no_more(self) -> None:
        self._answering = None
        self._kept.close()

    def _answer(self, who: str, state: str) -> None:
        try:
            if self._answering is None:
                self._answering = self._kept.enter_context(connected(self._location))
            with translated_errors(self._location, writable=False):
                ((login,),) = run(
                    self._answering,
                    "SELECT pg_advisory_xact_lock_shared(%s, %s),"
                    " set_config('idle_in_transaction_session_timeout', '0', true); SELECT session_user::text",
                    (_ANSWERS, schema_number(self._location)),
                )
                after = f"{_BETWEEN}{self._since.replace(':', '')}{_BETWEEN}{state}"
                _rename(self._answering, as_name(_OPEN, redact(who) or login, after))
        except BaseException:
            self._answer_no_more()
            raise


def notice_of(connection: Connection, location: PostgresLocation) -> UpgradeNotice | None:
    """Return the notice that somebody has given of the upgrade of a schema."""
    for name, now in _names(connection, location, _NOTICES, _UPGRADES):
        who, _, end = name.partition(_BETWEEN)
        if end.isascii() and end.isdigit():
            return UpgradeNotice(text_of(who), int(end) - now)
    return None


def _names(connection: Connection, location: PostgresLocation, kind: int, named: str) -> list[tuple[str, float]]:
    asked = {"kind": kind, "schema": schema_number(location) % 2**32, "named": f"{named}%"}
    return [(name[len(named) :], now) for name, now in run(connection, _NAMED, asked)]


def _answer(name: str) -> OpenElsewhere:
    who, _, rest = name.partition(_BETWEEN)
    since, _, state = rest.partition(_BETWEEN)
    return OpenElsewhere(text_of(who), f"{since[:2]}:{since[2:]}", state == _EDITED)


def _rename(connection: Connection, name: str) -> None:
    run(connection, "SELECT set_config('application_name', %s, true)", (name,))


def _refuse_second(location: PostgresLocation) -> None:
    with connected(location) as connection:
        notice = notice_of(connection, location)
    who = notice.who if notice is not None and notice.who else Message("somebody")
    raise WorkspaceError("upgrade_under_way", path=location.label, who=who)


def _wake_all(location: PostgresLocation) -> None:
    """Have those who listen look at once."""
    with connected(location) as connection:
        run(connection, "SELECT pg_notify(%s, %s); COMMIT", (channel_of(location), News(UPGRADE).encoded()))
