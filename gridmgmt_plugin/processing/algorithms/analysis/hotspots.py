"""``hotspots`` and ``hotspottrend``: where cases pile up beyond chance, and where that begins, lasts or ends."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from qgis.core import QgsProcessingOutputDefinition, QgsProcessingParameterDefinition, QgsVectorLayer

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
# Corrected for 20 000 cells, less than these hardly reach the highest class.
_PERMUTATIONS, _MOST_PERMUTATIONS = 9_999, 99_999
_COUNTED: dict[str, type] = {"code": str, "name": str, "count": int, "rate": float}
_FIELDS: dict[str, type] = {
    **_COUNTED,
    "gi_z": float,
    "gi_p": float,
    "gi_p_sim": float,
    "gi_q": float,
    "hotspot": int,
    "place_no": int,
    "place_name": str,
    "main_class": str,
    "class_code": str,
    "kind": str,
    "lane_name": str,
    "responsibility_grid": str,
    "department_name": str,
    "person_name": str,
    "lane_officer_name": str,
}
_TREND_FIELDS: dict[str, type] = {
    **_COUNTED,
    "trend": str,
    "pattern": str,
    "trend_z": float,
    "trend_p": float,
    "slices_hot": int,
    "hotspot": int,
}


class CaseStatistic(GridAlgorithm):
    """What the two have in common: which cases count, by which places, and a layer of places."""

    GROUP = "analyse"

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        bases = {
            "none": tr("Nothing: plain counts"),
            "area": tr("Area (cases per hectare)"),
            "components": tr("Components (cases per 100)"),
            "length": tr("Length of street-lanes (cases per 100 m)"),
            "population": tr("People (cases per 1 000)"),
        }
        yield parameters.levels(tr("Count by"))
        yield parameters.text("SCHEME", tr("Grid scheme (for responsibility grids)"))
        yield from parameters.cases()
        yield parameters.choice("NORMALISE", tr("Divide by"), bases)
        yield from self.own_definitions()
        yield parameters.advanced(parameters.places())
        yield parameters.layer_out("OUTPUT", tr("Hot spots"))
        yield parameters.report()

    def own_definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters that only this one has."""
        return ()

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield number_output("COUNT", tr("Cases counted"))

    def chosen(self, call: Call) -> dict[str, Any]:
        """Return what was chosen, by the names that both jobs give it."""
        return {
            "level": call.choice("LEVEL"),
            "scheme": call.text("SCHEME"),
            "start": call.moment("FROM"),
            "end": call.moment("TO"),
            "class_prefix": call.text("CLASS_PREFIX") or "",
            "case_kind": call.choice_if_given("CASE_KIND") or "",
            "normalise": call.choice("NORMALISE"),
            "listed": call.source("PLACES"),
            "progress": call.progress,
        }

    def written(self, call: Call, found: Any, fields: Mapping[str, type], frame: Any) -> dict[str, Any]:
        """Write the places that were found to the layer."""
        from gridmgmt_plugin.processing.sinks import write_rows  # noqa: PLC0415  needs numpy

        level = call.choice("LEVEL")
        layer = write_rows(call, "OUTPUT", found.rows, fields, _GEOMETRY[level], frame)
        return {"OUTPUT": layer, "COUNT": found.report.accepted, "REPORT": call.report(found.report)}

    @abstractmethod
    def coloured(self, layer: QgsVectorLayer) -> None:
        """Colour the layer of places, where it is shown."""

    def dress(self, name: str, layer: QgsVectorLayer) -> None:  # noqa: ARG002  there is one
        """Colour the layer."""
        self.coloured(layer)


class FindHotspots(CaseStatistic):
    """See ``resources/help/hotspots``."""

    KEY = "hotspots"
    TITLE = translatable("Find hot spots")
    ICON = "hotspots"

    def own_definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return how it is told from chance that cases pile up."""
        ways = {
            "analytic": tr("Formula: as if values were normally distributed"),
            "permutation": tr("Permutation: values dealt out at random again and again"),
        }
        yield parameters.advanced(parameters.choice("SIGNIFICANCE", tr("Chance is judged by"), ways))
        often = parameters.number(
            "PERMUTATIONS", tr("How often values are dealt out"), _PERMUTATIONS, most=_MOST_PERMUTATIONS, whole=True
        )
        yield parameters.advanced(often)
        seed = parameters.number("SEED", tr("Seed: another number deals the values anew"), 0, whole=True)
        yield parameters.advanced(seed)

    def execute(self, call: Call) -> dict[str, Any]:
        """Find the hot spots and write them to the layer."""
        from gridmgmt_plugin.core.briefing.content import name_of  # noqa: PLC0415  heavy
        from gridmgmt_plugin.core.hotspots.analysis import Chance  # noqa: PLC0415  heavy
        from gridmgmt_plugin.jobs.analysis.case_overview import class_names  # noqa: PLC0415  heavy
        from gridmgmt_plugin.jobs.analysis.find_hotspots import find_hotspots  # noqa: PLC0415  heavy

        workspace = call.workspace()
        often, seed = int(call.number_or("PERMUTATIONS", _PERMUTATIONS)), call.integer("SEED") or 0
        found = find_hotspots(workspace, chance=Chance(call.choice("SIGNIFICANCE"), often, seed), **self.chosen(call))
        names = [place.text(language()) for place in found.places]
        places = [None if number is None else names[number - 1] for number in found.rows["place_no"]]
        titles = class_names(workspace.info)
        classes = [
            None if code is None else name_of(titles.get((kind or "", code), {}), code).text(language())
            for kind, code in zip(found.rows["kind"], found.rows["class_code"])
        ]
        named = replace(found, rows=found.rows.with_columns(place_name=places, main_class=classes))
        return self.written(call, named, _FIELDS, workspace.info.frame)

    def coloured(self, layer: QgsVectorLayer) -> None:
        """Give it its styles, by the class −3 … 3 and by how many cases."""
        from gridmgmt_plugin.project.map.place_colours import style_hotspots  # noqa: PLC0415  only when there is something

        style_hotspots(layer, language())


class FollowHotspots(CaseStatistic):
    """See ``resources/help/hotspottrend``."""

    KEY = "hotspottrend"
    TITLE = translatable("Follow hot spots over time")
    ICON = "hotspot_trend"

    def own_definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return how the period is cut."""
        slices = {"week": tr("Weeks"), "month": tr("Months"), "quarter": tr("Quarters")}
        yield parameters.choice("SLICE", tr("Cut the period into"), slices, usual="month")
        day = parameters.number(
            "MONTH_START", tr("A month of assessment begins on day"), 1, least=1, most=28, whole=True
        )
        yield parameters.advanced(day)

    def execute(self, call: Call) -> dict[str, Any]:
        """Follow the hot spots and write the places to the layer."""
        from gridmgmt_plugin.jobs.analysis.find_trend import find_trend  # noqa: PLC0415  heavy

        workspace = call.workspace()
        found = find_trend(
            workspace,
            slice_kind=call.choice("SLICE"),
            month_start=call.integer("MONTH_START") or 1,
            **self.chosen(call),
        )
        return self.written(call, found, _TREND_FIELDS, workspace.info.frame)

    def coloured(self, layer: QgsVectorLayer) -> None:
        """Colour it by what is new, what lasts and what fades."""
        from gridmgmt_plugin.project.map.place_colours import style_trends  # noqa: PLC0415  only when there is something

        style_trends(layer, language())
