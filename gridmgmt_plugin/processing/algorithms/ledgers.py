"""``importledger`` and ``ledgercounts``: lists that a city keeps, as overlays, and how they stand by place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessingOutputDefinition, QgsProcessingParameterDefinition, QgsVectorLayer

from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.acts import TableImport
from gridmgmt_plugin.processing.base import GridAlgorithm, number_output
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.project.i18n import tr, translatable

if TYPE_CHECKING:
    from gridmgmt_plugin.core.report import Report

_FIELDS = {
    "key": "KEY_FIELD",
    "name": "NAME_FIELD",
    "status": "STATUS_FIELD",
    "due_on": "DUE_FIELD",
    "grid": "GRID_FIELD",
}
_GEOMETRY = {"unit_grid": "Polygon", "lane": "MultiLineString"}


class ImportLedger(TableImport):
    """See ``resources/help/importledger``."""

    KEY = "importledger"
    TITLE = translatable("Import a ledger")
    ICON = "import_ledger"
    COUNTED = translatable("New rows")
    FIGURE = "added"

    def asked(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters of this act."""
        yield parameters.table_file("INPUT", tr("Table or layer"), layers_too=True)
        yield parameters.text("LEDGER", tr("Ledger (key; a new one makes a new ledger)"), optional=False)
        yield parameters.text("TITLE", tr("Name of the ledger"))
        yield from parameters.places_of_points()
        yield parameters.column("KEY_FIELD", tr("Column with numbers or codes"))
        yield parameters.column("NAME_FIELD", tr("Column with names"))
        yield parameters.column("STATUS_FIELD", tr("Column with the status"))
        yield parameters.column("DUE_FIELD", tr("Column with the due day"))
        yield parameters.column("GRID_FIELD", tr("Column with codes of unit grids, for rows without coordinates"))
        yield parameters.text("DONE", tr("Statuses that count as done (commas between)"))
        yield parameters.flag("WHOLE", tr("The file lists the whole ledger: what is missing is marked"), default=True)
        yield parameters.advanced(parameters.stored_values("SYMBOL", tr("Symbol"), "ledger_symbol"))
        yield parameters.advanced(parameters.text("COLOUR", tr("Colour, such as #1d4ed8")))

    def act(self, call: Call, given: dict[str, Any]) -> Report:
        """Import the ledger."""
        from gridmgmt_plugin.jobs.intake.import_points import named_fields  # noqa: PLC0415  heavy
        from gridmgmt_plugin.jobs.ledgers.import_ledger import LedgerWishes, import_ledger  # noqa: PLC0415  heavy

        told = {role: call.text(name) for role, name in _FIELDS.items()}
        wishes = LedgerWishes(
            call.text("TITLE") or "",
            call.text("DONE") or "",
            call.choice_if_given("SYMBOL") or "",
            call.text("COLOUR") or "",
        )
        return import_ledger(
            call.workspace(),
            call.table(),
            call.required_text("LEDGER"),
            wishes,
            fields=named_fields(given.pop("field_map"), **told),
            x_field=call.text("X_FIELD"),
            y_field=call.text("Y_FIELD"),
            coordinates=call.choice("COORDINATES"),
            is_whole=call.flag("WHOLE"),
            **given,
        )


class LedgerCounts(GridAlgorithm):
    """See ``resources/help/ledgercounts``."""

    KEY = "ledgercounts"
    TITLE = translatable("Count ledgers by place")
    GROUP = "import"
    ICON = "ledger_counts"
    _is_one = False

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        levels = {
            "unit_grid": tr("Unit grid"),
            "responsibility_grid": tr("Responsibility grid"),
            "community": tr("Community"),
            "street_office": tr("Street office"),
            "county": tr("County"),
            "lane": tr("Street-lane"),
        }
        yield parameters.text("LEDGER", tr("Ledger (key; all of them if empty)"))
        yield parameters.choice("LEVEL", tr("Count by"), levels)
        yield parameters.text("SCHEME", tr("Grid scheme (for responsibility grids)"))
        yield parameters.advanced(parameters.places())
        yield parameters.layer_out("OUTPUT", tr("Ledgers by place"))
        yield parameters.report()

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield number_output("COUNT", tr("Items listed"))
        yield number_output("OVERDUE", tr("Items overdue"))

    def execute(self, call: Call) -> dict[str, Any]:
        """Count, and write the places to the layer."""
        from gridmgmt_plugin.jobs.ledgers.ledger_counts import COUNT_COLUMNS, ledger_counts  # noqa: PLC0415  heavy
        from gridmgmt_plugin.processing.sinks import write_rows  # noqa: PLC0415  needs numpy

        workspace, level = call.workspace(), call.choice("LEVEL")
        scheme = call.text("SCHEME") or ""
        listed = call.source("PLACES")
        found = ledger_counts(workspace, call.text("LEDGER") or "", level, scheme, listed, call.progress)
        geometry = _GEOMETRY.get(level, "MultiPolygon")
        made = write_rows(call, "OUTPUT", found.rows, COUNT_COLUMNS, geometry, workspace.info.frame)
        figures = found.report.figures
        counts = {"COUNT": figures["items"], "OVERDUE": figures["overdue"]}
        self._is_one = figures["ledgers"] == 1
        return {"OUTPUT": made, **counts, "REPORT": call.report(found.report)}

    def dress(self, name: str, layer: QgsVectorLayer) -> None:  # noqa: ARG002  there is one
        """Colour places by what a ledger has there; places of several ledgers lie over each other."""
        if self._is_one:
            from gridmgmt_plugin.project.map.place_colours import style_numbers  # noqa: PLC0415  when needed

            style_numbers(layer, ["items", "open", "overdue"])
