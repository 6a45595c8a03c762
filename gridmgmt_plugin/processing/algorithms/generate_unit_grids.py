"""``generateunitgrids``: unit grids drawn from areas and streets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qgis.core import QgsProcessingOutputDefinition, QgsProcessingParameterDefinition

from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.base import GridAlgorithm, author_parameter, number_output
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.project.i18n import tr, translatable


class GenerateUnitGrids(GridAlgorithm):
    """See ``resources/help/generateunitgrids``."""

    KEY = "generateunitgrids"
    TITLE = translatable("Draw unit grids from streets")
    GROUP = "grids"
    ICON = "generate_unit_grids"

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        modes = {
            "new": tr("New: only where there are no unit grids yet"),
            "replace": tr("Replace those that are there"),
        }
        yield parameters.text("SCOPE", tr("Only in these areas (codes)"))
        yield parameters.choice("MODE", tr("What to do"), modes)
        yield parameters.layer("STREETS", tr("Streets"), parameters.LINES, optional=True)
        yield parameters.field("NAME_FIELD", tr("Column with street names"), "STREETS")
        yield parameters.field("CLASS_FIELD", tr("Column with road classes"), "STREETS")
        yield parameters.layer("BUILDINGS", tr("Buildings not to cut"), parameters.POLYGONS, optional=True)
        yield parameters.layer("COMPOUNDS", tr("Compounds not to cut"), parameters.POLYGONS, optional=True)
        yield parameters.field("LAND_USE_FIELD", tr("Column of the compounds with land use"), "COMPOUNDS")
        yield parameters.field("GRADE_FIELD", tr("Column of the compounds with management grade"), "COMPOUNDS")
        yield parameters.field("KIND_FIELD", tr("Column of the compounds with grid kind"), "COMPOUNDS")
        yield parameters.layer("ROAD_AREAS", tr("Road areas that become cells"), parameters.POLYGONS, optional=True)
        yield parameters.coordinates()
        yield parameters.number("TARGET_AREA", tr("Target area of a unit grid (m²)"), 10_000.0, least=1.0)
        yield parameters.number("MIN_AREA", tr("Smallest area of a unit grid (m²)"))
        profile = parameters.text("PROFILE", tr("Target areas by land use or grade (JSON text or file)"), lines=True)
        yield parameters.advanced(profile)
        yield author_parameter()
        yield parameters.report()

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield number_output("COUNT", tr("Unit grids drawn"))

    def execute(self, call: Call) -> dict[str, Any]:
        """Draw the unit grids."""
        from gridmgmt_plugin.jobs.unit_grids.generate_unit_grids import generate_unit_grids  # noqa: PLC0415  heavy

        report = generate_unit_grids(
            call.workspace(),
            call.source("STREETS"),
            buildings=call.source("BUILDINGS"),
            compounds=call.source("COMPOUNDS"),
            road_areas=call.source("ROAD_AREAS"),
            coordinates=call.choice("COORDINATES"),
            name_field=call.column("NAME_FIELD", "STREETS"),
            class_field=call.column("CLASS_FIELD", "STREETS"),
            land_use_field=call.column("LAND_USE_FIELD", "COMPOUNDS"),
            grade_field=call.column("GRADE_FIELD", "COMPOUNDS"),
            kind_field=call.column("KIND_FIELD", "COMPOUNDS"),
            target_area_m2=call.number_or("TARGET_AREA", 10_000.0),
            min_area_m2=call.number("MIN_AREA"),
            profile=call.json("PROFILE"),
            scope=call.text("SCOPE"),
            mode=call.choice("MODE"),
            author=call.author(),
            progress=call.progress,
        )
        return {"COUNT": report.accepted, "REPORT": call.report(report)}
