"""``comparestates``: what passes from whom to whom between two states of responsibility grids."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from qgis.core import QgsProcessingOutputDefinition, QgsProcessingParameterDefinition, QgsVectorLayer

from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.base import GridAlgorithm, number_output
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.project.i18n import locale_tag, tr, translatable


class CompareStates(GridAlgorithm):
    """See ``resources/help/comparestates``."""

    KEY = "comparestates"
    TITLE = translatable("Compare states")
    GROUP = "handover"
    ICON = "compare_states"

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        yield parameters.text("BASE", tr("From (today, a release, a scheme, a date)"), optional=False)
        yield parameters.text("OTHER", tr("To (today, a release, a scheme, a date)"), "today", optional=False)
        yield parameters.text("SCHEME", tr("Grid scheme (of today and of dates)"))
        yield parameters.layer_out("OUTPUT", tr("What passes from whom to whom"), parameters.POLYGONS)
        yield parameters.report()

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield number_output("MOVED", tr("Unit grids that pass to another grid"))

    def execute(self, call: Call) -> dict[str, Any]:
        """Compare, and write what passes to the layer."""
        from gridmgmt_plugin.jobs.responsibility.compare_states import FIELDS, compare_states  # noqa: PLC0415  heavy
        from gridmgmt_plugin.processing.sinks import write_rows  # noqa: PLC0415  needs numpy

        workspace = call.workspace()
        found = compare_states(
            workspace,
            call.required_text("BASE"),
            call.required_text("OTHER"),
            scheme=call.text("SCHEME") or "",
            progress=call.progress,
        )
        layer = write_rows(call, "OUTPUT", found.rows, FIELDS, "MultiPolygon", workspace.info.frame)
        states = {"base": found.base.title.text(locale_tag()), "other": found.other.title.text(locale_tag())}
        report = replace(found.report, figures={**found.report.figures, **states})
        return {"OUTPUT": layer, "MOVED": found.moved, "REPORT": call.report(report)}

    def dress(self, name: str, layer: QgsVectorLayer) -> None:  # noqa: ARG002  there is one
        """Draw the layer with the names of giver and taker."""
        from gridmgmt_plugin.project.map.passing_style import style_passing  # noqa: PLC0415  only when needed

        style_passing(layer)
