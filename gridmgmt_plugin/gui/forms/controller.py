"""Brings the short lists into QGIS's forms, and takes forms off in time, for as long as the plugin is loaded."""

from __future__ import annotations

from typing import Any

from qgis.gui import QgsAbstractRelationEditorWidget, QgsAbstractRelationEditorWidgetFactory, QgsGui
from qgis.PyQt.QtWidgets import QLabel, QVBoxLayout, QWidget

from gridmgmt_plugin.core._compat import missing_libraries
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.shapely_loading import load_shapely
from gridmgmt_plugin.gui.forms.leaving_forms import LeavingForms
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.project.i18n import language
from gridmgmt_plugin.project.shown_workspace import LIST_WIDGET


class Forms:
    """Registers the list with QGIS; a form that is opened without it has QGIS's own list instead."""

    def __init__(self, shell: Shell) -> None:
        self._factory = ShortListFactory(shell.iface)
        self._leaving = LeavingForms()
        QgsGui.relationWidgetRegistry().addRelationWidget(self._factory)

    def trigger(self, key: str, checked: bool) -> None:  # noqa: FBT001  Qt's signal hands it over by position
        """Answer no action."""

    def close(self) -> None:
        """Take the list out of QGIS again."""
        self._leaving.stop()
        QgsGui.relationWidgetRegistry().removeRelationWidget(LIST_WIDGET)
        self._factory.forget()


class ShortListFactory(QgsAbstractRelationEditorWidgetFactory):
    """Makes the lists of forms. QGIS holds their C++ side alone, so Python must remember them while they live."""

    def __init__(self, iface: Any) -> None:
        super().__init__()
        self._iface = iface
        self._alive: dict[int, QgsAbstractRelationEditorWidget] = {}

    def type(self) -> str:
        """Return what forms call the list."""
        return LIST_WIDGET

    def name(self) -> str:
        """Return what QGIS's dialog of forms calls the list."""
        return "Grid Management"

    def create(self, config: dict[str, Any], parent: QWidget) -> QgsAbstractRelationEditorWidget:
        """Return a new list for a form."""
        if missing_libraries():
            widget: QgsAbstractRelationEditorWidget = WithoutLibraries(config, parent)
        else:
            load_shapely()
            from gridmgmt_plugin.gui.forms.list_widget import ShortListWidget  # noqa: PLC0415  needs numpy

            widget = ShortListWidget(config, parent, self._iface)
        key = id(widget)
        self._alive[key] = widget
        widget.destroyed.connect(lambda *_: self._alive.pop(key, None))
        return widget

    def configWidget(self, relation: Any, parent: Any) -> Any:  # noqa: ARG002, N802  QGIS calls it
        """Return nothing: our lists are described by the plugin."""
        return None

    def forget(self) -> None:
        """Let go of what was made."""
        self._alive.clear()


class WithoutLibraries(QgsAbstractRelationEditorWidget):
    """Stands where a list would, and says which library it needs."""

    def __init__(self, config: dict[str, Any], parent: QWidget) -> None:
        super().__init__(dict(config), parent)
        self._config = dict(config)
        names = ", ".join(f"{lack.library} >= {lack.needed}" for lack in missing_libraries())
        told = QLabel(Message("library_missing", {"names": names}).text(language()), self)
        told.setWordWrap(True)
        QVBoxLayout(self).addWidget(told)

    def config(self) -> dict[str, Any]:
        """Return what the form keeps of the list."""
        return self._config

    def setConfig(self, config: dict[str, Any]) -> None:  # noqa: N802  QGIS's name
        """Take over which list this is."""
        self._config = dict(config)

    def updateUi(self) -> None:  # noqa: N802  QGIS's name
        """Show the same for every row."""
