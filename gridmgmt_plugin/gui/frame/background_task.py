"""What runs in QGIS's background for us."""

from __future__ import annotations

from qgis.core import QgsApplication, QgsTask


class BackgroundTask(QgsTask):
    """A task of ours. ``is_lost``: QGIS dropped it before it began; :meth:`finished` is called all the same."""

    def __init__(self, title: str) -> None:
        super().__init__(title, QgsTask.Flag.CanCancel)
        self.is_lost = False

    def begin(self) -> None:
        """Wait for a thread; returns at once."""
        QgsApplication.taskManager().addTask(self)

    def give_up(self) -> None:
        """End without having begun."""
        self.is_lost = True
        self.cancel()
