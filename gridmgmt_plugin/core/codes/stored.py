"""Entries of the ``code_register`` table, the kind they are kept under, and the table as read: by code and prefix."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.codes.numbers_in_use import codes_under
from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.rows import Rows, as_column

DRAFT = "draft"
VALID = "valid"
RETIRED = "retired"
STATES = (DRAFT, VALID, RETIRED)
_SEPARATOR = ","


@dataclass(frozen=True)
class RegisterEntry:
    """What the register knows of one code. ``reason`` and ``successors`` belong to a retired one."""

    code: str
    state: str
    reason: str | None = None
    successors: tuple[str, ...] = ()
    changed_at: str | None = None
    changed_by: str | None = None


def entries_to_rows(entries: Iterable[RegisterEntry], kind: str) -> Rows:
    """Return entries as rows of the ``code_register`` table; successors are joined with commas."""
    items = list(entries)
    return Rows(
        {
            "code": as_column(entry.code for entry in items),
            "kind": as_column(kind for _ in items),
            "state": as_column(entry.state for entry in items),
            "reason": as_column(entry.reason for entry in items),
            "successors": as_column(_SEPARATOR.join(entry.successors) or None for entry in items),
            "changed_at": as_column(entry.changed_at for entry in items),
            "changed_by": as_column(entry.changed_by for entry in items),
        }
    )


class StoredCodes:
    """The rows of one kind, never changed; an entry is built only when it is asked for.

    :raises WorkspaceError: ``register_code_twice`` or ``register_state_unknown``: the table was changed by hand.
    """

    def __init__(self, rows: Rows, kind: str) -> None:
        if "kind" in rows:
            rows = rows.take(np.asarray(rows["kind"] == kind, dtype=bool))
        self._rows = rows
        codes = [str(code) for code in rows["code"]] if "code" in rows else []
        self._row_of = {code: row for row, code in enumerate(codes)}
        if len(self._row_of) < len(codes):
            twice = next(code for row, code in enumerate(codes) if self._row_of[code] != row)
            raise WorkspaceError("register_code_twice", value=twice, kind=kind)
        for code, state in zip(codes, rows["state"] if codes else ()):
            if state not in STATES:
                raise WorkspaceError("register_state_unknown", value=code, state=state)
        self._sorted = sorted(codes)
        self._entries: dict[str, RegisterEntry] = {}

    def __len__(self) -> int:
        return len(self._sorted)

    def __iter__(self) -> Iterator[str]:
        return iter(self._sorted)

    def __contains__(self, code: object) -> bool:
        return code in self._row_of

    def entry(self, code: str) -> RegisterEntry | None:
        """Return the entry of ``code``, ``None`` when there is none."""
        row = self._row_of.get(code)
        if row is None:
            return None
        found = self._entries.get(code)
        if found is None:
            found = self._entries[code] = self._built(code, row)
        return found

    def _built(self, code: str, row: int) -> RegisterEntry:
        successors = self._text("successors", row)
        return RegisterEntry(
            code,
            str(self._rows["state"][row]),
            self._text("reason", row),
            tuple(successors.split(_SEPARATOR)) if successors else (),
            self._text("changed_at", row),
            self._text("changed_by", row),
        )

    def under(self, prefix: str) -> list[str]:
        """Return the codes that begin with ``prefix``, sorted."""
        return list(codes_under(prefix, self._sorted))

    def with_successors(self) -> Iterator[RegisterEntry]:
        """Yield the entries that name successors."""
        if "successors" not in self._rows or not len(self):
            return
        for row in np.flatnonzero(self._rows["successors"].astype(bool)):
            entry = self.entry(str(self._rows["code"][row]))
            assert entry is not None
            yield entry

    def _text(self, column: str, row: int) -> str | None:
        value = self._rows[column][row] if column in self._rows else None
        return None if value is None else str(value)


def register_kind(table: str, scheme: str = "") -> str:
    """Return the register's kind for codes of ``table``.

    Every grid scheme numbers its responsibility grids by itself, so two schemes may use the same digits: their codes
    are kept under the name of the scheme's column in ``unit_grid``. All other tables go by their own name.
    """
    return f"rg_{scheme}" if table == "responsibility_grid" and scheme else table
