"""Ask whether a workspace of an older version shall be brought up to date."""

from __future__ import annotations

from qgis.PyQt.QtWidgets import QMessageBox, QWidget

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.project.i18n import language, tr


def is_upgrade_wanted(reason: Message, window: QWidget) -> bool:
    """Say why an upgrade is needed and that a copy is kept, and wait for yes or no."""
    question = QMessageBox(window)
    question.setObjectName("gridmgmt_migrate")
    question.setWindowTitle(tr("Grid Management"))
    question.setText(reason.text(language()))
    upgrade = question.addButton(tr("Upgrade"), QMessageBox.ButtonRole.AcceptRole)
    question.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
    question.exec()
    is_wanted = question.clickedButton() is upgrade
    question.deleteLater()
    return is_wanted
