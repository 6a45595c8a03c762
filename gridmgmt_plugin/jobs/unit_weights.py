"""What a unit grid weighs when loads are balanced: one, its area, its cases, components, lanes or people."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.workspace import Workspace

WEIGHTS = ("units", "area", "components", "cases", "lane_length", "households", "population")


def unit_weights(workspace: Workspace, units: Rows, weight: str) -> np.ndarray:
    """Return the weight of each unit grid, float64 (n,), in pieces, m² or m.

    :param units: rows of ``unit_grid`` with geometry.
    :raises InputError: ``weight_unknown``, or ``weight_missing`` when nothing is recorded to weigh by.
    """
    if weight not in WEIGHTS:
        raise InputError("weight_unknown", value=weight, known=", ".join(WEIGHTS))
    if weight == "units":
        return np.ones(len(units))
    if weight == "area":
        return np.asarray(shapely.area(units.geometry), dtype=np.float64)
    if weight == "lane_length":
        found = _lane_length_m(workspace, units)
    elif weight in ("components", "cases"):
        found = _counted(workspace, units, {"components": "component"}.get(weight, weight))
    else:
        found = np.array([float(value or 0) for value in units[weight]], dtype=np.float64)
    if not found.any():
        raise InputError("weight_missing", weight=weight)
    return found


def _counted(workspace: Workspace, units: Rows, table: str) -> np.ndarray:
    codes = workspace.read(table, ["unit_grid"], geometry=False)["unit_grid"]
    position = {code: index for index, code in enumerate(units["code"])}
    rows = np.array([position.get(code, -1) for code in codes], dtype=np.int64)
    return np.bincount(rows[rows >= 0], minlength=len(units)).astype(np.float64)


def _lane_length_m(workspace: Workspace, units: Rows) -> np.ndarray:
    lanes = workspace.read("lane", ["code"])
    cell, lane = shapely.STRtree(lanes.geometry).query(units.geometry, predicate="intersects")
    pieces = shapely.length(shapely.intersection(units.geometry[cell], lanes.geometry[lane]))
    return np.bincount(cell, weights=pieces, minlength=len(units))
