"""The label of a field that holds a code: the code stands small beside it, or the words where the code is typed."""

from __future__ import annotations

from collections.abc import Sequence

from qgis.core import QgsExpression

from gridmgmt_plugin.core.messages import tongue_of
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.project.forms.description import FormDescription
from gridmgmt_plugin.project.forms.field_widgets import FormContext, class_prefixes, parent_of
from gridmgmt_plugin.project.forms.row_facts import naming_columns
from gridmgmt_plugin.workspace.schema import ColumnDefinition

_SMALL = "<small>"
# Targets of posts and patrols: what the code names, and the column with its name.
_TARGETS = ("responsibility_grid", "lane", "area", "station")
_SHOWN_AS_CODE = ("unit_grid", "component")


def heading_of(column: ColumnDefinition, language: str) -> str:
    """Return what stands before a column that is shown by name: the thing, not its number."""
    labels = load_json("forms/lists.json")["headings"]
    return str(labels[column.name][tongue_of(language)]) if column.name in labels else column.label(language)


def label_expression(table: str, column: ColumnDefinition, form: FormDescription, context: FormContext) -> str | None:
    """Return the expression of a field's label, ``None`` where its heading says enough."""
    heading = heading_of(column, context.language)
    if (table, column.name) == ("component", "class_code"):
        return _with_small(heading, f'"{column.name}"')
    if (table, column.name) in (("cases", "class_code"), ("duty_rule", "class_prefix")):
        kind = "kind" if table == "cases" else "class_kind"
        return _with_small(heading, _class_name(column.name, kind, context))
    if column.name == "target_code":
        return _with_small(heading, _target_name(context))
    if column.name == "item_code":
        return _with_small(heading, _item_title(context))
    found = parent_of(table, column.name, form)
    if found is None or found[0] in _SHOWN_AS_CODE or found[0] not in context.layers:
        return None
    return _with_small(heading, f'"{column.name}"')


def coded(heading: str, code: str) -> str:
    """Return a heading with a code, or what a code means, small beside it, as the expressions write it."""
    return f"{heading} {_SMALL}{code}</small>" if code else heading


def _with_small(heading: str, value: str) -> str:
    return f"{_quoted(heading)} || coalesce(' ' || {_quoted(_SMALL)} || ({value}) || '</small>', '')"


def _class_name(column: str, kind: str, context: FormContext) -> str:
    """Return an expression for the name of a class or of a major class; classes of both kinds share numbers."""
    components = _lookup(column, class_prefixes(context.component_catalogue, context.tongue))
    events = _lookup(column, class_prefixes(context.event_catalogue, context.tongue))
    return f"CASE WHEN \"{kind}\" = 'component' THEN {components} WHEN \"{kind}\" = 'event' THEN {events} END"


def _lookup(column: str, entries: Sequence[tuple[str, str]]) -> str:
    listed = ", ".join(f"{_quoted(code)}, {_quoted(name)}" for code, name in entries)
    return f'map_get(map({listed}), "{column}")' if listed else "NULL"


def _target_name(context: FormContext) -> str:
    cases = []
    for table in (table for table in _TARGETS if table in context.layers):
        row = f"get_feature('{context.layers[table].id()}', 'code', \"target_code\")"
        named = ", ".join(f"nullif(attribute({row}, '{column}'), '')" for column in naming_columns(table))
        cases.append(f"WHEN \"target\" = '{table}' THEN coalesce({named})")
    return f"CASE {' '.join(cases)} END" if cases else "NULL"


def _item_title(context: FormContext) -> str:
    """Return an expression for the title of an item of a checklist; the lists number their items alike."""
    cases = [
        f'WHEN "checklist" = {_quoted(found.key)} THEN '
        + _lookup("item_code", [(item.code, item.title(context.language)) for item in found.items])
        for found in context.checklists
    ]
    return f"CASE {' '.join(cases)} END"


def _quoted(text: str) -> str:
    return str(QgsExpression.quotedString(text))
