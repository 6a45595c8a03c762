"""``changecomponents``: many components get another state, department or owner in one act, with a reason."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessingParameterDefinition

from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.acts import ReportedAct
from gridmgmt_plugin.processing.algorithms.inventory.asked import asked_components, which_components
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.project.i18n import tr, translatable

if TYPE_CHECKING:
    from gridmgmt_plugin.core.report import Report


class ChangeComponents(ReportedAct):
    """See ``resources/help/changecomponents``."""

    KEY = "changecomponents"
    TITLE = translatable("Change components together")
    GROUP = "analyse"
    COUNTED = translatable("Components changed")
    LEFT_OUT = translatable("Components left as they are")
    ICON = "change_components"
    WINDOW = "component_inventory"

    def asked(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters of this act."""
        yield parameters.text("CODES", tr("Components (codes with commas between them)"))
        yield from which_components()
        yield parameters.stored_values("NEW_STATE", tr("New state"), "component_state")
        yield parameters.text("NEW_DEPARTMENT", tr("New competent department"))
        yield parameters.text("NEW_OWNER", tr("New owner"))
        yield parameters.text("NEW_MAINTAINER", tr("New maintainer"))
        yield parameters.stored_values("NEW_OWNER_STATE", tr("New state of ownership"), "owner_state")
        yield parameters.text("REASON", tr("Reason"), optional=False)
        yield parameters.moment("ON", tr("Since (today if empty)"), with_time=False)

    def act(self, call: Call, given: dict[str, Any]) -> Report:
        """Change them."""
        from gridmgmt_plugin.jobs.inventory import change_components as job  # noqa: PLC0415  heavy

        meant = job.Meant(tuple(call.listed("CODES") or ()), (), **asked_components(call))
        new = job.NewValues(
            call.choice_if_given("NEW_STATE") or "",
            call.text("NEW_DEPARTMENT") or "",
            call.text("NEW_OWNER") or "",
            call.text("NEW_MAINTAINER") or "",
            call.choice_if_given("NEW_OWNER_STATE") or "",
        )
        return job.change_components(
            call.workspace(),
            meant,
            new,
            reason=call.required_text("REASON"),
            on=call.moment("ON") or "",
            **given,
        )
