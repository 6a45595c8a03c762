"""``exportsurvey``, ``importsurvey``: components out to a survey with QField or Mergin, and back again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessingOutputDefinition, QgsProcessingParameterDefinition

from gridmgmt_plugin.core.titles import INVENTORY
from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.algorithms.inventory.asked import asked_components, which_components
from gridmgmt_plugin.processing.base import GridAlgorithm, author_parameter, number_output
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.project.i18n import language, tr, translatable

if TYPE_CHECKING:
    from gridmgmt_plugin.core.report import Report


class ExportSurvey(GridAlgorithm):
    """See ``resources/help/exportsurvey``."""

    KEY = "exportsurvey"
    TITLE = translatable("Survey layer of components")
    GROUP = "import"
    ICON = "export_survey"
    WINDOW = "component_inventory"

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        yield from which_components()
        yield parameters.file_out("OUTPUT", tr("Survey layer"), "GeoPackage (*.gpkg)")
        yield parameters.report()

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield number_output("COUNT", tr("Components in the survey"))

    def execute(self, call: Call) -> dict[str, Any]:
        """Write the survey layer."""
        from gridmgmt_plugin.jobs.inventory.change_components import Meant  # noqa: PLC0415  heavy
        from gridmgmt_plugin.jobs.inventory.survey_out import export_survey  # noqa: PLC0415  heavy
        from gridmgmt_plugin.project.forms.component_survey import dress_component_survey  # noqa: PLC0415  needs forms

        workspace, path = call.workspace(), call.output_path("OUTPUT")
        meant = Meant(**asked_components(call))
        report: Report = export_survey(workspace, meant, path, progress=call.progress)
        dress_component_survey(path, workspace, language())
        return {"OUTPUT": path, "COUNT": report.accepted, "REPORT": call.report(report)}


class ImportSurvey(GridAlgorithm):
    """See ``resources/help/importsurvey``."""

    KEY = "importsurvey"
    TITLE = translatable("Take in a survey of components")
    GROUP = "import"
    ICON = "import_survey"
    WINDOW = "component_inventory"
    COLUMNS = INVENTORY

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        gone = {
            "leave": tr("Leave them, only list them"),
            "丢失": tr("Set them to missing"),
            "废弃": tr("Set them to abandoned"),
        }
        conflicts = {"here": tr("Keep what is here"), "survey": tr("Take what the survey says")}
        yield parameters.table_file("INPUT", tr("Survey layer"), layers_too=True)
        yield parameters.choice("GONE", tr("Components that did not come back"), gone)
        yield parameters.choice("CONFLICTS", tr("Where both sides have changed"), conflicts)
        layouts = parameters.code_layouts("component")
        yield parameters.advanced(parameters.choice("COMPONENT_LAYOUT", tr("Layout of component codes"), layouts))
        yield parameters.layer_out("DIFFERENCES", tr("Differences of the survey"), parameters.POINTS, optional=True)
        yield author_parameter()
        yield parameters.report()

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield number_output("COUNT", tr("Components taken over"))
        yield number_output("REJECTED", tr("Conflicts and rows not taken"))

    def execute(self, call: Call) -> dict[str, Any]:
        """Compare, take over, and write the differences."""
        from gridmgmt_plugin.jobs.inventory import survey_in as job  # noqa: PLC0415  heavy
        from gridmgmt_plugin.processing.sinks import write_rows  # noqa: PLC0415  needs numpy

        workspace = call.workspace()
        found = job.import_survey(
            workspace,
            call.required_text("INPUT"),
            gone=call.choice("GONE"),
            conflicts_follow_survey=call.choice("CONFLICTS") == "survey",
            component_layout=call.choice("COMPONENT_LAYOUT"),
            language=language(),
            author=call.author(),
            progress=call.progress,
        )
        made = {}
        if call.is_given("DIFFERENCES"):
            types, frame = job.DIFFERENCE_COLUMNS, workspace.info.frame
            made["DIFFERENCES"] = write_rows(call, "DIFFERENCES", found.rows, types, "Point", frame)
        counts = {"COUNT": found.report.accepted, "REJECTED": found.report.rejected}
        return {**made, **counts, "REPORT": call.report(found.report)}
