"""What a file's columns seem to be, before anything is imported: a proposal that a planner looks at and changes.

The guesses are those of the imports themselves, asked through the same functions; here they only get names for the
eye, other columns that could be meant, and the first rows of the file.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.posts.columns import TableColumns, find_columns
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.text import clean_text
from gridmgmt_plugin.exchange.column_roles import (
    candidates,
    find_area_fields,
    find_field,
    is_personal,
    role_title,
)
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.intake import import_components
from gridmgmt_plugin.jobs.intake.cases import prepare
from gridmgmt_plugin.jobs.intake.day_and_time import with_moments
from gridmgmt_plugin.jobs.intake.file_columns import CATALOGUE, choose_columns
from gridmgmt_plugin.jobs.intake.placing.by_words import ADDRESSES, may_lack_coordinates
from gridmgmt_plugin.jobs.intake.point_rows import coordinate_fields
from gridmgmt_plugin.jobs.ledgers import ledger_columns
from gridmgmt_plugin.jobs.unit_grids import unit_grid_cells
from gridmgmt_plugin.workspace.schema import table

PREVIEW_ROWS = 10
_GUESSED = "field_guessed"
_COMPUTED: Mapping[str, Collection[str]] = {
    "cases": prepare.COMPUTED,
    "component": import_components.COMPUTED,
    "unit_grid": unit_grid_cells.COMPUTED,
    "ledger_item": ledger_columns.COMPUTED,
}
_MORE: Mapping[str, Collection[str]] = {
    "cases": prepare.MORE,
    "component": import_components.MORE,
    "ledger_item": ledger_columns.MORE,
}
# Tables with columns about persons that stay outside, and without a key that every file must have.
_OF_PLACES = ("cases", "component", "ledger_item")
_NEEDED: Mapping[str, Collection[str]] = {
    "cases": ("reported_at",),
    "component": ("class_code",),
    "street": ("lane",),
    "area": ("code",),
}
#: What layers are asked for of which only some columns matter, by role.
_ROLES: Mapping[str, Sequence[str]] = {
    "street": ("lane", "road_class"),
    "road": ("lane", "road_class"),
    "area": ("code", "name"),
    "points": ("class", "kind", "component"),
    "centres": ("name",),
}
# Kinds whose rows need a place: two columns of a table, nothing of a layer.
_PLACED = ("points", "centres")


@dataclass(frozen=True)
class WantedColumn:
    """A column to fill: ``name`` as parameters and field maps call it, its titles, and the heading proposed for it
    (``None``: nothing fits). ``others``: headings that could be meant as well, the likeliest first. ``is_sure``: the
    heading speaks for itself. ``is_needed``: nothing is imported without it.
    """

    name: str
    zh: str
    en: str
    heading: str | None
    others: tuple[str, ...] = ()
    is_sure: bool = True
    is_needed: bool = False


@dataclass(frozen=True)
class ColumnProposal:
    """``wanted``: the columns to fill. ``headings``: those of the file; ``titles``: heading →
    what a reader knows it by, where that is another. ``withheld``: headings about persons, which
    stay outside and are not shown. ``rows``: how many the file has; ``preview``: the first of them as text.
    ``understood``: headings that the import reads without being asked for, with what they are called in both
    languages: 街长 and 街长电话 are a name and a telephone number.
    """

    wanted: tuple[WantedColumn, ...]
    headings: tuple[str, ...]
    withheld: frozenset[str]
    rows: int
    preview: tuple[tuple[str, ...], ...]
    understood: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)

    def title_of(self, heading: str) -> str:
        """Return how the planner sees a heading named."""
        return self.titles.get(heading, heading)


def propose_columns(source: Source, kind: str, frame: Frame, coordinates: str = "crs") -> ColumnProposal:
    """Return what the columns of a file seem to be.

    :param kind: the table to fill (cases, component, post, unit_grid, department …), or what a layer is of which only
        a few columns matter: ``street`` (with names), ``road`` (perhaps without), ``area``, ``points``,
        ``centres``.
    :raises InputError: what makes the file useless as a whole.
    """
    keeps_personal = kind not in (*_OF_PLACES, *_PLACED)
    withheld = frozenset(() if keeps_personal else filter(is_personal, source.field_names))
    understood: Mapping[str, tuple[str, str]] = {}
    if kind in _ROLES:
        wanted = _by_role(source, kind)
        if kind in _PLACED and not source.rows.is_spatial:
            wanted = (*_places(source, _pair(source, frame, coordinates), is_needed=True), *wanted)
    elif kind == "post":
        wanted, understood = _of_posts(source)
    else:
        wanted = _of_table(source, kind, frame, coordinates, keeps_personal=keeps_personal)
    return ColumnProposal(
        wanted,
        source.field_names,
        withheld,
        len(source),
        _preview(source, withheld),
        understood,
        source.titles,
    )


def _of_table(
    source: Source, kind: str, frame: Frame, coordinates: str, *, keeps_personal: bool
) -> tuple[WantedColumn, ...]:
    """Ask as the import of ``kind`` asks."""
    definition = table(kind)
    taken: tuple[str, ...] = ()
    if _has_pair(source, kind):
        taken = _pair(source, frame, coordinates)
    moments = with_moments(source)
    source = moments.source
    computed, more = _COMPUTED.get(kind, ()), _MORE.get(kind, ())
    chosen = choose_columns(
        source, kind, computed=computed, more=more, taken=taken, keep_personal=keeps_personal, partner=moments.partner
    )
    unsure = {note.details["field"] for note in chosen.notes if note.code == _GUESSED}
    roles: Mapping[str, str] = load_json(CATALOGUE)["roles"].get(kind, {})
    needed = {*_NEEDED.get(kind, ()), *(definition.key if kind not in (*_OF_PLACES, "unit_grid") else ())}
    titles = {column.name: (column.zh, column.en) for column in definition.columns if column.name not in computed}
    titles.update({name: _role_titles(name) for name in more})
    placed = kind in ADDRESSES and not may_lack_coordinates(kind, chosen.fields, source)
    wanted = list(_places(source, taken, is_needed=placed) if _has_pair(source, kind) else ())
    for name, (zh, en) in titles.items():
        heading = chosen.fields.get(name)
        role = roles.get(name)
        others = () if role is None else tuple(h for h in candidates(source.rows, role) if h != heading)
        is_sure = heading is None or heading not in unsure
        wanted.append(WantedColumn(name, zh, en, heading, others, is_sure, name in needed))
    return tuple(wanted)


def _has_pair(source: Source, kind: str) -> bool:
    return table(kind).geometry in ("Point", "Geometry") and not source.rows.is_spatial


def _pair(source: Source, frame: Frame, coordinates: str) -> tuple[str, ...]:
    try:
        return coordinate_fields(source, None, None, coordinates, frame)
    except InputError:
        return ()  # the planner says which, and the import tells what is missing


def _places(source: Source, pair: tuple[str, ...], *, is_needed: bool) -> tuple[WantedColumn, ...]:
    found = pair or (None, None)
    return tuple(
        WantedColumn(
            axis,
            *_role_titles(axis),
            heading,
            tuple(h for h in candidates(source.rows, axis) if h != heading),
            is_needed=is_needed,
        )
        for axis, heading in zip(("x", "y"), found)
    )


def _by_role(source: Source, kind: str) -> tuple[WantedColumn, ...]:
    names = _ROLES[kind]
    found: dict[str, str] = {}
    if kind == "area":
        try:
            found = dict(zip(names, (guess.field for guess in find_area_fields(source.rows))))
        except InputError:
            found = {}  # the planner says which
    else:
        for role in names:
            guess = find_field(source.rows, role, taken=list(found.values()))
            found.update({} if guess is None else {role: guess.field})
    return tuple(
        WantedColumn(
            role,
            *_role_titles(role),
            found.get(role),
            tuple(h for h in candidates(source.rows, role) if h != found.get(role)),
            is_needed=role in _NEEDED.get(kind, ()),
        )
        for role in names
    )


def _of_posts(source: Source) -> tuple[tuple[WantedColumn, ...], dict[str, tuple[str, str]]]:
    """Return the columns of posts, and what columns headed by a role or a turn are understood as."""
    known = load_json("catalogues/roles.json")["post_columns"]
    try:
        found = find_columns(source.rows, {})
    except InputError:
        found = TableColumns({}, (), ())  # no column of names: the planner says which
    titles = {name: (words[0], name.replace("_", " ")) for name, words in known.items()}
    tables = [table(name).columns for name in ("post", "person", "contact")]
    titles.update({c.name: (c.zh, c.en) for columns in tables for c in columns if c.name in known})
    wanted = tuple(WantedColumn(name, *titles[name], found.shared.get(name)) for name in known)
    by_role = [person for person in found.persons if person.implied]
    understood = {heading: titles[name] for person in by_role for name, heading in person.columns.items()}
    return wanted, understood


def _role_titles(role: str) -> tuple[str, str]:
    own = load_json(CATALOGUE)["titles"].get(role)
    return (role_title(role, "zh"), role_title(role, "en")) if own is None else (own["zh"], own["en"])


def _preview(source: Source, withheld: Collection[str]) -> tuple[tuple[str, ...], ...]:
    """Return the first rows as text; what is about persons is not shown."""
    count = min(PREVIEW_ROWS, len(source))
    columns = [
        [""] * count if name in withheld else [clean_text(value) or "" for value in source.rows[name][:count]]
        for name in source.field_names
    ]
    return tuple(zip(*columns)) if columns else ()
