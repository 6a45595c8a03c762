"""Edits that wait to be saved and are in a job's way: save them, give them up, or stop."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProject, QgsVectorLayer
from qgis.PyQt.QtWidgets import QMessageBox

from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.project.shown_workspace import shown_layers

#: The code of the refusal that is answered here.
EDITS_PENDING = "workspace_edits_pending"


def pending_layers() -> list[QgsVectorLayer]:
    """Return the workspace's layers with edits that are not saved yet."""
    layers = shown_layers(QgsProject.instance()).values()
    return [layer for layer in layers if layer.isEditable() and layer.isModified()]


def save_edits() -> None:
    """Save what waits; a save that is refused says itself why, and leaves everything as it was."""
    for layer in pending_layers():
        if layer.isModified():  # the save of one layer may have saved another
            layer.commitChanges(False)


def settle_edits(parent: Any) -> bool:
    """Ask what shall become of unsaved edits, and do it; tell whether nothing waits any more.

    A save that is refused says itself why, and leaves everything as it was.
    """
    layers = pending_layers()
    if not layers:
        return True
    answer = _ask(parent, [layer.name() for layer in layers])
    if answer == QMessageBox.ButtonRole.AcceptRole:
        save_edits()
    elif answer == QMessageBox.ButtonRole.DestructiveRole:
        for layer in layers:
            layer.rollBack(False)
    return answer != QMessageBox.ButtonRole.RejectRole and not pending_layers()


def _ask(parent: Any, names: list[str]) -> QMessageBox.ButtonRole:
    box = QMessageBox(parent)
    box.setObjectName("gridmgmt_pending_edits")
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle(tr("Unsaved edits"))
    box.setText(tr("Unsaved edits in: {layers}").format(layers=tr(", ").join(names)))
    box.setInformativeText(tr("What follows works with what is saved."))
    save = box.addButton(tr("Save"), QMessageBox.ButtonRole.AcceptRole)
    save.setObjectName("gridmgmt_pending_save")
    box.addButton(tr("Discard"), QMessageBox.ButtonRole.DestructiveRole).setObjectName("gridmgmt_pending_discard")
    cancel = box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
    cancel.setObjectName("gridmgmt_pending_cancel")
    box.setDefaultButton(save)
    box.setEscapeButton(cancel)
    try:
        box.exec()
        clicked = box.clickedButton()
        return QMessageBox.ButtonRole.RejectRole if clicked is None else box.buttonRole(clicked)
    finally:
        box.deleteLater()
