"""Open forms show what colleagues wrote; what somebody has typed stays, and the form says what is stored now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from qgis.core import QgsApplication, QgsFeature, QgsField, QgsVectorLayer
from qgis.gui import QgsAttributeEditorContext, QgsAttributeForm, QgsMessageBar
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QApplication, QWidget

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.gui.frame.message_door import show_whole
from gridmgmt_plugin.project.attributes import plain
from gridmgmt_plugin.project.i18n import language
from gridmgmt_plugin.project.shown_workspace import TABLE_PROPERTY

if TYPE_CHECKING:
    from gridmgmt_plugin.core.rows import Rows

# Python takes what QGIS made itself for one of Qt's.
_FORM, _BAR = "QgsAttributeForm", "QgsMessageBar"
_OF_A_ROW = (QgsAttributeEditorContext.Mode.SingleEditMode, QgsAttributeEditorContext.Mode.IdentifyMode)


@dataclass(frozen=True, eq=False)
class OpenForm:
    """A form that shows a stored row: QGIS's form, its layer, the table and the number of the row."""

    form: QgsAttributeForm
    layer: QgsVectorLayer
    table: str
    row: int

    def typed(self) -> dict[str, Any]:
        """Return what somebody has typed into it and not yet taken over: column → value."""
        shown, now = self.form.feature(), self.form.currentFormFeature()
        config, found = self.layer.editFormConfig(), {}
        for at, name in enumerate(self.layer.fields().names()):
            before, after = (_value(row.attribute(at), self.layer.fields().at(at)) for row in (shown, now))
            if not config.readOnly(at) and not _are_same(before, after):
                found[name] = after
        return found

    def show(self, rows: Rows, at: int) -> None:
        """Show the row as it is stored; nothing must have been typed."""
        from gridmgmt_plugin.editing.gestures.attributes import stored  # noqa: PLC0415  needs no start of QGIS

        feature = QgsFeature(self.form.feature())
        fields = self.layer.fields()
        for index, name in enumerate(fields.names()):
            if name in rows:
                feature.setAttribute(index, stored(fields.at(index), rows[name][at]))
        if feature.attributes() != self.form.feature().attributes():
            self.form.setFeature(feature)

    def tell(self, who: str | Message, rows: Rows, at: int, typed: Mapping[str, Any]) -> None:
        """Say in the form who has changed the row meanwhile, and what stands there now where something was typed."""
        from gridmgmt_plugin.workspace.changes.both_versions import both_versions  # noqa: PLC0415

        shown = self._shown()
        other = [name for name in shown if name in rows and rows[name][at] != shown[name] and name not in _OURS]
        if other:
            given = {name: typed[name] for name in other if name in typed}
            theirs = [name for name in other if name not in typed]
            code = str(shown.get("code", ""))
            message = both_versions("form_row_changed", self.table, code, rows, at, given, theirs)
            self._say(Message(message.code, {**message.details, "who": who}))

    def tell_gone(self, who: str | Message) -> None:
        """Say in the form that its row was deleted."""
        self._say(Message("form_row_gone", {"who": who}))

    def _shown(self) -> dict[str, Any]:
        fields, row = self.layer.fields(), self.form.feature()
        return {field.name(): _value(row.attribute(at), field) for at, field in enumerate(fields)}

    def _say(self, message: Message) -> None:
        self.form.displayWarning(message.text(language()))
        for child in self.form.findChildren(QWidget):
            if child.metaObject().className() == _BAR:
                QTimer.singleShot(0, partial(show_whole, sip.cast(child, QgsMessageBar).currentItem()))


_OURS = ("fid", "row_version")
# QGIS's boxes for decimal numbers show two places.
_ROUNDED = 0.005


def open_forms() -> Iterator[OpenForm]:
    """Yield the forms on the screen that show a stored row of a workspace's table."""
    for window in QApplication.topLevelWidgets():
        found = [child for child in window.findChildren(QWidget) if child.metaObject().className() == _FORM]
        for form in (sip.cast(child, QgsAttributeForm) for child in found):
            layer = form.layer() if form.isVisible() else None
            table = "" if layer is None else str(layer.customProperty(TABLE_PROPERTY) or "")
            if layer is None or not table or form.mode() not in _OF_A_ROW or not form.feature().isValid():
                continue
            at = layer.fields().lookupField("fid")
            number = form.feature().attribute(at) if at >= 0 else None
            if isinstance(plain(number), int):
                yield OpenForm(form, layer, table, int(plain(number)))


def _are_same(one: Any, two: Any) -> bool:
    """Tell whether two values are the same for a field: one of text hands numbers over as text, and a box for decimal
    numbers rounds what it shows.
    """
    if isinstance(one, (int, float)) and isinstance(two, (int, float, str)):
        try:
            return abs(one - float(two)) <= _ROUNDED
        except ValueError:
            return False
    return bool(one == two)


def _value(value: Any, column: QgsField) -> Any:
    from gridmgmt_plugin.editing.gestures.attributes import typed  # noqa: PLC0415  needs no start of QGIS

    # What QGIS writes into an empty field is handed over as if somebody had typed it.
    return None if value == QgsApplication.nullRepresentation() else typed(column, value)
