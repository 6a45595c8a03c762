"""What is asked again of cases that were read is answered as if they had been read for it."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.rows import as_column
from gridmgmt_plugin.jobs.analysis.case_figures import CaseFigures, Question
from gridmgmt_plugin.jobs.analysis.find_hotspots import find_hotspots, hotspots_of
from tests.jobs.analysis.test_find_hotspots import add_cases, crowd
from tests.jobs.districts import drawn_town

# One day after the other, in several classes; a few lie in the future, a few were closed before they were reported.
DAYS = [f"2026-{month:02d}-{day:02d}" for month in (1, 2, 3, 12) for day in range(1, 32, 1) if day < 29]


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    workspace = drawn_town(tmp_path_factory.mktemp("figures"))
    places = crowd()
    count = len(places)
    days = [DAYS[number * 7 % len(DAYS)] for number in range(count)]
    add_cases(
        workspace,
        places,
        class_code=as_column(("0501", "0502", "0101")[number % 3] for number in range(count)),
        source=as_column(("12345", "监督员")[number % 2] for number in range(count)),
        reported_at=as_column(f"{day}T10:00:00" for day in days),
        closed_at=as_column(f"{day}T09:00:00" if number % 5 else None for number, day in enumerate(days)),
    )
    return workspace, CaseFigures(workspace)


@pytest.mark.parametrize("level", ["unit_grid", "community"])
@pytest.mark.parametrize(
    ("start", "end", "prefix"),
    [("2026-01-01", "2026-02-28", ""), (None, None, "05"), (None, "2026-03-01", "0101"), ("2031-01-01", None, "")],
)
def test_another_period_class_and_level_are_answered_without_reading_again(asked, level, start, end, prefix):
    workspace, figures = asked
    again = hotspots_of(workspace, figures, Question(start, end, prefix), level)
    fresh = find_hotspots(workspace, level=level, start=start, end=end, class_prefix=prefix)
    assert again.report == fresh.report
    assert all(again.rows[name].tolist() == fresh.rows[name].tolist() for name in ("code", "count", "hotspot"))


def test_sources_and_states_can_be_chosen(asked):
    workspace, figures = asked
    counted = [figures.at("unit_grid").counts(figures.choose(Question(sources=names))) for names in (("12345",), ())]
    rows = workspace.read("cases", ["source"], geometry=False)
    assert counted[0].count.sum() + counted[0].outside == (rows["source"] == "12345").sum()
    assert counted[1].count.sum() + counted[1].outside == len(rows)
    assert len(figures.choose(Question(statuses=("suspended",)))) == 0


@pytest.mark.parametrize(
    ("question", "code"),
    [
        (Question("2026-03-01", "2026-02-01"), "hotspot_period_backwards"),
        (Question(case_kind="both"), "hotspot_kind_unknown"),
        (Question("soon"), "hotspot_date_unreadable"),
    ],
)
def test_a_question_that_makes_no_sense_has_its_reason(asked, question, code):
    with pytest.raises(InputError) as caught:
        asked[1].choose(question)
    assert caught.value.code == code
