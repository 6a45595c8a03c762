"""Tables of a database that stand in the project as layers before QGIS opens them.

To open one QGIS asks the server fourteen times, and the layer is told to in the window's thread. So all but the first
are known by an outline
(:mod:`gridmgmt_plugin.workspace.postgis.outline`) and kept in memory until they are wanted: with title, columns,
forms and styles, and with the rows that other tables' forms look names up in. Who asks for one layer by its table
(:func:`~gridmgmt_plugin.project.shown_workspace.shown_layer`) has it opened; what the planner turns to is opened by
:mod:`gridmgmt_plugin.gui.opening.late_tables`, and the rest while he does nothing. The window asks before numpy is
loaded.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsDataProvider,
    QgsDataSourceUri,
    QgsFeature,
    QgsVectorDataProvider,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QDate, Qt

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.project.answering import refuse_unreadable
from gridmgmt_plugin.project.attributes import field_of, type_on_a_server
from gridmgmt_plugin.project.handed_provider import take_over
from gridmgmt_plugin.project.opened_apart import OpenedApart
from gridmgmt_plugin.project.plain_metres import take_system_away
from gridmgmt_plugin.project.postgis_source import GEOMETRY_COLUMN, table_source
from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.patience import GivenUpError, wait_for
from gridmgmt_plugin.workspace.schema import TableDefinition

if TYPE_CHECKING:
    from gridmgmt_plugin.core.rows import Rows

# Of the object, not of the layer: no project keeps them.
_SOURCE, _PLACE, _COUNT = "gridmgmt_source", "gridmgmt_place", "gridmgmt_count"
_FILLED, _WRITTEN, _APART = "gridmgmt_filled", "gridmgmt_written", "gridmgmt_apart"
# When something of this program run has written last, which nobody is told of.
_written_s = [0.0]
Columns = tuple[tuple[str, str], ...]
# QGIS asks before it closes a project with rows in memory.
_NOT_TO_BE_LOST = "skipMemoryLayersCheck"


def can_be_postponed(columns: Columns) -> bool:
    """Tell whether it is known how QGIS takes each column of a table."""
    return all(type_on_a_server(kind) is not None for _, kind in columns)


class _PostponedLayer(QgsVectorLayer):
    """Stands for a table: QGIS shall not say of it in its tree that its content goes with the window."""

    def isTemporary(self) -> bool:  # noqa: N802  QGIS's name
        """Tell that nothing of it is lost."""
        return False


def postponed_layer(
    place: PostgresLocation, definition: TableDefinition, title: str, columns: Columns, epsg: int | None
) -> QgsVectorLayer:
    """Return a layer that stands for a table until it is opened; nothing is asked of the server.

    :param columns: names and types as the server calls them.
    """
    source = table_source(place, definition, epsg)
    shape = None if definition.geometry in (None, "Geometry") else definition.geometry
    options = QgsVectorLayer.LayerOptions()
    options.skipCrsValidation, options.loadDefaultStyle = True, False
    layer = _PostponedLayer(shape or "NoGeometry", title, "memory", options)
    if shape is not None:
        system = QgsCoordinateReferenceSystem()
        layer.setCrs(system if epsg is None else QgsCoordinateReferenceSystem.fromEpsgId(epsg))
    shown = _fields_among(columns, is_shape_apart=shape is not None)
    layer.dataProvider().addAttributes([field_of(name, type_on_a_server(kind), kind) for name, kind in shown])
    layer.updateFields()
    layer.loadNamedStyle(source, True)
    layer.setCustomProperty(_NOT_TO_BE_LOST, 1)
    layer.setProperty(_SOURCE, source)
    layer.setProperty(_PLACE, place)
    return layer


def has_columns(layer: QgsVectorLayer, columns: Columns) -> bool:
    """Tell whether a postponed layer has all columns that its table has now, and no other."""
    shown = _fields_among(columns, is_shape_apart=layer.isSpatial())
    return {name for name, _ in shown} == set(layer.fields().names())


def _fields_among(columns: Columns, *, is_shape_apart: bool) -> list[tuple[str, str]]:
    return [(name, kind) for name, kind in columns if not is_shape_apart or name != GEOMETRY_COLUMN]


def fill_postponed(
    layer: QgsVectorLayer, columns: Columns, count: int, rows: Rows | None, read_s: float | None = None
) -> None:
    """Give a postponed layer the rows that its table is known to have, or only how many there are.

    :param read_s: when they began to be read, by the monotonic clock; left out, they are of now.
    """
    layer.setProperty(_COUNT, count)
    layer.setProperty(_FILLED, time.monotonic() if read_s is None else read_s)
    if layer.featureCount():
        layer.dataProvider().truncate()
    if rows is None or rows.fids is None:
        return
    kinds = dict(columns)
    values = {"fid": rows.fids, **rows.columns}
    filled = [(at, kinds[name], values[name]) for at, name in enumerate(layer.fields().names()) if name in values]
    features = []
    for row in range(len(rows)):
        feature = QgsFeature(layer.fields())
        for at, kind, column in filled:
            feature.setAttribute(at, _held(column[row], kind))
        features.append(feature)
    layer.dataProvider().addFeatures(features)


def _held(value: Any, kind: str) -> Any:
    """Return a value of a row as QGIS's provider gives it."""
    if value is None or value != value:  # noqa: PLR0124  NaN test
        return None
    value = value.item() if hasattr(value, "item") else value
    if kind == "date":
        return QDate.fromString(str(value), Qt.DateFormat.ISODate)
    return bool(value) if kind == "bool" else value


