"""The last check of a workspace: noted in it for whoever opens it next, and told where its list is not there."""

from __future__ import annotations

from dataclasses import replace

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.gui.frame.background_call import BackgroundCall
from gridmgmt_plugin.gui.opening.session import Session
from gridmgmt_plugin.project.i18n import language, tr
from gridmgmt_plugin.workspace.location import Location


def keep_noted(session: Session, log_lines: int | None) -> None:
    """Note the last check of a session in its workspace, in the background; what prevents it is told in the session.

    :param log_lines: see :func:`~gridmgmt_plugin.workspace.last_check.keep_check`.
    """
    check = session.last_check
    if session.location is None or check is None:
        return

    def keep(location: Location) -> None:
        from gridmgmt_plugin.workspace.last_check import keep_check  # noqa: PLC0415
        from gridmgmt_plugin.workspace.workspace import Workspace  # noqa: PLC0415  needs shapely

        keep_check(Workspace.open(location), check.errors, check.warnings, check.at, log_lines)

    def kept(_: None, error: GridError | None) -> None:
        if error is not None and session.last_check == check:
            session.take_check(replace(check, not_kept=error.text(language())))

    BackgroundCall(tr("Noting the check"), session.location, keep, kept, writes=True).start()


def known_check(session: Session) -> str:
    """Return what is known of the last check where its list is not at hand, "" where there was none."""
    check = session.last_check
    if session.location is None or check is None:
        return ""
    if not check.errors and not check.warnings:
        return tr("The check at {time} found nothing.", time=check.time)
    return tr(
        "The check at {time} found {errors} {errors:error|errors} and {warnings} {warnings:warning|warnings}. "
        "“Check again” lists them.",
        time=check.time,
        errors=check.errors,
        warnings=check.warnings,
    )
