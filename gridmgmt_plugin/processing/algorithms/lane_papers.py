"""``lanepapers``: task letters, publicity signs and weekly sheets of street-lanes as PDF."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qgis.core import QgsProcessingOutputDefinition, QgsProcessingParameterDefinition

from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.base import GridAlgorithm, number_output, text_output
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.processing.folders import required_folder
from gridmgmt_plugin.project.i18n import locale_tag, tr, translatable


class LanePapers(GridAlgorithm):
    """See ``resources/help/lanepapers``."""

    KEY = "lanepapers"
    TITLE = translatable("Papers of street-lanes")
    GROUP = "people"
    ICON = "lane_papers"

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        kinds = {
            "task_letter": tr("Task letters"),
            "sign": tr("Publicity signs"),
            "weekly": tr("Weekly sheets of the officers"),
            "inspection": tr("Inspection sheets"),
            "sign_a4": tr("Publicity signs on A4"),
        }
        files = {"together": tr("One file with all pages"), "apart": tr("A file for each page")}
        yield parameters.choice("KIND", tr("Kind of paper"), kinds)
        yield parameters.text("LANES", tr("Only these street-lanes or areas (codes)"))
        yield parameters.text("TEMPLATE", tr("Template (a .qpt file; empty: the workspace's own)"))
        yield parameters.folder("FOLDER", tr("Folder"))
        yield parameters.choice("FILES", tr("Files"), files)
        yield parameters.moment("ON", tr("Officers of which day (today if left out)"), with_time=False)
        yield parameters.text("MAP_APPROVAL", tr("Map approval number"))
        yield parameters.report()

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield number_output("COUNT", tr("Pages made"))
        yield text_output("FOLDER", tr("Folder"))

    def execute(self, call: Call) -> dict[str, Any]:
        """Make the papers."""
        from gridmgmt_plugin.jobs.papers.lane_papers import lane_papers  # noqa: PLC0415  heavy

        folder = required_folder(call, "FOLDER")
        report = lane_papers(
            call.workspace(),
            folder,
            kind=call.choice("KIND"),
            lanes=call.listed("LANES") or (),
            template=call.text("TEMPLATE"),
            files=call.choice("FILES"),
            on=call.moment("ON"),
            map_approval=call.text("MAP_APPROVAL") or "",
            language=locale_tag(),
            progress=call.progress,
        )
        return {"COUNT": report.accepted, "FOLDER": folder, "REPORT": call.report(report)}
