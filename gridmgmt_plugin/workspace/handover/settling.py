"""A hand-over that a crash left open is ended when the workspace is opened next: the package tells how."""

from __future__ import annotations

from gridmgmt_plugin.core.errors import GridError, WorkspaceError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.workspace.handover.ledger import HELD, UnderWay, give_up, hand_over, is_entry, under_way
from gridmgmt_plugin.workspace.handover.settled import tell
from gridmgmt_plugin.workspace.opened_workspace import OpenedWorkspace

GESTURE = "settle_handover"


def settle(workspace: OpenedWorkspace) -> bool:
    """End the hand-overs that a killed program left open; tell whether any was ended.

    A package that is out is entered as handed over, with its codes; of one that never left the place where it was
    made nothing stays but its number, which is spent. Where neither can be seen from here (another computer, a drive
    that was taken out) nothing changes. A hand-over that is running keeps its tables locked and is left alone, and so
    is a workspace that may not be written.
    """
    if not any(is_entry(key) for key in workspace.info.more):
        return False
    ended = False
    for started in under_way(workspace):
        try:
            ended |= _settle(workspace, started)
        except GridError as error:
            details = {"release": started.release.number, "reason": error.message}
            tell(Message("handover_not_settled", details))
    return ended


def _settle(workspace: OpenedWorkspace, started: UnderWay) -> bool:
    release, place = started.release, started.place
    details = {"release": release.number, "path": str(place.zip)}
    with workspace.transaction(release.author, GESTURE) as transaction:
        transaction.hold(*HELD)
        if place.is_published(release.number, release.content_hash):
            hand_over(workspace, transaction, started)
            _finish_move(started)
            outcome = "handover_settled"
        elif place.is_waiting:
            give_up(workspace, transaction, started, was_out=True)
            outcome = "handover_given_up"
        else:
            tell(Message("handover_not_found", details))
            return False
    place.clear()  # of a package that never left it
    tell(Message(outcome, details))
    return True


def _finish_move(started: UnderWay) -> None:
    try:
        started.place.publish()
    except OSError as error:
        raise WorkspaceError("package_not_written", name=started.place.name, reason=str(error.strerror)) from error
