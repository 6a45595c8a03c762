"""The menu entry with the workspaces that were opened last."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from qgis.PyQt.QtWidgets import QMenu

from gridmgmt_plugin.gui.qt import with_mnemonic
from gridmgmt_plugin.gui.settings import recent_workspaces
from gridmgmt_plugin.workspace.i18n import tr


class RecentMenu:
    """Stands behind the entry ``after`` of ``menu`` and lists afresh whenever it is opened."""

    def __init__(self, menu: QMenu, after: Any, on_open: Callable[[Path], None]) -> None:
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
        paths = recent_workspaces()
        for path in paths:
            entry = self._menu.addAction(f"{path.parent.name} / {path.name}".replace("&", "&&"))
            entry.setToolTip(str(path))
            entry.triggered.connect(lambda _=False, chosen=path: self._on_open(chosen))
        if not paths:
            self._menu.addAction(tr("None yet")).setEnabled(False)
