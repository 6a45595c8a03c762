"""``restorerelease``: the division of a release as an alternative plan."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessingOutputDefinition, QgsProcessingParameterDefinition

from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.acts import ReportedAct
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.project.i18n import tr, translatable

if TYPE_CHECKING:
    from gridmgmt_plugin.core.report import Report


class RestoreRelease(ReportedAct):
    """See ``resources/help/restorerelease``."""

    KEY = "restorerelease"
    TITLE = translatable("Restore a release as a plan")
    GROUP = "handover"
    ICON = "restore_release"
    WINDOW = "releases"

    def asked(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters of this act."""
        yield parameters.text("RELEASE", tr("Release (number)"), optional=False)

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs: the report tells all."""
        return ()

    def act(self, call: Call, given: dict[str, Any]) -> Report:
        """Restore."""
        from gridmgmt_plugin.jobs.handover.restore_release import restore_release  # noqa: PLC0415  heavy

        return restore_release(call.workspace(), call.required_text("RELEASE"), **given)

    def counts(self, report: Report) -> dict[str, Any]:  # noqa: ARG002  every act is asked
        """Return no numbers."""
        return {}
