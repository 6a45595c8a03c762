"""The fields of a job's dialog: each shows one parameter, or two that belong together, as a planner writes it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from qgis.core import QgsCoordinateReferenceSystem, QgsProcessingParameterDefinition
from qgis.gui import QgsDateTimeEdit, QgsProjectionSelectionWidget
from qgis.PyQt.QtCore import QDate, QDateTime, QObject, Qt, pyqtSignal
from qgis.PyQt.QtGui import QShowEvent
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from gridmgmt_plugin.gui.forms.empty_dates import EmptyDate, show_no_date
from gridmgmt_plugin.gui.frame.colours import make_faint
from gridmgmt_plugin.processing.parameters import keys_of, usual_of
from gridmgmt_plugin.project.abstract_qt import AbstractQt
from gridmgmt_plugin.project.attributes import is_null
from gridmgmt_plugin.project.i18n import tr, translatable
from gridmgmt_plugin.workspace.light.lists import WorkspaceLists

_TEXT_LINES = 3
#: What an optional choice says while nothing is chosen; others leave it to the job.
_NOTHING_CHOSEN = {"CASE_KIND": translatable("any"), "LEAVES": translatable("stays in office")}
_AUTOMATIC = translatable("automatic")
_CHOICE_CHARACTERS = 16
#: What a date says while none is chosen.
_NO_MOMENT = {"AT": translatable("now"), "ON": translatable("Today"), "SINCE": translatable("ever")}
_NOT_GIVEN = translatable("not given")


def without_hint(title: str) -> str:
    """Return a parameter's title without what stands in brackets behind it, which is for scripts."""
    return title.split("(", maxsplit=1)[0].split("（", maxsplit=1)[0].strip()


def writable_list(hint: str = "", *, finds: bool = False) -> QComboBox:
    """Return a list that takes what is typed as well, and keeps it out of the list.

    :param hint: what it says while empty. :param finds: offers what has the typed text anywhere in it.
    """
    box = QComboBox()
    box.setEditable(True)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    box.lineEdit().setPlaceholderText(hint)
    if finds:
        box.completer().setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        box.completer().setFilterMode(Qt.MatchFlag.MatchContains)
    return box


class Field(QObject, metaclass=AbstractQt):
    """Shows and reads what one parameter is given; ``changed`` is told whenever that changes.

    ``is_remembered``: what was chosen once is proposed the next time. ``tip``: what it says of itself, where that is
    not what the help says of the parameter. ``keeps_title``: of several titles the parameter's own is the true one.
    """

    changed = pyqtSignal()
    is_remembered = True
    tip = ""
    keeps_title = False
    looks_again = False
    widget: QWidget
    _is_filled = False

    def __init__(self, definition: QgsProcessingParameterDefinition) -> None:
        super().__init__()
        self.definition = definition
        self.name: str = definition.name()
        self.title: str = definition.description()

    @property
    def is_optional(self) -> bool:
        """Tell whether it may be left empty."""
        return bool(self.definition.flags() & QgsProcessingParameterDefinition.Flag.FlagOptional)

    def learn(self, lists: WorkspaceLists) -> None:
        """Offer what the workspace has; of what is read once more after a run, only what depends on that."""
        if self.looks_again or not self._is_filled:
            self.fill(lists)
        self._is_filled = True

    def fill(self, lists: WorkspaceLists) -> None:
        """Offer what the workspace has."""

    @abstractmethod
    def value(self) -> Any:
        """Return what is chosen, ``None`` for nothing."""

    @abstractmethod
    def show_value(self, value: Any) -> None:
        """Show ``value`` as chosen."""

    def take(self, path: str) -> None:
        """Show a file that the planner has chosen or dropped."""
        self.show_value(path)

    def values(self) -> dict[str, Any]:
        """Return what is chosen for each parameter that the field stands for; nothing is left out."""
        chosen = self.value()
        return {} if chosen in (None, "", []) else {self.name: chosen}

    def problem(self) -> str:
        """Return what is wrong with the field's content in itself, "" when nothing is."""
        return ""

    def chosen_key(self) -> str:
        """Return the key of a choice, for fields that depend on it."""
        return str(self.value() or "")


class TextField(Field):
    """A line of text."""

    def __init__(self, definition: QgsProcessingParameterDefinition) -> None:
        super().__init__(definition)
        self.widget: QLineEdit = QLineEdit()
        self.widget.textChanged.connect(self.changed)
        self.show_value(definition.defaultValue())

    def value(self) -> str | None:
        """Return the text, ``None`` for blanks."""
        return self.widget.text().strip() or None

    def show_value(self, value: Any) -> None:
        """Show a text."""
        self.widget.setText("" if is_null(value) else str(value))


