"""``deliverpostgis``: a release is loaded into the database that a dispatch system asks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessingOutputDefinition, QgsProcessingParameterDefinition

from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.acts import ReportedAct
from gridmgmt_plugin.processing.base import number_output
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.project.i18n import tr, translatable
from gridmgmt_plugin.workspace.location import FRONT_SCHEMA

if TYPE_CHECKING:
    from gridmgmt_plugin.core.report import Report


class DeliverPostgis(ReportedAct):
    """See ``resources/help/deliverpostgis``."""

    KEY = "deliverpostgis"
    TITLE = translatable("Deliver to a front database")
    GROUP = "handover"
    ICON = "deliver_postgis"
    BEGINS_ANEW = False

    def asked(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters of this act."""
        yield parameters.text("RELEASE", tr("Release (number)"), optional=False)
        yield parameters.text("TARGET", tr("Front database"), optional=False)
        yield parameters.text("SCHEMA", tr("Schema of the front database"), FRONT_SCHEMA)

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield number_output("ROWS", tr("Rows delivered"))

    def act(self, call: Call, given: dict[str, Any]) -> Report:
        """Load it."""
        from gridmgmt_plugin.jobs.handover.deliver_postgis import deliver_postgis  # noqa: PLC0415  heavy

        return deliver_postgis(
            call.workspace(),
            release=call.required_text("RELEASE"),
            target=call.required_text("TARGET"),
            schema=call.text("SCHEMA") or "",
            **given,
        )

    def counts(self, report: Report) -> dict[str, Any]:
        """Return the outputs that are numbers."""
        return {"ROWS": report.accepted}
