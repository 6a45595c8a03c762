"""What the hand-over log says of a release that was delivered by a program."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.row_acts import write_rows
from gridmgmt_plugin.workspace.changes.table_change import TableChange, no_rows
from gridmgmt_plugin.workspace.workspace import Workspace

_TABLE, _GRID = "external_code", "responsibility_grid"


def enter_delivery(
    workspace: Workspace, release: str, receiver: str | None, *, act: str, means: str, place: str, author: str
) -> None:
    """Enter a delivery, unless it is entered already: what was cut off after it arrived is made up for later.

    :param act: of the list ``release_act``. :param place: where it went, without user and password.
    """
    entered = {"release_number": release, "act": act, "note": place}
    values = {
        **entered,
        "handed_at": clock.now().isoformat(timespec="seconds"),
        "handed_by": author or None,
        "receiver": receiver,
        "means": means,
        "classification": workspace.info.classification,
    }
    with workspace.transaction(author, f"deliver_{means}") as transaction:
        transaction.hold("handover_log")
        if not workspace.count("handover_log", entered):
            transaction.insert("handover_log", Rows({name: as_column([value]) for name, value in values.items()}))


def enter_numbers(
    workspace: Workspace, receiver: str | None, numbers: Mapping[str, str], fresh: Collection[str], *, author: str
) -> int:
    """Enter the numbers that a receiver gave to responsibility grids as its codes for them, in one act that can be
    taken back; return how many are new or others than before.

    :param numbers: our code → number. ``fresh``: the codes whose number is of now; that of another one takes no
        other's place.
    """
    if not receiver or not numbers:
        return 0
    act = Act.now("enter_numbers", author)
    with workspace.transaction(author, act.gesture) as transaction:
        transaction.hold(_TABLE)
        known = workspace.read(_TABLE, where={"receiver": receiver, "kind": _GRID}, geometry=False)
        stale = np.array([key in fresh and numbers.get(key, old) != old for key, old in _pairs(known)], dtype=bool)
        before = known.take(stale)
        now = Rows({"external_key": as_column(numbers[key] for key, _ in _pairs(before))}, None, before.fid)
        new = [key for key in numbers if key not in set(known["key"])]
        rows = [{"receiver": receiver, "kind": _GRID, "key": key, "external_key": numbers[key]} for key in new]
        inserted = Rows.from_records(rows) if rows else no_rows()
        updated = now.with_columns(row_version=before["row_version"]) if len(before) else no_rows()
        return write_rows(transaction, [TableChange(_TABLE, before, updated, inserted=inserted)], act)


def _pairs(rows: Rows) -> list[tuple[str, str]]:
    return list(zip(rows["key"].tolist(), rows["external_key"].tolist()))
