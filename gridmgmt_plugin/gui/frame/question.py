"""A question that must be answered before anything goes on; all else goes through the message bar."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtWidgets import QMessageBox

from gridmgmt_plugin.project.i18n import tr


def is_wanted(name: str, text: str, yes: str, parent: Any) -> bool:
    """Ask whether something shall be done; return whether the planner said so.

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