class TextsField(Field):
    """A text of several lines."""

    def __init__(self, definition: QgsProcessingParameterDefinition) -> None:
        super().__init__(definition)
        self.widget: QPlainTextEdit = QPlainTextEdit()
        self.widget.setTabChangesFocus(True)
        self.widget.setFixedHeight(self.widget.fontMetrics().lineSpacing() * (_TEXT_LINES + 1))
        self.widget.textChanged.connect(self.changed)

    def value(self) -> str | None:
        """Return the text, ``None`` for blanks."""
        return self.widget.toPlainText().strip() or None

    def show_value(self, value: Any) -> None:
        """Show a text."""
        self.widget.setPlainText("" if is_null(value) else str(value))


class NumberField(TextField):
    """A number, written as people write it: 10000, not 10000.000000; empty where it may be left out."""

    def __init__(self, definition: QgsProcessingParameterDefinition) -> None:
        super().__init__(definition)
        self.widget.setMaximumWidth(self.widget.fontMetrics().averageCharWidth() * 24)
        if self.is_optional:
            self.widget.setPlaceholderText(tr("automatic"))

    def show_value(self, value: Any) -> None:
        """Show a number without zeros that say nothing."""
        super().show_value(None if is_null(value) else f"{float(value):.12g}")

    def problem(self) -> str:
        """Refuse what is no number or out of bounds."""
        text = self.value()
        if text is None:
            return "" if self.is_optional or not is_null(self.definition.defaultValue()) else tr("is missing")
        try:
            number = float(text)
        except ValueError:
            return tr("is no number")
        if not self.definition.minimum() <= number <= self.definition.maximum():
            return tr("is out of bounds")
        return ""


class FlagField(Field):
    """A yes or no."""

    def __init__(self, definition: QgsProcessingParameterDefinition) -> None:
        super().__init__(definition)
        self.widget: QCheckBox = QCheckBox(self.title)
        self.widget.toggled.connect(lambda _: self.changed.emit())
        self.show_value(definition.defaultValue())

    def value(self) -> bool:
        """Return whether it is checked."""
        return bool(self.widget.isChecked())

    def show_value(self, value: Any) -> None:
        """Check or uncheck."""
        self.widget.setChecked(str(value).lower() in ("true", "1"))


class ChoiceField(Field):
    """One of several by its label; "any" first where none need be chosen."""

    def __init__(self, definition: QgsProcessingParameterDefinition) -> None:
        super().__init__(definition)
        self.widget: QComboBox = QComboBox()
        self.widget.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.widget.setMinimumContentsLength(_CHOICE_CHARACTERS)
        if self.is_optional:
            self.widget.addItem(tr(_NOTHING_CHOSEN.get(self.name, _AUTOMATIC)), None)
        for key, label in zip(keys_of(definition), definition.options()):
            self.widget.addItem(label, key)
        default = definition.defaultValue()
        if not is_null(default):
            self.show_value(keys_of(definition)[int(default)] if str(default).isdigit() else default)
        self.widget.currentIndexChanged.connect(lambda _: self.changed.emit())

    def value(self) -> str | None:
        """Return the key."""
        key: str | None = self.widget.currentData()
        return key

    def show_value(self, value: Any) -> None:
        """Choose by key; one that there is not changes nothing."""
        at = self.widget.findData(value)
        if at >= 0:
            self.widget.setCurrentIndex(at)


class _Aside(QLabel):
    """A text said in passing; what is behind it is known only where it is shown."""

    def showEvent(self, event: QShowEvent) -> None:
        """Take the colour that is faint there."""
        make_faint(self)
        super().showEvent(event)


class ChoicesField(Field):
    """Any number of several, as check boxes in a row: at first those that the job takes when it is told nothing.

    :param note: what stands behind them while nothing else is chosen.
    """

    def __init__(self, definition: QgsProcessingParameterDefinition, note: str = "") -> None:
        super().__init__(definition)
        self.title = without_hint(self.title)
        self._usual = list(usual_of(definition))
        self.widget = QWidget()
        row = QHBoxLayout(self.widget)
        row.setContentsMargins(0, 0, 0, 0)
        self._boxes = {key: QCheckBox(label) for key, label in zip(keys_of(definition), definition.options())}
        for key, box in self._boxes.items():
            box.setChecked(key in self._usual)
            row.addWidget(box)
            box.toggled.connect(self._toggled)
        self._note = _Aside(note)
        row.addWidget(self._note)
        row.addStretch(1)

    def value(self) -> list[str]:
        """Return the keys that are checked, none while they are the usual ones: the job knows these."""
        chosen = self._checked()
        return [] if chosen == self._usual else chosen

    def show_value(self, value: Any) -> None:
        """Check these keys and no others, the usual ones for none."""
        given: Sequence[Any] = value if isinstance(value, (list, tuple)) else [value]
        chosen = [key for key in self._boxes if key in given] or self._usual
        for key, box in self._boxes.items():
            box.setChecked(key in chosen)

    def problem(self) -> str:
        """Want at least one, unless the job knows by itself which."""
        return "" if self._checked() or not self._usual else tr("needs at least one")

    def _checked(self) -> list[str]:
        return [key for key, box in self._boxes.items() if box.isChecked()]

    def _toggled(self, *_: object) -> None:
        self._note.setVisible(self._checked() == self._usual)
        self.changed.emit()


