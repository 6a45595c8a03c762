"""A workspace of an older version: whether it shall be brought up to date is asked, and a copy is kept of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from qgis.core import Qgis
from qgis.PyQt.QtWidgets import QMessageBox, QWidget

from gridmgmt_plugin.core._compat import require_libraries
from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.shapely_loading import load_shapely
from gridmgmt_plugin.gui.frame.message_door import Tell
from gridmgmt_plugin.gui.opening.schema_upgrade import SchemaUpgrade
from gridmgmt_plugin.project.i18n import language, tr
from gridmgmt_plugin.workspace.location import PostgresLocation


def upgrade_file(path: Path, reason: Message, window: QWidget, tell: Tell) -> bool:
    """Upgrade a workspace file if the planner agrees, and return whether it was done.

    :raises GridError: why it cannot be; the file is as before.
    """
    load_shapely()
    require_libraries()
    from gridmgmt_plugin.workspace.migrations import migrate  # noqa: PLC0415  needs shapely

    others = tr("Nobody knows who else has this file open: ask those who share it to save and close it first.")
    if not _is_wanted(reason, others, window):
        return False
    kept = migrate(path)
    if kept is not None:
        tell(_told(kept.name), Qgis.MessageLevel.Success)
    return True


def schema_upgrade(
    location: PostgresLocation,
    reason: Message,
    window: QWidget,
    tell: Tell,
    on_upgraded: Callable[[GridError | None], None],
) -> SchemaUpgrade | None:
    """Return the upgrade of a workspace in a database, still to be started; ``None`` if the planner declines.

    ``on_upgraded`` is called with what stood in the way, or ``None``.

    :raises CapabilityError: ``library_missing``.
    """
    load_shapely()
    require_libraries()
    others = tr("Whoever else has it open is told, and has two minutes to save.")
    if not _is_wanted(reason, others, window):
        return None

    def done(kept: PostgresLocation | None, error: GridError | None) -> None:
        if kept is not None:
            tell(_told(kept.label), Qgis.MessageLevel.Success)
        on_upgraded(error)

    return SchemaUpgrade(location, window, done)


def _told(kept: str) -> Message:
    return Message("workspace_migrated", {"path": kept})


def _is_wanted(reason: Message, others: str, window: QWidget) -> bool:
    """Say why an upgrade is needed, that a copy is kept and what others have to do, and wait for yes or no."""
    question = QMessageBox(window)
    question.setObjectName("gridmgmt_migrate")
    question.setWindowTitle(tr("Grid Management"))
    question.setText(reason.text(language()))
    question.setInformativeText(others)
    upgrade = question.addButton(tr("Upgrade"), QMessageBox.ButtonRole.AcceptRole)
    question.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
    question.exec()
    is_wanted = question.clickedButton() is upgrade
    question.deleteLater()
    return is_wanted
