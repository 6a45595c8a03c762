"""What a dialog offers to choose from in a workspace: its name, grid schemes, areas, and how much of what it holds.

Plain SQL, as for the tree; meant for a background thread.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.inspection.checklists import known_checklists
from gridmgmt_plugin.core.intake.arriving_files import taken_digests
from gridmgmt_plugin.core.intake.source_profiles import SourceProfile, known_profiles
from gridmgmt_plugin.core.release.profile_names import kept_names
from gridmgmt_plugin.core.responsibility.scheme_rules import ENTRY, SchemeRules, read_scheme_rules
from gridmgmt_plugin.workspace.light.copy_mark import WORKING_COPY, moment_of
from gridmgmt_plugin.workspace.light.opening import county_of, entries_of, light_reading
from gridmgmt_plugin.workspace.light.reader import LightReader, lanes_that_are
from gridmgmt_plugin.workspace.location import Location

_COUNTED = ("area", "unit_grid", "responsibility_grid", "lane", "component", "cases", "person", "post")


@dataclass(frozen=True)
class ListedArea:
    """An area to choose: ``level`` is county, street_office or community."""

    code: str
    name: str
    level: str


@dataclass(frozen=True)
class ListedPost:
    """A post to choose, held by ``person`` (id). ``target``: the kind of ``place``, which is a name or a code."""

    id: str
    person: str
    role: str
    target: str
    place: str


@dataclass(frozen=True)
class WorkspaceLists:
    """``schemes``: (key, title) in the order of their making. ``areas``: those of today, parents before their parts.
    ``counts``: rows by table. ``cases_by_month``: "2026-10" → cases reported in that month, in order.
    ``catalogues``: kind of class (component, event) → the catalogue that the workspace names. ``crs_label``: what its
    coordinates are.
    ``releases``: (number, day and receiver, key of its state), the newest first.
    ``persons``, ``departments``: (id or code, name) by name, without those who have left and those that have ended;
    ``passed_departments``: those that have ended and passed their work on.
    ``grids``: (scheme, code, name) of responsibility grids. ``posts``: those that nobody has ended.
    ``lanes``: (code, name) of those that there still are. ``checklists``: (key, Chinese, English) of inspections.
    ``ledgers``: (key, title) in the order of their making.
    ``profiles``: name → how files of that source of cases are read. ``receiver_profiles``: names of those it keeps.
    ``taken_files``: digests of the files of cases that were taken in.
    ``scheme_rules``: scheme → what it asks of its grids, of the schemes that ask something.
    ``copied_at``: when the workspace was made as a working copy, "" where it is none.
    """

    county_name: str = ""
    schemes: tuple[tuple[str, str], ...] = ()
    areas: tuple[ListedArea, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    cases_by_month: Mapping[str, int] = field(default_factory=dict)
    catalogues: Mapping[str, str] = field(default_factory=dict)
    crs_label: str = ""
    releases: tuple[tuple[str, str, str], ...] = ()
    persons: tuple[tuple[str, str], ...] = ()
    departments: tuple[tuple[str, str], ...] = ()
    passed_departments: tuple[tuple[str, str], ...] = ()
    scheme_rules: Mapping[str, SchemeRules] = field(default_factory=dict)
    grids: tuple[tuple[str, str, str], ...] = ()
    posts: tuple[ListedPost, ...] = ()
    lanes: tuple[tuple[str, str], ...] = ()
    checklists: tuple[tuple[str, str, str], ...] = ()
    ledgers: tuple[tuple[str, str], ...] = ()
    profiles: Mapping[str, SourceProfile] = field(default_factory=dict)
    receiver_profiles: tuple[str, ...] = ()
    taken_files: frozenset[str] = frozenset()
    copied_at: str = ""


def read_lists(location: Location) -> WorkspaceLists:
    """Read what dialogs offer.

    :raises WorkspaceError: what :func:`~gridmgmt_plugin.workspace.light.opening.read_entries` raises.
    """
    with light_reading(location) as reader:
        entries = entries_of(reader, location)
        rows = reader.rows("SELECT key, title FROM scheme ORDER BY fid")
        today = clock.today().isoformat()
        found = reader.rows(_AREAS, (today, today))
        areas = [ListedArea(code, name or code, level) for code, name, level in found if code]
        return WorkspaceLists(
            county_of(entries),
            tuple((key, title or key) for key, title in rows),
            tuple(sorted(areas, key=lambda area: area.code)),
            {name: _count(reader, name) for name in _COUNTED},
            dict(sorted(reader.rows(_MONTHS))),
            {
                "component": entries.get("component_catalogue", "components"),
                "event": entries.get("event_catalogue", "events"),
            },
            entries.get("crs_label", ""),
            _releases(reader),
            tuple((key, name or key) for key, name in reader.rows(_PERSONS)),
            _departments(reader, passed_on=False),
            _departments(reader, passed_on=True),
            read_scheme_rules(entries.get(ENTRY)),
            tuple((scheme, code, name or code) for scheme, code, name in reader.rows(_GRIDS)),
            tuple(ListedPost(*map(str, row)) for row in reader.rows(_POSTS, (today,))),
            _lanes(reader),
            tuple((key, one.zh, one.en) for key, one in known_checklists(entries).items()),
            tuple((key, title or key) for key, title in reader.rows("SELECT key, title FROM ledger ORDER BY fid")),
            known_profiles(entries),
            kept_names(entries),
            taken_digests(entries),
            moment_of(entries.get(WORKING_COPY)),
        )


# One that has ended, or is still to come, is refused wherever a scope is asked for.
_AREAS = (
    "SELECT code, name, level FROM area WHERE coalesce(CAST(valid_from AS text), '') <= ?"
    " AND coalesce(nullif(CAST(valid_to AS text), ''), '9999') >= ?"
)
_PERSONS = (
    "SELECT id, name FROM person WHERE id IS NOT NULL AND coalesce(state, '') NOT IN ('离岗', '退休')"
    " ORDER BY name, id"
)
_GRIDS = (
    "SELECT scheme, code, coalesce(nullif(alias, ''), name) FROM responsibility_grid"
    " WHERE scheme IS NOT NULL AND code IS NOT NULL ORDER BY scheme, code"
)
_POSTS = (
    "SELECT post.id, post.person_id, coalesce(post.role, ''), coalesce(post.target, ''),"
    " coalesce(nullif(grid.alias, ''), grid.name, lane.name, area.name, station.name, post.target_code, '')"
    " FROM post"
    " LEFT JOIN responsibility_grid AS grid ON post.target = 'responsibility_grid'"
    " AND grid.code = post.target_code AND grid.scheme = post.scheme"
    " LEFT JOIN lane ON post.target = 'lane' AND lane.code = post.target_code"
    " LEFT JOIN area ON post.target = 'area' AND area.code = post.target_code"
    " LEFT JOIN station ON post.target = 'station' AND station.code = post.target_code"
    " WHERE post.id IS NOT NULL AND post.person_id IS NOT NULL"
    " AND coalesce(nullif(CAST(post.valid_to AS text), ''), '9999') >= ?"
    " ORDER BY post.person_id, post.target, post.target_code, post.id"
)
_DEPARTMENTS = (
    "SELECT code, name, successor_code IS NOT NULL AND coalesce(nullif(CAST(valid_to AS text), ''), '9999') < ?"
    " FROM department WHERE code IS NOT NULL ORDER BY name, code"
)
_MONTHS = (
    "SELECT substr(CAST(reported_at AS text), 1, 7), count(*) FROM cases WHERE reported_at IS NOT NULL GROUP BY 1"
)


def _lanes(reader: LightReader) -> tuple[tuple[str, str], ...]:
    lanes, values = lanes_that_are()
    order = "code IS NOT NULL ORDER BY name, code"
    rows = reader.rows(f"SELECT code, name FROM {lanes} AND {order}", values)  # noqa: S608  words of ours
    return tuple((code, name or code) for code, name in rows)


def _departments(reader: LightReader, *, passed_on: bool) -> tuple[tuple[str, str], ...]:
    rows = reader.rows(_DEPARTMENTS, (clock.today().isoformat(),))
    return tuple((key, name or key) for key, name, has_passed in rows if bool(has_passed) == passed_on)


def _releases(reader: LightReader) -> tuple[tuple[str, str, str], ...]:
    """Return the releases; who may not read their register is offered none."""
    if not reader.columns("release"):
        return ()
    rows = reader.rows("SELECT number, substr(CAST(delivered_at AS text), 1, 10), receiver, state FROM release")
    told = [(number, " ".join(filter(None, (day, to))), state or "") for number, day, to, state in rows if number]
    return tuple(sorted(told, reverse=True))


def _count(reader: LightReader, table: str) -> int:
    return int(reader.rows(f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608  a name of ours
