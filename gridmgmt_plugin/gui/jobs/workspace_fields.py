"""Fields that offer what the open workspace has: grid schemes and areas by name, periods with cases."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from qgis.core import QgsProcessingParameterDefinition
from qgis.gui import QgsCheckableComboBox, QgsDateTimeEdit
from qgis.PyQt.QtCore import QDate, QDateTime, Qt, QTime
from qgis.PyQt.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.gui.forms.empty_dates import EmptyDate, show_no_date
from gridmgmt_plugin.gui.jobs.fields import Field, without_hint, writable_list
from gridmgmt_plugin.project.attributes import is_null
from gridmgmt_plugin.project.i18n import tr, translatable
from gridmgmt_plugin.workspace.light.lists import WorkspaceLists
from gridmgmt_plugin.workspace.schema import SCHEME_KEY

# The arrow of a list and the cross that empties a date.
_BUTTONS_PX = 62
_INDENT = {"county": 0, "street_office": 1, "community": 2}
_KNOWN_KEYS = {"城管": "cg", "环卫": "hw", "园林": "yl", "综治": "zz", "执法": "zf", "监督": "jd"}


class SchemeField(Field):
    """A grid scheme by its title."""

    is_remembered = False

    def __init__(self, definition: QgsProcessingParameterDefinition, *, all_of_them: bool) -> None:
        super().__init__(definition)
        self.title = without_hint(self.title)  # for scripts: here nobody types a key
        self._wanted: Any = None
        self.widget: QComboBox = QComboBox()
        if self.is_optional:
            self.widget.addItem(tr("all of them") if all_of_them else tr("not used"), None)
        self.widget.currentIndexChanged.connect(lambda _: self.changed.emit())

    def fill(self, lists: WorkspaceLists) -> None:
        """Offer the schemes of the workspace; of a single one there is no doubt."""
        for key, title in lists.schemes:
            self.widget.addItem(title, key)
        self.show_value(self._wanted)

    def value(self) -> str | None:
        """Return the scheme's key."""
        key: str | None = self.widget.currentData()
        return key

    def show_value(self, value: Any) -> None:
        """Choose by key; before the schemes are known it is kept for then."""
        self._wanted = None if is_null(value) else value
        at = self.widget.findData(self._wanted)
        if at >= 0:
            self.widget.setCurrentIndex(at)


class OfferedField(Field):
    """One of what a list offers, by its key, or what is typed into it.

    :param hint: what the list says while nothing is chosen.
    """

    is_remembered = False

    def __init__(self, definition: QgsProcessingParameterDefinition, hint: str) -> None:
        super().__init__(definition)
        self.title = without_hint(self.title)
        self._wanted: Any = definition.defaultValue()
        self.widget: QComboBox = writable_list(hint)
        self.widget.editTextChanged.connect(lambda _: self.changed.emit())

    def value(self) -> str | None:
        """Return the key of what was chosen, or what was typed; ``None`` for nothing."""
        text = self.widget.currentText().strip()
        at = self.widget.findText(text)
        return str(self.widget.itemData(at)) if at >= 0 else text or None

    def show_value(self, value: Any) -> None:
        """Choose by key; before the workspace is known it is kept for then."""
        self._wanted = None if is_null(value) else value
        at = self.widget.findData(self._wanted)
        if at >= 0:
            self.widget.setCurrentIndex(at)
        elif self._wanted is not None:
            self.widget.setEditText(str(self._wanted))


class StateField(OfferedField):
    """A state of the responsibility grids to compare: today, another scheme, a release, or a date that is typed."""

    def __init__(self, definition: QgsProcessingParameterDefinition) -> None:
        super().__init__(definition, tr("Choose one, or type a date such as 2026-01-15"))

    def fill(self, lists: WorkspaceLists) -> None:
        """Offer today, the releases, the newest first, and today by each scheme."""
        self.widget.addItem(tr("today"), "today")
        for number, about, _ in lists.releases:
            self.widget.addItem(tr("release {number} ({about})").format(number=number, about=about), number)
        for key, title in lists.schemes:
            self.widget.addItem(tr("scheme {title}").format(title=title), key)
        self.widget.setEditText("")
        self.show_value(self._wanted)


