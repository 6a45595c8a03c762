"""What comes after a check or an export of a package: each step of the hand-over leads to the next with its fields
filled in, from what will change to the receipt. A copy that was made leads to itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from qgis.PyQt.QtCore import QUrl

from gridmgmt_plugin.gui.frame.map_focus import MapFocus
from gridmgmt_plugin.gui.frame.outcome import Outcome
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.project.i18n import tr

_STEP = "step"
_EXPORT, _COMPARE, _RECEIPT = "export_package", "compare_states", "import_receipt"
_FRONT, _WEB = "deliver_postgis", "deliver_http"

#: Opens the dialog of an action with some fields filled in, or what else a step leads to.
Opener = Callable[[str, Mapping[str, Any]], object]


@dataclass(frozen=True)
class Step:
    """One thing to do next: its link and the action with the fields that are filled in."""

    text: str
    action: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class NextSteps:
    """The steps as links below what a job did."""

    steps: Sequence[Step]
    open_job: Opener

    def html(self) -> str:
        """Return them, one below the other."""
        links = [f"<a href='{_STEP}:{at}'>{escape(step.text)}</a>" for at, step in enumerate(self.steps)]
        return f"<p><b>{escape(tr('What comes next'))}</b></p><p>{'<br>'.join(links)}</p>"

    def show(self, url: QUrl, focus: MapFocus) -> bool:  # noqa: ARG002  as places on the map are shown
        """Open the dialog that a link stands for; tell whether it was one of these."""
        scheme, _, at = url.toString().partition(":")
        if scheme != _STEP:
            return False
        step = self.steps[int(at)]
        self.open_job(step.action, step.values)
        return True


def step_to_copy(place: str, shell: Shell) -> NextSteps:
    """Return what comes after a workspace was copied: the copy is opened in place of what is open."""
    title = tr("Open the copy")
    return NextSteps([Step(title, place, {})], lambda at, _: shell.attempt(lambda: shell.session.open(at)))


def next_steps(outcome: Outcome, asked: Mapping[str, Any], open_job: Opener) -> NextSteps:
    """Return what comes after an export, or after the sheet that tells what it would change.

    :param asked: parameter → value of the job that ran.
    """
    figures = outcome.report.get("figures") or {}
    steps = []
    if figures.get("base"):
        other = "today" if outcome.is_sheet_alone else str(figures.get("release") or "today")
        states = {"BASE": str(figures["base"]), "OTHER": other, "SCHEME": str(asked.get("SCHEME") or "")}
        steps.append(Step(tr("Show on the map what passes from whom to whom…"), _COMPARE, states))
    if outcome.is_sheet_alone:
        steps.append(Step(tr("Export the package…"), _EXPORT, {"PREVIEW": False}))
        return NextSteps(steps, open_job)
    release = {"RELEASE": str(figures.get("release") or "")}
    package = {"PACKAGE": str(figures.get("package") or "")}
    steps.append(Step(tr("Deliver into a front database…"), _FRONT, release))
    steps.append(Step(tr("Send to a web interface…"), _WEB, package))
    steps.append(Step(tr("Import the receipt when it comes…"), _RECEIPT, release))
    return NextSteps(steps, open_job)
