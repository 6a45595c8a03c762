"""``importcomponents`` and ``importcases``: points of a table or layer, each with its unit grid and lane."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessingParameterDefinition

from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.acts import TableImport
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.project.i18n import tr, translatable

if TYPE_CHECKING:
    from gridmgmt_plugin.core.report import Report


class _ImportPoints(TableImport):
    """What both have in common."""

    COUNTED = translatable("New rows")
    FIGURE = "added"
    BY_SOURCE = False

    def asked(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters of this act."""
        yield parameters.table_file("INPUT", tr("Table or layer"), layers_too=True)
        yield from parameters.places_of_points(by_source=self.BY_SOURCE)
        yield parameters.column("CLASS_FIELD", tr("Column with classes"))
        yield parameters.column("ID_FIELD", tr("Column with numbers or codes"))

    def given(self, call: Call) -> dict[str, Any]:
        """Return what both are given."""
        fields = {name.lower(): call.text(name) for name in ("X_FIELD", "Y_FIELD", "CLASS_FIELD", "ID_FIELD")}
        return {**fields, "coordinates": call.choice("COORDINATES"), **super().given(call)}


class ImportComponents(_ImportPoints):
    """See ``resources/help/importcomponents``."""

    KEY = "importcomponents"
    TITLE = translatable("Import components")
    ICON = "import_components"

    def asked(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters of this act."""
        yield from super().asked()
        layouts = parameters.code_layouts("component")
        yield parameters.advanced(parameters.choice("CODE_LAYOUT", tr("Code layout"), layouts))

    def act(self, call: Call, given: dict[str, Any]) -> Report:
        """Import the components."""
        from gridmgmt_plugin.jobs.intake.import_components import import_components  # noqa: PLC0415  heavy

        layout = call.choice("CODE_LAYOUT")
        return import_components(call.workspace(), call.table(), component_layout=layout, **given)


class ImportCases(_ImportPoints):
    """See ``resources/help/importcases``."""

    KEY = "importcases"
    TITLE = translatable("Import cases")
    ICON = "import_cases"
    BY_SOURCE = True

    def asked(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters of this act."""
        yield from super().asked()
        yield parameters.column("REPORTED_FIELD", tr("Column with the time reported"))
        yield parameters.column("CLOSED_FIELD", tr("Column with the time closed"))
        yield parameters.column("STATUS_FIELD", tr("Column with the status"))
        yield parameters.text("SOURCE", tr("Source of cases of which no column says it"))
        yield parameters.text("SOURCE_PROFILE", tr("Kind of source, by the name under which its columns are kept"))
        repeats = tr("Mark new cases that may have been reported twice as duplicates of the earlier ones")
        yield parameters.flag("MARK_REPEATED", repeats)

    def act(self, call: Call, given: dict[str, Any]) -> Report:
        """Import the cases; a large file is read part by part, so that it is never in memory whole."""
        from gridmgmt_plugin.core.intake.arriving_files import digest_of_input  # noqa: PLC0415  heavy
        from gridmgmt_plugin.exchange.reading import is_large, read_batches  # noqa: PLC0415  heavy
        from gridmgmt_plugin.jobs.intake.import_cases import import_cases  # noqa: PLC0415  heavy

        if given["coordinates"] == parameters.BY_SOURCE:
            given["coordinates"] = ""
        path = call.required_text("INPUT")
        digest = digest_of_input(path)  # before it is read: what is written to it meanwhile was not taken in
        large = is_large(path)
        return import_cases(
            call.workspace(),
            read_batches(path, call.encoding(), call.progress.part(0.0, 0.7)) if large else call.table(),
            reported_field=call.text("REPORTED_FIELD"),
            closed_field=call.text("CLOSED_FIELD"),
            status_field=call.text("STATUS_FIELD"),
            source_word=call.text("SOURCE"),
            marks_repeated=call.flag("MARK_REPEATED"),
            digest=digest,
            profile=call.text("SOURCE_PROFILE"),
            **given,
        )
