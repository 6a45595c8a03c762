"""Which classes the figures are about: a tree of major and minor classes with check boxes, under a button."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from qgis.gui import QgsFilterLineEdit
from qgis.PyQt.QtCore import QPoint, QSize, Qt, QTimer, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QFrame,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gridmgmt_plugin.core.value_lists import value_label
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.jobs.analysis.case_overview import CaseOverviews
from gridmgmt_plugin.project.i18n import language, tr

Classes = tuple[tuple[str, str], ...]
_KEY = Qt.ItemDataRole.UserRole
_CHARACTERS, _WIDTH_LETTERS, _HEIGHT_LINES = 16, 46, 18
_CHECKED, _UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked


class ClassTree(QToolButton):
    """Shows what is chosen and opens the tree. ``changed``: other classes are chosen. ``opening``: the tree is about
    to be seen, so that its counts are wanted (:meth:`show_counts`).
    """

    changed = pyqtSignal()
    opening = pyqtSignal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.popup = QFrame(self, Qt.WindowType.Popup)
        self.line, self.tree = QgsFilterLineEdit(self.popup), QTreeWidget(self.popup)
        self.everything = QPushButton(tr("all classes"), self.popup)
        self._chosen: Classes = ()
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.timeout.connect(self._take)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.clicked.connect(self.open_tree)
        self._lay_out()
        self._say()

    def sizeHint(self) -> QSize:
        """Return room for some letters, whatever is chosen: the row keeps its shape."""
        own, letters = super().sizeHint(), self.fontMetrics()
        return QSize(letters.averageCharWidth() * (_CHARACTERS + 4), own.height())

    def chosen(self) -> Classes:
        """Return kind and code of the classes that are asked for; none = all."""
        return self._chosen

    def offered(self) -> Classes:
        """Return kind and code of the classes that cases have."""
        return tuple(tuple(child.data(0, _KEY)) for _, children in self._groups() for child in children)

    def offer(self, overviews: CaseOverviews) -> None:
        """Offer the classes that cases have; what is chosen stays where it can."""
        was_blocked = self.tree.blockSignals(True)
        self.tree.clear()
        tongue = language()
        for group in overviews.class_groups():
            kind = value_label("case_kind", group.kind, tongue)
            name = group.names.get(tongue) or tr("others")
            parent = QTreeWidgetItem(self.tree, [f"{group.code} {name} ({kind})".strip(), ""])
            parent.setFlags(parent.flags() | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsAutoTristate)
            for code in group.classes:
                told = overviews.class_names.get((group.kind, code), {}).get(tongue, "")
                child = QTreeWidgetItem(parent, [f"{code} {told}".strip(), ""])
                child.setData(0, _KEY, (group.kind, code))
                child.setFlags(child.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                child.setCheckState(0, _UNCHECKED)
                child.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            parent.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.tree.blockSignals(was_blocked)
        self._set(self._chosen)

    def forget(self) -> None:
        """Offer nothing of a workspace that was closed."""
        self.tree.clear()
        self._set(())

    def show_counts(self, counts: Mapping[tuple[str, str], int]) -> None:
        """Show how many cases each class has in what else is asked for."""
        was_blocked = self.tree.blockSignals(True)
        for parent, children in self._groups():
            total = 0
            for child in children:
                count = counts.get(tuple(child.data(0, _KEY)), 0)
                total += count
                child.setText(1, f"{count:,}")
            parent.setText(1, f"{total:,}")
        self.tree.blockSignals(was_blocked)

    def choose(self, classes: Classes) -> None:
        """Ask for some classes, of those that are offered; none = all."""
        before = self._chosen
        self._set(classes)
        if self._chosen != before:
            self.changed.emit()

    def open_tree(self) -> None:
        """Show the tree under the button, with the line ready for typing."""
        self.opening.emit()
        letters = self.fontMetrics()
        self.popup.resize(letters.averageCharWidth() * _WIDTH_LETTERS, letters.lineSpacing() * _HEIGHT_LINES)
        corner = self.mapToGlobal(QPoint(0, self.height()))
        screen = self.screen().availableGeometry()
        left = min(corner.x(), screen.right() - self.popup.width())
        fits = corner.y() + self.popup.height() <= screen.bottom()
        above = self.mapToGlobal(QPoint(0, 0)).y() - self.popup.height()
        self.popup.move(max(left, screen.left()), corner.y() if fits else max(above, screen.top()))
        self.popup.show()
        self.line.setFocus()

    # Inside.

    def _lay_out(self) -> None:
        column = QVBoxLayout(self.popup)
        self.popup.setFrameShape(QFrame.Shape.StyledPanel)
        for part in (self.line, self.tree, self.everything):
            column.addWidget(part)
        self.line.setPlaceholderText(tr("Code or part of a name"))
        self.line.setShowSearchIcon(True)
        self.line.textChanged.connect(self._narrow)
        self.line.returnPressed.connect(self._take_typed)
        self.tree.setColumnCount(2)
        self.tree.setHeaderLabels([tr("Class"), tr("Cases")])
        self.tree.header().setStretchLastSection(False)
        self.tree.header().setSectionResizeMode(0, self.tree.header().ResizeMode.Stretch)
        self.tree.header().setSectionResizeMode(1, self.tree.header().ResizeMode.ResizeToContents)
        self.tree.itemChanged.connect(lambda *_: self._settle.start(0))  # a major class changes one by one
        self.everything.clicked.connect(lambda: self.choose(()))
        for name, part in (("line", self.line), ("tree", self.tree), ("all", self.everything)):
            part.setObjectName(f"gridmgmt_figures_class_{name}")
        explain(self.line, tr("Shows the classes with this in code or name; Enter asks for just these"))
        explain(self.tree, tr("Only cases of the classes that are ticked; none means all"))
        explain(self.everything, tr("Asks for all classes again"))

    def _groups(self) -> Iterator[tuple[Any, list[Any]]]:
        for row in range(self.tree.topLevelItemCount()):
            parent = self.tree.topLevelItem(row)
            yield parent, [parent.child(at) for at in range(parent.childCount())]

    def _set(self, classes: Classes) -> None:
        """Tick classes and say which they are."""
        was_blocked, wanted = self.tree.blockSignals(True), set(classes)
        for _, children in self._groups():
            for child in children:
                child.setCheckState(0, _CHECKED if tuple(child.data(0, _KEY)) in wanted else _UNCHECKED)
        self.tree.blockSignals(was_blocked)
        self._chosen = self._ticked()
        self._say()

    def _ticked(self) -> Classes:
        """Return the classes that are ticked; all of them ask for nothing special."""
        everything = [child for _, children in self._groups() for child in children]
        ticked = [tuple(child.data(0, _KEY)) for child in everything if child.checkState(0) == _CHECKED]
        return () if len(ticked) == len(everything) > 1 else tuple(ticked)

    def _take(self) -> None:
        ticked = self._ticked()
        if ticked != self._chosen:
            self._chosen = ticked
            self._say()
            self.changed.emit()

    def _say(self) -> None:
        named = [
            child.text(0)
            for _, children in self._groups()
            for child in children
            if tuple(child.data(0, _KEY)) in self._chosen
        ]
        if not named:
            text = tr("all classes")
        elif len(named) == 1:
            text = named[0]
        else:
            text = tr("{count} {count:class|classes}", count=len(named))
        width = self.fontMetrics().averageCharWidth() * _CHARACTERS
        self.setText(self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, width) + " ▾")
        told = tr("Which classes of cases: a click opens the tree of classes, with a line to search it")
        self.setToolTip("\n".join([told, *named]))
        self.setWhatsThis(told)
        self.setAccessibleName(text)

    def _narrow(self, typed: str) -> None:
        wanted = typed.strip().casefold()
        for parent, children in self._groups():
            of_group = wanted in parent.text(0).casefold()
            for child in children:
                child.setHidden(not of_group and wanted not in child.text(0).casefold())
            parent.setHidden(all(child.isHidden() for child in children))
            parent.setExpanded(bool(wanted))

    def _take_typed(self) -> None:
        """Ask for the classes that are left of the tree."""
        if self.line.text().strip():
            left = [child for _, children in self._groups() for child in children if not child.isHidden()]
            if left:
                self.choose(tuple(tuple(child.data(0, _KEY)) for child in left))
                self.popup.hide()
