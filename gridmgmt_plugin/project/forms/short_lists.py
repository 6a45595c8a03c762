"""The short lists of a form: which rows belong to the row that it shows, each column by name, the rest a number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qgis.core import QgsFeature, QgsFeatureRequest, QgsVectorLayer

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.messages import tongue_of
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.responsibility.answering_order import place_in_order
from gridmgmt_plugin.core.value_lists import value_list
from gridmgmt_plugin.project.attributes import is_null
from gridmgmt_plugin.project.forms.conditions import all_of, equals
from gridmgmt_plugin.project.forms.description import ListDescription
from gridmgmt_plugin.project.forms.field_labels import heading_of
from gridmgmt_plugin.project.forms.names import Names
from gridmgmt_plugin.project.forms.row_facts import day_text
from gridmgmt_plugin.project.postponed import is_as_stored, open_postponed
from gridmgmt_plugin.workspace.schema import table as definition_of

#: So many rows stand in a form; the list says how many more there are.
SHOWN_AT_MOST = 20
# Columns that others need to be told by name.
_HELPING = {
    "post": ("target", "scheme", "turn", "section_from", "section_to", "person_id"),
    "patrol": ("target",),
    "cases": ("kind",),
    "duty_rule": ("class_kind",),
    "lane_inspection": ("checklist",),
}


@dataclass(frozen=True)
class Row:
    """One line: what stands in its cells, and what it leads to: the rows of ``table`` that meet ``condition``.

    ``past``: it held once and holds no more.
    """

    cells: tuple[str, ...]
    table: str | None = None
    condition: str | None = None
    past: bool = False


@dataclass(frozen=True)
class ShortList:
    """What a list shows: headings, the first rows, and how many there are in all."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    total: int


def word(key: str, language: str) -> str:
    """Return a word of the lists in the reader's language."""
    return str(load_json("forms/lists.json")["words"][key][tongue_of(language)])


@dataclass(frozen=True)
class ListSource:
    """What lists are read from: the layers of the workspace by table, edits included, and the reader's language."""

    layers: Mapping[str, QgsVectorLayer]
    language: str

    def read(self, description: ListDescription, feature: QgsFeature) -> ShortList:
        """Return a list of rows or of numbers by class for the row that a form shows."""
        if description.table not in self.layers:
            return ShortList((), (), 0)
        condition = own_condition(description, feature) or "FALSE"  # a new row has a list without lines
        if description.count_by:
            return self.counted(description, condition)
        return self._listed(description, condition)

    def features(self, table: str, condition: str, columns: Sequence[str]) -> list[QgsFeature]:
        """Return the rows of a table that meet a condition, with the columns asked for."""
        layer = self.layers.get(table)
        if layer is None:  # the planner has no right to see it
            return []
        if layer.featureCount() or not is_as_stored(layer):  # a line leads to its row by the number that it has then
            open_postponed(layer)
        request = QgsFeatureRequest().setFilterExpression(condition)
        request.setSubsetOfAttributes(list(columns), layer.fields())
        return list(layer.getFeatures(request.setFlags(QgsFeatureRequest.Flag.NoGeometry)))

    def counted(self, description: ListDescription, condition: str) -> ShortList:
        """Return how many rows there are of each class, the most first."""
        by, part = description.count_by, description.of_which
        columns = [*by, str(part["column"])] if part else list(by)
        found = self.features(description.table, condition, columns)
        everything = Counter(tuple(_plain(row[name]) for name in by) for row in found)
        of_these = Counter(
            tuple(_plain(row[name]) for name in by)
            for row in found
            if part and _plain(row[str(part["column"])]) not in part["not_in"]
        )
        names = Names(self.layers, description.table, self.language)
        headings = [self._heading(description.table, by[-1]), word("count", self.language)]
        headings += [part["title"][tongue_of(self.language)]] if part else []
        lines = []
        for values, number in sorted(everything.items(), key=lambda item: (-item[1], str(item[0]))):
            known = dict(zip(by, values))
            cells = [names.of(by[-1], values[-1], known) or word("unknown", self.language), str(number)]
            cells += [str(of_these[values])] if part else []
            own = all_of([condition, *(equals(name, value) for name, value in known.items())])
            lines.append(Row(tuple(cells), description.table, own))
        return ShortList(tuple(headings), tuple(lines), len(found))

    def _listed(self, description: ListDescription, condition: str) -> ShortList:
        table, ends = description.table, description.ends
        wanted = {*description.columns, *(name.lstrip("-") for name in description.order), *_HELPING.get(table, ())}
        wanted |= {ends} if ends else set()
        wanted |= {description.go["by"]} if description.go else set()
        found = self.features(table, condition, sorted(wanted & set(self.layers[table].fields().names())))
        for name in reversed(description.order):
            found.sort(key=_sort_key(table, name.lstrip("-")), reverse=name.startswith("-"))
        today = clock.today().isoformat()
        past = {row.id(): _is_past(row, ends, today) for row in found}
        found.sort(key=lambda row: past[row.id()])
        names = Names(self.layers, table, self.language)
        shown = [name for name in description.columns if name in wanted]
        lines = [
            Row(
                tuple(names.of(name, _plain(row[name]), row.attributeMap()) for name in shown),
                *_leads_to(description, row),
                past[row.id()],
            )
            for row in found[:SHOWN_AT_MOST]
        ]
        return ShortList(tuple(self._heading(table, name) for name in shown), tuple(lines), len(found))

    def _heading(self, table: str, column: str) -> str:
        entry = next(entry for entry in definition_of(table).columns if entry.name == column)
        return heading_of(entry, self.language)


def own_condition(description: ListDescription, feature: QgsFeature) -> str | None:
    """Return which rows belong to the row of a form, ``None`` while that has nothing to be referred to by."""
    names = feature.fields().names()
    pairs = {description.column: description.of, **description.match}
    if not set(pairs.values()) <= set(names):
        return None
    values = {column: _plain(feature[of]) for column, of in pairs.items()}
    if values[description.column] in (None, ""):
        return None
    return all_of(equals(column, value) for column, value in {**values, **description.where}.items())


def _leads_to(description: ListDescription, row: QgsFeature) -> tuple[str, str]:
    if description.go is not None:
        return description.go["table"], equals(description.go["column"], _plain(row[description.go["by"]]))
    return description.table, f"$id = {row.id()}"


def _sort_key(table: str, column: str) -> Callable[[QgsFeature], tuple[bool, Any]]:
    """Sort roles as they answer, keys of a value list in its order, all else by itself, what is missing last."""
    if (table, column) == ("post", "role"):
        return lambda row: (False, answering_order(row))
    values = next((entry.values for entry in definition_of(table).columns if entry.name == column), None)
    places = {key: at for at, (key, _) in enumerate(value_list(values))} if values else {}

    def key(row: QgsFeature) -> tuple[bool, Any]:
        value = _plain(row[column])
        if places:
            return value not in places, places.get(value, 0)
        if isinstance(value, (int, float)):
            return False, (0, value, "")
        return value is None, (1, 0, day_text(value))

    return key


def answering_order(post: QgsFeature) -> tuple[int, int, bool, str]:
    """Return the sort key by which posts of one place answer."""
    target, role, turn, begin, end, person = (
        _plain(post[name]) for name in ("target", "role", "turn", "section_from", "section_to", "person_id")
    )
    return place_in_order(target, role, turn, of_section=bool(begin or end), person_id=person)


def _is_past(row: QgsFeature, ends: str | None, today: str) -> bool:
    last = day_text(row[ends]) if ends else ""
    return bool(last) and last < today


def _plain(value: Any) -> Any:
    return None if is_null(value) else value
