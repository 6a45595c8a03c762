"""What the codes in a map of another hand are codes of: by its words, else by who bears them here."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.value_words import comparable_word
from gridmgmt_plugin.workspace.workspace import Workspace

_OF_GRIDS = "responsibility_grid"
_KINDS = ("area", "unit_grid", "lane", _OF_GRIDS)
_SIDES = ("new_code", "old_code")


def with_kinds(workspace: Workspace, code_map: Rows) -> tuple[Rows, tuple[Message, ...]]:
    """Return the lines of a map of codes whose kind is known, with the names of tables as kinds and those of schemes
    for responsibility grids, and what to tell of the other lines.

    :param code_map: ``kind`` in words or empty, ``old_code``, ``new_code``.
    """
    words, bearers = _words(), _bearers(workspace)
    said = code_map["kind"].tolist() if "kind" in code_map else [None] * len(code_map)
    kinds = []
    for at, word in enumerate(said):
        kind = words.get(comparable_word(word), str(word)) if word else None
        codes = (code_map[side][at] for side in _SIDES if side in code_map)
        borne = next((bearers[code] for code in codes if code in bearers), frozenset())
        kinds.append(_kind(kind, borne))
    known = np.array([kind is not None for kind in kinds], dtype=bool)
    unknown = [str(code) for code in code_map["old_code"][~known]]
    notes = (Message("package_back_kinds_unknown", {"count": len(unknown), "codes": listing(unknown)}),)
    return code_map.with_columns(kind=as_column(kinds)).take(known), notes if unknown else ()


def _kind(said: str | None, borne: frozenset[str]) -> str | None:
    """Return the kind of a line; responsibility grids are those of a scheme where only one has the code."""
    of_grids = sorted(kind for kind in borne if kind.startswith("rg_"))
    if said == _OF_GRIDS:
        return of_grids[0] if len(of_grids) == 1 else said
    if said is not None:
        return said if said in _KINDS or said.startswith("rg_") else None
    return next(iter(borne)) if len(borne) == 1 else None


def _words() -> Mapping[str, str]:
    tables = load_json("schema/tables.json")["tables"]
    return {
        comparable_word(word): table
        for table in _KINDS
        for word in (table, *map(str, tables[table]["title"].values()))
    }


def _bearers(workspace: Workspace) -> dict[str, frozenset[str]]:
    """Return code → kinds of what bears or bore it here."""
    found: dict[str, set[str]] = {}
    register = workspace.read("code_register", ["code", "kind"], geometry=False)
    areas = workspace.read("area", ["code"], geometry=False)["code"].tolist()
    for code, kind in (
        *zip(register["code"].tolist(), register["kind"].tolist()),
        *((code, "area") for code in areas),
    ):
        found.setdefault(code, set()).add(kind)
    return {code: frozenset(kinds) for code, kinds in found.items()}
