"""Proposals with a box each: ticked ones are carried out, all of them at first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qgis.core import QgsProcessingParameterDefinition
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QListWidget, QListWidgetItem

from gridmgmt_plugin.gui.jobs.fields import Field

_LINES = 7
_KEY = Qt.ItemDataRole.UserRole
_BETWEEN = ","


class ProposalsField(Field):
    """Shows what a trial proposes; stands for the parameter that names the proposals to leave."""

    is_remembered = False

    def __init__(self, definition: QgsProcessingParameterDefinition) -> None:
        super().__init__(definition)
        self._left: set[str] = set()
        self.widget: QListWidget = QListWidget()
        self.widget.setObjectName("gridmgmt_proposals")
        self.widget.setWordWrap(True)
        self.widget.setFixedHeight(self.widget.fontMetrics().lineSpacing() * (_LINES + 1))
        self.widget.itemChanged.connect(self._ticked)

    def offer(self, proposals: Mapping[str, str]) -> None:
        """List proposals (key → sentence); what was left stays left."""
        self.widget.blockSignals(True)
        at = self.widget.currentRow()
        self.widget.clear()
        for key, text in proposals.items():
            item = QListWidgetItem(text, self.widget)
            item.setData(_KEY, key)
            item.setToolTip(text)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked if key in self._left else Qt.CheckState.Checked)
        self.widget.setCurrentRow(min(at, self.widget.count() - 1))
        self.widget.blockSignals(False)

    def value(self) -> str | None:
        """Return the keys of what is not ticked, with commas between them."""
        return _BETWEEN.join(sorted(self._left)) or None

    def show_value(self, value: Any) -> None:
        """Leave the proposals with these keys, and take all others."""
        self._left = {key.strip() for key in str(value or "").split(_BETWEEN) if key.strip()}
        self.offer({str(item.data(_KEY)): item.text() for item in map(self.widget.item, range(self.widget.count()))})

    def _ticked(self, item: QListWidgetItem) -> None:
        key = str(item.data(_KEY))
        (self._left.discard if item.checkState() == Qt.CheckState.Checked else self._left.add)(key)
        self.changed.emit()
