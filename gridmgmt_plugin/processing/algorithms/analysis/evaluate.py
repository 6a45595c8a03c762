"""``evaluate``: what the cases of a period prove of places, departments and persons."""

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
)

from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.base import GridAlgorithm, number_output
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.project.i18n import language, tr, translatable

_GEOMETRY = {
    "unit_grid": "Polygon",
    "lane": "MultiLineString",
    "department": "NoGeometry",
    "person": "NoGeometry",
}
_PERCENT = 100.0
# What the job takes by itself, in percent.
_PANEL_SHARE = 40.0


class Evaluate(GridAlgorithm):
    """See ``resources/help/evaluate``."""

    KEY = "evaluate"
    TITLE = translatable("Evaluate by cases")
    GROUP = "analyse"
    ICON = "evaluate"
    _layer = ""

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        levels = {
            "street_office": tr("Street office"),
            "community": tr("Community"),
            "county": tr("County"),
            "responsibility_grid": tr("Responsibility grid"),
            "unit_grid": tr("Unit grid"),
            "lane": tr("Street-lane"),
            "department": tr("Department"),
            "person": tr("Person"),
        }
        belonging = {"reported": tr("whose they were when reported"), "today": tr("whose they are today")}
        yield parameters.choice("LEVEL", tr("Evaluate"), levels)
        yield parameters.choice("BY", tr("Cases count for those"), belonging)
        yield parameters.text("SCHEME", tr("Grid scheme (for responsibility grids and persons)"))
        yield from parameters.cases()
        yield parameters.table_file("SCORES", tr("Panel scores, monthly checks or votes"), optional=True)
        yield parameters.number("PANEL_SHARE", tr("How much these weigh (%)"), _PANEL_SHARE, most=_PERCENT)
        hard = parameters.number(
            "DIFFICULTY", tr("How much a high share of unregistered people raises a score (%)"), 0.0, most=_PERCENT
        )
        yield parameters.advanced(hard)
        slices = {
            "day": tr("Days"),
            "week": tr("Weeks"),
            "month": tr("Months"),
            "quarter": tr("Quarters"),
            "year": tr("Years"),
        }
        yield parameters.advanced(parameters.choice("SLICE", tr("Cut the period into"), slices, usual="month"))
        day = parameters.number(
            "MONTH_START", tr("A month of assessment begins on day"), 1, least=1, most=28, whole=True
        )
        yield parameters.advanced(day)
        yield QgsProcessingParameterFeatureSink("OUTPUT", tr("Evaluation"), QgsProcessing.SourceType.TypeVector)
        yield parameters.layer_out("SERIES", tr("Evaluation by time"), optional=True, by_default=False)
        yield parameters.report()

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield number_output("COUNT", tr("Cases filed"))

    def execute(self, call: Call) -> dict[str, Any]:
        """Judge the places and write them to the layer."""
        from gridmgmt_plugin.jobs.analysis.evaluate import evaluate, evaluation_columns  # noqa: PLC0415  heavy
        from gridmgmt_plugin.jobs.analysis.evaluated_slices import series_columns  # noqa: PLC0415  heavy
        from gridmgmt_plugin.processing.sinks import write_rows  # noqa: PLC0415  needs numpy

        workspace = call.workspace()
        level = call.choice("LEVEL")
        found = evaluate(
            workspace,
            start=call.moment("FROM"),
            end=call.moment("TO"),
            level=level,
            by=call.choice("BY"),
            scheme=call.text("SCHEME"),
            class_prefix=call.text("CLASS_PREFIX") or "",
            case_kind=call.choice_if_given("CASE_KIND") or "",
            scores=call.table("SCORES") if call.is_given("SCORES") else None,
            panel_share=call.number_or("PANEL_SHARE", _PANEL_SHARE) / _PERCENT,
            difficulty_strength=call.number_or("DIFFICULTY", 0.0) / _PERCENT,
            slice_kind=call.choice("SLICE") if call.is_given("SERIES") else "",
            month_start=call.integer("MONTH_START") or 1,
            progress=call.progress,
        )
        geometry = _GEOMETRY.get(level, "MultiPolygon")
        self._layer = write_rows(call, "OUTPUT", found.rows, evaluation_columns(), geometry, workspace.info.frame)
        made = {"OUTPUT": self._layer}
        if found.series is not None:
            types, frame = series_columns(), workspace.info.frame
            made["SERIES"] = write_rows(call, "SERIES", found.series, types, "NoGeometry", frame)
        return {**made, "COUNT": found.report.accepted, "REPORT": call.report(found.report)}

    def postProcessAlgorithm(
        self, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Mapping[str, Any]:
        """Colour the places by their grade, where they are shown."""
        layer = QgsProcessingUtils.mapLayerFromString(self._layer, context) if self._layer else None
        if layer is not None:
            from gridmgmt_plugin.project.map.place_colours import style_grades  # noqa: PLC0415  when needed

            style_grades(layer, language())
        outputs: Mapping[str, Any] = super().postProcessAlgorithm(context, feedback)
        return outputs
