"""What becomes of the best division so far when the planner stops a balance; the search goes on until it is said."""

from __future__ import annotations

from collections.abc import Callable

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QMessageBox, QWidget

from gridmgmt_plugin.project.i18n import tr


def ask_to_stop(keep: Callable[[], None], give_up: Callable[[], None], parent: QWidget) -> QMessageBox:
    """Ask once: keep the best so far, throw it away, or go on. The question waits beside the run; nothing blocks."""
    text = tr("Stop here? The best division so far is drawn on the map.")
    question = QMessageBox(QMessageBox.Icon.Question, tr("Grid Management"), text, parent=parent)
    question.setObjectName("gridmgmt_stop_question")
    question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    deeds = {}
    for name, title, role, deed in (
        ("keep", tr("Keep the best so far"), QMessageBox.ButtonRole.AcceptRole, keep),
        ("give_up", tr("Throw it away"), QMessageBox.ButtonRole.DestructiveRole, give_up),
    ):
        button = question.addButton(title, role)
        button.setObjectName(f"gridmgmt_stop_{name}")
        deeds[button] = deed
    on = question.addButton(tr("Go on"), QMessageBox.ButtonRole.RejectRole)
    on.setObjectName("gridmgmt_stop_go_on")
    question.setEscapeButton(on)
    question.buttonClicked.connect(lambda button: deeds.get(button, lambda: None)())
    question.open()
    return question
