"""The dialogs that are no jobs, in a real window and in both languages: for the manual's pictures of them."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.proof
DIALOGS = (
    *("sample", "author", "exempt", "fix", "scheme-new", "scheme-rules", "scheme-delete", "pick", "assign", "end"),
    *(
        "walk",
        "case",
        "ruling",
        "rehoming",
        "server-wait",
        "stop",
        "about",
        "receivers",
        "guide",
        "guide-changes",
        "pending",
        "options",
        "report",
        "details",
    ),
    *("component-change", "component-survey", "ledger-change", "release-reject", "release-force"),
)


@pytest.fixture(scope="module", params=["zh-Hans", pytest.param("en_US", marks=pytest.mark.proof)])
def seen(request, desktop):
    return {**desktop("dialogs.py", request.param, name=request.param[:2]), "name": request.param[:2]}


def test_every_dialog_has_its_picture(seen):
    taken = {re.sub(r"^picture:window-|-(zh|en)$", "", key) for key in seen if key.startswith("picture:")}
    assert taken == set(DIALOGS)


def test_the_guide_through_a_hand_over_fits_a_small_screen(seen):
    assert seen["guide_fits"] == [True, True]
