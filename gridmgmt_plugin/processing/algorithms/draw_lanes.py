"""``drawlanes``: the lanes of a round of inspections by lot, as a layer to take outside and a sheet to print."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qgis.core import QgsProcessingOutputDefinition, QgsProcessingParameterDefinition, QgsVectorLayer

from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.algorithms.inspections import KIND_OF_INSPECTION, checklist_of, checklist_parameter
from gridmgmt_plugin.processing.base import GridAlgorithm, number_output
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.processing.folders import folder_of
from gridmgmt_plugin.project.i18n import language, tr, translatable


class DrawLanes(GridAlgorithm):
    """See ``resources/help/drawlanes``."""

    KEY = "drawlanes"
    TITLE = translatable("Draw street-lanes for inspection")
    GROUP = "analyse"
    ICON = "draw_lanes"

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        strata = {
            "office": tr("Street office"),
            "community": tr("Community"),
            "road_class": tr("Road class"),
            "standing": tr("Standing"),
        }
        yield parameters.number("COUNT", tr("How many lanes (all if empty)"), least=1, whole=True)
        yield parameters.choices("BY", tr("In proportion by"), strata, usual=("office",))
        yield parameters.number("SEED", tr("Random seed"), 1, whole=True)
        yield parameters.stored_values("KIND", tr("Kind of the inspection"), KIND_OF_INSPECTION)
        yield checklist_parameter()
        yield parameters.folder("FOLDER", tr("Folder for the sheet to print (xlsx)"), optional=True)
        yield parameters.flag("PAGES", tr("Also a page for each lane to print (PDF)"))
        yield parameters.overwrite()
        yield parameters.layer_out("OUTPUT", tr("Survey layer"), parameters.LINES)
        yield parameters.report()

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield number_output("COUNT", tr("Lanes drawn"))

    def execute(self, call: Call) -> dict[str, Any]:
        """Draw the lanes and write them to the layer."""
        from gridmgmt_plugin.jobs.inspection.draw_lanes import draw_lanes, survey_columns  # noqa: PLC0415  heavy
        from gridmgmt_plugin.processing.sinks import write_rows  # noqa: PLC0415  needs numpy

        workspace = call.workspace()
        found = draw_lanes(
            workspace,
            count=call.integer("COUNT"),
            by=call.choices("BY") or ("office",),
            seed=call.integer("SEED") or 0,
            checklist=checklist_of(call),
            kind=call.choice_if_given("KIND") or "",
            folder=folder_of(call, "FOLDER"),
            with_pages=call.flag("PAGES"),
            overwrite=call.flag("OVERWRITE"),
            language=language(),
            progress=call.progress,
        )
        self._checklist = found.checklist
        types = survey_columns(found.checklist)
        layer = write_rows(call, "OUTPUT", found.rows, types, "MultiLineString", workspace.info.frame)
        return {"OUTPUT": layer, "COUNT": found.report.accepted, "REPORT": call.report(found.report)}

    def dress(self, name: str, layer: QgsVectorLayer) -> None:  # noqa: ARG002  there is one
        """Give the layer its titles and choices, and keep them in the file, for whoever opens it outside."""
        from gridmgmt_plugin.project.forms.survey import dress_survey  # noqa: PLC0415  only with a layer

        dress_survey(layer, self._checklist, language())
