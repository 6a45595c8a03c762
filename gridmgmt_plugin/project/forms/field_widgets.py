"""How each column is shown and typed: labels for keys, names for codes, dates and numbers as people write them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

from qgis.core import QgsEditorWidgetSetup, QgsVectorLayer

from gridmgmt_plugin.core.class_catalogues import classes_of, majors_of
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.inspection.checklists import Checklist, known_checklists
from gridmgmt_plugin.core.messages import is_chinese, tongue_of
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.validation.catalogue import rule_infos
from gridmgmt_plugin.core.value_lists import value_list
from gridmgmt_plugin.project.attributes import is_null
from gridmgmt_plugin.project.forms.description import FormDescription
from gridmgmt_plugin.project.forms.name_copies import is_outdated, list_layer
from gridmgmt_plugin.project.forms.row_facts import NAMING, row_name
from gridmgmt_plugin.project.forms.schemes import grid_label, scheme_of, scheme_titles
from gridmgmt_plugin.project.postponed import row_count
from gridmgmt_plugin.project.schema_relations import relations
from gridmgmt_plugin.project.shown_workspace import CATALOGUES_PROPERTY
from gridmgmt_plugin.workspace.schema import ColumnDefinition, scheme_column, tables

#: What QGIS's value map takes for nothing.
NOTHING = "{2839923C-8B7D-419E-B84B-CA2FE9B80EC7}"
#: Up to so many parents are offered in one list; beyond that QGIS looks them up through the relation.
LISTED_AT_MOST = 1000
_NAMES = {
    "area": "name",
    "department": "name",
    "scheme": "title",
    "person": "name",
    "lane": "name",
    "ledger": "title",
}
_KEYS = {"area": "code", "department": "code", "scheme": "key", "person": "id", "ledger": "key"}
#: The columns that lists in forms are made of, by table.
LISTED: Mapping[str, tuple[str, ...]] = {
    **{table: (_KEYS.get(table, "code"), name) for table, name in _NAMES.items()},
    "responsibility_grid": ("code", *NAMING, "scheme"),
}
#: What forms look names up in, and their own checklists.
LOOKED_UP = ("scheme", "department", "person", "lane", "ledger", "workspace_info")
_BEYOND = ("unit_grid", "component", "release")
_NUMBER = {"AllowNull": True, "Min": 0, "Max": 2_000_000_000, "Step": 1, "Style": "SpinBox"}
_WHOLE = {"zh": "{name}（全部）", "en": "{name} (all)"}
_BOOLEANS = {"zh": ("是", "否", "未填"), "en": ("yes", "no", "not answered")}


@dataclass(frozen=True)
class FormContext:
    """What widgets are chosen by: the layers by table, the language, the catalogues of classes.

    Rows of the layers are read when they are first asked for, and once: one is made whenever forms are built.
    """

    layers: Mapping[str, QgsVectorLayer]
    language: str
    component_catalogue: str
    event_catalogue: str

    @property
    def tongue(self) -> str:
        """Return ``zh`` or ``en``."""
        return tongue_of(self.language)

    @cached_property
    def schemes(self) -> Mapping[str, str]:
        """Return the titles of the grid schemes by key."""
        return scheme_titles(self.layers.get("scheme"))

    @cached_property
    def checklists(self) -> Sequence[Checklist]:
        """Return the checklists of the workspace; those of the program alone where one of its own was damaged."""
        layer = self.layers.get("workspace_info")
        rows = [] if layer is None else layer.getFeatures()
        own = {str(row["key"]): str(row["value"]) for row in rows if not is_null(row["value"])}
        try:
            return list(known_checklists(own).values())
        except InputError:
            return list(known_checklists({}).values())


def form_context(layers: Mapping[str, QgsVectorLayer], language: str) -> FormContext:
    """Return what the forms of the layers of one workspace are made by."""
    stored = next((layer.customProperty(CATALOGUES_PROPERTY) for layer in layers.values()), "")
    components, _, events = str(stored or "").partition("|")
    return FormContext(layers, language, components, events)


def widget_of(
    table: str, column: ColumnDefinition, form: FormDescription, context: FormContext
) -> QgsEditorWidgetSetup:
    """Return the widget of a column of the schema."""
    if column.name in form.hidden or column.type == "blob":
        return QgsEditorWidgetSetup("Hidden", {})
    if column.values is not None:
        return _choice([(key, labels[context.tongue]) for key, labels in value_list(column.values)])
    if (table, column.name) == ("component", "class_code"):
        return _choice(class_names(context.component_catalogue, context.tongue))
    if column.name in ("table_name", "layer"):
        return _choice(table_names(context))
    if (table, column.name) in _CHOICES:
        return _choice(_CHOICES[table, column.name](context))
    if column.name == "gesture":
        return _choice(gesture_names(context.tongue))
    if column.type == "boolean":
        return _yes_or_no(form, column.name, context)
    if column.type in ("date", "datetime"):
        return _moment(column.type, context.language)
    typed = form.reason(column.name, context.language) is None
    return _lookup(table, column.name, form, context) or _plain(form.widgets.get(column.name), typed=typed)


def scheme_widget(column: str, context: FormContext) -> QgsEditorWidgetSetup:
    """Return the widget of a column ``rg_<scheme>``: the grids of that scheme by their names, aliases first."""
    grids = context.layers["responsibility_grid"]
    scheme = scheme_of(column)
    wanted = f"\"scheme\" = '{scheme}'"
    known = grids if is_outdated(grids) else list_layer(grids)
    rows = list(known.getFeatures(wanted))
    aliased, named = (sum(not is_null(row[name]) and bool(row[name]) for row in rows) for name in NAMING)
    if 0 < aliased < len(rows):  # a list of QGIS's reads its names from one column
        called = ((str(row["code"]), row_name("responsibility_grid", row)) for row in rows)
        return _choice(sorted(called, key=lambda entry: entry[::-1]))
    shown = "alias" if aliased else "name" if named == len(rows) else "code"
    options = _value_relation(grids, "code", shown)
    return QgsEditorWidgetSetup("ValueRelation", {**options, "FilterExpression": wanted})


def class_names(catalogue: str, tongue: str) -> list[tuple[str, str]]:
    """Return code and name of the classes of a catalogue; none where this computer lacks it."""
    try:
        return [(entry["code"], entry[tongue]) for entry in classes_of(catalogue)]
    except InputError:
        return []


def class_prefixes(catalogue: str, tongue: str) -> list[tuple[str, str]]:
    """Return code and name of what a rule for classes can begin with: a major class, or one class."""
    try:
        majors = [(entry["code"], _WHOLE[tongue].format(name=entry[tongue])) for entry in majors_of(catalogue)]
    except InputError:
        return []
    return sorted([*majors, *class_names(catalogue, tongue)])


def table_names(context: FormContext) -> list[tuple[str, str]]:
    """Return name and title of every table."""
    return [(name, definition.label(context.language)) for name, definition in tables().items()]


def code_kinds(context: FormContext) -> list[tuple[str, str]]:
    """Return what codes are registered as, and what it is called: tables, and the grids of each scheme."""
    schemes = context.schemes.items()
    return [
        *table_names(context),
        *((scheme_column(key), grid_label(title, context.language)) for key, title in schemes),
    ]


def rule_titles(context: FormContext) -> list[tuple[str, str]]:
    """Return code and title of the rules of the checks."""
    return [(code, rule.title[context.tongue]) for code, rule in rule_infos().items()]


def checklist_titles(context: FormContext) -> list[tuple[str, str]]:
    """Return key and title of the checklists."""
    return [(found.key, found.title(context.language)) for found in context.checklists]


def gesture_names(tongue: str) -> list[tuple[str, str]]:
    """Return key and name of what changes a workspace, as the change log holds it."""
    return [(key, names[tongue]) for key, names in load_json("forms/lists.json")["gestures"].items()]


def cause_names(context: FormContext) -> list[tuple[str, str]]:
    """Return key and name of why a code came to its end: a gesture, or what a comparison of two states found."""
    successions = load_json("catalogues/package_fields.json")["values"]["succession"]
    named = gesture_names(context.tongue) + [(entry["key"], entry[context.tongue]) for entry in successions]
    return list(dict(named).items())


def _labels(name: str) -> Callable[[FormContext], list[tuple[str, str]]]:
    return lambda context: [(key, labels[context.tongue]) for key, labels in value_list(name)]


def ledger_kinds(context: FormContext) -> list[tuple[str, str]]:
    """Return what the items of a ledger may be, one kind or several."""
    kinds, between = _labels("ledger_kind")(context), "、" if context.tongue == "zh" else ", "
    several = [found for count in range(1, len(kinds) + 1) for found in combinations(kinds, count)]
    return [(",".join(key for key, _ in found), between.join(label for _, label in found)) for found in several]


_CHOICES: Mapping[tuple[str, str], Callable[[FormContext], list[tuple[str, str]]]] = {
    ("code_register", "kind"): code_kinds,
    ("code_map", "kind"): code_kinds,
    ("external_code", "kind"): code_kinds,
    ("code_map", "cause"): cause_names,
    ("code_register", "reason"): cause_names,
    ("exemption", "rule"): rule_titles,
    ("handover_log", "means"): _labels("handover_means"),
    ("ledger", "geometry_kind"): ledger_kinds,
    ("lane_inspection", "checklist"): checklist_titles,
    ("unit_grid_history", "cause"): cause_names,
}


def parent_of(table: str, column: str, form: FormDescription) -> tuple[str, str, str] | None:
    """Return the table, its key and the id of the relation that a column refers to; the id is empty without one."""
    for relation in relations():
        if (relation.child, relation.column) == (table, column):
            return relation.parent, relation.parent_column, relation.identifier
    parent = form.lookups.get(column)
    return None if parent is None else (parent, _KEYS[parent], "")


def _choice(entries: list[tuple[str, str]]) -> QgsEditorWidgetSetup:
    """Return a list of labels, led by an empty one for what is not known."""
    if not entries:
        return QgsEditorWidgetSetup("TextEdit", {})
    return QgsEditorWidgetSetup("ValueMap", {"map": [{"": NOTHING}, *({label: key} for key, label in entries)]})


def _yes_or_no(form: FormDescription, column: str, context: FormContext) -> QgsEditorWidgetSetup:
    """Return yes, no and unanswered; a check box of QGIS 3.22 would make unanswered "no" when anything is saved.

    QGIS 3.22 stores "1" and "0" rightly and shows a stored value as "true" and "false": the last two, with a blank
    behind them, are for showing.
    """
    yes, no, unknown = _BOOLEANS[context.tongue]
    if column in form.unanswered:
        unknown = form.unanswered[column][context.tongue]
    labels = {yes: "1", no: "0", unknown: NOTHING, f"{yes} ": "true", f"{no} ": "false"}
    return QgsEditorWidgetSetup("ValueMap", {"map": [{label: key} for label, key in labels.items()]})


def _moment(kind: str, language: str) -> QgsEditorWidgetSetup:
    shown = "yyyy年M月d日" if is_chinese(language) else "d MMM yyyy"
    options: dict[str, Any] = {"calendar_popup": True, "allow_null": True, "field_format_overwrite": True}
    options["display_format"] = shown if kind == "date" else f"{shown} HH:mm"
    if kind == "date":
        return QgsEditorWidgetSetup("DateTime", {**options, "field_format": "yyyy-MM-dd"})
    # Text in a database is read and written as ISO 8601, with or without seconds.
    return QgsEditorWidgetSetup(
        "DateTime", {**options, "field_format": "yyyy-MM-ddTHH:mm:ss", "field_iso_format": True}
    )


def _plain(kind: str | None, *, typed: bool) -> QgsEditorWidgetSetup:
    if kind == "text":
        return QgsEditorWidgetSetup("TextEdit", {"IsMultiline": True, "UseHtml": False})
    if kind == "colour":
        return QgsEditorWidgetSetup("Color", {})
    if kind == "count":
        return QgsEditorWidgetSetup("Range", _NUMBER)
    # A box for numbers would round what is stored when anything else is saved.
    if kind == "measure" and not typed:
        return QgsEditorWidgetSetup("Range", {**_NUMBER, "Precision": 1})
    return QgsEditorWidgetSetup("TextEdit", {"IsMultiline": False, "UseHtml": False})


def _lookup(table: str, column: str, form: FormDescription, context: FormContext) -> QgsEditorWidgetSetup | None:
    found = parent_of(table, column, form)
    if found is None or found[0] not in context.layers:
        return None
    parent, key, relation = found
    layer = context.layers[parent]
    if parent in _NAMES and (not relation or row_count(layer) <= LISTED_AT_MOST):
        return QgsEditorWidgetSetup("ValueRelation", _value_relation(layer, key, _NAMES[parent]))
    if parent not in (*_NAMES, *_BEYOND):
        return None
    options = {"Relation": relation, "AllowNULL": True, "ShowForm": False, "ShowOpenFormButton": True}
    options |= {"MapIdentification": False, "ReadOnly": False, "AllowAddFeatures": False, "OrderByValue": False}
    return QgsEditorWidgetSetup("RelationReference", {**options, "FetchLimitActive": True, "FetchLimitNumber": 100})


def _value_relation(layer: QgsVectorLayer, key: str, value: str) -> dict[str, Any]:
    """Return a list of names to choose from; a line with a completer could not be emptied again in QGIS 3.22."""
    return {
        "Layer": list_layer(layer).id(),
        "LayerName": layer.name(),
        "Key": key,
        "Value": value,
        "AllowNull": True,
        "OrderByValue": True,
        "UseCompleter": False,
    }
