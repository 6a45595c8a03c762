"""``hotspots``: cases counted per place, and where they pile up beyond chance."""

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
    "responsibility_grid": "MultiPolygon",
    "community": "MultiPolygon",
    "lane": "MultiLineString",
}
_FIELDS: dict[str, type] = {
    "code": str,
    "name": str,
    "count": int,
    "rate": float,
    "gi_z": float,
    "gi_p": float,
    "gi_q": float,
    "hotspot": int,
}


class FindHotspots(GridAlgorithm):
    """See ``resources/help/hotspots``."""

    KEY = "hotspots"
    TITLE = translatable("Find hot spots")
    GROUP = "analyse"
    ICON = "hotspots"

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        levels = {
            "unit_grid": tr("Unit grid"),
            "responsibility_grid": tr("Responsibility grid"),
            "community": tr("Community"),
            "lane": tr("Street-lane"),
        }
        bases = {
            "none": tr("Nothing: plain counts"),
            "area": tr("Area (cases per km²)"),
            "components": tr("Components (cases per 100)"),
            "length": tr("Length of street-lanes (cases per km)"),
        }
        kinds = {"event": tr("Events"), "component": tr("Components")}
        yield parameters.choice("LEVEL", tr("Count by"), levels)
        yield parameters.text("SCHEME", tr("Grid scheme (for responsibility grids)"))
        yield parameters.moment("FROM", tr("Reported from"), with_time=False)
        yield parameters.moment("TO", tr("Reported until"), with_time=False)
        yield parameters.text("CLASS_PREFIX", tr("Class codes that begin with"))
        yield parameters.choice("CASE_KIND", tr("Only cases about"), kinds, optional=True)
        yield parameters.choice("NORMALISE", tr("Divide by"), bases)
        yield QgsProcessingParameterFeatureSink("OUTPUT", tr("Hot spots"), QgsProcessing.SourceType.TypeVector)
        yield parameters.report()

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield number_output("COUNT", tr("Cases counted"))

    def execute(self, call: Call) -> dict[str, Any]:
        """Find the hot spots and write them to the layer."""
        from gridmgmt_plugin.jobs.analysis.find_hotspots import find_hotspots  # noqa: PLC0415  heavy
        from gridmgmt_plugin.processing.sinks import write_rows  # noqa: PLC0415  needs numpy

        workspace = call.workspace()
        level = call.choice("LEVEL")
        found = find_hotspots(
            workspace,
            level=level,
            scheme=call.text("SCHEME"),
            start=call.moment("FROM"),
            end=call.moment("TO"),
            class_prefix=call.text("CLASS_PREFIX") or "",
            case_kind=call.choice_if_given("CASE_KIND") or "",
            normalise=call.choice("NORMALISE"),
            progress=call.progress,
        )
        self._layer = write_rows(call, "OUTPUT", found.rows, _FIELDS, _GEOMETRY[level], workspace.info.frame)
        self._lines = level == "lane"
        return {"OUTPUT": self._layer, "COUNT": found.report.accepted, "REPORT": call.report(found.report)}

    def postProcessAlgorithm(
        self, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Mapping[str, Any]:
        """Colour the layer by class, where it is shown."""
        address = getattr(self, "_layer", None)
        if address and not self._lines:
            from gridmgmt_plugin.project.map.styles import style_hotspots  # noqa: PLC0415  only when there is something

            layer = QgsProcessingUtils.mapLayerFromString(address, context)
            if layer is not None:
                style_hotspots(layer, language())
        outputs: Mapping[str, Any] = super().postProcessAlgorithm(context, feedback)
        return outputs