def is_postponed(layer: QgsVectorLayer) -> bool:
    """Tell whether a layer stands for a table that is not opened yet."""
    return layer.property(_SOURCE) is not None


def has_all_rows(layer: QgsVectorLayer) -> bool:
    """Tell whether a layer that stands for a table has every row that the table had when it was read last."""
    return is_postponed(layer) and layer.property(_COUNT) == layer.featureCount()


def knows_all_rows(layer: QgsVectorLayer) -> bool:
    """Tell whether it has every row still, as far as anybody has told."""
    filled_s = float(layer.property(_FILLED) or 0.0)
    is_older = filled_s <= float(layer.property(_WRITTEN) or 0.0) or written_since(filled_s)
    return has_all_rows(layer) and not is_older


def written_since(moment_s: float) -> bool:
    """Tell whether something of this program run has written since a moment of the monotonic clock."""
    return moment_s <= _written_s[0]


def is_as_stored(layer: QgsVectorLayer) -> bool:
    """Tell whether a layer that stands for a table reads as the table would, as far as anybody has told."""
    return knows_all_rows(layer) and not (layer.isSpatial() and layer.featureCount())


def open_to_read(layer: QgsVectorLayer) -> None:
    """Have QGIS open the table of a layer, but where all its rows are in memory.

    :raises WorkspaceError: see :func:`open_postponed`.
    """
    if not is_as_stored(layer):
        open_postponed(layer)


def forget_rows(layer: QgsVectorLayer) -> None:
    """Take note that a layer that stands for a table does not have the rows of the table."""
    layer.setProperty(_COUNT, None)


def outdate(layer: QgsVectorLayer) -> None:
    """Take note that the table of a layer was written since its rows were read."""
    layer.setProperty(_WRITTEN, time.monotonic())


def outdate_all() -> None:
    """Take note that any table may have been written since rows were read; in any thread."""
    _written_s[0] = time.monotonic()


def row_count(layer: QgsVectorLayer) -> int:
    """Return how many rows the table of a layer has; of one that is not opened, no more than was counted."""
    known = layer.property(_COUNT) if is_postponed(layer) else None
    return int(layer.featureCount() if known is None else known)


def begin_to_open(layer: QgsVectorLayer) -> None:
    """Have QGIS open the table of a layer apart; :func:`open_postponed` takes what comes of it."""
    if is_postponed(layer) and layer.property(_APART) is None:
        apart = OpenedApart(layer.property(_SOURCE))
        layer.willBeDeleted.connect(apart.let_go)
        layer.setProperty(_APART, apart)


