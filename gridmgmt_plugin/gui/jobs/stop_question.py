"""What becomes of the best division so far when the planner stops a balance; the search goes on until it is said."""

from __future__ import annotations

from collections.abc import Callable

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QMessageBox, QWidget

from gridmgmt_plugin.project.i18n import tr


class StopQuestion(QMessageBox):
    """Asks once: keep the best so far, throw it away, or go on. It waits beside the run and is closed with it."""

    def __init__(self, keep: Callable[[], None], give_up: Callable[[], None], parent: QWidget) -> None:
        text = tr("Stop here? The best division so far is drawn on the map.")
        super().__init__(QMessageBox.Icon.Question, tr("Grid Management"), text, parent=parent)
        self.setObjectName("gridmgmt_stop_question")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._deeds = {}
        for name, title, role, deed in (
            ("keep", tr("Keep the best so far"), QMessageBox.ButtonRole.AcceptRole, keep),
            ("give_up", tr("Throw it away"), QMessageBox.ButtonRole.DestructiveRole, give_up),
        ):
            button = self.addButton(title, role)
            button.setObjectName(f"gridmgmt_stop_{name}")
            self._deeds[button] = deed
        on = self.addButton(tr("Go on"), QMessageBox.ButtonRole.RejectRole)
        on.setObjectName("gridmgmt_stop_go_on")
        self.setEscapeButton(on)
        self.buttonClicked.connect(lambda button: self._deeds.get(button, lambda: None)())
        self.open()
