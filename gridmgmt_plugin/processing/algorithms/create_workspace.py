"""``createworkspace``: a workspace from the administrative areas of a district."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qgis.core import (
    QgsProcessingParameterCrs,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterFileDestination,
)

from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.base import GridAlgorithm, author_parameter
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.project.i18n import tr, translatable
from gridmgmt_plugin.workspace.logins import remember_login


class CreateWorkspace(GridAlgorithm):
    """See ``resources/help/createworkspace``."""

    KEY = "createworkspace"
    TITLE = translatable("New workspace")
    GROUP = "workspace"
    ICON = "create_workspace"
    NEEDS_WORKSPACE = False

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        yield parameters.layer("AREAS", tr("Areas"), parameters.POLYGONS)
        yield parameters.field("CODE_FIELD", tr("Column with area codes"), "AREAS")
        yield parameters.field("NAME_FIELD", tr("Column with names"), "AREAS")
        yield QgsProcessingParameterCrs("CRS", tr("Reference system of the workspace"), optional=True)
        yield parameters.text("LOCAL_FRAME", tr("Name of the local frame, if it has no public parameters"))
        yield parameters.coordinates()
        yield parameters.layers("MORE_AREAS", tr("Areas of further levels"), parameters.POLYGONS)
        yield parameters.flag("REPAIR", tr("Mend self-crossing boundaries"))
        yield parameters.flag("MERGE_PARTS", tr("Merge the pieces of one code"))
        yield parameters.advanced(
            parameters.choice("CODE_LAYOUT", tr("Code layout"), parameters.code_layouts("unit_grid"))
        )
        yield parameters.advanced(
            parameters.text("OBJECT_CODE", tr("Object class that leads the codes (20-digit layout)"))
        )
        policies = {
            "larger_keeps": tr("The larger part keeps the code"),
            "both_new": tr("Both parts get new codes"),
        }
        policy = parameters.choice("SPLIT_POLICY", tr("When a unit grid is split"), policies, optional=True)
        yield parameters.advanced(policy)
        yield author_parameter()
        yield QgsProcessingParameterFileDestination("OUTPUT", tr("Workspace to make"), "GeoPackage (*.gpkg)")
        yield parameters.report()

    def execute(self, call: Call) -> dict[str, Any]:
        """Create the workspace."""
        from gridmgmt_plugin.jobs.areas.create_workspace import create_workspace  # noqa: PLC0415  heavy

        layout = call.choice("CODE_LAYOUT")
        location = call.output_location("OUTPUT")
        report = create_workspace(
            [call.required("AREAS"), *call.sources("MORE_AREAS")],
            location,
            code_field=call.column("CODE_FIELD", "AREAS"),
            name_field=call.column("NAME_FIELD", "AREAS"),
            coordinates=call.choice("COORDINATES"),
            crs=call.crs("CRS"),
            local_frame=call.text("LOCAL_FRAME"),
            repair=call.flag("REPAIR"),
            merge_parts=call.flag("MERGE_PARTS"),
            code_layout=layout,
            object_code=call.text("OBJECT_CODE"),
            split_policy=call.choice_if_given("SPLIT_POLICY") or _split_policy(layout),
            author=call.author(),
            progress=call.progress,
        )
        remember_login(location)
        return {"OUTPUT": str(location), "REPORT": call.report(report)}


def _split_policy(layout: str) -> str:
    """Return the policy that comes with a code layout."""
    entries = load_json("layouts/codes.json")["layouts"]
    return str(next(entry["split_policy"] for entry in entries if entry["key"] == layout))
