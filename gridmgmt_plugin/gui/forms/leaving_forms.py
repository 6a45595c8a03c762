"""Takes QGIS's forms off the screen before the layers go that they show, or whose rows they offer to choose from.

QGIS leaves them open. The list of rows in a form is read a tenth of a second after the form was opened or typed into,
from a layer that QGIS 3.22 does not look after: is the layer gone by then, QGIS dies of it.
"""

from __future__ import annotations

from qgis.core import QgsProject
from qgis.gui import QgsAttributeDialog, QgsFeatureListComboBox
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QCoreApplication, QEvent
from qgis.PyQt.QtWidgets import QApplication, QComboBox, QWidget

from gridmgmt_plugin.gui.frame.qt import is_alive

# Python takes what QGIS made itself for one of Qt's.
_FORM, _CHOICE = "QgsAttributeDialog", "QgsFeatureListComboBox"


class LeavingForms:
    """Follows QGIS's project for as long as the plugin is loaded."""

    def __init__(self) -> None:
        self._follows = True
        QgsProject.instance().layersWillBeRemoved.connect(self._close)

    def stop(self) -> None:
        """Follow no longer; asked again it does nothing."""
        if self._follows:
            self._follows = False
            QgsProject.instance().layersWillBeRemoved.disconnect(self._close)

    def _close(self, leaving: list[str]) -> None:
        forms = [window for window in QApplication.topLevelWidgets() if window.metaObject().className() == _FORM]
        for form in [form for form in forms if not _asked(form).isdisjoint(leaving)]:
            if is_alive(form):  # a form takes those with it that it opened
                _take_away(form)


def _asked(window: QWidget) -> set[str]:
    """Return the layers that a form reads."""
    choices = [box for box in window.findChildren(QComboBox) if box.metaObject().className() == _CHOICE]
    layers = [sip.cast(choice, QgsFeatureListComboBox).sourceLayer() for choice in choices]
    layers.append(sip.cast(window, QgsAttributeDialog).attributeForm().layer())
    return {layer.id() for layer in layers if layer is not None}


def _take_away(window: QWidget) -> None:
    is_waited_for = window.isModal()
    window.close()
    if not is_waited_for:  # else who opened it gives it out
        window.deleteLater()
        QCoreApplication.sendPostedEvents(window, QEvent.Type.DeferredDelete)
