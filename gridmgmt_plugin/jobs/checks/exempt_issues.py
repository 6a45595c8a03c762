"""Exempt issues from being fixed, for a reason and for a time; and lift exemptions again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.validation.fix_attempt import FaultRef
from gridmgmt_plugin.workspace.changes.change_log import row_lines
from gridmgmt_plugin.workspace.changes.save_record import SaveRecord, write_record
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.register_store import now_text
from gridmgmt_plugin.workspace.transaction import Transaction
from gridmgmt_plugin.workspace.workspace import Workspace

EXEMPT, LIFT = "exempt_issues", "lift_exemptions"
TABLE = "exemption"


@dataclass(frozen=True)
class ExemptionTerms:
    """Why issues may stay, who said so, and until when (inclusive; ``None`` = for good)."""

    reason: str
    author: str
    approved_by: str = ""
    valid_until: date | None = None


def exempt_issues(
    workspace: Workspace, wanted: Sequence[FaultRef], terms: ExemptionTerms, *, today: date | None = None
) -> Report:
    """Record that issues may stay; one that is exempted already gets the new terms.

    An exemption names the rule and all objects of the issue, so that it holds for just this one.

    :raises InputError: ``exemption_reason_missing``, ``exemption_author_missing``, ``exemption_ends_before``,
        ``exemption_without_object`` for an issue that names no object.
    """
    day = today or clock.today()
    _refuse_wanting(wanted, terms, day)
    at = now_text()
    keys = dict.fromkeys((ref.rule, key_of(ref)) for ref in wanted)
    records = [
        {
            "rule": rule,
            "object_key": key,
            "reason": terms.reason.strip(),
            "author": terms.author.strip(),
            "approved_by": terms.approved_by.strip() or None,
            "created_at": at,
            "valid_until": None if terms.valid_until is None else terms.valid_until.isoformat(),
        }
        for rule, key in keys
    ]
    with workspace.transaction(terms.author, EXEMPT) as transaction:
        transaction.hold(TABLE)
        stored = workspace.read(TABLE, geometry=False)
        change = TableChange(TABLE, deleted=_rows_of(stored, keys), inserted=Rows.from_records(records))
        _write(transaction, change, EXEMPT, at, terms.author)
    return Report(EXEMPT, accepted=len(records))


def lift_exemptions(workspace: Workspace, wanted: Sequence[FaultRef], author: str) -> Report:
    """Take back the exemptions of issues, also those that exempt one of their objects from the rule altogether.

    :raises InputError: ``exemption_not_there`` when none of them is exempted.
    """
    keys = {(ref.rule, key) for ref in wanted for key in (*ref.keys, key_of(ref), "|".join(reversed(ref.keys)))}
    with workspace.transaction(author, LIFT) as transaction:
        transaction.hold(TABLE)
        gone = _rows_of(workspace.read(TABLE, geometry=False), keys)
        if len(gone) == 0:
            raise InputError("exemption_not_there")
        _write(transaction, TableChange(TABLE, deleted=gone), LIFT, now_text(), author)
    return Report(LIFT, accepted=len(gone))


def key_of(ref: FaultRef) -> str:
    """Return the key under which an issue is exempted: all its objects."""
    return "|".join(ref.keys)


def _refuse_wanting(wanted: Sequence[FaultRef], terms: ExemptionTerms, day: date) -> None:
    if not terms.reason.strip():
        raise InputError("exemption_reason_missing")
    if not terms.author.strip():
        raise InputError("exemption_author_missing")
    if terms.valid_until is not None and terms.valid_until < day:
        raise InputError("exemption_ends_before", end=terms.valid_until.isoformat())
    for ref in wanted:
        if not key_of(ref).strip("|") or ref.keys == ("…",):
            raise InputError("exemption_without_object")


def _rows_of(stored: Rows, keys: Collection[tuple[str, str]]) -> Rows:
    wanted = set(keys)
    pairs = zip(stored["rule"], stored["object_key"])
    return stored.take(np.array([pair in wanted for pair in pairs], dtype=bool))


def _write(transaction: Transaction, change: TableChange, gesture: str, at: str, author: str) -> None:
    number = change.write(transaction)
    transaction.insert("change_log", row_lines(change, gesture, at, author))
    rows = max(len(change.deleted), len(change.inserted))
    write_record(transaction, SaveRecord(TABLE, (gesture,), rows), [change], [number], at, author)
