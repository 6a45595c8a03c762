"""The dock with a manager's figures (高发): numbers with ranked places, charts, what is asked, each on a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from html import escape
from typing import Any

from qgis.PyQt.QtCore import QSize, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QWidget,
)

from gridmgmt_plugin.core.casefigures.figures import AGES
from gridmgmt_plugin.core.casefigures.periods import Period
from gridmgmt_plugin.core.value_lists import value_label
from gridmgmt_plugin.gui.casefigures.charts import BarChart, Entry, HourChart, SeriesChart
from gridmgmt_plugin.gui.casefigures.question_bar import QuestionBar
from gridmgmt_plugin.gui.frame.flow import flow_row
from gridmgmt_plugin.gui.frame.keyboard import GridDock, list_rows, on_enter
from gridmgmt_plugin.gui.frame.manual import help_button
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.jobs.analysis.case_overview import CaseOverviews, Overview, RankedPlace
from gridmgmt_plugin.project.i18n import language, tr, translatable

_BARS, _PART_CHARACTERS = 8, 12
_SERIES, _HOURS, _PARTS = QSize(36, 8), QSize(36, 8), QSize(36, 9)
_HEADINGS = (
    translatable("Top places"), translatable("Cases"), translatable("Before"), translatable("Mostly"),
)  # fmt: skip
_LONGEST_CODE, _AROUND_HEADING = "0" * 16, 4
_WEEKDAYS = (
    translatable("Mon"), translatable("Tue"), translatable("Wed"), translatable("Thu"), translatable("Fri"),
    translatable("Sat"), translatable("Sun"),
)  # fmt: skip
_PER_CENT = 100
CLASS, AGE = "class", "age"
_PART_TITLES = {
    CLASS: translatable("by class"),
    "status": translatable("by state"),
    "source": translatable("by source"),
    "department_code": translatable("by department"),
    AGE: translatable("open cases by age"),
}


class CaseFiguresDock(GridDock):
    """Shows the figures of an overview and says what is wanted; it knows neither workspace nor map.

    ``chosen``: a place was clicked. ``playing``: the cases are to be shown day by day, or no longer. ``hotspots``:
    hot spots are to be looked for in what is asked. ``briefing``: it is to be made a briefing of.
    """

    chosen = pyqtSignal(object)
    playing = pyqtSignal(bool)
    hotspots = pyqtSignal(bool)
    briefing = pyqtSignal(bool)

    def __init__(self, parent: Any) -> None:
        super().__init__(tr("Case figures"), parent)
        self.setObjectName("gridmgmt_figures_dock")
        page = QWidget(self)
        self.bar, self.told, self.notes = QuestionBar(page), QLabel("", page), QLabel("", page)
        self.series = SeriesChart(page, _SERIES)
        self.hours = HourChart(page, _HOURS, [tr(day) for day in _WEEKDAYS])
        self.parts, self.part = BarChart(page, _PARTS), QComboBox(page)
        self.table = QTableWidget(0, len(_HEADINGS), page)
        self.player, self.finder = QPushButton(tr("Play day by day"), page), QPushButton(tr("Find hot spots…"), page)
        self.briefer = QPushButton(tr("Briefing…"), page)
        self._overview: Overview | None = None
        self._names: CaseOverviews | None = None
        self._listed: Sequence[RankedPlace] = ()
        layout = self.stack(page)
        self.tabs = QTabWidget(page)
        self._fill_pages(page)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(self.notes)
        layout.addWidget(self._foot(page))
        self._wire()
        self.show_nothing("")

    def show_nothing(self, why: str) -> None:
        """Show no figures, and why."""
        self._overview, self._names = None, None
        self.told.setText(escape(why))
        self.notes.setText("")
        for chart in (self.series, self.hours, self.parts):
            chart.show_entries(())
        self._list(())
        self.finder.setEnabled(False)
        self.briefer.setEnabled(False)
        self.player.setEnabled(False)

    def show_overview(self, overview: Overview, names: CaseOverviews, more: Sequence[str] = ()) -> None:
        """Show the figures of a question; ``more``: what else to say of them."""
        self._overview, self._names = overview, names
        self.told.setText(_told(overview))
        told = [*(note.text(language()) for note in overview.notes), *more]
        self.notes.setText(" ".join(told))
        self.notes.setVisible(bool(told))
        self.series.show_entries(_steps(overview))
        self.hours.show_entries(_hours(overview))
        self._show_parts()
        self._list(overview.places)
        self.finder.setEnabled(True)
        self.briefer.setEnabled(True)
        self.player.setEnabled(True)

    def current(self) -> RankedPlace | None:
        """Return the place that is looked at."""
        row = self.table.currentRow()
        return self._listed[row] if 0 <= row < len(self._listed) else None

    # Inside.

    def _fill_pages(self, page: QWidget) -> None:
        """Put on pages what a small screen has no room for at once; no page scrolls."""
        self.told.setObjectName("gridmgmt_figures_told")
        self.told.setTextFormat(Qt.TextFormat.RichText)
        self.told.setWordWrap(True)
        self.told.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.tabs.setObjectName("gridmgmt_figures_tabs")
        self.tabs.setDocumentMode(True)
        letter = self.told.fontMetrics()
        self.told.setMinimumWidth(letter.averageCharWidth() * 18)
        self.table.setMinimumWidth(letter.averageCharWidth() * 20)
        self.told.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        for title, parts in (
            (tr("Figures"), (self.told, self.table)),
            (tr("Course"), (self.series, self.hours)),
            (tr("Shares"), (self.part, self.parts)),
        ):
            self.tabs.addTab(_beside(page, *parts), title)
        self.tabs.addTab(self.bar, tr("Question"))

    def _foot(self, page: QWidget) -> QWidget:
        self.notes.setWordWrap(True)
        self.notes.setObjectName("gridmgmt_figures_notes")
        self.player.setCheckable(True)
        for name, button in (("play", self.player), ("hotspots", self.finder), ("briefing", self.briefer)):
            button.setObjectName(f"gridmgmt_figures_{name}")
        explain(
            self.player, tr("Shows the cases of the period on the map day by day, with QGIS's temporal controller")
        )
        explain(
            self.finder,
            tr("Opens the search for hot spots with the period, class of events and level that are chosen here"),
        )
        explain(
            self.briefer,
            tr("Makes a briefing of the period, class, source, state, department and level that are chosen here"),
        )
        return flow_row(self.player, self.finder, self.briefer, help_button(page, "case_figures"), to_right=True)

    def _wire(self) -> None:
        for name, chart in (("series", self.series), ("hours", self.hours), ("parts", self.parts)):
            chart.setObjectName(f"gridmgmt_figures_{name}_chart")
        self.series.setAccessibleName(tr("Cases by day"))
        self.hours.setAccessibleName(tr("Cases by weekday and hour"))
        self.parts.setAccessibleName(tr("Cases by what is chosen above"))
        explain(self.series, tr("Cases by day or month. A click asks for that day or month alone."))
        explain(self.hours, tr("Cases by weekday and hour of their report: the darker, the more."))
        explain(
            self.parts,
            tr("The most frequent first. A click asks for it alone, ages excepted; another click for all again."),
        )
        explain(self.part, tr("What the bars tell apart"))
        explain(self.table, tr("The places with most cases. A click or Enter shows one on the map."))
        self.part.setObjectName("gridmgmt_figures_part")
        self.part.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.part.setMinimumContentsLength(_PART_CHARACTERS)
        for key, title in _PART_TITLES.items():
            self.part.addItem(tr(title), key)
        self.part.currentIndexChanged.connect(lambda _: self._show_parts())
        self.series.picked.connect(self._pick_step)
        self.parts.picked.connect(self._pick_part)
        self.table.setObjectName("gridmgmt_figures_places")
        self.table.setHorizontalHeaderLabels([tr(title) for title in _HEADINGS])
        list_rows(self.table, several=False)
        self.table.setSortingEnabled(False)  # they are ranked
        letters = self.table.horizontalHeader().fontMetrics()
        self.table.setColumnWidth(0, letters.horizontalAdvance(_LONGEST_CODE))
        for column in (1, 2, 3):
            title, around = tr(_HEADINGS[column]), letters.averageCharWidth() * _AROUND_HEADING
            self.table.setColumnWidth(column, letters.horizontalAdvance(title) + around)
        self.table.cellClicked.connect(lambda *_: self._choose())
        on_enter(self.table, self._choose)
        self.player.toggled.connect(self.playing)
        self.finder.clicked.connect(self.hotspots)
        self.briefer.clicked.connect(self.briefing)

    def _show_parts(self) -> None:
        if self._overview is None or self._names is None:
            return
        part = str(self.part.currentData())
        if part == AGE:
            self.parts.show_entries(_ages(self._overview))
        elif part == CLASS:
            chosen = self.bar.classes.chosen()
            alone = chosen[0] if len(chosen) == 1 else None
            self.parts.show_entries(_most(self._overview.classes, self._class_name), alone)
        else:
            words = self._overview.words[part]
            entries = _most(words, lambda word: self._word(part, word))
            self.parts.show_entries(entries, self._box(part).currentData() or None)

    def _pick_part(self, key: object) -> None:
        part = str(self.part.currentData())
        if part == CLASS and isinstance(key, tuple):
            self.bar.choose_class(key)
        elif part != CLASS:
            self.bar.choose(self._box(part), key)

    def _pick_step(self, key: object) -> None:
        if isinstance(key, Period):
            self.bar.choose_days(key.first, key.last)

    def _box(self, part: str) -> QComboBox:
        boxes = {"status": self.bar.status, "source": self.bar.source, "department_code": self.bar.department}
        return boxes[part]

    def _word(self, part: str, word: str) -> str:
        if part == "status":
            return value_label("case_status", word, language())
        known = self._names.department_names if self._names is not None and part == "department_code" else {}
        return str(known.get(word, word))

    def _class_name(self, key: tuple[str, str] | None) -> str:
        if key is None or self._names is None:
            return "–"
        return str(self._names.class_names.get(key, {}).get(language()) or key[1])

    def _list(self, places: Sequence[RankedPlace]) -> None:
        self._listed = tuple(places)
        self.table.setRowCount(len(places))
        for row, place in enumerate(places):
            before = "–" if place.before is None else f"{place.before:,}"
            cells = (place.name, f"{place.count:,}", before, self._class_name(place.main_class))
            for column, text in enumerate(cells):
                cell = QTableWidgetItem(text)
                cell.setToolTip(place.code if column == 0 else text)
                if column in (1, 2):
                    cell.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(row, column, cell)

    def _choose(self) -> None:
        place = self.current()
        if place is not None:
            self.chosen.emit(place)


def _beside(page: QWidget, *parts: QWidget) -> QWidget:
    holder = QWidget(page)
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    for part in parts:
        row.addWidget(part, 2 if part.sizePolicy().expandingDirections() & Qt.Orientation.Horizontal else 1)
    return holder


def _told(overview: Overview) -> str:
    """Return the numbers: how many, how that compares, how many are open."""
    unit = escape(tr("{count:case|cases}", count=overview.count))
    lines = [f"<span style='font-size: xx-large'><b>{overview.count:,}</b></span> {unit}"]
    if overview.compared is not None:
        for other, count in zip(overview.compared, (overview.before, overview.earlier)):
            lines.append(escape(_compared(overview.count, count or 0, other)))
    still = sum(overview.still_open)
    oldest = overview.still_open[-1]
    lines.append(
        escape(tr("{open} open, {old} for more than {days} {days:day|days}", open=still, old=oldest, days=AGES[-1]))
    )
    outside = overview.count - overview.placed
    if outside:
        lines.append(escape(tr("{outside} in none of the places", outside=outside)))
    return "<br>".join(lines)


def _compared(count: int, other: int, period: Period) -> str:
    when = _days(period)
    if not other:
        return tr("none in {when}", when=when)
    change = _PER_CENT * (count - other) / other
    sign = "▲" if count > other else "▼" if count < other else "＝"
    return tr(
        "{sign} {change} % against {when} ({other})", sign=sign, change=f"{abs(change):.0f}", when=when, other=other
    )


def _days(period: Period) -> str:
    if period.first == period.last:
        return period.first.isoformat()
    return tr("{first} to {last}", first=period.first.isoformat(), last=period.last.isoformat())


def _steps(overview: Overview) -> list[Entry]:
    told = []
    for moment, count in zip(overview.moments.tolist(), overview.per_moment.tolist()):
        by_month = overview.moments.dtype == "datetime64[M]"
        label = moment.strftime("%Y-%m") if by_month else moment.isoformat()
        period = Period(moment, _last_of_month(moment) if by_month else moment)
        if overview.period is not None:  # a month at either end may lie in it in part only
            period = Period(max(period.first, overview.period.first), min(period.last, overview.period.last))
        tip = tr("{when}: {count} {count:case|cases}", when=label, count=count)
        told.append(Entry(label, count, tip, period))
    return told


def _last_of_month(first: date) -> date:
    return (first.replace(day=28) + timedelta(4)).replace(day=1) - timedelta(1)


def _hours(overview: Overview) -> list[Entry]:
    told = []
    for day, counts in enumerate(overview.by_hour.tolist()):
        for hour, count in enumerate(counts):
            tip = tr(
                "{day} {hour}:00 to {next}:00: {count} {count:case|cases}",
                day=tr(_WEEKDAYS[day]), hour=hour, next=hour + 1, count=count,
            )  # fmt: skip
            told.append(Entry("", count, tip))
    return told


def _ages(overview: Overview) -> list[Entry]:
    labels = [tr("up to {days} {days:day|days}", days=days) for days in AGES]
    labels.append(tr("over {days} {days:day|days}", days=AGES[-1]))
    return [Entry(label, count, f"{label}{tr(': ')}{count:,}") for label, count in zip(labels, overview.still_open)]


def _most(counts: Mapping[Any, int], name: Callable[[Any], str]) -> list[Entry]:
    """Return the most frequent, and what is left together."""
    listed = list(counts.items())
    shown = listed[: _BARS + 1 if len(listed) == _BARS + 1 else _BARS]
    told = [Entry(name(key), count, f"{name(key)}{tr(': ')}{count:,}", key) for key, count in shown]
    left = sum(count for _, count in listed[len(shown) :])
    if left:
        rest = tr("{count} {count:other|others}", count=len(listed) - len(shown))
        told.append(Entry(rest, left, f"{rest}{tr(': ')}{left:,}", is_rest=True))
    return told
