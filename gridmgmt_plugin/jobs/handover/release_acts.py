"""What becomes of a release that was handed over: accepted, rejected, put in force, its answer withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.dates.asked import day_of
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.release.life import (
    ACCEPT,
    PUT_IN_FORCE,
    REJECT,
    REOPEN,
    moved_by,
    standings,
)
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.titles import ValueTitle
from gridmgmt_plugin.jobs.handover.cleaning import plain_line
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.row_acts import write_rows
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.workspace import Workspace

# What the change log and the list of what can be taken back call the acts.
GESTURES = {
    ACCEPT: "accept_release",
    REJECT: "reject_release",
    PUT_IN_FORCE: "put_release_in_force",
    REOPEN: "reopen_release",
}


@dataclass(frozen=True)
class Particulars:
    """What is noted with an act. ``day``: when it was done, today for nothing. ``means``: how the word came (公文 …).
    ``document_no``, ``note``: as the receiver's letter says; a rejection needs a note.
    """

    day: str | date | None = None
    document_no: str = ""
    means: str = ""
    note: str = ""

    def cleaned(self) -> dict[str, str | None]:
        """Return the texts as they are stored, ``None`` for nothing."""
        return {name: plain_line(getattr(self, name)) for name in ("document_no", "means", "note")}


def act_on_release(
    workspace: Workspace,
    number: str,
    act: str,
    said: Particulars | None = None,
    *,
    author: str = "",
    progress: Progress | None = None,
) -> Report:
    """Do one act on a release, as :mod:`gridmgmt_plugin.core.release.life` allows it; it can be taken back.

    :param act: ``accept``, ``reject``, ``put_in_force`` or ``reopen``.
    :raises InputError: ``release_unknown``, why the act is not possible now, ``release_reason_missing``,
        ``day_unclear``, ``release_day_ahead``, ``release_day_before``; nothing was written.
    :raises WorkspaceError: ``workspace_table_held`` when somebody else is at it, or that it cannot be written.
    """
    progress, said = progress or Progress(), said or Particulars()
    done = Act.now(GESTURES[act], author)
    with workspace.transaction(author, done.gesture) as transaction:
        transaction.hold("release", "release_item", "handover_log")
        releases = workspace.read("release", geometry=False)
        moved = moved_by(act, number, standings(releases))
        texts = said.cleaned()
        if act == REJECT and not texts["note"]:
            raise InputError("release_reason_missing", release=number)
        at = _time(said.day, releases.take(releases["number"] == number), done.at)
        entry = {
            "handed_at": at,
            "release_number": number,
            "act": act,
            "handed_by": author or None,
            "receiver": releases["receiver"][releases["number"] == number][0],
            "classification": workspace.info.classification,
            **texts,
        }
        parts = [release_change(releases, moved, _noted(act, number, at, texts))]
        if act == REOPEN:
            parts.append(_answers_cleared(workspace, number))
        write_rows(transaction, [*parts, TableChange("handover_log", inserted=Rows.from_records([entry]))], done)
        progress.report(1.0)  # the last moment to cancel: what follows is written
    notes = [Message("release_moved", {"release": number, "state": ValueTitle(f"release_state.{moved[number]}")})]
    others = [one for one in moved if one != number]
    if others:
        notes.append(Message("release_superseded", {"releases": listing(others)}))
    planned = str(releases["effective_from"][releases["number"] == number][0] or "")
    if act == PUT_IN_FORCE and at[:10] < planned:
        notes.append(Message("release_before_its_day", {"planned": planned, "day": at[:10]}))
    return Report("releaseact", len(moved), figures={"states": dict(moved)}, notes=notes)


def release_change(releases: Rows, moved: dict[str, str], noted: dict[str, dict[str, str | None]]) -> TableChange:
    """Return the change of rows of the ``release`` table to other states.

    :param moved: number → new state. :param noted: column → number → what else is entered.
    """
    before = releases.take(np.isin(releases["number"], list(moved)))
    columns = {"state": as_column(moved[number] for number in before["number"])}
    for name, values in noted.items():
        columns[name] = as_column(
            values.get(number, was) for number, was in zip(before["number"], before[name].tolist())
        )
    updated = Rows({**columns, "row_version": before["row_version"]}, None, before.fid)
    return TableChange("release", before=before, updated=updated)


def _noted(act: str, number: str, at: str, texts: dict[str, str | None]) -> dict[str, dict[str, str | None]]:
    """Return what an act enters into the release beside its state: column → number → value."""
    document: dict[str, dict[str, str | None]] = {}
    if texts["document_no"] and act in (ACCEPT, PUT_IN_FORCE):
        document = {"document_no": {number: texts["document_no"]}}
    if act == PUT_IN_FORCE:
        return {"effective_from": {number: at[:10]}, **document}
    answered, note = act in (ACCEPT, REJECT), texts["note"]
    return {
        **document,
        "receipt_at": {number: at if answered else None},
        "receipt_note": {number: note if answered else None},
    }


def _answers_cleared(workspace: Workspace, number: str) -> TableChange:
    """Return the change that takes the answers out of the rows of a release: they stand or fall with its answer."""
    items = workspace.read("release_item", ["result", "reason"], {"release_number": number}, geometry=False)
    before = items.take(~items.is_null("result"))
    nothing = as_column([None] * len(before))
    updated = Rows({"result": nothing, "reason": nothing}, None, before.fid)
    return TableChange("release_item", before=before, updated=updated, derived=True)


def _time(day: str | date | None, release: Rows, now: str) -> str:
    """Return when an act was done: now for today, else the beginning of the day.

    :raises InputError: ``day_unclear``, ``release_day_ahead``, ``release_day_before``.
    """
    told, handed = str(day_of(day)), str(release["delivered_at"][0] or "")[:10]
    if told > str(clock.today()):
        raise InputError("release_day_ahead", day=told)
    if handed and told < handed:
        raise InputError("release_day_before", day=told, release=str(release["number"][0]), handed=handed)
    return now if told == now[:10] else f"{told}T00:00:00"