def is_being_opened(layer: QgsVectorLayer) -> bool:
    """Tell whether QGIS is opening the table of a layer apart, and whoever opens it would wait for that."""
    apart: OpenedApart | None = layer.property(_APART)
    return apart is not None and apart.waits


def stands_ready(layer: QgsVectorLayer) -> bool:
    """Tell whether the table of a layer was opened apart, and nobody has taken it yet."""
    return layer.property(_APART) is not None and not is_being_opened(layer)


def open_postponed(layer: QgsVectorLayer, *, was_asked: bool = False) -> None:
    """Have QGIS open the table of a layer; do nothing where it is opened. Style, form and place of the layer stay.

    Where the window would stand still for it, it is opened apart: the window waits painted, with a way out, and what
    was given up goes on and is taken by who comes next.

    :param was_asked: the server has just said that the table can be read, in the window's thread or not at all.
    :raises WorkspaceError: ``editing_layer_silent`` or ``postgres_wait_given_up`` where the server does not answer,
        ``workspace_locked`` where somebody else holds the table: nothing is opened; ``postgres_table_unreadable``
        where QGIS cannot open it, who shows that itself.
    """
    source = layer.property(_SOURCE)
    if source is None:
        return
    if layer.property(_APART) is None and not was_asked and _refuse_unreadable(layer):
        begin_to_open(layer)
    provider = _provider_opened_apart(layer)
    if layer.property(_SOURCE) is None:  # somebody else has opened it while we waited
        return
    is_local = layer.isSpatial() and not layer.crs().isValid()
    project = layer.project()
    was_dirty = project is not None and project.isDirty()
    if provider is None:
        _open_in_the_window(layer, source)
    else:
        take_over(layer, source, provider)
    if is_local:
        take_system_away(layer)
    if layer.isValid():
        layer.setProperty(_SOURCE, None)
        layer.removeCustomProperty(_NOT_TO_BE_LOST)
    if project is not None:
        project.setDirty(was_dirty)
    if not layer.isValid():
        provider = layer.dataProvider()
        reason = "–" if provider is None or provider.error().isEmpty() else provider.error().summary()
        place = layer.property(_PLACE).label
        raise WorkspaceError("postgres_table_unreadable", place=place, table=layer.name(), reason=reason)


def _provider_opened_apart(layer: QgsVectorLayer) -> QgsVectorDataProvider | None:
    """Return what QGIS reads the table by, once it has opened it apart; ``None`` where it shall open it here.

    :raises WorkspaceError: ``editing_layer_silent``, ``postgres_wait_given_up``.
    """
    apart: OpenedApart | None = layer.property(_APART)
    if apart is None:
        return None
    try:
        wait_for(apart.wait_out, lambda: None, is_long=True)
    except GivenUpError as error:
        raise WorkspaceError("postgres_wait_given_up", path=layer.property(_PLACE).label) from error
    layer.setProperty(_APART, None)
    if apart.is_silent:
        apart.let_go()
        raise WorkspaceError("editing_layer_silent", layer=layer.name())
    provider = apart.take_provider()
    if provider is None:
        _refuse_unreadable(layer)
    return provider


def _refuse_unreadable(layer: QgsVectorLayer) -> bool:
    table = QgsDataSourceUri(layer.property(_SOURCE)).table()
    return refuse_unreadable(layer.property(_PLACE), layer.name(), (table,))


def _open_in_the_window(layer: QgsVectorLayer, source: str) -> None:
    QgsApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)  # QGIS asks its questions with the window still
    try:
        layer.setDataSource(source, layer.name(), "postgres", QgsDataProvider.ProviderOptions())
    finally:
        QgsApplication.restoreOverrideCursor()


def write_as_opened(layer: Any, element: Any, _document: Any) -> None:
    """Have a project that is saved hold the table, and not what stands for it; QGIS's ``writeMapLayer``."""
    source = layer.property(_SOURCE)
    if source is None:
        return
    for name, text in (("datasource", source), ("provider", "postgres")):
        element.firstChildElement(name).firstChild().setNodeValue(text)