class SinceField(StateField):
    """Since when: the export before this one, or a date that is typed."""

    def __init__(self, definition: QgsProcessingParameterDefinition) -> None:
        super().__init__(definition)
        self.widget.lineEdit().setPlaceholderText(tr("everything; choose, or type a date such as 2026-01-15"))

    def fill(self, lists: WorkspaceLists) -> None:  # noqa: ARG002  the same in every workspace
        """Offer the last export."""
        self.widget.addItem(tr("the last export"), "last")
        self.widget.setEditText("")
        self.show_value(self._wanted)


class NewSchemeField(Field):
    """A grid scheme to make or to make anew: one there is, or the title of a new one. Stands for ``TITLE`` too.

    ``offers_known``: those there are may be made anew; else only a new one can be named, or none.
    """

    is_remembered = False

    def __init__(self, definition: QgsProcessingParameterDefinition, *, offers_known: bool = True) -> None:
        super().__init__(definition)
        self.title = without_hint(self.title)
        self._offers_known = offers_known
        self._schemes: Mapping[str, str] = {}
        self._wanted: Any = None
        hint = (
            tr("Choose one, or type the name of a new one") if offers_known else tr("none; type a name to make one")
        )
        self.widget: QComboBox = writable_list(hint)
        self.widget.editTextChanged.connect(lambda _: self.changed.emit())

    def fill(self, lists: WorkspaceLists) -> None:
        """Offer the schemes of the workspace."""
        self._schemes = {title: key for key, title in lists.schemes}
        for title, key in self._schemes.items() if self._offers_known else ():
            self.widget.addItem(title, key)
        self.widget.setEditText("")
        self.show_value(self._wanted)

    def value(self) -> str | None:
        """Return the key: that of the scheme with this title, else one that is free."""
        title = self.widget.currentText().strip()
        if not title:
            return None
        return self._schemes.get(title) or (title if SCHEME_KEY.fullmatch(title) else self._free_key(title))

    def values(self) -> dict[str, Any]:
        """Return key and title."""
        key = self.value()
        return {} if key is None else {self.name: key, "TITLE": self.widget.currentText().strip()}

    def show_value(self, value: Any) -> None:
        """Choose by key."""
        self._wanted = None if is_null(value) else value
        title = next((title for title, key in self._schemes.items() if key == self._wanted), None)
        if title is not None:
            self.widget.setEditText(title)

    def _free_key(self, title: str) -> str:
        taken = set(self._schemes.values())
        proposals = [key for word, key in _KNOWN_KEYS.items() if word in title]
        proposals += [f"s{number}" for number in range(1, len(taken) + 2)]
        return next(key for key in proposals if key not in taken)


class AreaField(Field):
    """An area by name, from the county down to the communities; typing finds it. ``nothing``: without any."""

    is_remembered = False

    def __init__(self, definition: QgsProcessingParameterDefinition, nothing: str = "") -> None:
        super().__init__(definition)
        self.title, self.keeps_title = without_hint(self.title), bool(nothing)
        self.widget = writable_list(finds=True)
        self.widget.addItem(nothing or tr("the whole district"), None)
        self.widget.currentIndexChanged.connect(lambda _: self.changed.emit())
        self.widget.editTextChanged.connect(lambda _: self.changed.emit())

    def fill(self, lists: WorkspaceLists) -> None:
        """Offer the areas, parts below their whole."""
        for area in lists.areas:
            if area.level != "county":
                self.widget.addItem(f"{'　' * _INDENT.get(area.level, 0)}{area.name}  {area.code}", area.code)

    def value(self) -> str | None:
        """Return the code, or what was typed."""
        at = self.widget.findText(self.widget.currentText())
        if at >= 0:
            code: str | None = self.widget.itemData(at)
            return code
        return self.widget.currentText().strip() or None

    def show_value(self, value: Any) -> None:
        """Choose by code."""
        self.widget.setCurrentIndex(max(self.widget.findData(value), 0))


