"""The place of work for duty zones: kind, managing body and name of a new zone, and the zones of that kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QComboBox, QCompleter, QFormLayout, QLineEdit, QWidget

from gridmgmt_plugin.core.coverage.gestures.edit import CoverageEdit
from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.messages import Message, catalogue, tongue_of
from gridmgmt_plugin.core.value_lists import value_list
from gridmgmt_plugin.editing.gestures.neighbourhood import Neighbourhood
from gridmgmt_plugin.editing.zones.editor import KINDS, TABLE, ZoneChoice, ZoneEditor
from gridmgmt_plugin.gui.editing.desk import Desk
from gridmgmt_plugin.gui.editing.figures_panel import FigureRow
from gridmgmt_plugin.gui.editing.rubber import Area
from gridmgmt_plugin.gui.frame.message_door import Tell
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.project.i18n import language, tr

_SNAPPED = (TABLE, "lane", "area", "unit_grid")
_FIELD_CHARACTERS = 24


class ZoneDesk(Desk):
    """A desk whose cells are the zones of the kind that its form says."""

    editor: ZoneEditor

    def __init__(self, iface: Any, tell: Tell, withdraw: Callable[[Any], None], editor: ZoneEditor) -> None:
        super().__init__(iface, tell, withdraw, editor)
        self.form = ZoneForm(self.panel, editor)
        self.form.kind.currentIndexChanged.connect(self.forget)

    def close(self) -> None:
        """Take everything away from map and layer."""
        super().close()
        self.editor.close()

    def snap(self, *, to_cells: bool = True) -> None:
        """Snap to zones, streets, boundaries and unit grids from now on."""
        self.snap_to(_SNAPPED if to_cells else _SNAPPED[1:])

    def preview(self, near: Neighbourhood, edit: CoverageEdit) -> tuple[list[Area], list[FigureRow]]:
        """Return what to draw and what to list; no size is asked of a zone."""
        areas, rows = super().preview(near, edit)
        return areas, [replace(row, deviation_percent=None) for row in rows]

    def wording(self, error: GridError) -> Message:
        """Return what stands in the way in words about zones, where the sentence is about unit grids."""
        of_zones = f"zone_{error.code}"
        return Message(of_zones, error.message.details) if of_zones in catalogue() else error.message

    def crossed_schemes(self, near: Neighbourhood, gone: int, taker: int) -> list[str]:  # noqa: ARG002
        """Return none: zones are in no scheme."""
        return []

    def _range_m2(self, near: Neighbourhood, source: int) -> tuple[float, float]:  # noqa: ARG002
        """Return no bounds: a zone is as large as what it is about."""
        return 0.0, float("inf")


class ZoneForm(QWidget):
    """What a new zone is; the kind also says which zones the tools see."""

    def __init__(self, parent: QWidget, editor: ZoneEditor) -> None:
        super().__init__(parent)
        self._editor = editor
        self.kind, self.manager, self.name = QComboBox(self), QComboBox(self), QLineEdit(self)
        for widget, name in ((self.kind, "kind"), (self.manager, "manager"), (self.name, "name")):
            widget.setObjectName(f"gridmgmt_zone_{name}")
            widget.setMinimumWidth(widget.fontMetrics().averageCharWidth() * _FIELD_CHARACTERS)
        tongue = tongue_of(language())
        for key, labels in value_list(KINDS):
            self.kind.addItem(labels[tongue], key)
        self.manager.setEditable(True)
        self.manager.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        completer = self.manager.completer()
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        explain(
            self.kind, tr("The kind of a new zone, and which zones the tools see; zones of other kinds may overlap")
        )
        explain(self.manager, tr("Who manages a new zone: a department by name, or nobody yet"))
        explain(self.name, tr("The name of a new zone, such as the estate or the building site"))
        rows = QFormLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addRow(tr("Kind of zone"), self.kind)
        rows.addRow(tr("Managing body"), self.manager)
        rows.addRow(tr("Name of zone"), self.name)
        self.fill()
        self.kind.currentIndexChanged.connect(self._choose)
        self.manager.currentIndexChanged.connect(self._choose)
        self.name.textChanged.connect(self._choose)
        self.hide()

    def fill(self) -> None:
        """Offer the departments that there are now; what is chosen stays."""
        chosen = self.manager.currentData()
        rows = self._editor.workspace.read("department", ["code", "name"], geometry=False)
        self.manager.blockSignals(True)
        self.manager.clear()
        self.manager.addItem("", None)
        for code, name in sorted(zip(rows["code"], rows["name"]), key=lambda row: str(row[1] or row[0])):
            self.manager.addItem(str(name or code), code)
        self.manager.setCurrentIndex(max(self.manager.findData(chosen), 0))
        self.manager.blockSignals(False)

    def _choose(self, *_: object) -> None:
        name = self.name.text().strip() or None
        self._editor.choice = ZoneChoice(self.kind.currentData(), self.manager.currentData(), name)
