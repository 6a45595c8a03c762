"""What QGIS's form is made of: frames, labels, fields, and in each field what is typed into."""

from __future__ import annotations

from collections.abc import Iterator

from qgis.gui import QgsFilterLineEdit, QgsRelationReferenceWidget
from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtGui import QPalette
from qgis.PyQt.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QDialogButtonBox,
    QGroupBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QStackedWidget,
    QWidget,
)

from gridmgmt_plugin.gui.frame.colours import grounds_of, laid_over, readable

_FIELD = "QgsAttributeFormEditorWidget"
# Things of ours in forms of QGIS's: nothing else in Python holds one.
_KEPT: set[QObject] = set()


def keep(thing: QObject) -> None:
    """Hold what stands in a form as long as Qt has it: QGIS goes on to call what Python would have let go of."""
    _KEPT.add(thing)
    thing.destroyed.connect(lambda: _KEPT.discard(thing))


def parts_of(form: QWidget) -> Iterator[QWidget]:
    """Yield frames, fields, their labels and rows of buttons; Qt's own search looks into every calendar, which takes
    longer.
    """
    waiting: list[QObject] = [form]
    while waiting:
        for child in waiting.pop().children():
            if not child.isWidgetType():
                continue
            if isinstance(child, (QLabel, QDialogButtonBox)) or child.metaObject().className() == _FIELD:
                yield child
            else:
                waiting.append(child)
                if isinstance(child, QGroupBox):
                    yield child


def field_around(editor: QWidget | None) -> QWidget | None:
    """Return the field that an editor or a part of it stands in."""
    while editor is not None and editor.metaObject().className() != _FIELD:
        editor = editor.parentWidget()
    return editor


def stack_of(field: QWidget) -> QStackedWidget | None:
    """Return the pages of a field: what is typed into is shown, the search that QGIS keeps lies behind it."""
    return next((child for child in field.children() if isinstance(child, QStackedWidget)), None)


def editors_of(field: QWidget) -> Iterator[QWidget]:
    """Yield what is typed into in a field."""
    stack = stack_of(field)
    if stack is not None:
        yield from _editors(stack.currentWidget())


def _editors(page: QWidget) -> Iterator[QWidget]:
    for child in page.children():
        if isinstance(child, (QgsFilterLineEdit, QPlainTextEdit, QAbstractSpinBox, QComboBox)):
            yield child
        elif child.isWidgetType() and type(child) in (QWidget, QgsRelationReferenceWidget):
            yield from _editors(child)


def make_legible(editor: QWidget) -> None:
    """Write what is only read as plainly as what is typed: most forms are opened to be read."""
    _write_plainly(editor)
    # Where QGIS dresses its window by a style sheet, the line inside a field does not take over the field's colours.
    line = editor.findChild(QLineEdit)
    if line is not None:
        _write_plainly(line)


def _write_plainly(editor: QWidget) -> None:
    palette = editor.palette()
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, palette.color(QPalette.ColorGroup.Active, role))
    for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive, QPalette.ColorGroup.Disabled):
        # QGIS lays white, not quite opaque, behind what is only read, whatever the theme.
        text, ground = (palette.color(group, role) for role in (QPalette.ColorRole.Text, QPalette.ColorRole.Base))
        seen = laid_over(ground, grounds_of(editor.parentWidget())[0])
        palette.setColor(group, QPalette.ColorRole.Text, readable(text.name(), seen))
    editor.setPalette(palette)
