"""``recurrence``: what was closed and came back at the same place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qgis.core import QgsProcessingOutputDefinition, QgsProcessingParameterDefinition, QgsVectorLayer

from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.base import GridAlgorithm, number_output
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.project.i18n import language, tr, translatable

_FIELDS: dict[str, type] = {
    "place": str,
    "class_code": str,
    "kind": str,
    "times": int,
    "not_held": int,
    "cases": int,
    "first": str,
    "last": str,
    "p": float,
    "unit_grid": str,
    "responsibility_grid": str,
    "lane_code": str,
    "lane_name": str,
    "department_name": str,
    "person_name": str,
    "lane_officer_name": str,
}


class FindRecurrence(GridAlgorithm):
    """See ``resources/help/recurrence``."""

    KEY = "recurrence"
    TITLE = translatable("Find what comes back")
    GROUP = "analyse"
    ICON = "recurrence"

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        usual = load_json("statistics/recurrence.json")
        yield parameters.number(
            "DAYS", tr("Reported again within days of the closing"), usual["days"], whole=True, least=1
        )
        yield parameters.number("DISTANCE", tr("Cases of one place lie within (m)"), usual["distance_m"], least=0.1)
        yield from parameters.cases()
        yield parameters.text("SCHEME", tr("Name the person of the grid scheme"))
        yield parameters.number("SEED", tr("Seed: another number deals the days anew"), 0, whole=True)
        dealt = parameters.number(
            "PERMUTATIONS", tr("How often days are dealt anew for the probability"), usual["permutations"], whole=True
        )
        yield parameters.advanced(dealt)
        yield parameters.layer_out("OUTPUT", tr("What came back"), parameters.POINTS)
        yield parameters.report()

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield number_output("COUNT", tr("Places where something came back"))

    def execute(self, call: Call) -> dict[str, Any]:
        """Find what came back and write the places to the layer."""
        from gridmgmt_plugin.jobs.analysis.find_recurrence import find_recurrence  # noqa: PLC0415  heavy
        from gridmgmt_plugin.processing.sinks import write_rows  # noqa: PLC0415  needs numpy

        usual = load_json("statistics/recurrence.json")
        workspace = call.workspace()
        found = find_recurrence(
            workspace,
            days=call.number_or("DAYS", usual["days"]),
            distance_m=call.number_or("DISTANCE", usual["distance_m"]),
            start=call.moment("FROM"),
            end=call.moment("TO"),
            class_prefix=call.text("CLASS_PREFIX") or "",
            case_kind=call.choice_if_given("CASE_KIND") or "",
            scheme=call.text("SCHEME") or "",
            permutations=int(call.number_or("PERMUTATIONS", usual["permutations"])),
            seed=call.integer("SEED") or 0,
            progress=call.progress,
        )
        layer = write_rows(call, "OUTPUT", found.rows, _FIELDS, "Point", workspace.info.frame)
        return {"OUTPUT": layer, "COUNT": found.report.accepted, "REPORT": call.report(found.report)}

    def dress(self, name: str, layer: QgsVectorLayer) -> None:  # noqa: ARG002  there is one
        """Draw the places by how often something came back."""
        from gridmgmt_plugin.project.map.place_colours import style_recurrence  # noqa: PLC0415  when needed

        style_recurrence(layer, language())
