"""QGIS's form made readable: what is empty looks empty, what nobody types says why."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsApplication, QgsVectorLayer
from qgis.gui import QgsDateTimeEdit, QgsFilterLineEdit
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QCoreApplication, QEvent, QObject, Qt
from qgis.PyQt.QtGui import QPalette
from qgis.PyQt.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QCompleter,
    QDialogButtonBox,
    QGroupBox,
    QLabel,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QSizePolicy,
    QWidget,
)

from gridmgmt_plugin.gui.forms.code_choice import offer_codes
from gridmgmt_plugin.gui.forms.empty_dates import UNSEEN, EmptyDate
from gridmgmt_plugin.gui.forms.form_parts import editors_of, field_around, keep, make_legible, parts_of, stack_of
from gridmgmt_plugin.gui.forms.small_labels import say_days
from gridmgmt_plugin.gui.frame.colours import readable
from gridmgmt_plugin.gui.frame.dialog_buttons import say_in_readers_language
from gridmgmt_plugin.project.forms.description import form_descriptions
from gridmgmt_plugin.project.i18n import language
from gridmgmt_plugin.project.shown_workspace import TABLE_PROPERTY

_DONE = "gridmgmt_polished"
_ONLY_READ = """
QLineEdit:disabled, QComboBox:disabled, QAbstractSpinBox:disabled, QPlainTextEdit:disabled {{ color: {colour}; }}
"""
_PLAIN = "QLineEdit {{ color: {colour}; }}"
# QGIS takes a text of nothing for "no special value", so a blank stands for an empty number or date.
_BLANK = " "
_TEXT_LINES = 3
# A list of more names than these is looked through by typing.
_LONG = 20
_WIDTH_CHARACTERS, _HEIGHT_LINES, _FRAME_PX = 160, 44, 60
# A list of long names would make its column of fields as wide as the longest.
_FEWEST_LETTERS = 8


def form_around(widget: QWidget) -> QWidget | None:
    """Return QGIS's form that a widget stands in."""
    around = widget.parentWidget()
    while around is not None and around.metaObject().className() != "QgsAttributeForm":
        around = around.parentWidget()
    return around


def polish_form(form: QWidget, layer: QgsVectorLayer) -> None:
    """Polish a form once: its fields stay QGIS's own and hold the same values."""
    if form.property(_DONE):
        return
    form.setProperty(_DONE, True)
    description = form_descriptions().get(str(layer.customProperty(TABLE_PROPERTY)))
    tongue = language()
    for part in parts_of(form):
        if isinstance(part, QGroupBox):
            part.setFlat(not part.title())
            continue
        if isinstance(part, QDialogButtonBox):
            say_in_readers_language(part)
            continue
        field = field_around(part.buddy()) if isinstance(part, QLabel) else part
        tip = description.tip(field.objectName(), tongue) if description is not None and field else None
        if tip is not None:
            part.setToolTip(tip)
        if not isinstance(part, QLabel):
            is_read = description is not None and description.reason(part.objectName(), tongue) is not None
            _polish_field(part, is_read=is_read)
    offer_codes(form, layer)
    say_days(form, layer)
    _outdo_theme(form)
    _widen(form)


def _outdo_theme(form: QWidget) -> None:
    """Keep what is only read legible where the theme is a style sheet, which palettes do not reach."""
    if ":disabled" in QApplication.instance().styleSheet():
        label = QLabel(form)
        colour = readable(label.palette().color(QPalette.ColorRole.WindowText).name(), label).name()
        label.deleteLater()
        form.setStyleSheet(form.styleSheet() + _ONLY_READ.format(colour=colour))


def _widen(form: QWidget) -> None:
    """Give the window of a form room for two columns of fields, as far as the screen goes, and keep it on that."""
    window = form.window()
    if window.metaObject().className() != "QgsAttributeDialog":
        return
    metrics = window.fontMetrics()
    room = window.screen().availableSize()
    width = max(_WIDTH_CHARACTERS * metrics.averageCharWidth(), window.width())
    height = max(_HEIGHT_LINES * metrics.lineSpacing(), window.height())
    window.resize(min(width, room.width() - _FRAME_PX), min(height, room.height() - _FRAME_PX))
    screen, place = window.screen().availableGeometry(), window.frameGeometry()
    x = max(screen.left(), min(place.left(), screen.right() - place.width()))
    y = max(screen.top(), min(place.top(), screen.bottom() - place.height()))
    if (x, y) != (place.left(), place.top()):
        window.move(x, y)


def _polish_field(field: QWidget, *, is_read: bool) -> None:
    """Polish what is typed into, and give the field its width, not that of the search that QGIS keeps behind it."""
    stack = stack_of(field)
    if stack is None:
        return
    for at in range(stack.count()):
        if at != stack.currentIndex():
            stack.widget(at).setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    for editor in editors_of(field):
        make_legible(editor)  # before: a colour of its own would go over the one that hides a word for nothing
        if is_read and isinstance(editor, QAbstractSpinBox):
            # Only here: of what is typed QGIS would not understand the separators.
            editor.setGroupSeparatorShown(True)
        _polish_editor(editor)


