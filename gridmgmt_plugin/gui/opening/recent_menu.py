"""The menu entry with the workspaces that were opened last."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.PyQt.QtWidgets import QMenu

from gridmgmt_plugin.gui.frame.qt import with_mnemonic
from gridmgmt_plugin.gui.frame.settings import place_label, recent_workspaces
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.workspace.location import Location


class RecentMenu:
    """Stands behind the entry ``after`` of ``menu`` and lists afresh whenever it is opened."""

    def __init__(self, menu: QMenu, after: Any, on_open: Callable[[Location], None]) -> None:
        self._on_open = on_open
        self._menu = QMenu(with_mnemonic(tr("Open recent"), "r"), menu)
        self._menu.setObjectName("gridmgmt_recent_menu")
        self._menu.setToolTipsVisible(True)
        self._menu.aboutToShow.connect(self._fill)
        entries = menu.actions()
        behind = entries[entries.index(after) + 1] if after is not entries[-1] else None
        menu.insertMenu(behind, self._menu)

    def _fill(self) -> None:
        self._menu.clear()
        places = recent_workspaces()
        for place in places:
            entry = self._menu.addAction(place_label(place).replace("&", "&&"))
            entry.setToolTip(str(place))
            entry.triggered.connect(lambda _=False, chosen=place: self._on_open(chosen))
        if not places:
            self._menu.addAction(tr("None yet")).setEnabled(False)
