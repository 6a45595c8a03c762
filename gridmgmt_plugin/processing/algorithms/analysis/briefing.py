"""``briefing``: the cases of a period as a paper, pictures, a workbook and a page, in one go."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qgis.core import QgsProcessingOutputDefinition, QgsProcessingParameterDefinition

from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.base import GridAlgorithm, number_output, text_output
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.processing.folders import required_folder
from gridmgmt_plugin.project.i18n import language, tr, translatable

_WORDS = ("SOURCES", "STATUSES", "DEPARTMENTS")


class MakeBriefing(GridAlgorithm):
    """See ``resources/help/briefing``."""

    KEY = "briefing"
    TITLE = translatable("Briefing")
    GROUP = "analyse"
    ICON = "briefing"

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        formats = {"pdf": tr("PDF (A3)"), "png": tr("Pictures"), "xlsx": "Excel", "html": tr("Web page (one file)")}
        tongues = {"zh": tr("Chinese"), "en": tr("English")}
        yield from parameters.cases()
        yield parameters.levels(tr("Count by"))
        yield parameters.text("SCHEME", tr("Grid scheme (for responsibility grids)"))
        yield parameters.choices("FORMATS", tr("Formats (all if none is chosen)"), formats, usual=tuple(formats))
        yield parameters.choice("LANGUAGE", tr("Language of the briefing"), tongues, usual=language())
        yield parameters.folder("FOLDER", tr("Folder"))
        yield parameters.text("TEMPLATE", tr("Template (a .qpt file; empty: the workspace's own)"))
        yield parameters.text("CLASSES", tr("Only cases of these classes"))
        yield parameters.text("SOURCES", tr("Only cases of these sources"))
        yield parameters.text("STATUSES", tr("Only cases in these states"))
        yield parameters.text("DEPARTMENTS", tr("Only cases of these departments (codes)"))
        yield parameters.flag("SENSITIVE", tr("With components of sensitive classes"))
        day = parameters.number(
            "MONTH_START", tr("A month of assessment begins on day"), 1, least=1, most=28, whole=True
        )
        yield parameters.advanced(day)
        yield parameters.report()

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield number_output("COUNT", tr("Cases reported"))
        yield text_output("FOLDER", tr("Folder"))

    def execute(self, call: Call) -> dict[str, Any]:
        """Make the briefing."""
        from gridmgmt_plugin.jobs.analysis.briefed_cases import CaseFilter  # noqa: PLC0415  heavy
        from gridmgmt_plugin.jobs.analysis.briefing import (  # noqa: PLC0415  heavy
            FORMATS,
            briefed_classes,
            briefed_days,
            make_briefing,
        )
        from gridmgmt_plugin.jobs.analysis.briefing_content import BriefingQuestion  # noqa: PLC0415  heavy

        folder = required_folder(call, "FOLDER")
        sources, states, departments = (tuple(call.listed(name) or ()) for name in _WORDS)
        classes = briefed_classes(call.listed("CLASSES") or ())
        asked = BriefingQuestion(
            *briefed_days(call.moment("FROM"), call.moment("TO")),
            level=call.choice("LEVEL"),
            scheme=call.text("SCHEME"),
            class_prefix=call.text("CLASS_PREFIX") or "",
            case_kind=call.choice_if_given("CASE_KIND") or "",
            cases=CaseFilter(sources, states, departments, call.flag("SENSITIVE"), classes),
            month_start=call.integer("MONTH_START") or 1,
        )
        report = make_briefing(
            call.workspace(),
            folder,
            asked,
            formats=call.choices("FORMATS") or FORMATS,
            language=call.choice("LANGUAGE"),
            template=call.text("TEMPLATE"),
            progress=call.progress,
        )
        return {"COUNT": report.accepted, "FOLDER": folder, "REPORT": call.report(report)}
