"""What a package does not say in so many words, but what follows from what it says: areas of cells, departments of
persons, grids that only their members tell of.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

import numpy as np
import shapely

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.codes.areas import area_level, kind_hint, parent_code
from gridmgmt_plugin.core.codes.stored import DRAFT, VALID
from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.ground import unit_ground
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.release.relations import responsibility
from gridmgmt_plugin.core.responsibility.outlines import summed_grids
from gridmgmt_plugin.core.rows import Rows, as_column, is_null
from gridmgmt_plugin.core.unit_grids.area_fit import area_of_cells
from gridmgmt_plugin.exchange.package.fields import MEMBER_SEPARATOR

_DEFAULT_KIND = "街区"
#: What follows where a package does not say it.
AREA_COLUMNS = ("level", "parent_code", "kind")
UNIT_COLUMNS = ("area_code", "area_m2", "grid_kind", "state", "valid_from")


def filled_areas(areas: Rows) -> Rows:
    """Return areas with level, parent and kind, which follow from their codes where a file does not say them."""
    codes = areas["code"].tolist()
    return areas.with_columns(
        level=_or(areas, "level", [area_level(code) for code in codes]),
        parent_code=_or(areas, "parent_code", [parent_code(code) for code in codes]),
        kind=_or(areas, "kind", [kind_hint(code) for code in codes]),
    )


def filled_units(
    units: Rows, areas: Rows, precision_m: float, state: str, day: date
) -> tuple[Rows, tuple[Message, ...]]:
    """Return unit grids with area, size, kind, state and day.

    :param areas: what :func:`.joined_areas` knows of; those in force on the day count. ``state``: of those that say
        none.
    """
    ground = unit_ground(areas, Rows(), precision_m, day)
    here = area_of_cells(units.shapes, ground.geometry, ground.codes)
    lying = as_column(ground.codes[at] if at >= 0 else None for at in here.tolist())
    kinds = _or(units, "grid_kind", [_DEFAULT_KIND] * len(units))
    assumed = len(units) if "grid_kind" not in units else int(is_null(units["grid_kind"]).sum())
    filled = units.with_columns(
        area_code=_or(units, "area_code", lying),
        area_m2=_or(units, "area_m2", np.round(shapely.area(units.shapes), 3).tolist()),
        grid_kind=kinds,
        state=_or(units, "state", [state] * len(units)),
        valid_from=_or(units, "valid_from", [clock.today().isoformat()] * len(units)),
    )
    return filled, (Message("cells_kind_assumed", {"count": assumed}),) if assumed else ()


def with_what_is_here(rows: Rows, present: Rows, names: Collection[str]) -> Rows:
    """Return rows with those columns of ``names`` that they lack as this workspace has them, by code."""
    lacking = [name for name in names if name not in rows and name in present]
    place = {code: at for at, code in enumerate(present["code"].tolist())} if lacking else {}
    at = [place.get(code, -1) for code in rows["code"].tolist()]
    return rows.with_columns(
        **{name: as_column(present[name][one] if one >= 0 else None for one in at) for name in lacking}
    )


def assigned_units(units: Rows, groups: Rows, told: Rows) -> np.ndarray:
    """Return the responsibility grid of each unit grid, from the first that says any: its own column, the table of
    responsibility (``told``), the lists of members.
    """
    if "responsibility_grid" in units and not units.is_null("responsibility_grid").all():
        return units["responsibility_grid"]
    of: dict[str, str] = {}
    if "unit_grid" in told and "responsibility_grid" in told:
        of = dict(zip(texts(told, "unit_grid"), texts(told, "responsibility_grid")))
    elif "members" in groups:
        for code, members in zip(groups["code"], texts(groups, "members")):
            of.update((member.strip(), code) for member in members.split(MEMBER_SEPARATOR) if member.strip())
    return as_column(of.get(code) or None for code in units["code"])


def filled_groups(
    groups: Rows, units: Rows, scheme: str, state: str, *, over_lanes: bool = False
) -> tuple[Rows, tuple[Message, ...]]:
    """Return responsibility grids with scheme, outline, count and size; those that only unit grids name are made.

    As many parts as a grid has are expected of it: with so many it was handed over. One of lanes counts neither parts
    nor unit grids; a package says 0 of what is not counted.

    :param state: of those that say none: ``draft``, or ``valid``.
    """
    named = set(groups["code"].tolist()) if "code" in groups else set()
    made = sorted({code for code in units["responsibility_grid"] if code is not None} - named)
    if not named and not made:
        return groups, ()
    if made:
        groups = _with_made(groups, made)
    summed = summed_grids(units.shapes, units["responsibility_grid"], groups["code"].tolist())
    shapes = groups.shapes.copy()
    bare = shapely.is_missing(shapes)
    shapes[bare] = summed.outline[bare]
    area_of: dict[str, set[str | None]] = {}
    for area, code in zip(units["area_code"], units["responsibility_grid"]):
        area_of.setdefault(code, set()).add(area)
    homes = [_common(area_of.get(code, set())) for code in groups["code"]]
    parts = np.maximum(shapely.get_num_geometries(shapes), 1).tolist()
    empty = as_column([None] * len(groups))
    counted = {"expected_parts": parts, "unit_count": summed.unit_count}
    filled = groups.with_columns(
        **{name: empty if over_lanes else _or(groups, name, values) for name, values in counted.items()},
        scheme=[scheme] * len(groups),
        area_code=_or(groups, "area_code", homes),
        area_m2=_or(groups, "area_m2", summed.area_m2),
        state=_or(groups, "state", [state] * len(groups)),
    ).with_geometry(shapes)
    return filled, (Message("package_back_groups_made", {"count": len(made)}),) if made else ()


def with_departments(
    persons: Rows, told: Rows, tables: Mapping[str, Rows], day: np.datetime64, *, over_lanes: bool
) -> Rows:
    """Return persons with the department that answers through them.

    A package does not list it with the person; what it says of who answers (``told``) shows it wherever that is not
    what would be so without one.

    :param tables: the content of the package by table, unit grids with ``responsibility_grid``. ``day``: on which
        the package says who answers.
    """
    if not {"person_id", "department_code"} <= set(told.columns) or not len(persons):
        return persons
    names = ("unit_grid", "responsibility_grid", "person_id", "role", "turn")
    bare = {**tables, "person": persons.with_columns(department_code=[None] * len(persons))}
    without = responsibility(bare, day, over_lanes=over_lanes)
    plain = dict(zip(zip(*(texts(without, name) for name in names)), texts(without, "department_code")))
    found: dict[str, set[str]] = {}
    for key, department in zip(zip(*(texts(told, name) for name in names)), texts(told, "department_code")):
        if plain.get(key) != department:
            found.setdefault(key[2], set()).add(department)
    own = [next(iter(found[one])) if len(found.get(one, ())) == 1 else None for one in texts(persons, "id")]
    return persons.with_columns(department_code=_or(persons, "department_code", [one or None for one in own]))


def state_of(*, is_ours: bool) -> str:
    """Return the state of codes: what came out as a package of ours was handed over."""
    return VALID if is_ours else DRAFT


def _with_made(groups: Rows, codes: list[str]) -> Rows:
    count = len(groups)
    names = [*groups.columns] if count else ["code"]
    columns = {name: as_column([*(groups[name] if count else ()), *([None] * len(codes))]) for name in names}
    columns["code"][count:] = codes
    shapes = list(groups.shapes) if count else []
    return Rows(columns, as_column([*shapes, *([None] * len(codes))]))


def _common(given: set[str | None]) -> str | None:
    """Return the area that holds all of these: the longest code of an area that they begin with."""
    codes = {code for code in given if code is not None}
    found = next(iter(sorted(codes)), None)
    while found is not None and not all(code.startswith(found) for code in codes):
        found = parent_code(found)
    return found


def _or(rows: Rows, name: str, otherwise: object) -> np.ndarray:
    """Return a column with its gaps filled."""
    other = as_column(otherwise)  # type: ignore[arg-type]
    if name not in rows:
        return other
    column = rows[name].copy()
    empty = is_null(column)
    column[empty] = other[empty]
    return column
