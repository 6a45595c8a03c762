"""Acts on posts from a day on: ``assignperson``, ``endposts``, ``handoverposts``, ``reformdepartment``,
``followground``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessingParameterDefinition

from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.acts import ActOnADay
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.processing.folders import folder_of
from gridmgmt_plugin.project.i18n import locale_tag, tr, translatable

if TYPE_CHECKING:
    from gridmgmt_plugin.core.report import Report


class AssignPerson(ActOnADay):
    """See ``resources/help/assignperson``."""

    KEY = "assignperson"
    TITLE = translatable("Put a person on a post")
    COUNTED = translatable("Posts that begin")
    ICON = "staff"
    WINDOW = "staff"

    def asked(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters of this act."""
        yield parameters.text("PERSON", tr("Who"), optional=False)
        yield parameters.post_target(tr("A post at a"))
        yield parameters.text("PLACE", tr("Its code"), optional=False)
        yield parameters.text("SCHEME", tr("Grid scheme (for responsibility grids)"))
        yield parameters.stored_values("ROLE", tr("Role"), "role")
        yield parameters.stored_values("TURN", tr("Turn"), "turn")
        yield parameters.text("WEEKDAYS", tr("Weekdays, like 1-5 (every day if empty)"))
        yield parameters.text("START_TIME", tr("On duty from"))
        yield parameters.text("END_TIME", tr("On duty until"))
        yield parameters.moment("ON", tr("From when on (today if empty)"), with_time=False)

    def act(self, call: Call, given: dict[str, Any]) -> Report:
        """Put the person there."""
        from gridmgmt_plugin.jobs.people.staff_board import NewPost, assign_person  # noqa: PLC0415  heavy

        new = NewPost(
            call.required_text("PERSON"),
            call.choice("TARGET"),
            call.required_text("PLACE"),
            call.text("SCHEME") or "",
            call.choice_if_given("ROLE") or "",
            call.choice_if_given("TURN") or "",
            call.text("WEEKDAYS") or "",
            call.text("START_TIME") or "",
            call.text("END_TIME") or "",
            given["on"] or "",
        )
        return assign_person(call.workspace(), new, given["author"], given["progress"])


class EndPosts(ActOnADay):
    """See ``resources/help/endposts``."""

    KEY = "endposts"
    TITLE = translatable("End posts")
    COUNTED = translatable("Posts that end")
    ICON = "end_posts"
    WINDOW = "staff"

    def asked(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters of this act."""
        yield parameters.text("POSTS", tr("Posts (ids with commas between them)"), optional=False)
        yield parameters.moment("ON", tr("Last day (today if empty)"), with_time=False)
        yield parameters.text("REASON", tr("Reason"))

    def act(self, call: Call, given: dict[str, Any]) -> Report:
        """End them."""
        from gridmgmt_plugin.jobs.people.end_posts import end_posts  # noqa: PLC0415  heavy

        return end_posts(call.workspace(), call.listed("POSTS") or (), reason=call.text("REASON") or "", **given)


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
        yield parameters.folder(
            "FOLDER", tr("Folder for the list of letters and signs to print again"), optional=True
        )
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
        yield parameters.folder("FOLDER", tr("Folder for the sheet to sign"), optional=True)

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
