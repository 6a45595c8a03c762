"""The content of a package as plain columns: layers and tables of one grid scheme, in force from a day on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.codes.areas import STREET_OFFICE
from gridmgmt_plugin.core.codes.stored import VALID
from gridmgmt_plugin.core.columns import geometries, table, texts
from gridmgmt_plugin.core.duty.area_tree import AreaTree
from gridmgmt_plugin.core.duty.lane_grids import is_over_lanes
from gridmgmt_plugin.core.duty.offices import Offices
from gridmgmt_plugin.core.duty.times import clock_text, days, weekday_mask, weekday_text
from gridmgmt_plugin.core.geometry.finite import xy_of_points
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.redaction.keys import private_keys
from gridmgmt_plugin.core.release.frozen import FrozenLayer, distinct, freeze
from gridmgmt_plugin.core.release.relations import lane_chiefs, responsibility
from gridmgmt_plugin.core.release.sensitive import Sensitive
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.package.fields import MEMBER_SEPARATOR, layer_specs, setting, table_specs
from gridmgmt_plugin.jobs.handover.cleaning import clean_rows, refuse_private_keys
from gridmgmt_plugin.workspace.schema import scheme_column

# An outline whose area differs by more from that of its members is out of date.
_STALE_M2 = 1.0
# The kind of department that a street office is.
_OFFICE = "街镇"
_ENDING = ("area", "responsibility_grid", "lane", "duty_zone", "post", "duty_rule")


@dataclass(frozen=True)
class ContentOptions:
    """What to take: the scheme's key, the first day of validity, the receiver whose codes to add, contacts or not."""

    scheme: str
    day: np.datetime64
    receiver: str
    precision_m: float
    with_contacts: bool = False


@dataclass(frozen=True)
class PackageContent:
    """Layers and tables by name, with the columns of the catalogue, sorted by key.

    ``frozen``: what the content hash covers, layers and tables together. ``left_out``: reason → number of rows that
    stay in the house. ``notes``: what the planner should know.
    """

    layers: Mapping[str, Rows]
    tables: Mapping[str, Rows]
    frozen: Mapping[str, FrozenLayer]
    left_out: Mapping[str, int]
    notes: tuple[Message, ...]


def build_content(tables: Mapping[str, Rows], options: ContentOptions, sensitive: Sensitive) -> PackageContent:
    """Return the content of a package.

    :param tables: the workspace's tables by name; ``contact`` is looked at only when contacts are asked for.
    :raises InputError: ``package_value_unclear``, ``package_key_is_private``.
    """
    counts: Counter[str] = Counter()
    chosen = _chosen(tables, options, sensitive, counts)
    notes: list[Message] = []
    over_lanes = is_over_lanes(table(tables, "scheme"), options.scheme)
    frozen: dict[str, FrozenLayer] = {}
    for name, spec in layer_specs().items():
        rows, redacted = clean_rows(chosen[spec.table], spec.fields, spec.table)
        counts["texts_redacted"] += redacted
        if len(rows) or not spec.optional:
            layer = freeze(rows, spec.key)
            frozen[name] = FrozenLayer(layer.keys, _located(layer.rows))
    layers = {name: layer.rows for name, layer in frozen.items()}
    made = {
        "departments": chosen["department"],
        "persons": _accounts(chosen["person"], counts),
        "posts": chosen["post"],
        "responsibility": responsibility(chosen, options.day, over_lanes=over_lanes),
        "lane_chiefs": lane_chiefs(chosen, options.day),
        "duty_rules": chosen["duty_rule"],
        "ownership_rulings": chosen["ownership_ruling"],
        "code_map": chosen["code_map"],
        "external_codes": chosen["external_code"],
    }
    if options.with_contacts:
        made["contacts"] = chosen["contact"]
    out = {}
    for name, rows in made.items():
        made_as = table_specs()[name]
        cleaned, redacted = clean_rows(rows, made_as.fields, made_as.name)
        counts["texts_redacted"] += redacted
        frozen[name] = freeze(distinct(cleaned), made_as.key)
        out[name] = frozen[name].rows
    notes += _notes(counts)
    for name in set(setting("outside_hash")) & set(out):
        del frozen[name]
    return PackageContent(layers, out, frozen, {k: n for k, n in sorted(counts.items()) if n}, tuple(notes))


