"""``importposts`` and ``exportposts``: posts of street-lane officers and grid staff, in and out as tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessingOutputDefinition, QgsProcessingParameterDefinition

from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.acts import TableImport
from gridmgmt_plugin.processing.base import GridAlgorithm, author_parameter, number_output, text_output
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.processing.folders import required_folder
from gridmgmt_plugin.project.i18n import locale_tag, tr, translatable

if TYPE_CHECKING:
    from gridmgmt_plugin.core.report import Report


def _of_places() -> Iterable[QgsProcessingParameterDefinition]:
    yield parameters.post_target(tr("Posts of"))
    yield parameters.text("SCHEME", tr("Grid scheme (for responsibility grids)"))


class ImportPosts(TableImport):
    """See ``resources/help/importposts``."""

    KEY = "importposts"
    TITLE = translatable("Import posts")
    COUNTED = translatable("Posts taken")
    ICON = "import_posts"

    def asked(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters of this act."""
        yield parameters.table_file("INPUT", tr("Table of posts"))
        yield from _of_places()

    def act(self, call: Call, given: dict[str, Any]) -> Report:
        """Import the posts."""
        from gridmgmt_plugin.jobs.people.import_posts import import_posts  # noqa: PLC0415  heavy

        target, scheme = call.choice("TARGET"), call.text("SCHEME")
        return import_posts(call.workspace(), call.table(), target=target, scheme=scheme, **given)


class ExportPosts(GridAlgorithm):
    """See ``resources/help/exportposts``."""

    KEY = "exportposts"
    TITLE = translatable("Export posts")
    GROUP = "import"
    ICON = "export_posts"

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        yield from _of_places()
        yield parameters.folder("FOLDER", tr("Folder"))
        yield parameters.table_formats()
        yield parameters.text("SINCE", tr("Only changes since (a date, or “last”)"))
        yield parameters.flag("TEMPLATES", tr("A row for every place without a post"), default=True)
        yield parameters.flag("WITH_PERSONS", tr("With a table of the persons"))
        yield parameters.overwrite()
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
