"""What many components are changed to, since when and why; below stands what will happen, as a trial tells it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qgis.PyQt.QtCore import QDate, QTimer, pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QDateEdit, QDialog, QFormLayout, QLabel, QLineEdit, QVBoxLayout

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.value_lists import value_list
from gridmgmt_plugin.gui.frame.dialog_buttons import answer_buttons
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.gui.people.ownership_dialogs import department_box
from gridmgmt_plugin.project.i18n import language, tr

_WIDTH_PX, _WAIT_MS, _PREVIEW_LINES = 480, 250, 3


class ChangeDialog(QDialog):
    """``changed``: something else was entered, and what was told before holds no longer; ``asked``: somebody may say
    what it would do (:meth:`tell`).

    :param count: how many components are selected. :param departments: (code, name).
    """

    changed, asked = pyqtSignal(), pyqtSignal()

    def __init__(self, count: int, departments: Sequence[tuple[str, str]], parent: Any) -> None:
        super().__init__(parent)
        self.setObjectName("gridmgmt_change_dialog")
        self.setWindowTitle(tr("Change components together"))
        stays = tr("stays as it is")
        self.state, self.owner_state = QComboBox(self), QComboBox(self)
        for box, of in ((self.state, "component_state"), (self.owner_state, "owner_state")):
            box.addItem(stays, "")
            for key, titles in value_list(of):
                box.addItem(titles[language()], key)
        boxes = [department_box(departments, stays, self) for _ in range(3)]
        self.department, self.owner, self.maintainer = boxes
        self.reason, self.day = QLineEdit(self), QDateEdit(QDate(clock.today()), self)
        self.day.setCalendarPopup(True)
        self.day.setDisplayFormat("yyyy-MM-dd")
        self.day.setMaximumDate(QDate(clock.today()))
        self.preview = QLabel("", self)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.timeout.connect(self.asked)
        self._lay_out(count)
        self._explain()
        self._wire()

    def agreed(self) -> bool:
        """Show the dialog; return whether the planner wants it so."""
        return bool(self.exec() == QDialog.DialogCode.Accepted)

    def values(self) -> dict[str, str]:
        """Return what is to be set, by the names of :class:`.change_components.NewValues`; "" leaves as it is."""
        boxes = {
            "state": self.state, "department": self.department, "owner": self.owner,
            "maintainer": self.maintainer, "owner_state": self.owner_state,
        }  # fmt: skip
        return {name: str(box.currentData() or "") for name, box in boxes.items()}

    def because(self) -> tuple[str, str]:
        """Return the reason and the day (ISO)."""
        return self.reason.text().strip(), self.day.date().toString("yyyy-MM-dd")

    def is_complete(self) -> bool:
        """Tell whether something is to be set, and a reason given."""
        return any(self.values().values()) and bool(self.because()[0])

    def tell(self, text: str, *, is_possible: bool) -> None:
        """Say what would happen."""
        self.preview.setText(text)
        self._accept.setEnabled(is_possible and self.is_complete())

    # Inside.

    def _lay_out(self, count: int) -> None:
        fields = {
            "state": (tr("New state"), self.state),
            "department": (tr("New competent department"), self.department),
            "owner": (tr("New owner"), self.owner),
            "maintainer": (tr("New maintainer"), self.maintainer),
            "owner_state": (tr("New state of ownership"), self.owner_state),
            "day": (tr("Since"), self.day),
            "reason": (tr("Reason"), self.reason),
        }
        form = QFormLayout()
        for name, (title, field) in fields.items():
            field.setObjectName(f"gridmgmt_change_{name}")
            form.addRow(title, field)
        self.preview.setObjectName("gridmgmt_change_preview")
        self.preview.setWordWrap(True)
        self.preview.setMinimumHeight(self.preview.fontMetrics().lineSpacing() * _PREVIEW_LINES)
        head = QLabel(tr("{count} {count:component is|components are} selected on the map.", count=count), self)
        head.setWordWrap(True)
        page = "component_inventory"
        buttons, self._accept = answer_buttons(self, tr("Change them"), "gridmgmt_change_accept", page)
        column = QVBoxLayout(self)
        column.addWidget(head)
        column.addLayout(form)
        column.addWidget(self.preview)
        column.addWidget(buttons)
        self.resize(_WIDTH_PX, self.sizeHint().height())

    def _explain(self) -> None:
        explain(self.state, tr("The state that all of them get, such as abandoned after a demolition"))
        explain(self.department, tr("The competent department that all of them get; typing searches"))
        explain(self.owner, tr("The owner that all of them get, but for those about which a case is open"))
        explain(self.maintainer, tr("The department that maintains all of them from now on; typing searches"))
        explain(self.owner_state, tr("The state of ownership that all of them get, but for those with an open case"))
        explain(self.day, tr("Since when it is so; it becomes the date of change"))
        explain(self.reason, tr("Why: it goes into the note of each component and into the change log"))

    def _wire(self) -> None:
        for box in (self.state, self.owner_state, self.department, self.owner, self.maintainer):
            box.currentIndexChanged.connect(self._follow)
        self.reason.textChanged.connect(self._follow)
        self.day.dateChanged.connect(self._follow)
        self._follow()

    def _follow(self, *_: object) -> None:
        """Have asked what it would do, once the planner pauses."""
        self._accept.setEnabled(False)
        self.changed.emit()
        if self.is_complete():
            self.preview.setText(tr("Working out what will happen…"))
            self._wait.start(_WAIT_MS)
        else:
            self._wait.stop()
            self.preview.setText(tr("Choose what to change, and say why."))
