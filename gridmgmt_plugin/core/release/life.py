"""The life of a release: which act leads from which state to which, and what it does to the releases before.

draft → frozen → handed_over → accepted | rejected → in_force → superseded. The export drafts and freezes a number and
hands it over with the package; the answer of the receiver and the entry into force are acts of their own. Of a
receiver and a scheme one release at most is in force.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.titles import ValueTitle

DRAFT, FROZEN, HANDED_OVER = "draft", "frozen", "handed_over"
ACCEPTED, REJECTED, IN_FORCE, SUPERSEDED = "accepted", "rejected", "in_force", "superseded"
#: States of a release that its receiver has accepted; one that a later release replaced had been accepted too.
ACCEPTED_STATES = (ACCEPTED, IN_FORCE, SUPERSEDED)

#: Acts of the export: the content is settled; the package is out; it never came out.
FREEZE, HAND_OVER, GIVE_UP = "freeze", "hand_over", "give_up"
#: Acts of planners: what the receiver answered, that the answer does not hold, that its system works with it now.
ACCEPT, REJECT, REOPEN, PUT_IN_FORCE = "accept", "reject", "reopen", "put_in_force"
ACTS = (ACCEPT, REJECT, PUT_IN_FORCE, REOPEN)
_STEPS: Mapping[str, Mapping[str, str]] = {
    FREEZE: {DRAFT: FROZEN},
    HAND_OVER: {FROZEN: HANDED_OVER},
    GIVE_UP: {FROZEN: DRAFT},
    ACCEPT: {HANDED_OVER: ACCEPTED},
    REJECT: {HANDED_OVER: REJECTED},
    REOPEN: {ACCEPTED: HANDED_OVER, REJECTED: HANDED_OVER},
    PUT_IN_FORCE: {ACCEPTED: IN_FORCE},
}
# Which states of a later release keep the answer of one before as it is. A late word that one was accepted may still
# come while the next only waits to work with; an answer on which the next was built is not withdrawn.
_OVERTAKEN_BY: Mapping[str, tuple[str, ...]] = {ACCEPT: (IN_FORCE, SUPERSEDED), REOPEN: ACCEPTED_STATES}
# Why an act is not possible from another state.
_REFUSALS: Mapping[str, str] = {
    FREEZE: "release_not_draft",
    HAND_OVER: "release_not_frozen",
    GIVE_UP: "release_not_frozen",
    ACCEPT: "release_not_waiting",
    REJECT: "release_not_waiting",
    REOPEN: "release_without_answer",
    PUT_IN_FORCE: "release_not_accepted",
}


@dataclass(frozen=True)
class Standing:
    """A release and its state. ``receiver``: "" for a release without one; ``replaces``: the one that it corrects."""

    number: str
    scheme: str
    receiver: str
    state: str
    replaces: str = ""

    def is_beside(self, other: Standing) -> bool:
        """Tell whether both are of the same scheme for the same receiver."""
        return (self.scheme, self.receiver) == (other.scheme, other.receiver)


def standings(releases: Rows) -> tuple[Standing, ...]:
    """Return how the rows of the ``release`` table stand."""
    columns = (texts(releases, name) for name in ("number", "scheme", "receiver", "state", "replaces"))
    return tuple(Standing(*values) for values in zip(*columns))


def step(state: str, act: str, number: str) -> str:
    """Return the state to which an act leads the release ``number`` from a state.

    :raises InputError: why the act is not possible from it: ``release_not_waiting``, ``release_not_accepted``,
        ``release_without_answer``; of the export ``release_not_draft``, ``release_not_frozen``.
    """
    steps = _STEPS[act]
    if state not in steps:
        raise InputError(_REFUSALS[act], release=number, state=ValueTitle(f"release_state.{state}"))
    return steps[state]


def moved_by(act: str, number: str, releases: Iterable[Standing]) -> dict[str, str]:
    """Return the new state of every release that an act on one of them changes, the one itself first.

    What enters into force supersedes what was in force of the same scheme for the same receiver, and what had been
    accepted before it and never came into force.

    What a later release replaces is accepted no more, and its answer stays; so does one before a later release that
    was accepted.

    :raises InputError: ``release_unknown``, ``release_replaced``, ``release_answered_later``,
        ``release_later_in_force`` and what :func:`step` says.
    """
    known = {one.number: one for one in releases}
    if number not in known:
        raise InputError("release_unknown", release=number, known=listing(sorted(known)) or "–")
    release = known[number]
    moved = {number: step(release.state, act, number)}
    beside = [one for one in known.values() if one.is_beside(release) and one.number != number]
    if act in _OVERTAKEN_BY:
        _refuse_overtaken(release, act, beside)
    if act == PUT_IN_FORCE:
        later = [one.number for one in beside if one.state == IN_FORCE and one.number > number]
        if later:
            raise InputError("release_later_in_force", release=number, later=later[0])
        before = [one for one in beside if one.number < number and one.state in (IN_FORCE, ACCEPTED)]
        moved.update((one.number, SUPERSEDED) for one in before)
    return moved


def _refuse_overtaken(release: Standing, act: str, beside: Iterable[Standing]) -> None:
    later = [one for one in beside if one.number > release.number and one.state not in (DRAFT, FROZEN)]
    for one in later:
        if one.replaces == release.number:
            raise InputError("release_replaced", release=release.number, later=one.number)
    for one in later:
        if one.state in _OVERTAKEN_BY[act]:
            raise InputError("release_answered_later", release=release.number, later=one.number)


def answered(answer: str, number: str, releases: Iterable[Standing]) -> str:
    """Return the state of a release after an answer of its receiver, which may be another one than before.

    :param answer: ``accepted``, ``rejected``, or ``handed_over`` where an answer no longer holds.
    :raises InputError: what :func:`moved_by` says where the release can have no such answer (any more).
    """
    known = {one.number: one for one in releases}
    state = known[number].state
    if state == answer:
        return state
    if state in (ACCEPTED, REJECTED):
        state = moved_by(REOPEN, number, known.values())[number]
        known[number] = replace(known[number], state=state)
    if answer == state:
        return state
    return moved_by(REJECT if answer == REJECTED else ACCEPT, number, known.values())[number]


def refused_now(releases: Iterable[Standing]) -> tuple[Standing, ...]:
    """Return the rejected releases that nothing was handed over to correct yet: the next one replaces them."""
    known = sorted((one for one in releases if one.state not in (DRAFT, FROZEN)), key=lambda one: one.number)
    last = {(one.scheme, one.receiver): one for one in known}
    return tuple(one for one in last.values() if one.state == REJECTED)


def acts_now(number: str, releases: Iterable[Standing]) -> tuple[str, ...]:
    """Return the acts of planners that are possible now, in the order of a release's life."""
    known = tuple(releases)
    return tuple(act for act in ACTS if _is_possible(act, number, known))


def _is_possible(act: str, number: str, releases: tuple[Standing, ...]) -> bool:
    try:
        moved_by(act, number, releases)
    except InputError:
        return False
    return True
