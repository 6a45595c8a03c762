"""The choice of the map theme in the dock; it follows the map, whoever changes what is shown."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProject
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QComboBox, QWidget

from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.project.map.themes import apply_theme, current_theme, stored_themes

_PAUSE_MS = 60
_OWN = "own"


class ThemeBox(QComboBox):
    """Lists the themes of QGIS's current project; choosing one shows it. No theme is chosen where none is shown."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("gridmgmt_themes")
        explain(self, tr("Map theme: which layers are shown, and how. QGIS's own themes, kept in the project"))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.refresh)
        self.activated.connect(self._choose)
        self._signals: tuple[Any, ...] = (
            QgsProject.instance().layerTreeRoot().visibilityChanged,
            QgsProject.instance().mapThemeCollectionChanged,
            QgsProject.instance().readProject,
        )
        for signal in self._signals:
            signal.connect(self.refresh_soon)

    def close_down(self) -> None:
        """Follow the project no longer."""
        for signal in self._signals:
            signal.disconnect(self.refresh_soon)
        self._signals = ()
        self._pause.stop()

    def refresh_soon(self, *_: object) -> None:
        """Look again once what goes on is over: a theme switches many layers, one by one."""
        self._pause.start()

    def refresh(self) -> None:
        """Show what the project has, and which of it the map shows."""
        project = QgsProject.instance()
        themes = stored_themes(project)
        shown = current_theme(project)
        # Qt 5.15 shows no placeholder text, so a line says that the planner has gone his own way.
        wanted = [*themes.items(), *([] if shown or not themes else [(_OWN, tr("changed by hand"))])]
        if [(self.itemData(row), self.itemText(row)) for row in range(self.count())] != wanted:
            self.clear()
            for key, name in wanted:
                self.addItem(name, key)
        self.setEnabled(bool(themes))
        self.setCurrentIndex(self.findData(shown or _OWN))

    def _choose(self, row: int) -> None:
        if self.itemData(row) == _OWN:
            return
        apply_theme(QgsProject.instance(), self.itemData(row))
        QgsProject.instance().setDirty(True)
        self.refresh()
