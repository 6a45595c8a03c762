"""Before a job runs its dialog says how much it is about: by a trial, by the rows of its file, or by numbers."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.gui.jobs.forecast import _trial_sentence, forecast, is_foretold
from gridmgmt_plugin.gui.jobs.forms import FORMS
from gridmgmt_plugin.gui.jobs.reach import Reach
from gridmgmt_plugin.jobs.reach import ASKED, read_reach
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.workspace_window import COMMUNITIES, build_workspace, wait_for

#: What a dialog begins with where the job cannot do without.
_CHOSEN = {
    "exportposts": {"TARGET": "lane"},
    "comparestates": {"BASE": "hw", "OTHER": "today"},
    "staffingboard": {"SCOPE": next(iter(COMMUNITIES))},
}


@pytest.fixture(scope="module")
def district(tmp_path_factory):
    return Workspace.open(build_workspace(tmp_path_factory.mktemp("forecast") / "w.gpkg"))


@pytest.mark.parametrize("key", [key for key, form in FORMS.items() if not form.tries and form.file is None])
def test_a_job_that_can_neither_be_tried_nor_reads_a_file_names_numbers(qgis_app, district, key):
    assert is_foretold(key)
    if key != "deliverhttp":  # the package says it
        told = forecast(key, read_reach(district, key, _CHOSEN.get(key, {})), {})
        assert any(letter.isdigit() for letter in told), told


def test_every_job_that_is_counted_has_its_sentence(qgis_app):
    assert {key for key in FORMS if is_foretold(key)} == set(ASKED)


def test_the_sentence_says_the_numbers_of_what_is_chosen(qgis_app):
    assert forecast("patrolgaps", {"lanes": 2}, {}) == "2 street-lanes are looked at."
    assert forecast("exportofficers", {"posts": 1, "lanes": 3}, {}) == "1 post at 3 street-lanes."
    told = forecast("buildresponsibilitygrids", {"units": 1661, "communities": 1, "stay": 4}, {})
    assert told == "1,661 unit grids in 1 community will be grouped. 4 unit grids stay as they are."
    assert forecast("ledgercounts", {"items": 5, "ledgers": 1}, {"PLACES": "layer"}).startswith(
        "5 items of 1 ledger."
    )


def test_states_are_told_by_what_is_laid_over_each_other(qgis_app):
    assert forecast("comparestates", {"before": 1, "after": 2}, {}).startswith("1 unit grid of the one state")
    over_lanes = {"before": 4, "after": 2, "over_lanes": 1}
    assert forecast("comparestates", over_lanes, {}).startswith("4 grids over lanes of the one state")


def test_what_was_told_is_not_said_of_what_is_chosen_next(qgis_app, district):
    told = []
    reach = Reach("patrolgaps", district.location, told.append, told.append)
    reach.ask({"SCOPE": ""}, is_whole=True)
    assert told == ["Counting …"]
    wait_for(lambda: len(told) > 1)
    before = told[-1]
    reach.ask({"SCOPE": next(iter(COMMUNITIES))}, is_whole=True)
    assert told[-1] == "Counting …" != before
    reach.forget()


def test_what_the_job_would_refuse_is_refused_before(district):
    with pytest.raises(GridError):
        read_reach(district, "buildresponsibilitygrids", {"SCHEME": "cg", "SCOPE": "999999"})


def test_a_trial_that_finds_nothing_does_not_promise_to_take_all_of_it(qgis_app):
    nothing = SimpleNamespace(accepted=0, rejected=0, report={"job": "bringback", "figures": {"rows": 0}})
    assert _trial_sentence(nothing) == "There is nothing to take."
    two = SimpleNamespace(accepted=2, rejected=0, report={"job": "bringback", "figures": {"rows": 2}})
    assert _trial_sentence(two) == "Will take all 2 rows."
