"""``setduty``, ``opencase``, ``rulecase``: who answers for a class in a place, and who owns what is disputed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessingParameterDefinition

from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.acts import ReportedAct
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.project.i18n import tr, translatable

if TYPE_CHECKING:
    from gridmgmt_plugin.core.report import Report


class SetDuty(ReportedAct):
    """See ``resources/help/setduty``."""

    KEY = "setduty"
    TITLE = translatable("Set who answers for a class")
    GROUP = "people"
    COUNTED = translatable("Duty rules written")
    ICON = "duty_list"
    WINDOW = "duty_list"

    def asked(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters of this act."""
        kinds = {"component": tr("Components"), "event": tr("Events")}
        yield parameters.choice("CLASS_KIND", tr("Classes of (both if none is chosen)"), kinds, optional=True)
        yield parameters.text("CLASS_PREFIX", tr("Class codes that begin with"))
        yield parameters.text("AREA", tr("Area (code; the whole district if empty)"))
        yield parameters.stored_values("ZONE_KIND", tr("In duty zones of the kind"), "duty_zone_kind")
        yield parameters.text("DEPARTMENT", tr("Department that answers (nobody in particular if empty)"))
        yield parameters.text("BASIS", tr("Basis"))

    def act(self, call: Call, given: dict[str, Any]) -> Report:
        """Write it."""
        from gridmgmt_plugin.core.duty.matrix import ClassRow, PlaceColumn  # noqa: PLC0415  heavy
        from gridmgmt_plugin.jobs.people.duty_matrix import set_duty  # noqa: PLC0415  heavy

        workspace = call.workspace()
        row = ClassRow(call.choice_if_given("CLASS_KIND") or "", call.text("CLASS_PREFIX") or "")
        area = call.text("AREA") or workspace.info.county_code
        column = PlaceColumn(area, call.choice_if_given("ZONE_KIND") or "")
        department, basis = call.text("DEPARTMENT") or "", call.text("BASIS") or ""
        return set_duty(workspace, row, column, department, basis=basis, **given)


class OpenCase(ReportedAct):
    """See ``resources/help/opencase``."""

    KEY = "opencase"
    TITLE = translatable("Open a case about an owner")
    GROUP = "people"
    COUNTED = translatable("Cases open")
    ICON = "ownership"
    WINDOW = "ownership"

    def asked(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters of this act."""
        yield parameters.text("COMPONENT", tr("Component (code)"), optional=False)
        yield parameters.text("CLAIMS", tr("Who claims it, or is said to own it (commas between them)"))
        yield parameters.text("INTERIM", tr("Department that acts meanwhile"))
        yield parameters.moment("ON", tr("Opened on (today if empty)"), with_time=False)

    def act(self, call: Call, given: dict[str, Any]) -> Report:
        """Open it."""
        from gridmgmt_plugin.jobs.people.ownership import open_case  # noqa: PLC0415  heavy

        return open_case(
            call.workspace(),
            call.required_text("COMPONENT"),
            claims=call.listed("CLAIMS") or (),
            interim=call.text("INTERIM") or "",
            opened_on=call.moment("ON") or "",
            **given,
        )


class RuleCase(ReportedAct):
    """See ``resources/help/rulecase``."""

    KEY = "rulecase"
    TITLE = translatable("Rule who owns a component")
    GROUP = "people"
    COUNTED = translatable("Components ruled")
    ICON = "rule_case"
    WINDOW = "ownership"

    def asked(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters of this act."""
        yield parameters.text("COMPONENT", tr("Component (code)"), optional=False)
        yield parameters.text("OWNER", tr("Department that owns it"), optional=False)
        yield parameters.text("DOCUMENT_NO", tr("Document number"))
        yield parameters.text("RULING", tr("What was decided"))
        yield parameters.moment("ON", tr("Ruled on (today if empty)"), with_time=False)

    def act(self, call: Call, given: dict[str, Any]) -> Report:
        """Rule."""
        from gridmgmt_plugin.jobs.people.ownership import rule  # noqa: PLC0415  heavy

        return rule(
            call.workspace(),
            call.required_text("COMPONENT"),
            call.required_text("OWNER"),
            ruling=call.text("RULING") or "",
            document_no=call.text("DOCUMENT_NO") or "",
            ruled_on=call.moment("ON") or "",
            **given,
        )
