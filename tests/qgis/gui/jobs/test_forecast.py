"""Before a job runs its dialog says how much it is about: by a trial, by the rows of its file, or by a number."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.gui.jobs.forecast import forecast
from gridmgmt_plugin.gui.jobs.forms import FORMS
from gridmgmt_plugin.workspace.light.lists import ListedPost, WorkspaceLists

#: What they go through is read when they run: two states, a release that is chosen, the items of one ledger.
_KNOW_NOTHING_BEFORE = {"comparestates", "deliverpostgis", "deliverhttp", "ledgercounts"}
LISTS = WorkspaceLists(
    counts={"unit_grid": 1661, "responsibility_grid": 82, "post": 4, "cases": 9},
    lanes=(("L1", "南北胡同"), ("L2", "柏枝胡同")),
    posts=(ListedPost("1", "A", "", "lane", "L1"), ListedPost("2", "A", "", "area", "990101")),
)


@pytest.mark.parametrize("key", [key for key, form in FORMS.items() if not form.tries and form.file is None])
def test_a_job_that_can_neither_be_tried_nor_reads_a_file_names_a_number(qgis_app, key):
    told = forecast(key, LISTS, {})
    assert any(letter.isdigit() for letter in told) == (key not in _KNOW_NOTHING_BEFORE), told


def test_the_numbers_are_those_of_the_workspace(qgis_app):
    assert forecast("patrolgaps", LISTS, {}) == "The workspace has 2 street-lanes."
    assert forecast("exportofficers", LISTS, {}) == "The workspace has 1 post at street-lanes."
    assert forecast("dutycoverage", LISTS, {}) == "The workspace has 1,661 unit grids and 82 responsibility grids."
