"""The codes of a hand-over: from now on they are for ever."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gridmgmt_plugin.core.codes.layout import default_layout
from gridmgmt_plugin.core.codes.stored import RETIRED, VALID, RegisterEntry, entries_to_rows, register_kind
from gridmgmt_plugin.workspace.opened_workspace import OpenedWorkspace
from gridmgmt_plugin.workspace.register_store import RegisterStore
from gridmgmt_plugin.workspace.transaction import Transaction

KINDS = ("unit_grid", "responsibility_grid", "lane")


class HandedCodes:
    """The codes that a hand-over makes valid, in the register as it was read; written in the transaction."""

    def __init__(
        self,
        workspace: OpenedWorkspace,
        scheme: str,
        codes: Mapping[str, Sequence[str]],
        at: str,
        by: str,
        *,
        are_frozen: bool = False,
    ) -> None:
        """Make every delivered code valid in the register as read.

        :param codes: the codes by layer: ``unit_grid``, ``responsibility_grid`` (of ``scheme``), ``lane``.
        :param are_frozen: they stand in a release already: one that was retired since then stays so.
        :raises InputError: ``code_was_retired`` for a code that is out of use for ever.
        """
        layouts = {
            "unit_grid": workspace.info.code_layout,
            "responsibility_grid": workspace.info.responsibility_layout,
            "lane": default_layout("lane").key,
        }
        self._at, self._by = at, by or None
        self._are_frozen = are_frozen
        self._stores: dict[str, RegisterStore] = {}
        self._foreign: dict[str, list[str]] = {}
        self.count = 0
        for kind in KINDS:
            name = register_kind(kind, scheme)
            self._stores[name] = RegisterStore(workspace, layouts[kind], name)
            self._hand_over(self._stores[name], name, list(codes.get(kind, ())))

    def _hand_over(self, store: RegisterStore, kind: str, codes: list[str]) -> None:
        register = store.register
        if self._are_frozen:
            codes = [code for code in codes if code not in register or register.state(code) != RETIRED]
        made_valid = register.hand_over([code for code in codes if code in register], at=self._at, by=self._by)
        unknown = [code for code in codes if code not in register]
        fitting = [code for code in unknown if register.layout.problem(code) is None]
        register.claim(fitting, state=VALID, at=self._at, by=self._by)
        # Codes of an older layout are kept all the same: handed over is handed over.
        self._foreign[kind] = sorted(set(unknown).difference(fitting))
        self.count += len(made_valid) + len(unknown)

    def write(self, transaction: Transaction) -> None:
        """Write the register."""
        for kind, store in self._stores.items():
            store.write(transaction)
            entries = [RegisterEntry(code, VALID, None, (), self._at, self._by) for code in self._foreign[kind]]
            transaction.insert("code_register", entries_to_rows(entries, kind))
