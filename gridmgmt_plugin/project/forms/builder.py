"""Forms of the layers of a workspace: each description becomes what QGIS keeps of a form, in tabs with lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qgis.core import (
    QgsAttributeEditorContainer,
    QgsAttributeEditorField,
    QgsAttributeEditorRelation,
    QgsDefaultValue,
    QgsEditFormConfig,
    QgsExpression,
    QgsOptionalExpression,
    QgsProject,
    QgsProperty,
    QgsPropertyCollection,
    QgsVectorLayer,
)

from gridmgmt_plugin.project.forms.description import (
    SCHEME_COLUMNS,
    FormDescription,
    Group,
    Tab,
    form_descriptions,
)
from gridmgmt_plugin.project.forms.field_labels import label_expression
from gridmgmt_plugin.project.forms.field_widgets import FormContext, scheme_widget, widget_of
from gridmgmt_plugin.project.forms.relations import Carrier, carriers, find_relations
from gridmgmt_plugin.project.forms.schemes import grid_label, scheme_columns, scheme_of
from gridmgmt_plugin.project.shown_workspace import LIST_WIDGET
from gridmgmt_plugin.workspace.schema import TableDefinition, tables

# Lists with so many columns need the whole width; narrower ones stand side by side.
_WIDE_LIST, _MOST_COLUMNS = 5, 2


def dress_fields(layer: QgsVectorLayer, definition: TableDefinition, context: FormContext) -> None:
    """Give every column of a layer its heading and its widget; mark what nobody types, and name a row."""
    form = form_descriptions()[definition.name]
    fields = layer.fields()
    config = layer.editFormConfig()
    for column in definition.columns:
        index = fields.lookupField(column.name)
        layer.setFieldAlias(index, column.label(context.language))
        layer.setEditorWidgetSetup(index, widget_of(definition.name, column, form, context))
        config.setReadOnly(index, form.reason(column.name, context.language) is not None)
    layer.setEditFormConfig(config)
    if definition.name in ("unit_grid", "unit_grid_history"):
        _dress_schemes(layer, context)
    for name, prefix in form.new_key.items():
        next_key = QgsDefaultValue(_next_key(name, prefix))
        layer.setDefaultValueDefinition(fields.lookupField(name), next_key)
    if form.display is not None:
        layer.setDisplayExpression(form.display)


def build_forms(project: QgsProject, layers: Mapping[str, QgsVectorLayer], context: FormContext) -> None:
    """Lay out the form of every layer; the relations of the lists are in the project already."""
    by_list: dict[tuple[str, str], list[Carrier]] = {}
    for carrier in carriers(layers):
        by_list.setdefault((carrier.table, carrier.description.key), []).append(carrier)
    for table, form in form_descriptions().items():
        if table in layers:
            _Layout(project, layers[table], table, form, context, by_list).apply()


def _next_key(column: str, prefix: str) -> str:
    """Return the expression of the next free number behind a prefix, of five digits."""
    number = f'to_int(substr("{column}", {len(prefix) + 1}))'
    ours = f"regexp_match(\"{column}\", '^{prefix}[0-9]+$')"
    return f"'{prefix}' || lpad(to_string(1 + coalesce(maximum({number}, filter:={ours}), 0)), 5, '0')"


def form_lacks_columns(layer: QgsVectorLayer) -> bool:
    """Tell whether the layer of unit grids has a scheme that its form does not show yet."""
    return any(layer.attributeAlias(layer.fields().lookupField(name)) == "" for name in scheme_columns(layer))


def _dress_schemes(layer: QgsVectorLayer, context: FormContext) -> None:
    titles = context.schemes
    for name in scheme_columns(layer):
        index = layer.fields().lookupField(name)
        layer.setFieldAlias(index, grid_label(titles.get(scheme_of(name), scheme_of(name)), context.language))
        if "responsibility_grid" in context.layers:
            layer.setEditorWidgetSetup(index, scheme_widget(name, context))


class _Layout:
    """The form of one layer while it is laid out."""

    def __init__(
        self,
        project: QgsProject,
        layer: QgsVectorLayer,
        table: str,
        form: FormDescription,
        context: FormContext,
        by_list: Mapping[tuple[str, str], list[Carrier]],
    ) -> None:
        self._project, self._manager = project, project.relationManager()
        self._layer, self._table, self._form, self._context = layer, table, form, context
        self._by_list = by_list
        self._config = layer.editFormConfig()

    def apply(self) -> None:
        self._config.setLayout(QgsEditFormConfig.EditorLayout.TabLayout)
        self._config.clearTabs()
        for tab in self._form.tabs:
            page = QgsAttributeEditorContainer(
                tab.title(self._context.language), self._config.invisibleRootContainer()
            )
            page.setIsGroupBox(False)
            page.setColumnCount(1)
            self._fill(page, tab)
            self._config.addTab(page)
        self._label_codes()
        self._layer.setEditFormConfig(self._config)
        find_relations(self._layer, self._project)

    def _fill(self, page: QgsAttributeEditorContainer, tab: Tab) -> None:
        for group in tab.groups:
            title = None if group.title is None else group.title[self._context.tongue]
            names = [name for name in self._columns(group) if self._layer.fields().lookupField(name) >= 0]
            long = [name for name in names if self._form.widgets.get(name) == "text"]
            for part, columns in ((names, group.columns), (long, 1)):
                fields = [name for name in part if (name in long) == (part is long)]
                if fields:
                    self._add_fields(_box(page, title if part is names else None, columns), fields)
        lists = [carrier for key in tab.lists for carrier in self._by_list.get((self._table, key), [])]
        # What belongs to another scheme than the row is hidden as a whole: in one box it would keep its places empty.
        for scheme in dict.fromkeys(carrier.scheme for carrier in lists):
            together = [carrier for carrier in lists if carrier.scheme == scheme]
            for wide in [carrier for carrier in together if _is_wide(carrier)]:
                self._add_list(page, wide)
            narrow = [carrier for carrier in together if not _is_wide(carrier)]
            around = page
            if len(narrow) > 1:
                around = _box(page, None, _MOST_COLUMNS)
                _show_for(around, scheme)
            for carrier in narrow:
                self._add_list(around, carrier)

    def _add_fields(self, box: QgsAttributeEditorContainer, names: Sequence[str]) -> None:
        for name in names:
            box.addChildElement(QgsAttributeEditorField(name, self._layer.fields().lookupField(name), box))

    def _columns(self, group: Group) -> list[str]:
        found: list[str] = []
        for name in group.fields:
            found += scheme_columns(self._layer) if name == SCHEME_COLUMNS else [name]
        return found

    def _add_list(self, page: QgsAttributeEditorContainer, carrier: Carrier) -> None:
        relation = self._manager.relation(carrier.relation.identifier)
        if not relation.isValid():
            return
        box = _box(page, carrier.description.heading(self._context.language), 1)
        _show_for(box, carrier.scheme)
        element = QgsAttributeEditorRelation(relation, box)
        element.setRelationWidgetTypeId(LIST_WIDGET)
        element.setRelationEditorConfiguration(
            {"list": carrier.description.key, "buttons": "NoButton", "show_first_feature": False}
        )
        element.setLabel("")
        element.setShowLabel(False)
        box.addChildElement(element)

    def _label_codes(self) -> None:
        """Put the code small beside what is shown by name, and the name beside a code that is typed."""
        for column in tables()[self._table].columns:
            expression = label_expression(self._table, column, self._form, self._context)
            if expression is not None and column.name in self._form.placed:
                properties = QgsPropertyCollection()
                properties.setProperty(
                    QgsEditFormConfig.DataDefinedProperty.Alias, QgsProperty.fromExpression(expression)
                )
                self._config.setDataDefinedFieldProperties(column.name, properties)


def _is_wide(carrier: Carrier) -> bool:
    return len(carrier.description.columns) >= _WIDE_LIST


def _box(parent: QgsAttributeEditorContainer, title: str | None, columns: int) -> QgsAttributeEditorContainer:
    box = QgsAttributeEditorContainer(title or "", parent)
    box.setIsGroupBox(True)
    box.setShowLabel(title is not None)
    box.setColumnCount(columns)
    parent.addChildElement(box)
    return box


def _show_for(box: QgsAttributeEditorContainer, scheme: str | None) -> None:
    """Let a box be seen in rows of one grid scheme alone, where it belongs to one."""
    if scheme is not None:
        condition = QgsExpression(QgsExpression.createFieldEqualityExpression("scheme", scheme))
        box.setVisibilityExpression(QgsOptionalExpression(condition))
