"""Docks that somebody shows ask the workspace once, whatever comes of it."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.gui.people import desk


@pytest.mark.daily(1)
@pytest.mark.parametrize("key", ["component_inventory", "case_figures", "waiting_cases"])
def test_a_dock_whose_question_is_refused_at_once_does_not_ask_again(shell, monkeypatch, key):
    asked = []

    def refuse(call):
        asked.append(1)
        call._on_done(None, WorkspaceError("postgres_logins_locked"))

    monkeypatch.setattr(desk.BackgroundCall, "start", refuse)
    shell.action(key).trigger()
    assert shell.action(key).isChecked()
    assert len(asked) == 1
