"""QGIS's attribute tables that were opened on nothing show what has been written since."""

from __future__ import annotations

from qgis.gui import QgsAttributeTableModel
from qgis.PyQt.QtWidgets import QApplication


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
