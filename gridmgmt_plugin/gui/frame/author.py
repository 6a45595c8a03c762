"""Who is working: asked once, kept in QGIS's settings, never taken from the operating system."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtWidgets import QDialog, QLabel, QLineEdit, QVBoxLayout

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.gui.frame.dialog_buttons import answer_buttons, fit
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.project.settings import author, remember


def known_author(parent: Any) -> str:
    """Return who is working, asking when nobody was asked yet.

    :raises InputError: ``author_missing`` when the planner gives no name: nothing is written without one.
    """
    name = author() or ask_author(parent)
    if not name:
        raise InputError("author_missing")
    return name


def ask_author(parent: Any) -> str:
    """Ask for the name, with the present one filled in; return what holds afterwards."""
    dialog = QDialog(parent)
    dialog.setObjectName("gridmgmt_author_dialog")
    dialog.setWindowTitle(tr("Who is working"))
    text = QLabel(
        tr("Your name or staff number goes into the change log of the workspace, and nowhere else."), dialog
    )
    text.setWordWrap(True)
    line = QLineEdit(author(), dialog)
    line.setObjectName("gridmgmt_author_name")
    line.setPlaceholderText(tr("Name or staff number"))
    explain(line, tr("Your name or staff number goes into the change log of the workspace, and nowhere else."))
    buttons, _ = answer_buttons(dialog, tr("OK"), "gridmgmt_author_accept", "settings")
    layout = QVBoxLayout(dialog)
    for widget in (text, line, buttons):
        layout.addWidget(widget)
    fit(dialog, 400)
    try:
        if dialog.exec() == QDialog.DialogCode.Accepted:
            remember("author", line.text().strip())
    finally:
        dialog.deleteLater()
    return author()
