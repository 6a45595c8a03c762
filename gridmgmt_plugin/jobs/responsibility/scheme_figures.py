"""What there is of each grid scheme: grids, unit grids and areas without one, how an alternative differs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.codes.areas import COMMUNITY
from gridmgmt_plugin.core.columns import days, in_force, texts
from gridmgmt_plugin.core.duty.area_tree import AreaTree
from gridmgmt_plugin.core.responsibility.scheme_rules import SchemeRules
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.jobs.people.days import day_of
from gridmgmt_plugin.workspace.schema import scheme_column
from gridmgmt_plugin.workspace.stored_rules import stored_rules
from gridmgmt_plugin.workspace.workspace import Workspace

LANE = "lane"


@dataclass(frozen=True)
class SchemeFigures:
    """One scheme. ``grids``; ``posts`` in its grids; ``units_without``: codes of unit grids that are in none;
    ``areas_without``: codes of communities, and of street offices, in which no unit grid is in one;
    ``deviation_percent``: largest deviation of a grid's number of unit grids from their mean; ``parts``: grids in
    more pieces than expected is left to the checks. ``differs``: unit grids that the scheme it is an alternative of
    has elsewhere.
    """

    key: str
    title: str
    base: str
    note: str
    rules: SchemeRules
    grids: int
    posts: int
    units_without: tuple[str, ...]
    areas_without: tuple[str, ...]
    deviation_percent: float
    differs: int


def scheme_figures(workspace: Workspace) -> tuple[SchemeFigures, ...]:
    """Return the schemes in the order in which they were made.

    :raises InputError: what reading the rules of schemes raises.
    """
    rules = stored_rules(workspace)
    with workspace.reading() as read:
        schemes = read.read("scheme", geometry=False).records()
        units = read.read("unit_grid", geometry=False)
        areas = read.read("area", geometry=False)
        grids = read.read("responsibility_grid", ["scheme", "code"], geometry=False)
        posts = read.read("post", ["target", "scheme"], geometry=False)
    return tuple(_figures(row, rules, units, areas, grids, posts) for row in schemes)


def _figures(
    row: dict[str, object], rules: dict[str, SchemeRules], units: Rows, areas: Rows, grids: Rows, posts: Rows
) -> SchemeFigures:
    key, base = str(row["key"]), str(row["base"] or "unit_grid")
    own = rules.get(key, SchemeRules())
    mine = grids["scheme"] == key
    held = (posts["target"] == "responsibility_grid") & (posts["scheme"] == key)
    groups = _groups(units, key)
    lane_based = base == LANE
    main = _groups(units, own.alternative_of) if own.alternative_of else groups
    return SchemeFigures(
        key,
        str(row["title"] or key),
        base,
        str(row["note"] or ""),
        own,
        int(np.sum(mine)),
        int(np.sum(held)),
        () if lane_based else tuple(sorted(texts(units, "code")[groups == ""])),
        () if lane_based else _areas_without(units, areas, groups),
        _deviation(groups),
        int(np.sum(main != groups)),
    )


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


def _deviation(groups: np.ndarray) -> float:
    held = groups[groups != ""]
    if len(held) == 0:
        return 0.0
    number = np.unique(held.astype(str), return_counts=True)[1]
    return float(np.max(np.abs(number / number.mean() - 1)) * 100)
