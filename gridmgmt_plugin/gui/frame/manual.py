"""Help: the manual's page about what is in front of the planner, opened from the menu and from dialogs."""

from __future__ import annotations

from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import QDialogButtonBox, QMessageBox, QWidget

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


def add_help(buttons: QDialogButtonBox, topic: str) -> None:
    """Put a help button into a dialog's row of buttons; F1 presses it."""
    button = buttons.addButton(tr("Help"), QDialogButtonBox.ButtonRole.HelpRole)
    button.setObjectName("gridmgmt_help")
    button.setShortcut("F1")
    button.setAutoDefault(False)
    button.clicked.connect(lambda: open_manual(buttons, topic))
