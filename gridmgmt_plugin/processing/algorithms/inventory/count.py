"""``componentinventory``: how many components there are, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qgis.core import QgsProcessingOutputDefinition, QgsProcessingParameterDefinition, QgsVectorLayer

from gridmgmt_plugin.core.titles import INVENTORY
from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.algorithms.inventory.asked import asked_components, which_components
from gridmgmt_plugin.processing.base import GridAlgorithm, number_output
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.project.i18n import language, tr, translatable

KINDS = {
    "major": translatable("Major class"),
    "class_code": translatable("Class"),
    "state": translatable("State"),
    "owner_state": translatable("State of ownership"),
    "department_code": translatable("Competent department"),
    "age": translatable("Age of the survey"),
    "county": translatable("County"),
    "street_office": translatable("Street office"),
    "community": translatable("Community"),
    "responsibility_grid": translatable("Responsibility grid"),
    "unit_grid": translatable("Unit grid"),
    "lane_code": translatable("Street-lane"),
}
_USUAL = ("class_code", "state")


class ComponentInventory(GridAlgorithm):
    """See ``resources/help/componentinventory``."""

    KEY = "componentinventory"
    TITLE = translatable("Component inventory as tables")
    GROUP = "analyse"
    ICON = "component_tables"
    WINDOW = "component_inventory"
    COLUMNS = INVENTORY

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        kinds = {kind: tr(title) for kind, title in KINDS.items()}
        yield parameters.choices("BY", tr("Count by"), kinds, _USUAL)
        yield from which_components()
        yield parameters.advanced(parameters.places())
        yield parameters.text("SCHEME", tr("Grid scheme (for responsibility grids)"))
        yield parameters.moment("GONE_SINCE", tr("Newly gone since (the last import if empty)"), with_time=False)
        layouts = parameters.code_layouts("component")
        yield parameters.advanced(parameters.choice("COMPONENT_LAYOUT", tr("Layout of component codes"), layouts))
        yield parameters.layer_out("OUTPUT", tr("Component counts"))
        yield parameters.layer_out("PROBLEMS", tr("Component problems"), parameters.POINTS, optional=True)
        yield parameters.layer_out(
            "PAIRS", tr("Old and new codes side by side"), parameters.POINTS, optional=True, by_default=False
        )
        yield parameters.folder("FOLDER", tr("Folder for the tables as workbooks"), optional=True)
        yield parameters.advanced(parameters.overwrite())
        yield parameters.report()

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield number_output("COUNT", tr("Components counted"))
        yield number_output("FAULTS", tr("Component problems found"))

    def execute(self, call: Call) -> dict[str, Any]:
        """Count, and write the tables."""
        from gridmgmt_plugin.jobs.inventory import count_components as job  # noqa: PLC0415  heavy
        from gridmgmt_plugin.jobs.inventory.code_pairs import PAIR_COLUMNS, pair_rows  # noqa: PLC0415  heavy
        from gridmgmt_plugin.jobs.inventory.component_problems import PROBLEM_COLUMNS  # noqa: PLC0415  heavy
        from gridmgmt_plugin.processing.sinks import write_rows  # noqa: PLC0415  needs numpy

        workspace, by = call.workspace(), call.choices("BY") or _USUAL
        found = job.count_components(
            workspace,
            by=by,
            **asked_components(call),
            listed=call.source("PLACES"),
            scheme=call.text("SCHEME"),
            since=call.moment("GONE_SINCE") or "",
            component_layout=call.choice("COMPONENT_LAYOUT"),
            folder=call.text("FOLDER"),
            overwrite=call.flag("OVERWRITE"),
            language=language(),
            progress=call.progress,
        )
        frame = workspace.info.frame
        made = {
            "OUTPUT": write_rows(call, "OUTPUT", found.rows, job.count_columns(by), job.count_geometry(by), frame)
        }
        if call.is_given("PROBLEMS"):
            rows = found.problems.rows(language())
            made["PROBLEMS"] = write_rows(call, "PROBLEMS", rows, PROBLEM_COLUMNS, "Point", frame)
        if call.is_given("PAIRS"):
            made["PAIRS"] = write_rows(call, "PAIRS", pair_rows(found.pairs), PAIR_COLUMNS, "Point", frame)
        counts = {"COUNT": found.report.figures["counted"], "FAULTS": len(found.problems.found)}
        return {**made, **counts, "REPORT": call.report(found.report)}

    def dress(self, name: str, layer: QgsVectorLayer) -> None:
        """Colour places by how many components they have, and how densely."""
        if name == "OUTPUT":
            from gridmgmt_plugin.project.map.place_colours import style_numbers  # noqa: PLC0415  when needed

            style_numbers(layer, ["count"], ["per_hectare", "per_100m"])
