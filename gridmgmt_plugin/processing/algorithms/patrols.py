"""``planpatrols``, ``importpatrols``, ``patrolgaps``: who walks which street-lane, who did, and what was missed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qgis.core import QgsProcessingOutputDefinition, QgsProcessingParameterDefinition

from gridmgmt_plugin.core.value_lists import value_label
from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.base import GridAlgorithm, author_parameter, number_output
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.project.i18n import language, tr, translatable

_WALKERS = ("council_secretary", "council_member", "lane_steward", "lane_chief", "street_chief")


class PlanPatrols(GridAlgorithm):
    """See ``resources/help/planpatrols``."""

    KEY = "planpatrols"
    TITLE = translatable("Plan lane patrols")
    GROUP = "people"
    ICON = "plan_patrols"

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        yield parameters.moment("FROM", tr("From (today if empty)"), with_time=False)
        yield parameters.moment("TO", tr("Until (the same day if empty)"), with_time=False)
        yield parameters.text("SCOPE", tr("Only lanes of an area (code)"))
        yield parameters.text("WEEKDAYS", tr("Weekdays, like 1-5 (every day if empty)"))
        roles = {key: value_label("role", key, language()) for key in _WALKERS}
        usual = ("council_secretary", "council_member")
        yield parameters.choices("ROLES", tr("Who walks (the council if none is chosen)"), roles, usual=usual)
        yield author_parameter()
        yield parameters.report()

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield number_output("COUNT", tr("Patrols planned"))

    def execute(self, call: Call) -> dict[str, Any]:
        """Plan."""
        from gridmgmt_plugin.jobs.lanes.patrols import plan_patrols  # noqa: PLC0415  heavy

        report = plan_patrols(
            call.workspace(),
            call.moment("FROM"),
            call.moment("TO"),
            area=call.text("SCOPE") or "",
            weekdays=call.text("WEEKDAYS") or "",
            roles=call.choices("ROLES"),
            author=call.author(),
            progress=call.progress,
        )
        return {"COUNT": report.accepted, "REPORT": call.report(report)}


class ImportPatrols(GridAlgorithm):
    """See ``resources/help/importpatrols``."""

    KEY = "importpatrols"
    TITLE = translatable("Import lane patrols")
    GROUP = "people"
    ICON = "import_patrols"

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        yield parameters.table_file("INPUT", tr("Table"))
        yield parameters.field_map()
        yield parameters.encoding()
        yield author_parameter()
        yield parameters.report()

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield number_output("COUNT", tr("Walks entered"))
        yield number_output("REJECTED", tr("Rows not taken"))

    def execute(self, call: Call) -> dict[str, Any]:
        """Take the walks in."""
        from gridmgmt_plugin.jobs.lanes.patrols import import_patrols  # noqa: PLC0415  heavy

        given = {"field_map": call.json("FIELD_MAP"), "author": call.author(), "progress": call.progress}
        report = import_patrols(call.workspace(), call.table(), **given)
        return {"COUNT": report.accepted, "REJECTED": report.rejected, "REPORT": call.report(report)}


class PatrolGaps(GridAlgorithm):
    """See ``resources/help/patrolgaps``."""

    KEY = "patrolgaps"
    TITLE = translatable("Gaps in lane patrols")
    GROUP = "people"
    ICON = "patrol_gaps"

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        yield parameters.moment("ON", tr("By this day (today if empty)"), with_time=False)
        yield parameters.text("SCOPE", tr("Only lanes of an area (code)"))
        yield parameters.number("DAYS", tr("Lanes not walked for more days than"), 7, whole=True)
        yield parameters.report()

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield number_output("COUNT", tr("Lanes with gaps"))

    def execute(self, call: Call) -> dict[str, Any]:
        """List the gaps."""
        from gridmgmt_plugin.jobs.lanes.patrols import patrol_gaps  # noqa: PLC0415  heavy

        call.progress.report(0.0)
        without = call.integer("DAYS")
        report = patrol_gaps(
            call.workspace(), call.moment("ON"), call.text("SCOPE") or "", 7 if without is None else without
        )
        return {"COUNT": report.accepted, "REPORT": call.report(report)}