class AreasField(Field):
    """Any number of areas by name, from the street offices down to the communities, to check in a list."""

    is_remembered = False

    def __init__(self, definition: QgsProcessingParameterDefinition) -> None:
        super().__init__(definition)
        self.widget: QgsCheckableComboBox = QgsCheckableComboBox()
        self.widget.setDefaultText(tr("the whole district"))
        self.widget.setSeparator(tr(", "))
        self.widget.checkedItemsChanged.connect(lambda _: self.changed.emit())

    def fill(self, lists: WorkspaceLists) -> None:
        """Offer the areas, parts below their whole."""
        for area in lists.areas:
            if area.level != "county":
                indent = "　" * (_INDENT.get(area.level, 1) - 1)
                self.widget.addItemWithCheckState(f"{indent}{area.name}", Qt.CheckState.Unchecked, area.code)

    def value(self) -> str | None:
        """Return the codes with commas between them."""
        return ",".join(map(str, self.widget.checkedItemsData())) or None

    def show_value(self, value: Any) -> None:
        """Check the areas with these codes."""
        wanted = str(value or "").split(",")
        for row in range(self.widget.count()):
            is_wanted = self.widget.itemData(row) in wanted
            self.widget.setItemCheckState(row, Qt.CheckState.Checked if is_wanted else Qt.CheckState.Unchecked)
        self.changed.emit()


_LAST_MONTH, _THREE_MONTHS, _YEAR, _ALL, _OWN = "last_month", "three_months", "year", "all", "own"


