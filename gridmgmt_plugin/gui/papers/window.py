"""The window with the templates of papers: which are the workspace's own, and what can be done with them."""

from __future__ import annotations

from collections.abc import Collection

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QDialog, QGridLayout, QLabel, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout

from gridmgmt_plugin.core.papers.kinds import KINDS, kind_title
from gridmgmt_plugin.gui.frame.dialog_buttons import close_button, fit
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.project.i18n import locale_tag, tr, translatable

_WIDTH_PX = 460
#: Deed → text and tip of its button.
DEEDS = {
    "edit": (
        translatable("Edit in the layout designer…"),
        translatable("Open the template in QGIS with some pages of this workspace; what you change can be kept"),
    ),
    "load": (
        translatable("Take from a file…"),
        translatable("Take a template (.qpt) that was saved from a layout in QGIS"),
    ),
    "save": (
        translatable("Save as a file…"),
        translatable("Save the template as a file (.qpt), for another workspace"),
    ),
    "restore": (
        translatable("Back to the plugin's"),
        translatable("Give the workspace's own template up; the one that comes with the plugin is used again"),
    ),
}


class TemplatesWindow(QDialog):
    """Emits ``wanted`` with a deed and the kind of paper that is chosen."""

    wanted = pyqtSignal(str, str)

    def __init__(self, parent: object) -> None:
        super().__init__(parent)
        self.setObjectName("gridmgmt_paper_templates")
        self.setWindowTitle(tr("Templates of papers"))
        layout = QVBoxLayout(self)
        about = QLabel(tr("Each workspace can have templates of its own. They travel with it."), self)
        about.setWordWrap(True)
        layout.addWidget(about)
        self.list = QListWidget(self)
        self.list.setObjectName("gridmgmt_paper_templates_list")
        explain(self.list, tr("The kinds of paper, and whose template each of them has."))
        for kind in KINDS:
            self.list.addItem(QListWidgetItem(kind_title(kind, locale_tag())))
        self.list.setCurrentRow(0)
        self.list.currentRowChanged.connect(lambda _: self._enable())
        layout.addWidget(self.list)
        buttons = QGridLayout()
        self.buttons = {deed: QPushButton(tr(text), self) for deed, (text, _) in DEEDS.items()}
        for at, (deed, button) in enumerate(self.buttons.items()):
            button.setObjectName(f"gridmgmt_paper_templates_{deed}")
            button.setAutoDefault(False)
            explain(button, tr(DEEDS[deed][1]))
            button.clicked.connect(lambda *_, deed=deed: self.wanted.emit(deed, self.kind()))
            buttons.addWidget(button, at // 2, at % 2)
        layout.addLayout(buttons)
        layout.addWidget(close_button(self, "paper_templates"))
        self._own: frozenset[str] = frozenset()
        self.show_own(())
        fit(self, _WIDTH_PX)

    def kind(self) -> str:
        """Return the kind of paper that is chosen."""
        return KINDS[max(self.list.currentRow(), 0)]

    def show_own(self, own: Collection[str]) -> None:
        """Say of which kinds the workspace has a template of its own."""
        self._own = frozenset(own)
        for row, kind in enumerate(KINDS):
            title = kind_title(kind, locale_tag())
            text = tr("{paper}: the workspace's own") if kind in self._own else tr("{paper}: the plugin's")
            self.list.item(row).setText(text.format(paper=title))
        self._enable()

    def _enable(self) -> None:
        self.buttons["restore"].setEnabled(self.kind() in self._own)
