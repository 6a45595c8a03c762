"""The code register between its table and its model: read for one kind, written as the changes it made."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import numpy as np

from gridmgmt_plugin.core.codes.layout import layout
from gridmgmt_plugin.core.codes.register import CodeRegister
from gridmgmt_plugin.core.codes.stored import entries_to_rows
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.transaction import Transaction
from gridmgmt_plugin.workspace.workspace import Workspace


class RegisterStore:
    """One kind of codes of a workspace: the register as a model, and the row numbers to write it back."""

    def __init__(self, workspace: Workspace, layout_key: str, kind: str) -> None:
        rows = workspace.read("code_register", where={"kind": kind}, geometry=False)
        self.register = CodeRegister(layout(layout_key), rows, kind)
        self._kind = kind
        self._fids = dict(zip(rows["code"].tolist(), [] if rows.fid is None else rows.fid.tolist()))

    def write(self, transaction: Transaction) -> None:
        """Write what has changed since it was read; call it once, inside the transaction that uses the codes."""
        changes = self.register.changes()
        transaction.delete("code_register", self._numbers(changes.removed))
        changed = entries_to_rows(changes.changed, self._kind)
        fids = self._numbers(entry.code for entry in changes.changed)
        transaction.update("code_register", Rows(changed.columns, None, fids))
        transaction.insert("code_register", entries_to_rows(changes.added, self._kind))

    def _numbers(self, codes: Iterable[str]) -> np.ndarray:
        return np.array([self._fids[code] for code in codes], dtype=np.int64)


def now_text() -> str:
    """Return the wall-clock time of this moment as the registers store it (ISO 8601, seconds)."""
    return datetime.now().isoformat(timespec="seconds")
