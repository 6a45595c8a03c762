"""``assignofficers``, ``endofficers``, ``exportofficers``: officers of street-lanes (街巷长) come, go, are listed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessingOutputDefinition, QgsProcessingParameterDefinition

from gridmgmt_plugin.core.value_lists import lane_roles, value_label
from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.acts import ActOnADay
from gridmgmt_plugin.processing.algorithms.people.staff import EndPosts
from gridmgmt_plugin.processing.base import GridAlgorithm, author_parameter, number_output
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.processing.folders import required_folder
from gridmgmt_plugin.project.i18n import language, locale_tag, tr, translatable

if TYPE_CHECKING:
    from gridmgmt_plugin.core.report import Report


class AssignOfficers(ActOnADay):
    """See ``resources/help/assignofficers``."""

    KEY = "assignofficers"
    TITLE = translatable("Assign officers to street-lanes")
    COUNTED = translatable("Lanes with the new officer")
    LEFT_OUT = translatable("Lanes left out")
    ICON = "assign_officers"

    def asked(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters of this act."""
        yield parameters.text("PERSON", tr("Who"), optional=False)
        yield parameters.choice(
            "ROLE", tr("Role"), {key: value_label("role", key, language()) for key in lane_roles()}
        )
        yield parameters.text("LANES", tr("Lanes (codes with commas between them)"))
        yield parameters.text("SCOPE", tr("All lanes of an area (code)"))
        yield parameters.moment("ON", tr("From when on (today if empty)"), with_time=False)
        yield parameters.moment("UNTIL", tr("Last day (open if empty)"), with_time=False)
        modes = {"usual": tr("As usual for the role"), "replace": tr("Takes the place"), "add": tr("Joins them")}
        yield parameters.choice("REPLACE", tr("Who holds the role there"), modes)
        yield parameters.text("REASON", tr("Why those who are replaced go"))
        yield parameters.text("LETTER_RULE", tr("Numbers of the task letters (rule, none if empty)"))
        yield parameters.moment("SIGNED_ON", tr("Signed on"), with_time=False)
        yield parameters.advanced(parameters.text("SECTION_FROM", tr("Only a section: from")))
        yield parameters.advanced(parameters.text("SECTION_TO", tr("Only a section: to")))

    def act(self, call: Call, given: dict[str, Any]) -> Report:
        """Assign."""
        from gridmgmt_plugin.jobs.lanes.lane_officers import OfficersWanted, assign_officers  # noqa: PLC0415  heavy

        wanted = OfficersWanted(
            call.required_text("PERSON"),
            call.choice("ROLE"),
            tuple(call.listed("LANES") or ()),
            call.text("SCOPE") or "",
            (call.text("SECTION_FROM") or "", call.text("SECTION_TO") or ""),
            given["on"],
            call.moment("UNTIL"),
            {"replace": True, "add": False}.get(call.choice("REPLACE")),
            call.text("LETTER_RULE") or "",
            call.moment("SIGNED_ON"),
            call.text("REASON") or "",
        )
        return assign_officers(call.workspace(), wanted, given["author"], given["progress"])


class EndOfficers(EndPosts):
    """See ``resources/help/endofficers``."""

    KEY = "endofficers"
    TITLE = translatable("End posts of street-lane officers")
    ICON = "end_officers"
    WINDOW = ""

    def act(self, call: Call, given: dict[str, Any]) -> Report:
        """End them."""
        from gridmgmt_plugin.jobs.lanes.lane_officers import end_officers  # noqa: PLC0415  heavy

        reason = call.text("REASON") or ""
        return end_officers(call.workspace(), call.listed("POSTS") or (), reason=reason, **given)


class ExportOfficers(GridAlgorithm):
    """See ``resources/help/exportofficers``."""

    KEY = "exportofficers"
    TITLE = translatable("Export street-lane officers and their loads")
    GROUP = "people"
    ICON = "export_officers"

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        yield parameters.folder("FOLDER", tr("Folder"))
        yield parameters.moment("ON", tr("On this day (today if empty)"), with_time=False)
        yield parameters.text("SCOPE", tr("Only lanes of an area (code)"))
        yield parameters.moment("FROM", tr("Cases from"), with_time=False)
        yield parameters.moment("TO", tr("Cases until"), with_time=False)
        yield parameters.table_formats()
        yield parameters.overwrite()
        yield author_parameter()
        yield parameters.report()

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield number_output("COUNT", tr("Posts written"))

    def execute(self, call: Call) -> dict[str, Any]:
        """Write the tables."""
        from gridmgmt_plugin.jobs.lanes.officer_tables import export_officers  # noqa: PLC0415  heavy
        from gridmgmt_plugin.jobs.people.people_tables import FORMATS  # noqa: PLC0415  heavy

        first, last = call.moment("FROM"), call.moment("TO")
        report = export_officers(
            call.workspace(),
            required_folder(call, "FOLDER"),
            on=call.moment("ON"),
            area=call.text("SCOPE") or "",
            period=(first or "1900-01-01", last or "") if first or last else None,
            formats=call.choices("FORMATS") or FORMATS,
            overwrite=call.flag("OVERWRITE"),
            language=locale_tag(),
            progress=call.progress,
        )
        return {"COUNT": report.accepted, "REPORT": call.report(report)}
