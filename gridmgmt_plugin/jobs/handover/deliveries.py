"""What the hand-over log says of a release that was delivered by a program."""

from __future__ import annotations

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.workspace import Workspace


def enter_delivery(
    workspace: Workspace, release: str, receiver: str | None, *, act: str, means: str, place: str, author: str
) -> None:
    """Enter a delivery, unless it is entered already: what was cut off after it arrived is made up for later.

    :param act: of the list ``release_act``. :param place: where it went, without user and password.
    """
    entered = {"release_number": release, "act": act, "note": place}
    values = {
        **entered,
        "handed_at": clock.now().isoformat(timespec="seconds"),
        "handed_by": author or None,
        "receiver": receiver,
        "means": means,
        "classification": workspace.info.classification,
    }
    with workspace.transaction(author, f"deliver_{means}") as transaction:
        transaction.hold("handover_log")
        if not workspace.count("handover_log", entered):
            transaction.insert("handover_log", Rows({name: as_column([value]) for name, value in values.items()}))
