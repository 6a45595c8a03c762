"""What the register says after a split in which no part keeps the code."""

from __future__ import annotations

import pytest

from tests.qgis.editing.saving.town import code, in_both, make_town, rows_of

ACROSS = [(0.3, -1), (0.3, 1.5)]


@pytest.mark.daily(1)
@in_both
def test_a_valid_code_is_retired_with_its_reason_and_both_parts_as_successors(stored_in, open_desk):
    town = make_town(stored_in.location, valid=(1,), policy="both_new")
    desk = open_desk(town)
    desk.split(1, ACROSS)
    assert desk.save(), desk.refusals
    register = rows_of(town, "code_register")
    assert (register[code(1)]["state"], register[code(1)]["reason"]) == ("retired", "split")
    assert set(register[code(1)]["successors"].split(",")) == {code(17), code(18)}
    assert register[code(1)]["changed_by"] == "王工"
    assert {register[code(n)]["state"] for n in (17, 18)} == {"draft"}
    assert desk.reports[0].retired == (code(1),)
    desk.split(2, [(1.3, -1), (1.3, 1.5)])
    assert code(1) not in desk.codes(), "a code that was handed over is never given again"


@in_both
def test_a_draft_is_given_back_and_may_be_given_again(stored_in, open_desk):
    town = make_town(stored_in.location, policy="both_new")
    desk = open_desk(town)
    desk.split(1, ACROSS)
    assert desk.save(), desk.refusals
    register = rows_of(town, "code_register")
    assert code(1) not in register
    assert {register[code(n)]["state"] for n in (17, 18)} == {"draft"}
    assert (desk.reports[0].retired, desk.reports[0].discarded) == ((), (code(1),))
    desk.split(2, [(1.3, -1), (1.3, 1.5)])
    assert code(1) in desk.codes()


def test_a_valid_code_that_stays_on_a_part_stays_valid(valid_town, open_desk):
    desk = open_desk(valid_town)
    desk.split(1, ACROSS)
    assert desk.save(), desk.refusals
    register = rows_of(valid_town, "code_register")
    assert (register[code(1)]["state"], register[code(17)]["state"]) == ("valid", "draft")
    assert desk.reports[0].retired == ()