def _polish_editor(editor: Any) -> None:
    nothing = QgsApplication.nullRepresentation()
    if editor.metaObject().className().startswith("QgsDate"):
        moment = sip.cast(editor, QgsDateTimeEdit)
        _show_nothing(moment)
        EmptyDate(moment)
    elif isinstance(editor, QAbstractSpinBox):
        if editor.specialValueText() == nothing:
            editor.setSpecialValueText(_BLANK)
    elif isinstance(editor, QComboBox):
        _hide_twins(editor)
        _show_plainly(editor)
        editor.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        editor.setMinimumContentsLength(_FEWEST_LETTERS)
        if editor.itemText(0) == QCoreApplication.translate("QgsValueRelationWidgetWrapper", "(no selection)"):
            editor.setItemText(0, "")
            _Search(editor)
        elif editor.count() > _LONG and not editor.isEditable():
            _Search(editor)
        if isinstance(editor.lineEdit(), QgsFilterLineEdit):
            # QGIS gives this line a colour of its own whenever the row is another, and greys what is only read.
            text = editor.palette().color(QPalette.ColorGroup.Active, QPalette.ColorRole.Text)
            editor.setStyleSheet(_PLAIN.format(colour=readable(text.name(), editor).name()))
            _Emptiness(editor.lineEdit(), nothing)
    elif isinstance(editor, QPlainTextEdit):
        editor.setMaximumHeight(_TEXT_LINES * editor.fontMetrics().lineSpacing())
        editor.setTabChangesFocus(True)
        _Emptiness(editor, nothing).stand_aside()
    elif isinstance(editor, QgsFilterLineEdit):
        if editor.placeholderText() == nothing:
            editor.setPlaceholderText("")
        if editor.nullValue():
            _Emptiness(editor, editor.nullValue()).stand_aside()


class _Emptiness(QObject):
    """A text that holds nothing: QGIS writes its word for nothing into it, which is not shown and not typed after.

    It stays there, because QGIS would take an empty text for a value.
    """

    def __init__(self, editor: QgsFilterLineEdit | QPlainTextEdit, word: str) -> None:
        super().__init__(editor)
        keep(self)
        self._editor, self._word = editor, word
        self._is_shown, self._stands_aside = True, False
        editor.textChanged.connect(self._follow)
        self._follow()

    def stand_aside(self) -> None:
        """Let the word give way to what is typed."""
        self._stands_aside = True
        self._editor.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002, N802  Qt calls it
        """Have what is typed take the place of the word, and the word come back where all is deleted."""
        if event.type() == QEvent.Type.KeyPress and self._text() == self._word:
            self._editor.selectAll()
        elif event.type() == QEvent.Type.FocusOut:
            self._write_word_for_nothing()
        return False

    def _write_word_for_nothing(self) -> None:
        if self._text() != "" or self._editor.isReadOnly():
            return
        if isinstance(self._editor, QPlainTextEdit):
            self._editor.setPlainText(self._word)
        else:
            self._editor.setText(self._word)

    def _text(self) -> str:
        editor = self._editor
        return str(editor.toPlainText() if isinstance(editor, QPlainTextEdit) else editor.text())

    def _follow(self, *_: object) -> None:
        if self._stands_aside and not self._editor.hasFocus():
            self._write_word_for_nothing()
        if self._text() == self._word:
            kind = "QPlainTextEdit" if isinstance(self._editor, QPlainTextEdit) else "QLineEdit"
            self._editor.setStyleSheet(UNSEEN.format(kind=kind))
            self._is_shown = False
        elif not self._is_shown:
            self._editor.setStyleSheet("")
            self._is_shown = True


class _Search(QObject):
    """A list of names in which one types a part of a name; what is no name of the list is not taken."""

    def __init__(self, choice: QComboBox) -> None:
        super().__init__(choice)
        keep(self)
        self._choice = choice
        chosen = choice.currentIndex()
        choice.setEditable(True)
        choice.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        choice.completer().setFilterMode(Qt.MatchFlag.MatchContains)
        choice.completer().setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        choice.setCurrentIndex(chosen)
        choice.lineEdit().editingFinished.connect(self._take)

    def _take(self) -> None:
        at = self._choice.findText(self._choice.currentText(), Qt.MatchFlag.MatchFixedString)
        if at >= 0:
            self._choice.setCurrentIndex(at)
        else:
            self._choice.setEditText(self._choice.itemText(self._choice.currentIndex()))


def _show_nothing(moment: QgsDateTimeEdit) -> None:
    """Have a date that is empty look so: QGIS shows its word for nothing, or today in grey."""
    moment.setNullRepresentation(_BLANK)
    line = moment.findChild(QLineEdit, "qt_spinbox_lineedit")
    if moment.isNull() and line is not None:
        line.blockSignals(True)
        line.setText(_BLANK)
        line.blockSignals(False)


def _show_plainly(choice: QComboBox) -> None:
    """Show a text that is in no list as it stands: QGIS puts it in brackets."""
    stored = choice.currentData()
    if isinstance(stored, str) and choice.currentText() == f"({stored})":
        choice.setItemText(choice.currentIndex(), stored)


def _hide_twins(choice: QComboBox) -> None:
    """Hide the entries with a blank behind them, which only show what is stored (see the widget of yes and no)."""
    view = choice.view()
    for at in range(choice.count()):
        text = choice.itemText(at)
        if text.endswith(" ") and choice.findText(text.rstrip()) >= 0 and isinstance(view, QListView):
            view.setRowHidden(at, True)
