"""``staffingboard``, ``dutycoverage``, ``meetingsheet``: the lists of the docks of staff and duty."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from qgis.core import QgsProcessingOutputDefinition, QgsProcessingParameterDefinition

from gridmgmt_plugin.core.value_lists import value_list
from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.base import GridAlgorithm, number_output
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.project.i18n import language, tr, translatable

_NO_SHAPES, _SETTLED = "NoGeometry", "明确"


class StaffingBoard(GridAlgorithm):
    """See ``resources/help/staffingboard``."""

    KEY = "staffingboard"
    TITLE = translatable("Staffing board as tables")
    GROUP = "people"
    ICON = "staffing_tables"

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        yield parameters.text("SCOPE", tr("Only an area (code; the whole district if empty)"))
        yield parameters.moment("ON", tr("On this day (today if empty)"), with_time=False)
        yield parameters.layer_out("OUTPUT", tr("Posts and vacancies"))
        yield parameters.layer_out("PERSONS", tr("Load per person"), optional=True)
        yield parameters.layer_out("HOURS", tr("Hours without anybody"), optional=True)
        yield parameters.report()

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield number_output("COUNT", tr("Posts and vacancies listed"))
        yield number_output("VACANCIES", tr("Places without anybody"))

    def execute(self, call: Call) -> dict[str, Any]:
        """Write the tables."""
        from gridmgmt_plugin.jobs.people import board_tables as job  # noqa: PLC0415  heavy
        from gridmgmt_plugin.processing.sinks import write_rows  # noqa: PLC0415  needs numpy

        workspace = call.workspace()
        area = call.text("SCOPE") or ""
        found = job.staffing_tables(workspace, call.moment("ON"), area, language(), call.progress)
        tables = {
            "OUTPUT": (found.posts, job.POST_COLUMNS),
            "PERSONS": (found.persons, job.PERSON_COLUMNS),
            "HOURS": (found.hours, job.HOUR_COLUMNS),
        }
        made = {
            name: write_rows(call, name, rows, columns, _NO_SHAPES, workspace.info.frame)
            for name, (rows, columns) in tables.items()
            if call.is_given(name)
        }
        counts = {"COUNT": found.report.accepted, "VACANCIES": found.report.figures["vacant"]}
        return {**made, **counts, "REPORT": call.report(found.report)}


class DutyCoverage(GridAlgorithm):
    """See ``resources/help/dutycoverage``."""

    KEY = "dutycoverage"
    TITLE = translatable("Gaps and disputes of the duty list")
    GROUP = "handover"
    ICON = "duty_coverage"

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        yield parameters.text("SCOPE", tr("Area (code; the county if empty)"))
        yield parameters.text("SCHEME", tr("With the rules of a grid scheme"))
        yield parameters.layer_out("OUTPUT", tr("Gaps and disputes"))
        yield parameters.report()

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield number_output("COUNT", tr("Gaps and disputes listed"))
        yield number_output("GAPS", tr("Classes and places without a rule"))

    def execute(self, call: Call) -> dict[str, Any]:
        """Write the table."""
        from gridmgmt_plugin.jobs.people.duty_coverage import COVERAGE_COLUMNS, duty_coverage  # noqa: PLC0415  heavy
        from gridmgmt_plugin.processing.sinks import write_rows  # noqa: PLC0415  needs numpy

        workspace = call.workspace()
        area, scheme = call.text("SCOPE") or "", call.text("SCHEME") or ""
        found = duty_coverage(workspace, area, scheme, language(), call.progress)
        made = write_rows(call, "OUTPUT", found.rows, COVERAGE_COLUMNS, _NO_SHAPES, workspace.info.frame)
        counts = {"COUNT": found.report.accepted, "GAPS": found.report.figures["gaps"]}
        return {"OUTPUT": made, **counts, "REPORT": call.report(found.report)}


class MeetingSheet(GridAlgorithm):
    """See ``resources/help/meetingsheet``."""

    KEY = "meetingsheet"
    TITLE = translatable("Sheet for a meeting about owners")
    GROUP = "people"
    ICON = "meeting_sheet"
    WINDOW = "ownership"

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        yield parameters.text("DEPARTMENT", tr("Only components of a department"))
        states = {key: titles[language()] for key, titles in value_list("owner_state") if key != _SETTLED}
        yield parameters.choice("STATE", tr("Only in the state"), states, optional=True)
        yield parameters.number("DAYS", tr("Open for more days than"), 0, whole=True)
        yield parameters.file_out("OUTPUT", tr("Meeting sheet"), "PDF (*.pdf)")
        yield parameters.report()

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield number_output("COUNT", tr("Components on the sheet"))

    def execute(self, call: Call) -> dict[str, Any]:
        """Write the sheet."""
        from gridmgmt_plugin.jobs.people.ownership import disputes_of  # noqa: PLC0415  heavy
        from gridmgmt_plugin.project.papers.meeting_sheet import write_meeting_sheet  # noqa: PLC0415  needs fonts

        workspace, path = call.workspace(), Path(call.output_path("OUTPUT"))
        info = workspace.info
        disputes, report = disputes_of(
            workspace,
            department=call.text("DEPARTMENT") or "",
            state=call.choice_if_given("STATE") or "",
            longer_than=call.integer("DAYS") or 0,
            progress=call.progress,
        )
        write_meeting_sheet(disputes, path, info.county_name or info.county_code, info.classification)
        return {"OUTPUT": str(path), "COUNT": report.accepted, "REPORT": call.report(report)}
