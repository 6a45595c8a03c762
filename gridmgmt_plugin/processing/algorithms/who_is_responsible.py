"""``whoisresponsible``: who answers for what lies at these points."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qgis.core import QgsProcessingOutputDefinition, QgsProcessingParameterDefinition

from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.base import GridAlgorithm, number_output
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.project.i18n import tr, translatable


class WhoIsResponsible(GridAlgorithm):
    """See ``resources/help/whoisresponsible``."""

    KEY = "whoisresponsible"
    TITLE = translatable("Who answers")
    GROUP = "analyse"
    ICON = "who_answers"

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        yield parameters.layer("POINTS", tr("Points"), parameters.ANY_VECTOR)
        yield parameters.field("CLASS_FIELD", tr("Column with class codes"), "POINTS")
        yield parameters.text("SCHEME", tr("Grid scheme (key, such as cg)"))
        yield parameters.moment("AT", tr("Date and time asked about"), with_time=True)
        yield parameters.coordinates()
        yield parameters.advanced(parameters.field("KIND_FIELD", tr("Column with event or component"), "POINTS"))
        yield parameters.advanced(parameters.field("COMPONENT_FIELD", tr("Column with component codes"), "POINTS"))
        yield from parameters.fields_of_points("POINTS")
        yield parameters.layer_out("OUTPUT", tr("Who is responsible"), parameters.POINTS)
        yield parameters.report()

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield number_output("COUNT", tr("Points answered"))

    def execute(self, call: Call) -> dict[str, Any]:
        """Ask for every point and write the answers to the layer."""
        from gridmgmt_plugin.core.rows import Rows  # noqa: PLC0415  needs numpy
        from gridmgmt_plugin.jobs.people.who_is_responsible import (  # noqa: PLC0415  heavy
            ANSWER_FIELDS,
            NAME_FIELDS,
            who_is_responsible,
        )
        from gridmgmt_plugin.processing.sinks import types_of, write_rows  # noqa: PLC0415  needs numpy

        workspace = call.workspace()
        found = who_is_responsible(
            workspace,
            call.required("POINTS"),
            class_field=call.column("CLASS_FIELD", "POINTS"),
            kind_field=call.column("KIND_FIELD", "POINTS"),
            component_field=call.column("COMPONENT_FIELD", "POINTS"),
            x_field=call.column("X_FIELD", "POINTS"),
            y_field=call.column("Y_FIELD", "POINTS"),
            coordinates=call.choice("COORDINATES"),
            scheme=call.text("SCHEME") or "",
            at=call.moment("AT"),
            progress=call.progress,
        )
        ours = dict.fromkeys((*ANSWER_FIELDS, *NAME_FIELDS), str)
        given = {name: column for name, column in found.rows.columns.items() if name not in ours}
        types = {**ours, **types_of(Rows(given))}
        layer = write_rows(call, "OUTPUT", found.rows, types, "Point", workspace.info.frame)
        return {"OUTPUT": layer, "COUNT": found.report.accepted, "REPORT": call.report(found.report)}
