"""``releaseact``: what a receiver answered about a release, or that it works with it now."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessingOutputDefinition, QgsProcessingParameterDefinition

from gridmgmt_plugin.core.value_lists import value_label
from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.acts import ReportedAct
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.project.i18n import language, tr, translatable

if TYPE_CHECKING:
    from gridmgmt_plugin.core.report import Report

# As ``core/release/life`` has them, which takes numpy along.
_ACTS = ("accept", "reject", "put_in_force", "reopen")


class ReleaseAct(ReportedAct):
    """See ``resources/help/releaseact``."""

    KEY = "releaseact"
    TITLE = translatable("Enter an answer about a release")
    GROUP = "handover"
    ICON = "release_act"
    WINDOW = "releases"

    def asked(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters of this act."""
        yield parameters.text("RELEASE", tr("Release (number)"), optional=False)
        acts = {act: value_label("release_act", act, language()) for act in _ACTS}
        yield parameters.choice("ACT", tr("Act"), acts)
        yield parameters.moment("ON", tr("Day"), with_time=False)
        yield parameters.text("DOCUMENT_NO", tr("Document number"))
        yield parameters.text("MEANS", tr("Means"))
        yield parameters.text("NOTE", tr("Remarks; of a rejection, the reason"))

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs: the report tells all."""
        return ()

    def act(self, call: Call, given: dict[str, Any]) -> Report:
        """Enter it."""
        from gridmgmt_plugin.jobs.handover.release_acts import Particulars, act_on_release  # noqa: PLC0415  heavy

        call.progress.report(0.0)
        texts = (call.text(name) or "" for name in ("DOCUMENT_NO", "MEANS", "NOTE"))
        said = Particulars(call.moment("ON"), *texts)
        return act_on_release(call.workspace(), call.required_text("RELEASE"), call.choice("ACT"), said, **given)

    def counts(self, report: Report) -> dict[str, Any]:  # noqa: ARG002  every act is asked
        """Return no numbers."""
        return {}
