"""A board in the database for those whom no notification reaches: what each program told last, for a minute.

An administrator makes it where a pooler stands before the server (``resources/schema/news_board.sql``); where there
is none, or who we are may not use it, nothing is written to it. It keeps one entry of each kind for each program: a
program that dies leaves nothing that anybody is shown for longer than that minute. A standby does not have it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gridmgmt_plugin.workspace.news.news import News, decoded

#: Whether both functions of the board may be called, as an expression.
IS_THERE = (
    "(SELECT count(*) = 2 AND bool_and(has_schema_privilege(n.oid, 'USAGE') AND has_function_privilege(p.oid,"
    " 'EXECUTE')) AND NOT pg_is_in_recovery() FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
    " WHERE n.nspname = 'gridmgmt_news' AND p.proname IN ('tell', 'told_since'))"
)
#: Tells those who listen, and all others by the board unless nothing may be written.
TELLING = (
    "SELECT pg_notify(%(channel)s, %(text)s), CASE WHEN current_setting('transaction_read_only') = 'off' THEN"
    " gridmgmt_news.tell(%(channel)s, %(sender)s, %(kind)s, %(text)s) END"
)
#: Tells those who listen, where there is no board.
NOTIFYING = "SELECT pg_notify(%(channel)s, %(text)s)"


def telling(channel: str, news: News) -> dict[str, str]:
    """Return the values of :data:`TELLING` and :data:`NOTIFYING`."""
    return {"channel": channel, "text": news.encoded(), "sender": news.sender, "kind": news.kind}


class BoardRead:
    """What stands on the board of a channel, from the latest entry that was seen on."""

    #: Asks for texts and when they were written, with ``%(channel)s`` and ``%(since)s``.
    QUESTION = "SELECT content, at::text FROM gridmgmt_news.told_since(%(channel)s, %(since)s::timestamptz)"

    def __init__(self) -> None:
        self.since = "-infinity"
        self._seen: set[tuple[str, str]] = set()

    def fresh(self, answer: Sequence[tuple[Any, ...]]) -> list[News]:
        """Return what others have told since this was last asked, the earliest first."""
        found = [(str(text), str(at)) for text, at in answer]
        told = [decoded(text) for text, at in found if (text, at) not in self._seen]
        if found:
            # What was told at nearly the same time may be stored later: the board gives the last seconds again.
            self.since, self._seen = found[-1][1], set(found)
        return [news for news in told if news is not None and not news.is_own]
