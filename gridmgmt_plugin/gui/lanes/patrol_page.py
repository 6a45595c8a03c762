"""The page of patrols in the dock of officers: which lanes were not walked for long, and who walks which today."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QPushButton, QSpinBox, QWidget

from gridmgmt_plugin.core.posts.patrol_plan import LanePatrols
from gridmgmt_plugin.gui.frame.flow import Column, flow_row, titled
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.gui.people.model import Row
from gridmgmt_plugin.jobs.lanes.patrols import USUAL_DAYS, PatrolBoard
from gridmgmt_plugin.project.i18n import tr, translatable
from gridmgmt_plugin.project.settings import remember, remembered

PATROL_HEADINGS = (
    translatable("Lane"),
    translatable("Code"),
    translatable("Walked last"),
    translatable("Days since"),
    translatable("Planned days"),
    translatable("Not walked"),
    translatable("Rota of the day"),
    translatable("Next"),
)
#: Which columns hold numbers, and how wide each is in letters.
PATROL_NUMBERS, PATROL_WIDTHS = (3, 4, 5), (24, 18, 24, 12, 13, 12, 20)
#: Keys of the page's buttons, as the dock's are.
WALKED, PLAN, GAPS = "walked", "plan", "gaps"
_DAYS, _MOST_DAYS, _NOBODY = "patrol_days", 366, ("", "")


def deed_button(page: Any, key: str, title: str, tip: str) -> QPushButton:
    """Return a button of the dock of officers or a page of it, whose click says ``deed_wanted`` with the key."""
    button = QPushButton(title, page)
    button.setObjectName(f"gridmgmt_officers_{key}")
    button.setAutoDefault(False)
    explain(button, tip)
    button.clicked.connect(lambda: page.deed_wanted.emit(key))
    return button


class PatrolPage(QWidget):
    """``days_changed``: another number of days may pass without a walk. ``deed_wanted``: key of a button."""

    days_changed = pyqtSignal()
    deed_wanted = pyqtSignal(str)

    def __init__(self, view: QWidget, parent: Any) -> None:
        super().__init__(parent)
        self.days = QSpinBox(self)
        column = Column(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.days.setObjectName("gridmgmt_officers_days")
        self.days.setRange(0, _MOST_DAYS)
        self.days.setValue(int(remembered(_DAYS, USUAL_DAYS) or 0))
        explain(self.days, tr("Lanes that nobody walked for longer are red, in the list and on the map"))
        self.days.valueChanged.connect(self._chose_days)
        head: list[QWidget] = [titled(tr("Days without a walk"), self.days)]
        deeds = (
            (WALKED, tr("Walked…"), tr("Enter that the selected lanes were walked: by the rota, or by one person")),
            (PLAN, tr("Plan…"), tr("Plan who of the council walks which lane on which day")),
            (GAPS, tr("Gaps…"), tr("List planned days on which nobody walked, and lanes not walked for long")),
        )
        for key, title, tip in deeds:
            head.append(deed_button(self, key, title, tip))
        column.addWidget(flow_row(*head))
        column.addWidget(view, 1)

    def _chose_days(self) -> None:
        remember(_DAYS, self.days.value())
        self.days_changed.emit()


def patrol_rows(board: PatrolBoard, without_days: int) -> list[Row]:
    """Return a row for each lane; ``without_days``: so many may pass without a walk."""
    return [_row(lane, board, without_days) for lane in board.lanes]


def _row(lane: LanePatrols, board: PatrolBoard, without_days: int) -> Row:
    since, name = lane.days_without(board.day), board.names.get(lane.lane) or lane.lane
    last = tr("never") if since is None else f"{lane.last} {_named(lane.last_by, board)}".rstrip()
    later = f"{lane.next_on} {_named(lane.next_by, board)}".strip()
    cells = (
        name,
        lane.lane,
        last,
        "" if since is None else str(since),
        str(lane.planned or ""),
        str(len(lane.missed) or ""),
        _named(lane.rota, board),
        later,
    )
    is_late = since is None or since > without_days
    passed = _MOST_DAYS**2 if since is None else since
    order = (*cells[:2], "" if since is None else last, passed, lane.planned, len(lane.missed), *cells[6:])
    return Row(cells, order, _NOBODY, 2 if is_late else 1 if lane.missed else 0, lane)


def _named(people: Sequence[str], board: PatrolBoard) -> str:
    return tr(", ").join(board.people.get(person) or person for person in people)
