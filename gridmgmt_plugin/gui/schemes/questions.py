"""What is asked about a grid scheme: its title and rules, and before one is deleted its title once more."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from qgis.gui import QgsColorButton
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from gridmgmt_plugin.core.plurals import counted
from gridmgmt_plugin.core.responsibility.scheme_rules import SchemeRules
from gridmgmt_plugin.core.value_lists import value_label, value_list
from gridmgmt_plugin.gui.frame.dialog_buttons import answer_buttons, fit
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.gui.schemes.within import WITHIN_TITLES
from gridmgmt_plugin.project.i18n import language, tr
from gridmgmt_plugin.workspace.schema import SCHEME_KEY

_WIDTH_PX = 440


class SchemeQuestion(QDialog):
    """Title, key and rules of a scheme.

    :param asks_name: a new scheme is made; else only its rules are asked. ``asks_base``: over what, too.
    :param taken: keys that other schemes have.
    """

    def __init__(
        self,
        title: str,
        name: str,
        rules: SchemeRules,
        parent: Any,
        *,
        taken: Collection[str] = (),
        asks_name: bool = True,
        asks_base: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("gridmgmt_scheme_question")
        self.setWindowTitle(title)
        self._taken, self._rules = frozenset(taken), rules
        self.name, self.key, self.base, self.within = (
            QLineEdit(name, self),
            QLineEdit(self),
            QComboBox(self),
            QComboBox(self),
        )
        self.contiguous = QCheckBox(tr("in one piece, unless a grid says how many parts it has"), self)
        self.tolerance, self.colour = QDoubleSpinBox(self), QgsColorButton(self)
        self._why = QLabel("", self)
        form = QFormLayout()
        asked = (
            (asks_name, tr("Title"), self.name),
            (asks_name, tr("Key"), self.key),
            (asks_base, tr("Grids are made of"), self.base),
        )
        for is_asked, label, widget in asked:
            if is_asked:
                form.addRow(label, widget)
            else:
                widget.hide()  # what no layout holds would lie over the others
        form.addRow(tr("A grid keeps within"), self.within)
        form.addRow(tr("A grid is"), self.contiguous)
        form.addRow(tr("Unit grids per grid may differ by"), self.tolerance)
        form.addRow(tr("Colour of the outlines"), self.colour)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        self._why.setWordWrap(True)
        layout.addWidget(self._why)
        row, self._accept = answer_buttons(self, tr("OK"), "gridmgmt_scheme_accept", "schemes")
        layout.addWidget(row)
        self._fill(rules, asks_name=asks_name)
        fit(self, _WIDTH_PX)

    def agreed(self) -> bool:
        """Show the dialog; return whether the planner wants it so."""
        return bool(self.exec() == QDialog.DialogCode.Accepted)

    def rules(self) -> SchemeRules:
        """Return the rules as chosen."""
        colour = "" if self.colour.isNull() else str(self.colour.color().name())
        return SchemeRules(
            str(self.within.currentData()),
            bool(self.contiguous.isChecked()),
            float(self.tolerance.value()),
            colour,
            self._rules.alternative_of,
        )

    def _fill(self, rules: SchemeRules, *, asks_name: bool) -> None:
        for widget, name in ((self.name, "title"), (self.key, "key"), (self.base, "base"), (self.within, "within")):
            widget.setObjectName(f"gridmgmt_scheme_{name}")
        for control, tip in (
            (self.name, tr("What the scheme is called")),
            (self.key, tr("The short name in columns and files; it never changes")),
            (self.base, tr("Unit grids, or street-lanes with one grid each")),
            (self.within, tr("The areas that no grid of the scheme crosses")),
            (self.contiguous, tr("Grids in several pieces are told by the check")),
            (
                self.tolerance,
                tr("How far a grid may be from the mean number of unit grids; the check tells those beyond"),
            ),
            (self.colour, tr("The colour in which the map draws the grids of this scheme")),
        ):
            explain(control, tip)
        self.key.setPlaceholderText(tr("small letters and digits, at most 7"))
        for base, _ in value_list("scheme_base"):
            self.base.addItem(value_label("scheme_base", base, language()), base)
        for within, title in WITHIN_TITLES.items():
            self.within.addItem(tr(title), within)
        self.within.setCurrentIndex(self.within.findData(rules.within))
        self.contiguous.setChecked(rules.contiguous)
        self.tolerance.setRange(0, 1000)
        self.tolerance.setSuffix(" %")
        self.tolerance.setSpecialValueText(tr("any number"))
        self.tolerance.setValue(rules.tolerance_percent)
        self.colour.setShowNull(True)
        self.colour.setToNull()
        if rules.colour:
            self.colour.setColor(QColor(rules.colour))
        if asks_name:
            self.key.setText(_free_key(self._taken))
            for line in (self.name, self.key):
                line.textChanged.connect(lambda _: self._check())
            self._check()

    def _check(self) -> None:
        key = self.key.text().strip()
        why = ""
        if not self.name.text().strip():
            why = tr("The title is missing.")
        elif not SCHEME_KEY.fullmatch(key):
            why = tr("The key begins with a small letter and has at most 7 small letters, digits or underscores.")
        elif key in self._taken:
            why = tr("Another scheme has this key.")
        self._why.setText(why)
        self._accept.setEnabled(not why)


class DeleteQuestion(QDialog):
    """Asks for the title of the scheme that goes, typed as it is."""

    def __init__(self, title: str, grids: int, posts: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("gridmgmt_scheme_delete")
        self.setWindowTitle(tr("Delete a grid scheme"))
        text = tr(
            "“{title}” goes with its {grids} responsibility {grids:grid|grids} and {posts} {posts:post|posts}."
            " Codes that were handed over are never used again. Type the title to delete it:"
        )
        told = QLabel(counted(text, title=title, grids=grids, posts=posts), self)
        told.setWordWrap(True)
        self.line = QLineEdit(self)
        self.line.setObjectName("gridmgmt_scheme_typed")
        explain(self.line, tr("The title as it stands above"))
        row, accept = answer_buttons(self, tr("Delete"), "gridmgmt_scheme_delete_accept", "schemes")
        accept.setEnabled(False)
        self.line.textChanged.connect(lambda typed: accept.setEnabled(typed.strip() == title))
        layout = QVBoxLayout(self)
        for widget in (told, self.line, row):
            layout.addWidget(widget)
        fit(self, _WIDTH_PX)

    def agreed(self) -> bool:
        """Show the dialog; return whether the planner typed the title and wants it so."""
        return bool(self.exec() == QDialog.DialogCode.Accepted)


def _free_key(taken: Collection[str]) -> str:
    number = 1
    while f"s{number}" in taken:
        number += 1
    return f"s{number}"
