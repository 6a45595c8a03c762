"""Where cells are drawn, and what is there already: the cells that give way, and those around that stay."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.areas.scope import Scope, read_scope
from gridmgmt_plugin.core.errors import InputError, WorkspaceError
from gridmgmt_plugin.core.ground import Ground, areas_in_force, some, unit_ground
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.unit_grids.area_fit import area_of_cells
from gridmgmt_plugin.workspace.changes.row_reading import joined_rows, places_of, read_any, read_around
from gridmgmt_plugin.workspace.schema import table as definition_of
from gridmgmt_plugin.workspace.transaction import Transaction
from gridmgmt_plugin.workspace.workspace import Workspace

NEW, REPLACE = "new", "replace"
MODES = (NEW, REPLACE)
# Cells within this distance of the ground are its neighbours.
_BESIDE_M = 0.1


@dataclass(frozen=True, eq=False)
class DrawingScope:
    """``ground``: what is drawn anew; ``others``: the outlines of the ground around it. ``present``: the unit grids
    in and around the ground, whole rows; ``going``: bool per row, it gives way to the new ones. ``areas``: the
    ``area`` table; ``scope``: what was asked for.
    """

    scope: Scope
    areas: Rows
    ground: Ground
    others: np.ndarray
    present: Rows
    going: np.ndarray

    @property
    def staying(self) -> np.ndarray:
        """Return the shapes of the cells beside the ground that stay."""
        shapes = self.present.shapes[~self.going]
        return np.asarray(shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))])

    @property
    def is_whole(self) -> bool:
        """Tell whether there is nothing around the ground that has to stay as it is."""
        return len(self.others) == 0 and len(self.staying) == 0


def drawing_scope(workspace: Workspace, wanted: str | None, mode: str) -> DrawingScope:
    """Return where to draw.

    :raises WorkspaceError: ``workspace_without_areas``; ``unit_grids_exist`` when ``mode`` is new and the scope has
        unit grids.
    :raises InputError: ``import_mode_unknown``, ``scope_unknown``.
    """
    if mode not in MODES:
        raise InputError("import_mode_unknown", value=mode, known=", ".join(MODES))
    areas = workspace.read("area")
    if len(areas_in_force(areas)) == 0:
        raise WorkspaceError("workspace_without_areas", path=workspace.title)
    scope = read_scope(wanted, areas)
    everything = unit_ground(areas, Rows(), workspace.info.precision_m)
    mine = scope.holds(everything.codes.tolist())
    if not mine.any():
        raise InputError("scope_unknown", scope=", ".join(scope.codes))
    ground, around = everything.take(mine), everything.take(~mine)
    present = _present(workspace, ground, scope)
    going = _going(present, ground, around, scope)
    if mode == NEW and going.any():
        counts = Counter(str(code or "–") for code in present["area_code"][going])
        listed = [f"{code} ({count})" for code, count in sorted(counts.items())]
        raise WorkspaceError("unit_grids_exist", count=int(going.sum()), shown=some(listed, 20))
    return DrawingScope(scope, areas, ground, around.geometry, present, going)


def refuse_changed_around(workspace: Workspace, transaction: Transaction, met: DrawingScope) -> None:
    """Do nothing when areas and unit grids in the scope, and unit grids around it, are those that were met, until
    the transaction ends; others may draw elsewhere meanwhile.

    :raises WorkspaceError: ``row_changed_meanwhile``, ``workspace_table_held``.
    """
    transaction.hold("area", "unit_grid")
    areas = workspace.read("area")
    scope = read_scope(met.scope.codes, areas)
    _refuse_other("area", _of_scope(met.areas, met.scope), _of_scope(areas, scope))
    _refuse_other("unit_grid", met.present, _present(workspace, met.ground, met.scope))


def _of_scope(areas: Rows, scope: Scope) -> Rows:
    return areas.take(scope.holds(areas["code"].tolist()))


def _refuse_other(table: str, read: Rows, now: Rows) -> None:
    same = np.array_equal(now.fids, read.fids)
    if not same or not np.array_equal(now["row_version"], read["row_version"]):
        titles = definition_of(table)
        raise WorkspaceError("row_changed_meanwhile", table=titles.zh, table_en=titles.en)


def _present(workspace: Workspace, ground: Ground, scope: Scope) -> Rows:
    """Return the unit grids of the scope and those beside its ground, ascending by number."""
    if scope.is_all:
        return workspace.read("unit_grid")
    near = read_around(workspace, "unit_grid", places_of(ground.geometry, _BESIDE_M))
    codes = sorted(scope.within)
    mine = np.isin(near["area_code"].astype(str), codes)
    shapely.prepare(ground.geometry)
    beside = np.unique(
        shapely.STRtree(near.shapes).query(ground.geometry, predicate="dwithin", distance=_BESIDE_M)[1]
    )
    mine[beside] = True
    found = near.take(mine)
    more = read_any(workspace, "unit_grid", "area_code", codes)
    rows = joined_rows([found, more.take(~np.isin(more.fids, found.fids))])
    return rows.take(np.argsort(rows.fids))


def _going(present: Rows, ground: Ground, around: Ground, scope: Scope) -> np.ndarray:
    """Tell which unit grids belong to the scope: by their area, by their ground where no area is theirs."""
    if scope.is_all:
        return np.ones(len(present), dtype=bool)
    codes = present["area_code"].astype(str)
    going = np.isin(codes, ground.codes.astype(str))
    lost = np.flatnonzero(~going & ~np.isin(codes, around.codes.astype(str)))
    if len(lost):
        going[lost] = area_of_cells(present.shapes[lost], ground.geometry, ground.codes) >= 0
    return np.asarray(going)
