"""A package as what it would make of a workspace: rows by table, one grid scheme, and what is known of its origin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.errors import InputError, WorkspaceError
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.ground import areas_in_force
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.rows import Rows, as_column, is_null
from gridmgmt_plugin.exchange.package_back.contents import Contents
from gridmgmt_plugin.jobs.handover.coming_back.drawn_ground import joined_areas
from gridmgmt_plugin.jobs.handover.coming_back.filled_in import (
    AREA_COLUMNS,
    UNIT_COLUMNS,
    assigned_units,
    filled_areas,
    filled_groups,
    filled_units,
    state_of,
    with_departments,
    with_what_is_here,
)
from gridmgmt_plugin.jobs.handover.coming_back.incoming import OUTSIDE, Incoming
from gridmgmt_plugin.jobs.handover.content import stand_in
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.schema import SCHEME_KEY

UNIT, GROUP, LANE = "unit_grid", "responsibility_grid", "lane"
_CONSENT = "publish_consent"
# Where something is filled in that nobody said.
_FILLED = ("area", "contacts", UNIT, GROUP)
#: Name in a package → table of the workspace, of what is taken in row by row; the order in which it is written.
TABLES: Mapping[str, str] = {
    "area": "area",
    "departments": "department",
    "persons": "person",
    "contacts": "contact",
    UNIT: UNIT,
    GROUP: GROUP,
    LANE: LANE,
    "duty_zone": "duty_zone",
    "posts": "post",
    "duty_rules": "duty_rule",
    "ownership_rulings": "ownership_ruling",
    "external_codes": "external_code",
    "code_map": "code_map",
}


@dataclass(frozen=True, eq=False)
class Content:
    """``rows``: name in the package → rows with columns of the workspace's table; unit grids with
    ``responsibility_grid`` beside them. ``scheme``: the row of the scheme, ``None`` without responsibility grids.
    ``state``: of the codes. ``release``: number and county, "" for a package of another hand. ``assumed``: name →
    column → bool per row, values that nobody said: they fill what is new and change nothing that is there;
    ``geometry`` stands for the shape. ``says_assignment``: an empty responsibility grid means none, else it says
    nothing.
    ``unusable``: keys of unit grids whose rows were rejected. ``names``: what the manifest says of layers and tables.
    """

    rows: Mapping[str, Rows]
    scheme: Mapping[str, Any] | None
    state: str
    release: str
    notes: tuple[Message, ...]
    assumed: Mapping[str, Mapping[str, np.ndarray]]
    says_assignment: bool
    unusable: tuple[str, ...]
    names: Mapping[str, Mapping[str, Any]]

    def rounded(self, name: str) -> Mapping[str, int]:
        """Return to how many decimals the package rounds the numbers of a layer or table, by column."""
        found: Mapping[str, int] = self.names.get(name, {}).get("rounded", {})
        return found

    @property
    def is_ours(self) -> bool:
        """Tell whether the package was made by this program."""
        return bool(self.release)


def refuse_other_place(manifest: Mapping[str, Any] | None, info: WorkspaceInfo) -> None:
    """Refuse a package of another county, of another local frame or of other codes than the workspace's.

    :raises InputError: ``package_back_other_county``, ``package_back_other_frame``, ``package_back_other_layout``.
    """
    if manifest is None:
        return
    county = str(manifest["county_code"])
    if county != info.county_code:
        raise InputError("package_back_other_county", county=county, own=info.county_code, title=info.county_name)
    frame = manifest["frame"]
    told = frame.get("delivered", frame)
    theirs = Frame(kind="epsg" if told.get("epsg") else "local", epsg=told.get("epsg"), label=str(told["label"]))
    if theirs.is_local != info.frame.is_local or (theirs.is_local and theirs.label != info.frame.label):
        raise InputError("package_back_other_frame", theirs=theirs.label, own=info.frame.label)
    layouts = manifest.get("code_layouts", {})
    for kind, own in ((UNIT, info.code_layout), (GROUP, info.responsibility_layout)):
        if layouts.get(kind, own) != own:
            raise InputError("package_back_other_layout", theirs=layouts[kind], own=own)


def _refuse_other_county(codes: np.ndarray, info: WorkspaceInfo) -> None:
    """Refuse areas that are not of the workspace's county.

    :raises InputError: ``package_back_other_county``.
    """
    other = sorted({code[: len(info.county_code)] for code in codes.tolist()} - {info.county_code})
    if other:
        raise InputError(
            "package_back_other_county", county=listing(other), own=info.county_code, title=info.county_name
        )


def content_of(
    contents: Contents, parts: Mapping[str, Incoming], present: Mapping[str, Rows], info: WorkspaceInfo, scheme: str
) -> Content:
    """Return what a package holds, with what follows from it.

    :param parts: name → what came in. ``present``: ``area``, ``unit_grid`` and ``scheme`` of the workspace.
    :param scheme: key of the scheme where the package does not say it, "" to find it.
    :raises InputError: ``package_back_scheme_needed``; :raises WorkspaceError: ``workspace_without_areas``.
    """
    manifest, is_ours = contents.manifest, contents.manifest is not None
    rows = {name: part.rows for name, part in parts.items() if name in TABLES}
    said = dict(rows)
    told = parts["responsibility"].rows if "responsibility" in parts else Rows()
    notes: list[Message] = []
    if "area" in rows:
        if not is_ours:
            _refuse_other_county(rows["area"]["code"], info)
        rows["area"] = _completed_areas(rows["area"], present["area"], is_ours=is_ours)
    units, groups = rows.get(UNIT, Rows()), rows.get(GROUP, Rows())
    areas = joined_areas(present["area"], rows.get("area"))
    if len(units):
        if not len(areas_in_force(areas, contents.begins)):
            raise WorkspaceError("workspace_without_areas", path=info.county_name or info.county_code)
        units = units.with_columns(responsibility_grid=assigned_units(units, groups, told))
        units, found = _completed_units(
            units, areas, present[UNIT], info.precision_m, contents.begins, is_ours=is_ours
        )
        notes += found
        rows[UNIT] = units
    else:
        rows.pop(UNIT, None)
    entry = _scheme(manifest, units, groups, present["scheme"], scheme)
    if entry is not None and len(units):
        over_lanes = entry["base"] == LANE
        groups, found = filled_groups(groups, units, entry["key"], state_of(is_ours=is_ours), over_lanes=over_lanes)
        notes += found
        if len(groups):
            rows[GROUP] = groups
    elif len(groups):
        rows[GROUP] = groups.with_columns(scheme=[entry["key"] if entry else None] * len(groups))
    rows = _people(rows, told, manifest, entry)
    if is_ours and {"area", "departments"} <= set(rows):
        rows["departments"] = _without_stand_ins(rows["departments"], rows["area"])
    release = f"{manifest['county_code']} {manifest['release']}" if manifest else ""
    return Content(
        rows,
        entry,
        state_of(is_ours=is_ours),
        release,
        tuple(notes),
        {name: _assumed(said.get(name), after) for name, after in rows.items() if name in _FILLED},
        is_ours and _says_assignment(said, told),
        _unusable(parts),
        manifest["names"] if manifest else {},
    )


def _assumed(said: Rows | None, filled: Rows) -> dict[str, np.ndarray]:
    """Return column → bool per row of ``filled``: what was not said; rows that were made come last."""
    count = 0 if said is None else len(said)
    found = {}
    for name in filled.columns:
        mine = np.ones(len(filled), dtype=bool)
        if said is not None and name in said and name != _CONSENT:  # which a person gives here, and no file
            mine[:count] = is_null(said[name])
        found[name] = mine
    mine = np.ones(len(filled), dtype=bool)
    if said is not None and said.geometry is not None:
        mine[:count] = shapely.is_missing(said.shapes)
    return {**found, "geometry": mine}


def _unusable(parts: Mapping[str, Incoming]) -> tuple[str, ...]:
    """Return the unit grids that leave a hole: one that lies outside all areas leaves none."""
    rejected = parts[UNIT].rejected if UNIT in parts else ()
    return tuple(row.key or "–" for row in rejected if row.reason != OUTSIDE)


def _says_assignment(said: Mapping[str, Rows], told: Rows) -> bool:
    """Tell whether a package says of every unit grid in which responsibility grid it is, or that it is in none."""
    return (
        "responsibility_grid" in said.get(UNIT, Rows())
        or {"unit_grid", "responsibility_grid"} <= set(told.columns)
        or "members" in said.get(GROUP, Rows())
    )


def _completed_areas(areas: Rows, present: Rows, *, is_ours: bool) -> Rows:
    """Return areas with what follows from their codes; of a package of ours only fields that its receiver does not
    get, and those as they are here.
    """
    if not is_ours:
        return filled_areas(areas)
    lacking = [name for name in AREA_COLUMNS if name not in areas]
    filled = filled_areas(with_what_is_here(areas, present, lacking)) if lacking else areas
    return areas.with_columns(**{name: filled[name] for name in lacking})


def _completed_units(
    units: Rows, areas: Rows, present: Rows, precision_m: float, day: date, *, is_ours: bool
) -> tuple[Rows, tuple[Message, ...]]:
    """Return unit grids with what follows from their ground, as :func:`_completed_areas` does."""
    state = state_of(is_ours=is_ours)
    if not is_ours:
        return filled_units(units, areas, precision_m, state, day)
    lacking = [name for name in UNIT_COLUMNS if name not in units]
    if not lacking:
        return units, ()
    filled, notes = filled_units(with_what_is_here(units, present, lacking), areas, precision_m, state, day)
    completed = units.with_columns(**{name: filled[name] for name in lacking})
    return completed, notes if "grid_kind" in lacking else ()


def _scheme(
    manifest: Mapping[str, Any] | None, units: Rows, groups: Rows, schemes: Rows, wanted: str
) -> dict[str, Any] | None:
    """Return the scheme whose responsibility grids these are, ``None`` where there are none.

    :raises InputError: ``package_back_scheme_needed``.
    """
    if manifest is not None:
        over_lanes = bool(manifest.get("answering", {}).get("over_lanes"))
        return {
            "key": str(manifest["scheme"]),
            "title": manifest.get("scheme_title") or str(manifest["scheme"]),
            "base": LANE if over_lanes else UNIT,
        }
    assigned = len(units) and not units.is_null("responsibility_grid").all()
    if not len(groups) and not assigned:
        return None
    said = sorted(set(texts(groups, "scheme")) - {""}) if len(groups) else []
    known = schemes["key"].tolist() if len(schemes) else []
    found = wanted or (said[0] if len(said) == 1 else known[0] if not said and len(known) == 1 else "")
    if not SCHEME_KEY.fullmatch(found):
        raise InputError("package_back_scheme_needed", known=listing(known) or "–")
    return {"key": found, "title": found, "base": UNIT}


def _people(
    rows: dict[str, Rows], told: Rows, manifest: Mapping[str, Any] | None, scheme: Mapping[str, Any] | None
) -> dict[str, Rows]:
    """Return the tables with what belongs to persons, posts and receivers filled in."""
    if "contacts" in rows:
        contacts = rows["contacts"]
        if "account" in contacts and "persons" in rows:
            rows["persons"] = _with_accounts(rows["persons"], contacts)
        columns = {name: column for name, column in contacts.columns.items() if name != "account"}
        rows["contacts"] = Rows({**columns, _CONSENT: _consent(contacts, is_ours=manifest is not None)})
    if "persons" in rows and len(told) and {UNIT, GROUP, "posts", "departments", "area"} <= set(rows):
        day = np.datetime64(manifest["effective_from"] if manifest else clock.today(), "D")
        tables = {TABLES[name]: part for name, part in rows.items()}
        over_lanes = scheme is not None and scheme["base"] == LANE
        rows["persons"] = with_departments(rows["persons"], told, tables, day, over_lanes=over_lanes)
    if "posts" in rows and scheme is not None and "scheme" not in rows["posts"] and "target" in rows["posts"]:
        of_groups = [scheme["key"] if target == GROUP else None for target in rows["posts"]["target"]]
        rows["posts"] = rows["posts"].with_columns(scheme=of_groups)
    if "external_codes" in rows:
        receiver = (manifest or {}).get("receiver") or ""
        codes = rows["external_codes"]
        if "receiver" not in codes:
            rows["external_codes"] = codes.with_columns(receiver=[receiver] * len(codes))
    if manifest is not None and scheme is not None and "code_map" in rows:
        kinds = [f"rg_{scheme['key']}" if kind == GROUP else kind for kind in rows["code_map"]["kind"]]
        rows["code_map"] = rows["code_map"].with_columns(kind=kinds)
    return rows


def _consent(contacts: Rows, *, is_ours: bool) -> np.ndarray:
    """Return who lets a contact be handed on: none goes out of here without consent, elsewhere it has to be said."""
    if is_ours:
        return as_column([True] * len(contacts))
    given = contacts[_CONSENT] if _CONSENT in contacts else as_column([None] * len(contacts))
    return as_column(bool(value) for value in given)


def _without_stand_ins(departments: Rows, areas: Rows) -> Rows:
    """Return the departments that somebody entered: an area stands in for its office in the package alone."""
    if not {"code", "name", "level"} <= set(areas.columns):
        return departments
    names = ("code", "name", "level")
    made = [stand_in(*values) for values in zip(*(texts(areas, name) for name in names))]
    told = {tuple(sorted((key, value) for key, value in one.items() if value)) for one in made}
    kept = [
        tuple(sorted((key, value) for key, value in row.items() if value)) not in told
        for row in departments.records()
    ]
    return departments.take(np.array(kept, dtype=bool))


def _with_accounts(persons: Rows, contacts: Rows) -> Rows:
    account = dict(zip(contacts["person_id"], contacts["account"]))
    own = persons["account"].copy() if "account" in persons else as_column([None] * len(persons))
    empty = is_null(own)
    own[empty] = [account.get(person) for person in persons["id"][empty]]
    return persons.with_columns(account=own)


def has_ground(rows: Rows) -> np.ndarray:
    """Tell which rows are drawn: bool (n,)."""
    return np.asarray(~(shapely.is_missing(rows.shapes) | shapely.is_empty(rows.shapes)), dtype=bool)


def without(rows: Rows, *names: str) -> Rows:
    """Return rows without some columns."""
    return replace(rows, columns={name: column for name, column in rows.columns.items() if name not in names})
