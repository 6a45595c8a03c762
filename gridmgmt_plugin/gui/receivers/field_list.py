"""The fields of a layer or table of a receiver profile: ticked, put in order by drag or keys, and given a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QDropEvent
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.project.i18n import tr, translatable

_ENTRY = Qt.ItemDataRole.UserRole
_WIDEST = 254
_PLAIN = "plain"
#: Key of a form in a profile → what it is called, and what is typed for it.
FORMS = {
    _PLAIN: (translatable("as it is"), ""),
    "values": (translatable("other values"), translatable("ours=theirs; ours=theirs; *=all others")),
    "date": (translatable("date as"), "YYYYMMDD"),
    "external": (translatable("receiver's own code"), translatable("kind in the table of external codes")),
    "decimals": (translatable("rounded to decimals"), "2"),
    "constant": (translatable("always the same"), translatable("the text")),
}


@dataclass(frozen=True)
class _Entry:
    """What a line stands for; by itself Qt would put the values of a field in another order."""

    fields: Mapping[str, Any]


class _Tree(QTreeWidget):
    """A list whose lines are dragged, and never into each other; ``moved`` after a drop."""

    moved = pyqtSignal()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802  Qt's name
        dragged = self.currentItem()
        super().dropEvent(event)
        self.setCurrentItem(dragged)  # Qt leaves another line chosen, which would be changed instead of this one
        self.moved.emit()


class FieldList(QWidget):
    """Emits ``changed`` when the fields are others: :meth:`entries`."""

    changed = pyqtSignal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._titles: Mapping[str, str] = {}
        self._filling, self._is_editable = False, True
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.tree = _Tree(self)
        self.tree.setObjectName("gridmgmt_profile_fields")
        self.tree.setRootIsDecorated(False)
        self.tree.setHeaderLabels([tr("Field"), tr("Name"), tr("Form")])
        self.tree.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        explain(self.tree, tr("Ticked fields are delivered, in this order. Drag them, or use Up and Down."))
        self.tree.moved.connect(self._edited)
        self.tree.itemChanged.connect(lambda *_: self._edited())
        self.tree.currentItemChanged.connect(lambda *_: self._show_chosen())
        layout.addWidget(self.tree)
        layout.addLayout(self._order())
        layout.addLayout(self._details())

    def _order(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.buttons = {}
        for key, text, tip in (
            ("up", tr("Up"), tr("Put the chosen field one place up")),
            ("down", tr("Down"), tr("Put the chosen field one place down")),
            ("add", tr("Add a fixed field"), tr("Add a field that holds the same text in every row")),
        ):
            button = self.buttons[key] = QPushButton(text, self)
            button.setObjectName(f"gridmgmt_profile_field_{key}")
            button.setAutoDefault(False)
            explain(button, tip)
            row.addWidget(button)
        self.buttons["up"].clicked.connect(lambda: self._move(-1))
        self.buttons["down"].clicked.connect(lambda: self._move(1))
        self.buttons["add"].clicked.connect(self._add)
        row.addStretch()
        return row

    def _details(self) -> QGridLayout:
        grid = QGridLayout()
        self.name, self.text = QLineEdit(self), QLineEdit(self)
        self.form, self.width = QComboBox(self), QSpinBox(self)
        self.required = QCheckBox(tr("Required"), self)
        for key, (title, _) in FORMS.items():
            self.form.addItem(tr(title), key)
        self.width.setRange(0, _WIDEST)
        self.width.setSpecialValueText(tr("any"))
        explain(self.name, tr("What the receiver calls the field; empty is our name"))
        explain(self.form, tr("In which form the values go out"))
        explain(self.text, tr("What the form needs, as the grey example shows"))
        explain(self.width, tr("Bytes of the longest value that the receiver takes"))
        explain(self.required, tr("An empty value stops the export"))
        parts = (
            (tr("Name"), self.name),
            (tr("Form"), self.form),
            (tr("Value"), self.text),
            (tr("Width"), self.width),
        )
        for at, (title, widget) in enumerate(parts):
            label = QLabel(title, self)
            label.setBuddy(widget)
            grid.addWidget(label, at // 2, at % 2 * 2)
            grid.addWidget(widget, at // 2, at % 2 * 2 + 1)
        grid.addWidget(self.required, 1, 4)
        self.name.textEdited.connect(lambda _: self._take())
        self.text.textEdited.connect(lambda _: self._take())
        self.form.activated.connect(lambda _: self._take())
        self.width.valueChanged.connect(lambda _: self._take())
        self.required.toggled.connect(lambda _: self._take())
        return grid

    def set_editable(self, *, editable: bool) -> None:
        """Let the fields shown next be changed, or only be looked at."""
        self._is_editable = editable
        self.tree.setDragEnabled(editable)
        for widget in (*self.buttons.values(), self.name, self.text, self.form, self.width, self.required):
            widget.setEnabled(editable)

    def show_entries(self, entries: Sequence[Mapping[str, Any]], titles: Mapping[str, str]) -> None:
        """Show the fields of a layer or table; those of ours that are not among them come last, without a tick."""
        self._filling, self._titles = True, titles
        current = self.tree.currentItem()
        chosen = None if current is None else _key(current)
        self.tree.clear()
        there = {entry.get("from") for entry in entries}
        for entry in entries:
            self.tree.addTopLevelItem(self._item(dict(entry), delivered=True))
        for name in titles:
            if name not in there:
                self.tree.addTopLevelItem(self._item({"from": name}, delivered=False))
        items = [self.tree.topLevelItem(at) for at in range(self.tree.topLevelItemCount())]
        self.tree.setCurrentItem(next((item for item in items if _key(item) == chosen), items[0] if items else None))
        for column in (0, 1):
            self.tree.resizeColumnToContents(column)
        self._filling = False
        self._show_chosen()

    def entries(self) -> list[dict[str, Any]]:
        """Return the ticked fields in their order, as a profile lists them."""
        items = [self.tree.topLevelItem(at) for at in range(self.tree.topLevelItemCount())]
        return [dict(item.data(0, _ENTRY).fields) for item in items if item.checkState(0) == Qt.CheckState.Checked]

    def _item(self, entry: dict[str, Any], *, delivered: bool) -> QTreeWidgetItem:
        item = QTreeWidgetItem()
        ticks = Qt.ItemFlag.ItemIsUserCheckable
        flags = item.flags() | ticks if self._is_editable else item.flags() & ~ticks
        item.setFlags(flags & ~Qt.ItemFlag.ItemIsDropEnabled)
        item.setCheckState(0, Qt.CheckState.Checked if delivered else Qt.CheckState.Unchecked)
        self._write(item, entry)
        return item

    def _write(self, item: QTreeWidgetItem, entry: dict[str, Any]) -> None:
        ours = entry.get("from", "")
        item.setData(0, _ENTRY, _Entry(entry))
        item.setText(0, f"{ours} {self._titles.get(ours, '')}" if ours else tr("fixed"))
        item.setText(1, str(entry.get("name", ours)))
        form, width = _form_of(entry), int(entry.get("width") or 0)
        parts = ["" if form == _PLAIN else f"{tr(FORMS[form][0])} {_text_of(entry)}".strip()]
        parts += [tr("at most {width} {width:byte|bytes}", width=width) if width else ""]
        parts += [tr("Required") if entry.get("required") is True else ""]
        item.setText(2, " · ".join(filter(None, parts)))

    def _show_chosen(self) -> None:
        item = self.tree.currentItem()
        if self._filling or item is None:
            return
        entry = item.data(0, _ENTRY).fields
        self._filling = True
        form = _form_of(entry)
        self.name.setText(str(entry.get("name", "")))
        self.name.setPlaceholderText(str(entry.get("from", "")))
        self.form.setCurrentIndex(self.form.findData(form))
        self.text.setText(_text_of(entry))
        self.text.setPlaceholderText(tr(FORMS[form][1]) if FORMS[form][1] else "")
        self.text.setEnabled(self._is_editable and form != _PLAIN)
        self.width.setValue(int(entry.get("width") or 0))
        self.required.setChecked(entry.get("required") is True)
        self._filling = False

    def _take(self) -> None:
        """Take what was typed over into the chosen field."""
        item = self.tree.currentItem()
        if self._filling or item is None:
            return
        ours, form = item.data(0, _ENTRY).fields.get("from"), self.form.currentData()
        entry: dict[str, Any] = {} if ours is None or form == "constant" else {"from": ours}
        if self.name.text().strip() or "from" not in entry:
            entry["name"] = self.name.text().strip() or str(ours or "")
        if form != _PLAIN:
            entry[form] = _typed(form, self.text.text())
            self.text.setPlaceholderText(tr(FORMS[form][1]))
        self.text.setEnabled(form != _PLAIN)
        if self.width.value():
            entry["width"] = self.width.value()
        if self.required.isChecked():
            entry["required"] = True
        self._filling = True
        self._write(item, entry)
        self._filling = False
        self._edited()

    def _move(self, step: int) -> None:
        item = self.tree.currentItem()
        at = self.tree.indexOfTopLevelItem(item)
        if item is None or not 0 <= at + step < self.tree.topLevelItemCount():
            return
        self._filling = True
        self.tree.insertTopLevelItem(at + step, self.tree.takeTopLevelItem(at))
        self.tree.setCurrentItem(item)
        self._filling = False
        self._edited()

    def _add(self) -> None:
        item = self._item({"name": "Fixed", "constant": ""}, delivered=True)
        self.tree.addTopLevelItem(item)
        self.tree.setCurrentItem(item)
        self.name.setFocus()
        self._edited()

    def _edited(self) -> None:
        if not self._filling:
            self.changed.emit()


def _key(item: QTreeWidgetItem) -> tuple[Any, Any]:
    """Return by what a field is known again after the list was filled anew."""
    entry = item.data(0, _ENTRY).fields
    return entry.get("from"), entry.get("name")


def _form_of(entry: Mapping[str, Any]) -> str:
    return next((form for form in FORMS if form in entry), _PLAIN)


def _text_of(entry: Mapping[str, Any]) -> str:
    """Return what stands behind the form of a field as one line."""
    value = entry.get(_form_of(entry), "")
    if isinstance(value, Mapping):
        return "; ".join(f"{ours}={theirs}" for ours, theirs in value.items())
    return str(value)


def _typed(form: str, text: str) -> Any:
    """Return what was typed as a profile holds it; what is not right stays as it is and is told by the preview."""
    if form == "values":
        pairs = (part.partition("=") for part in text.replace("；", ";").split(";") if part.strip())
        return {ours.strip(): theirs.strip() for ours, _, theirs in pairs}
    return int(text) if form == "decimals" and text.strip().isdecimal() else text