class PeriodField(Field):
    """From when until when: the last month with cases, three months, a year, everything, or two dates of one's own.

    Stands for ``FROM`` and ``TO``. ``whole``: everything is what a planner asks first, not the last month.
    """

    def __init__(
        self, definition: QgsProcessingParameterDefinition, today: date | None = None, *, whole: bool = False
    ) -> None:
        super().__init__(definition)
        self.title = tr("Period")
        self._last_day = (today or clock.today()).replace(day=1) - timedelta(days=1)
        self._has_cases, self.widget = True, QWidget()
        self.presets: QComboBox = QComboBox(self.widget)
        self.presets.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._dates, self._is_presetting = [_date_edit(self.widget), _date_edit(self.widget)], False
        row = QHBoxLayout(self.widget)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.presets)
        for edit, between in zip(self._dates, ("", "–")):
            if between:
                row.addWidget(QLabel(between, self.widget))
            row.addWidget(edit)
            edit.valueChanged.connect(self._dated)
        row.addStretch(1)
        self.widget.setFocusProxy(self.presets)
        self._offer()
        self.presets.currentIndexChanged.connect(self._chosen)
        if whole:
            self.show_value(_ALL)
        self._chosen()

    def fill(self, lists: WorkspaceLists) -> None:
        """Take for the last month the last one, ended or not, that has cases where the one before today has none."""
        this_month = f"{self._last_day:%Y-%m}"
        self._has_cases = bool(earlier := [month for month in lists.cases_by_month if month <= this_month])
        if earlier and this_month not in earlier:
            year, month = map(int, earlier[-1].split("-"))
            self._last_day = (date(year, month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        chosen = self.presets.currentData()
        self._offer()
        if chosen == _OWN:
            self._choose(_OWN)
        else:
            self.show_value(chosen)
            self._chosen()

    def value(self) -> str:
        """Return the preset's key."""
        return str(self.presets.currentData())

    def values(self) -> dict[str, Any]:
        """Return both dates as ISO 8601 text, those that are given."""
        dates = zip(("FROM", "TO"), self._dates)
        return {name: edit.date().toString("yyyy-MM-dd") for name, edit in dates if not edit.isNull()}

    def show_value(self, value: Any) -> None:
        """Choose a preset, or two dates of one's own."""
        if isinstance(value, tuple):
            self._show_days(value)
            self._choose(_OWN)
            self.changed.emit()
            return
        at = self.presets.findData(value)
        if at >= 0 and value != _OWN:
            self.presets.setCurrentIndex(at)

    def _offer(self) -> None:
        self.presets.blockSignals(True)
        self.presets.clear()
        month = tr("{month} (last month with cases)") if self._has_cases else tr("{month} (last month)")
        for key, title in (
            (_LAST_MONTH, month.format(month=f"{self._last_day:%Y-%m}")),
            (_THREE_MONTHS, tr("three months until then")),
            (_YEAR, tr("twelve months until then")),
            (_ALL, tr("all cases")),
            (_OWN, tr("dates of your own")),
        ):
            self.presets.addItem(title, key)
        texts = map(self.presets.itemText, range(self.presets.count()))
        width = self.presets.fontMetrics().horizontalAdvance
        self.presets.setMinimumContentsLength(max(map(width, texts)) // width("X") + 2)
        self.presets.blockSignals(False)

    def _span(self, key: str) -> tuple[date | None, date | None]:
        months = {_LAST_MONTH: 1, _THREE_MONTHS: 3, _YEAR: 12}.get(key)
        if months is None:
            return None, None
        first = self._last_day.year * 12 + self._last_day.month - months
        return date(first // 12, first % 12 + 1, 1), self._last_day

    def _chosen(self, *_: object) -> None:
        key = self.value()
        if key != _OWN:
            self._show_days(self._span(key))
        for edit in self._dates:
            edit.setEnabled(key != _ALL)
        self.changed.emit()

    def _show_days(self, days: tuple[date | None, date | None]) -> None:
        self._is_presetting = True  # an edit whose signals are blocked would show today for nothing
        for edit, day in zip(self._dates, days):
            if day is None:
                show_no_date(edit)
            else:
                edit.setDateTime(QDateTime(QDate(day.year, day.month, day.day), QTime(0, 0)))
        self._is_presetting = False

    def _choose(self, key: str) -> None:
        """Choose a preset and leave the dates as they are."""
        self.presets.blockSignals(True)
        self.presets.setCurrentIndex(self.presets.findData(key))
        self.presets.blockSignals(False)
        for edit in self._dates:
            edit.setEnabled(key != _ALL)

    def _dated(self, *_: object) -> None:
        """A date that was changed by hand is one's own."""
        if self._is_presetting:
            return
        self._choose(_OWN)
        self.changed.emit()


def _date_edit(parent: QWidget) -> QgsDateTimeEdit:
    edit = QgsDateTimeEdit(parent)
    edit.setDisplayFormat("yyyy-MM-dd")
    edit.setCalendarPopup(True)
    edit.setAllowNull(True)
    edit.setNullRepresentation(tr("not given"))
    show_no_date(edit)
    EmptyDate(edit)
    edit.setMinimumWidth(edit.fontMetrics().horizontalAdvance("0000-00-00") + _BUTTONS_PX)
    return edit


#: Shorter titles than those that scripts need.
TITLES = {
    "SCHEME": translatable("Grid scheme"),
    "SCOPE": translatable("Only within"),
    "INPUT": translatable("File"),
    "CLASS_PREFIX": translatable("Classes"),
    "UNITS_PER_GRID": translatable("or unit grids per grid"),
    "OUTPUT": translatable("Save as"),
    "LEAVE": translatable("Proposals (ticked = carried out)"),
    "LOCAL_FRAME": translatable("or the name of a local frame"),
    "MIX": translatable("or a mix of loads"),
    "LEDGER": translatable("Ledger"),
    "SOURCE_PROFILE": translatable("Kind of source"),
}
