"""``importlanes``: street segments joined into street-lanes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qgis.core import QgsProcessingOutputDefinition, QgsProcessingParameterDefinition

from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.base import GridAlgorithm, author_parameter, number_output
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.project.i18n import locale_tag, tr, translatable


class ImportLanes(GridAlgorithm):
    """See ``resources/help/importlanes``."""

    KEY = "importlanes"
    TITLE = translatable("Import street-lanes")
    GROUP = "import"
    ICON = "import_lanes"

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        modes = {
            "new": tr("New: there are no street-lanes yet"),
            "update": tr("Update those that are there, add the others"),
        }
        yield parameters.text("SCOPE", tr("Only in these areas (codes)"))
        yield parameters.choice("MODE", tr("What to do"), modes)
        yield parameters.layer("STREETS", tr("Streets"), parameters.LINES)
        yield parameters.field("NAME_FIELD", tr("Column with street names"), "STREETS")
        yield parameters.field("CLASS_FIELD", tr("Column with road classes"), "STREETS")
        yield parameters.coordinates()
        yield author_parameter()
        yield parameters.report()

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield number_output("COUNT", tr("Street-lanes made"))

    def execute(self, call: Call) -> dict[str, Any]:
        """Make the street-lanes."""
        from gridmgmt_plugin.jobs.checks.known_streets import keep_streets  # noqa: PLC0415  heavy
        from gridmgmt_plugin.jobs.lanes.import_lanes import import_lanes  # noqa: PLC0415  heavy

        workspace, name_field = call.workspace(), call.column("NAME_FIELD", "STREETS")
        report = import_lanes(
            workspace,
            call.required("STREETS"),
            name_field=name_field,
            class_field=call.column("CLASS_FIELD", "STREETS"),
            coordinates=call.choice("COORDINATES"),
            scope=call.text("SCOPE"),
            mode=call.choice("MODE"),
            language=locale_tag(),
            author=call.author(),
            progress=call.progress,
        )
        keep_streets(workspace.location, call.address_of("STREETS"), call.choice("COORDINATES"), name_field)
        return {"COUNT": report.accepted, "REPORT": call.report(report)}
