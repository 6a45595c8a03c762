"""Values as a reader knows them: the widget of a column says how, and codes without a widget are looked up here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qgis.core import QgsApplication, QgsFeatureRequest, QgsProject, QgsVectorLayer, QgsVectorLayerUtils

from gridmgmt_plugin.core.duty.gap_text import weekdays_in_words
from gridmgmt_plugin.core.messages import tongue_of
from gridmgmt_plugin.project.attributes import is_null
from gridmgmt_plugin.project.forms.conditions import all_of, equals
from gridmgmt_plugin.project.forms.field_widgets import FormContext, class_prefixes, gesture_names
from gridmgmt_plugin.project.forms.name_copies import list_layer
from gridmgmt_plugin.project.forms.row_facts import row_name
from gridmgmt_plugin.project.postponed import open_to_read
from gridmgmt_plugin.project.shown_workspace import CATALOGUES_PROPERTY
from gridmgmt_plugin.workspace.schema import tables


class Names:
    """Tells the values of one table by name; what was looked up once is kept for as long as this lives."""

    def __init__(self, layers: Mapping[str, QgsVectorLayer], table: str, language: str) -> None:
        self._layers, self._table, self._tongue = layers, table, tongue_of(language)
        self._layer = layers[table]
        self._parents: dict[str, Mapping[Any, str]] = {}
        self._classes: dict[str, Mapping[str, str]] = {}
        self._items: dict[tuple[str, str], str] = {}

    def of(self, column: str, value: Any, row: Mapping[str, Any]) -> str:
        """Return what a reader sees for a value; ``row``: the other values that it may depend on."""
        if is_null(value) or value == "":
            return ""
        if column == "target_code":
            return self.place(str(row.get("target")), str(value), row.get("scheme"))
        if column in ("class_code", "class_prefix") and self._table != "component":
            kind = row.get("kind" if "kind" in row else "class_kind")
            return self._class(kind, str(value)) or str(value)
        if column == "item_code":
            return self._item(str(row.get("checklist")), str(value))
        if column == "weekdays":
            return weekdays_in_words(str(value), self._tongue)
        if column == "gesture":
            return self._gesture(str(value))
        if column in ("layer", "table_name") and value in tables():
            return tables()[value].label(self._tongue)
        return self._by_widget(column, value)

    def place(self, table: str, code: str, scheme: Any = None) -> str:
        """Return the name of what a post is for; its code where it has no name or is no more."""
        layer = self._layers.get(table)
        if layer is None:
            return code
        open_to_read(layer)
        conditions = [equals("code", code)]
        if table == "responsibility_grid" and not is_null(scheme):
            conditions.append(equals("scheme", scheme))
        request = QgsFeatureRequest().setFilterExpression(all_of(conditions)).setLimit(1)
        found = next(layer.getFeatures(request.setFlags(QgsFeatureRequest.Flag.NoGeometry)), None)
        return code if found is None else row_name(table, found)

    def _class(self, kind: Any, code: str) -> str:
        components, _, events = str(self._layer.customProperty(CATALOGUES_PROPERTY, "|")).partition("|")
        catalogue_name = {"component": components, "event": events}.get(str(kind), "")
        if catalogue_name not in self._classes:
            self._classes[catalogue_name] = dict(class_prefixes(catalogue_name, self._tongue))
        return self._classes[catalogue_name].get(code, "")

    def _item(self, checklist: str, code: str) -> str:
        """Return the title of an item of a checklist; its code where nobody knows the list any more."""
        if not self._items:
            known = FormContext(self._layers, self._tongue, "", "").checklists
            self._items = {(one.key, item.code): item.title(self._tongue) for one in known for item in one.items}
        return self._items.get((checklist, code), code)

    def _gesture(self, value: str) -> str:
        known = dict(gesture_names(self._tongue))
        parts = [part.strip() for part in value.split(",")]
        return ", ".join(known.get(part, part) for part in parts)

    def _by_widget(self, column: str, value: Any) -> str:
        index = self._layer.fields().lookupField(column)
        setup = self._layer.editorWidgetSetup(index)
        config = setup.config()
        if setup.type() == "ValueRelation":
            return self._listed_parents(column, config).get(value, str(value))
        if setup.type() == "RelationReference":
            return self._parent(str(config["Relation"]), value)
        formatter = QgsApplication.fieldFormatterRegistry().fieldFormatter(setup.type())
        shown = str(formatter.representValue(self._layer, index, config, None, value)).strip()
        # Where a code is not in its list, QGIS puts it in brackets.
        return str(value) if shown in ("", f"({value})") else shown

    def _listed_parents(self, column: str, config: Mapping[str, Any]) -> Mapping[Any, str]:
        """Return the names of all parents of a column by key, read once."""
        if column not in self._parents:
            key, name = config["Key"], config["Value"]
            listed = map(list_layer, self._layers.values())
            layer = next((layer for layer in listed if layer.id() == config["Layer"]), None)
            rows = [] if layer is None else layer.getFeatures(_only(layer, key, name))
            self._parents[column] = {row[key]: str(row[key] if is_null(row[name]) else row[name]) for row in rows}
        return self._parents[column]

    def _parent(self, identifier: str, value: Any) -> str:
        """Return the name of one parent, as QGIS tells it."""
        relation = QgsProject.instance().relationManager().relation(identifier)
        if not relation.isValid():
            return str(value)
        layer = relation.referencedLayer()
        open_to_read(layer)
        key = layer.fields().at(relation.referencedFields()[0]).name()
        request = QgsFeatureRequest().setFilterExpression(equals(key, value)).setLimit(1)
        found = next(layer.getFeatures(request.setFlags(QgsFeatureRequest.Flag.NoGeometry)), None)
        return str(value) if found is None else QgsVectorLayerUtils.getFeatureDisplayString(layer, found)


def _only(layer: QgsVectorLayer, *columns: str) -> QgsFeatureRequest:
    request = QgsFeatureRequest().setFlags(QgsFeatureRequest.Flag.NoGeometry)
    return request.setSubsetOfAttributes(list(columns), layer.fields())
