"""What the dock shows while no workspace is open: how to begin, and what was open last."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.PyQt.QtCore import QSize, Qt
from qgis.PyQt.QtWidgets import QLabel, QListWidget, QListWidgetItem, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.gui.opening.recent import place_tip, recent_labels
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.workspace.location import Location, parse_location

_ICON_PX = 28


class StartPage(QWidget):
    """Buttons for ``actions`` and a list of recent workspaces; a click on one calls ``on_open``."""

    def __init__(self, actions: list[Any], on_open: Callable[[Location], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._on_open = on_open
        layout = QVBoxLayout(self)
        layout.addWidget(_text(tr("No workspace is open. Begin here:"), self))
        for action in actions:
            layout.addWidget(_button(action, self))
        layout.addWidget(_text(tr("You can also drop a .gpkg file here."), self))
        self._recent_title = _text(tr("Opened last"), self)
        self._recent = QListWidget(self)
        self._recent.setObjectName("gridmgmt_recent_list")
        explain(self._recent, tr("Workspaces opened last: a click, or Enter, opens one again."))
        self._recent.itemClicked.connect(self._clicked)
        self._recent.itemActivated.connect(self._clicked)
        layout.addSpacing(8)
        layout.addWidget(self._recent_title)
        layout.addWidget(self._recent, 1)
        layout.addStretch()
        self.refresh()

    def refresh(self) -> None:
        """List the recent workspaces anew."""
        self._recent.clear()
        for place, label in recent_labels().items():
            item = QListWidgetItem(label, self._recent)
            item.setToolTip(place_tip(place))
            item.setData(Qt.ItemDataRole.UserRole, str(place))
        self._recent.setVisible(self._recent.count() > 0)
        self._recent_title.setVisible(self._recent.count() > 0)

    def _clicked(self, item: QListWidgetItem) -> None:
        self._on_open(parse_location(item.data(Qt.ItemDataRole.UserRole)))


def _text(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setWordWrap(True)
    return label


def _button(action: Any, parent: QWidget) -> QToolButton:
    button = QToolButton(parent)
    button.setDefaultAction(action)
    button.setObjectName(f"{action.objectName()}_button")
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setIconSize(QSize(_ICON_PX, _ICON_PX))
    button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return button
