"""The row of buttons at the foot of every dialog, and the question that is little else.

Qt's own button texts stay English in most Chinese QGIS.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.PyQt.QtWidgets import QDialog, QDialogButtonBox, QMessageBox, QPushButton

from gridmgmt_plugin.gui.frame.manual import add_help
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.project.manual import WHOLE


def answer_buttons(
    dialog: QDialog, yes: str, name: str, topic: str, on_yes: Callable[[], None] | None = None
) -> tuple[QDialogButtonBox, QPushButton]:
    """Return the row "yes, Cancel, Help" for the foot of a dialog, and its accepting button, which Enter presses.

    :param yes: what will be done, in the reader's language. :param name: object name of the accepting button.
    :param topic: the page of the manual. :param on_yes: what follows a yes; by itself the dialog is accepted.
    """
    row = QDialogButtonBox(dialog)
    accept: QPushButton = row.addButton(yes, QDialogButtonBox.ButtonRole.AcceptRole)
    accept.setObjectName(name)
    accept.setDefault(True)
    explain(accept, tr("Does what the dialog says, with what is chosen in it. Enter does the same."))
    cancel = row.addButton(tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
    explain(cancel, tr("Closes the dialog, and nothing is done. Esc does the same."))
    add_help(row, topic)
    row.accepted.connect(on_yes or dialog.accept)
    row.rejected.connect(dialog.reject)
    return row, accept


def say_in_readers_language(row: QDialogButtonBox) -> None:
    """Put our words on the buttons of a row that Qt or QGIS has made."""
    kinds = QDialogButtonBox.StandardButton
    for kind, text in ((kinds.Ok, tr("OK")), (kinds.Cancel, tr("Cancel")), (kinds.Close, tr("Close"))):
        button = row.button(kind)
        if button is not None:
            button.setText(text)


def fit(dialog: QDialog, width_px: int, most_px: int = 0) -> None:
    """Give a dialog its width, and the height that its texts need there; with large letters more of both.

    :param most_px: the height that it is not to pass, 0 for none.
    """
    width = max(width_px, dialog.minimumSizeHint().width())
    layout = dialog.layout()
    layout.activate()
    wanted = max(layout.totalHeightForWidth(width), layout.totalMinimumSize().height(), dialog.sizeHint().height())
    dialog.resize(width, min(wanted, most_px) if most_px else wanted)


def close_button(dialog: QDialog, topic: str = WHOLE) -> QDialogButtonBox:
    """Return the row "Close" for the foot of a dialog that only shows something, with help about a topic."""
    row = QDialogButtonBox(dialog)
    close = row.addButton(tr("Close"), QDialogButtonBox.ButtonRole.RejectRole)
    explain(close, tr("Closes the dialog. Esc does the same."))
    add_help(row, topic)
    row.rejected.connect(dialog.reject)
    return row


def is_wanted(name: str, text: str, yes: str, parent: Any) -> bool:
    """Ask whether something shall be done, before anything goes on; return whether the planner said so.

    :param name: object name of the question; its accepting button is called ``<name>_yes``.
    :param yes: what will be done, as text of that button.
    """
    question = QMessageBox(QMessageBox.Icon.Question, tr("Grid Management"), text, parent=parent)
    question.setObjectName(name)
    accept = question.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
    accept.setObjectName(f"{name}_yes")
    question.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
    try:
        question.exec()
        return question.clickedButton() is accept
    finally:
        question.deleteLater()
