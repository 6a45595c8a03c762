"""The code register between its table and its model: read for one kind, written as the changes it made."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.codes.layout import layout
from gridmgmt_plugin.core.codes.register import CodeRegister
from gridmgmt_plugin.core.codes.stored import RETIRED, RegisterEntry, StoredCodes, entries_to_rows
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.opened_workspace import OpenedWorkspace
from gridmgmt_plugin.workspace.reads.asked import Asked, asked
from gridmgmt_plugin.workspace.transaction import Transaction
from gridmgmt_plugin.workspace.values import Beginning, Naming

_MOST_NAMED = 200


class RegisterStore:
    """One kind of codes of a workspace: the register as a model, and the row numbers to write it back."""

    def __init__(
        self,
        workspace: OpenedWorkspace,
        layout_key: str,
        kind: str,
        codes: Iterable[str] | None = None,
        heads: Iterable[str] = (),
    ) -> None:
        """Read the register.

        :param codes: read only these codes and the retired ones that name them as successors: enough to look them up,
            to enter them and to take them out of use. ``heads``: read also what begins with these, enough to
            :meth:`CodeRegister.allocate` new ones under them.
        """
        rows = _read(workspace, kind, codes, heads)
        self.register = CodeRegister(layout(layout_key), rows, kind)
        self._kind = kind
        self._as_read = StoredCodes(rows, kind)
        self._fids = dict(zip(rows["code"].tolist(), rows.fids.tolist()))

    def write(self, transaction: Transaction) -> None:
        """Write what has changed since it was read; call it once, inside the transaction that uses the codes."""
        changes = self.register.changes()
        transaction.delete("code_register", self._numbers(changes.removed))
        changed = entries_to_rows(changes.changed, self._kind)
        fids = self._numbers(entry.code for entry in changes.changed)
        transaction.update("code_register", Rows(changed.columns, None, fids))
        transaction.insert("code_register", entries_to_rows(changes.added, self._kind))

    def rows(self) -> tuple[Rows, Rows, Rows, Rows]:
        """Return what :meth:`write` writes: changed rows as they were and as they are, added and removed rows."""
        changes = self.register.changes()
        codes = [entry.code for entry in changes.changed]
        before = Rows(entries_to_rows(self._stored(codes), self._kind).columns, None, self._numbers(codes))
        after = Rows(entries_to_rows(changes.changed, self._kind).columns, None, before.fid)
        gone = entries_to_rows(self._stored(changes.removed), self._kind)
        removed = Rows(gone.columns, None, self._numbers(changes.removed))
        return before, after, entries_to_rows(changes.added, self._kind), removed

    def _stored(self, codes: Iterable[str]) -> list[RegisterEntry]:
        found = (self._as_read.entry(code) for code in codes)
        return [entry for entry in found if entry is not None]

    def _numbers(self, codes: Iterable[str]) -> np.ndarray:
        return np.array([self._fids[code] for code in codes], dtype=np.int64)


def _read(workspace: OpenedWorkspace, kind: str, codes: Iterable[str] | None, heads: Iterable[str]) -> Rows:
    if codes is None:
        return workspace.read("code_register", where={"kind": kind}, geometry=False)
    found = workspace.read_together([*register_reads(kind, codes), *number_reads(kind, heads)])
    joined = Rows(
        {name: np.concatenate([rows[name] for rows in found]) for name in found[0].columns},
        None,
        np.concatenate([rows.fids for rows in found]),
    )
    return joined.take(np.sort(np.unique(joined.fids, return_index=True)[1]))


def register_reads(kind: str, codes: Iterable[str]) -> tuple[Asked, Asked]:
    """Return the reads of a :class:`RegisterStore` of these codes."""
    these = tuple(sorted(set(codes)))
    retired = {"kind": kind, "state": RETIRED}
    # So many are looked for one by one in what retired codes name; of more all retired codes are read.
    naming = {**retired, "successors": Naming(these)} if len(these) <= _MOST_NAMED else retired
    return (
        asked("code_register", where={"kind": kind, "code": list(these)}, geometry=False),
        asked("code_register", where=naming, geometry=False),
    )


def number_reads(kind: str, heads: Iterable[str]) -> list[Asked]:
    """Return the reads of a :class:`RegisterStore` that gives out numbers under these heads of codes."""
    return [
        asked("code_register", where={"kind": kind, "code": Beginning(head)}, geometry=False)
        for head in sorted(set(heads))
    ]


def now_text() -> str:
    """Return the wall-clock time of this moment as the registers store it (ISO 8601, seconds)."""
    return clock.now().isoformat(timespec="seconds")
