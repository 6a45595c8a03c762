"""A manager's figures are those of a plain count, for whatever period, class and places are asked for."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

import pytest

from gridmgmt_plugin.core.casefigures.periods import Period
from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.analysis.case_figures import Question
from gridmgmt_plugin.jobs.analysis.case_overview import RANKED, CaseOverviews
from tests.jobs.analysis.test_find_hotspots import add_cases, crowd
from tests.jobs.districts import drawn_town

NOW = datetime(2026, 4, 20, 12)
MARCH, APRIL = Period(date(2026, 3, 1), date(2026, 3, 31)), Period(date(2026, 4, 1), date(2026, 4, 30))


def _town(folder):
    """Return a town with cases over sixteen months, one a day at least."""
    workspace = drawn_town(folder)
    places = crowd(count=900)
    count = len(places)
    moments = [datetime(2025, 1, 1, number % 24) + timedelta(days=number * 7 % 500) for number in range(count)]
    add_cases(
        workspace,
        places,
        kind=as_column(("event", "component", "event")[number % 3] for number in range(count)),
        class_code=as_column(("0501", "0101", "0101", None)[number % 4] for number in range(count)),
        source=as_column(("12345", "监督员")[number % 2] for number in range(count)),
        status=as_column(("closed", "filed", "handling", "void")[number % 4] for number in range(count)),
        department_code=as_column(("D1", None)[number % 2] for number in range(count)),
        reported_at=as_column(moment.isoformat() for moment in moments),
    )
    with workspace.transaction("测试", "test") as transaction:
        transaction.insert("department", Rows({"code": as_column(["D1"]), "name": as_column(["环卫中心"])}))
    return workspace


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    return _town(tmp_path_factory.mktemp("figures"))


@pytest.fixture(scope="module")
def overviews(town):
    return CaseOverviews(town, "unit_grid", None)


@pytest.fixture(scope="module")
def records(town):
    return [record for record in town.read("cases").records() if record["status"] != "void"]


def _of(records, period):
    return [r for r in records if period.first <= datetime.fromisoformat(r["reported_at"]).date() <= period.last]


@pytest.mark.parametrize("period", [MARCH, APRIL, Period(date(2025, 1, 1), date(2025, 12, 31)), None])
def test_every_figure_of_a_period_is_that_of_a_plain_count(overviews, records, period):
    told = overviews.answer(Question(), period, NOW)
    expected = records if period is None else _of(records, period)
    assert told.count == len(expected)
    assert told.per_moment.sum() == len(expected)
    assert told.classes == Counter((r["kind"], r["class_code"]) for r in expected if r["class_code"])
    for column in ("status", "source", "department_code"):
        assert told.words[column] == Counter(r[column] for r in expected if r[column])
    hours = Counter(datetime.fromisoformat(r["reported_at"]).hour for r in expected)
    assert told.by_hour.sum(axis=0).tolist() == [hours[hour] for hour in range(24)]
    reported = [datetime.fromisoformat(r["reported_at"]) for r in records if r["status"] != "closed"]
    assert sum(told.still_open) == sum(moment <= NOW for moment in reported)
    grids = Counter(r["unit_grid"] for r in expected if r["unit_grid"])
    assert told.placed == sum(grids.values())
    assert [place.count for place in told.places] == sorted(grids.values(), reverse=True)[:RANKED]
    assert all(place.count == grids[place.code] for place in told.places)


def test_a_month_that_goes_on_is_compared_with_as_many_days_of_the_month_and_of_the_year_before(overviews, records):
    told = overviews.answer(Question(), APRIL, NOW)
    last_month, last_year = Period(date(2026, 3, 1), date(2026, 3, 20)), Period(date(2025, 4, 1), date(2025, 4, 20))
    assert told.compared == (last_month, last_year)
    assert (told.before, told.earlier) == (len(_of(records, last_month)), len(_of(records, last_year)))
    before = Counter(r["unit_grid"] for r in _of(records, last_month))
    assert all(place.before == before[place.code] for place in told.places)


def test_days_of_long_ago_are_compared_with_nothing_and_are_no_trouble(overviews, records):
    told = overviews.answer(Question(), Period(date(1950, 1, 1), date(2026, 12, 31)), NOW)
    assert (told.count, told.before) == (len(records), 0)


def test_without_a_period_nothing_is_compared(overviews):
    told = overviews.answer(Question(), None, NOW)
    assert (told.before, told.earlier, told.compared) == (None, None, None)
    assert {place.before for place in told.places} == {None}


def test_a_series_has_every_day_and_a_long_one_every_month(overviews):
    days = overviews.answer(Question(), MARCH, NOW)
    assert [str(day) for day in days.moments] == [f"2026-03-{day:02d}" for day in range(1, 32)]
    months = overviews.answer(Question(), Period(date(2025, 1, 1), date(2025, 12, 31)), NOW)
    assert [str(month) for month in months.moments] == [f"2025-{month:02d}" for month in range(1, 13)]
    nothing = overviews.answer(Question(class_prefix="99"), MARCH, NOW)
    assert (len(nothing.moments), nothing.per_moment.sum(), nothing.places) == (31, 0, ())


def test_figures_can_be_narrowed_to_some_places(overviews, records):
    first, second = [place.code for place in overviews.answer(Question(), MARCH, NOW).places[:2]]
    told = overviews.answer(Question(), MARCH, NOW, only=frozenset({first, second}))
    inside = [r for r in _of(records, MARCH) if r["unit_grid"] in (first, second)]
    assert (told.count, {place.code for place in told.places}) == (len(inside), {first, second})
    assert overviews.answer(Question(), MARCH, NOW, only=frozenset()).count == 0


def test_another_level_ranks_its_own_places(town, records):
    overviews = CaseOverviews(town, "unit_grid", None)
    overviews.move_to("community", None)
    told = overviews.answer(Question(), MARCH, NOW)
    assert {place.code for place in told.places} <= set(town.read("area", ["code"])["code"])
    assert sum(place.count for place in told.places) == told.placed <= len(_of(records, MARCH))


def test_a_class_of_one_kind_and_sources_are_asked_for(overviews, records):
    asked = Question(class_prefix="0101", case_kind="component", sources=("12345",))
    told = overviews.answer(asked, None, NOW)
    wanted = [r for r in records if (r["class_code"], r["kind"], r["source"]) == ("0101", "component", "12345")]
    assert 0 < told.count == len(wanted)
    assert set(told.classes) == {("component", "0101")}


def test_names_are_those_of_the_workspace(overviews):
    assert overviews.department_names == {"D1": "环卫中心"}
    assert overviews.class_names["component", "0101"]["zh"]
    assert overviews.class_names["component", "0101"] != overviews.class_names["event", "0101"]
    assert overviews.words("source") == ("12345", "监督员")
    assert overviews.classes() == (("component", "0101"), ("component", "0501"), ("event", "0101"), ("event", "0501"))
    assert overviews.span == Period(date(2025, 1, 1), date(2026, 5, 15))


def test_a_workspace_without_cases_says_so(tmp_path):
    with pytest.raises(WorkspaceError) as refusal:
        CaseOverviews(drawn_town(tmp_path), "unit_grid", None)
    assert refusal.value.code == "workspace_without_cases"


def test_classes_stand_under_their_major_classes_with_how_many_there_would_be(overviews, records):
    groups = {(group.kind, group.code): group for group in overviews.class_groups()}
    assert list(groups) == [("component", "01"), ("component", "05"), ("event", "01"), ("event", "05")]
    assert groups["event", "01"].classes == ("0101",)
    assert groups["event", "01"].names["zh"] == "市容环境"
    asked = Question(classes=(("event", "0101"),), sources=("12345",))
    there = [r for r in _of(records, MARCH) if r["source"] == "12345" and r["class_code"]]
    assert overviews.class_counts(asked, MARCH) == Counter((r["kind"], r["class_code"]) for r in there)


def test_the_cases_behind_the_figures_are_as_many_as_these_say(overviews, town, records):
    asked = Question(classes=(("event", "0101"), ("component", "0501")))
    behind = overviews.cases(asked, MARCH)
    assert len(behind) == overviews.answer(asked, MARCH, NOW).count > 0
    rows = town.read("cases")
    wanted = {case for fid, case in zip(rows.fid.tolist(), rows["id"]) if fid in set(behind.fid.tolist())}
    plain = [r for r in _of(records, MARCH) if (r["kind"], r["class_code"]) in asked.classes]
    assert len(wanted) == len(plain)
    some = frozenset(place.code for place in overviews.answer(asked, MARCH, NOW).places[:1])
    assert len(overviews.cases(asked, MARCH, some)) == overviews.answer(asked, MARCH, NOW, only=some).count
