"""``assignunits``: unit grids given to a responsibility grid, as painting on the map does; lanes made grids."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qgis.core import QgsProcessingOutputDefinition, QgsProcessingParameterDefinition

from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.base import GridAlgorithm, author_parameter, number_output
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.project.i18n import locale_tag, tr, translatable


class AssignUnits(GridAlgorithm):
    """See ``resources/help/assignunits``."""

    KEY = "assignunits"
    TITLE = translatable("Give unit grids to a responsibility grid")
    GROUP = "grids"
    ICON = "paint"
    WINDOW = "paint"

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        yield parameters.text("SCHEME", tr("Grid scheme (key, such as cg)"), optional=False)
        yield parameters.text("GRID", tr("Responsibility grid that takes them (code, new or none)"), optional=False)
        yield parameters.text("UNITS", tr("Unit grids (codes with commas between them)"))
        yield parameters.layer("OUTLINES", tr("or: those in these polygons"), parameters.POLYGONS, optional=True)
        yield parameters.text(
            "LANES", tr("or, in a scheme over street-lanes: lanes (codes; all for all without a grid)")
        )
        yield parameters.text("LOCKED", tr("Responsibility grids that stay (codes)"))
        yield author_parameter()
        yield parameters.report()

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield number_output("COUNT", tr("Unit grids that changed grids"))
        yield number_output("REJECTED", tr("Unit grids that stay as they are"))

    def execute(self, call: Call) -> dict[str, Any]:
        """Assign."""
        from gridmgmt_plugin.jobs.responsibility.assign_units import assign_units  # noqa: PLC0415  heavy

        report = assign_units(
            call.workspace(),
            scheme=call.required_text("SCHEME"),
            grid=call.required_text("GRID"),
            units=call.text("UNITS"),
            outlines=call.source("OUTLINES"),
            lanes=call.text("LANES"),
            locked=call.text("LOCKED"),
            language=locale_tag(),
            author=call.author(),
            progress=call.progress,
        )
        return {"COUNT": report.accepted, "REJECTED": report.rejected, "REPORT": call.report(report)}
