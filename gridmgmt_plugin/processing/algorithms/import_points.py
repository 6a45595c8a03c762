"""``importcomponents`` and ``importcases``: points of a table or layer, each with its unit grid and lane."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qgis.core import QgsProcessingOutputDefinition, QgsProcessingParameterDefinition

from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.base import GridAlgorithm, author_parameter, number_output, updated_results
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.project.i18n import tr, translatable


class _ImportPoints(GridAlgorithm):
    """What both have in common."""

    GROUP = "import"

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield number_output("COUNT", tr("New rows"))
        yield number_output("UPDATED", tr("Rows updated"))
        yield number_output("REJECTED", tr("Rows not taken"))

    def _first(self) -> Iterable[QgsProcessingParameterDefinition]:
        yield parameters.table_file("INPUT", tr("Table or layer"), layers_too=True)
        yield parameters.coordinates()
        yield parameters.column("X_FIELD", tr("Column with X or longitude"))
        yield parameters.column("Y_FIELD", tr("Column with Y or latitude"))
        yield parameters.column("CLASS_FIELD", tr("Column with classes"))
        yield parameters.column("ID_FIELD", tr("Column with numbers or codes"))
        yield parameters.update_mode()

    def _last(self) -> Iterable[QgsProcessingParameterDefinition]:
        yield parameters.field_map()
        yield parameters.encoding()
        yield author_parameter()
        yield parameters.report()

    def _arguments(self, call: Call) -> dict[str, Any]:
        return {
            "x_field": call.text("X_FIELD"),
            "y_field": call.text("Y_FIELD"),
            "coordinates": call.choice("COORDINATES"),
            "class_field": call.text("CLASS_FIELD"),
            "id_field": call.text("ID_FIELD"),
            "field_map": call.json("FIELD_MAP"),
            "mode": call.choice("MODE"),
            "author": call.author(),
            "progress": call.progress,
        }


class ImportComponents(_ImportPoints):
    """See ``resources/help/importcomponents``."""

    KEY = "importcomponents"
    TITLE = translatable("Import components")
    ICON = "import_components"

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        yield from self._first()
        layouts = parameters.code_layouts("component")
        yield parameters.advanced(parameters.choice("CODE_LAYOUT", tr("Code layout"), layouts))
        yield from self._last()

    def execute(self, call: Call) -> dict[str, Any]:
        """Import the components."""
        from gridmgmt_plugin.jobs.intake.import_components import import_components  # noqa: PLC0415  heavy

        layout = call.choice("CODE_LAYOUT")
        report = import_components(call.workspace(), call.table(), component_layout=layout, **self._arguments(call))
        return updated_results(call, report)


class ImportCases(_ImportPoints):
    """See ``resources/help/importcases``."""

    KEY = "importcases"
    TITLE = translatable("Import cases")
    ICON = "import_cases"

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        yield from self._first()
        yield parameters.column("REPORTED_FIELD", tr("Column with the time reported"))
        yield parameters.column("CLOSED_FIELD", tr("Column with the time closed"))
        yield parameters.column("STATUS_FIELD", tr("Column with the status"))
        yield from self._last()

    def execute(self, call: Call) -> dict[str, Any]:
        """Import the cases."""
        from gridmgmt_plugin.jobs.intake.import_cases import import_cases  # noqa: PLC0415  heavy

        report = import_cases(
            call.workspace(),
            call.table(),
            reported_field=call.text("REPORTED_FIELD"),
            closed_field=call.text("CLOSED_FIELD"),
            status_field=call.text("STATUS_FIELD"),
            **self._arguments(call),
        )
        return updated_results(call, report)
