"""Who is at work: what was heard last counts, silence ends it; messages come neither too often nor too late."""

from __future__ import annotations

from gridmgmt_plugin.workspace.presence.announcing import PAUSE_S, Announcing
from gridmgmt_plugin.workspace.presence.colleagues import AGAIN_S, FORGOTTEN_AFTER_S, Colleagues
from gridmgmt_plugin.workspace.presence.presence import EditedRows, Presence

ONE = Presence("李工", "a", "14:05", (EditedRows("lane", 1, (1,)),))
MORE = Presence("李工", "a", "14:05", (EditedRows("lane", 2, (1, 2)),))
OTHER = Presence("王工", "b", "09:00", (EditedRows("lane", 1, (5,)),))
NOTHING = Presence("李工", "a", "")


def test_a_later_message_takes_the_place_of_the_one_before():
    colleagues = Colleagues("own")
    assert colleagues.hear(ONE, 0.0)
    assert colleagues.hear(OTHER, 1.0)
    assert colleagues.hear(MORE, 2.0)
    assert colleagues.present == (OTHER, MORE), "the earliest first"
    assert not colleagues.hear(MORE, 3.0), "said again it changes nothing"
    assert colleagues.hear(NOTHING, 4.0)
    assert colleagues.present == (OTHER,)
    assert not colleagues.hear(NOTHING, 5.0)


def test_one_of_whom_nothing_is_heard_is_forgotten_within_a_minute():
    colleagues = Colleagues("own")
    colleagues.hear(ONE, 0.0)
    colleagues.hear(OTHER, 0.0)
    colleagues.hear(OTHER, AGAIN_S)
    assert not colleagues.forget_silent(FORGOTTEN_AFTER_S)
    assert colleagues.forget_silent(FORGOTTEN_AFTER_S + 1)
    assert colleagues.present == (OTHER,)
    assert FORGOTTEN_AFTER_S <= 60


def test_what_one_said_oneself_is_no_colleague():
    colleagues = Colleagues("a")
    assert not colleagues.hear(ONE, 0.0)
    assert colleagues.present == ()


def test_a_flood_of_strangers_stays_bounded():
    colleagues = Colleagues("own")
    for number in range(1000):
        colleagues.hear(Presence("谁", f"{number}", "14:05", ONE.edits), 0.0)
    assert len(colleagues.present) <= 100
    assert colleagues.forget_all()
    assert not colleagues.forget_all()


def test_edits_are_told_at_once_and_then_no_more_often_than_every_few_seconds():
    announcing = Announcing()
    assert announcing.due_in_s(ONE, 100.0) == 0.0
    announcing.told(ONE, 100.0)
    assert announcing.due_in_s(MORE, 101.0) == PAUSE_S - 1
    assert announcing.due_in_s(MORE, 100.0 + PAUSE_S) == 0.0


def test_edits_that_stand_are_told_again_now_and_then_and_to_a_newcomer_soon():
    announcing = Announcing()
    announcing.told(ONE, 100.0)
    assert announcing.due_in_s(ONE, 110.0) == AGAIN_S - 10
    announcing.ask()
    assert announcing.due_in_s(ONE, 110.0) == 0.0
    announcing.told(ONE, 110.0)
    assert announcing.due_in_s(ONE, 110.0) == AGAIN_S


def test_the_end_of_edits_is_told_once_and_nothing_of_nothing():
    announcing = Announcing()
    announcing.ask()
    assert announcing.due_in_s(NOTHING, 100.0) is None
    announcing.told(ONE, 100.0)
    assert announcing.due_in_s(NOTHING, 100.1) == 0.0, "at once"
    announcing.told(NOTHING, 100.1)
    assert announcing.due_in_s(NOTHING, 200.0) is None
    assert announcing.due_in_s(ONE, 101.1) > 1.9, "and what comes next not before its time"
