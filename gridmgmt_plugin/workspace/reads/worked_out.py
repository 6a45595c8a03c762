"""What a save writes is worked out before it keeps others off, and anew where they were first.

What it depends on is read once more as soon as it is held, with one question: where nothing is different, what was
worked out holds. So others wait for few answers of a server, however much a save looks at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.reads.asked import Asked
from gridmgmt_plugin.workspace.reads.noted import NotedReads, UnreadError
from gridmgmt_plugin.workspace.transaction import Transaction
from gridmgmt_plugin.workspace.workspace import Workspace

_T = TypeVar("_T")
# More rows than this are too many for one question.
_MOST_ROWS = 20_000


@dataclass(frozen=True, eq=False)
class WorkedOut(Generic[_T]):
    """What was worked out, and everything that was read for it."""

    result: _T
    noted: NotedReads


def work_out(workspace: Workspace, how: Callable[[Workspace], _T]) -> WorkedOut[_T]:
    """Return what a save writes as long as what is stored stays as it is read here."""
    noted = NotedReads(workspace.place)
    return WorkedOut(how(_through(noted, workspace)), noted)


def as_it_is_now(
    transaction: Transaction,
    workspace: Workspace,
    how: Callable[[Workspace], _T],
    hold: Callable[[Sequence[Asked]], list[Rows]],
    before: WorkedOut[_T] | Sequence[Asked],
    more: Callable[[_T, Sequence[Rows]], Iterable[Asked]] = lambda _, __: (),
) -> _T:
    """Keep others off and return what is to be written to what is stored then.

    :param hold: keeps them off and returns what some reads find then. ``before``: what was worked out, or only what
        will be read first where nothing was. ``more``: returns, from what was worked out and what is stored now, what
        will be read besides.
    """
    if isinstance(before, WorkedOut):
        reads, is_much = list(before.noted.found), before.noted.rows > _MOST_ROWS
    else:
        reads, is_much = list(before), False
    found = hold(() if is_much else reads)
    if is_much:
        found = _one_by_one(workspace, reads)
    if isinstance(before, WorkedOut):
        if before.noted.shows(found):
            return before.result
        further = [one for one in more(before.result, found) if one not in before.noted.found]
        if further:
            reads += further
            found = _one_by_one(workspace, reads) if is_much else transaction.read(reads)
    while True:
        known = NotedReads(workspace.place, dict(zip(reads, found)))
        try:
            return how(_through(known, workspace))
        except UnreadError as unread:
            reads += unread.wanted
            found = _one_by_one(workspace, reads) if is_much else transaction.read(reads)


def _through(place: NotedReads, workspace: Workspace) -> Workspace:
    return Workspace(workspace.location, workspace.info, place)


def _one_by_one(workspace: Workspace, reads: Sequence[Asked]) -> list[Rows]:
    """Return what is stored now, all in one state."""
    with workspace.reading() as now:
        return [
            now.read(one.table, one.columns, dict(one.where), bounds=one.bounds, geometry=one.geometry)
            for one in reads
        ]
