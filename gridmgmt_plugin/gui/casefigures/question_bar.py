"""What the figures are about: period, class, source, status, department, level; remembered from day to day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from qgis.PyQt.QtCore import QDate, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QCheckBox, QComboBox, QDateEdit, QSpinBox, QVBoxLayout, QWidget

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.casefigures.periods import LATEST_START, PRESETS, Period, preset_period
from gridmgmt_plugin.core.value_lists import value_label
from gridmgmt_plugin.gui.casefigures.class_tree import Classes, ClassTree
from gridmgmt_plugin.gui.casefigures.presets import Presets
from gridmgmt_plugin.gui.frame.flow import flow_row, titled
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.jobs.analysis.case_figures import Question
from gridmgmt_plugin.jobs.analysis.case_overview import CaseOverviews
from gridmgmt_plugin.jobs.analysis.hotspot_places import LEVELS
from gridmgmt_plugin.project.i18n import language, tr, translatable
from gridmgmt_plugin.project.settings import is_on, remember, remembered

ALL_DAYS, OWN_DAYS = "all", "own"
_PRESET, _START_DAY, _LEVEL = "figures_period", "figures_month_begins", "figures_level"
_ON_MAP, _ISO = "figures_on_map", Qt.DateFormat.ISODate
_PERIODS = {
    "this_month": translatable("this month"),
    "last_month": translatable("last month"),
    "this_quarter": translatable("this quarter"),
    "this_year": translatable("this year"),
    ALL_DAYS: translatable("all cases"),
    OWN_DAYS: translatable("days of your own"),
}
_LEVELS = {
    "unit_grid": translatable("unit grids"),
    "responsibility_grid": translatable("responsibility grids"),
    "community": translatable("communities"),
    "lane": translatable("street-lanes"),
}
_CLASS_CHARACTERS = 14
# Days that a case can have.
_EARLIEST, _LATEST = (1900, 1, 1), (2100, 12, 31)


class QuestionBar(QWidget):
    """``asked``: something else is asked. ``moved``: places of another level are asked for, which are read first.
    ``lacking``: a kept question asks for what this workspace has not, as texts.
    """

    asked = pyqtSignal()
    moved = pyqtSignal()
    lacking = pyqtSignal(list)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.period, self.first, self.last = QComboBox(self), QDateEdit(self), QDateEdit(self)
        self.start_day, self.classes = QSpinBox(self), ClassTree(self)
        self.source, self.status, self.department = QComboBox(self), QComboBox(self), QComboBox(self)
        self.level, self.selected = QComboBox(self), QCheckBox(tr("Only what is selected on the map"), self)
        self.followed = QCheckBox(tr("Show only these on the map"), self)
        self.presets = Presets(self, self.state)
        self._quiet = False
        self._is_offered = False
        self._held: Mapping[str, Any] | None = None  # a kept question whose classes and words wait for their offer
        self._fill_fixed()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._row())
        self._explain()

    def offer(self, overviews: CaseOverviews) -> None:
        """Offer the classes, sources, states and departments that cases have; what is chosen stays where it can."""
        tongue = language()
        states = [(value_label("case_status", word, tongue), word) for word in overviews.words("status")]
        departments = [(overviews.department_names.get(w, w), w) for w in overviews.words("department_code")]
        self._offer_first_period(overviews.span)
        self.classes.offer(overviews)
        self._offer(self.source, [(tr("all sources"), ""), *((word, word) for word in overviews.words("source"))])
        self._offer(self.status, [(tr("all states"), ""), *states])
        self._offer(self.department, [(tr("all departments"), ""), *departments])
        self._is_offered = True
        held, self._held = self._held, None
        if held is not None:
            self._choose_kept(held)

    def expect(self) -> None:
        """Have kept questions wait for the next offer: what is offered may be of another workspace."""
        self._is_offered = False

    def forget(self) -> None:
        """Offer nothing of a workspace that was closed."""
        self.expect()
        self.classes.forget()
        for box, title in (
            (self.source, tr("all sources")),
            (self.status, tr("all states")),
            (self.department, tr("all departments")),
        ):
            self._offer(box, [(title, "")])

    def question(self) -> Question:
        """Return which cases are asked for."""
        words = [str(box.currentData() or "") for box in (self.source, self.status, self.department)]
        sources, statuses, departments = (tuple(filter(None, (word,))) for word in words)
        return Question(None, None, "", "", sources, statuses, departments, self.classes.chosen())

    def days(self, today: date) -> Period | None:
        """Return which days are asked for, ``None`` = all; an end before the begin means the day of the begin."""
        preset = self.period.currentData()
        if preset == ALL_DAYS:
            return None
        if preset == OWN_DAYS:
            first, last = (edit.date().toPyDate() for edit in (self.first, self.last))
            return Period(first, max(first, last))
        return preset_period(preset, today, self.start_day.value())

    def chosen_level(self) -> str:
        """Return the level whose places are ranked."""
        return str(self.level.currentData())

    def choose(self, box: QComboBox, key: object) -> None:
        """Ask for something else by its key; for everything where just that was asked for."""
        at = next((at for at in range(box.count()) if box.itemData(at) == key), -1)
        box.setCurrentIndex(0 if at == box.currentIndex() else max(at, 0))

    def choose_class(self, key: tuple[str, str]) -> None:
        """Ask for one class; for all where just that was asked for."""
        self.classes.choose(() if self.classes.chosen() == (key,) else (key,))

    def one_prefix(self) -> tuple[str, str] | None:
        """Return kind and beginning of the codes of just the classes that are asked for, both empty for all; ``None``
        where they have no such beginning of their own."""
        chosen = self.classes.chosen()
        if not chosen:
            return "", ""
        kinds, codes = {kind for kind, _ in chosen}, [code for _, code in chosen]
        prefix = next(codes[0][:size] for size in range(len(codes[0]), -1, -1) if _all_begin(codes, codes[0][:size]))
        fits = {key for key in self.classes.offered() if key[0] in kinds and key[1].startswith(prefix)}
        return (chosen[0][0], prefix) if len(kinds) == 1 and prefix and fits == set(chosen) else None

    def state(self) -> dict[str, Any]:
        """Return what is asked, to be kept and asked again by :meth:`restore`."""
        return {
            "period": self.period.currentData(),
            "days": [edit.date().toPyDate().isoformat() for edit in (self.first, self.last)],
            "start_day": self.start_day.value(),
            "classes": [list(key) for key in self.classes.chosen()],
            "words": {name: str(box.currentData() or "") for name, box in self._boxes().items()},
            "level": self.chosen_level(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Ask what was kept; what this workspace has not is not asked for, and told by ``lacking``.

        While the next offer is on its way, its classes and words are asked for with that one.
        """
        before, self._quiet = self.chosen_level(), True
        self.start_day.setValue(int(state.get("start_day", 1)))
        for edit, day in zip((self.first, self.last), state.get("days", ())):
            edit.setDate(QDate.fromString(str(day), _ISO))
        self.period.setCurrentIndex(max(self.period.findData(state.get("period")), 0))
        self.level.setCurrentIndex(max(self.level.findData(state.get("level")), 0))
        self._quiet = False
        if self._is_offered:
            self._choose_kept(state)
        else:
            self._held = dict(state)
        if self.chosen_level() == before:
            self._ask()
        else:
            self._move()

    def choose_days(self, first: date, last: date) -> None:
        """Ask for days of one's own."""
        self._quiet = True
        self.first.setDate(_shown(first))
        self.last.setDate(_shown(last))
        self.period.setCurrentIndex(self.period.findData(OWN_DAYS))
        self._quiet = False
        self._ask()

    # Inside.

    def _choose_kept(self, state: Mapping[str, Any]) -> None:
        """Choose the classes and words of a kept question, without asking, and tell which of them are not offered."""
        was_quiet, self._quiet = self._quiet, True
        classes: Classes = tuple((str(kind), str(code)) for kind, code in state.get("classes", ()))
        self.classes.choose(classes)
        lacking = [code for kind, code in classes if (kind, code) not in self.classes.offered()]
        for name, box in self._boxes().items():
            word = str(state.get("words", {}).get(name, ""))
            at = box.findData(word)
            if at < 0:
                lacking.append(value_label("case_status", word, language()) if box is self.status else word)
            box.setCurrentIndex(max(at, 0))
        self._quiet = was_quiet
        self.lacking.emit(lacking)

    def _offer_first_period(self, span: Period | None) -> None:
        """Begin with all cases where nobody has chosen a period and this month has none."""
        if remembered(_PRESET) is None and (span is None or span.last < clock.today().replace(day=1)):
            was_blocked = self.period.blockSignals(True)
            self.period.setCurrentIndex(self.period.findData(ALL_DAYS))
            self.period.blockSignals(was_blocked)
            self._follow_period()

    def _fill_fixed(self) -> None:
        for key, title in _PERIODS.items():
            self.period.addItem(tr(title), key)
        for key in LEVELS:
            self.level.addItem(tr(_LEVELS[key]), key)
        kept = str(remembered(_PRESET, PRESETS[0]))
        self.period.setCurrentIndex(max(self.period.findData(kept if kept != OWN_DAYS else PRESETS[0]), 0))
        self.level.setCurrentIndex(max(self.level.findData(str(remembered(_LEVEL, LEVELS[0]))), 0))
        self.start_day.setRange(1, LATEST_START)
        self.start_day.setValue(int(remembered(_START_DAY, 1)))
        today = clock.today()
        for edit, day in ((self.first, today.replace(day=1)), (self.last, today)):
            edit.setCalendarPopup(True)
            edit.setDisplayFormat("yyyy-MM-dd")
            edit.setDateRange(QDate(*_EARLIEST), QDate(*_LATEST))
            edit.setDate(_shown(day))
        self.followed.setChecked(is_on(_ON_MAP, default=False))
        self.forget()
        self._follow_period()

    def _row(self) -> QWidget:
        names = {
            "period": self.period, "first": self.first, "last": self.last, "start_day": self.start_day,
            "classes": self.classes, "source": self.source, "status": self.status, "department": self.department,
            "level": self.level, "selected": self.selected, "followed": self.followed,
        }  # fmt: skip
        for name, field in names.items():
            field.setObjectName(f"gridmgmt_figures_{name}")
        for box in (self.source, self.status, self.department):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(_CLASS_CHARACTERS)
            box.currentIndexChanged.connect(lambda _: self._ask())
        self.classes.changed.connect(self._ask)
        self.presets.wanted.connect(self.restore)
        self.period.currentIndexChanged.connect(lambda _: self._follow_period())
        self.period.currentIndexChanged.connect(lambda _: self._ask())
        self.period.activated.connect(lambda _: self._remember_period())
        self.start_day.valueChanged.connect(lambda _: self._ask())
        self.selected.toggled.connect(lambda _: self._ask())
        self.followed.toggled.connect(lambda _: self._follow_on_map())
        for edit in (self.first, self.last):
            edit.dateChanged.connect(lambda _: self._ask())
        self.level.currentIndexChanged.connect(lambda _: self._move())
        return flow_row(
            titled(tr("Period"), self.period),
            self.first,
            self.last,
            titled(tr("Months begin on day"), self.start_day),
            self.classes,
            self.source,
            self.status,
            self.department,
            titled(tr("Places"), self.level),
            self.selected,
            self.followed,
            self.presets,
        )

    def _boxes(self) -> dict[str, QComboBox]:
        return {"source": self.source, "status": self.status, "department": self.department}

    def _explain(self) -> None:
        explain(self.period, tr("Which days: as of today, all, or days of your own"))
        explain(self.first, tr("The first day that counts"))
        explain(self.last, tr("The last day that counts"))
        explain(
            self.start_day,
            tr(
                "The day on which assessment months begin. From the 2nd on a month is named after the one it ends in."
            ),
        )
        explain(self.source, tr("Only cases that were reported by this source"))
        explain(self.status, tr("Only cases in this state"))
        explain(self.department, tr("Only cases that this department handles"))
        explain(self.level, tr("Which places are ranked, and counted where places are selected"))
        explain(
            self.selected, tr("Only cases in the places that are selected on the map, of the level that is ranked")
        )
        explain(
            self.followed,
            tr("The map shows just the cases that are counted here, and all again when this dock is closed"),
        )

    def _offer(self, box: QComboBox, choices: Sequence[tuple[str, Any]]) -> None:
        chosen = box.currentData()
        was_blocked = box.blockSignals(True)
        box.clear()
        for title, key in choices:
            box.addItem(title, key)
        at = next((at for at in range(box.count()) if box.itemData(at) == chosen), 0)
        box.setCurrentIndex(at)
        box.blockSignals(was_blocked)

    def _follow_period(self) -> None:
        preset = self.period.currentData()
        for edit in (self.first, self.last):
            edit.setVisible(preset == OWN_DAYS)
        self.start_day.setEnabled(preset in PRESETS)

    def _ask(self) -> None:
        if self._quiet:
            return
        remember(_START_DAY, self.start_day.value())
        self.asked.emit()

    def _follow_on_map(self) -> None:
        remember(_ON_MAP, self.followed.isChecked())
        self._ask()

    def _remember_period(self) -> None:
        """Keep what was chosen by hand for tomorrow; days of one's own are of today."""
        if self.period.currentData() != OWN_DAYS:
            remember(_PRESET, self.period.currentData())

    def _move(self) -> None:
        if self._quiet:
            return
        remember(_LEVEL, self.chosen_level())
        self.moved.emit()


def _all_begin(codes: Sequence[str], prefix: str) -> bool:
    return all(code.startswith(prefix) for code in codes)


def _shown(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)
