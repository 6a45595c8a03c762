"""Help: the manual's page about what is in front of the planner, opened from the menu and from dialogs."""

from __future__ import annotations

from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtGui import QDesktopServices, QIcon
from qgis.PyQt.QtWidgets import QDialogButtonBox, QMessageBox, QPushButton, QToolButton, QWidget

from gridmgmt_plugin.core.resources import resource_path
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.project.manual import WHOLE, manual_page


def open_manual(parent: QWidget, topic: str = WHOLE) -> None:
    """Show the page about ``topic`` in the browser, or say why it cannot be shown."""
    page = manual_page(topic) or manual_page()
    if page is None:
        QMessageBox.information(parent, tr("Manual"), tr("The manual has not been made yet: run “make docs”."))
    elif not QDesktopServices.openUrl(QUrl.fromLocalFile(str(page))):
        QMessageBox.information(
            parent, tr("Manual"), tr("No browser could be started. The manual lies here: {path}").format(path=page)
        )


def add_help(buttons: QDialogButtonBox, topic: str) -> QPushButton:
    """Put a help button into a dialog's row of buttons and return it; F1 presses it."""
    button: QPushButton = buttons.addButton(tr("Help"), QDialogButtonBox.ButtonRole.HelpRole)
    button.setObjectName("gridmgmt_help")
    button.setShortcut("F1")
    button.setAutoDefault(False)
    explain(button, tr("Opens the page of the manual about this in the browser. F1 does the same."))
    button.clicked.connect(lambda: open_manual(buttons, topic))
    return button


def help_button(parent: QWidget, topic: str) -> QToolButton:
    """Return a small button for a dock that opens the manual's page about it."""
    button = QToolButton(parent)
    button.setObjectName("gridmgmt_help")
    button.setIcon(QIcon(str(resource_path("icons/help.svg"))))
    button.setAutoRaise(True)
    button.setAccessibleName(tr("Help"))
    explain(button, tr("Opens the page of the manual about this in the browser."))
    button.clicked.connect(lambda: open_manual(parent, topic))
    return button