def _chosen(
    tables: Mapping[str, Rows], options: ContentOptions, sensitive: Sensitive, counts: Counter[str]
) -> dict[str, Rows]:
    """Return the rows that go into the package, with the workspace's columns."""
    names = ("area", "unit_grid", "lane", "duty_zone", "department", "person", "post", "duty_rule", "code_map")
    more = ("responsibility_grid", "external_code", "contact", "ownership_ruling")
    chosen = {name: tables.get(name, Rows()) for name in (*names, *more)}
    for name in _ENDING:
        rows = chosen[name]
        ended = days(rows, name, "valid_to") < options.day
        counts[f"{name}_ended"] += int(ended.sum())
        chosen[name] = rows.take(~ended)
    chosen["unit_grid"] = _units(chosen["unit_grid"], options.scheme)
    chosen["responsibility_grid"] = _groups(chosen, options.scheme, counts)
    chosen["area"] = _with_offices(chosen["area"], tables, options.day)
    chosen["department"] = _with_stand_ins(chosen["department"], chosen["area"], counts)
    chosen["post"] = with_plain_times(_posts(chosen, options.scheme))
    holders = set(texts(chosen["post"], "person_id"))
    chosen["person"] = _where(chosen["person"], np.isin(texts(chosen["person"], "id").astype(str), sorted(holders)))
    refuse_private_keys(texts(chosen["person"], "id"), "person")
    if options.with_contacts:
        chosen["contact"] = _contacts(chosen["contact"], chosen["person"], counts)
    rules = chosen["duty_rule"]
    rules = _where(rules, np.isin(texts(rules, "scheme").astype(str), ("", options.scheme)))
    hidden = sensitive.prefixes(texts(rules, "class_prefix"), texts(rules, "class_kind"))
    counts["sensitive_rules"] += int(hidden.sum())
    chosen["duty_rule"] = rules.take(~hidden)
    external = chosen["external_code"]
    external = _where(external, texts(external, "receiver") == options.receiver)
    chosen["external_code"] = _without_objects(external, ("key",), sensitive, counts)
    ruled = _where(chosen["ownership_ruling"], texts(chosen["ownership_ruling"], "ruled_on") != "")
    hidden = sensitive.objects(texts(ruled, "component_code"))
    counts["sensitive_codes"] += int(hidden.sum())
    chosen["ownership_ruling"] = ruled.take(~hidden)
    chosen["code_map"] = _without_objects(chosen["code_map"], ("old_code", "new_code"), sensitive, counts)
    return chosen


def _units(units: Rows, scheme: str) -> Rows:
    column = scheme_column(scheme)
    group = units[column] if column in units else as_column([None] * len(units))
    measured = _measured(units)
    return units.with_columns(responsibility_grid=group, state=[VALID] * len(units), area_m2=measured)


def _groups(chosen: Mapping[str, Rows], scheme: str, counts: Counter[str]) -> Rows:
    """Return the scheme's responsibility grids with members and count, outlines made anew where they are stale."""
    rows, units = chosen["responsibility_grid"], chosen["unit_grid"]
    rows = _where(rows, texts(rows, "scheme") == scheme)
    members: dict[str, list[int]] = {}
    for position, code in enumerate(texts(units, "responsibility_grid")):
        members.setdefault(code, []).append(position)
    unit_codes = texts(units, "code")
    geometry = geometries(rows).copy()
    listed, numbers = [], []
    for row, code in enumerate(texts(rows, "code")):
        positions = members.get(code, [])
        listed.append(MEMBER_SEPARATOR.join(sorted(unit_codes[positions])) or None)
        numbers.append(len(positions))
        if positions and units.geometry is not None:
            shapes = units.geometry[positions]
            stored = 0.0 if geometry[row] is None else geometry[row].area
            if abs(stored - shapely.area(shapes).sum()) > _STALE_M2:
                geometry[row] = shapely.union_all(shapes)
                counts["outlines_derived"] += 1
    rows = rows.with_geometry(geometry)
    measured = _measured(rows)
    return rows.with_columns(members=listed, unit_count=numbers, state=[VALID] * len(rows), area_m2=measured)


def _measured(rows: Rows) -> list[float | None]:
    """Return the stored areas, measured where none is stored."""
    stored = rows["area_m2"] if "area_m2" in rows else as_column([None] * len(rows))
    if rows.geometry is None:
        return list(stored)
    taken = shapely.area(rows.geometry)
    return [float(new) if old is None and new == new else old for old, new in zip(stored, taken)]  # noqa: PLR0124


def _posts(chosen: Mapping[str, Rows], scheme: str) -> Rows:
    """Return the posts of this scheme's grids, and those of lanes, areas and stations that are of no other scheme."""
    posts = chosen["post"]
    groups = sorted(set(texts(chosen["responsibility_grid"], "code")))
    of_scheme = np.isin(texts(posts, "scheme").astype(str), ("", scheme))
    elsewhere = (texts(posts, "target") == "responsibility_grid") & ~np.isin(
        texts(posts, "target_code").astype(str), groups
    )
    return _where(posts, of_scheme & ~elsewhere)


