"""The relations that carry the lists of forms: a list without the plugin is QGIS's own list of that relation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from qgis.core import QgsAttributeEditorContainer, QgsAttributeEditorRelation, QgsProject, QgsVectorLayer

from gridmgmt_plugin.project.forms.description import (
    SCHEME_COLUMNS,
    ListDescription,
    form_descriptions,
    list_descriptions,
)
from gridmgmt_plugin.project.forms.schemes import scheme_columns, scheme_of
from gridmgmt_plugin.project.schema_relations import Relation, relations


@dataclass(frozen=True)
class Carrier:
    """One list in the form of a table, on the relation that carries it.

    ``scheme``: the list is for rows of that grid scheme alone, ``None`` = for all.
    """

    table: str
    description: ListDescription
    relation: Relation
    scheme: str | None = None


def carriers(layers: Mapping[str, QgsVectorLayer]) -> Iterator[Carrier]:
    """Yield the lists of all forms with their relations; those by grid scheme once for each scheme."""
    units = layers.get("unit_grid")
    schemes = [] if units is None else scheme_columns(units)
    for table, form in form_descriptions().items():
        for tab in form.tabs:
            for key in tab.lists:
                description = list_descriptions()[key]
                if description.table in layers and table in layers:
                    yield from _carriers(table, description, schemes)


def form_relations(layers: Mapping[str, QgsVectorLayer]) -> list[Relation]:
    """Return the references of the schema and whatever else lists need, each once."""
    found = dict.fromkeys(relations())
    found.update(dict.fromkeys(carrier.relation for carrier in carriers(layers)))
    return list(found)


def _carriers(table: str, description: ListDescription, schemes: list[str]) -> Iterator[Carrier]:
    column, of = description.column, description.of
    if column == SCHEME_COLUMNS:
        for name in schemes:
            yield Carrier(table, description, Relation(description.table, name, table, of), scheme_of(name))
    elif of == SCHEME_COLUMNS:
        # One list tells of all schemes; the first carries it.
        for name in schemes[:1]:
            yield Carrier(table, description, Relation(description.table, column, table, name))
    else:
        yield Carrier(table, description, Relation(description.table, column, table, of))


def find_relations(layer: QgsVectorLayer, project: QgsProject, *_: object) -> None:
    """Have the lists of a layer's form know their relations in the project that they are of.

    With each form and each style that a layer gets QGIS looks for them in the project that it shows. In one that is
    written beside that none would be found, and the lists would be written without.
    """
    _find(layer.editFormConfig().invisibleRootContainer(), project)


def _find(box: QgsAttributeEditorContainer, project: QgsProject) -> None:
    for part in box.children():
        if isinstance(part, QgsAttributeEditorRelation):
            part.init(project.relationManager())
        elif isinstance(part, QgsAttributeEditorContainer):
            _find(part, project)
