"""What there is of each grid scheme: grids, unit grids and areas without one, how an alternative differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from gridmgmt_plugin.core.codes.areas import COMMUNITY
from gridmgmt_plugin.core.columns import days, in_force, texts
from gridmgmt_plugin.core.dates.asked import day_of
from gridmgmt_plugin.core.duty.area_tree import AreaTree
from gridmgmt_plugin.core.duty.reasons import Names
from gridmgmt_plugin.core.geometry.adjacency import Adjacency, rook_adjacency
from gridmgmt_plugin.core.responsibility.boundaries import bounds_of_units
from gridmgmt_plugin.core.responsibility.scheme_rules import SchemeRules
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.jobs.responsibility.lane_schemes import BODIES, LANE, read_lanes_in_use
from gridmgmt_plugin.workspace.schema import scheme_column
from gridmgmt_plugin.workspace.stored_rules import stored_rules
from gridmgmt_plugin.workspace.workspace import Workspace

UNIT, GRID = "unit_grid", "responsibility_grid"
_CONTRACT = ("contract_no", "contract_from", "contract_to")


@dataclass(frozen=True)
class SchemeFigures:
    """One scheme. ``grids``; ``posts`` in its grids; ``without``: codes of unit grids that are in none, of a scheme
    over lanes those of lanes in use; ``areas_without``: codes of communities, and of street offices, in which no unit
    grid is in one; ``names_without``: their names; ``deviation_percent``: largest deviation of a grid's number of
    unit grids from their mean;
    ``border_km``: of its grids with each other, within the areas that they keep to, as the division counts it;
    ``parts``: grids in more pieces than expected is left to the checks. ``differs``: unit grids that the scheme it is
    an alternative of has elsewhere; over lanes those that only one of them has, or that others supervise or operate.
    ``contracts``: grids with a contract that has not ended; ``contracts_over``: those whose contract has;
    ``contract_ends``: the first day on which one of the others ends, ISO, "" where none says.
    """

    key: str
    title: str
    base: str
    note: str
    rules: SchemeRules
    grids: int
    posts: int
    without: tuple[str, ...]
    areas_without: tuple[str, ...]
    deviation_percent: float
    border_km: float
    differs: int
    contracts: int = 0
    contracts_over: int = 0
    contract_ends: str = ""
    names_without: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class _Tables:
    units: Rows
    lanes: Rows
    areas: Rows
    grids: Rows
    posts: Rows


def scheme_figures(workspace: Workspace) -> tuple[SchemeFigures, ...]:
    """Return the schemes in the order in which they were made.

    :raises InputError: what reading the rules of schemes raises.
    """
    with workspace.reading() as read:
        rules = stored_rules(read)
        schemes = read.read("scheme", geometry=False).records()
        tables = _Tables(
            read.read(UNIT),
            read_lanes_in_use(read),
            read.read("area", geometry=False),
            read.read(GRID, ["scheme", "code", *BODIES, *_CONTRACT], geometry=False),
            read.read("post", ["target", "scheme"], geometry=False),
        )
    adjacency = rook_adjacency(tables.units.shapes, precision_m=workspace.info.precision_m)
    over_lanes, over_units = partial(_over_lanes, rules, tables), partial(_over_units, rules, tables, adjacency)
    return tuple((over_lanes if row["base"] == LANE else over_units)(row) for row in schemes)


def _over_units(
    rules: Mapping[str, SchemeRules], tables: _Tables, adjacency: Adjacency, row: Mapping[str, Any]
) -> SchemeFigures:
    key = str(row["key"])
    own, groups = rules.get(key, SchemeRules()), _groups(tables.units, key)
    main = _groups(tables.units, own.alternative_of) if own.alternative_of else groups
    return _scheme(
        row,
        own,
        tables,
        without=tuple(sorted(texts(tables.units, "code")[groups == ""])),
        areas_without=_areas_without(tables.units, tables.areas, groups),
        deviation_percent=_deviation(groups),
        border_km=_border_m(
            adjacency, groups, bounds_of_units(tables.areas, texts(tables.units, "area_code"), own.within)
        )
        / 1000,
        differs=int(np.sum(main != groups)),
    )


def _over_lanes(rules: Mapping[str, SchemeRules], tables: _Tables, row: Mapping[str, Any]) -> SchemeFigures:
    own = rules.get(str(row["key"]), SchemeRules())
    mine = _bodies(tables.grids, str(row["key"]))
    main = _bodies(tables.grids, own.alternative_of) if own.alternative_of else mine
    return _scheme(
        row,
        own,
        tables,
        without=tuple(sorted(set(texts(tables.lanes, "code")) - {""} - set(mine))),
        differs=sum(mine.get(code) != main.get(code) for code in {*mine, *main}),
    )


def _scheme(
    row: Mapping[str, Any],
    rules: SchemeRules,
    tables: _Tables,
    *,
    without: tuple[str, ...],
    areas_without: tuple[str, ...] = (),
    deviation_percent: float = 0.0,
    border_km: float = 0.0,
    differs: int,
) -> SchemeFigures:
    key = str(row["key"])
    held = (tables.posts["target"] == GRID) & (tables.posts["scheme"] == key)
    return SchemeFigures(
        key,
        str(row["title"] or key),
        str(row["base"] or UNIT),
        str(row["note"] or ""),
        rules,
        int(np.sum(tables.grids["scheme"] == key)),
        int(np.sum(held)),
        without,
        areas_without,
        deviation_percent,
        border_km,
        differs,
        *_contracts(tables.grids.take(tables.grids["scheme"] == key)),
        tuple(map(Names({"area": tables.areas}).name, areas_without)),
    )


def _bodies(grids: Rows, key: str) -> dict[str, tuple[str, ...]]:
    """Return lane → who supervises and operates its grid in a scheme."""
    mine = grids.take(grids["scheme"] == key)
    return dict(zip(texts(mine, "code"), zip(*(texts(mine, name) for name in BODIES))))


def _border_m(adjacency: Adjacency, groups: np.ndarray, bounds: np.ndarray) -> float:
    codes, label = np.unique(groups.astype(str), return_inverse=True)
    return adjacency.border_m(np.where(codes[label] == "", -1, label), bounds)


def _groups(units: Rows, key: str) -> np.ndarray:
    return texts(units, scheme_column(key))


def _areas_without(units: Rows, areas: Rows, groups: np.ndarray) -> tuple[str, ...]:
    """Return communities and street offices in force that have unit grids and not one of them in a grid."""
    tree = AreaTree(areas)
    own = texts(units, "area_code")
    has = {area for code in set(own[groups != ""]) for area in tree.chain(code)}
    drawn = {area for code in set(own) for area in tree.chain(code)}
    now = in_force(days(areas, "valid_from"), days(areas, "valid_to"), np.asarray(day_of(None)))
    level, codes = texts(areas, "level"), texts(areas, "code")
    asked = codes[now & np.isin(level.astype(str), (COMMUNITY, "street_office"))]
    return tuple(sorted(code for code in asked if code in drawn and code not in has))


def _contracts(grids: Rows) -> tuple[int, int, str]:
    """Return how many grids have a contract, how many one that has ended, and when the first of the others ends."""
    last, today = days(grids, "contract_to"), day_of(None)
    has = (texts(grids, "contract_no") != "") | ~np.isnat(days(grids, "contract_from")) | ~np.isnat(last)
    over = has & (last < today)
    running = last[has & ~over & ~np.isnat(last)]
    return int(np.sum(has & ~over)), int(np.sum(over)), str(running.min()) if len(running) else ""


def _deviation(groups: np.ndarray) -> float:
    held = groups[groups != ""]
    if len(held) == 0:
        return 0.0
    number = np.unique(held.astype(str), return_counts=True)[1]
    return float(np.max(np.abs(number / number.mean() - 1)) * 100)
