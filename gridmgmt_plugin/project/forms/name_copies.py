"""Copies in memory of the names that lists in forms are made of.

For each field with a list QGIS asks the layer behind it twice, three messages to a server each time and with the
window still. So the lists of a database's forms are made of a hidden layer in memory for each table of names, opened
or not. What is edited in the layer of the table shows in its copy at once; who follows that and reads again what was
written is :mod:`gridmgmt_plugin.gui.opening.name_lists`. No project that is saved has a copy: its lists lead to the
tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsEditorWidgetSetup,
    QgsFeature,
    QgsFeatureRequest,
    QgsMapLayer,
    QgsMapLayerStyle,
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt import sip
from qgis.PyQt.QtXml import QDomElement

from gridmgmt_plugin.project.attributes import field as column_of
from gridmgmt_plugin.project.attributes import is_null, plain
from gridmgmt_plugin.project.postponed import is_postponed
from gridmgmt_plugin.project.shown_workspace import DERIVED_PROPERTY

if TYPE_CHECKING:
    from gridmgmt_plugin.core.rows import Rows

_DERIVED = "names"
# QGIS writes layers in the order of their ids, which begin as they are called at first: ours before all tables.
_FIRST = "0 "
_LIST = "ValueRelation"


@dataclass
class _Copy:
    """``stored``: the values of ``columns`` by row number, as they were read. ``numbers``: row numbers by QGIS's own.

    ``writes``: how often the table was written since the copy was made; ``read``: as far as is in it.
    """

    layer: QgsVectorLayer
    columns: tuple[str, ...]
    stored: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    numbers: dict[int, int] = field(default_factory=dict)
    writes: int = 0
    read: int = 0


# By the id of the layer of the table.
_copies: dict[str, _Copy] = {}
# A copy's element of the project that is being written, until the next layer's comes.
_written: list[QDomElement] = []


def copy_names(layer: QgsVectorLayer, columns: Sequence[str], rows: Rows) -> None:
    """Have lists in forms be made of a copy of the rows of a layer; only ``columns`` are in it, all of them texts."""
    options = QgsVectorLayer.LayerOptions()
    options.skipCrsValidation, options.loadDefaultStyle = True, False
    made = QgsVectorLayer("NoGeometry", f"{_FIRST}{layer.name()}", "memory", options)
    made.dataProvider().addAttributes([column_of(name, str) for name in columns])
    made.updateFields()
    made.setName(layer.name())
    made.setFlags(made.flags() | QgsMapLayer.LayerFlag.Private)
    made.setCustomProperty(DERIVED_PROPERTY, _DERIVED)
    made.setCustomProperty("skipMemoryLayersCheck", 1)
    _copies[layer.id()] = _Copy(made, tuple(columns))
    layer.willBeDeleted.connect(partial(_copies.pop, layer.id(), None))
    fill_copy(layer, rows)


def list_layer(layer: QgsVectorLayer) -> QgsVectorLayer:
    """Return the layer that lists of names of a table are made of: its copy, itself where it has none."""
    copy = _copy_of(layer)
    return layer if copy is None else copy.layer


def copies_of(layers: Iterable[QgsVectorLayer]) -> list[QgsVectorLayer]:
    """Return the copies that layers have; who puts the layers into a project puts these beside them."""
    return [copy.layer for copy in map(_copy_of, layers) if copy is not None]


def columns_of(layer: QgsVectorLayer) -> tuple[str, ...]:
    """Return the columns that the copy of a layer has."""
    copy = _copy_of(layer)
    return () if copy is None else copy.columns


def fill_copy(layer: QgsVectorLayer, rows: Rows, writes: int | None = None) -> None:
    """Give the copy of a layer the rows of its table; what is edited stays as it is edited.

    :param writes: what :func:`writes_since_made` said before they were read; left out, they are of now.
    """
    copy = _copy_of(layer)
    if copy is None or rows.fids is None:
        return
    columns = [rows.columns[name].tolist() for name in copy.columns]
    copy.stored = dict(zip(rows.fids.tolist(), zip(*columns)))
    copy.read = copy.writes if writes is None else writes
    _show(layer, copy)


def outdate_copy(layer: QgsVectorLayer) -> None:
    """Take note that the table of a layer was written since its copy was made."""
    copy = _copy_of(layer)
    if copy is not None:
        copy.writes += 1


def is_outdated(layer: QgsVectorLayer) -> bool:
    """Tell whether the copy of a layer is older than its table."""
    copy = _copy_of(layer)
    return copy is not None and copy.read != copy.writes


def writes_since_made(layer: QgsVectorLayer) -> int:
    """Return how often the table of a layer was written since its copy was made, as far as anybody has told."""
    copy = _copy_of(layer)
    return 0 if copy is None else copy.writes


def show_edits(layer: QgsVectorLayer) -> None:
    """Show in the copy of a layer what is edited in it; not while what was written has still to be read."""
    copy = _copy_of(layer)
    if copy is not None and copy.read == copy.writes:
        _show(layer, copy)


def _show(layer: QgsVectorLayer, copy: _Copy) -> None:
    features = []
    for values in _with_edits(layer, copy):
        row = QgsFeature(copy.layer.fields())
        row.setAttributes(list(values))
        features.append(row)
    provider = copy.layer.dataProvider()
    provider.truncate()
    provider.addFeatures(features)


def _with_edits(layer: QgsVectorLayer, copy: _Copy) -> list[tuple[Any, ...]]:
    edits = layer.editBuffer()
    if edits is None or is_postponed(layer):
        copy.numbers.clear()
        return list(copy.stored.values())
    places = {layer.fields().lookupField(name): at for at, name in enumerate(copy.columns)}
    changes = {
        row: {places[index]: value for index, value in values.items() if index in places}
        for row, values in edits.changedAttributeValues().items()
    }
    changes = {row: values for row, values in changes.items() if values}
    gone = set(edits.deletedFeatureIds())
    numbers = _numbers(layer, copy, [*changes, *gone])
    rows = {number: list(values) for number, values in copy.stored.items()}
    for row, values in changes.items():
        for at, value in values.items():
            if numbers.get(row) in rows:
                rows[numbers[row]][at] = None if is_null(value) else value
    for row in gone:
        rows.pop(numbers.get(row, -1), None)
    new = [
        tuple(None if is_null(row.attribute(index)) else row.attribute(index) for index in places)
        for row in edits.addedFeatures().values()
    ]
    return [*map(tuple, rows.values()), *new]


def _numbers(layer: QgsVectorLayer, copy: _Copy, rows: Iterable[int]) -> dict[int, int]:
    """Return row numbers by QGIS's own; those that nobody has asked for before are read."""
    unknown = [row for row in rows if row not in copy.numbers]
    if unknown:
        request = QgsFeatureRequest().setFilterFids(unknown).setFlags(QgsFeatureRequest.Flag.NoGeometry)
        request.setSubsetOfAttributes(["fid"], layer.fields())
        found = layer.dataProvider().getFeatures(request)
        copy.numbers.update({feature.id(): int(plain(feature["fid"])) for feature in found})
    return copy.numbers


