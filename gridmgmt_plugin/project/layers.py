"""The tables of a workspace as QGIS layers: titles, aliases, value lists, forms, styles, relations."""

from __future__ import annotations

from collections.abc import Mapping

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
from gridmgmt_plugin.project.answering import refuse_unanswered
from gridmgmt_plugin.project.forms.builder import build_forms, dress_fields, form_lacks_columns
from gridmgmt_plugin.project.forms.field_widgets import LISTED, LISTED_AT_MOST, LOOKED_UP, FormContext, form_context
from gridmgmt_plugin.project.forms.name_copies import copy_names
from gridmgmt_plugin.project.forms.relations import form_relations
from gridmgmt_plugin.project.handed_provider import layer_through
from gridmgmt_plugin.project.held_open import held_open
from gridmgmt_plugin.project.map.periods import TABLES as PERIOD_TABLES
from gridmgmt_plugin.project.map.periods import keep_periods
from gridmgmt_plugin.project.map.styles import every_style
from gridmgmt_plugin.project.opened_apart import OpenedApart
from gridmgmt_plugin.project.plain_metres import take_system_away
from gridmgmt_plugin.project.postgis_source import GEOMETRY_COLUMN, table_source
from gridmgmt_plugin.project.postponed import can_be_postponed, fill_postponed, postponed_layer
from gridmgmt_plugin.project.shown_workspace import CATALOGUES_PROPERTY, TABLE_PROPERTY
from gridmgmt_plugin.workspace.light.opening import light_reading
from gridmgmt_plugin.workspace.location import GeoPackageLocation, Location, PostgresLocation
from gridmgmt_plugin.workspace.postgis.connection import connected, run
from gridmgmt_plugin.workspace.postgis.outline import SchemaOutline, read_outline
from gridmgmt_plugin.workspace.schema import TableDefinition, tables
from gridmgmt_plugin.workspace.workspace import Workspace

# Not there, or not for this planner: the other tables can be worked with all the same.
_WITHHELD = ("postgres_not_permitted", "workspace_not_ours", "workspace_unreadable")
_GIVEN_UP = "postgres_wait_given_up"
# What a workspace shows first, and edits.
_AT_ONCE = ("area", "unit_grid", "responsibility_grid")


def open_layers(workspace: Workspace, language: str) -> dict[str, QgsVectorLayer]:
    """Open every table as a layer, dressed for the planner but not yet in a project.

    A table that QGIS cannot open, because the planner may not read it or it is not there, is left out.

    :param language: locale of titles and labels, e.g. ``zh_CN``.
    :raises WorkspaceError: see :class:`LayerOpening`.
    """
    opening = LayerOpening(workspace, language)
    with held_open(workspace.location):
        while opening.waits:
            opening.open_next()
    return opening.dressed()


def outline_of(place: PostgresLocation) -> SchemaOutline:
    """Return what layers are postponed by (:class:`LayerOpening`); behind the window, for the server is asked.

    :raises WorkspaceError: see :func:`~gridmgmt_plugin.workspace.postgis.outline.read_outline`.
    """
    return read_outline(place, LOOKED_UP, LISTED, LISTED_AT_MOST)


