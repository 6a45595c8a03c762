"""``importtable``: departments, people, duty rules and other tables that offices keep."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qgis.core import QgsProcessingOutputDefinition, QgsProcessingParameterDefinition

from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.base import GridAlgorithm, author_parameter, number_output, updated_results
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.project.i18n import language, tr, translatable

_TABLES = ("department", "station", "person", "contact", "duty_rule", "duty_zone", "scheme", "covered_extent")


class ImportTable(GridAlgorithm):
    """See ``resources/help/importtable``."""

    KEY = "importtable"
    TITLE = translatable("Import staff and duty tables")
    GROUP = "import"
    ICON = "import_tables"

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        entries = load_json("schema/tables.json")["tables"]
        titles = {name: entries[name]["title"][language()] for name in _TABLES}
        yield parameters.choice("TABLE", tr("Table"), titles)
        yield parameters.table_file("INPUT", tr("Table or layer"), layers_too=True)
        yield parameters.update_mode()
        yield parameters.advanced(parameters.coordinates())
        yield parameters.advanced(parameters.column("X_FIELD", tr("Column with X or longitude")))
        yield parameters.advanced(parameters.column("Y_FIELD", tr("Column with Y or latitude")))
        yield parameters.field_map()
        yield parameters.encoding()
        yield author_parameter()
        yield parameters.report()

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield number_output("COUNT", tr("Rows taken"))
        yield number_output("UPDATED", tr("Rows updated"))
        yield number_output("REJECTED", tr("Rows not taken"))

    def execute(self, call: Call) -> dict[str, Any]:
        """Import the table."""
        from gridmgmt_plugin.jobs.intake.import_table import import_table  # noqa: PLC0415  heavy

        report = import_table(
            call.workspace(),
            call.table(),
            call.choice("TABLE"),
            field_map=call.json("FIELD_MAP"),
            x_field=call.text("X_FIELD"),
            y_field=call.text("Y_FIELD"),
            coordinates=call.choice("COORDINATES"),
            mode=call.choice("MODE"),
            author=call.author(),
            progress=call.progress,
        )
        return {**updated_results(call, report), "COUNT": report.accepted}
