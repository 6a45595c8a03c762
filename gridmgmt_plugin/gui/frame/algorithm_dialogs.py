"""Actions that are answered by QGIS's own dialog of one of our algorithms: parameters, progress, cancel, log.

The dialog comes with the open workspace and who is working filled in; what it did is told in the message bar, and
everything that shows the workspace is brought up to date.
"""

from __future__ import annotations

import itertools
import os
from datetime import datetime
from pathlib import Path
from typing import Any

from qgis.core import Qgis
from qgis.PyQt.QtCore import QTimer

from gridmgmt_plugin.gui.frame.author import known_author
from gridmgmt_plugin.gui.frame.outcome import Outcome, outcome_message
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.frame.report_dialog import show_report
from gridmgmt_plugin.gui.frame.result_display import loaded_layer, show_hotspots, style_issues
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.gui.opening.local_frame import lay_into_frame
from gridmgmt_plugin.gui.opening.recent import working_folder
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.project.settings import author
from gridmgmt_plugin.workspace.location import GeoPackageLocation, Location

_REPORTS = "reports"


class AlgorithmDialogs:
    """Opens the dialogs, one per algorithm, and closes those that are still open at the end."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._open: dict[str, Any] = {}
        self._report: Any = None

    def trigger(self, key: str, checked: bool) -> None:  # noqa: ARG002, FBT001  no such action is checkable
        """Show the dialog of the action's algorithm; a second click brings the same one to the front."""
        import processing  # noqa: PLC0415  QGIS's plugin, on the path only in its window

        if not is_alive(self._open.get(key)) or not self._open[key].isVisible():
            self._discard(key)
            self._shell.session.refuse_pending_edits()
            algorithm = self._shell.spec(key).algorithm_key
            dialog = processing.createAlgorithmDialog(f"gridmgmt:{algorithm}", {})
            if dialog.algorithm().parameterDefinition("AUTHOR") is not None:
                known_author(self._shell.iface.mainWindow())
            dialog.setParameters(self._filled_in(dialog, algorithm))
            dialog.algorithmFinished.connect(lambda ok, results: self._finished(key, algorithm, ok, results))
            self._open[key] = dialog
        dialog = self._open[key]
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    def close(self) -> None:
        """Close what is still open."""
        for key in list(self._open):
            self._discard(key)
        if is_alive(self._report):
            self._report.close()

    def _discard(self, key: str) -> None:
        dialog = self._open.pop(key, None)
        if is_alive(dialog):
            dialog.close()
            dialog.deleteLater()

    def _filled_in(self, dialog: Any, algorithm: str) -> dict[str, Any]:
        """Return the values that are known already, for those parameters that the algorithm has."""
        location = self._shell.session.location
        known: dict[str, Any] = {"AUTHOR": author()}
        if algorithm == "createworkspace":
            known["OUTPUT"] = str(free_name(working_folder(), tr("grid workspace")))
        elif location is not None:
            known["WORKSPACE"] = str(location)  # an address, never a password: the log of the run shows it
            known["SCHEME"] = None if algorithm == "validate" else self._shell.session.scheme
            folder = _report_folder(location)
            if folder is not None:
                moment = datetime.now().strftime("%Y%m%d-%H%M%S")
                known["REPORT"] = str(folder / f"{algorithm}-{moment}.json")
        if algorithm in ("hotspots", "validate"):
            known["OUTPUT"] = "TEMPORARY_OUTPUT"
        has = {definition.name() for definition in dialog.algorithm().parameterDefinitions()}
        return {name: value for name, value in known.items() if name in has and value}

    def _finished(self, key: str, algorithm: str, ok: bool, results: dict[str, Any]) -> None:  # noqa: FBT001
        if not ok:
            return  # the dialog stays and shows why
        layer = loaded_layer(str(results.get("OUTPUT") or ""))
        if layer is not None:
            lay_into_frame(layer, self._shell.iface.messageBar(), self._shell.session)
        # The dialog has things to do yet; what follows may open another one.
        QTimer.singleShot(0, lambda: self._shell.attempt(lambda: self._take_over(key, algorithm, dict(results))))

    def _take_over(self, key: str, algorithm: str, results: dict[str, Any]) -> None:
        if key not in self._open:
            return  # the plugin was unloaded meanwhile
        self._discard(key)
        if algorithm == "createworkspace":
            self._shell.session.open(str(results["OUTPUT"]))
        else:
            self._shell.session.reload()
        title = self._shell.spec(key).shown_title()
        outcome = Outcome.of(title, results)
        more = (tr("Details"), lambda: self._show_report(outcome)) if outcome.has_details else None
        level = Qgis.MessageLevel.Warning if outcome.is_troubling else Qgis.MessageLevel.Success
        self._shell.tell(outcome_message(outcome), level, more)
        if algorithm == "hotspots":
            show_hotspots(str(results.get("OUTPUT", "")))
            self._shell.session.zoom_to_all()
        if algorithm == "validate":
            self._show_issues(str(results.get("OUTPUT", "")))

    def _show_report(self, outcome: Outcome) -> None:
        if is_alive(self._report):
            self._report.close()
        self._report = show_report(outcome, self._shell.iface.mainWindow())

    def _show_issues(self, output: str) -> None:
        layer = style_issues(output)
        if layer is None:
            return
        issues: Any = self._shell.controller("issues")
        issues.show_layer(layer)


def _report_folder(location: Location) -> Path | None:
    """Return where reports go: beside a file that is on a writable share; else QGIS chooses a temporary one."""
    if isinstance(location, GeoPackageLocation) and os.access(location.path.parent, os.W_OK):
        return location.path.parent / _REPORTS
    return None


def free_name(folder: Path, stem: str) -> Path:
    """Return a workspace file in ``folder`` that does not exist yet: ``stem``, else ``stem 2`` and so on."""
    numbers = itertools.count(2)
    path = folder / f"{stem}.gpkg"
    while path.exists():
        path = folder / f"{stem} {next(numbers)}.gpkg"
    return path
