"""The one place that knows where Qt 5 and Qt 6 keep the same class."""

from __future__ import annotations

from qgis.PyQt import QtGui, QtWidgets, sip

# Qt 6 moved QAction from the widgets to the gui module.
QAction = QtGui.QAction if hasattr(QtGui, "QAction") else QtWidgets.QAction


def is_alive(widget: object) -> bool:
    """Tell whether Qt still has the object behind ``widget``; QGIS deletes message bar items by itself."""
    return widget is not None and not sip.isdeleted(widget)