class LayerOpening:
    """Opens the tables of a workspace as layers, one after the other, dressed for the planner in the end.

    :param outline: what is known of a database: all tables but those of the first view are postponed then
        (:mod:`gridmgmt_plugin.project.postponed`), and one that is not in it is left out.
    :raises WorkspaceError: ``workspace_unreadable`` or ``postgres_table_unreadable`` when QGIS cannot open a table
        that is there and may be read, or why nothing can be read at all: a server that is full or away.
    """

    def __init__(self, workspace: Workspace, language: str, outline: SchemaOutline | None = None) -> None:
        self._workspace, self._language, self._outline = workspace, language, outline
        known = None if outline is None else outline.may_have_styles
        self._may_have_style = _has_stored_styles(workspace.location) if known is None else known
        self._waiting = [name for name in tables() if not self._is_postponed(name)]
        self._opened: dict[str, QgsVectorLayer] = {}
        self._apart: dict[str, OpenedApart] = {}

    @property
    def waits(self) -> bool:
        """Tell whether a table is still to be opened."""
        return bool(self._waiting)

    @property
    def is_ready(self) -> bool:
        """Tell whether :meth:`open_next` need not wait for a table that is opened apart."""
        return not (self._waiting and self._waiting[0] in self._apart and self._apart[self._waiting[0]].waits)

    def begin_apart(self) -> None:
        """Have QGIS open what is shown first beside the window, all at the same time; not where all tables are opened
        at once, for each keeps a connection.

        :raises WorkspaceError: ``postgres_option_not_in_qgis``.
        """
        place, epsg = self._workspace.location, self._workspace.info.frame.epsg
        if isinstance(place, PostgresLocation) and set(self._waiting) <= set(_AT_ONCE):
            for definition in (tables()[name] for name in self._waiting):
                self._apart[definition.name] = OpenedApart(table_source(place, definition, epsg))

    def let_go(self) -> None:
        """Open nothing more; what is being opened apart goes as soon as it stands."""
        self._waiting.clear()
        for apart in self._apart.values():
            apart.let_go()
        self._apart.clear()

    def open_next(self) -> None:
        """Open one table.

        :raises WorkspaceError: as the class; ``editing_layer_silent`` when the server leaves QGIS without an answer.
        """
        name = self._waiting.pop(0)
        layer = self._taken_over(name)
        if layer is None:
            layer = _open(self._workspace, tables()[name], self._language, may_have_style=self._may_have_style)
        if not layer.isValid():
            _refuse_unless_withheld(self._workspace, name, layer)
        else:
            self._opened[name] = layer

    def _taken_over(self, name: str) -> QgsVectorLayer | None:
        """Return a layer that was opened apart; ``None`` where QGIS shall try in the window, over its own connection.

        A server without a connection left, or without an answer for us, is told before that.
        """
        apart = self._apart.pop(name, None)
        if apart is None:
            return None
        title, place = tables()[name].label(self._language), self._workspace.location
        if apart.is_silent:
            raise WorkspaceError("editing_layer_silent", layer=title)
        provider = apart.take_provider()
        if provider is None:
            if isinstance(place, PostgresLocation):
                refuse_unanswered(place, title)
            return None
        layer = layer_through(apart.source, title, provider)
        layer.loadNamedStyle(layer.styleURI(), True)
        return layer

    def dressed(self) -> dict[str, QgsVectorLayer]:
        """Return all layers by table, ready for a project."""
        info, layers = self._workspace.info, {}
        for name in tables():
            layer = self._postponed(name) if self._is_postponed(name) else self._opened.get(name)
            if layer is None:
                continue
            if info.frame.epsg is None:
                take_system_away(layer)
            layer.setCustomProperty(TABLE_PROPERTY, name)
            layer.setCustomProperty(CATALOGUES_PROPERTY, f"{info.component_catalogue}|{info.event_catalogue}")
            layers[name] = layer
        if self._outline is not None and not self._may_have_style:
            for name in set(self._outline.names) & set(layers):
                copy_names(layers[name], LISTED[name], self._outline.names[name])
        context = form_context(layers, self._language)
        for name, layer in layers.items():
            _dress(layer, tables()[name], context)
        return layers

    def _is_postponed(self, name: str) -> bool:
        """Tell whether a table need not be opened now; a style that was stored for one comes when it is opened."""
        if self._outline is None or self._may_have_style or name in _AT_ONCE:
            return False
        return can_be_postponed(self._outline.columns.get(name, ()))

    def _postponed(self, name: str) -> QgsVectorLayer | None:
        outline, place = self._outline, self._workspace.location
        if outline is None or name not in outline.columns or isinstance(place, GeoPackageLocation):
            return None
        definition, columns = tables()[name], outline.columns[name]
        title, epsg = definition.label(self._language), self._workspace.info.frame.epsg
        layer = postponed_layer(place, definition, title, columns, epsg)
        if name in outline.counts:
            fill_postponed(layer, columns, outline.counts[name], outline.rows.get(name))
        elif name in outline.empty:
            fill_postponed(layer, columns, 0, None)
        return layer


def _open(
    workspace: Workspace, definition: TableDefinition, language: str, *, may_have_style: bool
) -> QgsVectorLayer:
    """Open one table through QGIS's provider for files or for PostgreSQL; it is invalid when that fails.

    :param may_have_style: whether the place can hold a style of the table; one in QGIS's own store is taken anyway.
    :raises WorkspaceError: ``postgres_table_unreadable`` when the connection breaks in the middle of it.
    """
    place = workspace.location
    if isinstance(place, GeoPackageLocation):
        source, provider = f"{place.path}|layername={definition.name}", "ogr"
    else:
        source, provider = table_source(place, definition, workspace.info.frame.epsg), "postgres"
    options = QgsVectorLayer.LayerOptions()
    options.loadDefaultStyle = may_have_style
    try:
        layer = QgsVectorLayer(source, definition.label(language), provider, options)
    except Exception as broken:  # what QGIS's provider throws arrives here without a type
        label = definition.label(language)
        raise WorkspaceError(
            "postgres_table_unreadable", place=place.label, table=label, reason=str(broken)
        ) from broken
    if layer.isValid() and not may_have_style:
        layer.loadNamedStyle(layer.styleURI(), True)
    return layer


