"""The question where the unit grids of deleted responsibility grids go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gridmgmt_plugin.core.plurals import counted
from gridmgmt_plugin.editing.saving.reports import HomelessGrid, Target
from gridmgmt_plugin.gui.frame.dialog_buttons import answer_buttons, fit
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.project.i18n import tr

_WIDTH_PX, _MOST_HEIGHT_PX, _MARGIN_PX = 600, 420, 24
_NO_GRID = ""


class RehomingDialog(QDialog):
    """One choice per deleted grid: a grid beside it, the longest border first, or none."""

    def __init__(self, grids: Sequence[HomelessGrid], parent: Any) -> None:
        super().__init__(parent)
        self.setObjectName("gridmgmt_rehoming_dialog")
        self.setWindowTitle(tr("Where do the unit grids go?"))
        layout = QVBoxLayout(self)
        text = QLabel(tr("Posts go with the unit grids. One step takes everything back."), self)
        text.setWordWrap(True)
        layout.addWidget(text)
        listed = QWidget(self)
        form = QFormLayout(listed)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        self._choices: list[tuple[HomelessGrid, QComboBox]] = []
        for grid in grids:
            box = QComboBox(listed)
            box.setObjectName(f"gridmgmt_home_{grid.code}")
            for target in grid.targets:
                box.addItem(_shown(target), target.code)
            box.addItem(tr("No grid"), _NO_GRID)
            explain(box, tr("The responsibility grid that gets these unit grids and their posts; neighbours first."))
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            question = QLabel(_asked(grid), listed)
            question.setWordWrap(True)
            question.setMinimumWidth(_WIDTH_PX - 4 * _MARGIN_PX)
            form.addRow(question, box)
            self._choices.append((grid, box))
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(listed)
        height = listed.layout().heightForWidth(_WIDTH_PX - 2 * _MARGIN_PX)
        area.setMinimumHeight(min(max(height, listed.sizeHint().height()) + _MARGIN_PX, _MOST_HEIGHT_PX))
        layout.addWidget(area)
        buttons, _ = answer_buttons(self, tr("Delete and save"), "gridmgmt_rehoming_accept", "take_back")
        layout.addWidget(buttons)
        fit(self, _WIDTH_PX)

    def homes(self) -> dict[tuple[str, str], str | None]:
        """Return (scheme, code) of each deleted grid → code of the grid that gets its unit grids, ``None`` = none."""
        return {(grid.scheme, grid.code): box.currentData() or None for grid, box in self._choices}

    def agreed(self) -> bool:
        """Show the dialog; return whether the planner wants it so."""
        return bool(self.exec() == QDialog.DialogCode.Accepted)


def _asked(grid: HomelessGrid) -> str:
    text = tr("{grid}: {units} unit {units:grid|grids} and {posts} {posts:post|posts} go to")
    return counted(text, grid=" ".join(filter(None, (grid.code, grid.name))), units=grid.units, posts=grid.posts)


def _shown(target: Target) -> str:
    text = tr("{grid} ({border} m of common border)")
    return text.format(grid=" ".join(filter(None, (target.code, target.name))), border=f"{target.border_m:,.0f}")
