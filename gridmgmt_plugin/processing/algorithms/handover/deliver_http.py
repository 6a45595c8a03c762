"""``deliverhttp``: a package is sent to the interface of a dispatch system."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessingOutputDefinition,
    QgsProcessingParameterAuthConfig,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterFile,
)

from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.acts import ReportedAct
from gridmgmt_plugin.processing.base import number_output
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.project.i18n import tr, translatable

if TYPE_CHECKING:
    from gridmgmt_plugin.core.report import Report

_ROWS_EACH = 500


class DeliverHttp(ReportedAct):
    """See ``resources/help/deliverhttp``."""

    KEY = "deliverhttp"
    TITLE = translatable("Send to a web interface")
    GROUP = "handover"
    ICON = "deliver_http"
    BEGINS_ANEW = False

    def asked(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters of this act."""
        files = f"{tr('Packages')} (*.zip manifest.json);;{tr('All files')} (*)"
        yield QgsProcessingParameterFile("PACKAGE", tr("Package"), fileFilter=files)
        yield parameters.text("TARGET", tr("Web address of the interface"), optional=False)
        yield QgsProcessingParameterAuthConfig("LOGIN", tr("Login, as QGIS stores it"), optional=True)
        rows = parameters.number("ROWS_EACH", tr("Rows in one request"), _ROWS_EACH, least=1, whole=True)
        yield parameters.advanced(rows)

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield number_output("ROWS", tr("Rows sent"))

    def act(self, call: Call, given: dict[str, Any]) -> Report:
        """Send it."""
        from gridmgmt_plugin.jobs.handover.deliver_http import deliver_http  # noqa: PLC0415  heavy
        from gridmgmt_plugin.project.network import QgisTransport  # noqa: PLC0415  loads the network

        return deliver_http(
            call.workspace(),
            package=call.required_text("PACKAGE"),
            target=call.required_text("TARGET"),
            transport=QgisTransport(call.text("LOGIN") or ""),
            rows_each=call.integer("ROWS_EACH") or _ROWS_EACH,
            **given,
        )

    def counts(self, report: Report) -> dict[str, Any]:
        """Return the outputs that are numbers."""
        return {"ROWS": report.accepted}
