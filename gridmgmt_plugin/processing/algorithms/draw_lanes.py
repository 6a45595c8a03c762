"""``drawlanes``: the lanes of a round of inspections by lot, as a layer to take outside and a sheet to print."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputDefinition,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterFeatureSink,
    QgsProcessingUtils,
    QgsVectorLayer,
)

from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.algorithms.inspections import checklist_of, checklist_parameter, kinds_of_inspection
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
        yield parameters.choice("KIND", tr("Kind of the inspection"), kinds_of_inspection(), optional=True)
        yield checklist_parameter()
        folder = parameters.folder("FOLDER", tr("Folder for the sheet to print (xlsx)"))
        folder.setFlags(folder.flags() | QgsProcessingParameterDefinition.Flag.FlagOptional)
        yield folder
        yield parameters.flag("OVERWRITE", tr("Replace files of the same name"))
        line = QgsProcessing.SourceType.TypeVectorLine
        yield QgsProcessingParameterFeatureSink("OUTPUT", tr("Survey layer"), line)
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
            overwrite=call.flag("OVERWRITE"),
            language=language(),
            progress=call.progress,
        )
        self._checklist = found.checklist
        types = survey_columns(found.checklist)
        self._layer = write_rows(call, "OUTPUT", found.rows, types, "MultiLineString", workspace.info.frame)
        return {"OUTPUT": self._layer, "COUNT": found.report.accepted, "REPORT": call.report(found.report)}

    def postProcessAlgorithm(
        self, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Mapping[str, Any]:
        """Give the layer its titles and choices, and keep them in the file, for whoever opens it outside."""
        outputs: Mapping[str, Any] = super().postProcessAlgorithm(context, feedback)
        address = getattr(self, "_layer", None)
        layer = QgsProcessingUtils.mapLayerFromString(address, context) if address else None
        if isinstance(layer, QgsVectorLayer):
            from gridmgmt_plugin.project.forms.survey import dress_survey  # noqa: PLC0415  only with a layer

            dress_survey(layer, self._checklist, language())
        return outputs
