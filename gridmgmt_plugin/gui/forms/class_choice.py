"""The class of a case or of a duty rule, chosen by name: the classes depend on the kind that another field holds.

The field itself is a line for the code, so nothing is lost where a code is in no catalogue, and QGIS without the
plugin still shows it. Here a list of names takes its place and writes the code into it.
"""

from __future__ import annotations

from typing import Any

from qgis.core import QgsApplication, QgsVectorLayer
from qgis.gui import QgsFilterLineEdit
from qgis.PyQt.QtCore import QEvent, QObject, Qt
from qgis.PyQt.QtWidgets import QComboBox, QCompleter, QGridLayout, QGroupBox, QLabel, QWidget

from gridmgmt_plugin.gui.forms.form_parts import editors_of, field_around, make_legible, parts_of
from gridmgmt_plugin.project.forms.field_labels import coded, heading_of
from gridmgmt_plugin.project.forms.field_widgets import FormContext, class_names, class_prefixes, form_context
from gridmgmt_plugin.project.i18n import language
from gridmgmt_plugin.project.shown_workspace import TABLE_PROPERTY
from gridmgmt_plugin.workspace.schema import tables

#: Table → its column with a class, and the one with the kind of that class.
CLASS_COLUMNS = {"cases": ("class_code", "kind"), "duty_rule": ("class_prefix", "class_kind")}
_KINDS = ("component", "event")


def offer_classes(form: QWidget, layer: QgsVectorLayer) -> None:
    """Put a list of names in the place of the code of a class, in the form of a table that has one."""
    table = str(layer.customProperty(TABLE_PROPERTY))
    columns = CLASS_COLUMNS.get(table)
    if columns is None:
        return
    parts = list(parts_of(form))
    fields = {part.objectName(): part for part in parts if not isinstance(part, (QLabel, QGroupBox))}
    field, kind = (fields.get(name) for name in columns)
    editors = list(editors_of(field)) if field is not None else []
    line = next((editor for editor in editors if isinstance(editor, QgsFilterLineEdit)), None)
    if line is None:
        return
    kinds = [editor for editor in editors_of(kind) if isinstance(editor, QComboBox)] if kind is not None else []
    context = form_context({table: layer}, language())
    choice = ClassChoice(line, next(iter(kinds), None), context, of_prefixes=table == "duty_rule")
    column = next(entry for entry in tables()[table].columns if entry.name == columns[0])
    labels = [part for part in parts if isinstance(part, QLabel) and field_around(part.buddy()) is field]
    for label in labels:
        _CodeLabel(label, line, choice, heading_of(column, language()))


class ClassChoice(QComboBox):
    """Stands in the place of a line and keeps it: what is chosen is written there, what is written there is shown."""

    def __init__(
        self, line: QgsFilterLineEdit, kind: QComboBox | None, context: FormContext, *, of_prefixes: bool
    ) -> None:
        super().__init__(line.parentWidget())
        self.setObjectName("gridmgmt_class_choice")
        self._line, self._kind, self._context, self._of_prefixes = line, kind, context, of_prefixes
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.completer().setFilterMode(Qt.MatchFlag.MatchContains)
        self.completer().setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.setSizePolicy(line.sizePolicy())
        self.setMinimumContentsLength(1)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        make_legible(self)
        line.parentWidget().layout().addWidget(self)
        line.hide()
        line.installEventFilter(self)
        line.textChanged.connect(self._follow)
        self.setFocusPolicy(line.focusPolicy())
        self.activated.connect(lambda _: self._write())
        self.lineEdit().editingFinished.connect(self._take)
        if kind is not None:
            kind.currentIndexChanged.connect(lambda _: self._fill())
        self._fill()
        self._follow_lock()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt calls it
        """Be as changeable as the line is."""
        if watched is self._line and event.type() in (QEvent.Type.ReadOnlyChange, QEvent.Type.EnabledChange):
            self._follow_lock()
        return False

    def _follow_lock(self) -> None:
        self.setEnabled(self._line.isEnabled() and not self._line.isReadOnly())

    def _fill(self) -> None:
        """List the classes of the kind that is chosen, of both while none is."""
        chosen = self._kind.currentData() if self._kind is not None else None
        kinds = [chosen] if chosen in _KINDS else list(_KINDS)
        self.blockSignals(True)
        self.clear()
        self.addItem("", "")
        for kind in kinds:
            for code, name in self._classes(kind):
                at = self.findData(code)
                if at < 0:
                    self.addItem(name, code)
                elif name not in self.itemText(at):  # no kind: the number means either
                    self.setItemText(at, f"{self.itemText(at)} / {name}")
        self.blockSignals(False)
        self._follow()

    def _classes(self, kind: str) -> list[tuple[str, str]]:
        context = self._context
        catalogue = context.component_catalogue if kind == "component" else context.event_catalogue
        names = class_prefixes if self._of_prefixes else class_names
        return names(catalogue, context.tongue)

    def _follow(self, *_: object) -> None:
        """Show what the line holds; a code that no catalogue has stands for itself."""
        code = self.code()
        at = self.findData(code)
        if at < 0:
            self.addItem(code, code)
            at = self.count() - 1
        self.setCurrentIndex(at)
        self.setEditText(self.itemText(at))

    def code(self) -> str:
        """Return the code that the line holds, "" for none."""
        text = str(self._line.text())
        return "" if text in (self._line.nullValue(), QgsApplication.nullRepresentation()) else text

    def _take(self) -> None:
        """Take a name, or a code, that was typed; what is neither is given up."""
        typed = self.currentText().strip()
        at = self.findText(typed, Qt.MatchFlag.MatchFixedString)
        at = self.findData(typed) if at < 0 else at
        if at >= 0:
            self.setCurrentIndex(at)
            self._write()
        else:
            self._follow()

    def _write(self) -> None:
        code = self.currentData() or ""
        if code == self.code():
            return
        if code:
            self._line.setText(code)
        else:
            self._line.clearValue()


class _CodeLabel(QObject):
    """Shows the code small in the heading; the heading that QGIS writes has the name there."""

    def __init__(self, label: QLabel, line: QgsFilterLineEdit, choice: ClassChoice, heading: str) -> None:
        super().__init__(label)
        self._choice, self._heading = choice, heading
        self._own = QLabel(label.parentWidget())
        self._own.setObjectName("gridmgmt_class_label")
        self._own.setBuddy(choice)
        layout: Any = label.parentWidget().layout()
        if not isinstance(layout, QGridLayout):
            return
        layout.addWidget(self._own, *layout.getItemPosition(layout.indexOf(label)), label.alignment())
        label.hide()
        line.textChanged.connect(self.write)
        self.write()

    def write(self, *_: object) -> None:
        """Write heading and code."""
        self._own.setText(coded(self._heading, self._choice.code()))