def _with_offices(areas: Rows, tables: Mapping[str, Rows], day: np.datetime64) -> Rows:
    """Return the areas with the department that answers in each where nobody else does (``office_code``)."""
    offices = Offices(table(tables, "area"), table(tables, "department"), AreaTree(table(tables, "area")))
    codes = texts(areas, "code")
    return areas.with_columns(office_code=offices.offices(codes, np.full(len(codes), day)))


def _with_stand_ins(departments: Rows, areas: Rows, counts: Counter[str]) -> Rows:
    """Return the departments with one for each area whose code stands in for an office that nobody entered.

    So whatever an answer names, a fallback too, is a department that the receiver has.
    """
    known, offices = set(texts(departments, "code")), set(texts(areas, "office_code"))
    made = [
        stand_in(code, name, level)
        for code, name, level in zip(*(texts(areas, column) for column in ("code", "name", "level")))
        if code in offices - known
    ]
    counts["offices_stand_in"] += len(made)
    return Rows.from_records([*departments.records(), *made]) if made else departments


def stand_in(code: str, name: str, level: str) -> dict[str, str | None]:
    """Return the department that an area is where nobody entered its office."""
    return {"code": code, "name": name, "kind": _OFFICE if level == STREET_OFFICE else None}


def with_plain_times(posts: Rows) -> Rows:
    """Return posts with weekdays as ``1-5`` and hours as ``08:30``, whatever words a planner wrote them in."""
    plain = {
        "weekdays": as_column(weekday_text(weekday_mask(text)) for text in texts(posts, "weekdays")),
        **{name: as_column(clock_text(text) for text in texts(posts, name)) for name in ("start_time", "end_time")},
    }
    return posts.with_columns(**plain)


def _accounts(persons: Rows, counts: Counter[str]) -> Rows:
    """Return the persons; an account that is a phone or identity number goes out with the contacts or not at all."""
    accounts = texts(persons, "account")
    private = private_keys(accounts)
    counts["accounts_withheld"] += int(private.sum())
    accounts[private] = None
    return persons.with_columns(account=accounts)


def _contacts(contacts: Rows, persons: Rows, counts: Counter[str]) -> Rows:
    """Return the contacts, with the account, of those who hold a post and have agreed to it."""
    account_of = dict(zip(texts(persons, "id"), texts(persons, "account")))
    held = _where(contacts, np.isin(texts(contacts, "person_id").astype(str), sorted(account_of)))
    consent = held["publish_consent"] if "publish_consent" in held else as_column([None] * len(held))
    agrees = np.array([bool(value) for value in consent], dtype=bool)
    counts["contacts_without_consent"] += int((~agrees).sum())
    agreed = held.take(agrees)
    return agreed.with_columns(account=[account_of[person] or None for person in texts(agreed, "person_id")])


def _without_objects(rows: Rows, columns: tuple[str, ...], sensitive: Sensitive, counts: Counter[str]) -> Rows:
    hidden = np.zeros(len(rows), dtype=bool)
    for column in columns:
        hidden |= sensitive.objects(texts(rows, column))
    hidden &= texts(rows, "kind") == "component"
    counts["sensitive_codes"] += int(hidden.sum())
    return rows.take(~hidden)


def _where(rows: Rows, mask: np.ndarray) -> Rows:
    return rows.take(np.asarray(mask, dtype=bool))


def _located(rows: Rows) -> Rows:
    """Return polygons with a point inside each of them (``centre_x``, ``centre_y``), to the millimetre."""
    if "centre_x" not in rows or rows.geometry is None:
        return rows
    points = shapely.point_on_surface(rows.geometry)
    rounded = shapely.transform(points, lambda c: np.round(c, 3))
    points = np.where(shapely.contains(rows.geometry, rounded), rounded, points)
    x, y = xy_of_points(points)
    return rows.with_columns(
        centre_x=[None if np.isnan(v) else float(v) for v in x],
        centre_y=[None if np.isnan(v) else float(v) for v in y],
    )


_NOTES = {
    "texts_redacted": "package_texts_redacted",
    "outlines_derived": "package_outlines_derived",
    "offices_stand_in": "package_offices_stand_in",
    "accounts_withheld": "package_accounts_withheld",
    "contacts_without_consent": "package_contacts_without_consent",
    "sensitive_rules": "package_sensitive_rules",
    "sensitive_codes": "package_sensitive_codes",
}


def _notes(counts: Mapping[str, int]) -> list[Message]:
    return [Message(code, {"count": counts[key]}) for key, code in _NOTES.items() if counts.get(key)]
