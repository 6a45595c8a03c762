"""What the form of each table shows, read from ``resources/forms``: tabs, groups, fields in order, widgets, lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from gridmgmt_plugin.core.messages import tongue_of
from gridmgmt_plugin.core.resources import load_json

#: Stands for the columns of all grid schemes, where fields and lists are named.
SCHEME_COLUMNS = "rg_*"
_FORMS = "forms/forms.json"
_LISTS = "forms/lists.json"
#: A text in the two languages.
Text = Mapping[str, str]


@dataclass(frozen=True)
class Group:
    """Fields that stand together; with a title they have a frame."""

    fields: tuple[str, ...]
    title: Text | None = None
    columns: int = 2


@dataclass(frozen=True)
class Tab:
    """One page of a form: its title, groups of fields, the lists below them."""

    tab: str
    groups: tuple[Group, ...]
    lists: tuple[str, ...]

    def title(self, language: str) -> str:
        """Return what stands on the tab."""
        return str(load_json(_FORMS)["tabs"][self.tab][tongue_of(language)])


@dataclass(frozen=True)
class FormDescription:
    """The form of one table.

    ``read_only``: column → why nobody types it. ``proposed``: column → what fills it in until a planner does.
    ``locked``: why the whole form is for reading. ``lookups``: column →
    table whose names it shows, beside the references of the schema. ``widgets``: column → count, measure or text.
    ``unanswered``: yes/no column → what an open answer is called. ``display``: QGIS expression for a row's name.
    ``new_key``: column → what the number of a new row begins with.
    """

    tabs: tuple[Tab, ...]
    read_only: Mapping[str, str] = field(default_factory=dict)
    proposed: Mapping[str, str] = field(default_factory=dict)
    locked: str | None = None
    hidden: tuple[str, ...] = ()
    lookups: Mapping[str, str] = field(default_factory=dict)
    widgets: Mapping[str, str] = field(default_factory=dict)
    unanswered: Mapping[str, Text] = field(default_factory=dict)
    display: str | None = None
    new_key: Mapping[str, str] = field(default_factory=dict)

    @property
    def placed(self) -> tuple[str, ...]:
        """Return the columns that stand on the form, in order."""
        return tuple(name for tab in self.tabs for group in tab.groups for name in group.fields)

    def locked_because(self, language: str) -> str:
        """Return why the whole form is for reading, "" where it is not."""
        return _reason(self.locked, language) or ""

    def reason(self, column: str, language: str) -> str | None:
        """Return why a column is only to be read, ``None`` when it may be typed."""
        return _reason(self.read_only.get(column, self.locked), language)

    def tip(self, column: str, language: str) -> str | None:
        """Return where a column comes from, ``None`` when planners alone fill it in."""
        return self.reason(column, language) or _reason(self.proposed.get(column), language)


def _reason(key: str | None, language: str) -> str | None:
    return None if key is None else str(load_json(_FORMS)["reasons"][key][tongue_of(language)])


@dataclass(frozen=True)
class ListDescription:
    """A short list in a form: rows of ``table`` whose ``column`` equals ``of`` of the row that the form shows.

    ``where``: columns with fixed values; ``match``: column → further column of the form's row. ``columns`` are shown
    by name, rows sorted by ``order`` ("-" = latest first); a row whose day ``ends`` is past comes last. ``count_by``:
    only numbers by class, ``of_which`` those among them that are not in some states. ``figures``: worked out by
    :mod:`gridmgmt_plugin.project.forms.figures`. ``add``: rows are added and changed here;
    ``roles``: the roles that are offered for it. ``go``: what a row leads to instead of itself. ``most``: so many
    rows there may be.
    """

    key: str
    title: Text
    table: str
    column: str
    of: str
    columns: tuple[str, ...] = ()
    where: Mapping[str, Any] = field(default_factory=dict)
    match: Mapping[str, str] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    ends: str | None = None
    count_by: tuple[str, ...] = ()
    of_which: Mapping[str, Any] | None = None
    figures: str | None = None
    add: bool = False
    roles: tuple[str, ...] = ()
    go: Mapping[str, str] | None = None
    most: int | None = None

    def heading(self, language: str) -> str:
        """Return the title above the list."""
        return str(self.title[tongue_of(language)])


@lru_cache(maxsize=1)
def form_descriptions() -> Mapping[str, FormDescription]:
    """Return the form of every table."""
    return {table: _form(entry) for table, entry in load_json(_FORMS)["forms"].items()}


@lru_cache(maxsize=1)
def list_descriptions() -> Mapping[str, ListDescription]:
    """Return every list that forms show, by key."""
    found = {}
    for key, entry in load_json(_LISTS)["lists"].items():
        values: dict[str, Any] = _with_tuples(entry)
        found[key] = ListDescription(key=key, **values)
    return found


def _form(entry: Mapping[str, Any]) -> FormDescription:
    values: dict[str, Any] = _with_tuples(entry)
    values["tabs"] = tuple(_tab(tab) for tab in entry["tabs"])
    return FormDescription(**values)


def _with_tuples(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()}


def _tab(entry: Mapping[str, Any]) -> Tab:
    groups = tuple(Group(**{**group, "fields": tuple(group["fields"])}) for group in entry["groups"])
    return Tab(entry["tab"], groups, tuple(entry["lists"]))