def _has_stored_styles(location: Location) -> bool:
    """Tell whether a place may hold styles that planners stored for layers; also when it does not answer.

    QGIS looks for them layer by layer, in a database over a connection of its own for each, at ten times the cost of
    opening the layer.

    :raises WorkspaceError: ``postgres_wait_given_up`` when the planner did not want to wait for it.
    """
    try:
        if isinstance(location, GeoPackageLocation):
            with light_reading(location) as reader:
                return bool(reader.columns("layer_styles"))
        with connected(location) as connection:
            return bool(run(connection, "SELECT 1 FROM information_schema.tables WHERE table_name = 'layer_styles'"))
    except WorkspaceError as error:
        if error.code == _GIVEN_UP:
            raise
        return True  # whatever is the matter is told by who opens the layers


def _refuse_unless_withheld(workspace: Workspace, table: str, layer: QgsVectorLayer) -> None:
    """Do nothing when a table that QGIS could not open is missing or must not be read by this planner.

    :raises WorkspaceError: when something else stands in the way, which may be over in a minute.
    """
    try:
        workspace.count(table)
    except WorkspaceError as error:
        if error.code in _WITHHELD:
            return
        raise
    place = workspace.location
    if isinstance(place, GeoPackageLocation):
        raise WorkspaceError("workspace_unreadable", path=str(place.path), reason=table)
    raise WorkspaceError("postgres_table_unreadable", place=place.label, table=table, reason=_said(layer))


def _said(layer: QgsVectorLayer) -> str:
    """Return what QGIS says of a layer that it could not open; a summary of no error at all would end QGIS."""
    provider = layer.dataProvider()
    errors = [layer.error(), *([provider.error()] if provider is not None else [])]
    return next((str(error.summary()) for error in errors if not error.isEmpty()), "–")


def add_relations(project: QgsProject, layers: Mapping[str, QgsVectorLayer]) -> None:
    """Register the references between the layers with the project, so that forms show parents and children.

    A table that is left out has none.
    """
    manager = project.relationManager()
    known = manager.relations()
    for relation in form_relations(layers):
        if relation.identifier in known or not {relation.child, relation.parent} <= set(layers):
            continue
        entry = QgsRelation(QgsRelationContext(project))
        entry.setId(relation.identifier)
        entry.setName(f"{layers[relation.child].name()} → {layers[relation.parent].name()}")
        entry.setReferencingLayer(layers[relation.child].id())
        entry.setReferencedLayer(layers[relation.parent].id())
        entry.addFieldPair(relation.column, relation.parent_column)
        if entry.isValid():
            manager.addRelation(entry)
        else:
            QgsMessageLog.logMessage(entry.id(), "gridmgmt", Qgis.MessageLevel.Warning)


def renew_forms(project: QgsProject, layers: Mapping[str, QgsVectorLayer], language: str) -> None:
    """Have the forms show the grid schemes that a job added; do nothing when there is none."""
    units = layers.get("unit_grid")
    if units is None or not form_lacks_columns(units):
        return
    context = form_context(layers, language)
    add_relations(project, layers)
    for _ in every_style(layers.values()):
        for table in ("unit_grid", "unit_grid_history"):
            if table in layers:
                dress_fields(layers[table], tables()[table], context)
        build_forms(project, layers, context)


def _dress(layer: QgsVectorLayer, definition: TableDefinition, context: FormContext) -> None:
    if "name" in definition.column_names:
        layer.setDisplayExpression('coalesce("name", "' + (definition.key or ("fid",))[0] + '")')
    elif definition.key:
        layer.setDisplayExpression(f'"{definition.key[-1]}"')
    if definition.name in PERIOD_TABLES:
        keep_periods(layer)
    dress_fields(layer, definition, context)
    _hide_shape_among_fields(layer)
    version = layer.fields().lookupField("row_version")
    if version >= 0:
        layer.setEditorWidgetSetup(version, QgsEditorWidgetSetup("Hidden", {}))
        layer.setDefaultValueDefinition(version, QgsDefaultValue("1"))
    layer.setEditorWidgetSetup(layer.fields().lookupField("fid"), QgsEditorWidgetSetup("Hidden", {}))
    for name in ("fid", "row_version"):
        _make_read_only(layer, name)
    key = layer.fields().lookupField(definition.key[0]) if len(definition.key) == 1 else -1
    if key >= 0 and not layer.editFormConfig().readOnly(key):
        layer.setFieldConstraint(key, QgsFieldConstraints.Constraint.ConstraintNotNull)


def _hide_shape_among_fields(layer: QgsVectorLayer) -> None:
    """Keep the shape out of form and list where a database gives it as a column: a table of shapes of any kind."""
    index = layer.fields().lookupField(GEOMETRY_COLUMN)
    if index >= 0:
        layer.setEditorWidgetSetup(index, QgsEditorWidgetSetup("Hidden", {}))
        config = layer.attributeTableConfig()
        config.update(layer.fields())
        config.setColumnHidden(index, True)
        layer.setAttributeTableConfig(config)


def _make_read_only(layer: QgsVectorLayer, name: str) -> None:
    index = layer.fields().lookupField(name)
    if index >= 0:
        form = layer.editFormConfig()
        form.setReadOnly(index, True)
        layer.setEditFormConfig(form)
