"""Deliver a package over HTTP: part by part, each with a key of its own, until all of it is taken.

After a break (cancelled, a server that gave up, a network that went) the same call goes on with what is missing. What
was answered is kept beside the package, and what it says of single rows as a receipt to import.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.errors import GridError, InputError, WorkspaceError
from gridmgmt_plugin.core.listing import listing, shortened
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.redaction.texts import redact
from gridmgmt_plugin.core.release.http_answer import Transport
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.titles import ValueTitle
from gridmgmt_plugin.exchange.http.added_grids import adds_grid, found_again
from gridmgmt_plugin.exchange.http.journal import Journal
from gridmgmt_plugin.exchange.http.opened_package import OpenedPackage
from gridmgmt_plugin.exchange.http.outgoing import ROWS_EACH, Outgoing, outgoing, withholds_contacts
from gridmgmt_plugin.exchange.http.sending import Patience, is_open_to_readers, label, send
from gridmgmt_plugin.jobs.handover.deliver_postgis import DELIVERABLE
from gridmgmt_plugin.jobs.handover.deliveries import enter_delivery, enter_numbers
from gridmgmt_plugin.workspace.workspace import Workspace

MEANS = "http"
_REFUSED = "http_refused"
ACT = "send"


def deliver_http(
    workspace: Workspace,
    *,
    package: str,
    target: str,
    transport: Transport,
    rows_each: int = ROWS_EACH,
    author: str = "",
    patience: Patience | None = None,
    progress: Progress | None = None,
) -> Report:
    """Send a package that was handed over, and enter in the hand-over log that it was delivered.

    :param package: zip, folder or manifest of a release of this workspace.
    :param target: ``https://…`` or ``http://…``; the paths of a grid API's requests go below.
    :raises InputError: ``http_no_address``, ``http_rows_each``, ``file_missing``, ``http_no_package``,
        ``http_package_changed``, ``http_layer_missing``, ``http_package_unknown``, ``http_release_state``;
        nothing was sent.
    :raises WorkspaceError: ``http_journal_not_written``, ``http_refused``, ``http_given_up``: what was taken until
        then is kept, and the next call goes on from there.
    """
    progress = progress or Progress()
    progress.report(0.0)
    _check_address(target)
    if rows_each < 1:
        raise InputError("http_rows_each", value=rows_each)
    opened = OpenedPackage.at(Path(package))
    release = _release(workspace, opened)
    requests = outgoing(opened, rows_each)
    journal = Journal.of(opened.path, opened.manifest, target)
    missing = [request for request in requests if request.key not in journal.taken]
    receiver = texts(release, "receiver")[0] or None
    try:
        _send_all(missing, target, transport, patience or Patience(), journal, progress)
    except GridError:
        # The next release knows the grids by these. What broke the sending off is what must be heard of: where they
        # cannot be entered now, the journal has them for the next call.
        with suppress(GridError):
            _enter_numbers(workspace, receiver, journal, missing, author)
        raise
    entered = _enter_numbers(workspace, receiver, journal, missing, author)
    receipt = journal.receipt()
    number = str(opened.manifest["release"])
    enter_delivery(workspace, number, receiver, act=ACT, means=MEANS, place=label(target), author=author)
    progress.report(1.0)
    figures: dict[str, Any] = {
        "requests": len(requests),
        "sent": len(missing),
        "address": label(target),
        "journal": str(journal.path),
        **({"receipt": str(receipt)} if receipt else {}),
    }
    notes = (
        *_notes(opened, target, len(requests) - len(missing), len(requests), receipt),
        *_of_grids(journal, entered),
    )
    return Report("deliverhttp", sum(request.rows for request in missing), figures=figures, notes=notes)


def _check_address(target: str) -> None:
    try:
        parts = urlsplit(target)
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError as error:
        raise InputError("http_no_address", target=shortened(redact(target))) from error
    if not is_one:
        raise InputError("http_no_address", target=shortened(redact(label(target))))


def _release(workspace: Workspace, opened: OpenedPackage) -> Rows:
    """Return the row of the release that a package is.

    :raises InputError: ``http_package_unknown``, ``http_release_state``.
    """
    number, releases = str(opened.manifest["release"]), workspace.read("release", geometry=False)
    known = texts(releases, "number").tolist()
    here = str(workspace.info.county_code) == opened.manifest["county_code"] and number in known
    row = releases.take([known.index(number)]) if here else releases.take([])
    if not here or texts(row, "content_hash")[0] != opened.manifest["content_hash"]:
        raise InputError("http_package_unknown", name=opened.path.name, release=number)
    state = texts(row, "state")[0]
    if state not in DELIVERABLE:
        raise InputError("http_release_state", release=number, state=ValueTitle(f"release_state.{state}"))
    return row


def _send_all(
    missing: list[Outgoing],
    target: str,
    transport: Transport,
    patience: Patience,
    journal: Journal,
    progress: Progress,
) -> None:
    for done, request in enumerate(missing):
        share = done / len(missing)
        look = partial(progress.report, share)
        was_begun = journal.begun == request.key
        if adds_grid(request):
            journal.begin(request)
        sent = request
        try:
            answer = send(request, target, transport, patience, look)
        except WorkspaceError as error:
            lost = error.message.details.get("lost", 0)  # none of a transport that could not even send it
            is_refused, is_perhaps_taken = error.code == _REFUSED, was_begun or lost > 0
            asks = adds_grid(request) and is_refused and is_perhaps_taken
            again = found_again(request, target, transport, patience, look) if asks else None
            if again is None:
                if is_refused or not is_perhaps_taken:  # one of its name that is found later is somebody else's
                    journal.end()
                raise
            sent, answer = again, send(again, target, transport, patience, look)
        journal.keep(sent, answer, clock.now().isoformat(timespec="seconds"))


def _enter_numbers(
    workspace: Workspace, receiver: str | None, journal: Journal, sent: list[Outgoing], author: str
) -> int:
    """Enter the numbers that a grid API gave; those of an earlier call only where there is none."""
    fresh = {request.grid for request in sent}
    return enter_numbers(workspace, receiver, journal.numbers, fresh, author=author)


def _notes(
    opened: OpenedPackage, target: str, already: int, requests: int, receipt: Path | None
) -> tuple[Message, ...]:
    notes = []
    if already == requests:
        notes.append(Message("http_all_taken", {"requests": requests}))
    elif already:
        notes.append(Message("http_went_on", {"already": already, "requests": requests}))
    if withholds_contacts(opened):
        notes.append(Message("http_contacts_withheld", {"files": listing(opened.files_of("contacts", ".csv"))}))
    if is_open_to_readers(target):
        notes.append(Message("http_open_to_readers", {"place": label(target)}))
    if receipt is not None:
        notes.append(Message("http_receipt_there", {"name": receipt.name}))
    return tuple(notes)


def _of_grids(journal: Journal, entered: int) -> list[Message]:
    """Return what to tell of what a grid API answered about grids and their people."""
    notes = []
    if entered:
        notes.append(Message("http_numbers_entered", {"count": entered}))
    if journal.unknown:
        users = dict.fromkeys(user for listed in journal.unknown.values() for user in listed)
        told = {"users": listing(users), "count": len(journal.unknown), "grids": listing(journal.unknown)}
        notes.append(Message("http_users_unknown", told))
    return notes
