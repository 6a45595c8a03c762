"""What the codes in a map of another hand are codes of: by its words, else by who bears them here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from gridmgmt_plugin.core.codes.stored import register_kind
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.value_words import comparable_word
from gridmgmt_plugin.jobs.handover.coming_back.content_back import Content
from gridmgmt_plugin.workspace.schema import table
from gridmgmt_plugin.workspace.workspace import Workspace

_OF_GRIDS = "responsibility_grid"
_KINDS = ("area", "unit_grid", "lane", _OF_GRIDS)
_SIDES = ("new_code", "old_code")
# Of the kinds of responsibility grids, one per scheme.
_PREFIX = "rg_"


def with_known_kinds(workspace: Workspace, content: Content, wanted: str) -> Content:
    """Return a package with those lines of its map of codes whose kind is known, with the names of tables as kinds
    and those of schemes for responsibility grids, every column there; its notes tell of the other lines.

    :param wanted: key of the scheme of responsibility grids where the package does not say it, "" to find it.
    """
    if content.is_ours or "code_map" not in content.rows:
        return content
    given = content.rows["code_map"]
    nothing = as_column([None] * len(given))
    code_map = Rows({name: given.columns.get(name, nothing) for name in table("code_map").column_names})
    own = register_kind(_OF_GRIDS, _scheme(workspace, content, wanted))
    words, bearers = _words(), _bearers(workspace, content, own)
    kinds = []
    for said, *codes in zip(*(code_map[name].tolist() for name in ("kind", *_SIDES))):
        kind = words.get(comparable_word(said), str(said)) if said else None
        borne = next((bearers[code] for code in codes if code in bearers), frozenset())
        kinds.append(_kind(kind, borne, own))
    known = np.array([kind is not None for kind in kinds], dtype=bool)
    unknown = [str(code) for code in code_map["old_code"][~known]]
    told = (Message("package_back_kinds_unknown", {"count": len(unknown), "codes": listing(unknown)}),)
    rows = {**content.rows, "code_map": code_map.with_columns(kind=as_column(kinds)).take(known)}
    return replace(content, rows=rows, notes=(*content.notes, *(told if unknown else ())))


def _scheme(workspace: Workspace, content: Content, wanted: str) -> str:
    """Return the key of the scheme whose responsibility grids a package speaks of, "" where there may be several."""
    if content.scheme is not None:
        return str(content.scheme["key"])
    known = workspace.read("scheme", ["key"], geometry=False)["key"].tolist()
    return wanted if wanted in known else str(known[0]) if len(known) == 1 else ""


def _kind(said: str | None, borne: frozenset[str], own: str) -> str | None:
    """Return the kind of a line; responsibility grids are ``own``, else of the scheme that alone has the code."""
    of_grids = sorted(kind for kind in borne if kind.startswith(_PREFIX))
    if said == _OF_GRIDS:
        return own if own != _OF_GRIDS else of_grids[0] if len(of_grids) == 1 else None
    if said is not None:
        return said if said in _KINDS or said.startswith(_PREFIX) else None
    return next(iter(borne)) if len(borne) == 1 else None


def _words() -> Mapping[str, str]:
    tables = load_json("schema/tables.json")["tables"]
    return {
        comparable_word(word): kind for kind in _KINDS for word in (kind, *map(str, tables[kind]["title"].values()))
    }


def _bearers(workspace: Workspace, content: Content, own: str) -> dict[str, frozenset[str]]:
    """Return code → kinds of what bears or bore it here or comes with it; ``own``: of its responsibility grids."""
    found: dict[str, set[str]] = {}
    register = workspace.read("code_register", ["code", "kind"], geometry=False)
    pairs = [*zip(register["code"].tolist(), register["kind"].tolist())]
    pairs += [(code, "area") for code in workspace.read("area", ["code"], geometry=False)["code"].tolist()]
    for name in _KINDS:
        rows = content.rows.get(name, Rows())
        pairs += [(code, own if name == _OF_GRIDS else name) for code in (rows["code"].tolist() if len(rows) else ())]
    for code, kind in pairs:
        found.setdefault(code, set()).add(kind)
    return {code: frozenset(kinds) for code, kinds in found.items()}
