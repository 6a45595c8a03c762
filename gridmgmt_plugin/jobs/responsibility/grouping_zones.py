"""Inside which areas unit grids are grouped, and under which area code the groups are numbered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.codes.areas import normalise_area_code
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.ground import some
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.responsibility.boundaries import zones_of_areas
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.workspace import Workspace

WITHIN = ("community", "zone", "street_office", "county")
_DIGITS = {"community": 12, "street_office": 9, "county": 6}


@dataclass(frozen=True)
class GroupingZones:
    """z zones that no responsibility grid crosses.

    ``of_unit``: int64 (n,), zone of each unit grid. ``area_code``: z texts, the area under which a zone's grids are
    numbered. ``title``: z texts, what a planner calls the zone. ``notes``: what the planner should know.
    """

    of_unit: np.ndarray
    area_code: tuple[str, ...]
    title: tuple[str, ...]
    notes: tuple[Message, ...] = ()


def grouping_zones(workspace: Workspace, units: Rows, within: str) -> GroupingZones:
    """Return the zones of the unit grids.

    Unit grids of an area without the level asked for (ground of a street office that no community fills) make a zone
    of their own. A 片区 has no code: its grids are numbered under the street office that it lies in, or the county.

    :raises InputError: ``within_unknown``, ``zones_missing``.
    """
    if within not in WITHIN:
        raise InputError("within_unknown", value=within, known=", ".join(WITHIN))
    areas = workspace.read("area", ["code", "name", "zone", "parent_code"], geometry=False)
    unit_areas = units["area_code"].astype(str)
    if within == "zone":
        return _by_zone(areas, unit_areas)
    names = dict(zip(areas["code"], areas["name"]))
    prefixes = [normalise_area_code(code[: _DIGITS[within]]) for code in unit_areas]
    codes, of_unit = np.unique(prefixes, return_inverse=True)
    titles = tuple(names.get(code) or code for code in codes.tolist())
    return GroupingZones(of_unit.astype(np.int64), tuple(codes.tolist()), titles)


def _by_zone(areas: Rows, unit_areas: np.ndarray) -> GroupingZones:
    zone_of = zones_of_areas(areas)
    names = np.array([zone_of.get(code, "") for code in unit_areas])
    if (names == "").all():
        raise InputError("zones_missing")
    titles, of_unit = np.unique(names, return_inverse=True)
    area_codes = []
    for zone in range(len(titles)):
        offices = {normalise_area_code(code[:9]) for code in unit_areas[of_unit == zone]}
        area_codes.append(offices.pop() if len(offices) == 1 else unit_areas[0][:6])
    without = np.unique(unit_areas[names == ""]).tolist()
    details = {"count": len(without), "shown": some(without)}
    notes = (Message("zones_incomplete", details),) if without else ()
    shown = tuple(title or code for title, code in zip(titles.tolist(), area_codes))
    return GroupingZones(of_unit.astype(np.int64), tuple(area_codes), shown, notes)
