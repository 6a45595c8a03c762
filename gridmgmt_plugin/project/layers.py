"""The tables of a workspace as QGIS layers: titles, aliases, value lists, forms, styles, relations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from qgis.core import (
    Qgis,
    QgsDefaultValue,
    QgsEditorWidgetSetup,
    QgsFieldConstraints,
    QgsMessageLog,
    QgsProject,
    QgsRelation,
    QgsRelationContext,
    QgsVectorLayer,
)

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.messages import tongue_of
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.value_lists import value_list
from gridmgmt_plugin.project.plain_metres import take_system_away
from gridmgmt_plugin.project.postgis_source import GEOMETRY_COLUMN, table_source
from gridmgmt_plugin.project.shown_workspace import TABLE_PROPERTY
from gridmgmt_plugin.project.styles import apply_style
from gridmgmt_plugin.workspace.location import GeoPackageLocation
from gridmgmt_plugin.workspace.schema import ColumnDefinition, TableDefinition, tables
from gridmgmt_plugin.workspace.workspace import Workspace

# Parents with many rows are looked up through the relation, not through a drop-down list.
_LISTED_PARENTS = {"area": "name", "department": "name", "scheme": "title", "person": "name"}
_DERIVED = {
    "unit_grid": ("area_m2",),
    "responsibility_grid": ("unit_count", "area_m2"),
    "lane": ("length_m",),
}


@dataclass(frozen=True)
class Relation:
    """One reference between tables: ``child.column`` holds a value of ``parent.parent_column``."""

    child: str
    column: str
    parent: str
    parent_column: str


@lru_cache(maxsize=1)
def relations() -> tuple[Relation, ...]:
    """Return every reference of the schema."""
    return tuple(Relation(**entry) for entry in load_json("schema/relations.json"))


def open_layers(workspace: Workspace, language: str) -> dict[str, QgsVectorLayer]:
    """Open every table as a layer, dressed for the planner but not yet in a project.

    :param language: locale of titles and labels, e.g. ``zh_CN``.
    :raises WorkspaceError: ``workspace_unreadable`` or ``postgres_table_unreadable`` when QGIS cannot open a table.
    """
    layers = {}
    for name, definition in tables().items():
        layer = _open(workspace, definition, language)
        if workspace.info.frame.epsg is None:
            take_system_away(layer)
        layer.setCustomProperty(TABLE_PROPERTY, name)
        layers[name] = layer
    for name, layer in layers.items():
        _dress(layer, tables()[name], layers, language)
    return layers


def _open(workspace: Workspace, definition: TableDefinition, language: str) -> QgsVectorLayer:
    """Open one table through QGIS's provider for files or for PostgreSQL."""
    place = workspace.location
    if isinstance(place, GeoPackageLocation):
        layer = QgsVectorLayer(f"{place.path}|layername={definition.name}", definition.label(language), "ogr")
        if not layer.isValid():
            raise WorkspaceError("workspace_unreadable", path=str(place.path), reason=definition.name)
        return layer
    source = table_source(place, definition, workspace.info.frame.epsg)
    layer = QgsVectorLayer(source, definition.label(language), "postgres")
    if not layer.isValid():
        reason = layer.error().summary() or layer.dataProvider().error().summary()
        raise WorkspaceError("postgres_table_unreadable", place=place.label, table=definition.name, reason=reason)
    return layer


def add_relations(project: QgsProject, layers: Mapping[str, QgsVectorLayer]) -> None:
    """Register the references between the layers with the project, so that forms show parents and children."""
    manager = project.relationManager()
    for relation in relations():
        entry = QgsRelation(QgsRelationContext(project))
        entry.setId(f"gridmgmt_{relation.child}_{relation.column}")
        entry.setName(f"{layers[relation.child].name()} → {layers[relation.parent].name()}")
        entry.setReferencingLayer(layers[relation.child].id())
        entry.setReferencedLayer(layers[relation.parent].id())
        entry.addFieldPair(relation.column, relation.parent_column)
        if entry.isValid():
            manager.addRelation(entry)
        else:
            QgsMessageLog.logMessage(entry.id(), "gridmgmt", Qgis.MessageLevel.Warning)


def _dress(
    layer: QgsVectorLayer, definition: TableDefinition, layers: Mapping[str, QgsVectorLayer], language: str
) -> None:
    for column in definition.columns:
        index = layer.fields().lookupField(column.name)
        layer.setFieldAlias(index, column.label(language))
        layer.setEditorWidgetSetup(index, _widget(definition.name, column, layers, language))
    _hide_shape_among_fields(layer)
    for name in (*_DERIVED.get(definition.name, ()), "fid", "row_version"):
        _make_read_only(layer, name)
    version = layer.fields().lookupField("row_version")
    if version >= 0:
        layer.setEditorWidgetSetup(version, QgsEditorWidgetSetup("Hidden", {}))
        layer.setDefaultValueDefinition(version, QgsDefaultValue("1"))
    layer.setEditorWidgetSetup(layer.fields().lookupField("fid"), QgsEditorWidgetSetup("Hidden", {}))
    if len(definition.key) == 1:
        key = layer.fields().lookupField(definition.key[0])
        layer.setFieldConstraint(key, QgsFieldConstraints.Constraint.ConstraintNotNull)
    if "name" in definition.column_names:
        layer.setDisplayExpression('coalesce("name", "' + (definition.key or ("fid",))[0] + '")')
    elif definition.key:
        layer.setDisplayExpression(f'"{definition.key[-1]}"')
    apply_style(layer, definition.name, language)


def _hide_shape_among_fields(layer: QgsVectorLayer) -> None:
    """Keep the shape out of form and list where a database gives it as a column: a table of shapes of any kind."""
    index = layer.fields().lookupField(GEOMETRY_COLUMN)
    if index >= 0:
        layer.setEditorWidgetSetup(index, QgsEditorWidgetSetup("Hidden", {}))
        config = layer.attributeTableConfig()
        config.update(layer.fields())
        config.setColumnHidden(index, True)
        layer.setAttributeTableConfig(config)


def _widget(
    table: str, column: ColumnDefinition, layers: Mapping[str, QgsVectorLayer], language: str
) -> QgsEditorWidgetSetup:
    if column.values is not None:
        labels = [{text[tongue_of(language)]: key} for key, text in _values(column)]
        return QgsEditorWidgetSetup("ValueMap", {"map": labels})
    if column.type == "date":
        options = {"field_format": "yyyy-MM-dd", "display_format": "yyyy-MM-dd", "calendar_popup": True}
        return QgsEditorWidgetSetup("DateTime", {**options, "allow_null": True})
    if column.type == "boolean":
        return QgsEditorWidgetSetup("CheckBox", {})
    for relation in relations():
        if (relation.child, relation.column) == (table, column.name) and relation.parent in _LISTED_PARENTS:
            parent = layers[relation.parent]
            options = {
                "Layer": parent.id(),
                "LayerName": parent.name(),
                "Key": relation.parent_column,
                "Value": _LISTED_PARENTS[relation.parent],
                "AllowNull": True,
                "OrderByValue": True,
                "UseCompleter": True,
            }
            return QgsEditorWidgetSetup("ValueRelation", options)
    return QgsEditorWidgetSetup("TextEdit", {})


def _values(column: ColumnDefinition) -> tuple[tuple[str, Mapping[str, str]], ...]:
    return value_list(column.values or "")


def _make_read_only(layer: QgsVectorLayer, name: str) -> None:
    index = layer.fields().lookupField(name)
    if index >= 0:
        form = layer.editFormConfig()
        form.setReadOnly(index, True)
        layer.setEditFormConfig(form)