def lead_to_tables(project: QgsProject, layers: Mapping[str, QgsVectorLayer]) -> None:
    """Have all lists of the layers of a project be made of the tables again, and take their copies out.

    In every style, as each has forms of its own. None is applied for that: QGIS 3.44 ends where an attribute table is
    open meanwhile.
    """
    tables = {copy.layer.id(): identifier for identifier, copy in _copies.items() if not sip.isdeleted(copy.layer)}
    for layer in layers.values():
        _lead_lists(layer, tables)
        _lead_other_styles(layer, tables)
    ours = [copy.layer.id() for copy in map(_copy_of, layers.values()) if copy is not None]
    project.removeMapLayers(ours)
    for layer in layers.values():
        _copies.pop(layer.id(), None)


def _lead_lists(layer: QgsVectorLayer, tables: Mapping[str, str]) -> None:
    """Have the lists of a layer be made of tables. ``tables``: ids of their layers by the ids of copies.

    An attribute table that is open would begin anew with each list: it is not told.
    """
    was_silent = layer.blockSignals(True)
    try:
        for index in range(layer.fields().count()):
            setup = layer.editorWidgetSetup(index)
            table = tables.get(str(setup.config().get("Layer"))) if setup.type() == _LIST else None
            if table is not None:
                config = {**setup.config(), "Layer": table}
                layer.setEditorWidgetSetup(index, QgsEditorWidgetSetup(_LIST, config))
    finally:
        layer.blockSignals(was_silent)


def _lead_other_styles(layer: QgsVectorLayer, tables: Mapping[str, str]) -> None:
    manager = layer.styleManager()
    for name in manager.styles():
        text = before = manager.style(name).xmlData()
        for copy, table in tables.items():
            text = text.replace(copy, table)
        if text != before and name != manager.currentStyle():
            manager.removeStyle(name)
            manager.addStyle(name, QgsMapLayerStyle(text))


def write_without_copies(layer: QgsMapLayer, element: QDomElement, _document: object) -> None:
    """Have a project that is saved lead its lists to the tables and hold no copy; QGIS's ``writeMapLayer``."""
    while _written:  # QGIS takes it into the project after this was called for it
        before = _written.pop()
        before.parentNode().removeChild(before)
    if layer.customProperty(DERIVED_PROPERTY) == _DERIVED:
        _written.append(QDomElement(element))
        return
    tables = {copy.layer.id(): identifier for identifier, copy in _copies.items() if not sip.isdeleted(copy.layer)}
    if not tables:
        return
    widgets = element.elementsByTagName("editWidget")
    for at in range(widgets.count()):
        widget = widgets.at(at).toElement()
        if widget.attribute("type") == _LIST:
            _lead(widget, tables)


def _lead(widget: QDomElement, tables: Mapping[str, str]) -> None:
    options = widget.elementsByTagName("Option")
    for at in range(options.count()):
        option = options.at(at).toElement()
        if option.attribute("name") == "Layer" and option.attribute("value") in tables:
            option.setAttribute("value", tables[option.attribute("value")])


def _copy_of(layer: QgsVectorLayer) -> _Copy | None:
    copy = _copies.get(layer.id())
    return None if copy is None or sip.isdeleted(copy.layer) else copy
