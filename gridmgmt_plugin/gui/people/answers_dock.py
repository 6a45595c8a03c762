"""The dock 查责: what is asked above (a code, a time, a class), the answer below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qgis.gui import QgsFilterLineEdit
from qgis.PyQt.QtCore import QDateTime, Qt, QUrl, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QCompleter,
    QDateTimeEdit,
    QHBoxLayout,
    QLabel,
    QTextBrowser,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.duty.place_answer import PlaceAnswer
from gridmgmt_plugin.gui.frame.colours import ALARM, WARNING, link_style, readable
from gridmgmt_plugin.gui.frame.keyboard import GridDock
from gridmgmt_plugin.gui.frame.manual import help_button
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.gui.people.answer_html import answer_page, choices_page, link_parts
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.workspace.light.places import Place

_SHOWN_TIME = "yyyy-MM-dd HH:mm"
# Told apart by their words; the colours only help.
_STATUS_COLOURS = {"clear": "#2e7d4f", "disputed": ALARM, "fallback": WARNING}
_BETWEEN = "|"  # in the data of a class: Qt does not find tuples again


class AnswersDock(GridDock):
    """Shows an answer and says what is wanted; it knows neither workspace nor map.

    ``searched``: a code or a name was entered. ``changed``: another time or class was chosen. ``wanted``: a link was
    followed (table, code, scheme).
    """

    searched = pyqtSignal(str)
    changed = pyqtSignal()
    wanted = pyqtSignal(str, str, str)

    def __init__(self, parent: Any) -> None:
        super().__init__(tr("Who answers here"), parent)
        self.setObjectName("gridmgmt_answers_dock")
        page = QWidget(self)
        self.search = QgsFilterLineEdit(page)
        self.search.setObjectName("gridmgmt_ask_search")
        self.search.setShowSearchIcon(True)
        self.search.setShowClearButton(True)
        self.search.setPlaceholderText(tr("Click on the map, or enter a code, lane, person, component or case"))
        explain(self.search, tr("Enter looks for it and shows who answers there; Esc empties the line."))
        self.search.returnPressed.connect(self._enter)
        column = QVBoxLayout(page)
        column.addWidget(self.search)
        column.addLayout(self._time_row(page))
        column.addLayout(self._class_row(page))
        column.setContentsMargins(6, 6, 6, 6)
        self.page = QTextBrowser(page)
        self.page.setObjectName("gridmgmt_ask_page")
        self.page.setOpenLinks(False)
        explain(self.page, tr("Who answers, and why. Tab walks through the links, Enter follows one."))
        self.page.anchorClicked.connect(self._followed)
        column.addWidget(self.page, 1)
        self.setWidget(page)
        self.show_hint()

    # What is asked.

    def moment(self) -> str | None:
        """Return the time that is asked about in ISO 8601, ``None`` for now."""
        if self.now.isChecked():
            return None
        return str(self.time.dateTime().toString("yyyy-MM-ddTHH:mm:ss"))

    def chosen_classes(self) -> list[tuple[str | None, str | None]] | None:
        """Return the one (kind, class) that is asked for, ``None`` for all that the duty list names."""
        chosen = self.classes.currentData()
        if chosen is None:
            return None
        kind, _, code = str(chosen).partition(_BETWEEN)
        return [(kind or None, code or None)]

    def set_classes(self, classes: Sequence[tuple[str, str, str]]) -> None:
        """Offer classes as (kind, code, what is shown), and what the duty list names first."""
        self.classes.blockSignals(True)
        self.classes.clear()
        self.classes.addItem(tr("All classes of the duty list"), None)
        self.classes.addItem(tr("No class in particular"), _BETWEEN)
        for kind, code, shown in classes:
            self.classes.addItem(shown, f"{kind}{_BETWEEN}{code}")
        self.classes.blockSignals(False)

    # What is shown.

    def show_hint(self) -> None:
        """Say how to ask."""
        self.page.setHtml(f"<p>{tr('Click on the map: who answers there, and why?')}</p>")

    def show_answer(self, answer: PlaceAnswer, note: str = "") -> None:
        """Show an answer; ``note``: what the planner should know besides."""
        colours = {status: readable(colour, self.page).name() for status, colour in _STATUS_COLOURS.items()}
        self.page.setHtml(
            link_style(self.page) + answer_page(answer, colours) + (f"<p><i>{note}</i></p>" if note else "")
        )

    def show_choices(self, places: Sequence[Place]) -> None:
        """Show what a search found."""
        self.page.setHtml(link_style(self.page) + choices_page(places))

    def show_failure(self, reason: str) -> None:
        """Say why there is no answer."""
        self.page.setPlainText(reason)

    # Inside.

    def _time_row(self, page: QWidget) -> QHBoxLayout:
        self.time = QDateTimeEdit(QDateTime(clock.now()), page)
        self.time.setObjectName("gridmgmt_ask_time")
        self.time.setDisplayFormat(_SHOWN_TIME)
        self.time.setCalendarPopup(True)
        explain(self.time, tr("The moment that is asked about"))
        self.now = QToolButton(page)
        self.now.setObjectName("gridmgmt_ask_now")
        self.now.setText(tr("Now"))
        explain(self.now, tr("Ask who is on duty now; enter another time beside it"))
        self.now.setCheckable(True)
        self.now.setChecked(True)
        self.time.dateTimeChanged.connect(self._time_changed)
        self.now.clicked.connect(self._now_clicked)
        label = QLabel(tr("Time"), page)
        label.setBuddy(self.time)
        row = QHBoxLayout()
        row.addWidget(label)
        row.addWidget(self.time, 1)
        row.addWidget(self.now)
        return row

    def _class_row(self, page: QWidget) -> QHBoxLayout:
        self.classes = QComboBox(page)
        self.classes.setObjectName("gridmgmt_ask_class")
        self.classes.setEditable(True)
        self.classes.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.classes.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.classes.setMinimumContentsLength(8)
        self.classes.completer().setFilterMode(Qt.MatchFlag.MatchContains)
        self.classes.completer().setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.classes.currentIndexChanged.connect(lambda _: self.changed.emit())
        label = QLabel(tr("Class"), page)
        label.setBuddy(self.classes)
        explain(self.classes, tr("The class that is asked about; typing searches by code and name"))
        row = QHBoxLayout()
        row.addWidget(label)
        row.addWidget(self.classes, 1)
        row.addWidget(help_button(page, "ask_here"))
        self.set_classes(())
        return row

    def _time_changed(self) -> None:
        self.now.setChecked(False)
        self.changed.emit()

    def _now_clicked(self) -> None:
        self.time.blockSignals(True)
        self.time.setDateTime(QDateTime(clock.now()))
        self.time.blockSignals(False)
        self.changed.emit()

    def _enter(self) -> None:
        text = self.search.text().strip()
        if text:
            self.searched.emit(text)

    def _followed(self, link: QUrl) -> None:
        self.wanted.emit(*link_parts(QUrl.fromPercentEncoding(link.toEncoded())))
