"""A job's progress, as QGIS shows it."""

from __future__ import annotations

from qgis.core import QgsProcessingFeedback

from gridmgmt_plugin.core.progress import Progress


class FeedbackProgress(Progress):
    """Shows a job's progress in QGIS and carries its cancel button to the job.

    A job reports 1 when everything is written; a click that comes this late cancels nothing any more.
    """

    def __init__(self, feedback: QgsProcessingFeedback) -> None:
        self._feedback = feedback
        super().__init__(lambda fraction: feedback.setProgress(100.0 * fraction), feedback.isCanceled)

    def report(self, fraction: float) -> None:
        """Show ``fraction`` (0 … 1) of the work as done.

        :raises Cancelled: when the user asked to stop and there is something left to stop.
        """
        if fraction >= 1.0:
            self._feedback.setProgress(100.0)
        else:
            super().report(fraction)
