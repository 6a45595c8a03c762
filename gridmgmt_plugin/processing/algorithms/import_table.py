"""``importtable``: departments, people, duty rules and other tables that offices keep."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessingParameterDefinition

from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.acts import TableImport
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.project.i18n import language, tr, translatable
from gridmgmt_plugin.workspace.schema import OFFICE_TABLES

if TYPE_CHECKING:
    from gridmgmt_plugin.core.report import Report


class ImportTable(TableImport):
    """See ``resources/help/importtable``."""

    KEY = "importtable"
    TITLE = translatable("Import staff and duty tables")
    ICON = "import_tables"

    def asked(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters of this act."""
        entries = load_json("schema/tables.json")["tables"]
        titles = {name: entries[name]["title"][language()] for name in OFFICE_TABLES}
        yield parameters.choice("TABLE", tr("Table"), titles)
        yield parameters.table_file("INPUT", tr("Table or layer"), layers_too=True)
        yield from map(parameters.advanced, parameters.places_of_points())

    def act(self, call: Call, given: dict[str, Any]) -> Report:
        """Import the table."""
        from gridmgmt_plugin.jobs.intake.import_table import import_table  # noqa: PLC0415  heavy

        return import_table(
            call.workspace(),
            call.table(),
            call.choice("TABLE"),
            x_field=call.text("X_FIELD"),
            y_field=call.text("Y_FIELD"),
            coordinates=call.choice("COORDINATES"),
            **given,
        )
