"""``importreceipt``: what a receiver answered about the rows of a release."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessingOutputDefinition, QgsProcessingParameterDefinition

from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.acts import ReportedAct
from gridmgmt_plugin.processing.base import number_output
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.project.i18n import tr, translatable

if TYPE_CHECKING:
    from gridmgmt_plugin.core.report import Report


class ImportReceipt(ReportedAct):
    """See ``resources/help/importreceipt``."""

    KEY = "importreceipt"
    TITLE = translatable("Import a receipt")
    GROUP = "handover"
    ICON = "import_receipt"

    def asked(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters of this act."""
        yield parameters.table_file("INPUT", tr("Receipt of the receiver"), more="*.json")
        yield parameters.text("RELEASE", tr("Release (number)"), optional=False)
        yield parameters.field_map()
        yield parameters.encoding()

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield number_output("ACCEPTED", tr("Rows that the receiver accepted"))
        yield number_output("REJECTED", tr("Rows that the receiver refused"))

    def act(self, call: Call, given: dict[str, Any]) -> Report:
        """Read the receipt and enter it."""
        from gridmgmt_plugin.exchange.package.receipt_file import read_receipt  # noqa: PLC0415  heavy
        from gridmgmt_plugin.jobs.handover.import_receipt import import_receipt  # noqa: PLC0415  heavy

        call.progress.report(0.0)
        source = read_receipt(call.required_text("INPUT"), call.encoding())
        release = call.required_text("RELEASE")
        return import_receipt(call.workspace(), source, release, field_map=call.json("FIELD_MAP"), **given)

    def counts(self, report: Report) -> dict[str, Any]:
        """Return the outputs that are numbers."""
        return {"ACCEPTED": report.figures["accepted"], "REJECTED": report.figures["rejected"]}
