"""The hand-over step by step, driven as a planner drives it."""

from __future__ import annotations

from qgis.PyQt.QtCore import QCoreApplication, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QWizard

from gridmgmt_plugin.gui.handover.guide import HandoverGuide
from tests.qgis.workspace_window import tasks_done, wait_for


def opened(shell):
    """Return the window, opened as a planner opens it."""
    shell.action("handover_guide").trigger()
    wait_for(tasks_done)
    (found,) = [one for one in shell.iface.mainWindow().findChildren(HandoverGuide) if one.isVisible()]
    return found


def press(guide, kind):
    """Press a button of the window and wait for what it starts."""
    button = guide.button(getattr(QWizard.WizardButton, f"{kind}Button"))
    assert button.isVisible()
    assert button.isEnabled(), kind
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QCoreApplication.processEvents()  # what a page begins by itself, it begins when it is turned
    wait_for(tasks_done)


def to_the_changes(guide, folder, note=""):
    press(guide, "Next")
    guide.target.show_values({"SCHEME": "cg", "FOLDER": str(folder), "NOTE": note})
    press(guide, "Next")


def begin(button, gate):
    """Press a button that starts the export, and wait until it stands at the shut gate."""
    gate.shut()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    wait_for(gate.begun.is_set)


def handing_over(guide, gate, folder):
    """Go to the hand-over, and begin it."""
    to_the_changes(guide, folder)
    press(guide, "Next")
    begin(guide.release.runner, gate)
