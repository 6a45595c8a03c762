"""A code that is chosen by name where what it can be depends on another field: classes, places, items of a checklist.

The field itself is a line for the code, so nothing is lost where a code is in no list, and QGIS without the
plugin still shows it. Here a list of names takes its place and writes the code into it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from qgis.core import QgsProject, QgsVectorLayer
from qgis.gui import QgsFilterLineEdit
from qgis.PyQt.QtCore import QEvent, QObject, Qt
from qgis.PyQt.QtWidgets import QBoxLayout, QComboBox, QCompleter, QGroupBox, QLabel, QWidget

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.gui.forms.form_parts import editors_of, field_around, keep, make_legible, parts_of
from gridmgmt_plugin.gui.forms.small_labels import SmallLabel, held_by
from gridmgmt_plugin.project.forms.field_labels import heading_of
from gridmgmt_plugin.project.forms.field_widgets import form_context
from gridmgmt_plugin.project.forms.offered_codes import OFFERED, Entries, with_code
from gridmgmt_plugin.project.i18n import language
from gridmgmt_plugin.project.shown_workspace import TABLE_PROPERTY, shown_layers
from gridmgmt_plugin.workspace.schema import tables

# A name is the same in capitals and in small letters.
_SAME = Qt.MatchFlag.MatchFixedString


def offer_codes(form: QWidget, layer: QgsVectorLayer) -> None:
    """Put a list of names in the place of such a code, in the form of a table that has one."""
    table = str(layer.customProperty(TABLE_PROPERTY))
    offered = OFFERED.get(table)
    if offered is None:
        return
    parts = list(parts_of(form))
    fields = {part.objectName(): part for part in parts if not isinstance(part, (QLabel, QGroupBox))}
    field = fields.get(offered.column)
    editors = list(editors_of(field)) if field is not None else []
    line = next((editor for editor in editors if isinstance(editor, QgsFilterLineEdit)), None)
    others = [_choice_in(fields.get(name)) for name in offered.depends_on]
    if line is None:
        return
    context = form_context({**shown_layers(QgsProject.instance()), table: layer}, language())

    def entries(code: str | None) -> Entries:
        return offered.entries(context, [None if other is None else other.currentData() for other in others], code)

    choice = CodeChoice(line, [other for other in others if other is not None], entries)
    column = next(entry for entry in tables()[table].columns if entry.name == offered.column)
    labels = [part for part in parts if isinstance(part, QLabel) and field_around(part.buddy()) is field]
    for label in labels:
        SmallLabel("gridmgmt_code_label", label, line, heading_of(column, language()), choice.code).lead_to(choice)


def _choice_in(field: QWidget | None) -> QComboBox | None:
    found = [editor for editor in editors_of(field) if isinstance(editor, QComboBox)] if field is not None else []
    return found[0] if found else None


class CodeChoice(QComboBox):
    """Stands in the place of a line and keeps it: what is chosen is written there, what is written there is shown.

    :param others: what the list depends on. :param entries: returns code and name of what can be chosen as they stand
        now, or of one code alone: while nothing can be changed no more than that is read.
    """

    def __init__(
        self, line: QgsFilterLineEdit, others: Sequence[QComboBox], entries: Callable[[str | None], Entries]
    ) -> None:
        super().__init__(line.parentWidget())
        self.setObjectName("gridmgmt_code_choice")
        self._line, self._entries = line, entries
        self._is_refused = False
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.completer().setFilterMode(Qt.MatchFlag.MatchContains)
        self.completer().setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.setSizePolicy(line.sizePolicy())
        self.setMinimumContentsLength(1)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        make_legible(self)
        around: Any = line.parentWidget().layout()
        if isinstance(around, QBoxLayout):  # before what QGIS keeps behind the line
            around.insertWidget(around.indexOf(line), self)
        else:
            around.addWidget(self)
        line.hide()
        line.installEventFilter(self)
        line.textChanged.connect(self._follow)
        self.setFocusPolicy(line.focusPolicy())
        self.activated.connect(self._write)
        self.lineEdit().editingFinished.connect(self._take)
        for other in others:
            other.currentIndexChanged.connect(self._fill)
        self._follow_lock()
        keep(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt calls it
        """Be as changeable as the line is."""
        if watched is self._line and event.type() in (QEvent.Type.ReadOnlyChange, QEvent.Type.EnabledChange):
            self._follow_lock()
        return False

    def _is_free(self) -> bool:
        return bool(self._line.isEnabled() and not self._line.isReadOnly())

    def _follow_lock(self) -> None:
        self.setEnabled(self._is_free())
        self._fill()

    def _fill(self, *_: object) -> None:
        """List what can be chosen, of a row that is only read no more than what it has."""
        code = self.code()
        self.blockSignals(True)
        self.clear()
        self.addItem("", "")
        for entry, name in self._listed(None if self._is_free() else code):
            self.addItem(name, entry)
        self.blockSignals(False)
        self._follow()

    def _follow(self, *_: object) -> None:
        """Show what the line holds; a code that is in no list stands for itself, with its name where it has one."""
        code = self.code()
        at = self.findData(code)
        if at < 0:
            name = dict(self._listed(code)).get(code, code)
            self.addItem(with_code(name, code) if self.findText(name, _SAME) >= 0 else name, code)
            at = self.count() - 1
        self.setCurrentIndex(at)
        self.setEditText(self.itemText(at))

    def _listed(self, code: str | None) -> Entries:
        """Return code and name of what can be chosen; nothing where that cannot be read now: the tip says why."""
        try:
            found = self._entries(code)
        except GridError as error:
            self._is_refused = True
            self.setToolTip(error.text(language()))
            return []
        if self._is_refused:
            self._is_refused = False
            self.setToolTip("")
        return found

    def code(self) -> str:
        """Return the code that the line holds, "" for none."""
        return held_by(self._line)

    def _take(self) -> None:
        """Take a name or a code that was typed; what is neither is given up. Who typed nothing changes nothing."""
        typed = self.currentText().strip()
        if typed == self.itemText(self.currentIndex()).strip():
            self._write()
            return
        at = self.findText(typed, _SAME)
        at = self.findData(typed) if at < 0 else at
        if at >= 0:
            self.setCurrentIndex(at)
            self._write()
        else:
            self._follow()

    def _write(self, *_: object) -> None:
        code = self.currentData() or ""
        if code == self.code():
            return
        if code:
            self._line.setText(code)
        else:
            self._line.clearValue()
