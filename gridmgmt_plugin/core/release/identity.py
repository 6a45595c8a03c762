"""How a release is numbered and named, and which one is the receiver's last accepted."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.rows import Rows

# States of a release that its receiver has accepted; one that a later release replaced had been accepted too.
ACCEPTED_STATES = ("accepted", "in_force", "superseded")
LAST_NUMBER = 9999
_NUMBER = re.compile(r"r(\d{4})")


def next_number(numbers: Iterable[str | None]) -> str:
    """Return the number after the highest one given out, whatever its state: r0001, r0002 …

    :raises WorkspaceError: ``release_numbers_used_up`` after r9999.
    """
    matches = (_NUMBER.fullmatch(number or "") for number in numbers)
    highest = max((int(match[1]) for match in matches if match), default=0)
    if highest >= LAST_NUMBER:
        raise WorkspaceError("release_numbers_used_up", number=f"r{LAST_NUMBER}")
    return f"r{highest + 1:04d}"


def last_accepted(releases: Rows, scheme: str, receiver: str) -> str | None:
    """Return the number of the release of ``scheme`` that ``receiver`` accepted last, ``None`` when there is none.

    :param releases: rows of the ``release`` table.
    """
    if not len(releases):
        return None
    columns = (releases[name] for name in ("number", "scheme", "receiver", "state"))
    accepted = [
        number
        for number, of_scheme, of_receiver, state in zip(*columns)
        if of_scheme == scheme and (of_receiver or "") == receiver and state in ACCEPTED_STATES
    ]
    return max(accepted, default=None)


def folder_name(county: str, scheme: str, number: str) -> str:
    """Return the name of a package: ``<county>-<scheme>-r<NNNN>``."""
    return f"{county}-{scheme}-{number}"
