"""How a release is numbered and named, and which one the next is compared with."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.release.life import ACCEPTED_STATES, HANDED_OVER, refused_now, standings
from gridmgmt_plugin.core.rows import Rows

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


@dataclass(frozen=True)
class Base:
    """The release that a receiver has: number and state, ``accepted`` or what follows that, ``handed_over`` while no
    answer came.
    """

    number: str
    state: str


def base_of(releases: Rows, scheme: str, receiver: str) -> Base | None:
    """Return what the next release of ``scheme`` for ``receiver`` says its changes from, ``None`` for the first.

    That is the release that the receiver accepted last; while it has answered none, the last one handed over to it.
    A rejected one is never the base.

    :param releases: rows of the ``release`` table.
    """
    known = standings(releases)
    states = {one.number: one.state for one in known if (one.scheme, one.receiver) == (scheme, receiver)}
    accepted = [number for number, state in states.items() if state in ACCEPTED_STATES]
    handed_over = [number for number, state in states.items() if state == HANDED_OVER]
    number = max(accepted or handed_over, default=None)
    return None if number is None else Base(number, states[number])


def replaced_by_next(releases: Rows, scheme: str, receiver: str) -> str | None:
    """Return the rejected release that the next one of ``scheme`` for ``receiver`` corrects, ``None`` for none.

    :param releases: rows of the ``release`` table.
    """
    refused = refused_now(standings(releases))
    return next((one.number for one in refused if (one.scheme, one.receiver) == (scheme, receiver)), None)


def folder_name(county: str, scheme: str, number: str) -> str:
    """Return the name of a package: ``<county>-<scheme>-r<NNNN>``."""
    return f"{county}-{scheme}-{number}"
