"""``systemcoverage``: how far the grid system reaches in each street office."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qgis.core import QgsProcessingOutputDefinition, QgsProcessingParameterDefinition

from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.base import GridAlgorithm, number_output
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.project.i18n import language, tr, translatable


class TellCoverage(GridAlgorithm):
    """See ``resources/help/systemcoverage``."""

    KEY = "systemcoverage"
    TITLE = translatable("Coverage of the system")
    GROUP = "handover"
    ICON = "system_coverage"

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        yield parameters.text("SCHEME", tr("Grid scheme (of all if empty)"))
        yield parameters.moment("ON", tr("On this day (today if empty)"), with_time=False)
        yield parameters.layer_out("OUTPUT", tr("Coverage of the system"))
        yield parameters.folder("FOLDER", tr("Folder for the table as a workbook"), optional=True)
        yield parameters.advanced(parameters.overwrite())
        yield parameters.report()

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield number_output("COUNT", tr("Street offices"))

    def execute(self, call: Call) -> dict[str, Any]:
        """Tell the coverage and write the table."""
        from gridmgmt_plugin.jobs.analysis.system_coverage import COVERAGE_COLUMNS, system_coverage  # noqa: PLC0415
        from gridmgmt_plugin.processing.sinks import write_rows  # noqa: PLC0415  needs numpy

        workspace = call.workspace()
        found = system_coverage(
            workspace,
            scheme=call.text("SCHEME"),
            on=call.moment("ON"),
            folder=call.text("FOLDER"),
            overwrite=call.flag("OVERWRITE"),
            language=language(),
            progress=call.progress,
        )
        layer = write_rows(call, "OUTPUT", found.rows, COVERAGE_COLUMNS, "MultiPolygon", workspace.info.frame)
        return {"OUTPUT": layer, "COUNT": found.report.accepted, "REPORT": call.report(found.report)}
