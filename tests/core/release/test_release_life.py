"""No path of acts leaves two releases of a receiver and scheme in force; every refusal says why."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.release import life
from gridmgmt_plugin.core.release.identity import base_of
from gridmgmt_plugin.core.release.life import ACCEPTED_STATES, Standing, acts_now, moved_by, standings, step
from gridmgmt_plugin.core.rows import Rows
from tests.tries import tries

MADE = [Standing(f"r{n:04d}", "cg" if n % 3 else "hw", "甲" if n % 2 else "", life.HANDED_OVER) for n in range(1, 8)]
TRIED = st.lists(st.tuples(st.integers(0, len(MADE) - 1), st.sampled_from(life.ACTS)), max_size=40)


def _after(tried):
    """Yield how all releases stand, after each of the acts that was possible."""
    known = {one.number: one for one in MADE}
    for at, act in tried:
        number = MADE[at].number
        if act in acts_now(number, known.values()):
            moved = moved_by(act, number, known.values())
            known.update({one: replace(known[one], state=state) for one, state in moved.items()})
        yield tuple(known.values())


@tries(200)
@given(TRIED)
def test_of_a_receiver_and_scheme_one_release_at_most_is_in_force_and_it_is_the_last_that_came_into_force(tried):
    for known in _after(tried):
        for one in known:
            if one.state == life.IN_FORCE:
                beside = [other for other in known if other.is_beside(one) and other != one]
                assert not [other for other in beside if other.state == life.IN_FORCE]
                assert not [other for other in beside if other.state == life.SUPERSEDED and other.number > one.number]


@tries(200)
@given(TRIED)
def test_what_was_in_force_is_never_handed_over_or_rejected_again_and_stays_accepted(tried):
    seen: set[str] = set()
    for known in _after(tried):
        seen |= {one.number for one in known if one.state in (life.IN_FORCE, life.SUPERSEDED)}
        assert {one.state for one in known if one.number in seen} <= {life.IN_FORCE, life.SUPERSEDED}


@tries(200)
@given(TRIED)
def test_the_base_is_never_a_rejected_release_and_an_accepted_one_wherever_there_is_one(tried):
    for known in _after(tried):
        rows = Rows.from_records([vars(one) for one in known])
        for scheme, receiver in {(one.scheme, one.receiver) for one in known}:
            base = base_of(rows, scheme, receiver)
            mine = [one for one in known if (one.scheme, one.receiver) == (scheme, receiver)]
            accepted = [one.number for one in mine if one.state in ACCEPTED_STATES]
            waiting = [one.number for one in mine if one.state == life.HANDED_OVER]
            assert (base.number if base else None) == max(accepted or waiting, default=None)


def test_what_enters_into_force_supersedes_what_was_and_what_was_accepted_before_it():
    states = (life.IN_FORCE, life.ACCEPTED, life.REJECTED, life.HANDED_OVER, life.ACCEPTED, life.ACCEPTED)
    known = [Standing(f"r{n:04d}", "cg", "甲", state) for n, state in enumerate(states, start=1)]
    known.append(Standing("r0000", "cg", "乙", life.IN_FORCE))
    assert moved_by(life.PUT_IN_FORCE, "r0005", known) == {
        "r0005": life.IN_FORCE,
        "r0001": life.SUPERSEDED,
        "r0002": life.SUPERSEDED,
    }


@pytest.mark.parametrize(
    ("state", "act", "code"),
    [
        (life.DRAFT, life.HAND_OVER, "release_not_frozen"),
        (life.HANDED_OVER, life.GIVE_UP, "release_not_frozen"),
        (life.FROZEN, life.FREEZE, "release_not_draft"),
        (life.FROZEN, life.ACCEPT, "release_not_waiting"),
        (life.ACCEPTED, life.REJECT, "release_not_waiting"),
        (life.REJECTED, life.PUT_IN_FORCE, "release_not_accepted"),
        (life.IN_FORCE, life.REOPEN, "release_without_answer"),
    ],
)
def test_an_act_that_is_not_possible_is_refused_with_the_reason(state, act, code):
    with pytest.raises(InputError) as caught:
        step(state, act, "r0001")
    assert caught.value.code == code
    assert "r0001" in caught.value.text("zh")


def test_an_older_release_does_not_come_into_force_after_a_later_one():
    known = [Standing("r0001", "cg", "", life.ACCEPTED), Standing("r0002", "cg", "", life.IN_FORCE)]
    with pytest.raises(InputError) as caught:
        moved_by(life.PUT_IN_FORCE, "r0001", known)
    assert caught.value.code == "release_later_in_force"
    assert acts_now("r0001", known) == ()


@pytest.mark.parametrize(
    ("state", "later", "act", "code"),
    [
        (life.REJECTED, Standing("r0002", "cg", "", life.HANDED_OVER, "r0001"), life.REOPEN, "release_replaced"),
        (life.HANDED_OVER, Standing("r0002", "cg", "", life.REJECTED, "r0001"), life.ACCEPT, "release_replaced"),
        (life.ACCEPTED, Standing("r0002", "cg", "", life.ACCEPTED), life.REOPEN, "release_answered_later"),
        (life.HANDED_OVER, Standing("r0002", "cg", "", life.IN_FORCE), life.ACCEPT, "release_answered_later"),
    ],
)
def test_what_a_later_release_has_overtaken_keeps_its_answer(state, later, act, code):
    release = Standing("r0001", "cg", "", state)
    with pytest.raises(InputError) as caught:
        moved_by(act, "r0001", [release, later])
    assert caught.value.code == code
    assert act in acts_now("r0001", [release, replace(later, receiver="甲")]), (
        "one for somebody else overtakes nothing"
    )
    assert act in acts_now("r0001", [release, replace(later, state=life.FROZEN)]), "nor one that never came out"


def test_a_release_that_is_not_there_is_told():
    with pytest.raises(InputError, match="r0009"):
        moved_by(life.ACCEPT, "r0009", standings(Rows()))
