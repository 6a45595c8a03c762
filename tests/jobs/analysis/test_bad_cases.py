"""Cases as they are when things went wrong: every analysis gives an answer or a reason, and says what it left out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.casefigures.periods import Period
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.analysis.briefing import make_briefing
from gridmgmt_plugin.jobs.analysis.briefing_content import BriefingQuestion
from gridmgmt_plugin.jobs.analysis.case_figures import Question
from gridmgmt_plugin.jobs.analysis.case_overview import CaseOverviews
from gridmgmt_plugin.jobs.analysis.evaluate import evaluate
from gridmgmt_plugin.jobs.analysis.find_hotspots import find_hotspots
from gridmgmt_plugin.jobs.analysis.find_recurrence import find_recurrence
from gridmgmt_plugin.jobs.analysis.find_trend import find_trend
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.districts import drawn_town

COUNT = 200
NOW = datetime(2026, 6, 1, 12)
MAY = {"start": "2026-05-01", "end": "2026-05-31"}
LONG_AGO = {"start": "1999-01-01", "end": "1999-12-31"}


def _cases(count: int = COUNT) -> list[dict[str, Any]]:
    rng = np.random.default_rng(11)
    records = []
    for number in range(count):
        moment = datetime(2025, 5, 1) + timedelta(minutes=int(rng.integers(0, 60 * 24 * 390)))
        records.append(
            {
                "id": f"C{number}",
                "kind": ("event", "component")[number % 2],
                "status": "closed",
                "class_code": ("0101", "0505")[number % 3 % 2],
                "source": ("12345", "监督员")[number % 2],
                "reported_at": moment.isoformat(),
                "filed_at": moment.isoformat(),
                "closed_at": (moment + timedelta(days=2)).isoformat(),
                "at": (float(rng.uniform(1, 799)), float(rng.uniform(1, 799))),
            }
        )
    return records


def _one_class(records: list[dict[str, Any]]) -> None:
    for record in records:
        record |= {"kind": "event", "class_code": "0101"}


def _one_spot(records: list[dict[str, Any]]) -> None:
    for record in records:
        record["at"] = (50.0, 50.0)


def _in_the_future(records: list[dict[str, Any]]) -> None:
    for record in records[::4]:
        record |= {"reported_at": "2090-05-05T08:00:00", "filed_at": "2090-05-05T08:00:00", "closed_at": None}


def _closed_before_reported(records: list[dict[str, Any]]) -> None:
    for record in records[::4]:
        record["closed_at"] = "2025-01-01T00:00:00"


def _a_tenth_is_broken(records: list[dict[str, Any]]) -> None:
    broken: tuple[dict[str, Any], ...] = (
        {"reported_at": "2026-13-45"},
        {"reported_at": None, "filed_at": None},
        {"at": None},
        {"status": "没有这种"},
        {"class_code": None, "kind": None},
        {"closed_at": "很快"},
        {"unit_grid": "没有的网格"},
        {"status": None},
        {"due_at": "0000-00-00", "source": ""},
        {"class_code": "９９", "duplicate_of": "C-1"},
    )
    for number, record in enumerate(records[::10]):
        record.update(broken[number % len(broken)])


BAD: dict[str, Callable[[list[dict[str, Any]]], None]] = {
    "one class": _one_class,
    "one spot": _one_spot,
    "in the future": _in_the_future,
    "closed before reported": _closed_before_reported,
    "a tenth is broken": _a_tenth_is_broken,
}
JOBS: dict[str, Callable[..., Any]] = {
    "hotspots": find_hotspots,
    "hotspots by rate": lambda workspace, **period: find_hotspots(workspace, normalise="area", **period),
    "hotspottrend": lambda workspace, **period: find_trend(workspace, slice_kind="month", **period),
    "recurrence": lambda workspace, **period: find_recurrence(
        workspace, days=30, distance_m=50, permutations=99, **period
    ),
    "evaluate": lambda workspace, **period: evaluate(workspace, level="community", **period),
}


def _add(workspace: Workspace, records: list[dict[str, Any]]) -> None:
    units = workspace.read("unit_grid", ["code"])
    shapes = [None if record["at"] is None else shapely.Point(record["at"]) for record in records]
    point, cell = shapely.STRtree(units.geometry).query(as_column(shapes), predicate="intersects")
    home = {int(p): units["code"][c] for p, c in zip(point, cell)}
    for number, record in enumerate(records):
        record.setdefault("unit_grid", home.get(number))
    names = sorted({name for record in records for name in record} - {"at"})
    rows = {name: as_column(record.get(name) for record in records) for name in names}
    with workspace.transaction("", "test") as transaction:
        transaction.insert("cases", Rows(rows, as_column(shapes)))


@pytest.fixture(scope="module", params=list(BAD))
def spoilt(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Workspace, int]:
    """A town with cases that are bad in one way, and how many of them can count."""
    workspace = drawn_town(tmp_path_factory.mktemp("库"))
    records = _cases()
    BAD[request.param](records)
    _add(workspace, records)
    return request.param, workspace, sum(not record.get("duplicate_of") for record in records)


def _told(report: Report) -> set[str]:
    for note in report.notes:
        for tongue in ("zh", "en"):
            assert note.text(tongue)
            assert "{" not in note.text(tongue)
    return {note.code for note in report.notes}


@pytest.mark.parametrize("job", list(JOBS))
def test_there_is_an_answer_for_all_cases_and_for_a_month(spoilt: tuple[str, Workspace, int], job: str) -> None:
    what, workspace, _ = spoilt
    for period in ({}, MAY):
        if (what, job, period) == ("in the future", "hotspottrend", {}):
            with pytest.raises(InputError) as refusal:
                JOBS[job](workspace)
            assert "2025-05-01" in refusal.value.text("zh")
            continue
        found = JOBS[job](workspace, **period)
        _told(found.report)
        assert found.report.accepted <= COUNT


@pytest.mark.parametrize("job", list(JOBS))
def test_a_period_without_cases_gives_nothing_and_a_reason(spoilt: tuple[str, Workspace, int], job: str) -> None:
    _, workspace, _ = spoilt
    found = JOBS[job](workspace, **LONG_AGO)
    assert found.report.accepted == 0
    assert _told(found.report)


def test_a_briefing_comes_out_and_counts_what_the_figures_count(
    spoilt: tuple[str, Workspace, int], tmp_path: Path
) -> None:
    _, workspace, _ = spoilt
    asked = BriefingQuestion(date(2026, 5, 1), date(2026, 5, 31))
    counted = CaseOverviews(workspace, "unit_grid", None).answer(
        Question(), Period(date(2026, 5, 1), date(2026, 5, 31)), NOW
    )
    report = make_briefing(workspace, tmp_path, asked, formats=("html",))
    _told(report)
    assert report.accepted == counted.count
    assert all((tmp_path / name).stat().st_size for name in report.figures["files"])


def test_nothing_of_what_is_bad_is_dropped_in_silence(spoilt: tuple[str, Workspace, int]) -> None:
    what, workspace, counting = spoilt
    hot = find_hotspots(workspace)
    assert hot.report.figures["cases"] == counting
    assert hot.report.accepted + hot.report.figures["cases_nowhere"] == counting
    told = _told(evaluate(workspace, level="community", end="2026-05-31").report)
    if what == "in the future":
        assert "evaluation_in_the_future" in told
    if what == "closed before reported":
        assert "evaluation_closed_before_reported" in told
    if what == "a tenth is broken":
        assert "hotspot_cases_nowhere" in _told(hot.report)
        assert "hotspot_cases_undated" in _told(find_hotspots(workspace, **MAY).report)
    if what == "one spot":
        assert hot.rows["count"].max() == counting
        assert (hot.rows["hotspot"] > 0).any()


def test_the_figures_of_a_manager_add_up(spoilt: tuple[str, Workspace, int]) -> None:
    _, workspace, counting = spoilt
    overviews = CaseOverviews(workspace, "unit_grid", None)
    everything = overviews.answer(Question(), None, NOW)
    assert everything.count == counting == len(overviews.cases(Question(), None))
    assert sum(everything.still_open) <= counting
    assert min(everything.still_open) >= 0
    nothing = overviews.answer(Question(), Period(datetime(1999, 1, 1).date(), datetime(1999, 1, 31).date()), NOW)
    assert (nothing.count, nothing.places) == (0, ())
    assert overviews.span is not None
    assert {group.kind for group in overviews.class_groups()} <= {"", "event", "component"}
