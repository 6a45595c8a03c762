"""What the editor of receiver profiles shows: the profiles there are, and rows as they would go out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.release.sensitive import sensitive_of
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.exchange.package.csv_files import csv_cell
from gridmgmt_plugin.exchange.package.delivered_rows import Delivered
from gridmgmt_plugin.exchange.package.profile import ReceiverProfile, content_names, package_specs
from gridmgmt_plugin.exchange.package.profile_reading import read_profile
from gridmgmt_plugin.exchange.package.text_fit import ENCODINGS
from gridmgmt_plugin.jobs.checks.validate_workspace import checked_tables
from gridmgmt_plugin.jobs.handover.content import ContentOptions, build_content
from gridmgmt_plugin.jobs.receivers.receiver_profiles import shipped_profiles
from gridmgmt_plugin.workspace.handover.receiver_profiles import kept_profiles
from gridmgmt_plugin.workspace.location import Location
from gridmgmt_plugin.workspace.workspace import Workspace

_SHOWN = 10
_NUMBER = "r0001"
_USUAL_ENCODING = next(iter(ENCODINGS))


@dataclass(frozen=True, eq=False)
class ProfileDesk:
    """``kept``, ``shipped``: name or key → content. ``samples``: layer or table → its first rows as a package of
    ``scheme`` has them; ``codes``: the table of external codes. ``problem``: why there are no samples.
    """

    kept: Mapping[str, Any]
    shipped: Mapping[str, Any]
    county: str = ""
    scheme: str = ""
    samples: Mapping[str, Rows] = field(default_factory=dict)
    codes: Rows = field(default_factory=Rows)
    problem: Message | None = None


@dataclass(frozen=True)
class Preview:
    """``file``: name of the file; ``headings`` and ``lines`` of it; ``problem``: what is wrong with the profile, or
    what of these rows the receiver would not take.
    """

    file: str = ""
    headings: Sequence[str] = ()
    lines: Sequence[Sequence[str]] = ()
    problem: Message | None = None


def read_profile_desk(location: Location, language: str) -> ProfileDesk:
    """Return what the editor shows of a workspace, in its first grid scheme."""
    with Workspace.open(location).reading() as workspace:
        kept, info = kept_profiles(workspace), workspace.info
        schemes = workspace.read("scheme", ["key"], geometry=False)["key"].tolist()
        tables = checked_tables(workspace)
    shipped, county = shipped_profiles(language), info.county_code
    if not schemes:
        return ProfileDesk(kept, shipped, county, problem=Message("receiver_profile_no_scheme"))
    try:
        sensitive = sensitive_of(info.component_catalogue, info.event_catalogue, tables)
        day = np.datetime64(clock.today(), "D")
        content = build_content(tables, ContentOptions(schemes[0], day, "", info.precision_m), sensitive)
    except GridError as error:
        return ProfileDesk(kept, shipped, county, schemes[0], problem=error.message)
    samples = {name: _first(rows) for name, rows in {**content.layers, **content.tables}.items()}
    return ProfileDesk(kept, shipped, county, schemes[0], samples, tables["external_code"])


def preview(desk: ProfileDesk, content: Mapping[str, Any], name: str) -> Preview:
    """Return the first rows of a layer or table as a profile would have them written; a fault is told in it."""
    try:
        profile = read_profile(content).named(desk.county, desk.scheme or "cg", _NUMBER, clock.now())
    except GridError as error:
        return Preview(problem=error.message)
    rows = desk.samples.get(name)
    if rows is None:
        return Preview(profile.file_name(name), [form.spec.name for form in profile.fields_of(name)])
    delivered = _delivered(desk, profile)
    shaped = delivered.rows(name, rows)
    fields = delivered.fields(name)
    lines = list(zip(*([csv_cell(value) for value in shaped[spec.column]] for spec in fields)))
    problem = None
    try:
        delivered.check(name, rows)
    except GridError as error:
        problem = error.message
    missing = delivered.missing_codes({name: rows})
    if missing and problem is None:
        problem = Message("receiver_profile_code_missing", {"kind": missing[0].kind, "key": missing[0].key})
    return Preview(profile.file_name(name), [spec.name for spec in fields], lines, problem)


def offered_layers(language: str) -> list[tuple[str, str]]:
    """Return what a profile may choose among: name and title of layers and tables."""
    return [(name, package_specs()[name].label(language)) for name in content_names()]


def listed_fields(content: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the fields of a layer or table one by one, as a profile lists them or as it renames them."""
    given = dict(content.get("fields", {})).get(name, {})
    if isinstance(given, list):
        return [dict(entry) for entry in given]
    return [
        {"from": spec.name, "name": given[spec.name]} if spec.name in given else {"from": spec.name}
        for spec in package_specs()[name].fields
    ]


def field_titles(name: str, language: str) -> dict[str, str]:
    """Return our field → what a person calls it, of a layer or table."""
    return {spec.name: spec.label(language) for spec in package_specs()[name].fields}


def _delivered(desk: ProfileDesk, profile: ReceiverProfile) -> Delivered:
    rows = desk.codes
    columns = (rows[column] for column in ("receiver", "kind", "key", "external_key"))
    codes = {
        (kind, key): theirs
        for receiver, kind, key, theirs in zip(*columns)
        if theirs and (receiver or "") == profile.receiver
    }
    return Delivered(profile, profile.encoding or _USUAL_ENCODING, codes)


def _first(rows: Rows) -> Rows:
    return rows.take(np.arange(min(len(rows), _SHOWN)))
