"""Which profile the window shows is never mistaken: while the planner is asked, in another workspace, on reading."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.gui.receivers import window as window_module
from gridmgmt_plugin.gui.receivers.window import ProfilesWindow
from gridmgmt_plugin.jobs.receivers.profile_desk import ProfileDesk
from tests.qgis.workspace_window import wait_for

KEPT = {"乙": {"title": "乙", "receiver": "二"}, "甲": {"title": "甲", "receiver": "一"}}
SHIPPED = {key: {"title": key, "receiver": key} for key in ("national", "other")}


@pytest.fixture
def window(qgis_app):
    made = ProfilesWindow(None)
    made.show_desk(ProfileDesk(KEPT, SHIPPED))
    yield made
    made.deleteLater()


def _change(window, title, receiver):
    window.list.setCurrentRow([*KEPT].index(title))
    window.texts["receiver"].textEdited.emit(receiver)


@pytest.mark.parametrize("given_up", [False, True])
def test_profiles_read_again_while_the_question_stands_change_neither_what_is_shown_nor_what_is_wanted(
    window, monkeypatch, given_up
):
    asked = []

    def answer(*_):
        window.show_desk(ProfileDesk({"丙": {"title": "丙"}, **KEPT}, SHIPPED))
        asked.append((window.name(), window.content()["receiver"]))
        return given_up

    monkeypatch.setattr(window_module, "is_wanted", answer)
    _change(window, "甲", "一一")
    window.list.setCurrentRow([*KEPT].index("乙"))
    wait_for(lambda: asked)
    assert asked == [("甲", "一一")], "“Keep” takes what is shown in place of its own former name"
    expected = ("乙", "二") if given_up else ("甲", "一一")
    assert (window.name(), window.content()["receiver"]) == expected
    assert window.list.currentItem().text() == expected[0]


def test_what_is_being_changed_in_one_workspace_is_no_change_of_the_next_ones_profile(window):
    _change(window, "甲", "一一")
    window.leave_workspace()
    window.show_desk(ProfileDesk({"甲": {"title": "甲", "receiver": "别处"}}, SHIPPED))
    assert window.name() == "", "it is kept as a new one, so that the planner is asked before one is replaced"
    assert window.content()["receiver"] == "一一"
    assert window.list.currentRow() == -1


def test_what_was_only_looked_at_is_forgotten_with_its_workspace(window):
    window.leave_workspace()
    window.show_desk(ProfileDesk({"别处": {"title": "别处"}}, SHIPPED))
    assert window.name() == "别处"


def test_a_profile_that_comes_along_stays_shown_when_the_profiles_are_read_again(window):
    window.list.setCurrentRow(len(KEPT) + 1)
    window.show_desk(ProfileDesk({"丙": {"title": "丙"}, **KEPT}, SHIPPED))
    assert window.content()["title"] == "other"
    assert window.list.currentRow() == len(KEPT) + 2


def test_nothing_can_be_changed_before_there_is_something_to_change(window):
    window.reject()
    assert not window.editor.isEnabled()
    window.texts["receiver"].textEdited.emit("三")
    assert window.is_changed()
    window.show_desk(ProfileDesk(KEPT, SHIPPED))
    assert window.editor.isEnabled()


def test_a_workspace_that_is_closed_takes_the_name_of_what_is_being_changed_with_it(shell):
    controller = shell.controller("receiver_profiles")
    controller.window.show_desk(ProfileDesk(KEPT, SHIPPED))
    _change(controller.window, "甲", "一一")
    controller.refresh()
    assert controller.window.name() == "甲"
    shell.session.close_workspace()
    assert controller.window.name() == ""
    assert controller.window.content()["receiver"] == "一一"
