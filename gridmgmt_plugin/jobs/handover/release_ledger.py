"""The ledger side of a hand-over: codes become valid, the release is frozen, who handed what to whom is kept."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gridmgmt_plugin.core.codes.layout import default_layout
from gridmgmt_plugin.core.codes.stored import VALID, RegisterEntry, entries_to_rows, register_kind
from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.release.frozen import FrozenLayer, items_of, shapes_to_wkb
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.register_store import RegisterStore
from gridmgmt_plugin.workspace.transaction import Transaction
from gridmgmt_plugin.workspace.workspace import Workspace

# What is delivered; a change in one of them by somebody else makes a package out of date before it is out.
DELIVERED = (
    "area",
    "unit_grid",
    "responsibility_grid",
    "lane",
    "duty_zone",
    "department",
    "person",
    "post",
    "duty_rule",
    "code_map",
    "external_code",
)
KINDS = ("unit_grid", "responsibility_grid", "lane")


@dataclass(frozen=True)
class Release:
    """One row of the ``release`` table, and what goes with it into the ``handover_log``."""

    number: str
    scheme: str
    receiver: str
    base_number: str | None
    grid_version: str
    author: str
    effective_from: str
    delivered_at: str
    content_hash: str
    classification: str
    means: str
    note: str

    def row(self) -> Rows:
        """Return the row of the ``release`` table."""
        values: dict[str, Any] = {
            "number": self.number,
            "scheme": self.scheme,
            "receiver": self.receiver or None,
            "state": "handed_over",
            "base_number": self.base_number,
            "grid_version": self.grid_version,
            "author": self.author or None,
            "effective_from": self.effective_from,
            "delivered_at": self.delivered_at,
            "content_hash": self.content_hash,
        }
        return Rows({name: as_column([value]) for name, value in values.items()})

    def log_row(self) -> Rows:
        """Return the row of the ``handover_log`` table."""
        values: dict[str, Any] = {
            "handed_at": self.delivered_at,
            "release_number": self.number,
            "handed_by": self.author or None,
            "receiver": self.receiver or None,
            "means": self.means,
            "classification": self.classification,
            "note": self.note or None,
        }
        return Rows({name: as_column([value]) for name, value in values.items()})


class HandedCodes:
    """The codes of a hand-over: read and checked before a file is made, written in its transaction."""

    def __init__(self, workspace: Workspace, layers: Mapping[str, FrozenLayer], at: str, by: str) -> None:
        """Make every delivered code valid in the register as read.

        :raises InputError: ``code_was_retired`` for a code that is out of use for ever.
        """
        layouts = {
            "unit_grid": workspace.info.code_layout,
            "responsibility_grid": workspace.info.responsibility_layout,
            "lane": default_layout("lane").key,
        }
        self._at, self._by = at, by or None
        self._stores: dict[str, RegisterStore] = {}
        self._foreign: dict[str, list[str]] = {}
        self.count = 0
        for kind in KINDS:
            rows = layers[kind].rows if kind in layers else Rows()
            codes = [str(code) for code in rows["code"]] if len(rows) else []
            schemes = {str(scheme) for scheme in rows["scheme"]} if "scheme" in rows else {""}
            for scheme in schemes:  # one: a package delivers one grid scheme
                name = register_kind(kind, scheme)
                self._stores[name] = RegisterStore(workspace, layouts[kind], name)
                self._hand_over(self._stores[name], name, codes)

    def _hand_over(self, store: RegisterStore, kind: str, codes: list[str]) -> None:
        register = store.register
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


def refuse_changed(workspace: Workspace, transaction: Transaction, read: Mapping[str, Rows]) -> None:
    """Refuse to hand over what somebody has changed since it was read, and let nobody change it until all is written.

    :raises WorkspaceError: ``package_workspace_changed``, naming the table.
    """
    for name in DELIVERED:
        transaction.hold(name)
        if not _same(read[name], workspace.read(name)):
            raise WorkspaceError("package_workspace_changed", table=name)


def write_handover(
    transaction: Transaction, release: Release, frozen: Mapping[str, FrozenLayer], read: Mapping[str, Rows]
) -> None:
    """Write release, frozen content and log; mark the delivered unit and responsibility grids as valid."""
    items = items_of(frozen)
    transaction.insert("release", release.row())
    transaction.insert("release_item", items.with_columns(release_number=[release.number] * len(items)))
    transaction.insert("handover_log", release.log_row())
    for table in ("unit_grid", "responsibility_grid"):
        _mark_valid(transaction, table, read[table], frozen[table])
    told = {
        "number": release.number,
        "scheme": release.scheme,
        "receiver": release.receiver,
        "base": release.base_number,
        "content_hash": release.content_hash,
        "rows": {name: len(layer) for name, layer in sorted(frozen.items())},
    }
    transaction.log("release", release.number, None, json.dumps(told, ensure_ascii=False))


def _mark_valid(transaction: Transaction, table: str, rows: Rows, delivered: FrozenLayer) -> None:
    codes = set(delivered.rows["code"])
    wanted = np.array([code in codes and state != VALID for code, state in zip(rows["code"], rows["state"])], bool)
    if table == "responsibility_grid" and len(delivered):
        wanted &= rows["scheme"] == delivered.rows["scheme"][0]
    chosen = rows.take(wanted)
    if not len(chosen):
        return
    values = {"state": as_column([VALID] * len(chosen)), "row_version": chosen["row_version"]}
    transaction.update(table, Rows(values, None, chosen.fids))


def _same(before: Rows, now: Rows) -> bool:
    if list(before.columns) != list(now.columns) or len(before) != len(now):
        return False
    if not np.array_equal(before.fids, now.fids):
        return False
    if any(before[name].tolist() != now[name].tolist() for name in before.columns):
        return False
    return _bodies(before) == _bodies(now)


def _bodies(rows: Rows) -> Iterable[bytes | None]:
    return [] if rows.geometry is None else shapes_to_wkb(rows.geometry)
