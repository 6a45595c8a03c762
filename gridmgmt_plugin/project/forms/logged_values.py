"""What is kept as one text, value by value: a line of the change log, what a ledger's file says of an item."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from qgis.core import QgsFeature, QgsGeometry, QgsVectorLayer, QgsWkbTypes
from qgis.PyQt.QtCore import QByteArray

from gridmgmt_plugin.core.messages import tongue_of
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.written import number
from gridmgmt_plugin.project.attributes import is_null
from gridmgmt_plugin.project.forms.field_labels import heading_of
from gridmgmt_plugin.project.forms.names import Names
from gridmgmt_plugin.project.forms.schemes import grid_label, scheme_of, scheme_titles
from gridmgmt_plugin.project.forms.short_lists import ListSource, Row, ShortList, word
from gridmgmt_plugin.workspace.changes.table_change import GEOMETRY
from gridmgmt_plugin.workspace.schema import scheme_column, tables

_PLACE_DIGITS = 2
_HECTARE_M2 = 10_000.0
_SCHEMES = scheme_column("x")[:-1]


def logged_values(source: ListSource, line: QgsFeature) -> ShortList:
    """Return the values of a line of the change log that differ, one per row: what, before, after.

    What a job wrote as a whole stands as counts. A column that the table has no more keeps its name in the log.
    """
    before, after = (_values(line[side]) for side in ("before", "after"))
    table = "" if is_null(line["table_name"]) else str(line["table_name"])
    told = ToldValues(source.layers, table, source.language)
    names = list(dict.fromkeys([*before, *after]))
    rows = tuple(
        Row((told.heading(name), told.value(name, before), told.value(name, after)))
        for name in sorted(names, key=lambda name: name == GEOMETRY)  # what can be read first
    )
    headings = tuple(word(key, source.language) for key in ("what", "before", "after"))
    return ShortList(headings, rows, len(rows))


def listed_attributes(source: ListSource, item: QgsFeature) -> ShortList:
    """Return what a file says of an item of a ledger beyond the columns of its own: heading and content."""
    rows = tuple(Row((heading, _plain(value))) for heading, value in _values(item["attributes"]).items())
    return ShortList(tuple(word(key, source.language) for key in ("what", "content")), rows, len(rows))


def ledger_columns(source: ListSource, ledger: QgsFeature) -> ShortList:
    """Return which column of a file each column of the items of a ledger was read from the last time."""
    titles = {column.name: column.label(source.language) for column in tables()["ledger_item"].columns}
    titles |= {"grid": titles["unit_grid"], "x": "X", "y": "Y"}
    found = {role: heading for role, heading in _values(ledger["fields"]).items() if heading and role in titles}
    rows = tuple(Row((titles[role], str(heading))) for role, heading in found.items())
    return ShortList(tuple(word(key, source.language) for key in ("what", "column")), rows, len(rows))


def _plain(value: Any) -> str:
    return "" if value is None else str(value)


def _values(text: Any) -> dict[str, Any]:
    """Return the values of one side by column; of text that is no list of values the text itself."""
    if is_null(text) or not str(text).strip():
        return {}
    try:
        found = json.loads(str(text))
    except ValueError:
        return {"": str(text)}
    if not isinstance(found, dict):
        return {"": str(text)}
    values: dict[str, Any] = {}
    for name, value in found.items():
        if isinstance(value, dict):  # rows by table, rules by scheme
            values.update({f"{name}.{part}": one for part, one in value.items()})
        else:
            values[name] = value
    return values


class ToldValues:
    """Names of columns and values of one table, as its form has them."""

    def __init__(self, layers: Mapping[str, QgsVectorLayer], table: str, language: str) -> None:
        self._language = language
        self._columns = {column.name: column for column in tables()[table].columns} if table in tables() else {}
        self._names = Names(layers, table, language) if table in layers else None
        self._titles = scheme_titles(layers.get("scheme"))

    def heading(self, name: str) -> str:
        """Return what a reader calls a column, or a count of a job."""
        if name in self._columns:
            return heading_of(self._columns[name], self._language)
        if name.startswith(_SCHEMES):
            scheme = scheme_of(name)
            return grid_label(self._titles.get(scheme, scheme), self._language)
        first, _, second = name.partition(".")
        if second:
            part = tables()[second].label(tongue_of(self._language)) if second in tables() else second
            return f"{self.heading(first)} · {part}"
        counts = load_json("forms/lists.json")["logged"]
        return str(counts[name][tongue_of(self._language)]) if name in counts else name

    def value(self, name: str, values: Mapping[str, Any]) -> str:
        """Return a value as a reader knows it; empty where that side has none."""
        value = values.get(name)
        if value is None:
            return ""
        if name == GEOMETRY:
            return self._outline(str(value))
        if self._names is not None and (name in self._columns or name.startswith(_SCHEMES)):
            return self._names.of(name, value, values)
        return number(value) if isinstance(value, (int, float)) else str(value)

    def _outline(self, wkb: str) -> str:
        """Return the measure of a shape: its area, its length, or where the point lies."""
        shape = QgsGeometry()
        shape.fromWkb(QByteArray.fromHex(wkb.encode("ascii", "replace")))
        if shape.isEmpty():
            return word("no_shape", self._language)
        if shape.type() == QgsWkbTypes.GeometryType.PolygonGeometry:
            return f"{shape.area() / _HECTARE_M2:,.2f} {word('ha', self._language)}"
        if shape.type() == QgsWkbTypes.GeometryType.LineGeometry:
            return f"{number(shape.length())} {word('m', self._language)}"
        point = shape.centroid().asPoint()
        return f"{point.x():.{_PLACE_DIGITS}f}, {point.y():.{_PLACE_DIGITS}f}"
