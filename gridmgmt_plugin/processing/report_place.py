"""Where the report of a job is written when the place that was wanted for it refuses it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import QgsProcessingUtils

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.messages import Message

if TYPE_CHECKING:  # it needs numpy, which QGIS's start must not wait for
    from gridmgmt_plugin.core.report import Report


def write_somewhere(report: Report, wanted: Path, language: str) -> tuple[Path, Message | None]:
    """Write the report where it is wanted, else beside it, else where QGIS keeps what is temporary.

    The job is done by now: that its report found no place is a warning, which is returned, and no failure.

    :raises WorkspaceError: ``report_not_written`` or ``file_held`` when it can be written nowhere.
    """
    try:
        return report.write(wanted, language), None
    except WorkspaceError as error:
        reason = error.text(language)
    beside = wanted.with_name(f"{wanted.stem}_{clock.now():%Y%m%d_%H%M%S}{wanted.suffix}")
    try:
        written = report.write(beside, language)
    except WorkspaceError:
        written = report.write(QgsProcessingUtils.generateTempFilename(wanted.name), language)
    return written, Message("report_elsewhere", {"path": str(written), "reason": reason})
