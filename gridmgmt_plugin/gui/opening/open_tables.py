"""Layers, and the attribute tables that are open on them, show what has been written since they were read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from qgis.core import QgsProject, QgsVectorLayer
from qgis.gui import QgsAttributeTableModel
from qgis.PyQt.QtWidgets import QApplication

from gridmgmt_plugin.core._compat import missing_libraries
from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.project.forms.name_copies import fill_copy, outdate_copy
from gridmgmt_plugin.project.i18n import locale_tag
from gridmgmt_plugin.project.postgis_source import take_up_new_columns
from gridmgmt_plugin.project.postponed import (
    fill_postponed,
    forget_rows,
    has_all_rows,
    has_columns,
    is_postponed,
    knows_all_rows,
    open_postponed,
)
from gridmgmt_plugin.project.shown_workspace import shown_layers
from gridmgmt_plugin.project.stored_rows import show_stored
from gridmgmt_plugin.workspace.location import Location, PostgresLocation

if TYPE_CHECKING:
    from gridmgmt_plugin.workspace.postgis.outline import SchemaOutline

# Tables that jobs add columns to: one per grid scheme.
_GROWING = ("unit_grid", "unit_grid_history")


def read_again(layers: Mapping[str, QgsVectorLayer], location: Location | None) -> None:
    """Read rows, columns and extents of the workspace's layers, named by their tables, anew.

    Of the tables that wait to be opened those that stand for what was there before get the rows of now, or are opened
    where these are many; where one cannot be now, it and the others wait on for who opens them
    (:mod:`gridmgmt_plugin.gui.opening.late_tables`).
    """
    if isinstance(location, PostgresLocation):
        opened = [table for table in _GROWING if table in layers and layers[table].providerType() == "postgres"]
        take_up_new_columns({table: layers[table] for table in opened if layers[table].isValid()}, location)
    for layer in layers.values():
        outdate_copy(layer)
    can_open, renewed = True, _renew_waiting(layers, location)
    for table, layer in layers.items():
        if not layer.isValid():  # a project of somebody who may read more
            continue
        if is_postponed(layer):
            if table in renewed:
                show_stored(layer)
            elif can_open and (layer.featureCount() or table in _GROWING):
                can_open = _try_to_open(layer)
            continue
        layer.updateFields()
        layer.updateExtents(True)
        show_stored(layer)
    fill_empty_tables()


def _renew_waiting(layers: Mapping[str, QgsVectorLayer], location: Location | None) -> set[str]:
    """Give the tables that stand in memory with all their rows those of now; return them, and those that might have
    got a column and did not. None where the server does not say.
    """
    if not isinstance(location, PostgresLocation) or not any(map(is_postponed, layers.values())):
        return set()
    from gridmgmt_plugin.project.layers import outline_of  # noqa: PLC0415  needs shapely, as who wrote did

    try:
        outline = outline_of(location)
    except GridError:
        return set()
    for table in set(outline.names) & set(layers):
        fill_copy(layers[table], outline.names[table])
    return renew_waiting(layers, outline)


def renew_waiting(
    layers: Mapping[str, QgsVectorLayer], outline: SchemaOutline, read_s: float | None = None
) -> set[str]:
    """Give the tables that stand in memory with all their rows those of an outline; return them, and those that might
    have got a column and did not.

    :param read_s: when the outline began to be read, by the monotonic clock; left out, it is of now.
    """
    waiting = {table: layer for table, layer in layers.items() if is_postponed(layer)}
    same = {table for table, layer in waiting.items() if has_columns(layer, outline.columns.get(table, ()))}
    whole = {table for table in waiting if has_all_rows(waiting[table])}
    renewed = whole & same & {*outline.rows, *outline.empty}
    for table in renewed:
        columns, count = outline.columns[table], outline.counts.get(table, 0)
        fill_postponed(waiting[table], columns, count, outline.rows.get(table), read_s)
    for table in whole - renewed:
        forget_rows(waiting[table])  # they are too many, and the table is opened as others are
    return renewed | same & set(_GROWING)


def _try_to_open(layer: QgsVectorLayer) -> bool:
    """Open a layer that waits; return whether it is opened now."""
    try:
        open_postponed(layer)
    except GridError:
        return False
    return True


def renew_ledgers() -> None:
    """Show each ledger of the workspace as it is called and drawn now, with its items; where their tables cannot be
    opened now, who opens them does it (:mod:`gridmgmt_plugin.gui.opening.late_tables`).
    """
    if missing_libraries():  # such a workspace is only looked at
        return
    from gridmgmt_plugin.project.map.ledger_overlays import ITEMS, LEDGERS, renew_overlays  # noqa: PLC0415  needs shapely

    layers = shown_layers(QgsProject.instance())
    has_none = LEDGERS in layers and knows_all_rows(layers[LEDGERS]) and not layers[LEDGERS].featureCount()
    if has_none or all(_try_to_open(layers[name]) for name in (LEDGERS, ITEMS) if name in layers):
        renew_overlays(QgsProject.instance(), layers, locale_tag())


def fill_empty_tables() -> None:
    """Have every open attribute table that shows no row read its layer again.

    A table reads again when its cache says that it is no longer valid, which QGIS's cache does not say while it holds
    no row (QGIS issue 53703): the cache goes on thinking that nothing is all there is, and not even the table's own
    button for reading again brings the rows.
    """
    for window in QApplication.topLevelWidgets():
        for model in window.findChildren(QgsAttributeTableModel):
            if model.rowCount() == 0 and model.layer() is not None and model.layer().isValid():
                model.layerCache().setFullCache(False)
                model.loadLayer()
