"""Which unit grids a balance may assign anew: those of the scope or of chosen grids, without what is locked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.areas.scope import read_scope
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.ground import some
from gridmgmt_plugin.core.letters import parts_of
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.rows import Rows, is_null
from gridmgmt_plugin.workspace.workspace import Workspace


@dataclass(frozen=True, eq=False)
class GridsInPlay:
    """``units``: int64, positions of the unit grids in play. ``today``: int64, number of the grid of each, −1 = none.

    ``codes``: the grids' codes, by number. ``is_all``: every unit grid of the workspace is in play. ``notes``: what
    the planner should know.
    """

    units: np.ndarray
    today: np.ndarray
    codes: tuple[str, ...]
    is_all: bool
    notes: tuple[Message, ...]


def grids_in_play(
    workspace: Workspace, before: np.ndarray, units: Rows, scope: str | None, grids: str | None, locked: str | None
) -> GridsInPlay:
    """Return what may change.

    :param before: object array, the grid of each unit grid, ``None`` = none. ``scope``: codes of areas, separated by
        commas; a grid that reaches beyond them stays. ``grids``: codes of the grids that alone are balanced among
        themselves. ``locked``: codes of grids that stay. Empty = all, all, none.
    :raises InputError: ``scope_unknown``, ``responsibility_grids_unknown``, ``grouping_no_units`` when none is left.
    """
    texts = np.where(is_null(before), "", before).astype(str)
    chosen, kept = _named(grids, texts), _named(locked, texts, workspace)
    area = workspace.read("area", ["code", "parent_code", "valid_from", "valid_to"])
    inside = read_scope(scope, area).holds(units["area_code"])
    if chosen:
        inside &= np.isin(texts, chosen)
    reaching = (set(texts[inside]) & set(texts[~inside])) - {""}
    inside &= ~np.isin(texts, [*reaching, *kept])
    if not inside.any():
        raise InputError("grouping_no_units")
    positions = np.flatnonzero(inside)
    codes, number = np.unique(texts[positions], return_inverse=True)
    without = int(len(codes) > 0 and codes[0] == "")
    shown = {"count": len(reaching), "shown": some(sorted(reaching))}
    notes = (Message("responsibility_grids_reach_beyond", shown),) if reaching else ()
    return GridsInPlay(
        units=positions,
        today=number.reshape(-1).astype(np.int64) - without,
        codes=tuple(codes[without:].tolist()),
        is_all=bool(inside.all()),
        notes=notes,
    )


def _named(text: str | None, known: np.ndarray, workspace: Workspace | None = None) -> list[str]:
    """Return the codes of a list, each of which must be some unit grid's grid, or one that the workspace has."""
    named = list(dict.fromkeys(parts_of(text, at_blanks=True)))
    unknown = sorted(set(named) - set(known.tolist()))
    if unknown and workspace is not None:
        unknown = sorted(set(unknown) - set(workspace.read("responsibility_grid", ["code"], geometry=False)["code"]))
    if unknown:
        raise InputError("responsibility_grids_unknown", shown=some(unknown))
    return named
