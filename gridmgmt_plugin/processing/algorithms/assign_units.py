"""``assignunits``: unit grids given to a responsibility grid, as painting on the map does; lanes made grids."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessingParameterDefinition

from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.acts import ReportedAct
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.project.i18n import locale_tag, tr, translatable

if TYPE_CHECKING:
    from gridmgmt_plugin.core.report import Report


class AssignUnits(ReportedAct):
    """See ``resources/help/assignunits``."""

    KEY = "assignunits"
    TITLE = translatable("Give unit grids to a responsibility grid")
    GROUP = "grids"
    ICON = "paint"
    WINDOW = "paint"
    COUNTED = translatable("Unit grids that changed grids")
    LEFT_OUT = translatable("Unit grids that stay as they are")

    def asked(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters of this act."""
        yield parameters.text("SCHEME", tr("Grid scheme (key, such as cg)"), optional=False)
        yield parameters.text("GRID", tr("Responsibility grid that takes them (code, new or none)"), optional=False)
        yield parameters.text("UNITS", tr("Unit grids (codes with commas between them)"))
        yield parameters.layer("OUTLINES", tr("or: those in these polygons"), parameters.POLYGONS, optional=True)
        yield parameters.text("GRIDS", tr("or: all unit grids of these responsibility grids (codes)"))
        yield parameters.layer(
            "CUT", tr("or: what a line cuts off, the smaller side"), parameters.LINES, optional=True
        )
        yield parameters.text(
            "LANES", tr("or, in a scheme over street-lanes: lanes (codes; all for all without a grid)")
        )
        yield parameters.text("LOCKED", tr("Responsibility grids that stay (codes)"))

    def act(self, call: Call, given: dict[str, Any]) -> Report:
        """Assign."""
        from gridmgmt_plugin.jobs.responsibility.assign_units import assign_units  # noqa: PLC0415  heavy

        return assign_units(
            call.workspace(),
            scheme=call.required_text("SCHEME"),
            grid=call.required_text("GRID"),
            units=call.text("UNITS"),
            outlines=call.source("OUTLINES"),
            grids=call.text("GRIDS"),
            cut=call.source("CUT"),
            lanes=call.text("LANES"),
            locked=call.text("LOCKED"),
            language=locale_tag(),
            **given,
        )
