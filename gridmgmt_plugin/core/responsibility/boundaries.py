"""Which areas a responsibility grid may not leave: the one rule, for painting, for saves and for what they tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np

from gridmgmt_plugin.core.codes.areas import plain_area_code
from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.duty.area_tree import AreaTree
from gridmgmt_plugin.core.responsibility.scheme_rules import COMMUNITY, COUNTY, STREET_OFFICE, ZONE
from gridmgmt_plugin.core.rows import Rows

# Digits of the codes of communities, street offices and counties.
_DIGITS = (12, 9, 6)
_DIGITS_WITHIN = {COMMUNITY: 12, ZONE: 9, STREET_OFFICE: 9, COUNTY: 6}


def lie_within(area_codes: np.ndarray, grid_area: str | None) -> np.ndarray:
    """Return which unit grids lie in the area that a responsibility grid belongs to, bool (n,).

    :param area_codes: object array of n texts or ``None``. ``grid_area``: the grid's ``area_code``; without one the
        grid may lie anywhere.
    """
    if not grid_area:
        return np.ones(len(area_codes), dtype=bool)
    grid_area = plain_area_code(grid_area)
    return np.array([str(code or "").startswith(grid_area) for code in area_codes], dtype=bool)


def usual_digits(grid_areas: Iterable[str | None]) -> int:
    """Return how many digits the area codes of a scheme's grids have, most of them: 12, 9 or 6; 12 without grids."""
    found = Counter(len(area) for area in grid_areas if area and len(area) in _DIGITS)
    return min(found, key=lambda digits: (-found[digits], -digits), default=_DIGITS[0])


def digits_within(within: str) -> int:
    """Return how many digits the areas have that a scheme's rule keeps its grids in; zones lie in street offices."""
    return _DIGITS_WITHIN[within]


def narrowed(own: str, area_codes: Iterable[str | None], digits: int) -> str:
    """Return the area that a grid stays in by its own and by its scheme's rule: the narrower of the two.

    A grid that lies in several areas of the rule already keeps its own; the check tells it.

    :param own: the grid's area code, "" for none. ``area_codes``: of its unit grids. ``digits``: of the rule's areas.
    """
    if len(own) >= digits:
        return own
    area = common_area(area_codes)[:digits]
    return area if len(area) == digits else own


def common_area(area_codes: Iterable[str | None]) -> str:
    """Return the smallest area (community, street office, county) that all areas of these codes lie in, else ""."""
    codes = {str(code or "") for code in area_codes}
    for digits in _DIGITS:
        areas = {code[:digits] for code in codes}
        if len(areas) == 1 and len(next(iter(areas))) == digits:
            return areas.pop()
    return ""


def zones_of_areas(areas: Rows) -> dict[str, str]:
    """Return the zone (片区) of each area by code: its own, else that of the area above it, "" where there is none.

    :param areas: with the columns ``code``, ``zone`` and ``parent_code``.
    """
    own = dict(zip(areas["code"], areas["zone"]))
    parent = dict(zip(areas["code"], areas["parent_code"]))
    found = {}
    for code in areas["code"]:
        at = code
        while at is not None and not own.get(at):
            at = parent.get(at)
        found[code] = str(own[at]).strip() if at is not None else ""
    return found


def bounds_of_units(areas: Rows, area_codes: np.ndarray, within: str) -> np.ndarray:
    """Return the area that a scheme's rule keeps the grid of each unit grid in, object array of n texts, "" for none.

    :param areas: the table ``area``. :param area_codes: n texts, of the unit grids.
    :param within: community, zone, street_office or county.
    """
    tree = AreaTree(areas)
    level = dict(zip(texts(areas, "code"), texts(areas, "level")))
    zone = dict(zip(texts(areas, "code"), texts(areas, "zone")))

    def bound(code: str) -> str:
        if within == ZONE:
            return next((zone[area] for area in tree.chain(code) if zone.get(area)), "")
        return next((area for area in tree.chain(code) if level.get(area) == within), "")

    found = {code: bound(code) for code in set(area_codes.tolist())}
    return np.array([found[code] for code in area_codes.tolist()], dtype=object)


def zones_of_grids(grid_of: np.ndarray, zone: np.ndarray, count: int) -> np.ndarray | None:
    """Return the zone that each of ``count`` grids keeps to, int64, −1 for one without unit grids.

    ``None`` where the scheme does not keep to zones: there is only one, or a grid reaches over two.

    :param grid_of: int64 (n,), grid of each unit grid, negative for none. ``zone``: int64 (n,), its zone.
    """
    pairs = _grid_zones(grid_of, zone)
    if len(np.unique(zone)) < 2 or len(pairs) == 0 or (np.bincount(pairs[:, 0]) > 1).any():
        return None
    return one_zone_each(grid_of, zone, count)


def one_zone_each(grid_of: np.ndarray, zone: np.ndarray, count: int) -> np.ndarray:
    """Return the zone that all unit grids of each of ``count`` grids lie in, int64, −1 for none or several."""
    pairs = _grid_zones(grid_of, zone)
    several = np.bincount(pairs[:, 0], minlength=count) > 1
    kept = np.full(count, -1, dtype=np.int64)
    kept[pairs[:, 0]] = pairs[:, 1]
    kept[several] = -1
    return kept


def _grid_zones(grid_of: np.ndarray, zone: np.ndarray) -> np.ndarray:
    inside = grid_of >= 0
    return np.asarray(np.unique(np.column_stack([grid_of[inside], zone[inside]]), axis=0))
