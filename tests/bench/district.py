"""A workspace of any number of irregular cells: areas, codes, register, components and cases, from a seed."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import shapely

from gridmgmt_plugin.core.codes.layout import layout
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.geometry.linework import dissolve
from gridmgmt_plugin.core.locate import locate_points
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.transaction import Transaction
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.bench.cells import irregular_cells, points_in

COUNTY = "990101"
FRAME = Frame("epsg", 4548, "bench")
EAST, NORTH = 500_000.0, 4_000_000.0
COMMUNITY_SIDE = 20  # cells: 400 of the 999 numbers that a community has
_OFFICE_SIDE = 10  # communities


def bench_workspace(location: Path | str, side: int, points: int = 0) -> Workspace:
    """Make and return a workspace of ``side`` × ``side`` valid cells; ``points`` components and as many cases."""
    info = WorkspaceInfo(FRAME, COUNTY, "测试区")
    with Workspace.create(location, info) as (_, transaction):
        fill(transaction, side, points)
    return Workspace.open(location)


def made_apart(path: Path, side: int, points: int = 0) -> Workspace:
    """Make a workspace in a child process, so that the making does not count as memory of this one."""
    child = os.fork()
    if child == 0:
        bench_workspace(path, side, points)
        os._exit(0)
    if os.waitpid(child, 0)[1] != 0:
        raise RuntimeError(f"no workspace of {side} × {side} cells was made")
    return Workspace.open(path)


def fill(transaction: Transaction, side: int, points: int) -> None:
    """Write areas, cells, register, and what lies in the cells."""
    cells = shapely.transform(irregular_cells(side), lambda xy: np.round(xy + np.array([EAST, NORTH]), 3))
    community = community_codes(side)
    codes = cell_codes(community)
    transaction.insert("area", _areas(cells, community))
    transaction.insert("unit_grid", _unit_grids(cells, codes, community))
    kind, valid = np.full(len(codes), "unit_grid"), np.full(len(codes), "valid")
    transaction.insert(
        "code_register", Rows({"code": as_column(codes), "kind": as_column(kind), "state": as_column(valid)})
    )
    if points:
        for table in ("component", "cases"):
            transaction.insert(table, _points(table, cells, codes, side, points))


def community_codes(side: int) -> np.ndarray:
    """Return the community's code of each cell, str (side²,)."""
    east, north = np.divmod(np.arange(side * side), side)
    across = (side - 1) // COMMUNITY_SIDE + 1
    number = (east // COMMUNITY_SIDE) * across + north // COMMUNITY_SIDE
    office, within = number // _OFFICE_SIDE + 1, number % _OFFICE_SIDE + 1
    return np.array([f"{COUNTY}{o:03d}{w:03d}" for o, w in zip(office.tolist(), within.tolist())])


def cell_codes(community: np.ndarray) -> list[str]:
    """Return the codes of the cells, numbered from 1 in each community."""
    code_layout = layout(WorkspaceInfo(FRAME, COUNTY).code_layout)
    next_number: dict[str, int] = {}
    codes = []
    for prefix in community.tolist():
        next_number[prefix] = next_number.get(prefix, code_layout.sequence_part.first - 1) + 1
        codes.append(code_layout.code_at(prefix, next_number[prefix]))
    return codes


def _areas(cells: np.ndarray, community: np.ndarray) -> Rows:
    codes, shapes, levels, parents = [], [], [], []
    for level, length, parent in (("county", 6, 0), ("street_office", 9, 6), ("community", 12, 9)):
        names, label = np.unique([code[:length] for code in community.tolist()], return_inverse=True)
        codes += names.tolist()
        shapes += dissolve(cells, label, len(names)).tolist()
        levels += [level] * len(names)
        parents += [name[:parent] or None for name in names.tolist()]
    columns = {"code": codes, "name": codes, "level": levels, "parent_code": parents}
    return Rows({name: as_column(values) for name, values in columns.items()}, as_column(shapes))


def _unit_grids(cells: np.ndarray, codes: list[str], community: np.ndarray) -> Rows:
    columns = {
        "code": codes,
        "area_code": community.tolist(),
        "area_m2": np.round(shapely.area(cells), 2).tolist(),
        "grid_kind": ["街区"] * len(codes),
        "state": ["valid"] * len(codes),
    }
    return Rows({name: as_column(values) for name, values in columns.items()}, cells)


def _points(table: str, cells: np.ndarray, codes: list[str], side: int, count: int) -> Rows:
    x, y = points_in(side, count)
    x, y = x + EAST, y + NORTH
    held = as_column([*codes, None])[locate_points(x, y, cells, codes)]
    key = "code" if table == "component" else "id"
    columns = {
        key: [f"{table[0].upper()}{number:08d}" for number in range(count)],
        "class_code": ["0102"] * count,
        "unit_grid": held.tolist(),
    }
    return Rows({name: as_column(values) for name, values in columns.items()}, shapely.points(x, y))
