"""``importposts`` and ``exportposts``: posts of street-lane officers and grid staff, in and out as tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qgis.core import QgsProcessingOutputDefinition, QgsProcessingParameterDefinition

from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.base import (
    GridAlgorithm,
    author_parameter,
    number_output,
    text_output,
    updated_results,
)
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.processing.folders import required_folder
from gridmgmt_plugin.project.i18n import locale_tag, tr, translatable


class _Posts(GridAlgorithm):
    """What both have in common."""

    GROUP = "import"

    def _scope(self) -> Iterable[QgsProcessingParameterDefinition]:
        targets = {
            "responsibility_grid": tr("Responsibility grid"),
            "lane": tr("Street-lane"),
            "area": tr("Area or office"),
            "station": tr("Station"),
        }
        yield parameters.choice("TARGET", tr("Posts of"), targets)
        yield parameters.text("SCHEME", tr("Grid scheme (for responsibility grids)"))


class ImportPosts(_Posts):
    """See ``resources/help/importposts``."""

    KEY = "importposts"
    TITLE = translatable("Import posts")
    ICON = "import_posts"

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        yield parameters.table_file("INPUT", tr("Table of posts"))
        yield from self._scope()
        yield parameters.update_mode()
        yield parameters.field_map()
        yield parameters.encoding()
        yield author_parameter()
        yield parameters.report()

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield number_output("COUNT", tr("Posts taken"))
        yield number_output("UPDATED", tr("Rows updated"))
        yield number_output("REJECTED", tr("Rows not taken"))

    def execute(self, call: Call) -> dict[str, Any]:
        """Import the posts."""
        from gridmgmt_plugin.jobs.people.import_posts import import_posts  # noqa: PLC0415  heavy

        report = import_posts(
            call.workspace(),
            call.table(),
            target=call.choice("TARGET"),
            scheme=call.text("SCHEME"),
            field_map=call.json("FIELD_MAP"),
            mode=call.choice("MODE"),
            author=call.author(),
            progress=call.progress,
        )
        return {**updated_results(call, report), "COUNT": report.accepted}


class ExportPosts(_Posts):
    """See ``resources/help/exportposts``."""

    KEY = "exportposts"
    TITLE = translatable("Export posts")
    ICON = "export_posts"

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        yield from self._scope()
        yield parameters.folder("FOLDER", tr("Folder"))
        formats = {"csv": "CSV", "xlsx": "Excel"}
        yield parameters.choices("FORMATS", tr("Formats (both if none is chosen)"), formats, usual=tuple(formats))
        yield parameters.text("SINCE", tr("Only changes since (a date, or “last”)"))
        yield parameters.flag("TEMPLATES", tr("A row for every place without a post"), default=True)
        yield parameters.flag("WITH_PERSONS", tr("With a table of the persons"))
        yield parameters.flag("OVERWRITE", tr("Replace files of the same name"))
        yield parameters.advanced(parameters.flag("WITH_CONTACTS", tr("With telephone numbers")))
        yield author_parameter()
        yield parameters.report()

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield number_output("COUNT", tr("Posts written"))
        yield text_output("NUMBER", tr("Number of the export"))

    def execute(self, call: Call) -> dict[str, Any]:
        """Export the posts."""
        from gridmgmt_plugin.jobs.people.export_posts import export_posts  # noqa: PLC0415  heavy
        from gridmgmt_plugin.jobs.people.people_tables import FORMATS  # noqa: PLC0415  heavy

        report = export_posts(
            call.workspace(),
            required_folder(call, "FOLDER"),
            target=call.choice("TARGET"),
            scheme=call.text("SCHEME"),
            formats=call.choices("FORMATS") or FORMATS,
            with_contacts=call.flag("WITH_CONTACTS"),
            with_persons=call.flag("WITH_PERSONS"),
            templates=call.flag("TEMPLATES"),
            since=call.text("SINCE"),
            author=call.author(),
            overwrite=call.flag("OVERWRITE"),
            language=locale_tag(),
            progress=call.progress,
        )
        number = report.figures.get("number", "")
        return {"COUNT": report.accepted, "NUMBER": number, "REPORT": call.report(report)}
