"""Hot spots over time: what was planted is named, incomplete slices are left out, and what cannot be told is said."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.errors import Cancelled
from gridmgmt_plugin.jobs.analysis.find_trend import find_trend
from tests.jobs.analysis.test_find_hotspots import add_cases
from tests.jobs.districts import CancelAt, drawn_town, dump
from tests.jobs.refusals import refused_by

MONTHS = [f"2025-{month:02d}" for month in range(1, 13)]
FIELDS = {
    "code",
    "name",
    "count",
    "rate",
    "trend",
    "pattern",
    "trend_z",
    "trend_p",
    "slices_hot",
    "hotspot",
}


def add_year(workspace) -> None:
    """Add a case in every cell and month, crowds in the south-west all year, and in the north-east at the end."""
    places, days = [], []
    for month in MONTHS:
        everywhere = [(i * 100 + 33, j * 100 + 41) for i in range(8) for j in range(8)]
        crowd = [(50.0, 50.0)] * 30
        late = [(750.0, 750.0)] * 30 if month in MONTHS[-3:] else []
        here = [*everywhere, *crowd, *late]
        places += here
        days += [f"{month}-{1 + number % 28:02d}T09:00:00" for number in range(len(here))]
    add_cases(workspace, places, reported_at=days)


def at(found, x, y):
    """Return what was found of the cell at a place."""
    place = shapely.points(x, y)
    return next(r for r, shape in zip(found.rows.records(), found.rows.shapes) if shapely.contains(shape, place))


refused = refused_by(find_trend)


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    """A town with twelve months of cases; do not change it."""
    workspace = drawn_town(tmp_path_factory.mktemp("库"))
    add_year(workspace)
    return workspace


def test_what_lasts_and_what_is_new_are_told_apart(year):
    found = find_trend(year)
    assert set(found.rows.columns) == FIELDS
    assert at(found, 50, 50)["trend"] == "persistent"
    assert at(found, 50, 50)["slices_hot"] == 12
    assert at(found, 750, 750)["trend"] == "new"
    assert at(found, 750, 750)["pattern"] == "consecutive"
    assert at(found, 350, 350)["trend"] == "none"
    assert found.report.figures["slices"] == 12
    assert (found.report.figures["first_day"], found.report.figures["last_day"]) == ("2025-01-01", "2025-12-31")


def test_every_case_is_counted_or_told(year):
    found = find_trend(year, start="2025-01-15", end="2025-12-31")
    outside = next(note for note in found.report.notes if note.code == "hotspot_cases_between_slices")
    assert found.report.figures["slices"] == 11
    assert found.report.accepted + outside.details["count"] == found.report.figures["cases"]


def test_a_short_period_gives_counts_and_the_reason_and_weeks_help(year):
    months = find_trend(year, start="2025-06-01", end="2025-10-31")
    assert "hotspot_too_few_slices" in [note.code for note in months.report.notes]
    assert set(months.rows["trend"]) == {"none"}
    assert months.report.accepted > 0
    weeks = find_trend(year, start="2025-06-01", end="2025-10-31", slice_kind="week")
    assert weeks.report.figures["slices"] == 21
    assert "hotspot_too_few_slices" not in [note.code for note in weeks.report.notes]


def test_months_of_assessment_begin_on_their_own_day(year):
    found = find_trend(year, month_start=26)
    assert (found.report.figures["first_day"], found.report.figures["last_day"]) == ("2025-01-26", "2025-12-25")


def test_a_period_without_cases_is_told_and_nothing_is_named(year):
    found = find_trend(year, start="2030-01-01", end="2031-12-31")
    assert "hotspot_too_few_cases" in [note.code for note in found.report.notes]
    assert set(found.rows["trend"]) == {"none"}


def test_nothing_is_written_and_the_report_is_plain_json(year, tmp_path):
    before = dump(year.path)
    found = find_trend(year)
    assert dump(year.path) == before
    path = found.report.write(tmp_path / "a.json")
    told = json.loads(path.read_text(encoding="utf-8"))
    assert told["figures"]["new"] == int((found.rows["trend"] == "new").sum())


def test_rates_are_per_slice_and_hectare(year):
    plain, rate = find_trend(year), find_trend(year, normalise="area")
    m2 = np.array([shape.area for shape in plain.rows.shapes])
    assert rate.rows["rate"].astype(float) == pytest.approx(plain.rows["count"].astype(float) / 12 / m2 * 1e4)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"slice_kind": "day"}, "hotspot_slice_unknown"),
        ({"start": "1950-01-01", "slice_kind": "week"}, "hotspot_too_many_slices"),
        ({"month_start": 31}, "hotspot_month_start_unknown"),
        ({"start": "2025-05-01", "end": "2025-04-01"}, "hotspot_period_backwards"),
        ({"level": "street"}, "hotspot_level_unknown"),
    ],
)
def test_impossible_wishes_are_refused(year, options, code):
    assert refused(year, code, **options).code == code


def test_cancel_stops(year):
    user = CancelAt()
    find_trend(year, progress=user.progress)
    for moment in range(1, user.asked + 1):
        with pytest.raises(Cancelled):
            find_trend(year, progress=CancelAt(moment).progress)
