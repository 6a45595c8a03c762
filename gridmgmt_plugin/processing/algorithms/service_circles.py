"""``servicecircles``: unit grids to the service centre that is nearest on foot, and what lies beyond."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qgis.core import QgsProcessingOutputDefinition, QgsProcessingParameterDefinition, QgsVectorLayer

from gridmgmt_plugin.core.walking.options import default
from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.base import GridAlgorithm, author_parameter, number_output
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.project.i18n import language, tr, translatable


class ServiceCircles(GridAlgorithm):
    """See ``resources/help/servicecircles``."""

    KEY = "servicecircles"
    TITLE = translatable("Service circles")
    GROUP = "grids"
    ICON = "service_circles"

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        optional, advanced = {"optional": True}, parameters.advanced
        yield parameters.layer("CENTRES", tr("Service centres (none: stations)"), parameters.ANY_VECTOR, **optional)
        yield parameters.field("NAME_FIELD", tr("Column with names of centres"), "CENTRES")
        yield parameters.layer("STREETS", tr("Streets (none: street-lanes)"), parameters.LINES, **optional)
        yield parameters.number("MINUTES", tr("Minutes on foot"), default("limit_minutes"))
        yield parameters.number("SPEED", tr("Walking speed (metres per minute)"), default("speed_m_min"))
        yield parameters.coordinates()
        yield parameters.text("SCHEME", tr("Also as a new grid scheme (key)"))
        yield advanced(parameters.text("TITLE", tr("Title of the scheme")))
        yield advanced(parameters.text("ALTERNATIVE_OF", tr("An alternative of this grid scheme (key)")))
        yield from parameters.fields_of_points("CENTRES")
        yield parameters.layer_out("OUTPUT", tr("Unit grids by minutes on foot"), parameters.POLYGONS)
        yield parameters.layer_out(
            "CENTRES_OUTPUT", tr("Service centres with figures"), parameters.POINTS, optional=True
        )
        yield author_parameter()
        yield parameters.report()

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield number_output("COUNT", tr("Unit grids with a centre"))
        yield number_output("BEYOND", tr("Unit grids beyond the minutes"))

    def execute(self, call: Call) -> dict[str, Any]:
        """Find the circles and write them to the layers, and to a scheme where one is named."""
        from gridmgmt_plugin.core.rows import Rows  # noqa: PLC0415  needs numpy
        from gridmgmt_plugin.core.walking.options import WalkingOptions  # noqa: PLC0415  with the job
        from gridmgmt_plugin.jobs.responsibility.circle_centres import CentreFields  # noqa: PLC0415  heavy
        from gridmgmt_plugin.jobs.responsibility.circle_scheme import WantedScheme  # noqa: PLC0415  heavy
        from gridmgmt_plugin.jobs.responsibility.service_circles import (  # noqa: PLC0415  heavy
            CENTRE_FIELDS,
            UNIT_FIELDS,
            find_service_circles,
        )
        from gridmgmt_plugin.processing.sinks import write_rows  # noqa: PLC0415  needs numpy

        workspace, key = call.workspace(), call.text("SCHEME")
        wanted = WantedScheme(key, call.text("TITLE") or "", call.text("ALTERNATIVE_OF") or "") if key else None
        self._minutes = call.number_or("MINUTES", default("limit_minutes"))
        frame = workspace.info.frame
        made: dict[str, str] = {}

        def write_layers(units: Rows, centres: Rows) -> None:
            made["OUTPUT"] = write_rows(call, "OUTPUT", units, UNIT_FIELDS, "Polygon", frame)
            if call.is_given("CENTRES_OUTPUT"):
                made["CENTRES_OUTPUT"] = write_rows(call, "CENTRES_OUTPUT", centres, CENTRE_FIELDS, "Point", frame)

        found = find_service_circles(
            workspace,
            centres=call.source("CENTRES"),
            streets=call.source("STREETS"),
            fields=CentreFields(*(call.column(name, "CENTRES") for name in ("NAME_FIELD", "X_FIELD", "Y_FIELD"))),
            coordinates=call.choice("COORDINATES"),
            options=WalkingOptions(call.number_or("SPEED", default("speed_m_min")), self._minutes),
            scheme=wanted,
            author=call.author(),
            progress=call.progress,
            before_writing=write_layers,
        )
        figures = {"COUNT": found.report.accepted, "BEYOND": found.beyond}
        return {**made, **figures, "REPORT": call.report(found.report)}

    def dress(self, name: str, layer: QgsVectorLayer) -> None:
        """Colour the unit grids by minutes and name the centres."""
        from gridmgmt_plugin.project.map.circles_style import style_centres, style_circles  # noqa: PLC0415  when needed

        if name == "OUTPUT":
            style_circles(layer, self._minutes, language())
        else:
            style_centres(layer)
