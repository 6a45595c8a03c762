"""``importunitgrids``: unit grids that were drawn elsewhere, examined before they are taken."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessingOutputDefinition, QgsProcessingParameterDefinition

from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.base import GridAlgorithm, author_parameter, number_output
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.project.i18n import tr, translatable

if TYPE_CHECKING:
    from gridmgmt_plugin.exchange.source import Source

_DRAWING = ".dxf"


class ImportUnitGrids(GridAlgorithm):
    """See ``resources/help/importunitgrids``."""

    KEY = "importunitgrids"
    TITLE = translatable("Import unit grids")
    GROUP = "grids"
    ICON = "import_unit_grids"

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        modes = {
            "new": tr("New: only while the workspace has no unit grids"),
            "update": tr("Update those with the same code"),
            "replace": tr("Replace all of the area named below"),
        }
        states = {"draft": tr("Draft: may still change"), "valid": tr("In use already: for ever")}
        yield parameters.layer("INPUT", tr("Unit grids"), parameters.ANY_VECTOR)
        yield parameters.field("CODE_FIELD", tr("Column with grid codes"), "INPUT")
        yield parameters.choice("MODE", tr("What to do"), modes)
        yield parameters.text("SCOPE", tr("Only within this area (code)"))
        yield parameters.flag("REPAIR", tr("Repair the shapes"))
        yield parameters.coordinates()
        yield parameters.advanced(parameters.text("DRAWING_LAYERS", tr("Layers of a DXF with the boundaries")))
        yield parameters.advanced(parameters.choice("STATE", tr("State of the codes"), states))
        yield parameters.field_map()
        yield author_parameter()
        yield parameters.report()

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield number_output("COUNT", tr("Unit grids taken"))
        yield number_output("REJECTED", tr("Rows not taken"))

    def execute(self, call: Call) -> dict[str, Any]:
        """Import the unit grids."""
        from gridmgmt_plugin.jobs.unit_grids.import_unit_grids import import_unit_grids  # noqa: PLC0415  heavy

        workspace, source = call.workspace(), _source(call)
        report = import_unit_grids(
            workspace,
            source,
            code_field=call.column("CODE_FIELD", "INPUT"),
            field_map=call.json("FIELD_MAP"),
            mode=call.choice("MODE"),
            scope=call.text("SCOPE"),
            repair=call.flag("REPAIR"),
            coordinates=call.choice("COORDINATES"),
            state=call.choice("STATE"),
            author=call.author(),
            progress=call.progress,
        )
        return {"COUNT": report.accepted, "REJECTED": report.rejected, "REPORT": call.report(report)}


def _source(call: Call) -> Source:
    """Return the cells of a layer, or the faces between the lines of a drawing."""
    path = call.path_of("INPUT") or ""
    if not path.lower().endswith(_DRAWING):
        return call.required("INPUT")
    from gridmgmt_plugin.jobs.unit_grids.import_unit_grids import read_unit_grids  # noqa: PLC0415  heavy

    return call.taken("INPUT", read_unit_grids(path, call.text("DRAWING_LAYERS")))