class MomentField(Field):
    """A date, or a date and time, which may be left empty."""

    is_remembered = False

    def __init__(self, definition: QgsProcessingParameterDefinition, *, with_time: bool) -> None:
        super().__init__(definition)
        self._with_time = with_time
        self.widget: QgsDateTimeEdit = QgsDateTimeEdit()
        self.widget.setDisplayFormat("yyyy-MM-dd HH:mm" if with_time else "yyyy-MM-dd")
        self.widget.setCalendarPopup(True)
        self.widget.setAllowNull(True)
        self.title = without_hint(self.title)
        self.widget.setNullRepresentation(tr(_NO_MOMENT.get(self.name, _NOT_GIVEN)))
        show_no_date(self.widget)
        EmptyDate(self.widget)
        self.widget.valueChanged.connect(lambda _: self.changed.emit())

    def value(self) -> str | None:
        """Return ISO 8601 text."""
        if self.widget.isNull():
            return None
        moment = self.widget.dateTime()
        return str(
            moment.toString("yyyy-MM-ddTHH:mm:ss") if self._with_time else moment.date().toString("yyyy-MM-dd")
        )

    def show_value(self, value: Any) -> None:
        """Show ISO 8601 text."""
        date = QDate.fromString(str(value)[:10], "yyyy-MM-dd")
        if date.isValid():
            self.widget.setDateTime(QDateTime(date, self.widget.time()))
        else:
            show_no_date(self.widget)


class CrsField(Field):
    """A reference system, which may be left open."""

    def __init__(self, definition: QgsProcessingParameterDefinition) -> None:
        super().__init__(definition)
        self.widget: QgsProjectionSelectionWidget = QgsProjectionSelectionWidget()
        self.widget.setOptionVisible(QgsProjectionSelectionWidget.CrsOption.CrsNotSet, True)
        self.widget.setNotSetText(tr("automatic"))
        self.widget.setCrs(QgsCoordinateReferenceSystem())
        self.widget.crsChanged.connect(lambda _: self.changed.emit())

    def value(self) -> str | None:
        """Return the authority's code, or the text where there is none."""
        crs = self.widget.crs()
        return (crs.authid() or crs.toWkt()) if crs.isValid() else None

    def show_value(self, value: Any) -> None:
        """Show a system by code."""
        self.widget.setCrs(QgsCoordinateReferenceSystem("" if is_null(value) else str(value)))


class FixedField(Field):
    """A parameter that the planner does not see, with one value."""

    is_remembered = False

    def __init__(self, definition: QgsProcessingParameterDefinition, value: Any) -> None:
        super().__init__(definition)
        self._value = value
        self.widget = QWidget()

    def value(self) -> Any:
        """Return the value."""
        return self._value

    def show_value(self, value: Any) -> None:
        """Take another value."""
        self._value = value


def choose_or_type(widget: QComboBox, value: Any) -> None:
    """Choose in a list that can be typed in; what is not in it stands there as if it had been typed."""
    at = -1 if is_null(value) else widget.findData(value)
    widget.setCurrentIndex(at)
    if at < 0:
        widget.setEditText("" if is_null(value) else str(value))


def title_of(field: Field, titles: Mapping[str, str]) -> str:
    """Return what stands before a field: a shorter title where there is one."""
    return tr(titles[field.name]) if field.name in titles and not field.keeps_title else field.title


def add_row(layout: QFormLayout, field: Field, titles: Mapping[str, str]) -> QLabel | None:
    """Put a field into a form, and return its title; what is ticked bears it itself, so that there is none.

    :param titles: as :func:`title_of` takes them.
    """
    if isinstance(field, FlagField):
        layout.addRow("", field.widget)
        return None
    label = QLabel(title_of(field, titles), field.widget.parentWidget())
    label.setBuddy(field.widget)
    label.setToolTip(field.widget.toolTip())
    layout.addRow(label, field.widget)
    return label
