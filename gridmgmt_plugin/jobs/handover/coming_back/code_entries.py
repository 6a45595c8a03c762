"""The codes of a package in the register: what it delivers is in use, what its code map ended is not."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from gridmgmt_plugin.core.codes.layout import default_layout
from gridmgmt_plugin.core.codes.stored import DRAFT, RETIRED, VALID, RegisterEntry, entries_to_rows, register_kind
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.release.lineage import lineage
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.package.profile import package_specs
from gridmgmt_plugin.jobs.handover.cleaning import clean_rows
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.row_reading import joined_rows
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.register_store import RegisterStore
from gridmgmt_plugin.workspace.schema import table as definition_of
from gridmgmt_plugin.workspace.workspace import Workspace

# What one line of the code map is about.
_PAIR = ("kind", "old_code", "new_code")


def code_entries(
    workspace: Workspace,
    codes: Mapping[str, Mapping[str, str]],
    scheme: str,
    code_map: Rows,
    act: Act,
    *,
    entered: Collection[str] = (),
) -> list[TableChange]:
    """Return the changes of the code register.

    Delivered codes that the register does not know come into it; drafts become valid where the package says so. A
    code that the map ended and that nothing bears is retired with its successors, so that no number is given twice.

    :param codes: ``unit_grid``, ``responsibility_grid`` (of ``scheme``), ``lane`` → code in the package → its state,
        ``draft`` or ``valid``. :param entered: of these kinds whoever writes the objects enters the codes himself.
    :raises InputError: ``package_back_retired`` for delivered codes that this workspace took out of use.
    """
    info = workspace.info
    layouts = {
        "unit_grid": info.code_layout,
        "responsibility_grid": info.responsibility_layout,
        "lane": default_layout("lane").key,
    }
    found = []
    for table, delivered in codes.items():
        kind, given = register_kind(table, scheme), sorted(delivered)
        store = RegisterStore(workspace, layouts[table], kind)
        register = store.register
        mine = [] if table in entered else given
        retired = [code for code in mine if register.state(code) == RETIRED]
        if retired:
            raise InputError("package_back_retired", count=len(retired), codes=listing(retired))
        unknown = [code for code in mine if code not in register]
        drafts = [code for code in mine if register.state(code) == DRAFT and delivered[code] == VALID]
        register.hand_over(drafts, at=act.at, by=act.by or None)
        before, after, _, _ = store.rows()
        entries = [RegisterEntry(code, delivered[code], None, (), act.at, act.by or None) for code in unknown]
        heirs, causes = _ended(code_map, kind)
        ended = [code for code in sorted(heirs) if code not in register and code not in set(given)]
        entries += [RegisterEntry(code, RETIRED, causes[code], heirs[code], act.at, act.by or None) for code in ended]
        inserted = entries_to_rows(entries, kind)
        found.append(TableChange("code_register", before=before, updated=after, inserted=inserted))
    return [_joined(found)]


def code_map_change(workspace: Workspace, rows: Rows) -> tuple[TableChange, int]:
    """Return the lines of a package's code map about pairs that nobody here knows, and how many are only here.

    A package tells also what follows from the register of codes, which is known where it stands there.
    """
    names = definition_of("code_map").column_names
    rows = Rows({name: rows[name] if name in rows else as_column([None] * len(rows)) for name in names})
    present = workspace.read("code_map", geometry=False)
    told, _ = clean_rows(present, package_specs()["code_map"].fields, "code_map")
    told = present.with_columns(**{name: told[name] for name in names if name in told and name != "kind"})
    there = set(zip(*(told[name].tolist() for name in _PAIR))) if len(present) else set()
    register = workspace.read("code_register", ["kind", "code", "successors"], geometry=False)
    heirs = lineage(register, told, workspace.read("unit_grid", ["code", "prior_code"], geometry=False)).successors

    def is_known(kind: str, old: str, new: str) -> bool:
        if (kind, old, new) in there or new in heirs.get((kind, old), ()):
            return True
        return old == new and (kind, old) in heirs  # the part that kept the code of what was divided

    given = list(zip(*(rows[name].tolist() for name in _PAIR)))
    fresh = np.array([not is_known(*pair) for pair in given], dtype=bool)
    return TableChange("code_map", inserted=rows.take(fresh)), len(there - set(given))


def _ended(code_map: Rows, kind: str) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """Return old code → its successors, and the cause of each."""
    heirs: dict[str, list[str]] = {}
    causes: dict[str, str] = {}
    names = ("kind", "old_code", "new_code", "cause")
    if not len(code_map):
        return {}, {}
    for its_kind, old, new, cause in zip(*(code_map[name] for name in names)):
        if its_kind == kind and old:
            heirs.setdefault(old, []).extend([new] if new and new != old else [])
            causes.setdefault(old, cause or "recoded")
    return {code: tuple(dict.fromkeys(new)) for code, new in heirs.items()}, causes


def _joined(changes: list[TableChange]) -> TableChange:
    """Return the changes of one table as one."""
    before, updated = ([getattr(one, side) for one in changes if len(one.updated)] for side in ("before", "updated"))
    inserted = joined_rows([one.inserted for one in changes])
    if not before:
        return TableChange("code_register", inserted=inserted)
    order = np.argsort(joined_rows(updated).fids, kind="stable")
    return TableChange(
        "code_register",
        before=joined_rows(before).take(order),
        updated=joined_rows(updated).take(order),
        inserted=inserted,
    )
