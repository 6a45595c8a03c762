"""Which components are counted, and by what: class, area, state, department, owner; rows and columns of the table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QCheckBox, QComboBox, QCompleter, QSizePolicy, QVBoxLayout, QWidget

from gridmgmt_plugin.gui.frame.flow import flow_row, show_list_whole, titled
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.jobs.inventory.inventory import AREA_KINDS, Asked, Inventory
from gridmgmt_plugin.processing.algorithms.inventory.count import KINDS
from gridmgmt_plugin.project.i18n import language, tr
from gridmgmt_plugin.project.settings import remember, remembered

_ROWS, _COLUMNS = "inventory_rows", "inventory_columns"
# Names may be long: the boxes give way in a narrow dock, and their lists show them whole.
_CHARACTERS = 8
_INDENT = "　"
_ANY = None
_ANYWHERE = Qt.MatchFlag.MatchContains


class InventoryBar(QWidget):
    """``asked``: something else is asked."""

    asked = pyqtSignal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.classes, self.area = QComboBox(self), QComboBox(self)
        self.state, self.owner_state, self.department = QComboBox(self), QComboBox(self), QComboBox(self)
        self.rows, self.columns = QComboBox(self), QComboBox(self)
        self.selected = QCheckBox(tr("Only what is selected on the map"), self)
        self._fill_fixed()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._row())
        self._explain()

    def offer(self, inventory: Inventory) -> None:
        """Offer what the components of a workspace have; what is chosen stays where it can."""
        tongue = language()
        classes = sorted({*inventory.words("class_code"), *inventory.words("major")} - {""})
        majors = frozenset(inventory.words("major")) - frozenset(inventory.words("class_code"))
        titles = []
        for code in classes:
            title = inventory.title("major" if code in majors else "class_code", code, tongue)
            titles.append((title if code in majors else f"{_INDENT}{title}", code))
        self._offer(self.classes, tr("all classes"), titles)
        deep = {kind: depth for depth, kind in enumerate(AREA_KINDS)}
        areas = [(f"{_INDENT * deep[level]}{name or code}", code) for level, code, name in inventory.areas()]
        self._offer(self.area, tr("all areas"), areas)
        for box, kind, everything in (
            (self.state, "state", tr("all states")),
            (self.owner_state, "owner_state", tr("any ownership")),
            (self.department, "department_code", tr("all departments")),
        ):
            words = inventory.words(kind)
            self._offer(box, everything, [(inventory.title(kind, word, tongue), word) for word in words])

    def forget(self) -> None:
        """Offer nothing that belongs to a workspace; all components are asked for."""
        for box, everything in self._boxes():
            self._offer(box, everything, [])

    def question(self, only: frozenset[int] | None) -> Asked:
        """Return which components are asked for. ``only``: see :class:`.inventory.Asked`."""
        boxes = {"state": self.state, "owner_state": self.owner_state, "department_code": self.department}
        wanted = {kind: (box.currentData(),) for kind, box in boxes.items() if box.currentData() is not _ANY}
        area = self.area.currentData()
        return Asked(wanted, str(self.classes.currentData() or ""), (area,) if area else (), only)

    def chosen_kinds(self) -> tuple[str, str]:
        """Return by what rows and columns tell components apart."""
        return str(self.rows.currentData()), str(self.columns.currentData())

    # Inside.

    def _fill_fixed(self) -> None:
        for box, name, usual in ((self.rows, _ROWS, "class_code"), (self.columns, _COLUMNS, "state")):
            for kind, title in KINDS.items():
                if box is self.rows or kind not in ("unit_grid", "lane_code", "responsibility_grid"):
                    box.addItem(tr(title), kind)
            show_list_whole(box)
            box.setCurrentIndex(max(box.findData(str(remembered(name, usual))), 0))
            box.currentIndexChanged.connect(lambda _, box=box, name=name: self._turn(box, name))
        self.classes.setEditable(True)
        self.classes.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.classes.completer().setFilterMode(_ANYWHERE)
        self.classes.completer().setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.classes.lineEdit().editingFinished.connect(self._take_typed)
        for box, everything in self._boxes():
            self._offer(box, everything, [])
            box.currentIndexChanged.connect(lambda _: self.asked.emit())
        for box in (*(box for box, _ in self._boxes()), self.rows, self.columns):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(_CHARACTERS)
            box.setSizePolicy(QSizePolicy.Policy.MinimumExpanding, QSizePolicy.Policy.Fixed)
        self.selected.toggled.connect(lambda _: self.asked.emit())

    def _boxes(self) -> tuple[tuple[QComboBox, str], ...]:
        """Return what is filled from a workspace, each with what stands for everything."""
        return (
            (self.classes, tr("all classes")),
            (self.area, tr("all areas")),
            (self.state, tr("all states")),
            (self.owner_state, tr("any ownership")),
            (self.department, tr("all departments")),
        )

    def _row(self) -> QWidget:
        names = {
            "classes": self.classes, "area": self.area, "state": self.state, "owner_state": self.owner_state,
            "department": self.department, "rows": self.rows, "columns": self.columns, "selected": self.selected,
        }  # fmt: skip
        for name, field in names.items():
            field.setObjectName(f"gridmgmt_inventory_{name}")
        return flow_row(
            self.classes,
            self.area,
            self.state,
            self.owner_state,
            self.department,
            titled(tr("Rows"), self.rows),
            titled(tr("Columns"), self.columns),
            self.selected,
        )

    def _explain(self) -> None:
        explain(self.classes, tr("Only components of this class; type a code or a part of the name"))
        explain(self.area, tr("Only components in this area"))
        explain(self.state, tr("Only components in this state"))
        explain(self.owner_state, tr("Only components whose ownership is in this state"))
        explain(self.department, tr("Only components for which this department is recorded"))
        explain(self.selected, tr("Only components that are selected on the map; the counts follow the selection"))
        explain(self.rows, tr("What the rows of the table tell apart"))
        explain(self.columns, tr("What the columns of the table tell apart"))

    def _offer(self, box: QComboBox, everything: str, choices: Sequence[tuple[str, Any]]) -> None:
        chosen = box.currentData()
        was_blocked = box.blockSignals(True)
        box.clear()
        box.addItem(everything, _ANY)
        for title, key in choices:
            box.addItem(title, key)
        show_list_whole(box)
        box.setCurrentIndex(next((at for at in range(box.count()) if box.itemData(at) == chosen), 0))
        box.blockSignals(was_blocked)

    def _take_typed(self) -> None:
        """Take a class that was typed, or show again what is chosen."""
        typed, shown = self.classes.currentText().strip(), self.classes.itemText(self.classes.currentIndex())
        if typed and typed != shown:
            at = self.classes.findText(typed, _ANYWHERE)
            self.classes.setCurrentIndex(at if at >= 0 else self.classes.currentIndex())
        self.classes.setEditText(self.classes.itemText(self.classes.currentIndex()))

    def _turn(self, box: QComboBox, name: str) -> None:
        remember(name, box.currentData())
        self.asked.emit()
