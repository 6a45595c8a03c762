"""Small in the heading of a field what goes with it as it stands: the code of what is chosen, days in words."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from qgis.core import QgsApplication, QgsVectorLayer
from qgis.gui import QgsFilterLineEdit
from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtWidgets import QGridLayout, QLabel, QWidget

from gridmgmt_plugin.core.duty.gap_text import weekdays_in_words
from gridmgmt_plugin.gui.forms.form_parts import editors_of, field_around, keep, parts_of
from gridmgmt_plugin.project.forms.field_labels import coded, heading_of
from gridmgmt_plugin.project.i18n import language
from gridmgmt_plugin.project.shown_workspace import TABLE_PROPERTY
from gridmgmt_plugin.workspace.schema import tables

_WEEKDAYS = "weekdays"


def held_by(line: QgsFilterLineEdit) -> str:
    """Return what a line of a form holds, "" for nothing, by whatever sign QGIS shows that."""
    text = str(line.text())
    return "" if text in (line.nullValue(), QgsApplication.nullRepresentation()) else text


class SmallLabel(QObject):
    """Stands in the place of the heading that QGIS writes and says small behind it what ``small`` returns, whenever
    the line changes.
    """

    def __init__(
        self, name: str, label: QLabel, line: QgsFilterLineEdit, heading: str, small: Callable[[], str]
    ) -> None:
        super().__init__(label)
        keep(self)
        self._small, self._heading = small, heading
        self._own = QLabel(label.parentWidget())
        self._own.setObjectName(name)
        self._own.setToolTip(label.toolTip())
        self._own.setBuddy(line)
        layout: Any = label.parentWidget().layout()
        if not isinstance(layout, QGridLayout):
            return
        layout.addWidget(self._own, *layout.getItemPosition(layout.indexOf(label)), label.alignment())
        label.hide()
        line.textChanged.connect(self.write)
        self.write()

    def lead_to(self, editor: QWidget) -> None:
        """Let the heading belong to what stands in the place of the line."""
        self._own.setBuddy(editor)

    def write(self, *_: object) -> None:
        """Write the heading and what goes with it."""
        self._own.setText(coded(self._heading, self._small()))


def say_days(form: QWidget, layer: QgsVectorLayer) -> None:
    """Say beside days of the week that are typed as numbers which days these are."""
    table = tables().get(str(layer.customProperty(TABLE_PROPERTY)))
    column = next((entry for entry in table.columns if entry.name == _WEEKDAYS), None) if table else None
    if column is None:
        return
    for label in [part for part in parts_of(form) if isinstance(part, QLabel)]:
        field = field_around(label.buddy())
        found = editors_of(field) if field is not None and field.objectName() == _WEEKDAYS else ()
        for line in [editor for editor in found if isinstance(editor, QgsFilterLineEdit)]:
            SmallLabel(
                "gridmgmt_days_label", label, line, heading_of(column, language()), partial(_days_in_words, line)
            )


def _days_in_words(line: QgsFilterLineEdit) -> str:
    typed = held_by(line).strip()
    words = weekdays_in_words(typed, language()) if typed else ""
    return "" if words == typed else words
