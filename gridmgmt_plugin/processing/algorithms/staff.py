"""``handoverposts``, ``reformdepartment`` and ``followground``: who takes the place of whom, from a day on."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessingOutputDefinition, QgsProcessingParameterDefinition

from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.base import GridAlgorithm, author_parameter, number_output
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.processing.folders import folder_of
from gridmgmt_plugin.project.i18n import locale_tag, tr, translatable

if TYPE_CHECKING:
    from gridmgmt_plugin.core.report import Report


class ActOnADay(GridAlgorithm):
    """An act about people that holds from a day on; ``COUNTED``: what its ``COUNT`` counts."""

    GROUP = "people"
    COUNTED: str

    @abstractmethod
    def asked(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters of this act."""

    @abstractmethod
    def act(self, call: Call, given: dict[str, Any]) -> Report:
        """Carry it out; ``given`` is what every such act is given: day, author and progress."""

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        yield from self.asked()
        yield author_parameter()
        yield parameters.report()

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield number_output("COUNT", tr(self.COUNTED))

    def execute(self, call: Call) -> dict[str, Any]:
        """Carry it out."""
        report = self.act(call, {"on": call.moment("ON"), "author": call.author(), "progress": call.progress})
        return {"COUNT": report.accepted, "REPORT": call.report(report)}


class HandOverPosts(ActOnADay):
    """See ``resources/help/handoverposts``."""

    KEY = "handoverposts"
    TITLE = translatable("Hand over posts")
    COUNTED = translatable("Posts handed over")
    ICON = "hand_over_posts"

    def asked(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters of this act."""
        yield parameters.text("PERSON", tr("Who hands over"), optional=False)
        yield parameters.text("SUCCESSOR", tr("Who takes over"), optional=False)
        yield parameters.moment("ON", tr("From when on (today if empty)"), with_time=False)
        yield parameters.text("REASON", tr("Reason"))
        kinds = {"离岗": tr("has left"), "退休": tr("has retired")}
        yield parameters.choice("LEAVES", tr("Who hands over leaves"), kinds, optional=True)
        yield parameters.text("LETTER_RULE", tr("Numbers of the task letters (rule, none if empty)"))
        folder = parameters.folder("FOLDER", tr("Folder for the list of letters and signs to print again"))
        folder.setFlags(folder.flags() | QgsProcessingParameterDefinition.Flag.FlagOptional)
        yield folder
        yield parameters.advanced(parameters.text("POSTS", tr("Only these posts (ids with commas between them)")))

    def act(self, call: Call, given: dict[str, Any]) -> Report:
        """Hand over."""
        from gridmgmt_plugin.jobs.people.hand_over_posts import hand_over_posts  # noqa: PLC0415  heavy

        return hand_over_posts(
            call.workspace(),
            person=call.required_text("PERSON"),
            successor=call.required_text("SUCCESSOR"),
            reason=call.text("REASON") or "",
            posts=call.listed("POSTS"),
            leaves=call.choice_if_given("LEAVES"),
            letter_rule=call.text("LETTER_RULE") or "",
            folder=folder_of(call, "FOLDER"),
            language=locale_tag(),
            **given,
        )


class ReformDepartment(ActOnADay):
    """See ``resources/help/reformdepartment``."""

    KEY = "reformdepartment"
    TITLE = translatable("Department takes the place of another")
    COUNTED = translatable("Rows changed")
    ICON = "reform_department"

    def asked(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters of this act."""
        yield parameters.text("DEPARTMENT", tr("Department that ends"), optional=False)
        yield parameters.text("SUCCESSOR", tr("Department that takes its place"), optional=False)
        yield parameters.moment("ON", tr("From when on (today if empty)"), with_time=False)
        yield parameters.text("DOCUMENT_NO", tr("Document number"))

    def act(self, call: Call, given: dict[str, Any]) -> Report:
        """Reform."""
        from gridmgmt_plugin.jobs.people.reform_department import reform_department  # noqa: PLC0415  heavy

        return reform_department(
            call.workspace(),
            department=call.required_text("DEPARTMENT"),
            successor=call.required_text("SUCCESSOR"),
            document_no=call.text("DOCUMENT_NO") or "",
            **given,
        )


class FollowGround(ActOnADay):
    """See ``resources/help/followground``."""

    KEY = "followground"
    TITLE = translatable("Let posts follow the ground")
    COUNTED = translatable("Posts that follow")
    ICON = "follow_ground"

    def asked(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters of this act."""
        yield parameters.moment("SINCE", tr("Changes of grids since (all if empty)"), with_time=False)
        yield parameters.moment("ON", tr("From when on (today if empty)"), with_time=False)
        yield parameters.text("LEAVE", tr("Leave these proposals (post>place, with commas between them)"))
        folder = parameters.folder("FOLDER", tr("Folder for the sheet to sign"))
        folder.setFlags(folder.flags() | QgsProcessingParameterDefinition.Flag.FlagOptional)
        yield folder

    def act(self, call: Call, given: dict[str, Any]) -> Report:
        """Let them follow."""
        from gridmgmt_plugin.jobs.people.follow_ground import follow_ground  # noqa: PLC0415  heavy

        return follow_ground(
            call.workspace(),
            since=call.moment("SINCE"),
            leave=call.listed("LEAVE") or (),
            folder=folder_of(call, "FOLDER"),
            language=locale_tag(),
            **given,
        ).report
